"""Which constructor arguments a class follows: built again with other values, its text must stay.

A class in the author's words says the same for every value. Where its text changes with a
parameter, some number in it hangs on the parameter without saying so: the parameter is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from archc.emit.pytorch.expressions import NotSymbolic
from archc.emit.pytorch.module import Built
from archc.emit.pytorch.trace import tracer_of
from archc.emit.pytorch.writer import Code
from archc.language import tree
from archc.shapes import Size

COMMENT = re.compile(r"\s*# .*$")
IN_PLACE = re.compile(r"(, )?inplace=True")
OMITTED = (  # options that the code leaves out where they have PyTorch's own value
    ("padding", "0"),
    ("stride", "1"),
    ("dilation", "1"),
    ("groups", "1"),
    ("bias", "true"),
)
TRIALS = 4  # values that show nothing are too likely for one: `width // 2 * 2` of 8 and of 9
Settings = tuple[tuple[str, str], ...]


def unfaithful(
    built: Built, changed: Callable[[Settings], Built | None]
) -> frozenset[tuple[str, str]]:
    """Networks and parameters that their classes would not follow."""
    kept: dict[str, dict[str, Any]] = {}  # by parameter: a value, for each network's definition
    doubtful = {name for code in built.codes if code.guessed for name in _users(code)}
    for code in built.codes:
        one = code.instances[0]
        if one.key[0] != "network" or code.info.concrete or one.value.name.id not in doubtful:
            continue
        assert isinstance(one.value, tree.Network)
        for parameter in code.info.parameters:
            if parameter.kind == "value":
                worth = one.place.values[parameter.name]
                kept.setdefault(parameter.name, {})[one.value.name.id] = worth
    before = {_place(code): code for code in built.codes}
    result: set[tuple[str, str]] = set()
    for word, homes in kept.items():
        for other, value in _trials(word, list(homes.values()), changed):
            after = {_place(code): code for code in other.codes}
            for home in homes:
                if any(
                    _text(code, word, value) != _text(after.get(place), word, value)
                    for place, code in before.items()
                    if home in _users(code)
                ):
                    result.add((home, word))
    return frozenset(result)


def _place(code: Code) -> tuple[Any, ...]:
    return (code.name, code.instances[0].key[0])


def _users(code: Code) -> set[str]:
    """The networks whose calls a class serves."""
    names = set()
    for one in code.instances:
        value = next(each for each in tracer_of(one).instances if each.key[0] == "network").value
        names.add(value.name.id)
    return names


def _text(code: Code | None, word: str, value: str) -> tuple[Any, ...]:
    """What a class says where a parameter has a value; not the remarks and the defaults."""
    if code is None:
        return ()
    names = tuple(one.python for one in code.info.parameters)
    rows = [COMMENT.sub("", line) for line in (*code.init, "", *code.forward)]
    body = IN_PLACE.sub("", " ".join(row.strip() for row in rows))
    for option, usual in OMITTED:
        if value == usual:
            body = re.sub(rf",? {option}={re.escape(word)}\b(?! [-+*/%])", "", body)
    return (code.base, names, body, code.arguments, code.outputs)


def _trials(
    word: str, values: list[Any], changed: Callable[[Settings], Built | None]
) -> Iterator[tuple[Built, str]]:
    """The modules where one parameter is another; none where no other value is right."""
    found = 0
    for text in dict.fromkeys(text for value in values for text in _others(value)):
        if found == TRIALS:
            return
        try:
            other = changed(((word, text),))
        except NotSymbolic:
            other = Built("", (), ())
        if other is not None:
            found += 1
            yield other, text


def _others(value: Any) -> Iterator[str]:
    """Other values, as the language writes them."""
    if isinstance(value, bool):
        yield written(not value)
    elif isinstance(value, int):
        for one in (value + 1, 2 * value, value // 2, value + 4, value + 2, value - 1, 3 * value):
            if one != value and one > 0:
                yield written(one)
    elif isinstance(value, (float, Fraction)):
        yield written(float(value) / 2)
        yield written(float(value) + 1)
    elif isinstance(value, Size):
        yield written(Size([*value[:-2], *(one + 1 for one in value[-2:])]))
        yield written(Size([value[0] + 1, *value[1:]]))
        yield written(Size(2 * one for one in value))
    elif type(value) is tuple and value:
        for other in (value[:-1], (*value, value[-1])):
            if other and all(written(one) for one in other):
                yield f"[{', '.join(written(one) for one in other)}]"
        for place in range(len(value) - 1, -1, -1):
            for text in _others(value[place]):
                items = [written(one) for one in value]
                items[place] = text
                if all(items):
                    yield f"[{', '.join(items)}]"


def written(value: Any) -> str:
    """A value as `--set` takes it; empty for what it does not take."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Size):
        return "x".join(str(one) for one in value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, Fraction):
        return repr(float(value))
    if isinstance(value, str):
        return f'"{value}"'
    if type(value) is tuple and all(written(one) for one in value):
        return f"[{', '.join(written(one) for one in value)}]"
    return ""
