"""What is said of a slip, and how it is mended."""

from __future__ import annotations

from archc.language.mistake import Error
from archc.language.tokens import Edits
from archc.named import NamedTuple


class Said(NamedTuple):
    """What is said: the message, what explains it or tells its cure, and the cure as edits.

    `at` is the token that is to blame, where it is not the one that was found.
    """

    message: str
    help: str | None = None
    edits: Edits = ()
    at: int | None = None


def instead(error: Error, text: str, message: str, help: str | None = None) -> Said:
    """Another text for the token."""
    tokens, token = error.tokens, error.token
    edit = tokens.starts[token], tokens.ends[token], text
    return Said(message, help or f"write `{text}`", (edit,))
