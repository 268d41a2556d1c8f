"""What the text of a definition says of its labels: which there are, which have dots in them."""

from __future__ import annotations

from collections.abc import Iterator

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.sight import Unlike
from archc.language import tree


def _labels(body: tuple[tree.Statement, ...]) -> Iterator[tree.Template]:
    for one in tree.within(body):
        if isinstance(one, (tree.Link, tree.Output)) and one.label is not None:
            yield one.label


def labels_of(body: tuple[tree.Statement, ...]) -> frozenset[str]:
    """Every plain label in a text."""
    return frozenset(one.plain for one in _labels(body) if one.plain)


def divided_labels(body: tuple[tree.Statement, ...]) -> frozenset[str]:
    """The parts of every label with a dot."""
    texts = [part for one in _labels(body) for part in one.parts if isinstance(part, str)]
    return frozenset(part for text in texts if "." in text for part in text.split("."))


def words_of(body: tuple[tree.Statement, ...]) -> frozenset[str]:
    """The names that the author gave: labels, and what `let` binds."""
    lets = frozenset(one.name.id for one in tree.within(body) if isinstance(one, tree.Let))
    return labels_of(body) | lets


def word_in(expr: tree.Expr) -> str | None:
    """The label that an expression names, where it is no computed one."""
    word = expr.id if isinstance(expr, tree.Name) else None
    word = expr.plain if isinstance(expr, tree.Template) else word
    return expr.value if isinstance(expr, tree.Text) else word


def divided(name: ir.Expr) -> tuple[str, ir.Expr] | None:
    """The part before the first dot of a label, and the rest."""
    parts: tuple[str | ir.Expr, ...] = name.parts if isinstance(name, ir.Text) else ()
    if isinstance(name, ir.Const):
        parts = (str(name.value),)
    if not any(isinstance(one, str) and "." in one for one in parts):
        return None
    if not isinstance(parts[0], str) or "." not in parts[0]:
        raise Unlike  # a container whose name is computed
    head, _, rest = parts[0].partition(".")
    if len(parts) == 1:
        return head, ir.Const(rest)
    return head, ir.Text((rest, *parts[1:]) if rest else parts[1:])
