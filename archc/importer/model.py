"""What the stages hand on: an exported graph without PyTorch in it."""

from __future__ import annotations

from typing import Any

from archc.named import NamedTuple

# Modules that are a layer as a whole, and several operations in a graph.
WHOLE = ("LocalResponseNorm", "VolumeResponseNorm")


class Unreadable(Exception):
    """A model that cannot be read; one clear sentence, and a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Ref(NamedTuple):
    """A tensor among the arguments of an operation, by its name in the graph."""

    name: str


class Frame(NamedTuple):
    """A module that was running: `key` tells its calls apart, `path` is its name in the model."""

    key: str
    path: str
    kind: str


class Node(NamedTuple):
    """One operation: its arguments by the names of its schema, its result's shape with the batch.

    `shape` is None where the result is no tensor, `shapes` has one for each of several results.
    """

    name: str
    target: str
    arguments: dict[str, Any]
    frames: tuple[Frame, ...]
    shape: tuple[int, ...] | None
    shapes: tuple[tuple[int, ...], ...] = ()


class Module(NamedTuple):
    """A module of the model: its class, and what its `__init__` was given, by name."""

    kind: str
    arguments: dict[str, Any]


class Exported(NamedTuple):
    """A model's graph. `parameters` and `buffers` have names and shapes by the placeholders that
    bring them; `unsaved` are the buffers that no `state_dict` has.
    """

    name: str
    nodes: tuple[Node, ...]
    inputs: tuple[tuple[str, tuple[int, ...]], ...]
    outputs: tuple[tuple[str, Ref], ...]
    parameters: dict[str, tuple[str, tuple[int, ...]]]
    buffers: dict[str, tuple[str, tuple[int, ...]]]
    modules: dict[str, Module]
    unsaved: frozenset[str] = frozenset()
