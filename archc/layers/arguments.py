"""What an argument of a layer may be, and how a value of the language becomes one.

A kind converts with the number of spatial axes at hand: `3` as a kernel means `(3, 3)` on a map.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Literal

from archc.shapes import LARGEST, Open, Size

REQUIRED: Any = object()

LONGEST_LIST = 120  # letters of a list in a message
MOST_DIGITS_SHOWN = 10**40

Pads = tuple[tuple[int, int], ...]
Padding = Pads | Literal["same"]


class ArgumentError(Exception):
    """A value that cannot be the argument; the message ends a sentence begun by its name.

    `others` are values that may have been meant, as they are written.
    """

    def __init__(
        self, code: str, message: str, help: str | None = None, others: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.others = others
        self.argument = ""  # set by `bind`


class Argument:
    """One argument of a layer kind: `kind` says in a word what it takes, `doc` what it means.

    `words` are the bare names it understands, as in `pad=same` and `mode=bilinear`. A `tensor`
    argument takes the name of an earlier value; the layer holds True, and the value's shape is its
    second input. An `open` one takes open sizes, which the forward pass works out.
    """

    __slots__ = ("convert", "default", "doc", "keyword_only", "kind", "name", "open", "words")

    def __init__(
        self,
        kind: str,
        convert: Callable[[Any, int], Any],
        default: Any = REQUIRED,
        doc: str = "",
        keyword_only: bool = False,
        words: tuple[str, ...] = (),
        open: bool = False,
    ) -> None:
        self.name = ""  # set by the layer class
        self.kind = kind
        self.convert = convert
        self.default = default
        self.doc = doc
        self.keyword_only = keyword_only
        self.words = words
        self.open = open

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


def describe(value: object) -> str:
    """A value as a message shows it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= LONGEST_LIST else f'"{value[:LONGEST_LIST]}…"'
    if isinstance(value, Fraction):
        return _fraction(value)
    if isinstance(value, Size):
        return repr(value) if len(value) < 10 else f"a size of {len(value)} axes"
    if isinstance(value, tuple) and not isinstance(value, Open):
        return f"[{listed(value, describe)}]"
    if isinstance(value, int) and abs(value) >= MOST_DIGITS_SHOWN:
        return f"{'-' * (value < 0)}{str(abs(value))[:8]}… ({len(str(abs(value)))} digits)"
    return str(value)


def listed(values: Iterable[object], show: Callable[[Any], str]) -> str:
    """Values with commas between them; a long list is cut off."""
    parts: list[str] = []
    room = LONGEST_LIST
    for value in values:
        if room <= 0:
            return ", ".join([*parts, "…"])
        parts.append(show(value))
        room -= len(parts[-1]) + 2
    return ", ".join(parts)


def _fraction(value: Fraction) -> str:
    if max(abs(value.numerator), value.denominator) >= MOST_DIGITS_SHOWN:
        return f"{describe(value.numerator)} / {describe(value.denominator)}"
    return str(float(value)) if _finite_decimal(value) else str(value)


def _finite_decimal(value: Fraction) -> bool:
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1


def is_list(value: object) -> bool:
    """Whether a value is a list or a size; an open number is neither."""
    return isinstance(value, tuple) and not isinstance(value, Open)


def whole(value: object, least: int | None = None, most: int | None = None) -> int:
    """A whole number, between `least` and `most`."""
    if type(value) is not int:
        if isinstance(value, Open):
            raise ArgumentError("open-size", f"must be a known number, but {value} is open")
        if isinstance(value, Fraction) and value.denominator == 1:
            value = value.numerator
        elif isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, (Fraction, float)):
            raise ArgumentError("not-whole", f"must be a whole number, not {describe(value)}")
        if isinstance(value, bool) or not isinstance(value, int):
            raise ArgumentError("wrong-type", f"must be a whole number, not {describe(value)}")
    if least is not None and value < least:
        raise ArgumentError("out-of-range", f"must be at least {least}, not {describe(value)}")
    if abs(value) > LARGEST:
        raise ArgumentError("number-too-large", f"must be below 2**63, not {describe(value)}")
    if most is not None and value > most:
        raise ArgumentError("out-of-range", f"must be at most {most}, not {value}")
    return value


