"""Which modules ran an ONNX node, as far as its exporter tells."""

from __future__ import annotations

import ast
import re
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
    """A name that can be a path: letters, digits, underscores and points."""
    return re.sub(r"[^A-Za-z0-9_.]+", "_", name).strip("._")
