"""Sizes that the forward pass asks of a tensor, as in `upsample [in.height, in.width]`.

The text alone tells: a layer's argument that takes open sizes, in which the height or width of some
value stands, perhaps behind a `let`.
"""

from __future__ import annotations

from collections.abc import Iterator

from archc.graph.evaluate import AXES
from archc.language import tree
from archc.layers.registry import KINDS
from archc.named import NamedTuple

SPATIAL = frozenset((*AXES[3], "shape"))


class Asked(NamedTuple):
    """The `let`s that hold such sizes for a layer, and the labels that are asked for theirs."""

    lets: frozenset[str]
    labels: frozenset[str]

    def asks(self, expr: tree.Expr) -> bool:
        """Whether the size of a value stands in an expression."""
        return any(_sizes(expr)) or bool(self.lets & _names(expr))

    def reads(self, link: tree.Link) -> bool:
        """Whether a layer is given such a size, or its value is asked for one."""
        if link.label is not None and word_of(link.label) in self.labels:
            return True
        return isinstance(link.action, tree.Apply) and any(map(self.asks, _open(link.action)))


def asked(body: tuple[tree.Statement, ...]) -> Asked:
    """What the layers of a definition ask of values."""
    every = list(tree.within(body))
    values: dict[str, list[tree.Expr]] = {}
    for one in every:
        if isinstance(one, tree.Let):
            values.setdefault(one.name.id, []).append(one.value)
    given = [expr for one in every if isinstance(one, tree.Apply) for expr in _open(one)]
    used: set[str] = set()
    waiting = list(given)
    while waiting:
        for name in _names(waiting.pop()) & values.keys() - used:
            used.add(name)
            waiting += values[name]
    holding: set[str] = set()
    count = -1
    while count < len(holding):
        count, known = len(holding), Asked(frozenset(holding), frozenset())
        holding |= {name for name in used if any(map(known.asks, values[name]))}
    asking = given + [value for name in holding for value in values[name]]
    labels = frozenset(name for expr in asking for one in _sizes(expr) for name in _names(one))
    return Asked(frozenset(holding), labels)


def word_of(label: tree.Template) -> str:
    """A label as it is written: `enc{i}`."""
    parts = [one if isinstance(one, str) else f"{{{one.span.text}}}" for one in label.parts]
    return "".join(parts)


def _open(action: tree.Apply) -> Iterator[tree.Expr]:
    """The arguments of a layer that take open sizes."""
    kind = KINDS.get(action.callee.id) if isinstance(action.callee, tree.Name) else None
    if kind is None:
        return
    free = list(kind.arguments)
    for one in action.arguments:
        name = one.name or (free.pop(0) if free else "")
        if name in kind.arguments and kind.arguments[name].open:
            yield one.value


def _sizes(expr: tree.Expr) -> Iterator[tree.Attribute]:
    """The heights, widths and shapes in an expression; `in.shape[0]` are the channels."""
    every = list(tree.within(expr))
    channels = [
        one.value
        for one in every
        if isinstance(one, tree.Index) and getattr(one.index, "value", None) == 0
    ]
    for one in every:
        if not isinstance(one, tree.Attribute) or any(one is each for each in channels):
            continue
        if one.name in SPATIAL:
            yield one


def _names(expr: tree.Expr) -> frozenset[str]:
    """The names and plain labels in an expression, those of the axes of `HxW` too."""
    found: set[str] = set()
    for one in tree.within(expr):
        if isinstance(one, tree.Name):
            found.add(one.id)
        elif isinstance(one, tree.Template):
            found.add(word_of(one))
        elif isinstance(one, tree.Size):
            found.update(axis for axis in one.axes if isinstance(axis, str))
    return frozenset(found)