def count(default: Any = REQUIRED, doc: str = "", least: int = 1) -> Any:
    """A whole number, at least 1 unless told otherwise."""
    return Argument("count", lambda value, rank: whole(value, least), default, doc)


def number(
    default: Any = REQUIRED,
    doc: str = "",
    least: float | None = None,
    most: float | None = None,
    none: bool = False,
) -> Any:
    """A number; between `least` and `most`, both allowed. `none` tells whether that is a value."""

    def convert(value: object, rank: int) -> float | None:
        if value is None and none:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float, Fraction)):
            raise ArgumentError("wrong-type", f"must be a number, not {describe(value)}")
        try:
            result = float(value)
        except OverflowError:
            raise ArgumentError("out-of-range", f"is too large: {describe(value)}") from None
        if least is not None and result < least:
            raise ArgumentError("out-of-range", f"must be at least {least:g}, not {result:g}")
        if most is not None and result > most:
            hundredth = (f"{result / 100:g}",) if most == 1 and 5 <= result <= 100 else ()
            message = f"must be at most {most:g}, not {result:g}"
            help = "a share is a number from 0 to 1" if most == 1 else None
            raise ArgumentError("out-of-range", message, help, hundredth)
        return result

    return Argument("number", convert, default, doc)


def share(default: Any = REQUIRED, doc: str = "") -> Any:
    """A number between 0 and 1."""
    argument = number(default, doc, 0, 1)
    argument.kind = "share"
    return argument


def flag(default: Any = REQUIRED, doc: str = "") -> Any:
    """`true` or `false`."""

    def convert(value: object, rank: int) -> bool:
        if not isinstance(value, bool):
            others: tuple[str, ...] = ("false", "true")
            if type(value) is int:  # 0 and 1 are flags elsewhere; another number was meant for more
                others = {0: ("false",), 1: ("true",)}.get(value, ())
            message = f"must be true or false, not {describe(value)}"
            raise ArgumentError("wrong-type", message, others=others)
        return value

    return Argument("flag", convert, default, doc)


def named(argument: Any) -> Any:
    """The same argument, given by its name alone: a number by position would be misread."""
    argument.keyword_only = True
    return argument


def word(*words: str, default: Any = REQUIRED, doc: str = "") -> Any:
    """One of a few words."""

    def convert(value: object, rank: int) -> str:
        if not isinstance(value, str) or value not in words:
            message = f"must be {either(words)}, not {describe(value)}"
            raise ArgumentError("wrong-type", message, others=words)
        return value

    return Argument("word", convert, default, doc, words=words)


