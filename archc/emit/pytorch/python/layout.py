"""Statements and calls as a tree, laid out as `ruff format` does: 100 columns, four spaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archc.named import NamedTuple

WIDTH = 100


class Call(NamedTuple):
    """`head` items `tail`, as in `nn.Sequential(a, b)`; `open_out`: each item on its own line."""

    head: str
    items: tuple[Doc, ...]
    tail: str = ")"
    open_out: bool = False
    comment: str = ""


Doc = str | Call


class Line(NamedTuple):
    """`prefix` doc `suffix`."""

    doc: Doc
    prefix: str = ""
    suffix: str = ""


class Suite(NamedTuple):
    """A header and the lines below it."""

    header: Line
    body: list[Statement]


Statement = Line | Suite


def flat(doc: Doc) -> str:
    """The doc on one line."""
    if isinstance(doc, str):
        return doc
    return doc.head + ", ".join(flat(item) for item in doc.items) + doc.tail


def _opens(doc: Doc) -> bool:
    return isinstance(doc, Call) and (doc.open_out or any(_opens(item) for item in doc.items))


def lay(doc: Doc, indent: int, prefix: str = "", suffix: str = "") -> Iterator[str]:
    """The lines of a doc between `prefix` and `suffix`."""
    margin = " " * indent
    one = f"{margin}{prefix}{flat(doc)}{suffix}"
    if isinstance(doc, str) or (len(one) <= WIDTH and not _opens(doc)) or not doc.items:
        comment = "" if isinstance(doc, str) else doc.comment
        yield f"{one}  # {comment}" if comment and len(one) + 4 + len(comment) <= WIDTH else one
        return
    yield f"{margin}{prefix}{doc.head}"
    inner = " " * (indent + 4) + ", ".join(flat(item) for item in doc.items)
    whole = not doc.open_out and not any(_opens(item) for item in doc.items)
    starred = len(doc.items) == 1
    if (
        doc.head.endswith(("[", "=(", " = (")) or doc.head == "("
    ):  # a list or tuple: one item a line
        whole = starred = False
    if whole and len(inner) <= WIDTH:
        yield inner
    elif starred and not doc.open_out:
        yield from lay(doc.items[0], indent + 4)
    else:
        for item in doc.items:
            yield from lay(item, indent + 4, "", ",")
    yield f"{margin}{doc.tail}{suffix}"


def lines(statements: Iterable[Statement], indent: int) -> Iterator[str]:
    """The lines of statements."""
    for one in statements:
        first = one.header if isinstance(one, Suite) else one
        yield from lay(first.doc, indent, first.prefix, first.suffix)
        if isinstance(one, Suite):
            yield from lines(one.body or [Line("pass")], indent + 4)
