"""Means, maxima and differences of values that have names: `average a b`, `max(a, b)`."""

from __future__ import annotations

import re

from archc.habits.habit import habit
from archc.habits.words import CURRENT

MEANS = ("average", "avg", "mean")


def _values(text: str) -> list[str]:
    names = re.findall(r"[\w.]+", text)
    return ["identity" if name in CURRENT else f"from {name}" for name in names]


def _mean(found: re.Match[str]) -> str:
    """A sum, and what it is divided by."""
    values = _values(found[2])
    return f"{found[1]}add {{ {'; '.join(values)} }} -> rescale (1/{len(values)})"


def _greatest(found: re.Match[str]) -> str:
    """Of two: max(a, b) = a + relu(b - a)."""
    one, other = _values(found[2])
    return f"{found[1]}add {{ {one}; add {{ {other}; {one} -> rescale (-1) }} -> relu }}"


def _difference(found: re.Match[str]) -> str:
    one, other = _values(found[2])
    return f"{found[1]}add {{ {one}; {other} -> rescale (-1) }}"


_OWN = r"\A((?:\w+\s*:\s*)?)(?:(?:torch|tf|np)\.)?"
_TWO = r"(?:\s+|\s*\(\s*)\[?(NAME[\s,]+NAME)\]?\s*\)?\Z".replace("NAME", r"[a-z_]\w*")
_MORE = r"(?:\s+|\s*\(\s*)\[?(NAME(?:[\s,]+NAME)+)\]?\s*\)?\Z".replace("NAME", r"[a-z_]\w*")

OF_VALUES = (
    habit(rf"{_OWN}(?:{'|'.join(MEANS)}){_MORE}", _mean),
    habit(rf"{_OWN}(?:max|maximum|greatest){_TWO}", _greatest),
    habit(rf"{_OWN}(?:sub|subtract|minus|diff|difference){_TWO}", _difference),
)
