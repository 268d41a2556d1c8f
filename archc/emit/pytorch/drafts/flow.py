"""What goes through a class while it is written: a tensor, its axes, where its modules go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.names import AXIS_NAMES
from archc.emit.pytorch.reading.number import Flat, Said, hangs_of, unsaid
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.emit.pytorch.drafts.writer import Writer

T = TypeVar("T")
Dims = tuple[Any, ...]
SIZES = frozenset(AXIS_NAMES[3])  # of the input, as a class names them


class Flow(NamedTuple):
    """The current tensor: its name in the forward pass, its axes as numbers that can be said."""

    value: ir.Expr
    dims: Dims


@dataclass(frozen=True, slots=True)
class Target:
    """A module, and how constructor and forward pass reach it; or where modules go: a container.

    `home` takes what has a label. `counts`: modules are children 0, 1, 2 … in the order they come.
    `sequence`: they are gathered for an `nn.Sequential`, and the forward pass does not see them.
    """

    init: ir.Expr = ir.SELF
    forward: ir.Expr = ir.SELF
    home: Target | None = None
    counts: bool = False
    sequence: bool = False  # a list, or an ordered dictionary, of what an `nn.Sequential` will hold
    named: bool = False
    bare: bool = False  # an `nn.Module`, where labels would hide the methods of a container

    @property
    def labels(self) -> Target:
        return self if self.home is None else self.home


class Braces(dict[str, T]):
    """What the names of a pair of braces are; a draft's copy is of the same braces."""

    __slots__ = ("same",)

    def __init__(
        self, names: Mapping[str, T] | Iterable[tuple[str, T]] = (), same: object = None
    ) -> None:
        super().__init__(names)
        self.same = same or object()

    def copy(self) -> Braces[T]:
        return Braces(self, self.same)


class Value(NamedTuple):
    """What a label names: the name of the value in the forward pass, and the labels inside."""

    value: ir.Expr | None
    dims: Dims
    inside: Braces[Value]
    again: Callable[[Writer, Flow], Flow] | None = None  # runs what is labelled once more


def copied_labels(labels: list[Braces[Value]]) -> list[Braces[Value]]:
    """Labels in sight, copied; what is labelled and still open holds the copies of its own."""
    copies = {id(one): one.copy() for one in labels}
    for scope in copies.values():
        for word, value in scope.items():
            if id(value.inside) in copies:
                scope[word] = value._replace(inside=copies[id(value.inside)])
    return list(copies.values())


def beginning(word: str, scope: Braces[Value]) -> Braces[Value]:
    """The values whose labels begin with a word, by the rest."""
    return Braces((key[len(word) :], one) for key, one in scope.items() if key.startswith(word))


def is_said(flow: Flow) -> bool:
    return bool(flow.dims) and isinstance(flow.dims[0], Said) and flow.dims[0].said is not None


def refreshed(dims: Dims, shape: Dims | None, hangs: frozenset[str]) -> Dims:
    """The axes with the numbers of the run at hand; one that differs there hangs on something."""
    if shape is None or len(shape) != len(dims):
        return dims
    found = []
    for axis, now in zip(dims, shape, strict=True):
        if isinstance(axis, Flat) or not isinstance(now, int) or not isinstance(axis, int):
            found.append(axis)
        elif isinstance(axis, Said):
            found.append(Said(now, axis.said, axis.hangs))
        else:
            found.append(axis if axis == now else Said(now, None, hangs))
    return tuple(found)


def spatial_unsaid(dims: Dims, entering: Dims, last: bool = False) -> Dims:
    """Behind a layer a map's sizes are known by number alone, and by what they hang on.

    Channels stay said where a change of axes has moved them, and where a layer acts on the last
    axis.
    """
    kept = [axis for axis in entering if not hangs_of(axis) & SIZES] + [dims[-1]] * last
    same = [any(axis is one for one in kept) for axis in dims]
    return dims[:1] + tuple(
        axis if stays else unsaid(axis) for axis, stays in zip(dims[1:], same[1:], strict=True)
    )
