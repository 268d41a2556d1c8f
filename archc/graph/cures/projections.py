"""Cures for branches of unequal channels: a projection of the shortcut, or another width."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.conditions import asked_for, single, written
from archc.graph.cures.edits import after, given, mended, site
from archc.graph.cures.reaching import caller, expression
from archc.graph.graph import Node, Scope
from archc.graph.values import Tensor
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS
from archc.named import NamedTuple
from archc.shapes import Shape, show


class Branch(NamedTuple):
    """One branch of a merge: its result, its layers, the last first, and its shape."""

    tensor: Tensor
    way: list[Node]
    shape: Shape

    @property
    def width(self) -> Node | None:
        """The layer that decides its channels; None for a shortcut, which keeps those it gets."""
        return next((one for one in self.way if one.layer is not None and one.layer.counted), None)


def flattened(here: Branch, other: Shape, word: str) -> Iterator[Proposal]:
    """A map beside a flat branch; a flat gate becomes a map of one pixel again."""
    origin = here.tensor.origin
    if len(other) == 1:
        help = f"`{origin.text} -> flatten` in line {origin.line} is flat, as the other branch"
        yield Proposal(help, Cure((after(origin, " -> flatten"),), True))
    elif KINDS[word].operator and len(here.shape) == 1:
        ones = "x1" * (len(other) - 1)
        link = f" -> reshape {here.shape[0]}{ones}"
        width = here.width
        channels = None
        if width is not None and width.layer is not None:
            channels = written(width, next(iter(width.layer.arguments)))
        if channels is not None and not channels.isdigit():
            link = f" -> reshape [{channels}{', 1' * (len(other) - 1)}]"
        help = f"`{origin.text}{link}` in line {origin.line} makes it a map again"
        yield Proposal(help, Cure((after(origin, link),)))


def projected(
    scopes: Sequence[Scope], here: Branch, there: Branch, word: str
) -> Iterator[Proposal]:
    """A shortcut brought to the other branch's shape by a 1x1 convolution."""
    main = there.width
    if here.width is not None or main is None or KINDS[word].operator == "*":
        return
    channels = written(main, "channels")
    if channels is None:
        return
    if not single(channels):
        channels = f"({channels})"
    window = "x".join("1" for _ in here.shape[1:]) or "1"
    projection = f"{main.kind} {channels} {window}"
    moved = [node for node in there.way if node.layer and "stride" in node.layer.arguments]
    texts = [text for node in moved if (text := written(node, "stride"))]
    stride = next((text for text in texts if not text.isdigit()), None)  # of another call, too
    if here.shape[1:] != there.shape[1:]:
        stride = next(iter(texts), None)
        if stride is None:
            return
    if stride is not None:
        projection += f" stride={stride}"
    norm = next((one for one in there.way if one.layer and one.layer.cancels_bias), None)
    if norm is not None:
        projection += f" bias=false -> {norm.kind}"
    origin = here.tensor.origin
    shape = show(there.shape)
    kind = KINDS.get(origin.text)
    if kind is not None and kind.passes:
        for chosen in _chosen(scopes, there, projection, channels, stride):
            why = f" would give {shape}" if "else" in chosen else ": where the shapes agree"
            help = f"`{chosen}` in place of `{origin.text}`{why}"
            yield Proposal(help, Cure((Edit(origin, chosen),)))
        help = f"`{projection}` in place of `{origin.text}` would give {shape}"
        yield Proposal(help, Cure((Edit(origin, projection),)))
    elif here.way or _earlier_value(origin):
        edit = after(origin, f" -> {projection}")
        link = f"{origin.text} -> {projection}" if _earlier_value(origin) else f"-> {projection}"
        where = f"in line {origin.line}" if _earlier_value(origin) else "behind this branch"
        yield Proposal(f"`{link}` {where} would give {shape}", Cure((edit,)))


def _earlier_value(origin: Span) -> bool:
    """Whether a branch is `from x` alone, up to here."""
    found = site(origin)
    return found is not None and isinstance(found.link.action, tree.From)


def lateral(here: Branch, there: Branch) -> Iterator[Proposal]:
    """A map of a backbone in front of a sum with an enlarged one: by a convolution of its width."""
    main, last = there.width, there.way[0] if there.way else None
    origin = here.tensor.origin
    if main is None or last is main or not _earlier_value(origin):
        return
    channels = written(main, "channels")
    if channels is None or here.shape[1:] != there.shape[1:]:
        return
    window = "x".join("1" for _ in here.shape[1:])
    link = f"{origin.text} -> {main.kind} {channels} {window}"
    edit = Edit(origin, link)
    yield Proposal(f"`{link}` in line {origin.line} would give {show(there.shape)}", Cure((edit,)))


