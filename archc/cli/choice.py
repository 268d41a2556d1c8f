"""Which warnings, and which advice, are told: `--select` and `--ignore`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from archc.cli.flags import Arguments, UsageError
from archc.diagnostics import Diagnostic

NUMBERED = re.compile(r"[A-Za-z]{1,5}\d{0,5}")
"""A code of other programs, `E501`, or the letters that begin several."""

EVERY = {
    "ignore": "warnings are left out by their codes, and errors never",
    "select": "all are told where none is selected",
}


def told(findings: Iterable[Diagnostic], arguments: Arguments) -> tuple[Diagnostic, ...]:
    """Errors, and of warnings and advice those that were selected and are not ignored.

    Raises `UsageError` for a code that neither has.
    """
    selected = _codes("select", arguments)
    ignored = _codes("ignore", arguments)
    return tuple(
        one
        for one in findings
        if one.severity == "error"
        or ((not selected or one.code in selected) and one.code not in ignored)
    )


def _codes(flag: str, arguments: Arguments) -> frozenset[str]:
    """The codes of a flag, which may have several with commas between."""
    given: list[str] = arguments.get(flag, [])
    words = [word.strip() for text in given for word in text.split(",")]
    found = frozenset(word for word in words if word)
    if found:
        _check(flag, found, flag in arguments.given)
    return found


def _check(flag: str, words: frozenset[str], typed: bool) -> None:
    """Raises `UsageError` for a code there is not, as it was typed or stands in a configuration."""
    from archc.diagnostics import ADVICE
    from archc.explanations import WARNINGS, codes
    from archc.suggest import nearest

    known = WARNINGS | ADVICE
    listed = f"Warnings are: {', '.join(sorted(WARNINGS))}\nAdvice is: {', '.join(sorted(ADVICE))}"
    for word in sorted(words - known):
        what = f"`--{flag} {word}`" if typed else f"`{flag}` of the configuration, `{word}`"
        if word in codes():
            raise UsageError(f"{what}: this is an error, and errors are always told", listed)
        begun = sorted(one for one in known if one.startswith(word.rstrip("*-").lower() + "-"))
        if word.rstrip("*-") and begun:
            meant = f"{', '.join(begun[:-1])} and {begun[-1]}" if len(begun) > 1 else begun[0]
            raise UsageError(f"{what}: codes are named one by one: {meant}", listed)
        if word.lower() in ("all", "*", "warning", "warnings"):
            raise UsageError(f"{what}: {EVERY[flag]}", listed)
        guess = nearest(word, known)
        meant = f"; did you mean `{guess}`?" if guess else ""
        if not guess and NUMBERED.fullmatch(word) and word.upper() == word:
            meant = f": codes are words here, as in --{flag} unused-parameter"
        raise UsageError(f"{what}: there is no warning of that name{meant}", listed)
