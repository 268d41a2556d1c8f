"""Printed lines: their comments in place, documents broken where they are too long, columns.

The shapes behind `=>` stand in one column through a definition, so that they read as the table of a
paper; the sources of expectations in one column a paragraph; comments in one a run of lines.
"""

from __future__ import annotations

from collections.abc import Callable

from archc.language.comments import Comment
from archc.language.document import Brackets, Document, Item, flat, until_break

WIDTH = 100
INDENT = 4
# Text longer than this does not push a column further out.
COLUMN_LIMIT = 76
# Nor does a row without a shape that is longer than this.
ROW_LIMIT = 52


class Line:
    """A line and what stands behind it in a column: a shape, or else the source of a claim."""

    __slots__ = ("comment", "item", "margin", "row", "shape", "source", "text")

    def __init__(self, margin: int, text: str = "") -> None:
        self.margin = margin
        self.text = text
        self.shape = ""
        self.source = ""
        self.comment = ""
        self.row = False  # whether it is one of the table of layers
        self.item = False  # whether it is one of several in brackets


class Lines:
    """Writes line by line; `depth` is how far a new line is indented."""

    def __init__(self, comments: tuple[Comment, ...]) -> None:
        self.lines: list[Line] = []
        self.depth = 0
        self.comments = comments
        self.next_comment = 0
        # Lines whose warnings are silenced: what stands on one stays on one.
        self.allowed = {one.line for one in comments if one.allows and not one.alone}

    # -------------------------------------------------------------------------------- writing

    def begin(self, text: str = "") -> None:
        """A new line."""
        self.lines.append(Line(INDENT * self.depth, text))

    def blank(self) -> None:
        self.lines.append(Line(0))

    def more(self, text: str) -> None:
        """Goes on in the last line."""
        self.lines[-1].text += text

    @property
    def column(self) -> int:
        line = self.lines[-1]
        return line.margin + len(line.text)

    def put(self, document: Document, behind: int = 0) -> None:
        """A document in the last line, broken where it must be; `behind` characters follow it."""
        for index, part in enumerate(document):
            if isinstance(part, str):
                self.more(part)
                continue
            rest = document[index + 1 :]
            width = until_break(rest) + (behind if all(isinstance(x, str) for x in rest) else 0)
            text = flat((part,))
            inside = self.comment_within(*part.span)
            if not part.items or (not inside and self.column + len(text) + width <= WIDTH):
                self.more(text)
            else:
                self.broken(part, inside)

    def broken(self, brackets: Brackets, commented: bool) -> None:
        """Brackets over several lines: what is in them on one line, or an item a line."""
        self.more(brackets.open)
        self.depth += 1
        texts = [flat(item.document) for item in brackets.items]
        room = WIDTH - INDENT * self.depth
        if commented or brackets.rows or sum(map(len, texts)) + 2 * len(texts) - 2 > room:
            plain = all(isinstance(part, str) for one in brackets.items for part in one.document)
            if plain and brackets.open == "[" and not commented:
                self.fill(texts, room)
            else:
                self.items(brackets, texts)
        else:
            self.begin(", ".join(texts))
        if commented:
            self.comments_before(brackets.span[1])
        self.depth -= 1
        self.begin(brackets.close)

    def items(self, brackets: Brackets, texts: list[str]) -> None:
        """An item a line; rows of a table that shared a line in the source share it here."""
        before = Item((), 0)
        for index, item in enumerate(brackets.items):
            self.comments_before(item.start)
            beside = item.line == before.line > 0 and item.start > before.start
            text = texts[index]
            if beside and not self.lines[-1].comment and self.column + len(text) + 2 <= WIDTH:
                self.more(" ")
            else:
                self.begin()
                self.lines[-1].item = True
            self.put(item.document, 1)
            self.more("," if index < len(texts) - 1 else "")
            before = item

    def fill(self, texts: list[str], room: int) -> None:
        """As many items a line as there is room for."""
        self.begin()
        for index, text in enumerate(texts):
            text += "," if index < len(texts) - 1 else ""
            line = self.lines[-1]
            if line.text and len(line.text) + 1 + len(text) > room:
                self.begin(text)
            else:
                self.more(f" {text}" if line.text else text)

    # ------------------------------------------------------------------------------- comments

    def comment_within(self, start: int, end: int) -> bool:
        """Whether a comment that is not written yet stood between two places."""
        waiting = self.comments[self.next_comment : self.next_comment + 1]
        if not waiting or waiting[0].start >= end:
            return False
        return any(start <= one.start < end for one in self.comments[self.next_comment :])

    def comments_before(self, offset: int) -> bool:
        """Writes the comments that stood before a place; tells if one has a line of its own."""
        own = False
        while self.next_comment < len(self.comments):
            comment = self.comments[self.next_comment]
            if comment.start >= offset:
                break
            self.next_comment += 1
            if not comment.alone and self.lines and not self.lines[-1].comment and not own:
                self.lines[-1].comment = comment.text
                continue
            if comment.apart and self.lines and not self.opens():
                self.blank()
            self.begin()
            self.lines[-1].comment = comment.text
            own = True
        return own

    def opens(self) -> bool:
        """Whether the last line ends with an opening bracket, or is blank already."""
        line = self.lines[-1]
        return not (line.text or line.comment) or line.text.endswith(("{", "(", "["))

    # -------------------------------------------------------------------------------- columns

    def align(self, first: int) -> None:
        """Puts what stands behind the lines of a definition, from `first` on, in its columns."""
        lines = self.lines[first:]
        shapes = [line for line in lines if line.shape]
        rows = [line for line in lines if line.row and width(line) <= ROW_LIMIT]
        column = place(shapes, lambda line: line.shape, 2, rows) if shapes else 0
        run: list[Line] = []
        for line in [*lines, Line(0)]:
            if line.source and not overflows([*run, line]):
                run.append(line)
            elif line.source or not (line.text or line.comment):
                place(run, lambda line: line.source, 1)
                run = [line] if line.source else []
        run = []
        for line in [*lines, Line(0)]:
            if line.comment and line.text:
                run.append(line)
                continue
            if line.item:
                continue
            alone = run[0] if len(run) == 1 and run[0].row else None
            if alone and width(alone) + 2 <= column <= WIDTH - len(alone.comment):
                pad(alone, column, alone.comment)
            else:
                place(run, lambda line: line.comment, 2)
            run = []
        for line in lines:
            line.text += "" if line.text else line.comment
            line.shape = line.source = line.comment = ""

    def text(self) -> str:
        lines = [" " * line.margin + line.text if line.text else "" for line in self.lines]
        return "".join(f"{line.rstrip()}\n" for line in lines)


def width(line: Line) -> int:
    return line.margin + len(line.text)


def column_for(lines: list[Line]) -> int:
    """The first column, a multiple of the indentation, that is clear of the lines' texts."""
    usual = [width(line) for line in lines if width(line) <= COLUMN_LIMIT]
    return -(-(max(usual, default=0) + 2) // INDENT) * INDENT


def overflows(run: list[Line]) -> bool:
    """Whether a column for the sources of these lines would make one of them too long."""
    longest = max(len(line.source) for line in run)
    return len(run) > 1 and column_for(run) + longest > WIDTH


def place(
    lines: list[Line], behind: Callable[[Line], str], gap: int, beside: list[Line] | None = None
) -> int:
    """Adds to every line what is behind it, in one column clear of those lines and of `beside`.

    What would not fit on its line there moves back towards the text. Returns the column.
    """
    column = column_for([*lines, *(beside or ())])
    for line in lines:
        text = behind(line)
        pad(line, max(width(line) + gap, min(column, WIDTH - len(text))), text)
    return column


def pad(line: Line, column: int, text: str) -> None:
    line.text += " " * (column - width(line)) + text
