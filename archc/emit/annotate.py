"""A program with the shape of every statement written behind it, for `archc fmt --shapes`."""

from __future__ import annotations

from typing import Any

from archc.check import Checked, Options, check
from archc.graph.elaborate import Elaborator
from archc.graph.modules import Reader
from archc.graph.place import Place
from archc.graph.report import Report
from archc.graph.run import Arms
from archc.graph.values import Tensor
from archc.language import tree
from archc.language.source import Source, Span
from archc.record import Record
from archc.shapes import Shape

Runs = dict[Span, list[Shape | None]]


class Watcher(Elaborator):
    """An elaborator that remembers what shape each statement gave, each time it ran."""

    def __init__(self, report: Report, arms: Arms, runs: Runs) -> None:
        super().__init__(report, arms)
        self.runs = runs

    def _chain(self, chain: tree.Chain, place: Place, current: Tensor) -> Tensor:
        value = super()._chain(chain, place, current)
        self.runs.setdefault(chain.span, []).append(value.shape)
        return value


def with_shapes(source: Source, read: Reader) -> tuple[tree.Program, Checked]:
    """The program of a file with the shapes all its networks agree on; `_` where they do not.

    A statement that never runs, or whose every axis differs, gets none; one that has one keeps it.
    """
    runs: Runs = {}

    def watcher(report: Report, arms: Arms) -> Elaborator:
        return Watcher(report, arms, runs)

    checked = check(source, Options(), read, watcher)
    if any(one.severity == "error" for one in checked.diagnostics):
        checked = check(source, Options(), read)  # watched, no cure is tried
    return annotated(checked.program, runs), checked


def annotated(node: Any, runs: Runs) -> Any:
    """The node with shapes behind the statements in it."""
    if isinstance(node, tuple) and not isinstance(node, Span):
        return tuple(annotated(item, runs) for item in node)
    if not isinstance(node, Record):
        return node
    made = type(node)(*[annotated(value, runs) for value in node.__dict__.values()])
    if isinstance(made, tree.Chain) and made.links[-1].shape is None:
        shape = written(runs.get(made.span, []), made.span)
        if shape is not None:
            last = made.links[-1]._replace(shape=shape)
            return made._replace(links=(*made.links[:-1], last))
    return made


def written(shapes: list[Shape | None], span: Span) -> tree.Expr | None:
    """The shape in the language's own writing."""
    known = [shape for shape in shapes if shape is not None]
    if not known or len(known) < len(shapes) or len({len(shape) for shape in known}) > 1:
        return None
    axes = [values[0] if len(set(values)) == 1 else None for values in zip(*known, strict=True)]
    numbers = [axis if isinstance(axis, int) else None for axis in axes]
    if all(axis is None for axis in numbers):
        return None
    whole = tuple(axis for axis in numbers if axis is not None)
    if len(whole) == len(axes):
        if len(whole) == 1:
            return tree.Number(whole[0], str(whole[0]), span)
        return tree.Size(whole, span)
    items = [
        tree.Name("_", span) if axis is None else tree.Number(axis, str(axis), span)
        for axis in numbers
    ]
    return tree.List(tuple(items), span)
