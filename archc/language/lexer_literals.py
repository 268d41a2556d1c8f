"""The part of the lexer that reads texts, numbers, comments and what is none of these."""

from __future__ import annotations

import re

from archc.language import kinds as k
from archc.language.literals import ESCAPES, NUMBER_PATTERN, SIZE_PATTERN, number_problem, too_large
from archc.language.nesting import Nesting, TooDeep
from archc.language.source import Span
from archc.language.tokens import Edits
from archc.language.tree import WHOLE_FILE, Allowance

MOST_STRANGERS = 1_000
CHUNK = re.compile(r'[^"\\{\n]+')
ALLOW = r"#\s*(allow(?:-file)?):\s*((?:[\w-]+(?:\s*,\s*[\w-]+)*)?)"
LOOK_ALIKES = {
    "\u2192": ("->", k.ARROW),
    "\u21d2": ("=>", k.SHAPE_ARROW),
    "\u2212": ("-", k.MINUS),
    "\u2013": ("-", k.MINUS),
    "\u2014": ("-", k.MINUS),
    "\u00b7": ("*", k.OPERATORS["*"]),
    "\u00d7": ("x", -1),
    "\u2264": ("<=", k.OPERATORS["<="]),
    "\u2265": (">=", k.OPERATORS[">="]),
    "\u2260": ("!=", k.OPERATORS["!="]),
    "\u2248": ("~", k.ABOUT),
    "^": ("**", k.OPERATORS["**"]),
}
QUOTES = {"'": "'", "`": "`", "\u201c": "\u201d", "\u201d": "\u201d", "\u2018": "\u2019"}
TIMES = r"(?:[ ]*\u00d7[ ]*(?:\d+|[A-Z]))*(?!\w)"


