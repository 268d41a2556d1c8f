"""A number without its unit beside a figure far above it: `--max-memory 16`, `params < 25`."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

BYTES = ("B", "kB", "MB", "GB", "TB")
COUNT = ("", "K", "M", "G", "T")

LARGE = 1000
"""A number that was written out, from here on."""


def unit_meant(figure: str, actual: object, text: str) -> str | None:
    """What the number was taken for, and with the unit that it may lack.

    The unit is the first in which it is no longer far below the figure.
    """
    number = text.strip()
    digits = number.replace(".", "", 1)
    if type(actual) is not int or not digits.isascii() or not digits.isdigit():
        return None
    units = BYTES if figure.startswith("memory") or ".memory" in figure else COUNT
    amount = Fraction(number)
    if not 0 < amount < LARGE:
        return None
    unit = next((one for one, fits in _worth(amount, units, actual) if fits), None)
    if unit in (None, units[0]):
        return None
    what = "memory is told in bytes" if units is BYTES else f"{figure} is told one by one"
    return f"{what}, {_shown(actual, units)} here; `{number}` has no unit: `{number}{unit}`?"


def _worth(amount: Fraction, units: tuple[str, ...], actual: int) -> Iterator[tuple[str, bool]]:
    """Each unit, and whether so much of it is at least half of a figure."""
    for power, unit in enumerate(units):
        yield unit, 2 * amount * 1000**power >= actual


def _shown(actual: int, units: tuple[str, ...]) -> str:
    """A figure in the unit that suits it."""
    power = min((len(str(actual)) - 1) // 3, len(units) - 1)
    return f"{actual / 1000**power:.4g} {units[power]}".rstrip()
