"""Braces where an author's indentation says that they are missing."""

from __future__ import annotations

import re

from archc.language.tokens import Edit, Edits, Tokens

BLANKS = re.compile(r"[ \t]*")


def in_braces(tokens: Tokens, first: int, colon: int) -> tuple[str | None, Edits]:
    """`repeat 3:` and deeper lines as in Python: what helps, and the braces as edits."""
    text, start = tokens.source.text, tokens.starts[colon]
    head = f"{text[tokens.starts[first] : start].rstrip()} {{"
    line_end = text.find("\n", start)
    rest = text[start + 1 : line_end if line_end >= 0 else len(text)].partition("#")[0].strip()
    if rest.startswith("{"):
        return "take the colon away", ((start, start + 1, ""),)
    end = deeper_end(text, tokens.starts[first])
    if rest or line_end < 0 or end is None:
        return None, ()
    begin = text.rfind("\n", 0, start) + 1
    margin = text[begin : begin + indentation(text, begin)]
    help = f"write `{head}`, and `}}` behind its last statement"
    return help, ((start, start + 1, " {"), (end, end, f"\n{margin}}}"))


def closed_by_layout(text: str, opened: int) -> tuple[str, Edit] | None:
    """The `}` of a brace that is never closed, before the line that stands no deeper."""
    begin = text.rfind("\n", 0, opened) + 1
    end = deeper_end(text, opened)
    line_end = text.find("\n", opened)
    if end is None and text[opened + 1 : line_end].strip():
        return "add `}` at the end of the line", (line_end, line_end, " }")
    following = re.compile(r"\s*\n[ \t]*(\S)").match(text, end) if end is not None else None
    if end is None or following is None:
        return None
    line = text.count("\n", 0, following.start(1)) + 1
    word = re.compile(r"\s*(\w+)").match(text, begin)
    head = f"the `{word[1]}`" if word is not None else "its own"
    margin = text[begin : begin + indentation(text, begin)]
    help = f"add `}}` before line {line}, which stands no deeper than {head}"
    return help, (end, end, f"\n{margin}}}")


def deeper_end(text: str, place: int) -> int | None:
    """The end of the lines that stand deeper than the line of a place; None where none does."""
    begin = text.rfind("\n", 0, place) + 1
    margin = indentation(text, begin)
    end = None
    position = text.find("\n", begin)
    while position >= 0:
        start = position + 1
        position = text.find("\n", start)
        line = text[start : position if position >= 0 else len(text)]
        if line.strip() and indentation(text, start) <= margin:
            break
        end = start + len(line.rstrip()) if line.strip() else end
    return end


def indentation(text: str, line: int) -> int:
    """How far the line that starts here is indented."""
    first = BLANKS.match(text, line)
    assert first is not None
    return first.end() - line
