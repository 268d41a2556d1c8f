"""All layers by keyword; calls checked in the text, and bound to values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from archc.layers.arguments import REQUIRED, ArgumentError
from archc.layers.base import Layer
from archc.layers.homes import Kinds
from archc.named import NamedTuple

KINDS = Kinds()

REFUSALS = frozenset(
    ("too-many-arguments", "unknown-argument", "repeated-argument", "missing-argument")
)


class Problem(NamedTuple):
    """A call that cannot be, whatever the values.

    `position` is the index of the positional argument at fault, `argument` the name at fault, each
    None where it is not that; both None blame the call itself.
    """

    code: str
    message: str
    help: str | None = None
    argument: str | None = None
    position: int | None = None


def check_call(kind: str, positional_count: int, names: Sequence[str]) -> list[Problem]:
    """What is wrong with the arguments by name and number alone, whatever their values."""
    arguments = KINDS[kind].arguments
    problems = []
    places = [name for name, argument in arguments.items() if not argument.keyword_only]
    if positional_count > len(places):
        takes = "no arguments" if not places else f"{len(places)} at most: {' '.join(places)}"
        if not places and arguments:
            takes = "none by position"
        some = "1 argument" if positional_count == 1 else f"{positional_count} arguments"
        message = f"`{kind}` has {some} by position, but takes {takes}"
        note = "the branches of a merge stand in braces" if KINDS[kind].many_inputs else None
        problems.append(Problem("too-many-arguments", message, note, position=len(places)))
    given = set(places[:positional_count])
    for name in names:
        if name not in arguments:
            listing = f"it takes {', '.join(arguments)}" if arguments else "it takes none"
            message = f"`{kind}` has no argument `{name}`"
            problems.append(Problem("unknown-argument", message, listing, name))
        elif name in given:
            message = f"`{kind}` has its argument `{name}` twice"
            if name in places[:positional_count]:
                message += f": by position ({places.index(name) + 1}) and by name"
            problems.append(Problem("repeated-argument", message, argument=name))
        given.add(name)
    for name, argument in arguments.items():
        if argument.required and name not in given and given <= arguments.keys():
            message = f"`{kind}` lacks its argument `{name}`: {argument.doc}"
            problems.append(Problem("missing-argument", message, argument=name))
    return problems


def bind(kind: str, positional: Sequence[Any], named: Mapping[str, Any], rank: int) -> Layer:
    """A layer from values of the language; `rank` counts the input's axes behind the channels.

    Raises `ArgumentError` that names its argument. A call that `check_call` refuses raises too,
    with no argument and a message that stands by itself.
    """
    cls = KINDS[kind]
    values = (cls.prepared.get(rank) or _prepare(cls, rank)).copy()
    arguments = cls.arguments
    name = ""
    try:
        if positional:
            if len(positional) > len(arguments):
                raise _refused(kind, positional, named)
            for (name, argument), value in zip(arguments.items(), positional, strict=False):
                if argument.keyword_only:
                    raise _refused(kind, positional, named)
                if value is not None or argument.default is not None:
                    value = argument.convert(value, rank)
                values[name] = value
        for name, value in named.items():
            if name not in values:
                raise _refused(kind, positional, named)
            argument = arguments[name]
            if value is not None or argument.default is not None:
                value = argument.convert(value, rank)
            values[name] = value
    except ArgumentError as error:
        if error.code not in REFUSALS:
            error.argument = name
        raise
    if REQUIRED in values.values():
        raise _refused(kind, positional, named)
    return cls(**values)


def _prepare(cls: type[Layer], rank: int) -> dict[str, Any]:
    """The defaults of a kind, converted, `REQUIRED` where there is none; kept for each rank."""
    cls.prepared[rank] = {
        name: argument.default
        if argument.default is REQUIRED or argument.default is None
        else argument.convert(argument.default, rank)
        for name, argument in cls.arguments.items()
    }
    return cls.prepared[rank]


@lru_cache(maxsize=1_000)
def is_word(word: str) -> bool:
    """Whether some layer understands it as a bare word: `pad=same`."""
    known = (argument for kind in KINDS.loaded for argument in kind.arguments.values())
    if any(word in argument.words for argument in known):
        return True
    from archc.layers.words import WORDS  # loads every kind

    return word in WORDS


def foreign(word: str) -> str | None:
    """The keyword of what another framework calls so."""
    from archc.layers.words import FOREIGN

    return FOREIGN.get(word)


def _refused(kind: str, positional: Sequence[Any], named: Mapping[str, Any]) -> ArgumentError:
    problem = check_call(kind, len(positional), list(named))[0]
    return ArgumentError(problem.code, problem.message, problem.help)
