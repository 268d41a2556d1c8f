"""The comments of a file, which the tree does not hold, in the order of the text."""

from __future__ import annotations

import re

from archc.language.lexer import Lexer
from archc.language.lexer_literals import ALLOW
from archc.language.source import Source
from archc.named import NamedTuple


class Comment(NamedTuple):
    """`alone` when it has its line to itself; `apart` when the line above is blank."""

    text: str
    start: int
    line: int
    alone: bool
    apart: bool
    allows: bool


def comments(source: Source) -> tuple[Comment, ...]:
    """Every comment of a text that has been parsed without a mistake."""
    lexer = Lexer(source)
    lexer.run()
    found = []
    for start, end in lexer.comments:
        line, column = source.position(start)
        text = source.text[start:end].rstrip()
        alone = not source.line(line)[: column - 1].strip()
        allows = re.search(ALLOW, text) is not None
        found.append(Comment(text, start, line, alone, apart(source, start), allows))
    return tuple(found)


def apart(source: Source, offset: int) -> bool:
    """Whether a blank line stands above the line of a character."""
    line = source.position(offset)[0]
    return line > 1 and not source.line(line - 1).strip()