def either(words: tuple[str, ...]) -> str:
    """`zeros, reflect or replicate`."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def sizes(value: object, rank: int, least: int = 1) -> tuple[int, ...]:
    """One whole number an axis; a single number serves every axis."""
    if is_list(value):
        assert isinstance(value, tuple)
        if rank and len(value) != rank:
            raise _wrong_rank(value, rank)
        return tuple(whole(item, least) for item in value)
    return (whole(value, least),) * (rank or 1)


def _wrong_rank(value: tuple[Any, ...], rank: int) -> ArgumentError:
    axes = "axis" if rank == 1 else "axes"
    first = describe(value[0]) if value else "1"
    others: tuple[str, ...] = (describe(value[:rank]), first) if rank > 1 else (first,)
    if len(set(value)) > 1:
        others = ()  # which of them was meant is not known
    return ArgumentError(
        "wrong-rank",
        f"has {len(value)} numbers ({describe(value)}), but the input has {rank} {axes}",
        "a single number serves every axis" if rank > 1 else None,
        others,
    )


def size(default: Any = REQUIRED, doc: str = "", least: int = 1) -> Any:
    """A whole number an axis: `3`, `3x5` or `[3, 5]`."""

    def convert(value: object, rank: int) -> tuple[int, ...]:
        if type(value) is int and least <= value <= LARGEST and rank:
            return (value,) * rank
        return sizes(value, rank, least)

    return Argument("size", convert, default, doc)


def axes(value: object, rank: int) -> tuple[int | Open, ...]:
    """One size an axis, each known or open."""
    if not is_list(value):
        return (_axis(value),) * (rank or 1)
    assert isinstance(value, tuple)
    if rank and len(value) != rank:
        raise _wrong_rank(value, rank)
    return tuple(_axis(item) for item in value)


def _axis(value: object) -> int | Open:
    return value if isinstance(value, Open) else whole(value, 1)


def target(default: Any = None, doc: str = "") -> Any:
    """The size to reach, on every axis: `24x24` or `[H, W]`; a single number serves every axis."""
    return Argument("size", axes, default, doc, open=True)


def _paired(value: tuple[Any, ...]) -> list[list[str]]:
    """Begins and ends in a row, as a list for each axis; then as PyTorch has it, the last first."""
    pairs = [describe(value[place : place + 2]) for place in range(0, len(value), 2)]
    return [pairs, pairs[::-1]] if pairs != pairs[::-1] else [pairs]


def pads(default: Any = 0, doc: str = "", same: bool = True, least: int | None = 0) -> Any:
    """`1`; `1x3` or `[1, 3]` per axis; `[[0, 1], [0, 1]]` per side; `same` where allowed."""

    def convert(value: object, rank: int) -> Pads | str:
        if value == "same" and same:
            return "same"
        if not is_list(value):
            if isinstance(value, str):
                allowed = "a whole number, a size, pairs or same" if same else "numbers"
                raise ArgumentError("wrong-type", f"must be {allowed}, not {describe(value)}")
            number = whole(value, least)
            return ((number, number),) * (rank or 1)
        assert isinstance(value, tuple)
        if rank and len(value) != rank:
            error = _wrong_rank(value, rank)
            if len(value) == 2 * rank:
                error.help = "a begin and an end stand in a list for each axis"
                error.others = tuple(f"[{', '.join(one)}]" for one in _paired(value))
            raise error
        return tuple(_pair(item, least) for item in value)

    return Argument("pads", convert, default, doc, words=("same",) if same else ())


def _pair(value: object, least: int | None = 0) -> tuple[int, int]:
    if not is_list(value):
        number = whole(value, least)
        return number, number
    assert isinstance(value, tuple)
    if len(value) != 2:
        raise ArgumentError("wrong-type", f"needs a begin and an end, not {describe(value)}")
    return whole(value[0], least), whole(value[1], least)


def pair(default: Any = 0, doc: str = "") -> Any:
    """A begin and an end, `[0, 16]`; a single number serves both."""
    return Argument("pair", lambda value, rank: _pair(value), default, doc)


def table(default: Any = None, doc: str = "") -> Any:
    """A list of lists of whole numbers."""

    def convert(value: object, rank: int) -> tuple[tuple[int, ...], ...]:
        if not is_list(value):
            raise ArgumentError("wrong-type", f"must be a list of lists, not {describe(value)}")
        assert isinstance(value, tuple)
        for row in value:
            if not is_list(row):
                raise ArgumentError("wrong-type", f"must hold lists, not {describe(row)}")
        return tuple(tuple(whole(item, 0) for item in row) for row in value)

    return Argument("table", convert, default, doc)


def numbers(default: Any = REQUIRED, doc: str = "", least: int | None = None) -> Any:
    """A list of whole numbers, of any length."""

    def convert(value: object, rank: int) -> tuple[int, ...]:
        if not is_list(value):
            raise ArgumentError("wrong-type", f"must be a list of numbers, not {describe(value)}")
        assert isinstance(value, tuple)
        return tuple(whole(item, least) for item in value)

    return Argument("numbers", convert, default, doc)


def tensor(doc: str = "") -> Any:
    """The name of an earlier value: `like=enc3`."""

    def convert(value: object, rank: int) -> bool | None:
        return None if value is None else True

    return Argument("tensor", convert, None, doc, keyword_only=True)
