"""From text to tokens.

What depends on spaces, line ends or the words around is settled here, so that the grammar stays
plain: whether a `(` is a call, a `-` a sign, a word a label, a line end the end of a statement. The
tokens that leave here always have their brackets in pairs; an unclosed one is reported at its
opening and closed where the author's layout says it should have been.
"""

from __future__ import annotations

import re

from archc.language import kinds as k
from archc.language.lexer_literals import Literals
from archc.language.nesting import TooDeep

WORD_GROUP, LINE_GROUP, WHOLE_GROUP, NUMBER_GROUP, OPERATOR_GROUP = range(1, 6)
COMMENT_GROUP, QUOTE_GROUP, END_GROUP = range(6, 9)
TOKEN = re.compile(
    r"[ \t\r\f]*(?:([A-Za-z_]\w*)|(\n)|(\d+)(?![\w.])|(\d(?:\w|\.(?=\d)|(?<=\d[eE])[+-](?=\d))*)"
    r"|(->|=>|==|!=|<=|>=|\*\*|//|&&|\|\||[-+*/%<>=~,:;.(){}\[\]!])|(\#[^\n]*)|(\")|(\Z)|([^\0]|\0))",
    re.ASCII,
)
PART = re.compile(r"\{(?:[^{};\n\"]|\{[^{};\n]*\}|\"[^\"\n]*\")*\}", re.ASCII)
NAME_PART = re.compile(r"\w*", re.ASCII)
MEMBER = re.compile(r"[A-Za-z_]\w*|\d+(?!\w)", re.ASCII)
# Words of Python that an author may write from habit, and what they are here.
FOREIGN = {"True": "true", "False": "false", "None": "none"}
DEFINED = {"Network": "network", "NETWORK": "network", "Block": "block", "BLOCK": "block"}
ELSE_IF = frozenset(("elif", "elsif", "elseif"))
ODD_WORDS = frozenset(FOREIGN) | frozenset(DEFINED) | ELSE_IF | {"as"}
BEFORE_HEADER = k.LINK_START | {k.LABEL_COLON, k.FROZEN}
BEFORE_IF = BEFORE_HEADER | {k.ELSE, k.OUTPUT, k.TRAINING}
BEFORE_LABEL = frozenset((k.OUTPUT, k.TRAINING, k.FROZEN))
PREFIXES = frozenset(("f", "r", "b", "u", "fr", "rf"))
"""What stands before a text in Python."""

POINTS = re.compile(r"\.\.[.=<]?|\u2026")
ODD = -1
TEMPLATE_WORD = -2
NEVER_TEMPLATE = frozenset(("else", "training", "frozen"))
FOREIGN_MARKS = {"&&": "and", "||": "or", "!": "not"}
MARKS = {
    "{": k.BRACE,
    "(": k.PAREN,
    ")": k.PAREN_CLOSE,
    "[": k.BRACKET,
    "]": k.BRACKET_CLOSE,
    "-": k.MINUS,
    "->": k.ARROW,
    "=>": k.SHAPE_ARROW,
    "~": k.ABOUT,
    "&&": k.AND,
    "||": k.OR,
    "!": k.NOT,
}
BARE_NUMBER = r"\d+(?![\w.])"


