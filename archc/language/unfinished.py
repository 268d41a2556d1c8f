"""Expressions that end too early: a share as `99%`, a choice without its `else`."""

from __future__ import annotations

import re

from archc.language import kinds as k
from archc.language.mistake import Error
from archc.language.said import Said
from archc.language.tolerance import TOLERANCE

CHOICE = re.compile(r"[^\n;{}#]*?[\w)\]]\s+if\s+[^\n;{}#]+", re.ASCII)


def unfinished(error: Error) -> Said | None:
    """What is said of an expression whose end is missing."""
    return _share(error) or _choice(error)


def _share(error: Error) -> Said | None:
    """`expect accuracy > 99%`, where the next line would be what is divided by."""
    tokens, before = error.tokens, error.token - 1
    if before < 1 or error.text(before) != "%" or tokens.kinds[before - 1] != k.NUMBER:
        return None
    if "\n" not in tokens.text[tokens.ends[before] : tokens.starts[error.token] + 1]:
        return None
    if TOLERANCE.match(tokens.text, tokens.starts[error.first]):
        return None
    return Said("`%` is the rest of a division: a share is written as a number, `0.5`", at=before)


def _choice(error: Error) -> Said | None:
    """`let y = x if x > 2`."""
    tokens = error.tokens
    if k.ELSE not in error.acceptable or error.kind not in (k.END, k.BRACE_CLOSE):
        return None
    line = CHOICE.match(tokens.text, tokens.starts[error.first], tokens.starts[error.token])
    if line is None or error.head == k.IF:
        return None
    help = f"`{line[0].strip()} else …` says what it is otherwise"
    return Said("a choice between values needs its `else`", help)
