"""Whether the code for a text has a number for the channels of a value, or has to work them out.

A condition on a number is decided; one on what arguments, rounds or arms decide is asked when the
code runs, even where the networks at hand never differ in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archc.analysis.holding import Unit, around
from archc.analysis.lines import Body
from archc.analysis.texts import Text, Texts, arms_left, asks_size, inside
from archc.graph.branches import is_sure, way
from archc.graph.graph import Graph, Node, Scope
from archc.graph.values import Tensor
from archc.language import tree
from archc.layers.registry import KINDS
from archc.named import NamedTuple


class Variable:
    """What the constructor has for the channels behind arms or rounds that leave others."""

    __slots__ = ("action",)

    def __init__(self, action: tree.Action) -> None:
        self.action = action


def hanging(
    graph: Graph, texts: Texts, home: Text, value: int, first: int, known: dict[int, bool]
) -> bool:
    """Whether arguments or rounds decide the channels of a value, or what enters a block does.

    `first` is the first node of the forward pass; what is found is noted in `known`.
    """
    waiting = [value]
    seen: list[int] = []
    while waiting:
        index = waiting.pop()
        node = graph.nodes[index]
        if (index < first and home.block) or known.get(index):
            return _hangs(value, seen, known)
        if node.layer is None or index in known:
            continue
        known[index] = False
        seen.append(index)
        text = texts.around(node.span)
        source = node.layer.channels_from
        words = _deciding(text, node)
        passed = text is not None and words & text.words and (text is home or _passed(node, home))
        counted = text is not None and text.counts(node.span, text is not home)
        if passed or counted or (text is home and words & home.rounds):
            return _hangs(value, seen, known)
        if source in ("input", "sum") or (source == "shape" and not words):
            waiting += node.inputs if source == "sum" else _first(graph, text, node)
        elif text is not None and words & text.given:
            waiting += node.inputs[:1]
        elif (
            text is not None and text is not home and (_varies(text, node) or _is_asked(text, node))
        ):
            return _hangs(value, seen, known)
    return False


def _deciding(text: Text | None, node: Node) -> frozenset[str]:
    """The names in the arguments of a layer that may decide its channels."""
    layer = node.layer
    if text is None or layer is None:
        return frozenset()
    if layer.channels_from == "argument":
        return text.arguments(node.span, next(iter(KINDS[layer.keyword].arguments)))
    return text.arguments(node.span)


def _first(graph: Graph, text: Text | None, node: Node) -> tuple[int, ...]:
    """The input whose channels a layer has: of a sum, the first that is always there."""
    maybe = () if text is None else text.maybe(node.span)
    for index in node.inputs if maybe else ():
        spans = [graph.nodes[index].span, *(one.span for one in around(graph.nodes[index].scope))]
        if not any(inside(one, branch) for one in spans for branch in maybe):
            return (index,)
    return node.inputs[:1]


def _varies(text: Text, node: Node) -> bool:
    """Whether the constructor of a block has a variable for channels that a layer decides."""
    if text.met is None:
        text.met = {}
        behind(text, text.body, Lets(text, {}))
    found = [text.met.get(id(one), Variable(one)) for one in text.ways(node.span)]
    return any(isinstance(one, Variable) for one in found)


def _is_asked(text: Text, node: Node) -> bool:
    """Whether a block's constructor works out the channels, and its caller asks for them."""
    return (node.span.start, node.span.end) in text.asked


def _hangs(value: int, seen: list[int], known: dict[int, bool]) -> bool:
    """Notes that a value hangs on something; of what was `seen` on the way some may not."""
    for one in seen:
        del known[one]
    known[value] = True
    return True


def _passed(node: Node, home: Text) -> bool:
    """Whether a call in a network's text hands on some of its arguments."""
    scope: Scope | None = node.scope
    while scope is not None:
        if home.arguments(scope.span) & home.words:
            return True
        scope = scope.parent
    return False


class Lets(NamedTuple):
    """What the constructor has for the channels that enter a statement, and for each `let`."""

    entered: object
    known: dict[str, object]

    def behind(self, entered: object) -> Lets:
        """The same behind a statement."""
        return Lets(entered, self.known)


def behind(text: Text, body: Body, here: Lets) -> object:
    """What the constructor says of the channels behind statements.

    A number, a variable, or what it says of those that enter; None where the text does not tell.
    """
    here = Lets(here.entered, dict(here.known))
    for statement in body:
        if isinstance(statement, tree.Chain):
            here = here.behind(_along(text, statement, here))
        elif isinstance(statement, tree.Let):
            here.known[statement.name.id] = worth(text, statement.value, here)
    return here.entered


