"""What would give the shape an author wants: changes of the layers that decide it.

The changes are worked out on the shapes alone, along the way that leads to the place; whether they
mend the network is tried by archc/trial.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import Site, given, mended, site, sites
from archc.graph.graph import Node, Scope
from archc.language import tree
from archc.layers.base import Layer, LayerError
from archc.layers.registry import KINDS
from archc.named import NamedTuple
from archc.shapes import Shape, show

Wanted = Sequence[int | None]
"""The axes of a shape, None where any will do."""
MOST_PAD = 12
LONGEST_WAY = 60


class Change(NamedTuple):
    """Other arguments for one layer: their values, and how they are written."""

    node: Node
    values: Mapping[str, Any]
    texts: Mapping[str, str]


def way_to(nodes: Sequence[Node], index: int, border: frozenset[int] = frozenset()) -> list[Node]:
    """The layers of one input that lead to a node, the last first, up to the border."""
    way: list[Node] = []
    while index >= 0 and index not in border and len(way) < LONGEST_WAY:
        node = nodes[index]
        if node.layer is None or len(node.inputs) != 1 or node.shape is None:
            break
        way.append(node)
        index = node.inputs[0]
    return way


def reaching(
    nodes: Sequence[Node],
    index: int,
    wanted: Wanted,
    border: frozenset[int] = frozenset(),
    strides: Sequence[str] = (),
) -> Iterator[Proposal]:
    """Changes of one layer on the way to a node after which it has a wanted shape.

    `strides` are expressions for a stride that stand elsewhere and may be meant here too.
    """
    way = way_to(nodes, index, border)
    ends = {node.index: way[:number] for number, node in enumerate(way)}
    changes = list(_changes(way, wanted, strides))
    pools = [one for one in changes if one.texts.keys() == {"stride"}]
    pools = [one for one in pools if one.node.layer and one.node.layer.group == "pooling"]
    yield from _of_all_alike(pools, way, nodes, wanted)
    for change in changes:
        shape = _gives([change], ends[change.node.index], nodes, wanted)
        if shape is not None:
            yield from _told([change], shape)
    yield from _of_all_alike([one for one in changes if one not in pools], way, nodes, wanted)
    padded = [
        one
        for node in way
        if node.layer is not None
        and (one := _same_size(node)) is not None
        and one.values["pad"] != node.layer.values["pad"]
    ]
    shape = _gives(padded, way, nodes, wanted) if len(padded) > 1 else None
    if shape is not None:
        yield from _told(padded, shape)


def _of_all_alike(
    changes: Sequence[Change], way: Sequence[Node], nodes: Sequence[Node], wanted: Wanted
) -> Iterator[Proposal]:
    """The same change of all layers of one kind."""
    for change in changes:
        alike = [change._replace(node=node) for node in way if _alike(node, change.node)]
        shape = _gives(alike, way, nodes, wanted) if len(alike) > 1 else None
        if shape is not None:
            yield from _told(alike, shape)


def _alike(node: Node, other: Node) -> bool:
    """Whether two layers move the same window: what one lacks, the other does."""
    one, two = node.layer, other.layer
    if one is None or two is None or type(one) is not type(two) or "kernel" not in one.arguments:
        return False
    return all(one.values.get(name) == two.values.get(name) for name in MOVING)


MOVING = ("kernel", "stride", "pad", "dilation", "output_pad", "ceil")


def _changes(way: Sequence[Node], wanted: Wanted, strides: Sequence[str]) -> Iterator[Change]:
    """Arguments that are often forgotten: channels, then padding, then strides, then both."""
    if wanted and wanted[0] is not None:
        for node in way:
            if node.layer is not None and node.layer.counted and node.layer.arguments:
                name = next(iter(node.layer.arguments))
                for width in dict.fromkeys((wanted[0], _in_proportion(node, way[0], wanted[0]))):
                    yield Change(node, {name: width}, {name: str(width)})
                break
    windowed = [node for node in way if "kernel" in (node.layer.arguments if node.layer else ())]
    windowed.sort(key=lambda node: node.layer is None or node.layer.group == "pooling")
    for node in windowed:
        yield from _longer(node)
        yield from _paddings(node)
    windowed.sort(key=lambda node: node.layer is None or max(node.layer.values["kernel"]) == 1)
    for node in windowed:
        yield from _moves(node, strides)


def _in_proportion(node: Node, last: Node, wanted: int) -> int:
    """The channels of a layer whose result is put into others on the way, as by `pixel_shuffle`."""
    here, there = (node.shape or (0,))[0], (last.shape or (0,))[0]
    if not isinstance(here, int) or not isinstance(there, int) or not there:
        return wanted
    width, rest = divmod(here * wanted, there)
    return wanted if rest else width


def _longer(node: Node) -> Iterator[Change]:
    """`output_pad=1`: of the sizes that a strided window gives back, the larger one."""
    assert node.layer is not None
    strides = node.layer.values.get("stride") or (1,)
    if "output_pad" in node.layer.arguments and max(strides) > 1:
        yield Change(node, {"output_pad": (1,) * len(strides)}, {"output_pad": "1"})


def _paddings(node: Node) -> Iterator[Change]:
    assert node.layer is not None
    arguments, kernel = node.layer.arguments, node.layer.values["kernel"]
    if "pad" in arguments:
        gaps = node.layer.values.get("dilation") or (1,) * len(kernel)
        halves = tuple((d * (k - 1) + 1) // 2 for k, d in zip(kernel, gaps, strict=True))
        for pad in range(min(max(halves), MOST_PAD), -1, -1):
            yield Change(node, {"pad": ((pad, pad),) * len(kernel)}, {"pad": str(pad)})
        if len(set(halves)) > 1:
            pads = tuple((half, half) for half in halves)
            yield Change(node, {"pad": pads}, {"pad": show(halves)})
    if "ceil" in arguments:
        yield Change(node, {"ceil": True}, {"ceil": "true"})


def _moves(node: Node, strides: Sequence[str]) -> Iterator[Change]:
    assert node.layer is not None
    if "stride" not in node.layer.arguments:
        return
    rank = len(node.layer.values["kernel"])
    for stride in (1, 2, 3, 4):
        move = {"stride": (stride,) * rank}
        if stride == 1 and node.layer.group == "pooling":
            yield from _standing(node)
            continue
        for text in (*(strides if stride != 1 else ()), str(stride)):
            yield Change(node, move, {"stride": text})
            for more in _paddings(node):
                yield Change(node, {**move, **more.values}, {"stride": text, **more.texts})


def _standing(node: Node) -> Iterator[Change]:
    """A pool that moves by one keeps the size of its map, as in a branch of Inception."""
    assert node.layer is not None
    kernel = node.layer.values["kernel"]
    if all(k % 2 for k in kernel) and "pad" in node.layer.arguments:
        pads = tuple((k // 2, k // 2) for k in kernel)
        text = str(kernel[0] // 2) if len(set(kernel)) == 1 else show(tuple(k // 2 for k in kernel))
        values = {"stride": (1,) * len(kernel), "pad": pads}
        yield Change(node, values, {"stride": "1", "pad": text})


def _same_size(node: Node) -> Change | None:
    """The padding with which a window of odd size keeps a map as large as it is."""
    layer = node.layer
    if layer is None or layer.group != "convolution" or layer.enlarges:
        return None
    if not all(k % 2 for k in layer.values["kernel"]):
        return None
    pads = tuple(
        (d * (k // 2),) * 2
        for k, d in zip(layer.values["kernel"], layer.values["dilation"], strict=True)
    )
    text = str(pads[0][0]) if len(set(pads)) == 1 else show(tuple(begin for begin, _ in pads))
    return Change(node, {"pad": pads}, {"pad": text})


def _gives(
    changes: Sequence[Change], way: Sequence[Node], nodes: Sequence[Node], wanted: Wanted
) -> Shape | None:
    """The shape of the last node of a way, the first of the list, if it is the wanted one then."""
    by_node = {change.node.index: change for change in changes}
    first = next(change for change in reversed(changes))
    shape = nodes[first.node.inputs[0]].shape
    steps = [node for node in way if node.index >= first.node.index] or []
    if first.node not in steps:
        steps = [*steps, first.node]
    for node in reversed(steps):
        if shape is None or not all(isinstance(axis, int) for axis in shape):
            return None
        assert node.layer is not None
        change = by_node.get(node.index)
        shape = _output(node.layer, {} if change is None else change.values, shape)
    if shape is None or len(shape) != len(wanted):
        return None
    fits = all(want in (None, have) for have, want in zip(shape, wanted, strict=True))
    return shape if fits else None


def _output(layer: Layer, values: Mapping[str, Any], shape: Shape) -> Shape | None:
    try:
        return type(layer)(**{**layer.values, **values}).output([shape])
    except LayerError:
        return None


def _told(changes: Sequence[Change], shape: Shape) -> Iterator[Proposal]:
    """The changes as edits: at the layers, or where a block is called with the value."""
    for outside in (True, False):
        edits: list[Edit] = []
        lines = []
        for change in changes:
            made = _edits(change, outside)
            if made is None:
                break
            span, new = made
            edits += [edit for edit in new if edit not in edits]
            lines.append(f"`{mended(span, new)}` in line {span.line}")
        else:
            if lines:
                told = " and ".join(dict.fromkeys(lines))
                yield Proposal(f"{told} would give {show(shape)}", Cure(tuple(edits)))


def _edits(change: Change, outside: bool) -> tuple[Any, list[Edit]] | None:
    """The call that is changed and its edits; `outside` asks for the call of the block around."""
    found = site(change.node.span)
    if found is None or not isinstance(found.link.action, tree.Apply):
        return None
    action = found.link.action
    kind = KINDS.get(action.callee.id) if isinstance(action.callee, tree.Name) else None
    if kind is None or change.node.layer is None or kind is not type(change.node.layer):
        return None
    edits = []
    span = action.span
    for name, text in reversed(
        list(change.texts.items())
    ):  # of two at one place the last stands first
        position = list(kind.arguments).index(name)
        if outside:
            call = caller(change.node.scope, expression(action, kind, name))
            if call is None or text == expression_text(action, kind, name):
                return None
            span = call[0].span
            edits.append(given(call[0], call[1], text, call[2]))
        else:
            edits.append(given(action, name, text, position))
    return span, edits


def expression(action: tree.Apply, kind: type[Layer], name: str) -> tree.Expr | None:
    """How an argument is written in a call."""
    named = next((one for one in action.arguments if one.name == name), None)
    unnamed = [one for one in action.arguments if one.name is None]
    position = list(kind.arguments).index(name)
    if named is not None:
        return named.value
    return unnamed[position].value if position < len(unnamed) else None


def expression_text(action: tree.Apply, kind: type[Layer], name: str) -> str | None:
    found = expression(action, kind, name)
    return None if found is None else found.span.text


def _is(one: Site, scope: Scope) -> bool:
    """Whether an action stands in the block that a scope is a call of."""
    return isinstance(one.definition, tree.Block) and one.definition.name.id == scope.name


def caller(scope: Scope, value: tree.Expr | None) -> tuple[tree.Apply, str, int] | None:
    """The call that gives a block's parameter its value: the call, the parameter, its place."""
    while scope.kind != "block" and scope.parent is not None:
        scope = scope.parent
    if not isinstance(value, tree.Name) or scope.kind != "block":
        return None
    found = site(scope.span)
    if found is None or not isinstance(found.link.action, tree.Apply):
        return None
    action = found.link.action
    block = next(
        (one.definition for one in sites(value.span.source).values() if _is(one, scope)), None
    )
    names = [one.name.id for one in block.parameters] if block is not None else []
    if not isinstance(action.callee, tree.Name) or action.callee.id != scope.name:
        return None
    if value.id not in names:
        return None
    return action, value.id, names.index(value.id)