class Lexer(Literals):
    """Reads one file; `run` fills the lists."""

    def run(self) -> None:
        try:
            self.read()
        except TooDeep:
            self.unread = True
        self.finish()
        self.places = sorted(diagnostic.span.start for diagnostic in self.diagnostics)

    def read(self) -> None:
        """The main loop; what is common is here, what is rare in a method of its own."""
        text, match, words, simple = self.text, TOKEN.match, k.WORDS, k.OPERATORS
        kinds, starts, ends = self.kinds, self.starts, self.ends
        limit = len(self.source.text)
        position = 1 if text.startswith("\ufeff") else 0
        while True:
            found = match(text, position)
            assert found is not None
            group = found.lastindex
            end = found.end()
            if group == WORD_GROUP:
                word = found[1]
                start = end - len(word)
                kind = words.get(word, k.NAME)
                if kind != k.NAME or text[end] in ':{"' or word in ODD_WORDS:
                    kind = self.word(word, kind, end)
                if self.pending or self.broken:
                    self.settle(kind, start)
                if kind >= k.NETWORK:
                    self.keyword(kind, start, end)
                elif kind < 0:
                    position = self.odd_word(word, start, end)
                    continue
            elif group == OPERATOR_GROUP:
                operator = found[5]
                start = end - len(operator)
                found_kind = simple.get(operator)
                if found_kind is None:
                    position = self.mark(operator, start, end, start == position)
                    continue
                kind = found_kind
                if self.pending or self.broken:
                    self.settle(kind, start)
                if kind == k.COMMA:
                    self.item()
                elif kind != k.EQUAL:
                    self.deeper(start)
            elif group == LINE_GROUP:
                if end > limit:
                    return
                if self.top == 0 or self.top == k.BRACE_CLOSE:
                    if not self.pending:
                        self.pending = 1
                        self.pending_at = end - 1
                else:
                    self.broken = True
                position = self.line_start = end
                continue
            elif group == WHOLE_GROUP:
                start = found.start(3)
                kind = k.NUMBER
                if self.pending or self.broken:
                    self.settle(kind, start)
                if end - start > 1000:
                    kind = self.number(start, end)
            elif group == NUMBER_GROUP:
                start = found.start(4)
                if self.pending or self.broken:
                    self.settle(k.NUMBER, start)
                kind = self.number(start, end)
            elif group == COMMENT_GROUP:
                self.comments.append((found.start(6), end))
                if "allow" in found[6]:
                    self.allow(found[6], found.start(6))
                position = end
                continue
            elif group == QUOTE_GROUP:
                position = self.quote(end - 1)
                continue
            elif group == END_GROUP:
                return
            else:
                strange = text[end - 1] != "\u2026"
                position = self.strange(end - 1) if strange else self.points(end - 1, False)
                continue
            kinds.append(kind)
            starts.append(start)
            ends.append(end)
            position = end

    # ----------------------------------------------------------------------------------- words

    def word(self, word: str, kind: int, end: int) -> int:
        """The kind of a word that is not simply a name, or a negative number for an odd one."""
        follower = self.text[end]
        previous = self.previous()
        labelled = self.at_link() or previous in BEFORE_LABEL
        if follower == ":" and labelled and (not self.top or self.top == k.BRACE_CLOSE):
            return k.NAME
        if follower == "{" and word not in NEVER_TEMPLATE:
            part = PART.match(self.text, end)
            if part is not None and "->" not in part[0]:
                return TEMPLATE_WORD
        if follower == '"' and word.lower() in PREFIXES:
            return ODD
        if word == "as":
            return k.AS if self.in_import and previous == k.NAME else k.NAME
        if kind == k.NAME:
            begins = self.at_link() or previous == k.BRACE_CLOSE
            if word in DEFINED:
                return ODD if begins and not self.top else kind
            if word in ODD_WORDS and follower != "=" and (word in FOREIGN or begins):
                return ODD
            return kind
        if previous == k.FROM and not self.pending:
            return k.NAME
        if follower == "." and (self.text[end + 1].isalnum() or self.text[end + 1] in '_"'):
            return k.NAME
        return kind

    def keyword(self, kind: int, start: int, end: int) -> None:
        """Remembers what a word of the language means for the rest of its statement."""
        if kind == k.EXPECT:
            self.in_expect = True
        elif kind == k.IMPORT:
            self.in_import = True
        elif kind in (k.AND, k.OR, k.NOT):
            self.deeper(start)
        elif kind in k.HEADERS:
            # The `if` and `else` of a choice between values promise no `{`.
            previous = self.previous()
            if kind == k.ELSE:
                promises = previous == k.BRACE_CLOSE
            elif kind == k.IF:
                promises = previous in BEFORE_IF
            else:
                promises = previous in BEFORE_HEADER
            if kind == k.IF and not promises:
                self.deeper(start)
            if promises and kind in (k.NETWORK, k.BLOCK):
                self.definition(start, end)
            if promises and (not self.top or self.top == k.BRACE_CLOSE):
                self.header = True

    def odd_word(self, word: str, start: int, end: int) -> int:
        """A label with computed parts, or a word that other languages have."""
        if word in ELSE_IF and self.text[end] != "{":
            edits = ((start, end, "else if"),)
            message = f"there is no `{word}` here"
            self.report("syntax", message, start, end, "write `else if`", edits=edits, sure=True)
            self.pending = 0
            if self.kinds and self.kinds[-1] == k.END:
                self.kinds.pop()
                self.starts.pop()
                self.ends.pop()
            self.add(k.ELSE, start, start)
            self.add(k.IF, start, end)
            self.header = True
            return end
        if self.text[end] == '"' and word.lower() in PREFIXES:
            message = f"a text has no `{word}` before it: it may have computed parts anyway"
            edits = ((start, end, ""),)
            self.report(
                "syntax", message, start, end, f"leave `{word}` out", edits=edits, sure=True
            )
            return end
        if word in FOREIGN or word in DEFINED:
            right = FOREIGN.get(word) or DEFINED[word]
            self.keyword(k.WORDS[right], start, end)
            edits, help = ((start, end, right),), f"write `{right}`"
            message = f"`{word}` is written small"
            self.report("syntax", message, start, end, help, edits=edits, sure=True)
            self.add(k.WORDS[right], start, end)
            return end
        self.add(k.TEMPLATE, start, end + 1, word)
        self.open(k.TEMPLATE_END, end)
        return end + 1

    # ----------------------------------------------------------------------------------- marks

    def mark(self, mark: str, start: int, end: int, attached: bool) -> int:
        """An operator or bracket whose meaning depends on what stands around it."""
        if mark == "}":
            return self.brace_close(start)
        if mark == ";":
            return self.semicolon(start)
        opens = mark in "({["
        kind = MARKS.get(mark, k.COLON)
        if self.pending or self.broken:
            self.settle(kind, start)
            attached = False
        previous = self.previous()
        if opens:
            if mark == "{":
                if self.top and self.top != k.BRACE_CLOSE and not self.closes_on_line(start):
                    self.unclosed(start, end, "statements begin here")
                self.add(k.BRACE, start, end)
                self.open(k.BRACE_CLOSE, start)
                return end
            attached = attached and previous in k.OPERAND_END
            if mark == "(":
                self.add(k.ATTACHED_PAREN if attached else k.PAREN, start, end)
                self.open(k.PAREN_CLOSE, start)
            else:
                self.add(k.ATTACHED_BRACKET if attached else k.BRACKET, start, end)
                self.open(k.BRACKET_CLOSE, start)
            return end
        if mark == ")" or mark == "]":
            self.close_parenthesis(kind, start)
            return end
        if mark == "-":
            self.minus(start, attached, previous)
            return end
        if mark == ":":
            label = attached and (not self.top or self.top == k.BRACE_CLOSE)
            self.add(k.LABEL_COLON if label else k.COLON, start, end)
            return end
        if mark == ".":
            return self.point(start, attached and previous in k.OPERAND_END)
        if mark == "->" or mark == "=>":
            if self.top and self.top != k.BRACE_CLOSE and not self.closes_on_line(start):
                self.unclosed(start, end, f"`{mark}` stands between statements")
            self.operators = 0
        else:
            self.deeper(start)
            if mark == "~":
                if not self.in_expect:
                    message = "`~`, equal to the digits written, stands only in `expect`"
                    edits = ((start, end, "=="),)
                    self.report("syntax", message, start, end, "write `==`", edits=edits)
            elif mark in FOREIGN_MARKS:
                right = FOREIGN_MARKS[mark]
                message, help = f"there is no `{mark}` here", f"write `{right}`"
                edits = ((start, end, f"{right} " if mark == "!" else right),)
                self.report("syntax", message, start, end, help, edits=edits, sure=True)
        self.add(kind, start, end)
        return end

    def point(self, start: int, attached: bool) -> int:
        """A `.`: behind it stand a member's name or number, or a text."""
        text = self.text
        if text.startswith("..", start):
            return self.points(start, attached)
        if not attached:
            number = re.compile(BARE_NUMBER, re.ASCII).match(text, start + 1)
            if number is not None:
                cure = f"write `0.{number[0]}`"
                message = f"`.{number[0]}` is not a number"
                edits = ((start, start, "0"),)
                self.report(
                    "bad-number", message, start, number.end(), cure, edits=edits, sure=True
                )
                self.add(k.NUMBER, start, number.end(), "0")
                return number.end()
            message = "a `.` joins a name and what belongs to it, without a space"
            called = re.compile(r"([a-z]\w*)\(\)", re.ASCII).match(text, start + 1)
            if called is not None:  # `.relu()`, a method in a line of its own
                edits = ((start, called.end(), called[1]),)
                help = f"write `{called[1]}`"
                self.report("bad-character", message, start, start + 1, help, edits=edits)
                return start + 1
            self.report("bad-character", message, start, start + 1)
            return start + 1
        self.deeper(start)
        if text[start + 1] == '"':
            self.add(k.DOT, start, start + 1)
            return start + 1
        member = MEMBER.match(text, start + 1)
        if member is None:
            wrong = NAME_PART.match(text, start + 1)
            assert wrong is not None
            end = max(wrong.end(), start + 1)
            if wrong[0]:
                message = f"`{wrong[0]}` is neither a name nor a number of a layer"
            else:
                message = "expected a name after the `.`"
            self.report("syntax", message, start, end)
            self.add(k.MEMBER, start, end)
            return end
        end = member.end()
        if text[end] == "{":
            part = PART.match(text, end)
            if part is not None and "->" not in part[0] and not member[0].isdigit():
                self.add(k.DOT, start, start + 1)
                self.add(k.TEMPLATE, start + 1, end + 1, member[0])
                self.open(k.TEMPLATE_END, end)
                return end + 1
        self.add(k.MEMBER, start, end)
        return end

    def points(self, start: int, attached: bool) -> int:
        """`...` for what is left out, `0..3` for a range."""
        found = POINTS.match(self.text, start)
        assert found is not None
        end = found.end()
        if attached:
            message = f"there is no `{found[0]}` here: a range is written `range(begin, end)`"
            self.report("syntax", message, start, end)
            self.add(k.MEMBER, start, end)
            return end
        begin = self.starts[-1] if self.previous() == k.ARROW else start
        message, help = f"`{found[0]}` stands for no layers", "write them out, or take it away"
        self.report("syntax", message, start, end, help, edits=((begin, end, ""),))
        return end

    def brace_close(self, start: int) -> int:
        """A `}`: the end of statements, or of a computed part of a label."""
        for entry in reversed(self.stack):
            if entry[0] == k.BRACE_CLOSE:
                break
            if entry[0] == k.TEMPLATE_END:
                while self.top != k.TEMPLATE_END:
                    closer, opened, *_ = self.stack[-1]
                    shown = k.OPENERS[closer]
                    message = f"this `{shown}` is never closed"
                    edits = ((start, start, k.CLOSERS[closer]),)
                    help = f"add `{k.CLOSERS[closer]}`"
                    self.report("unclosed-bracket", message, opened, opened + 1, help, edits=edits)
                    self.close()
                    self.add(closer, start, start)
                return self.part_close(start)
        self.close_brace(start)
        return start + 1

    def part_close(self, start: int) -> int:
        """The `}` of a computed part, and the text that follows it."""
        quoted = self.stack[-1][4]
        self.close()
        if quoted:
            return self.quoted(start, start + 1, k.TEMPLATE_MIDDLE, k.TEMPLATE_END)
        rest = NAME_PART.match(self.text, start + 1)
        assert rest is not None
        end = rest.end()
        if self.text[end] == "{" and PART.match(self.text, end):
            self.add(k.TEMPLATE_MIDDLE, start, end + 1, rest[0])
            self.open(k.TEMPLATE_END, end)
            return end + 1
        self.add(k.TEMPLATE_END, start, end, rest[0])
        return end