def leaving(nodes: Sequence[Node], texts: Texts, unit: Unit) -> object:
    """The same behind the call of a block; None where no layer tells which text that has."""
    for node in nodes[unit.first : unit.last + 1]:
        if next(one for one in around(node.scope) if one.kind == "block") is unit.call:
            text = texts.around(node.span)
            return None if text is None else behind(text, text.body, Lets(text, {}))
    return None


def _along(text: Text, chain: tree.Chain, here: Lets) -> object:
    """The same behind the links of one statement."""
    for link in chain.links:
        here = here.behind(after(text, link.action, here))
    return here.entered


def worth(text: Text, expr: tree.Expr, here: Lets) -> object:
    """What the constructor says of a number in the text: the number, or what it works it out of."""
    if isinstance(expr, tree.Name) and expr.id in here.known:
        return here.known[expr.id]
    if isinstance(expr, tree.Attribute) and expr.name == "channels" and _is_in(expr.value):
        return here.entered
    numbers: dict[str, Any] = {
        word: one for word, one in here.known.items() if isinstance(one, int)
    }
    if isinstance(here.entered, int) and not asks_size(expr):
        numbers["in"] = Tensor(0, (here.entered,), expr.span)
    number = text.worth(expr, numbers)
    if number is None and text.of_parameters(expr):
        return "".join(expr.span.text.split())
    return number


def _is_in(expr: tree.Expr) -> bool:
    return isinstance(expr, tree.Name) and expr.id == "in"


def met(text: Text, action: tree.If | tree.For | tree.Repeat, here: Lets) -> object:
    """The same behind arms, or rounds: a variable where the ways that meet leave others."""
    found = _met(text, action, here)
    if text.met is not None:
        text.met[id(action)] = found
    return found


def _met(text: Text, action: tree.If | tree.For | tree.Repeat, here: Lets) -> object:
    if not isinstance(action, tree.If):  # rounds have a name for the channels that enter
        name = Variable(action)
        left = behind(text, action.body, here.behind(name))
        return here.entered if left in (name, here.entered) else name
    arms, sure = arms_left(action, text.decided)
    ways = [behind(text, arm.body, here) for arm in arms] + [here.entered][sure:]
    ways = _alike(text, arms, here, ways)
    return ways[0] if None not in ways and len(set(ways)) == 1 else Variable(action)


def _alike(text: Text, arms: list[tree.Arm], here: Lets, ways: list[object]) -> list[object]:
    """Where an arm asks whether channels are `width`, they are the `width` that another leaves."""
    asked = [_equal(arm.condition, True) for arm in arms]
    if len(ways) == 2:
        asked[1:] = [_equal(arms[0].condition, False)]
    result = list(ways)
    for place, operands in enumerate(asked):
        same = [worth(text, one, here) for one in operands]
        others = ways[:place] + ways[place + 1 :]
        if ways[place] in same:
            result[place] = next((one for one in same if one in others), ways[place])
    return result


def _equal(condition: tree.Expr | None, holds: bool) -> tuple[tree.Expr, ...]:
    """What is the same where a condition holds, or where it does not."""
    while isinstance(condition, tree.Unary) and condition.operator == "not":
        condition, holds = condition.operand, not holds
    sign = "==" if holds else "!="
    if isinstance(condition, tree.Comparison) and condition.operators == (sign,):
        return condition.operands
    return ()


def after(text: Text, action: tree.Action, here: Lets) -> object:
    """The same behind an action."""
    if isinstance(action, tree.Group):
        return behind(text, action.body, here)
    if isinstance(action, (tree.If, tree.For, tree.Repeat)):
        return met(text, action, here)
    if isinstance(action, tree.Braced):
        return _merged(text, action, here)
    if not isinstance(action, tree.Apply) or not isinstance(action.callee, tree.Name):
        return None
    kind = KINDS.get(action.callee.id)
    if kind is None:
        return None
    if kind.channels_from == "input":
        return here.entered
    first = action.arguments[0] if action.arguments else None
    if kind.channels_from != "argument" or first is None:
        return None
    if first.name not in (None, next(iter(kind.arguments))):
        return None
    return worth(text, first.value, here)


def _merged(text: Text, action: tree.Braced, here: Lets) -> object:
    """The same behind a merge: what a list gathers is counted in a variable, a sum has the channels
    of its first branch that is always there."""
    if way(action) == "listed":
        return Variable(action)
    kind = KINDS.get(action.word.id)
    chains = [one for one in action.body if isinstance(one, tree.Chain)]
    sure = [_along(text, one, here) for one in chains if is_sure(one)]
    if kind is not None and kind.operator:
        return sure[0]
    numbers = [one for one in sure if isinstance(one, int)]
    counted = kind is not None and kind.channels_from == "sum" and len(numbers) == len(sure)
    return sum(numbers) if counted else None
