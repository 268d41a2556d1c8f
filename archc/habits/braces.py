"""Which brace closes one: for texts that are not read yet, as a mistake stands in them."""

from __future__ import annotations

import re

_BRACE = re.compile(r"[{}]")


def closing(text: str, opened: int) -> int:
    """The brace that closes the one at a place; the end of the text where none does."""
    depth = 0
    for found in _BRACE.finditer(text, opened):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return found.start()
    return len(text) - 1
