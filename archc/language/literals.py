"""Numbers, sizes and texts: their rules, their values, and what is wrong with a broken one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

MOST_DIGITS = 4_000
LARGEST_EXPONENT = 400

SIZE_PATTERN = re.compile(r"\d+(?:x(?:\d+|[A-Z]))+\Z", re.ASCII)
NUMBER_PATTERN = re.compile(
    r"(\d+(?:_\d+)*)(?:\.(\d+(?:_\d+)*))?(?:[eE]([+-]?\d+)|([KMGT]))?\Z", re.ASCII
)
POWERS = {"K": 3, "M": 6, "G": 9, "T": 12}
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "{": "{", "}": "}"}


def number_value(text: str) -> int | Fraction:
    """The exact value of a number that `number_problem` has passed."""
    if text.isdigit():
        return int(text)
    match = NUMBER_PATTERN.match(text)
    assert match is not None
    whole, fraction, exponent, suffix = match.groups()
    digits = whole.replace("_", "")
    power = int(exponent) if exponent else POWERS.get(suffix, 0)
    if fraction:
        fraction = fraction.replace("_", "")
        digits += fraction
        power -= len(fraction)
    value = int(digits)
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


def number_problem(text: str) -> tuple[str, str | None]:
    """What is wrong with a word that begins with a digit, and how to write it."""
    if len(text) > 60:
        return "this is neither a number nor a size", None
    lowered = text.lower()
    if re.fullmatch(r"\d+(?:x(?:\d+|[a-z]))+", lowered):
        cure = re.sub(r"(?<=[x\d])x", "x", re.sub("X(?=[0-9A-Z])", "x", text))
        if SIZE_PATTERN.match(cure):
            return f"`{text}` is not a size: it is written with a small `x`", f"write `{cure}`"
        upper = "x".join(part.upper() for part in lowered.split("x"))
        return (
            f"`{text}` is not a size: an open axis is a capital letter",
            f"write `{upper}`, or a list such as `[3, s, s]` for a value",
        )
    if re.fullmatch(r"0x[0-9a-f]+(_[0-9a-f]+)*", lowered):
        decimal = str(int(lowered.replace("_", ""), 16)) if len(lowered) < 40 else None
        return (
            f"there are no hexadecimal numbers, so `{text}` is neither a number nor a size",
            f"write `{decimal}`" if decimal else None,
        )
    if re.fullmatch(r"[\d.]+[kmgt]", lowered) and text[-1].islower():
        cure = text[:-1] + text[-1].upper()
        return f"`{text}` is not a number", f"write `{cure}`: K, M, G and T are capitals"
    if lowered.endswith("x") or "xx" in lowered:
        return f"the size `{text}` lacks an axis", "write every axis, `7x7`"
    if re.search(r"_(?!\d)|(?<!\d)_", text):
        return f"`{text}` is not a number: a `_` stands between two digits", None
    if re.fullmatch(r"[\d.]+[A-Z]?B", text):
        return (
            f"`{text}` is not a number",
            f"write `{text[:-1]}G`: the powers of 1000 are K, M, G, T",
        )
    if re.fullmatch(r"\d+(\.\d+){2,}", text):
        return f"`{text}` is not a number: it has more than one point", None
    if re.match(r"\d+(?:x(?:\d+|[A-Z]))*[*/+-]?[A-Za-z_]", text):
        rest = text.lstrip("0123456789_.")
        return (
            f"`{text}` is neither a number, a size nor a name",
            f"a name cannot begin with a digit; for a product write `{text[: -len(rest)]}*{rest}`",
        )
    return f"`{text}` is not a number", None
