"""What an argument of a layer may be, and how a value of the language becomes one.

A kind converts with the number of spatial axes at hand: `3` as a kernel means `(3, 3)` on a map.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from archc.shapes import Open, Size

REQUIRED: Any = object()


class ArgumentError(Exception):
    """A value that cannot be the argument; the message ends a sentence that begins with its name."""

    def __init__(self, code: str, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


class Argument:
    """One argument of a layer kind: `kind` says in a word what it takes, `doc` what it means."""

    def __init__(
        self,
        kind: str,
        convert: Callable[[Any, int], Any],
        default: Any = REQUIRED,
        doc: str = "",
        keyword_only: bool = False,
    ) -> None:
        self.name = ""  # set by the layer class
        self.kind = kind
        self.convert = convert
        self.default = default
        self.doc = doc
        self.keyword_only = keyword_only

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
        return f'"{value}"'
    if isinstance(value, Fraction):
        return str(float(value)) if _finite_decimal(value) else str(value)
    if isinstance(value, Size):
        return repr(value)
    if isinstance(value, tuple) and not isinstance(value, Open):
        return "[" + ", ".join(describe(item) for item in value) + "]"
    return str(value)


def _finite_decimal(value: Fraction) -> bool:
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1


def whole(value: object, least: int | None = None) -> Any:
    """A whole number, or an open size; `least` bounds it from below."""
    if isinstance(value, Open):
        return value
    if isinstance(value, Fraction) and value.denominator == 1:
        value = value.numerator
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (Fraction, float)):
        raise ArgumentError("not-whole", f"must be a whole number, not {describe(value)}")
    if isinstance(value, bool) or not isinstance(value, int):
        raise ArgumentError("wrong-type", f"must be a whole number, not {describe(value)}")
    if least is not None and value < least:
        raise ArgumentError("out-of-range", f"must be at least {least}, not {value}")
    return value


def count(default: Any = REQUIRED, doc: str = "", least: int = 1) -> Any:
    """A whole number, at least 1 unless told otherwise."""
    return Argument("count", lambda value, rank: whole(value, least), default, doc)


def flag(default: Any = REQUIRED, doc: str = "") -> Any:
    """`true` or `false`."""

    def convert(value: object, rank: int) -> bool:
        if not isinstance(value, bool):
            raise ArgumentError("wrong-type", f"must be true or false, not {describe(value)}")
        return value

    return Argument("flag", convert, default, doc)


def sizes(value: object, rank: int, least: int = 1) -> tuple[int, ...]:
    """One whole number an axis; a single number serves every axis."""
    if isinstance(value, tuple) and not isinstance(value, Open):
        if len(value) != rank:
            raise ArgumentError(
                "wrong-rank",
                f"has {len(value)} axes ({describe(value)}), but the input has {rank}",
                f"write {rank} numbers, or a single one for every axis",
            )
        return tuple(whole(item, least) for item in value)
    return (whole(value, least),) * rank


def size(default: Any = REQUIRED, doc: str = "", least: int = 1) -> Any:
    """A whole number an axis: `3`, `3x5` or `[3, 5]`."""
    return Argument("size", lambda value, rank: sizes(value, rank, least), default, doc)
