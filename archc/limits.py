"""Limits of figures that are given from outside: `--max-params 60M`. Read where there are some."""

from __future__ import annotations

import re
from fractions import Fraction

from archc.analysis.budgets import Budget
from archc.options import OptionError, Options, written_value

COUNTED = ("params", "macs", "flops")
"""Limits of what is counted, where the others are of bytes."""


def limits(options: Options) -> tuple[Budget, ...]:
    """The limits from outside; raises `OptionError` for what is no number."""
    found = []
    for word, text in options.budgets:
        try:
            most = written_value(text, f"--max-{word}")
        except OptionError:
            most = None
        if isinstance(most, (int, float, Fraction)) and not isinstance(most, bool) and most <= 0:
            raise OptionError(f"--max-{word}: `{text}` is no limit; one is above zero")
        if word in COUNTED and most is not None and text.strip().endswith("B"):
            count = text.strip().rstrip("iB").upper()
            raise OptionError(
                f"--max-{word}: `{text}` is an amount of bytes, and {word} are counted; write "
                f"--max-{word} {count}, or of the bytes of weights --max-weights {text}"
            )
        if isinstance(most, bool) or not isinstance(most, (int, float, Fraction)):
            if text.strip().endswith("%"):
                raise OptionError(
                    f"--max-{word}: `{text}` is a share, and a limit is a number, 60M; "
                    "--baseline FILE.json tells what changed since a state, in shares too"
                )
            _of_another_figure(word, text)
            meant = _as_meant(text, word in COUNTED)
            told = "write 60M or 4.1G" if word in COUNTED else "write 20MB or 1.5GiB"
            told = told if meant is None else f"did you mean `{meant}`?"
            flags = () if meant is None else ((f"max-{word}", meant),)
            raise OptionError(f"--max-{word}: `{text}` is no number; {told}", flags)
        found.append(Budget(word, text, most))
    return tuple(found)


OTHER = {"macs": ("flops", r"flops?"), "flops": ("macs", r"macs?|mult-adds|madds?")}
"""Of two figures that are taken for one another: the other, and its unit."""


def _of_another_figure(word: str, text: str) -> None:
    """Raises `OptionError` for `--max-macs 15.5GFLOPs`."""
    other, unit = OTHER.get(word, ("", ""))
    found = re.fullmatch(rf"(.*\d\s*[a-z]*?)(?:{unit})", text.strip(), re.IGNORECASE)
    meant = _as_meant(found[1], True) if other and found is not None else None
    if meant is not None:
        message = (
            f"--max-{word}: `{text}` is a number of {other.upper()[:-1]}s, which are limited by"
        )
        flags = ((f"max-{word}", None), (f"max-{other}", meant))
        raise OptionError(f"{message} --max-{other} {meant}", flags)


AMOUNT = re.compile(
    r"([\d_]+(?:,\d{3})*(?:\.\d+)?)\s*(k|m|g|t|thousand|million|billion)?\s*"
    r"(i?b|bytes)?(?:flops?|macs?|mult-adds|madds?|ops|params|parameters)?",
    re.IGNORECASE,
)
LETTERS = {"thousand": "K", "million": "M", "billion": "G", "b": "G"}


def _as_meant(text: str, counted: bool) -> str | None:
    """The amount as it is written here: `5m` is meant as `5M`, `0.1GFLOPs` as `0.1G`."""
    found = AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    number, letter, unit = found[1].replace(",", ""), (found[2] or "").lower(), found[3] or ""
    if counted and letter:
        unit = ""  # `500KB` of parameters, which are counted
    elif counted and unit:
        return None
    letter = LETTERS.get(letter, letter.upper())
    if unit:
        letter = ("k" if letter == "K" and unit.lower() != "ib" else letter) + (
            "iB" if unit.lower() == "ib" else "B"
        )
    large = f"{number}{letter}"
    try:
        amount = written_value(large, "")
    except OptionError:
        return None
    return large if isinstance(amount, (int, float, Fraction)) else None
