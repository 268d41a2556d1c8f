"""What would give the shape an author wants: changes of the layers that decide it.

The changes are worked out on the shapes alone, along the way that leads to the place; whether they
mend the network is tried by archc/trial.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import Site, given, mended, site, sites
from archc.graph.cures.flow import Change, Flow
from archc.graph.cures.slips import same_size, says, slips
from archc.graph.cures.text import listed
from archc.graph.graph import Node, Scope
from archc.language import tree
from archc.layers.base import Layer
from archc.layers.registry import KINDS
from archc.shapes import Shape, show

Wanted = Sequence[int | None]
"""The axes of a shape, None where any will do."""
LONGEST_WAY = 60


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
    """Changes of the layers that lead to a node after which it has a wanted shape.

    `strides` are expressions for a stride that stand elsewhere and may be meant here too.
    """
    if index < 0:
        return
    flow = Flow(nodes, index, border)
    texts = flow.texts()
    way = way_to(nodes, index, border)
    windows = _both_ends(texts)
    short = [node for node in windows if any(map(any, map(flow.left_out, flow.runs(node))))]
    changes = [*_channels(way, wanted), *slips(windows, short, strides)]
    pools = [one for one in changes if one.node.layer and one.node.layer.group == "pooling"]
    pools = [one for one in pools if one.texts.keys() == {"stride"}]
    yield from _of_all_alike(pools, flow, texts, wanted)
    for change in changes:
        yield from _of_one_text(change, flow, wanted)
    yield from _of_all_alike([one for one in changes if one not in pools], flow, texts, wanted)
    padded = [
        one
        for node in texts
        if node.layer is not None
        and (one := same_size(node)) is not None
        and one.values["pad"] != node.layer.values["pad"]
    ]
    if len(padded) > 1:
        yield from _fitting(padded, flow, wanted)
    yield from _of_two(windows, flow, wanted)


def _of_two(windows: Sequence[Node], flow: Flow, wanted: Wanted) -> Iterator[Proposal]:
    """Two strides of 2 that nobody wrote, those of wide windows first, as in a stem."""
    moves = [
        Change(node, {"stride": (2,) * len(node.layer.values["kernel"])}, {"stride": "2"})
        for node in sorted(windows, key=lambda one: not _wide(one))
        if node.layer and "stride" in node.layer.arguments and not says(node, "stride")
    ]
    for pair in combinations(moves[:MOST_MOVES], 2):
        yield from _fitting(pair, flow, wanted)


MOST_MOVES = 8


def _wide(node: Node) -> bool:
    """Whether a window is one that mostly moves by two: of a stem, or of a pool that overlaps."""
    assert node.layer is not None
    side = max(node.layer.values["kernel"])
    return side > 3 or (side > 2 and node.layer.group == "pooling")


def _both_ends(texts: Sequence[Node]) -> list[Node]:
    """The windows nearest to a place, and those of the stem: of many, no others are changed."""
    windows = [one for one in texts if one.layer and "kernel" in one.layer.arguments]
    return windows if len(windows) <= NEAREST + FIRST else windows[:NEAREST] + windows[-FIRST:]


NEAREST, FIRST = 16, 6


def _of_one_text(change: Change, flow: Flow, wanted: Wanted) -> Iterator[Proposal]:
    """A change where a layer is written; of several runs all, or of the one call that is meant."""
    runs = flow.runs(change.node)
    yield from _fitting([change], flow, wanted, alone=len(runs) > 1)
    if len(runs) > 1:
        yield from _fitting([change._replace(node=node) for node in runs], flow, wanted)


def _of_all_alike(
    changes: Sequence[Change], flow: Flow, texts: Sequence[Node], wanted: Wanted
) -> Iterator[Proposal]:
    """The same change of all layers of one kind."""
    for change in changes:
        alike = [node for node in texts if _alike(node, change.node)]
        if len(alike) > 1:
            yield from _fitting([change._replace(node=node) for node in alike], flow, wanted)


def _fitting(
    changes: Sequence[Change], flow: Flow, wanted: Wanted, alone: bool = False
) -> Iterator[Proposal]:
    """Changes as a cure, if the last shape is the wanted one then."""
    every = changes
    if not alone:
        every = [Change(node, *one[1:]) for one in changes for node in flow.runs(one.node)]
    shape = flow.gives(every)
    if shape is None or len(shape) != len(wanted):
        return
    if all(want in (None, have) for have, want in zip(shape, wanted, strict=True)):
        origin = flow.enters(every) if len(shape) == 1 else None
        yield from told(changes, shape, alone, last=flow.leaves_more(every), origin=origin)


def _alike(node: Node, other: Node) -> bool:
    """Whether two layers move the same window: what one lacks, the other does."""
    one, two = node.layer, other.layer
    if one is None or two is None or type(one) is not type(two) or "kernel" not in one.arguments:
        return False
    return all(one.values.get(name) == two.values.get(name) for name in MOVING)


MOVING = ("kernel", "stride", "pad", "dilation", "output_pad", "ceil")


def _channels(way: Sequence[Node], wanted: Wanted) -> Iterator[Change]:
    """The width of the last layer that has one, where it is the widths that differ."""
    if not wanted or wanted[0] is None:
        return
    for node in way:
        if node.layer is not None and node.layer.counted and node.layer.arguments:
            name = next(iter(node.layer.arguments))
            for width in dict.fromkeys((wanted[0], _in_proportion(node, way[0], wanted[0]))):
                if len(node.shape or ()) == len(wanted) or _miswritten(node, width):
                    same = width == wanted[0] and len(wanted) > 1
                    yield Change(node, {name: width}, {name: str(width)}, forgotten=same)
            break


def _miswritten(node: Node, width: int) -> bool:
    """Whether a width may have been meant where a flat claim alone tells it: twice, half, a digit.

    Any other number would only make the product right, which a stride that is missing spoils too.
    """
    have = (node.shape or (0,))[0]
    if not isinstance(have, int) or not have:
        return False
    digits = sorted(str(width)) == sorted(str(have))
    return digits or width in (2 * have, have // 2)


def _in_proportion(node: Node, last: Node, wanted: int) -> int:
    """The channels of a layer whose result is put into others on the way, as by `pixel_shuffle`."""
    here, there = (node.shape or (0,))[0], (last.shape or (0,))[0]
    if not isinstance(here, int) or not isinstance(there, int) or not there:
        return wanted
    width, rest = divmod(here * wanted, there)
    return wanted if rest else width


def told(
    changes: Sequence[Change],
    shape: Shape,
    called: bool = False,
    last: bool = False,
    origin: Shape | None = None,
) -> Iterator[Proposal]:
    """The changes as edits: where a block is called with the value, or else at the layers.

    `called` leaves the layers out: they run elsewhere as well. `origin` is the map that the last
    layer flattens then, which tells how its number comes about.
    """
    for outside in (True, False)[: 1 if called else 2]:
        edits: list[Edit] = []
        lines: dict[str, list[int]] = {}
        for change in changes:
            made = _edits(change, outside)
            if made is None:
                break
            span, new = made
            edits += [edit for edit in new if edit not in edits]
            at = lines.setdefault(mended(span, new), [])
            at += [] if span.line in at else [span.line]
        else:
            if lines:
                calls = " and ".join(_where(*one) for one in lines.items())
                source = f", from {show(origin)}" if origin and len(origin) > 1 else ""
                help = f"{calls} would give {show(shape)}{source}"
                fits = not all(change.forgotten for change in changes)
                yield Proposal(help, Cure(tuple(edits)), last, fits)


def _where(text: str, lines: Sequence[int]) -> str:
    """A changed call, and the lines in which it stands."""
    return f"`{text}` in line{'s' if len(lines) > 1 else ''} {listed(sorted(lines))}"


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
            if name == "stride" and any(one.name == call[1] for one in call[0].arguments):
                return None  # a call that asks for a stride wants it
            span = call[0].span
            edits.append(given(call[0], call[1], text, call[2]))
        else:
            if _worked_out(expression(action, kind, name), text):
                return None
            edits.append(given(action, name, text, position))
    return span, edits


def _worked_out(value: tree.Expr | None, text: str) -> bool:
    """Whether a number would take the place of what the author works out, or hands in.

    A stride that is handed in is often given to one layer too many.
    """
    if value is None or not text.isdigit():
        return False
    if isinstance(value, tree.Name):
        return value.id != "stride" or text != "1"
    return any(isinstance(one, tree.Name) for one in tree.within(value))


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
