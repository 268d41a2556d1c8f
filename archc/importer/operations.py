"""Layers, merges and slices out of PyTorch's operations: in-place forms, no-ops and idioms undone.

Arguments are read from the operation, which has them all, and never from the module it ran in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from archc.importer.model import Exported, Frame, Node, Ref

NOTHING = frozenset(
    ("contiguous", "clone", "detach", "to", "_to_copy", "lift_fresh_copy", "type_as", "float")
)
ACTIVATIONS = {
    "relu": "relu",
    "silu": "silu",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "hardswish": "hardswish",
    "hardsigmoid": "hardsigmoid",
    "relu6": "relu6",
    "mish": "mish",
}


class Operation(NamedTuple):
    """What a statement of a spec will say.

    `word` is the layer's keyword; `inputs` and `output` are values by name; `owner` is the module
    whose weights it has, None where it has none; `shape` is without the batch. An operation that is
    not understood has the word `opaque` and its name as its first argument.
    """

    word: str
    arguments: tuple[tuple[str, Any], ...]
    inputs: tuple[str, ...]
    output: str
    frames: tuple[Frame, ...]
    owner: str | None
    shape: tuple[int, ...]
    entering: tuple[int, ...]


class Opaque(Exception):
    """No layer of the language does what this operation does."""


class Reading:
    """Goes through the nodes once; `value` follows what is only another name.

    What an operation becomes is told by a method of its name, `_conv2d`, in the classes below.
    """

    def __init__(self, exported: Exported) -> None:
        self.exported = exported
        self.state = {**exported.buffers, **exported.parameters}
        self.names: dict[str, str] = {}
        self.shapes: dict[str, tuple[int, ...]] = dict(exported.inputs)
        self.nodes = {node.name: node for node in exported.nodes}
        self.readers: dict[str, list[Node]] = defaultdict(list)
        self.operations: list[Operation] = []
        self.parts: dict[str, Operation] = {}

    # --------------------------------------------------------------------------------- values

    def value(self, ref: Any) -> str:
        """The value behind a reference; raises `Opaque` for a weight or a number."""
        if not isinstance(ref, Ref):
            raise Opaque
        name = ref.name
        while name in self.names:
            name = self.names[name]
        if name in self.state:
            raise Opaque
        return name

    def shape(self, name: str) -> tuple[int, ...]:
        """A value's shape with its batch."""
        return self.shapes.get(name, ())

    def owner(self, ref: Any, wanted: str = "weight") -> str:
        """The module that a parameter belongs to, where it has the name that layers give it."""
        if not isinstance(ref, Ref) or ref.name not in self.exported.parameters:
            raise Opaque
        path = self.exported.parameters[ref.name][0]
        module, _, name = path.rpartition(".")
        if name != wanted:
            raise Opaque
        return module

    # -------------------------------------------------------------------------------- reading

    def run(self) -> list[Operation]:
        for node in self.exported.nodes:
            if node.shape is not None:
                self.shapes[node.name] = node.shape
        for node in self.exported.nodes:
            for ref in references(node.arguments):
                self.readers[ref].append(node)
        for node in self.exported.nodes:
            self.read(node)
        return self.operations

    def read(self, node: Node) -> None:
        kind = base_name(node.target)
        try:
            if kind in NOTHING:
                self.names[node.name] = self.value(node.arguments["self"])
            else:
                method: Callable[[Node], None] | None = getattr(self, f"_{kind}", None)
                if kind in ACTIVATIONS:
                    self.add(node, ACTIVATIONS[kind], {})
                elif method is None:
                    raise Opaque
                else:
                    method(node)
        except (Opaque, KeyError):
            self.opaque(node)
        if is_in_place(node.target):
            first = next(iter(node.arguments.values()))
            if isinstance(first, Ref):
                self.rename(first.name, node.name)

    def rename(self, old: str, new: str) -> None:
        """From here on, whoever names the tensor that was overwritten means the result."""
        before = old
        while before in self.names:
            before = self.names[before]
        if before != new and before not in self.state:
            self.names[before] = new

    def add(
        self,
        node: Node,
        word: str,
        arguments: dict[str, Any],
        inputs: list[Any] | None = None,
        owner: str | None = None,
        output: str | None = None,
        shape: tuple[int, ...] | None = None,
    ) -> None:
        refs = inputs if inputs is not None else [first_tensor(node)]
        values = tuple(self.value(ref) if isinstance(ref, Ref) else ref for ref in refs)
        made = output or node.name
        whole = shape or node.shape or ()
        self.shapes[made] = whole
        entering = self.shape(values[0])[1:] if values else ()
        self.operations.append(
            Operation(
                word,
                tuple(arguments.items()),
                values,
                made,
                node.frames,
                owner,
                whole[1:],
                entering,
            )
        )

    def opaque(self, node: Node) -> None:
        """What is not understood stays, by its name, with the tensors it reads."""
        values = []
        for ref in references(node.arguments):
            if ref not in self.state:
                values.append(self.value(Ref(ref)))
        self.add(node, "opaque", {"name": node.target}, values)


def base_name(target: str) -> str:
    """`relu` of `aten.relu_.default`."""
    parts = target.split(".")
    name = parts[1] if len(parts) > 1 else parts[0]
    return name if name.startswith("_") else name.rstrip("_")


def is_in_place(target: str) -> bool:
    parts = target.split(".")
    return len(parts) > 1 and parts[1].endswith("_") and not parts[1].startswith("_")


def first_tensor(node: Node) -> Any:
    return next((one for one in node.arguments.values() if isinstance(one, Ref)), None)


def references(value: Any) -> list[str]:
    """The names of all tensors among arguments, in their order."""
    if isinstance(value, Ref):
        return [value.name]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [name for item in value for name in references(item)]
    return []


def spread(value: Any, axes: int) -> tuple[int, ...]:
    """A size for each axis."""
    if isinstance(value, int):
        return (value,) * axes
    return tuple(value) * axes if len(value) == 1 else tuple(value)
