"""What the code of a network holds longer than its readers need it, told from graph and scopes.

PyTorch frees a tensor when nothing holds it any more. In generated code, as in a person's, there
are two holders besides the operations themselves.

A call keeps what it was given until it is over: that of a block, of a numbered sequence, and of a
labelled group whose layers form a plain chain, which is an `nn.Sequential` too.

A variable keeps its value until it gets another, or until its forward pass ends. What runs through
a forward pass is one variable, `x`; each branch of a merge has its own, and so has a labelled value
that is read by its label.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING

from archc.analysis.texts import Texts
from archc.graph.graph import Copying, Graph, Node, Scope
from archc.graph.values import Tensor
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.analysis.names import Hold


def calls(graph: Graph, texts: Texts) -> frozenset[Scope]:
    """The scopes that are called as modules, so that the caller holds what they are given."""
    found = {one for one in graph.scopes if one.kind == "block"}
    braces = [one for one in graph.scopes if one.kind not in ("block", "network")]
    if not braces:
        return frozenset(found)
    bare = _with_bare(graph)
    for one in braces:
        text = texts.around(one.span)
        if one not in bare and text is not None and text.calls(one.span, _tensors(one)):
            found.add(one)
    return frozenset(found)


def _with_bare(graph: Graph) -> set[Scope]:
    """The braces that hold a parameter that is no module."""
    found: set[Scope] = set()
    for node in graph.nodes:
        if node.layer is not None and node.layer.bare:
            for scope in around(node.scope):
                if scope.kind in ("block", "network"):
                    break
                found.add(scope)
    return found


def _tensors(scope: Scope) -> frozenset[str]:
    """The parameters of the block around that hold a tensor."""
    for one in around(scope):
        if one.kind in ("block", "network"):
            return frozenset(name for name, value in one.arguments if isinstance(value, Tensor))
    return frozenset()


def around(scope: Scope | None) -> Iterator[Scope]:
    """A scope and those that it stands in."""
    while scope is not None:
        yield scope
        scope = scope.parent


# ---------------------------------------------------------------------------------- variables


class Unit:
    """A layer or a call in a forward pass: its first and last node."""

    __slots__ = ("call", "first", "last", "span")

    def __init__(self, node: Node, call: Scope | None) -> None:
        self.first = self.last = node.index
        self.span = node.span if call is None else call.span
        self.call = call


class Forward(NamedTuple):
    """What a forward pass does, line by line, and the node that it is given, -1 if unknown.

    `copying` are its calls that run no layer, which are no lines. A `row` is that of a sequence,
    which has but one variable.
    """

    units: list[Unit]
    entered: int
    copying: Sequence[Copying]
    row: bool = False


class Variables(NamedTuple):
    """What variables hold: pairs of a value and the node until whose end; and the order of work.

    `order` are the nodes as they run: branches behind conditions are added to the others. `stepped`
    are sums that are worked out step by step, each step in the place of the one before.
    """

    held: list[Hold]
    order: Sequence[int]
    stepped: Sequence[int] = ()


def variables(graph: Graph, texts: Texts, calls: frozenset[Scope], root: list[int]) -> Variables:
    """What the code's variables hold, and the order in which it runs the layers."""
    every = range(len(graph.nodes))
    if not texts.hold and not graph.copying:
        return Variables([], every)
    from archc.analysis.alike import Followed, follow, likeness  # most networks need none of it

    moved: list[list[Unit]] = []
    free = frozenset(i for i, own in enumerate(root) if own != i)
    result: list[Hold] = []
    lines = 0
    stepped: list[int] = []
    known: dict[tuple[object, ...], Followed] = {}
    copying = _copying(graph, calls) if graph.copying else {}
    for scope, units in _forwards(graph, calls, copying).items():
        text = texts.around(units[0].span)
        if text is None or not (text.holds or scope in copying):
            continue
        entered = scope.entered if scope.kind == "block" else _input(graph)
        row = scope.kind not in ("block", "network")
        forward = Forward(units, entered, copying.get(scope, ()), row)
        key = likeness(graph, forward, free)
        if key in known:
            found = known[key].at(units[0].first, lines)
        else:
            found = known[key] = follow(graph, forward, texts, text, free, lines)
        lines += found.lines
        result += found.holds
        moved += [[units[place] for place in row] for row in found.moved]
        stepped += found.stepped
    return Variables(result, _ordered(every, moved) if moved else every, stepped)


def _copying(graph: Graph, calls: frozenset[Scope]) -> dict[Scope, list[Copying]]:
    """The calls that run no layer, by the forward pass in which they stand."""
    found: dict[Scope, list[Copying]] = {}
    for one in graph.copying:
        around = one.call.parent
        running = [] if around is None else _running(around, calls)
        if running:
            forward, call = running[-1]
            found.setdefault(call or forward, []).append(one)
    return found


def _input(graph: Graph) -> int:
    """The input of a network that has but one."""
    inputs = [node.index for node in graph.nodes[:2] if node.layer is None]
    return inputs[0] if len(inputs) == 1 else -1


def _ordered(every: Sequence[int], moved: list[list[Unit]]) -> list[int]:
    """The nodes with these rows of neighbours in their new order; what is around comes first."""
    result = list(every)
    for units in reversed(moved):
        begin = min(unit.first for unit in units)
        parts = [result[unit.first : unit.last + 1] for unit in units]
        row = [index for part in parts for index in part]
        result[begin : begin + len(row)] = row
    return result


def _forwards(
    graph: Graph, calls: frozenset[Scope], copying: Container[Scope]
) -> dict[Scope, list[Unit]]:
    """What each forward pass does, line by line; those of sequences where they are `copying`."""
    found: dict[Scope, list[Unit]] = {}
    scope: Scope | None = None
    running: list[tuple[list[Unit], Scope | None]] = []
    for node in graph.nodes:
        if node.layer is None:
            continue
        if node.scope is not scope:
            scope = node.scope
            passes = _running(scope, calls, copying)
            running = [(found.setdefault(one, []), call) for one, call in passes]
        for units, call in running:
            if call is not None and units and units[-1].call is call:
                units[-1].last = node.index
            else:
                units.append(Unit(node, call))
    return found


def _running(
    scope: Scope, calls: frozenset[Scope], copying: Container[Scope] = ()
) -> list[tuple[Scope, Scope | None]]:
    """The forward passes that run in a scope, outermost first, and the call in each."""
    found: list[tuple[Scope, Scope | None]] = []
    forward: Scope | None = None
    for one in reversed(list(around(scope))):
        own = one.kind in ("block", "network") or one in copying
        if forward is not None and one in calls:
            found.append((forward, one))
            forward = one if own else None
        elif forward is None and own:
            forward = one
    return found if forward is None else [*found, (forward, None)]
