"""Cures put forward for calls of blocks that give more than the block has parameters for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called, written
from archc.graph.cures.edits import Site, after, mended, sites, without
from archc.language import tree
from archc.layers.registry import KINDS

Definition = tree.Block | tree.Network

DEFAULTS = {"stride": "1", "groups": "1", "dilation": "1", "bias": "true"}
"""Arguments of layers that a block may hand on, and what they are where nothing is said."""

STRIDE = "stride"
MOST_STRIDE = 4
ACTIVATIONS = ("act", "activation", "nonlinearity", "act_layer", "activation_fn", "nonlin", "Act")
PARAMETER = "Act"


def surplus(definition: Definition, action: tree.Apply, extra: tree.Argument) -> Iterator[Proposal]:
    """An argument that a block has no parameter for: a parameter more, or the call without it."""
    yield from _one_more(definition, action, extra)
    if extra.name is None and isinstance(extra.value, tree.Name):
        return  # a value of the network, which the block was to read
    edit = without(action, extra)
    value = extra.value.span.text
    own = re.search(rf"(?<![\w.]){re.escape(value)}(?![\w.])", definition.span.text) is not None
    why = f": `{value}` is what it has" if own else ", as the block has nothing that takes it"
    yield Proposal(f"write `{mended(action.span, [edit])}`{why}", Cure((edit,)))


def _one_more(
    definition: Definition, action: tree.Apply, extra: tree.Argument
) -> Iterator[Proposal]:
    """`Conv 64 stride=2` or `Conv 64 3 2` of a block that hands on no stride."""
    if definition.span.source is not action.span.source:
        return
    name = extra.name or (STRIDE if _is_stride(extra, definition) else "")
    if name in ACTIVATIONS:
        yield from _activation(definition, action, extra)
    if name not in DEFAULTS or any(one.name.id == name for one in definition.parameters):
        return
    if _given(definition, name) == {DEFAULTS[name]}:
        edit = without(action, extra)
        yield Proposal(
            f"write `{mended(action.span, [edit])}`: it is {DEFAULTS[name]} there",
            Cure((edit,)),
        )
    yield from _handed_on(definition, name)


def _is_stride(extra: tree.Argument, definition: Definition) -> bool:
    """Whether a number behind the last parameter may be a stride."""
    value = extra.value
    place = len(definition.parameters)
    return isinstance(value, tree.Number) and 0 < value.value <= MOST_STRIDE and place > 0


def _given(definition: Definition, name: str) -> set[str]:
    """What the calls of a block give by a name."""
    return {
        argument.value.span.text
        for one in _calls(definition)
        for argument in one.arguments
        if argument.name == name
    }


def _calls(definition: Definition) -> list[tree.Apply]:
    found = (one.link.action for one in sites(definition.name.span.source).values())
    return [
        one
        for one in found
        if isinstance(one, tree.Apply) and one.callee.span.text == definition.name.id
    ]


def _inside(definition: Definition) -> list[Site]:
    found = sites(definition.name.span.source).values()
    return [one for one in found if one.definition.name.id == definition.name.id]


def _handed_on(definition: Definition, name: str) -> Iterator[Proposal]:
    """A parameter more, which the first layer that takes such an argument is given.

    Where the block adds its input, a projection takes the place of the shortcut.
    """
    layers = [one.link.action for one in _inside(definition)]
    takers = [
        one
        for one in layers
        if isinstance(one, tree.Apply)
        and (kind := kind_called(one)) is not None
        and name in kind.arguments
        and (kind.counted or name == STRIDE)
        and written(one, name) is None
    ]
    takers.sort(key=lambda one: one.span.start)
    if not takers:
        return
    taker = takers[0]
    given = after(taker.span, f" {name}={name}")
    if taker.parenthesised:
        given = Edit(taker.span._replace(start=taker.span.end - 1), f", {name}={name})")
    edits = (head(definition, f"{name} = {DEFAULTS[name]}"), given)
    told = f"write `{mended_head(definition, f'{name} = {DEFAULTS[name]}')}`"
    told += f", and `{mended(taker.span, [given])}` in line {taker.span.line}"
    shortcut = next(
        (one for one in layers if isinstance(one, tree.Apply) and one.span.text == "identity"), None
    )
    counts = [written(one, "channels") for one in layers if isinstance(one, tree.Apply)]
    widths = [one.value.span.text for one in counts if one is not None]
    if shortcut is None or not widths or name != STRIDE:
        yield Proposal(told, Cure(edits))
    else:
        width = widths[-1]
        projection = f"conv {width} 1x1 stride=stride bias=false"
        asked = f"stride != 1 or in.channels != {width}"
        text = f"if {asked} {{ {projection} }} else {{ identity }}"
        also = f", and `{text}` for `identity` in line {shortcut.span.line}"
        yield Proposal(told.replace(", and", ",") + also, Cure((*edits, Edit(shortcut.span, text))))


def _activation(
    definition: Definition, action: tree.Apply, extra: tree.Argument
) -> Iterator[Proposal]:
    """`Res 64 activation=silu`: the block's `relu` as a parameter; `relu` itself is there."""
    layers = [one.link.action for one in _inside(definition)]
    acts = [one for one in layers if isinstance(one, tree.Apply) and _activates(one)]
    words = {one.span.text for one in acts}
    if len(words) != 1 or extra.name is None:
        return
    (word,) = words
    if _given(definition, extra.name) == {word}:
        edit = without(action, extra)
        help = f"write `{mended(action.span, [edit])}`: the block has its `{word}`"
        yield Proposal(help, Cure((edit,)))
        return
    named = [
        Edit(argument.name_span, PARAMETER)
        for one in _calls(definition)
        for argument in one.arguments
        if argument.name == extra.name and argument.name_span is not None
    ]
    parameter = f"{PARAMETER} = {word}"
    edits = (head(definition, parameter), *(Edit(one.span, PARAMETER) for one in acts), *named)
    told = f"write `{mended_head(definition, parameter)}`, `{PARAMETER}` for its `{word}`"
    yield Proposal(f"{told}, and `{mended(action.span, named)}`", Cure(edits))


def _activates(action: tree.Apply) -> bool:
    kind = KINDS.get(action.callee.span.text)
    return kind is not None and kind.group == "activation" and not action.arguments


def head(definition: Definition, parameter: str) -> Edit:
    """A further parameter."""
    if definition.parameters:
        return after(definition.parameters[-1].span, f", {parameter}")
    name = definition.name.span
    opened = re.compile(r"\s*\(").match(name.source.text, name.end)
    if opened is not None:
        return after(name._replace(end=opened.end()), parameter)
    return after(name, f"({parameter})")


def mended_head(definition: Definition, parameter: str) -> str:
    """The head of a block or network with a further parameter."""
    parameters = [*(one.span.text for one in definition.parameters), parameter]
    word = "network" if isinstance(definition, tree.Network) else "block"
    return f"{word} {definition.name.id}({', '.join(parameters)})"
