"""Brackets and line ends: what is open, what a line end means, and what was never closed."""

from __future__ import annotations

import re

from archc.language import kinds as k
from archc.language.indentation import closed_by_layout, indentation
from archc.language.source import Source
from archc.language.tokens import MOST_REPORTS, Tokens

DEEPEST_BRACES = 64
DEEPEST_EXPRESSION = 200
MERGES = frozenset(("add", "mul", "concat", "matmul"))
NO_END_BEFORE = frozenset((k.ARROW, k.SHAPE_ARROW, k.ELSE))
BROKEN_BY = frozenset((k.BRACE, k.BRACE_CLOSE, k.ARROW, k.SHAPE_ARROW))
ITEM_START = frozenset((k.NAME, k.NUMBER, k.SIZE, k.TEXT, k.FROM, k.INPUT, k.IF, k.TEMPLATE))
DEFINITION = re.compile(r"[ \t]+[A-Za-z_]\w*[ \t\r]*[({=\n]", re.ASCII)


LABEL = re.compile(r"[A-Za-z_]\w*:", re.ASCII)


class TooDeep(Exception):
    """Nesting beyond the limits, or no spec at all: the rest of the file is not read."""


class Nesting(Tokens):
    """Keeps the brackets in pairs, whatever the author wrote."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        # What is open: kind of the closer, offset, operators before it, most operators of an item,
        # whether it is a part of a quoted text, where its line starts.
        self.stack: list[list[int]] = []
        self.top = 0
        self.pending = 0
        self.pending_at = 0
        self.header = False
        self.in_expect = False
        self.in_import = False
        self.broken = False
        self.operators = 0
        self.braces = 0
        self.suspects: list[int] = []
        self.strangers = 0  # characters that the language does not have
        self.line_start = 0
        self.strange_line = 0  # no more is said of strange characters up to here
        self.searched: dict[str, tuple[int, int]] = {}

    def at_link(self) -> bool:
        """Whether a statement or a link of a chain begins here."""
        return bool(self.pending) or self.previous() in k.LINK_START

    def settle(self, kind: int, start: int) -> None:
        """Decides what the line end before a token of this kind means."""
        if self.broken:
            self.broken = False
            self.runaway(kind, start)
        if not self.pending:
            return
        hard = self.pending == 2
        self.pending = 0
        previous = self.previous()
        if previous == k.END or previous == k.BRACE:
            return
        if not hard:
            if kind in NO_END_BEFORE or previous == k.ARROW or previous == k.SHAPE_ARROW:
                return
            if kind == k.BRACE and (self.header or self.bare_merge()):
                return
        self.end_statement(self.pending_at, self.pending_at + 1)

    def end_statement(self, start: int, end: int) -> None:
        self.add(k.END, start, end)
        self.header = self.in_expect = self.in_import = False
        self.operators = 0

    def bare_merge(self) -> bool:
        """Whether the last word is a merge still without its braces.

        `identity` and then a group on the next line are two statements, `concat` and its braces
        are one: the only place where reading depends on what a word means.
        """
        if self.previous() != k.NAME or self.text[self.starts[-1] : self.ends[-1]] not in MERGES:
            return False
        before = self.kinds[-2] if len(self.kinds) > 1 else k.END
        return before in k.LINK_START or before in (k.LABEL_COLON, k.FROZEN)

    def deeper(self, start: int) -> None:
        """Counts an operator: an upper bound of how deep the expression's tree becomes."""
        self.operators += 1
        if self.operators > DEEPEST_EXPRESSION:
            self.report(
                "too-deep",
                f"this expression nests deeper than {DEEPEST_EXPRESSION} operators and brackets",
                start,
                start + 1,
                "name its parts with `let`",
            )
            raise TooDeep

    def item(self) -> None:
        """A comma: the next item of a list counts its operators anew."""
        if self.stack:
            entry = self.stack[-1]
            entry[3] = max(entry[3], self.operators)
            self.operators = entry[2]

    def minus(self, start: int, attached: bool, previous: int) -> None:
        """`a - b` or `-b`; `a -b` might be two arguments or one, so it is neither."""
        self.deeper(start)
        if previous not in k.OPERAND_END:
            self.add(k.NEGATE, start, start + 1)
            return
        if not attached and self.text[start + 1] not in " \t\r\n":
            self.report(
                "ambiguous-minus",
                "a `-` with a space before it and none after may be a sign or a subtraction",
                start,
                start + 1,
                "`a - b` is a subtraction, `(-b)` a negative argument",
            )
        self.add(k.MINUS, start, start + 1)

    def open(self, closer: int, start: int, quoted: bool = False) -> None:
        """Remembers the bracket whose token was just made; also the one that is too deep, so that
        every bracket has its pair.
        """
        brace = closer == k.BRACE_CLOSE
        operators = 0 if brace else self.operators + 1
        self.stack.append([closer, start, operators, operators, quoted, self.line_start])
        self.top = closer
        if not brace:
            self.deeper(start)
            return
        self.operators = 0
        self.header = False
        self.braces += 1
        if self.braces > DEEPEST_BRACES:
            message = f"more than {DEEPEST_BRACES} braces inside one another"
            self.report("too-deep", message, start, start + 1, "make the inner part a block")
            raise TooDeep

    def close(self) -> None:
        closer, _, _, most, *_ = self.stack.pop()
        if closer == k.BRACE_CLOSE:
            self.braces -= 1
            self.operators = 0
        else:
            self.operators = max(most, self.operators)
        self.top = self.stack[-1][0] if self.stack else 0

    # ------------------------------------------------------------------------ unclosed, unmatched

    def closes_on_line(self, start: int) -> bool:
        """Whether the bracket opened last is closed further on in the line of `start`."""
        closer = k.CLOSERS[self.top]
        searched, found = self.searched.get(closer, (0, 0))
        if start >= searched or 0 <= found < start:
            searched = self.text.find("\n", start)
            found = self.text.find(closer, start, searched)
            # Remembered, so that a long line full of brackets is not searched again and again.
            self.searched[closer] = searched, found
        return found >= 0

    def unclosed(self, noticed: int, end: int, why: str) -> None:
        """Reports the bracket opened last, and closes every bracket up to the nearest brace."""
        closer, start, *_ = self.stack[-1]
        shown = k.OPENERS[closer]
        self.report(
            "unclosed-bracket",
            f"this `{shown}` is never closed",
            start,
            start + 1,
            f"add `{k.CLOSERS[closer]}`",
            ((noticed, end, why),),
            ((self.ends[-1], self.ends[-1], k.CLOSERS[closer]),),
        )
        self.close_brackets()

    def close_brackets(self) -> None:
        at = self.ends[-1]
        while self.top and self.top != k.BRACE_CLOSE:
            closer = self.top
            self.close()
            self.add(closer, at, at, "" if closer == k.TEMPLATE_END else None)

    def runaway(self, kind: int, start: int) -> None:
        """The first token of a line inside brackets: does it show that one was never closed?"""
        if self.top == 0 or self.top == k.BRACE_CLOSE:
            return
        previous = self.previous()
        if kind not in k.STATEMENT_WORDS and kind not in BROKEN_BY:
            if kind not in ITEM_START or previous not in k.OPERAND_END:
                return
            if kind != k.FROM and not self.looks_like_statement(start):
                return
        line_end = self.text.find("\n", start)
        self.unclosed(start, min(line_end, start + 1), "a new statement begins here")
        if kind != k.BRACE and kind not in NO_END_BEFORE:
            self.pending = self.pending or 1
            self.pending_at = self.ends[-1]

    def looks_like_statement(self, start: int) -> bool:
        """Whether a line inside brackets is a statement, by its label or its indentation."""
        text = self.text
        if LABEL.match(text, start):
            return True
        return start - self.line_start <= indentation(self.text, self.stack[-1][5])

    def close_parenthesis(self, kind: int, start: int) -> None:
        """A `)` or `]`."""
        if self.top != kind:
            openings = []
            for entry in reversed(self.stack):
                if entry[0] == k.BRACE_CLOSE or entry[0] == k.TEMPLATE_END:
                    break
                openings.append(entry[0])
            shown = k.CLOSERS[kind]
            if kind in openings:
                while self.top != kind:
                    closer, opened, *_ = self.stack[-1]
                    self.report(
                        "unclosed-bracket",
                        f"this `{k.OPENERS[closer]}` is never closed",
                        opened,
                        opened + 1,
                        f"add `{k.CLOSERS[closer]}`",
                        ((start, start + 1, f"this `{shown}` closes an earlier bracket"),),
                        ((start, start, k.CLOSERS[closer]),),
                    )
                    self.close()
                    self.add(closer, start, start)
            elif openings:
                opened = self.stack[-1][1]
                wanted = k.CLOSERS[self.top]
                self.report(
                    "unmatched-bracket",
                    f"`{shown}` does not match the bracket it should close",
                    start,
                    start + 1,
                    f"write `{wanted}`",
                    ((opened, opened + 1, f"closed by `{wanted}`"),),
                    ((start, start + 1, wanted),),
                )
                kind = self.top
            else:
                message = f"this `{shown}` closes nothing"
                edits = ((start, start + 1, ""),)
                self.report(
                    "unmatched-bracket", message, start, start + 1, "take it away", edits=edits
                )
                return
        self.close()
        self.add(kind, start, start + 1)

    def semicolon(self, start: int) -> int:
        """The end of a statement, whatever stands around it."""
        if self.top and self.top != k.BRACE_CLOSE:
            if self.closes_on_line(start):
                message = "a `;` cannot stand inside brackets"
                edits = ((start, start + 1, ","),)
                help = "items are separated by `,`"
                self.report("syntax", message, start, start + 1, help, edits=edits)
                self.add(k.COMMA, start, start + 1)
                return start + 1
            self.unclosed(start, start + 1, "the statement ends here")
        self.pending = 2
        self.pending_at = start
        return start + 1

    def close_brace(self, start: int) -> None:
        """A `}` that closes statements."""
        first_in_line = bool(self.ends) and self.ends[-1] <= self.line_start
        if self.top and self.top != k.BRACE_CLOSE:
            if not any(entry[0] == k.BRACE_CLOSE for entry in self.stack):
                self.unclosed(start, start + 1, "no bracket reaches over a `}`")
                return
            self.unclosed(start, start + 1, "the braces around it end here")
        self.pending = 0
        if self.top == 0:
            # The parser reports it: it knows whether the text around it is broken anyway.
            if self.previous() != k.END:
                self.end_statement(start, start)
            self.add(k.BRACE_CLOSE, start, start + 1)
            return
        previous = self.previous()
        if previous != k.END and previous != k.BRACE:
            self.end_statement(start, start)
        opening = self.stack[-1]
        if first_in_line and start - self.line_start < indentation(self.text, opening[5]):
            self.suspects.append(opening[1])
        self.close()
        self.add(k.BRACE_CLOSE, start, start + 1)
        self.header = False

    def definition(self, start: int, end: int) -> None:
        """A `network` or `block`: where braces are still open, one of them was never closed.

        One that is indented below the definition around it is meant to stand in it.
        """
        if self.top == 0 or DEFINITION.match(self.text, end) is None:
            return
        around = self.stack[0][5]
        deeper = indentation(self.text, self.line_start) > indentation(self.text, around)
        if not self.suspects and (deeper or around == self.line_start):
            return
        self.close_braces(start, end, "a new definition begins here")
        self.end_statement(start, start)

    def close_braces(self, noticed: int, end: int, why: str) -> None:
        if self.top != k.BRACE_CLOSE:
            self.unclosed(noticed, end, why)
        if not self.stack:
            return
        opened = self.suspects[0] if self.suspects else self.stack[-1][1]
        told = closed_by_layout(self.text, opened) if self.suspects else None
        help, edit = told or ("add `}` where its statements end", self.closing())
        self.report(
            "unclosed-bracket",
            "this `{` is never closed",
            opened,
            opened + 1,
            help,
            ((noticed, end, why),),
            (edit,) if len(self.diagnostics) < MOST_REPORTS else (),
        )
        self.shut()

    def closing(self) -> tuple[int, int, str]:
        """A `}` behind the last token, as an edit; on a line of its own if its fellows are."""
        at = max(self.ends) if self.ends else 0
        begin = self.text.rfind("\n", 0, at) + 1
        margin = " " * (indentation(self.text, self.stack[-1][5]) if self.stack else 0)
        return at, at, f"\n{margin}}}" if begin > (self.stack[-1][1] if self.stack else 0) else " }"

    def shut(self) -> None:
        """Closes all that is open, without a word."""
        at = self.ends[-1] if self.ends else 0
        self.pending = 0
        self.suspects.clear()
        while self.stack:
            if self.top != k.BRACE_CLOSE:
                self.close_brackets()
                continue
            if self.previous() != k.END and self.previous() != k.BRACE:
                self.end_statement(at, at)
            self.close()
            self.add(k.BRACE_CLOSE, at, at)

    def finish(self) -> None:
        """The end of the file."""
        limit = len(self.source.text)
        last = max(limit - 1, 0)
        if self.stack and not self.unread:
            self.close_braces(last, limit, "the file ends here")
        self.shut()
        if self.previous() != k.END:
            self.end_statement(limit, limit)
        self.add(k.END_OF_FILE, limit, limit)
