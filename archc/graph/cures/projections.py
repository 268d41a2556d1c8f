"""Cures for branches of unequal channels: a projection of the shortcut, or another width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import after, given, mended, site, sites
from archc.graph.cures.reaching import caller, expression, expression_text
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
            channels = _written(width, next(iter(width.layer.arguments)))
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
    channels = _written(main, "channels")
    if channels is None:
        return
    if not _single(channels):
        channels = f"({channels})"
    window = "x".join("1" for _ in here.shape[1:]) or "1"
    projection = f"{main.kind} {channels} {window}"
    moved = [node for node in there.way if node.layer and "stride" in node.layer.arguments]
    texts = [text for node in moved if (text := _written(node, "stride"))]
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
    yield from _condition(here, channels)
    origin = here.tensor.origin
    shape = show(there.shape)
    kind = KINDS.get(origin.text)
    if kind is not None and kind.passes:
        for chosen in _chosen(scopes, there, projection, channels, stride):
            help = f"`{chosen}` in place of `{origin.text}` would give {shape}"
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
    channels = _written(main, "channels")
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
    if scope is None or sum(one.name == scope.name for one in scopes) < 2:
        return
    tests = [f"{stride} != 1"] if stride is not None and not stride.isdigit() else []
    if not channels.isdigit():
        tests.append(f"in.channels != {channels}")
    if tests:
        yield f"if {' or '.join(tests)} {{ {projection} }} else {{ identity }}"


def strided_shortcut(here: Branch, there: Branch) -> Iterator[Proposal]:
    """The same `else`, whose `if` asks for channels, but not for the stride."""
    texts = [_written(node, "stride") for node in there.way if node.layer is not None]
    stride = next((text for text in texts if text and not text.isdigit()), None)
    if stride is None or here.width is not None or here.shape[1:] == there.shape[1:]:
        return
    for test in _tests(here):
        if stride not in test.text:
            text = f"{stride} != 1 or {test.text}"
            help = f"the shortcut has the stride too: write `if {text}`"
            yield Proposal(help, Cure((Edit(test, text),)))


def _condition(here: Branch, channels: str) -> Iterator[Proposal]:
    """The shortcut of an `else`, whose `if` projects it already, but does not ask for channels."""
    for test in _tests(here):
        if "channels" not in test.text:
            text = f" or in.channels != {channels}"
            help = f"`if {test.text}{text}` takes the projection here as well"
            yield Proposal(help, Cure((after(test, text),)))


def _tests(here: Branch) -> Iterator[Span]:
    """The conditions in whose `else` a shortcut stands."""
    for found in sites(here.tensor.origin.source).values():
        action = found.link.action
        if not isinstance(action, tree.If) or len(action.arms) != 2:
            continue
        first, last = action.arms
        within = last.span.start <= here.tensor.origin.start <= last.span.end
        if within and first.condition is not None:
            yield first.condition.span


def own_width(nodes: Sequence[Node], here: Branch, there: Branch) -> Iterator[Proposal]:
    """A branch of a number beside a shortcut whose width is a parameter: that was meant."""
    if here.width is None or there.width is not None or here.shape[0] == there.shape[0]:
        return
    assert here.width.layer is not None  # a width is what a layer gives
    written = _written(here.width, next(iter(here.width.layer.arguments)))
    widths = [text for text in _widths(nodes, here.width, there) if not text.isdigit()]
    if written is not None and written.isdigit() and widths:
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
    call = caller(own.scope, expression(action, kind, name))
    if call is not None:
        edit = given(call[0], call[1], str(there.shape[0]), call[2])
        text = mended(call[0].span, [edit])
        yield Proposal(f"`{text}` in line {call[0].span.line} would give {shape}", Cure((edit,)))
    for text in _widths(nodes, own, there):
        edit = given(action, name, text, 0)
        told = mended(action.span, [edit])
        yield Proposal(f"`{told}` in line {action.span.line} would give {shape}", Cure((edit,)))


def _widths(nodes: Sequence[Node], own: Node, there: Branch) -> Iterator[str]:
    """How the other branch's channels are written, if in the same braces; else the number."""
    other = there.width
    index = there.tensor.node
    while other is None and index >= 0:
        node = nodes[index]
        if node.layer is not None and node.layer.counted:
            other = node
        index = node.inputs[0] if node.inputs else -1
    if other is not None and other.scope is own.scope:
        text = _written(other, "channels")
        if text is not None and not text.isdigit():
            yield text
    yield str(there.shape[0])


def _written(node: Node, name: str) -> str | None:
    """How an argument of a layer is written, if it is."""
    found = site(node.span)
    if found is None or not isinstance(found.link.action, tree.Apply) or node.layer is None:
        return None
    if name not in node.layer.arguments:
        return None
    return expression_text(found.link.action, type(node.layer), name)


def _single(text: str) -> bool:
    """Whether an expression needs no brackets to be one argument."""
    return not any(sign in text for sign in (" -", "- ", " if "))
