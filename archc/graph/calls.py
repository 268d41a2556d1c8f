"""How the arguments of a call reach a block's parameters or a layer's arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from archc.graph import cures
from archc.graph.evaluate import Mistake, Silence, evaluate
from archc.graph.mistakes import hush
from archc.graph.values import (
    UNKNOWN,
    BlockValue,
    GroupValue,
    LayerValue,
    Tensor,
    describe,
    kind_of,
)
from archc.language import tree
from archc.language.source import Span
from archc.layers.arguments import ArgumentError
from archc.layers.base import Layer
from archc.layers.registry import KINDS
from archc.shapes import Open

if TYPE_CHECKING:
    from archc.graph.place import Place


def bind_block(
    value: BlockValue,
    positional: tuple[Any, ...],
    named: Mapping[str, Any],
    action: tree.Apply,
    inner: Place,
) -> tuple[tuple[str, Any], ...]:
    """Gives a block's parameters their values, defaults worked out at the call, left to right.

    Returns the arguments that were written, fixed ones included. Raises `Mistake`.
    """
    parameters = value.definition.parameters
    given = match(value, positional, named, action)
    wrote = []
    for parameter in parameters:
        name = parameter.name.id
        if name in given:
            inner.values[name] = given[name]
            wrote.append((name, given[name]))
        elif parameter.default is not None:
            try:
                inner.values[name] = evaluate(parameter.default, inner)
            except Silence:
                inner.values[name] = UNKNOWN
        else:
            block = value.definition.name.id
            raise Mistake(
                "missing-argument",
                f"`{block}` needs `{name}`",
                action.span,
                signature(value.definition),
            )
    return tuple(wrote)


def match(
    value: BlockValue,
    positional: tuple[Any, ...],
    named: Mapping[str, Any],
    action: tree.Apply | tree.Call,
) -> dict[str, Any]:
    """The values by parameter name.

    A block's fixed arguments are gone from its list: what comes by position fills the others. A
    member of a family has all of its family's parameters, some with a new default.
    """
    definition = value.definition
    names = [parameter.name.id for parameter in definition.parameters]
    given: dict[str, Any] = dict(value.named)
    block = isinstance(definition, tree.Block)
    free = [name for name in names if name not in given] if block else names
    if len(positional) > len(free):
        fixed = len(names) - len(free)
        raise Mistake(
            "too-many-arguments",
            takes(definition, len(positional) + fixed, fixed),
            _beyond(action, len(free)),
            signature(definition),
        )
    by_position = dict(zip(free, positional, strict=False))
    given.update(by_position)
    for name, worth in named.items():
        if name not in names:
            span = _name_span(action, name)
            raise Mistake(
                "unknown-argument",
                f"`{definition.name.id}` has no parameter `{name}`",
                span,
                signature(definition),
                proposals=cures.text.spelt(span, name, names) if span != action.span else (),
            )
        if name in by_position:
            raise Mistake(
                "too-many-arguments",
                f"`{name}` is given twice",
                _name_span(action, name),
                signature(definition),
            )
        given[name] = worth
    return given


def _name_span(action: tree.Apply | tree.Call, name: str) -> Span:
    found = [one.name_span or one.span for one in action.arguments if one.name == name]
    return found[0] if found else action.span


def _beyond(action: tree.Apply | tree.Call, most: int) -> Span:
    """The first argument by position that is one too many."""
    by_position = [one for one in action.arguments if one.name is None]
    return by_position[most].span if 0 <= most < len(by_position) else action.span


def takes(definition: tree.Block | tree.Network, given: int, fixed: int = 0) -> str:
    """How many arguments a block takes, and how many it got."""
    count = len(definition.parameters)
    already = f" ({fixed} of them fixed before)" if fixed else ""
    return (
        f"`{definition.name.id}` takes {count} argument{'s' * (count != 1)}, not {given}{already}"
    )


def signature(definition: tree.Block | tree.Network) -> str:
    """How a block may be called, for the help of a message."""
    parts = [parameter.span.text for parameter in definition.parameters]
    return f"it is defined as `{definition.name.id}({', '.join(parts)})`"


def check_passed(parameter: tree.Parameter, value: Any) -> str | None:
    """Parameters that hold a block begin with a capital, others do not."""
    name = parameter.name.id
    is_block = isinstance(value, (BlockValue, LayerValue))
    if value is UNKNOWN or value is None:
        return None
    if isinstance(value, Tensor) and isinstance(parameter.default, tree.Number):
        return f"`{name}` is a number, not a tensor"
    if name[0].isupper() and not is_block:
        return f"`{name}` wants a block or a layer, not {describe(value)}"
    if is_block and not name[0].isupper():
        return (
            f"`{name}` is given {kind_of(value)}; a parameter that holds one begins with a capital"
        )
    return None


def check_case(name: tree.Name, value: Any) -> None:
    """A value of a `let` or a loop is named as a parameter is. Raises `Mistake`."""
    word = name.id
    if value is UNKNOWN or value is None or word == "_":
        return
    is_block = isinstance(value, (BlockValue, LayerValue))
    if is_block and not word[0].isupper():
        raise Mistake(
            "name-case",
            f"`{word}` holds {kind_of(value)}; the name of one begins with a capital",
            name.span,
            proposals=(cures.text.rename(name.span, f"{word[0].upper()}{word[1:]}"),),
        )
    if word[0].isupper() and not is_block:
        raise Mistake(
            "name-case",
            f"`{word}` is {describe(value)}; a capital holds a block or a layer",
            name.span,
            proposals=(cures.text.rename(name.span, f"{word[0].lower()}{word[1:]}"),),
        )


def layer_arguments(
    kind: type[Layer], positional: tuple[Any, ...], named: Mapping[str, Any], value: LayerValue
) -> tuple[tuple[Any, ...], dict[str, Any], list[Tensor]]:
    """Fixed arguments before those of the call; tensors become further inputs."""
    every = (*value.positional, *positional)
    words = {**value.named, **named}
    extra: list[Tensor] = []
    if not every and not words:
        return every, words, extra
    names = list(kind.arguments)
    tensors = [name for name in names if kind.arguments[name].kind == "tensor"]
    for name in tensors:
        worth = words.get(name)
        if isinstance(worth, Tensor):
            extra.append(worth)
            words[name] = True
        elif worth is not None:
            error = ArgumentError("wrong-type", "wants the name of an earlier value")
            error.argument = name
            raise error
    for name, worth in zip(names, every, strict=False):
        _plain(kind, name, worth)
    for name, worth in words.items():
        if name in kind.arguments:  # of a name it does not have, more is said than of its value
            _plain(kind, name, worth)
    return every, words, extra


def _plain(kind: type[Layer], name: str, worth: Any) -> None:
    """Raises `ArgumentError` for a value that no layer takes: a block, a layer, a tensor."""
    if type(worth) is int or not isinstance(worth, tuple):
        return
    if isinstance(worth, Open):
        hush(worth)
        return
    if isinstance(worth, (BlockValue, LayerValue, GroupValue, Tensor)):
        known = f"`{worth!r}`, " if isinstance(worth, (BlockValue, LayerValue)) else ""
        error = ArgumentError("wrong-type", f"cannot be {known}{kind_of(worth)}")
        error.argument = name
        raise error
    for item in worth:
        _plain(kind, name, item)


def argument_span(action: tree.Apply, name: str) -> Span | None:
    """Where an argument is written, by its name in the call or by its position."""
    argument = written(action, name)
    return None if argument is None else argument.span


def written(action: tree.Apply, name: str) -> tree.Argument | None:
    """An argument of a call, by its name or by its position."""
    for argument in action.arguments:
        if argument.name == name:
            return argument
    kind = kind_called(action)
    if kind is not None and name in kind.arguments:
        position = list(kind.arguments).index(name)
        positional = [argument for argument in action.arguments if argument.name is None]
        if position < len(positional):
            return positional[position]
    return None


def kind_called(action: tree.Apply) -> type[Layer] | None:
    """The kind of layer that a call names itself; None for a block, or a layer handed over."""
    return KINDS.get(action.callee.id) if isinstance(action.callee, tree.Name) else None
