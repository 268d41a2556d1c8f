"""A syntax error in an author's words: what stands there, and what could have."""

from __future__ import annotations

from archc.language import kinds as k
from archc.language.tokens import Tokens
from archc.named import NamedTuple

WORDED = (
    (k.PAREN_CLOSE, "`)`"),
    (k.BRACKET_CLOSE, "`]`"),
    (k.TEMPLATE_END, "`}`"),
    (k.EQUAL, "`=`"),
    (k.COMMA, "`,`"),
    (k.KIND["IN"], "`in`"),
    (k.IMPORT, "`import`"),
    (k.BRACE, "`{`"),
    (k.LABEL_COLON, "`:`"),
)


class Error(NamedTuple):
    """A place in the tokens that the grammar has no use for."""

    tokens: Tokens
    first: int
    token: int
    acceptable: set[int]

    @property
    def kind(self) -> int:
        return self.tokens.kinds[self.token]

    @property
    def head(self) -> int:
        """The kind of the statement's first token behind a label."""
        kinds = self.tokens.kinds
        colon = self.first + 1
        labelled = colon < self.token and kinds[colon] == k.LABEL_COLON
        return kinds[self.first + 2] if labelled else kinds[self.first]

    @property
    def previous(self) -> int:
        return self.tokens.kinds[self.token - 1] if self.token else k.END

    def kind_behind(self, count: int) -> int:
        """The kind of a token further on."""
        kinds = self.tokens.kinds
        return kinds[min(self.token + count, len(kinds) - 1)]

    @property
    def starts(self) -> bool:
        """Whether a statement or link should have begun here."""
        return k.LET in self.acceptable or self.previous in (k.ARROW, k.LABEL_COLON)

    def text(self, token: int) -> str:
        tokens = self.tokens
        return tokens.text[tokens.starts[token] : tokens.ends[token]]

    @property
    def found(self) -> str:
        """The token in an author's words."""
        if self.kind == k.END:
            character = self.tokens.text[self.tokens.starts[self.token]]
            if self.tokens.starts[self.token] >= len(self.tokens.source.text):
                return "the end of the file"
            return f"`{character}`" if character in ";}" else "the end of the line"
        if self.kind == k.END_OF_FILE:
            return "the end of the file"
        if self.kind == k.DOCSTRING:
            return "a docstring"
        shown = self.text(self.token)
        if len(shown) > 30:
            shown = shown[:27] + "…"
        return f"`{shown}`"

    @property
    def expected(self) -> str:
        """What could stand here, in an author's words."""
        acceptable = self.acceptable
        if k.LET in acceptable:
            return "a definition" if k.NETWORK in acceptable else "a statement"
        complete = k.OPERATORS["+"] in acceptable
        names = []
        if self.previous in (k.ARROW, k.LABEL_COLON):
            return "a layer"
        if k.NUMBER in acceptable and not complete:
            names.append("a value")
        elif k.NAME in acceptable and not complete:
            names.append("a name")
        elif k.TEXT in acceptable and not complete:
            names.append("a text")
        for kind, shown in WORDED:
            if kind in acceptable:
                names.append(shown)
        if not names:
            names.append("the end of the statement" if k.END in acceptable else "something else")
        elif k.END in acceptable and complete and k.BRACE not in acceptable:
            names.append("the end of the statement")
        return " or ".join(dict.fromkeys(names[:3]))
