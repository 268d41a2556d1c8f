"""Slips at the beginning of a statement, and outside networks and blocks."""

from __future__ import annotations

import re

from archc.language import kinds as k
from archc.language.foreign_text import A_LINE, DARKNET, no_spec
from archc.language.indentation import in_braces
from archc.language.mistake import Error
from archc.language.said import Said, instead

TURNED = re.compile(r"import[ \t]+([\w{}, \t]+?)[ \t]+from[ \t]+(\"[^\"\n]*\")")
"""An import as in JavaScript."""


def beginning(error: Error) -> Said | None:
    """What no statement begins with."""
    if not error.starts:
        return None
    mark = error.text(error.token)
    if mark == "-" and error.kind_behind(1) == k.NAME:
        return Said("no statement begins with `-`", f"is this a list of YAML? {A_LINE}")
    if mark in ("/", "//", "*", "%") or mark == "-":
        text = "#" if mark == "//" else "# "
        return instead(
            error, text, f"no statement begins with `{mark}`", "a comment begins with `#`"
        )
    if error.kind == k.PAREN and k.LET in error.acceptable:
        return Said("no statement begins with `(`", "`{ … }` groups layers")
    if error.previous == k.ARROW and error.kind in (k.NUMBER, k.SIZE):
        arrow = error.tokens.starts[error.token - 1], error.tokens.ends[error.token - 1], "=>"
        help = f"write `=> {error.text(error.token)}`"
        return Said("behind `->` stands a layer; a shape is claimed with `=>`", help, (arrow,))
    if error.kind == k.BRACKET and DARKNET.match(error.tokens.text):
        error.tokens.unread = True
        return Said("a spec holds `network NAME { … }`: here is none", no_spec(error.tokens.text))
    if error.kind in (k.NUMBER, k.SIZE, k.BRACKET, k.TRUE, k.FALSE, k.NONE):
        return Said(
            f"no statement begins with {error.found}", "a statement begins with a layer's name"
        )
    if error.kind == k.TEXT:
        return Said(
            "expected a layer, found a text", 'a label in quotes has its colon at once: `"0": …`'
        )
    if error.kind == k.IMPORT and k.NETWORK in error.acceptable and k.NETWORK in error.tokens.kinds:
        note = 'as in `from "resnet" import ResNet50`; `archc list resnet` names what a file holds'
        start = error.tokens.starts[error.token]
        turned = TURNED.match(error.tokens.text, start)
        if turned is None:
            return Said("an import names its file first", note)
        line = f"from {turned[2]} import {turned[1].strip('{} ')}"
        return Said("an import names its file first", f"write `{line}`", ((*turned.span(), line),))
    if error.kind == k.IMPORT and k.NETWORK not in error.acceptable:
        return Said("an import stands outside networks and blocks")
    if error.kind in (k.NETWORK, k.BLOCK) and error.kind_behind(1) == k.NAME:
        word = error.text(error.token)
        return Said(
            f"a {word} is defined outside of networks and blocks", "put it in front of them"
        )
    if error.kind in (k.NETWORK, k.BLOCK):
        return Said(f"expected a statement, found {error.found}")
    if error.kind == k.END and error.previous == k.LABEL_COLON:
        label = error.text(error.token - 2)
        if label == "else":
            message = "the statements of `else` stand in braces, `{ … }`, without a colon"
            return Said(message, *in_braces(error.tokens, error.token - 2, error.token - 1))
        return Said("a label needs what it names behind it")
    return None


def outside(error: Error) -> Said | None:
    """A statement between definitions, an import without quotes."""
    if error.head == k.FROM and error.token == error.first + 1:
        if k.TEXT in error.acceptable and k.DOT not in error.acceptable:
            message = "an import names its file as a text"
            word = error.text(error.token)
            if error.kind == k.NAME and error.kind_behind(1) == k.IMPORT:
                return instead(error, f'"{word}"', message)
            return Said(message, 'as in `from "file.arch" import Name`')
        return None
    if k.NETWORK not in error.acceptable:
        return None
    if error.kind == k.BRACE_CLOSE:
        return instead(
            error,
            "",
            "this `}` closes nothing",
            "take it away, or look for one too many above",
        )
    start = error.tokens.starts[error.token]
    word = error.text(error.token).lower()
    if error.kind == k.NAME and word in ("network", "block") and word != error.text(error.token):
        return instead(error, word, f"`{error.text(error.token)}` is written small")
    if not {k.NETWORK, k.BLOCK} & set(error.tokens.kinds):
        error.tokens.unread = True
        message = "a spec holds `network NAME { … }`: here is none"
        return around(error, message) or Said(message, no_spec(error.tokens.text))
    indented = start > 0 and error.tokens.text[start - 1] in " \t"
    note = "does a `}` above close its network too early?" if indented and error.token else None
    return Said("expected `network` or `block`: layers and statements stand inside one", note)


def unnamed(error: Error) -> Said | None:
    """`network {`, and nothing that says how it is called."""
    if error.kind != k.BRACE or error.previous not in (k.NETWORK, k.BLOCK):
        return None
    word = error.text(error.token - 1)
    end = error.tokens.ends[error.token - 1]
    return Said(f"a {word} has a name", f"write `{word} Main {{`", ((end, end, " Main"),))


def around(error: Error, message: str) -> Said | None:
    """`class N {` for a network; or lines that stand in none."""
    start = error.tokens.starts[error.token]
    if error.kind == k.NAME and error.kind_behind(1) == k.NAME and error.kind_behind(2) == k.BRACE:
        return instead(error, "network", message, f"write `network {error.text(error.token + 1)}`")
    if error.kind == k.INPUT and error.kind_behind(1) == k.SIZE:
        text = error.tokens.text
        edits = ((start, start, "network Main {\n"), (len(text), len(text), "\n}\n"))
        return Said(message, "put `network Main { … }` around these lines", edits)
    return None
