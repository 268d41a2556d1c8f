"""What is said when the branches of a merge do not fit together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.diagnostics import Label
from archc.graph.cures import cure_for, offer
from archc.graph.graph import Node
from archc.graph.place import Place
from archc.graph.values import Tensor
from archc.language import tree
from archc.layers.base import LayerError
from archc.layers.registry import KINDS
from archc.shapes import show

if TYPE_CHECKING:
    from archc.graph.run import Run


def merge_problem(
    run: Run, error: LayerError, action: tree.Braced, branches: list[Tensor], place: Place
) -> None:
    """Reports a mismatch at the merge's word, with the end of each branch and a cure if known."""
    labels = tuple(
        Label(tensor.origin, f"{show(tensor.shape)} from here")
        for tensor in branches
        if tensor.shape
    )
    help = cure(run, branches) or error.help or _one_apart(run, branches, action.word.id)
    run.report.add(
        error.code,
        error.message,
        action.word.span,
        labels=labels,
        calls=place.names.scope.frames(),
        help=help,
    )


def _one_apart(run: Run, branches: list[Tensor], word: str) -> str | None:
    """The change of one branch that makes it equal to all others."""
    for number, branch in enumerate(branches):
        others = {tensor.shape for place, tensor in enumerate(branches) if place != number}
        shape = others.pop()
        if others or shape is None or branch.node < 0:
            continue
        wanted = [axis if isinstance(axis, int) else None for axis in shape]
        if KINDS[word].channels_from == "sum":
            wanted[0] = None
        cured = cure_for(run.nodes, branch.node, wanted)
        if cured is not None:
            return offer(cured, wanted)
    return None


def cure(run: Run, branches: list[Tensor]) -> str | None:
    """A stride that one branch forgot: the layer that would make its map as small."""
    shapes = [tensor.shape for tensor in branches]
    if len(shapes) != 2 or shapes[0] is None or shapes[1] is None:
        return None
    first, second = shapes[0], shapes[1]
    whole = all(isinstance(axis, int) for axis in (*first, *second))
    if not whole or len(first) != len(second) or first[0] != second[0] or len(first) < 2:
        return None
    larger = first[1:] > second[1:]
    large, small = (branches[0], branches[1]) if larger else (branches[1], branches[0])
    factor = _factor(large.shape, small.shape)
    ways = _ways(run, branches)
    lax = _strided(run, ways[branches.index(large)], 1)
    if factor is None or not lax:
        return None
    strict = _strided(run, ways[branches.index(small)], factor)
    written = re.search(r"stride\s*=\s*([\w.*+/-]+)", strict[0].span.text) if strict else None
    node = next((node for node in lax if max(node.layer.values["kernel"]) > 1), lax[0])  # type: ignore[union-attr]
    name = node.label or node.kind
    assert node.shape is not None
    stride = written.group(1) if written else factor
    return (
        f"`{name}` (line {node.span.line}) keeps {show(node.shape[1:])}; "
        f"with stride={stride} both branches give {show(small.shape or ())}"
    )


def _strided(run: Run, way: list[int], stride: int) -> list[Node]:
    """The convolutions on a way that move by `stride`."""
    nodes = [run.nodes[index] for index in way]
    return [
        node
        for node in nodes
        if node.layer is not None
        and node.layer.group == "convolution"
        and not node.layer.enlarges
        and set(node.layer.values["stride"]) == {stride}
    ]


def _factor(large: tuple[object, ...] | None, small: tuple[object, ...] | None) -> int | None:
    factors = set()
    for wide, narrow in zip((large or ())[1:], (small or ())[1:], strict=True):
        if not isinstance(wide, int) or not isinstance(narrow, int):
            return None
        factors.add(-(-wide // narrow))
    return factors.pop() if len(factors) == 1 else None


def _ways(run: Run, branches: list[Tensor]) -> list[list[int]]:
    """The nodes of each branch, last first, back to where the branches part."""
    ways = []
    for tensor in branches:
        way = []
        index = tensor.node
        while index >= 0:
            way.append(index)
            inputs = run.nodes[index].inputs
            index = inputs[0] if inputs else -1
        ways.append(way)
    common = set(ways[0]).intersection(*ways[1:])
    return [[index for index in way if index not in common] for way in ways]
