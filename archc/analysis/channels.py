"""Whether the code for a text has a number for the channels of a value, or has to work them out.

A condition on a number is decided; one on what arguments, rounds or arms decide is asked when the
code runs, even where the networks at hand never differ in it.
"""

from __future__ import annotations

from archc.analysis.lines import Body
from archc.analysis.texts import Text, Texts, arms_left
from archc.graph.graph import Graph, Node, Scope
from archc.language import tree
from archc.layers.registry import KINDS


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
        words = frozenset() if text is None else text.arguments(node.span)
        passed = text is not None and words & text.words and (text is home or _passed(node, home))
        if passed or (text is home and words & home.rounds):
            return _hangs(value, seen, known)
        source = node.layer.channels_from
        if source in ("input", "sum") or (source == "shape" and not words):
            waiting += node.inputs[: 1 if source != "sum" else None]
        elif text is not None and words & text.given:
            waiting += node.inputs[:1]
        elif (
            text is not None and text is not home and (_varies(text, node) or _is_asked(text, node))
        ):
            return _hangs(value, seen, known)
    return False


def _varies(text: Text, node: Node) -> bool:
    """Whether the constructor of a block has a variable for channels that a layer decides."""
    return any(isinstance(met(text, one, node), Variable) for one in text.ways(node.span))


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


def behind(text: Text, body: Body, entered: object) -> object:
    """What the constructor says of the channels behind statements that `entered` stands before.

    A number, a variable, or what it says of those that enter; None where the text does not tell.
    """
    said = entered
    for statement in body:
        for link in statement.links if isinstance(statement, tree.Chain) else ():
            said = after(text, link.action, said)
            if said is None:
                return None
    return said


def met(text: Text, action: tree.If | tree.For | tree.Repeat, entered: object) -> object:
    """The same behind arms, or rounds: a variable where the ways that meet leave others."""
    ways = [entered]
    if isinstance(action, tree.If):
        arms, sure = arms_left(action, text.decided)
        ways = [behind(text, arm.body, entered) for arm in arms] + ways[sure:]
    else:
        ways.append(behind(text, action.body, entered))
    return ways[0] if None not in ways and len(set(ways)) == 1 else Variable(action)


def after(text: Text, action: tree.Action, entered: object) -> object:
    """The same behind an action."""
    if isinstance(action, tree.Group):
        return behind(text, action.body, entered)
    if isinstance(action, (tree.If, tree.For, tree.Repeat)):
        return met(text, action, entered)
    if not isinstance(action, tree.Apply) or not isinstance(action.callee, tree.Name):
        return None
    kind = KINDS.get(action.callee.id)
    if kind is None:
        return None
    if kind.channels_from == "input":
        return entered
    first = action.arguments[0] if action.arguments else None
    if kind.channels_from != "argument" or first is None:
        return None
    if first.name not in (None, next(iter(kind.arguments))):
        return None
    return text.worth(first.value)
