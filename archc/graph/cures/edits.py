"""Edits of a call's text: an argument set, taken out, put elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from archc.diagnostics import Edit
from archc.graph.naming import Body, inner_bodies
from archc.language import tree
from archc.language.parser import parse
from archc.language.source import Source, Span
from archc.named import NamedTuple


def after(span: Span, text: str) -> Edit:
    """A text put behind a place."""
    return Edit(Span(span.source, span.end, span.end), text)


def ahead(span: Span, text: str) -> Edit:
    """A text put in front of a place."""
    return Edit(Span(span.source, span.start, span.start), text)


def given(action: tree.Apply, name: str, text: str, position: int | None = None) -> Edit:
    """An argument of another value, wherever it is written now; else by name at the end.

    `position` is its place among the arguments without a name.
    """
    named = next((one for one in action.arguments if one.name == name), None)
    unnamed = [one for one in action.arguments if one.name is None]
    if named is not None:
        return Edit(named.value.span, text)
    if position is not None and position < len(unnamed):
        return Edit(unnamed[position].span, text)
    if not action.parenthesised:
        return after(action.span, f" {name}={text}")
    inside = Span(action.span.source, action.span.start, action.span.end - 1)
    return after(inside, f"{', ' if action.arguments else ''}{name}={text}")


def without(action: tree.Apply, argument: tree.Argument) -> Edit:
    """A call without one of its arguments."""
    text, source = argument.span.source.text, argument.span.source
    start, end = argument.span.start, argument.span.end
    while text[start - 1] == "," or text[start - 1].isspace():  # what stands before it is long
        start -= 1
    if text[start - 1] == "(":
        comma = re.compile(r"\s*,?\s*").match(text, end)
        assert comma is not None
        start, end = argument.span.start, comma.end()
    return Edit(Span(source, start, end), "")


class Site(NamedTuple):
    """A call in its text: the link it is, and the chain of links."""

    link: tree.Link
    chain: tree.Chain
    definition: tree.Block | tree.Network


@lru_cache(maxsize=8)
def sites(source: Source) -> dict[Span, Site]:
    """Every action of a text by its place; made on the way to a message alone."""
    found: dict[Span, Site] = {}
    program, _ = parse(source)

    def collect(body: Body, definition: tree.Block | tree.Network) -> None:
        for statement in body:
            chain = statement.body if isinstance(statement, tree.Output) else statement
            if not isinstance(chain, tree.Chain):
                continue
            for link in chain.links:
                found.setdefault(link.action.span, Site(link, chain, definition))
                for inner in inner_bodies(link.action):
                    collect(inner, definition)

    for definition in program.definitions:
        if isinstance(definition, (tree.Block, tree.Network)):
            collect(definition.body, definition)
    return found


def site(span: Span) -> Site | None:
    """The action that stands at a place, in its text."""
    return sites(span.source).get(span)


def renamed(source: Source, word: str, other: str) -> tuple[Edit, ...]:
    """A name written otherwise wherever it stands as a word of its own."""
    return tuple(Edit(span, other) for span, _, _ in _names(source, word))


def called(source: Source, word: str, other: str) -> tuple[Edit, ...]:
    """The name of a block or network written otherwise, and no label, argument or value."""
    from archc.language import kinds as k

    value = rf"\b(?:let|for)\s+{word}\b|\b(?:block|network)\s+\w+\s*\([^)]*\b{word}\b"
    begins = (k.NETWORK, k.BLOCK, k.END, k.BRACE, k.ARROW, k.LABEL_COLON, k.FROZEN)
    anywhere = re.search(value, source.text, re.ASCII) is None
    return tuple(
        Edit(span, other)
        for span, before, behind in _names(source, word)
        if before in (k.NETWORK, k.BLOCK)
        or (behind not in (k.EQUAL, k.LABEL_COLON) and (anywhere or before in begins))
        or MEMBER.search(source.text[: span.start])
    )


MEMBER = re.compile(r"\b(?:network|block)\s+\w+\s*=\s*\Z", re.ASCII)
"""What stands in front of the family of a member."""


def _names(source: Source, word: str) -> list[tuple[Span, int, int]]:
    """Where a word stands as a name, and the kinds of the tokens before and behind it."""
    from archc.language import kinds as k
    from archc.language.lexer import Lexer

    tokens = Lexer(source)
    tokens.run()
    kinds = [k.END, *tokens.kinds, k.END]
    return [
        (Span(source, start, end), kinds[place], kinds[place + 2])
        for place, (start, end) in enumerate(zip(tokens.starts, tokens.ends, strict=True))
        if kinds[place + 1] == k.NAME and source.text[start:end] == word
    ]


def mended(span: Span, edits: Sequence[Edit]) -> str:
    """The text of a place with the edits made that lie in it, on one line."""
    text, start = span.text, span.start
    for edit in sorted(edits, key=lambda one: one.span.start, reverse=True):
        if (
            span.source is edit.span.source
            and start <= edit.span.start <= edit.span.end <= span.end
        ):
            text = text[: edit.span.start - start] + edit.text + text[edit.span.end - start :]
    return on_one_line(text)


def on_one_line(text: str) -> str:
    """A text of several lines on one, without its comments: `;` stands where statements ended."""
    from archc.language import kinds as k
    from archc.language.lexer import Lexer

    if "\n" not in text:
        return " ".join(text.split())
    tokens = Lexer(Source(text, ""))
    tokens.run()
    parts: list[str] = []
    before = 0
    for kind, start, end in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True):
        ends = kind == k.END and end > start
        parts += (" " * (start > before and not ends), ";" if ends else text[start:end])
        before = start if ends else end
    return " ".join("".join(parts).rstrip(";").split())
