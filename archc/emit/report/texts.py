"""Sources and findings as the page shows them."""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from archc.diagnostics import Diagnostic
from archc.emit.render import distinct, render
from archc.emit.text import clean
from archc.language.source import Source
from archc.layers.registry import KINDS
from archc.named import NamedTuple

Piece = tuple[int, int, str]
_WORDS = (
    "network block input output expect from import let if else repeat for in training "
    "frozen true false none and or not share"
)
_BRANCHES = [word for word, kind in KINDS.items() if kind.many_inputs or kind.passes]
_ARCH = re.compile(
    r'(?P<comment>\#[^\n]*)|(?P<string>"""(?:.|\n)*?(?:"""|\Z)|"[^"\n]*"?)'
    r"|(?P<label>\b[A-Za-z_]\w*(?:\{[^{}\n]*\})?(?=:(?!:)))"
    rf"|(?P<word>\b(?:{'|'.join((*_WORDS.split(), *_BRANCHES))})\b)"
)


class Listing(NamedTuple):
    """A text by its lines; the anchor of line 12 is `{anchor}-12`."""

    anchor: str
    name: str
    lines: tuple[Markup, ...]


class Finding(NamedTuple):
    """A message: `text` is what `archc check` prints of it."""

    severity: str
    code: str
    message: Markup
    text: str
    place: str
    source: str
    line: int


def inline(text: str) -> Markup:
    """A sentence; what its author put between backticks is set as code."""
    parts = clean(text).split("`")
    if len(parts) % 2 == 0:
        return escape(clean(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def listing(source: Source, anchor: str) -> Listing:
    """A spec, with comments, texts, labels and words of the language set apart."""
    pieces = [
        (match.start(), match.end(), match.lastgroup or "") for match in _ARCH.finditer(source.text)
    ]
    return Listing(anchor, clean(source.name), _lines(source.text, pieces))


def python(code: str) -> tuple[Markup, ...]:
    """Generated code, likewise."""
    starts = [0]
    for row in code.splitlines(keepends=True):
        starts.append(starts[-1] + len(row))
    pieces: list[Piece] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            kind = ""
            if token.type == tokenize.COMMENT:
                kind = "comment"
            elif token.type == tokenize.STRING:
                kind = "string"
            elif token.type == tokenize.NAME and keyword.iskeyword(token.string):
                kind = "word"
            if kind:
                begin = starts[token.start[0] - 1] + token.start[1]
                pieces.append((begin, starts[token.end[0] - 1] + token.end[1], kind))
    except (tokenize.TokenError, IndentationError):
        pieces = []
    return _lines(code, pieces)


def _lines(text: str, pieces: Iterable[Piece]) -> tuple[Markup, ...]:
    """Lines of escaped text; a piece that runs over lines is set apart in each."""
    result: list[list[Markup]] = [[]]

    def put(part: str, kind: str) -> None:
        for number, row in enumerate(part.split("\n")):
            if number:
                result.append([])
            if row:
                shown = escape(clean(row))
                result[-1].append(Markup(f'<span class="{kind}">{shown}</span>') if kind else shown)

    at = 0
    for start, end, kind in pieces:
        put(text[at:start], "")
        put(text[start:end], kind)
        at = end
    put(text[at:].rstrip("\n"), "")
    return tuple(Markup("").join(parts) for parts in result)


def findings(diagnostics: Sequence[Diagnostic], sources: dict[str, str]) -> list[Finding]:
    """Each once, errors first, advice last."""
    severities = ("error", "warning", "advice")
    ordered = sorted(distinct(diagnostics), key=lambda one: severities.index(one.severity))
    return [
        Finding(
            one.severity,
            clean(one.code),
            inline(one.message),
            render(one).partition("\n")[2],
            f"{clean(one.span.source.name)}:{one.span.line}",
            sources.get(one.span.source.name, ""),
            one.span.line,
        )
        for one in ordered
    ]


def all_sources(found: Iterable[Source]) -> dict[str, Source]:
    """Sources by name, each once, in the order in which they were met."""
    result: dict[str, Source] = {}
    for source in found:
        result.setdefault(source.name, source)
    return result