class Literals(Nesting):
    """Methods for tokens that are more than a word or a mark."""

    # ------------------------------------------------------------------------------------ text

    def quote(self, start: int) -> int:
        """A `"`: a text, a text with computed parts, or a docstring."""
        documents = self.text.startswith('"""', start)
        if self.pending or self.broken:
            self.settle(k.DOCSTRING if documents else k.TEXT, start)
        if documents:
            return self.docstring(start)
        return self.quoted(start, start + 1, k.TEMPLATE, k.TEXT)

    def quoted(self, start: int, position: int, opening: int, whole: int) -> int:
        """Reads a text up to its end or to a computed part."""
        text = self.text
        parts = []
        while True:
            chunk = CHUNK.match(text, position)
            if chunk is not None:
                parts.append(chunk[0])
                position = chunk.end()
            stop = text[position]
            if stop == "\\" and text[position + 1] != "\n":
                escape = text[position + 1]
                if escape not in ESCAPES:
                    self.report(
                        "bad-escape",
                        f"`\\{escape}` stands for nothing in a text",
                        position,
                        position + 2,
                        "for the character `\\` itself write `\\\\`",
                        edits=((position, position + 1, "\\\\"),),
                    )
                parts.append(ESCAPES.get(escape, escape))
                position += 2
            elif stop == "{":
                self.add(opening, start, position + 1, "".join(parts))
                self.open(k.TEMPLATE_END, position, True)
                return position + 1
            else:
                if stop != '"':
                    begin = start if opening == k.TEMPLATE else start + 1
                    message = "this text is never closed"
                    edits = ((position, position, '"'),)
                    self.report("unclosed-text", message, begin, position, 'add `"`', edits=edits)
                    position += stop == "\\"
                else:
                    position += 1
                self.add(whole, start, position, "".join(parts))
                return position

    def docstring(self, start: int) -> int:
        """A text as it stands, with every backslash; of a row of quotes the last three end it."""
        end = self.text.find('"""', start + 3)
        while end >= 0 and self.text.startswith('"', end + 3):
            end += 1
        if end < 0:
            line_end = self.text.find("\n", start)
            message = "this docstring is never closed"
            help, edits = 'add `"""` at its end', ((line_end, line_end, '"""'),)
            self.report("unclosed-text", message, start, start + 3, help, edits=edits)
            self.add(k.DOCSTRING, start, line_end)
            return line_end
        self.add(k.DOCSTRING, start, end + 3, self.text[start + 3 : end])
        self.line_start = self.text.rfind("\n", 0, end) + 1
        return end + 3

    # --------------------------------------------------------------------------- numbers, rest

    def number(self, start: int, end: int) -> int:
        """The kind of a word that begins with a digit; a broken one is reported and reads as 0."""
        text = self.text[start:end]
        kind = k.SIZE if SIZE_PATTERN.match(text) else k.NUMBER
        if kind == k.NUMBER and NUMBER_PATTERN.match(text) is None:
            problem = number_problem(text)
            help = problem.note
            edits: Edits = ()
            if self.text[end] == ":" and self.at_link():
                edits = ((start, end, f'"{text}"'),)
                message = "a label begins with a letter, or stands in quotes"
                self.report("bad-number", message, start, end, f'write `"{text}":`', edits=edits)
                self.texts[len(self.kinds)] = "0"
                return k.NUMBER
            if problem.cure is not None:
                help = f"write `{problem.cure}`" + (f": {help}" if help else "")
                edits = ((start, end, problem.cure),)
            self.report("bad-number", problem.message, start, end, help, edits=edits)
        elif too_large(text):
            message = "this number is larger than anything a network holds"
            self.report("number-too-large", message, start, end)
        else:
            return kind
        self.texts[len(self.kinds)] = "0"
        return k.NUMBER

    def allow(self, comment: str, start: int) -> None:
        """`# allow: CODE, CODE`, at the start of a comment or behind other words.

        `# allow-file:` is for the whole file.
        """
        found = re.search(ALLOW, comment)
        if found is None:
            return
        line = self.source.position(start)[0] if found[1] == "allow" else WHOLE_FILE
        offset = start + found.start(2)
        if not found[2]:
            message = f"`{found[1]}` names no warning"
            cure = f"name it, `# {found[1]}: unused-parameter`"
            self.report("syntax", message, start + found.start(), start + found.end(), cure)
        for code in re.finditer(r"[\w-]+", found[2]):
            span = Span(self.source, offset + code.start(), offset + code.end())
            self.allowances.append(Allowance(code[0], line, span))

    def strange(self, start: int) -> int:
        """A character the language does not have; where its meaning is clear, reading goes on."""
        self.strangers += 1
        if self.strangers > MOST_STRANGERS:
            self.report("bad-character", "this text is no spec", start, start + 1)
            raise TooDeep
        character = self.text[start]
        if character in LOOK_ALIKES:
            return self.look_alike(character, start)
        if character in QUOTES:
            line_end = self.text.find("\n", start)
            close = self.text.find(QUOTES[character], start + 1, line_end)
            end = close + 1 if close >= 0 else start + 1
            edits: Edits = ()
            if close >= 0:
                edits = ((start, start + 1, '"'), (end - 1, end, '"'))
            shown = self.text[start + 1 : close]
            help = f'write `"{shown}"`' if close >= 0 else None
            message = "a text stands in straight double quotes"
            self.report("bad-character", message, start, end, help, edits=edits, sure=True)
            if close >= 0:
                if self.pending or self.broken:
                    self.settle(k.TEXT, start)
                self.add(k.TEXT, start, end, self.text[start + 1 : close])
            return end
        return self.foreign_script(start)

    def foreign_script(self, start: int) -> int:
        """Letters and signs of another script, full-width ones among them: one message a line.

        Letters and digits are read as a name, so that what stands around them can be read as well.
        """
        text, end = self.text, start + 1
        word = text[start].isalnum()
        while word and (text[end].isalnum() or text[end] == "_"):
            end += 1
        joined = word and self.kinds and self.ends[-1] == start and self.previous() == k.NAME
        begin = self.starts[-1] if joined else start
        if self.line_start >= self.strange_line:
            self.strange_line = text.find("\n", start)
            self.report("bad-character", *self.strangeness(begin, end))
        if joined:
            self.ends[-1] = end
        elif word:
            if self.pending or self.broken:
                self.settle(k.NAME, start)
            self.add(k.NAME, start, end)
        return end

    def strangeness(self, start: int, end: int) -> tuple[str, int, int, str | None]:
        """What is said of such characters, where, and what explains it."""
        shown = self.text[start:end]
        character = self.text[end - 1]
        name = f"`{shown}`" if shown.isprintable() else f"the character U+{ord(character):04X}"
        if character.isspace():
            return f"{name} is not a plain space", start, end, None
        message = f"{name} has no meaning outside texts and comments"
        note = "names are made of the letters a to z, digits and `_`" if shown.isalnum() else None
        return message, start, end, note

    def look_alike(self, character: str, start: int) -> int:
        """A sign pasted from a paper: read as what it stands for there."""
        right, kind = LOOK_ALIKES[character]
        message = f"`{character}` is not a sign of the language"
        edits = ((start, start + 1, right),)
        help = f"write `{right}`"
        self.report("bad-character", message, start, start + 1, help, edits=edits, sure=True)
        if self.pending or self.broken:
            self.settle(kind, start)
        if kind >= 0:
            if kind == k.MINUS and self.previous() not in k.OPERAND_END:
                kind = k.NEGATE
            self.add(kind, start, start + 1)
            return start + 1
        rest = re.compile(TIMES, re.ASCII).match(self.text, start)
        if rest is not None and rest[0] and self.previous() in (k.NUMBER, k.SIZE):
            self.ends[-1] = rest.end()
            self.kinds[-1] = k.SIZE
            self.texts[len(self.kinds) - 1] = re.sub(
                r"[\s\u00d7]+", "x", self.text[self.starts[-1] : rest.end()]
            )
            return rest.end()
        return start + 1
