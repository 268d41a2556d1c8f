"""Numbers, sizes and texts: their rules, their values, and what is wrong with a broken one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.named import NamedTuple

if TYPE_CHECKING:
    from fractions import Fraction

MOST_DIGITS = 4_000
LARGEST_EXPONENT = 400

SIZE_PATTERN = re.compile(r"\d+(?:x(?:\d+|[A-Z]))+\Z", re.ASCII)
NUMBER_PATTERN = re.compile(
    r"(\d+(?:_\d+)*)(?:\.(\d+(?:_\d+)*))?(?:[eE]([+-]?\d+)|([KMGT]|[kMGT]B|[KMGT]iB))?\Z",
    re.ASCII,
)
UNITS = {
    **{letter: 1000**power for power, letter in enumerate("KMGT", 1)},
    **{f"{letter}B": 1000**power for power, letter in enumerate("kMGT", 1)},
    **{f"{letter}iB": 1024**power for power, letter in enumerate("KMGT", 1)},
}
"""What is behind a number: powers of 1000, bytes in powers of 1000 (`MB`) and of 1024 (`MiB`)."""
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "{": "{", "}": "}"}


def number_value(text: str) -> int | Fraction:
    """The exact value of a number that `number_problem` has passed."""
    if text.isdigit():
        return int(text)
    match = NUMBER_PATTERN.match(text)
    assert match is not None
    whole, fraction, exponent, suffix = match.groups()
    digits = whole.replace("_", "")
    power = int(exponent or 0)
    if fraction:
        fraction = fraction.replace("_", "")
        digits += fraction
        power -= len(fraction)
    value: int = int(digits) * UNITS.get(suffix, 1)
    if power >= 0:
        return value * int(10**power)
    from fractions import Fraction

    exact = Fraction(value, 10**-power)
    return exact.numerator if exact.denominator == 1 else exact


def size_axes(text: str) -> tuple[int | str, ...]:
    """The axes of a size that has been seen to be one."""
    return tuple(int(axis) if axis.isdigit() else axis for axis in text.split("x"))


def too_large(text: str) -> bool:
    """Whether a well-formed number has more digits than anything an author means."""
    if len(text) > MOST_DIGITS:
        return True
    match = NUMBER_PATTERN.match(text)
    if match is None or match[3] is None:
        return False
    return len(match[3]) > 8 or abs(int(match[3])) > LARGEST_EXPONENT


class NumberProblem(NamedTuple):
    """What is wrong with a word that begins with a digit; `cure` is how it is written."""

    message: str
    note: str | None = None
    cure: str | None = None


def number_problem(text: str) -> NumberProblem:
    """What is wrong with a word that begins with a digit, and how to write it."""
    if len(text) > 60:
        return NumberProblem("this is neither a number nor a size")
    lowered = text.lower()
    if re.fullmatch(r"\d+(?:x(?:\d+|[a-z]))+", lowered):
        return _size_problem(text)
    if re.fullmatch(r"0x[0-9a-f]+(_[0-9a-f]+)*", lowered):
        decimal = str(int(lowered.replace("_", ""), 16)) if len(lowered) < 40 else None
        message = f"there are no hexadecimal numbers, so `{text}` is neither a number nor a size"
        return NumberProblem(message, cure=decimal)
    unit = re.fullmatch(r"([\d._]+)([kmgt])(i?)(b?)", lowered)
    if unit is not None:
        return _unit_problem(text, *unit.groups())
    if lowered.endswith("x") or "xx" in lowered:
        return NumberProblem(
            f"the size `{text}` lacks an axis", "every axis is written, as in `7x7`"
        )
    if re.search(r"_(?!\d)|(?<!\d)_", text):
        cure = re.sub(r"_+", "_", text).strip("_")
        message = f"`{text}` is not a number: a `_` stands between two digits"
        return NumberProblem(message, cure=cure)
    counted = re.fullmatch(r"([\d._]+)[bB](?:ytes?)?", text)
    if counted is not None:
        note = "bytes are written without a unit"
        return NumberProblem(f"`{text}` is not a number", note, counted[1])
    if re.fullmatch(r"\d+(\.\d+){2,}", text):
        return NumberProblem(f"`{text}` is not a number: it has more than one point")
    if re.match(r"\d+(?:x(?:\d+|[A-Z]))*[*/+-]?[A-Za-z_]", text):
        rest = text.lstrip("0123456789_.")
        note = "a name begins with a letter; a product has its `*`"
        cure = f"{text[: -len(rest)]}*{rest}"
        return NumberProblem(f"`{text}` is neither a number, a size nor a name", note, cure)
    return NumberProblem(f"`{text}` is not a number")


def _size_problem(text: str) -> NumberProblem:
    small = re.sub("X(?=[0-9A-Z])", "x", text)
    if SIZE_PATTERN.match(small):
        message = f"`{text}` is not a size: it is written with a small `x`"
        return NumberProblem(message, cure=small)
    return NumberProblem(
        f"`{text}` is not a size: an open axis is a capital letter",
        "a size of values is a list, as in `[3, s, s]`",
        "x".join(part.upper() for part in text.lower().split("x")),
    )


def _unit_problem(text: str, number: str, letter: str, binary: str, byte: str) -> NumberProblem:
    """A unit in the wrong letters; `3KB` may be meant either way."""
    if not byte and not binary:
        capital = letter.upper()
        return NumberProblem(
            f"`{text}` is not a number",
            "K, M, G and T are the powers of 1000, in capitals",
            f"{number}{capital}",
        )
    if binary:
        right = f"{letter.upper()}iB"
        note = (
            f"1 {right} is {UNITS[right]:,} bytes, 1 {_decimal(letter)} {UNITS[_decimal(letter)]:,}"
        )
    else:
        right = _decimal(letter)
        note = f"1 {right} is {UNITS[right]:,} bytes, 1 {letter.upper()}iB "
        note += f"{UNITS[letter.upper() + 'iB']:,}"
    return NumberProblem(f"`{text}` is not a number", note, f"{number}{right}")


def _decimal(letter: str) -> str:
    return "kB" if letter == "k" else f"{letter.upper()}B"
