"""Which modules ran an ONNX node, as far as its exporter tells."""

from __future__ import annotations

import ast
import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from archc.importer.model import Frame, Module, Node

NAMESPACE = "pkg.torch.onnx.name_scopes"
CLASSES = "pkg.torch.onnx.class_hierarchy"


def frames_of(node: Any) -> tuple[Frame, ...]:
    """The modules that were running, as far as the exporter tells."""
    told = {one.key: one.value for one in node.metadata_props}
    if NAMESPACE in told and CLASSES in told:
        try:
            paths, kinds = ast.literal_eval(told[NAMESPACE]), ast.literal_eval(told[CLASSES])
        except (ValueError, SyntaxError):
            return ()
        pairs = list(zip(paths, kinds, strict=False))[:-1]
        return tuple(Frame(path or "root", clean(path), kind) for path, kind in pairs)
    parts = [part for part in node.name.split("/")[:-1] if part]
    frames = [Frame("root", "", "onnx.Model")]
    path = before = ""
    for part in parts:
        if before and part.startswith(f"{before}."):
            path = path[: len(path) - len(before)] + part
        else:
            path = f"{path}.{part}" if path else part
        before = part
        frames.append(Frame(path, clean(path), f"onnx.{path}"))
    return tuple(frames) if parts else ()


def all_frames(nodes: Sequence[Any]) -> list[tuple[Frame, ...]]:
    """Those of each node; a node of which nothing is told ran where all ran that read it."""
    found = [frames_of(node) for node in nodes]
    if not any(found):
        return found
    reading: dict[str, list[tuple[Frame, ...]]] = defaultdict(list)
    for place in reversed(range(len(nodes))):
        node = nodes[place]
        readers = [frames for name in node.output for frames in reading[name]]
        if not found[place] and readers:
            found[place] = common(readers)
        for name in node.input:
            reading[name].append(found[place])
    return found


def common(several: Sequence[tuple[Frame, ...]]) -> tuple[Frame, ...]:
    """The modules that run in all cases."""
    first = several[0]
    same = (len({one[:count] for one in several}) == 1 for count in range(1, len(first) + 1))
    return first[: sum(itertools.takewhile(bool, same))]


def placed(frames: tuple[Frame, ...], owner: str | None) -> tuple[Frame, ...]:
    """The frames of an operation with weights: those of the module that has the weights."""
    if owner is None:
        return frames
    inside = [one for one in frames if not one.path or owner.startswith(f"{one.path}.")]
    return (*inside, Frame(owner, owner, "onnx.Layer"))


def modules_of(nodes: list[Node]) -> dict[str, Module]:
    return {
        frame.path: Module(frame.kind.rpartition(".")[2], {})
        for node in nodes
        for frame in node.frames
    }


def clean(name: str) -> str:
    """A name that can be a path: letters, digits, underscores, hyphens inside, and points."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("._-")
