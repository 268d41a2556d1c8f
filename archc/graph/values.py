"""What an expression can be worth, beside numbers, text and lists."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from archc.language import tree
from archc.language.source import Span
from archc.layers.arguments import describe as describe_plain
from archc.layers.arguments import listed
from archc.layers.base import Layer
from archc.named import NamedTuple
from archc.shapes import Open, Shape, Size

if TYPE_CHECKING:
    from archc.graph.modules import Module
    from archc.graph.naming import NameScope


class Unknown:
    """What could not be found out because of a mistake already reported. It spreads in silence."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN = Unknown()


NO_VALUE = -2  # the node of a name that only leads to others, as `convs` does to `convs.0`


class Tensor(NamedTuple):
    """A value that flows: the node that makes it (-1 where unknown) and its shape (None likewise).

    `scope` holds the names inside a labelled group, so that `features.pool3` can be found; `origin`
    is the text that gave the value to this point. `copy` counts from 1: which copy of the network
    it is, 0 for the value itself.
    """

    node: int
    shape: Shape | None
    origin: Span
    scope: NameScope | None = None
    copy: int = 0


class LayerValue(NamedTuple):
    """A layer kind passed as a value, `Act=relu6`, with some arguments fixed."""

    kind: type[Layer]
    positional: tuple[Any, ...]
    named: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash((self.kind, self.positional, *self.named.items()))

    def __repr__(self) -> str:
        return _call_text(self.kind.keyword, self.positional, self.named)


class BlockValue(NamedTuple):
    """A block, or a network called like one, with some arguments fixed; `module` is its home."""

    definition: tree.Block | tree.Network
    module: Module
    positional: tuple[Any, ...]
    named: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash((id(self.definition), self.positional, *self.named.items()))

    def __repr__(self) -> str:
        return _call_text(self.definition.name.id, self.positional, self.named)


class GroupValue(NamedTuple):
    """A labelled group of a network by its path, `VGG16.features`."""

    network: BlockValue
    path: tuple[str, ...]

    def __repr__(self) -> str:
        return ".".join([self.network.definition.name.id, *self.path])


def _call_text(name: str, positional: tuple[Any, ...], named: Mapping[str, Any]) -> str:
    if not positional and not named:
        return name
    arguments = [(None, value) for value in positional] + list(named.items())
    return f"{name}({listed(arguments, _argument)})"


def _argument(argument: Any) -> str:
    name, value = argument
    return describe(value) if name is None else f"{name}={describe(value)}"


def describe(value: object) -> str:
    """A value as a message shows it."""
    if isinstance(value, (LayerValue, BlockValue, GroupValue, Unknown)):
        return repr(value)
    if isinstance(value, Tensor):
        return "a tensor"
    if isinstance(value, tuple) and not isinstance(value, (Open, Size)):
        return f"[{listed(value, describe)}]"
    return describe_plain(value)


def kind_of(value: object) -> str:
    """What sort of value it is, with its article."""
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, (int, Fraction, float)):
        return "a number"
    if isinstance(value, Open):
        return "an open size"
    if isinstance(value, str):
        return "text"
    if value is None:
        return "none"
    if isinstance(value, Tensor):
        return "a tensor"
    if isinstance(value, LayerValue):
        return "a layer"
    if isinstance(value, (BlockValue, GroupValue)):
        return "a block"
    return "a size" if isinstance(value, Size) else "a list"