def _chosen(
    scopes: Sequence[Scope], there: Branch, projection: str, channels: str, stride: str | None
) -> Iterator[str]:
    """A projection for the calls of a block that need one, where others do without."""
    main = there.width
    scope: Scope | None = main.scope if main is not None else None
    while scope is not None and scope.kind != "block":
        scope = scope.parent
    if scope is None or not _called_again(scope, scopes):
        return
    if any(_by_channel(node) for node in there.way):  # an inverted residual has no projection
        same = [f"{stride} == 1"] if stride is not None and not stride.isdigit() else []
        same += [f"in.channels == {channels}"] if not channels.isdigit() else []
        if same:
            yield f"if {' and '.join(same)} {{ identity }}"
    tests = [f"{stride} != 1"] if stride is not None and not stride.isdigit() else []
    if not channels.isdigit():
        tests.append(f"in.channels != {channels}")
    if tests:
        yield f"if {' or '.join(tests)} {{ {projection} }} else {{ identity }}"


def _called_again(scope: Scope, scopes: Sequence[Scope]) -> bool:
    """Whether a block is called more than once, by the text or in a loop."""
    if sum(one.name == scope.name for one in scopes) > 1:
        return True
    outer = scope.parent
    while outer is not None and outer.kind == "group":
        outer = outer.parent
    if outer is not None and outer.kind == "loop":
        return True
    return len(re.findall(rf"\b{scope.name}\b", scope.span.source.text)) > 2


def _by_channel(node: Node) -> bool:
    """Whether a window looks at each channel by itself."""
    groups = node.layer.values.get("groups", 1) if node.layer is not None else 1
    return bool(groups > 1 and node.shape is not None and node.shape[0] == groups)


def own_width(nodes: Sequence[Node], here: Branch, there: Branch) -> Iterator[Proposal]:
    """A branch of a number beside a shortcut whose width is a parameter: that was meant."""
    if here.width is None or there.width is not None or here.shape[0] == there.shape[0]:
        return
    assert here.width.layer is not None  # a width is what a layer gives
    own = written(here.width, next(iter(here.width.layer.arguments)))
    widths = [text for text in _widths(nodes, here.width, there) if not text.isdigit()]
    if own is not None and own.isdigit() and widths:
        yield from wider(nodes, here, there)


def wider(nodes: Sequence[Node], here: Branch, there: Branch) -> Iterator[Proposal]:
    """The width of the other branch, in the words it is written in there."""
    own = here.width
    if own is None:
        return
    found = site(own.span)
    if found is None or not isinstance(found.link.action, tree.Apply) or own.layer is None:
        return
    action = found.link.action
    kind = KINDS.get(action.callee.id) if isinstance(action.callee, tree.Name) else None
    name = next(iter(own.layer.arguments))
    if kind is not type(own.layer):
        return
    shape = show((there.shape[0], *here.shape[1:]))
    computed = written(own, name)
    if there.width is not None and computed in set(asked_for(own)):
        return  # the condition of the shortcut asks for just this
    for text in _widths(nodes, own, there):
        if text.isdigit() and computed is not None and not computed.isdigit():
            continue  # what one call gives is not what the text means
        edit = given(action, name, text, 0)
        told = mended(action.span, [edit])
        yield Proposal(f"`{told}` in line {action.span.line} would give {shape}", Cure((edit,)))
    call = caller(own.scope, expression(action, kind, name))
    if call is not None:
        edit = given(call[0], call[1], str(there.shape[0]), call[2])
        text = mended(call[0].span, [edit])
        yield Proposal(f"`{text}` in line {call[0].span.line} would give {shape}", Cure((edit,)))


def _widths(nodes: Sequence[Node], own: Node, there: Branch) -> Iterator[str]:
    """How the other branch's channels are written, if in the same braces; else the number."""
    yield from (text for text in asked_for(own) if text != written(own, "channels"))
    other = there.width
    index = there.tensor.node
    while other is None and index >= 0:
        node = nodes[index]
        if node.layer is not None and node.layer.counted:
            other = node
        index = node.inputs[0] if node.inputs else -1
    if other is not None and other.scope is own.scope:
        text = written(other, "channels")
        if text is not None and not text.isdigit():
            yield text
    yield str(there.shape[0])
