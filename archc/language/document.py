"""Text that may break over lines where the language allows it: inside brackets.

A document is a row of strings and brackets. What is in brackets stands on the line of the text
around it as long as there is room, else indented on lines of its own.
"""

from __future__ import annotations

from archc.named import NamedTuple


class Item(NamedTuple):
    """What stands between two commas, and where it began in the source; line 0 for nowhere."""

    document: Document
    start: int
    line: int = 0


class Brackets(NamedTuple):
    """`span` is the brackets' place in the source; `rows` when each item is a row of a table."""

    open: str
    items: tuple[Item, ...]
    close: str
    span: tuple[int, int]
    rows: bool = False


Document = tuple[str | Brackets, ...]


def flat(document: Document) -> str:
    """The document on one line."""
    return "".join(
        part
        if isinstance(part, str)
        else part.open + ", ".join(flat(item.document) for item in part.items) + part.close
        for part in document
    )


def until_break(document: Document) -> int:
    """The characters up to the first place where a line may break."""
    width = 0
    for part in document:
        if not isinstance(part, str):
            return width + len(part.open)
        width += len(part)
    return width
