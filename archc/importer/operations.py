"""Layers, merges and slices out of PyTorch's operations: in-place forms, no-ops and idioms undone.

Arguments are read from the operation, which has them all, and never from the module it ran in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from archc.importer.model import Exported, Frame, Node, Ref
from archc.named import NamedTuple

NOTHING = frozenset(
    ("contiguous", "clone", "detach", "to", "_to_copy", "lift_fresh_copy", "type_as", "float")
)
VIEWS = frozenset(("view", "reshape", "unsqueeze", "_unsafe_view"))
ACTIVATIONS = {
    "relu": "relu",
    "silu": "silu",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "hardswish": "hardswish",
    "hardsigmoid": "hardsigmoid",
    "relu6": "relu6",
    "mish": "mish",
    "abs": "absolute",
}


class Operation(NamedTuple):
    """What a statement of a spec will say.

    `word` is the layer's keyword; `inputs` and `output` are values by name; `owner` is the module
    whose weights it has, None where it has none; `shape` is without the batch. An operation that is
    not understood has the word `opaque` and its name as its first argument; `state` are the
    parameters and buffers that it holds, by their placeholders.
    """

    word: str
    arguments: tuple[tuple[str, Any], ...]
    inputs: tuple[str, ...]
    output: str
    frames: tuple[Frame, ...]
    owner: str | None
    shape: tuple[int, ...]
    entering: tuple[int, ...]
    state: tuple[str, ...] = ()


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
        self.derived: dict[str, tuple[str, ...]] = {}  # what is computed of the state alone
        self.views: dict[str, str] = {}  # views of one parameter or buffer
        self.several: dict[str, Node] = {}  # operations with several results, not understood
        self.used: set[str] = set()  # the state of layers

    # --------------------------------------------------------------------------------- values

    def value(self, ref: Any) -> str:
        """The value behind a reference; raises `Opaque` for a weight or a number."""
        if not isinstance(ref, Ref):
            raise Opaque
        name = self.followed(ref.name)
        if name in self.state or name in self.derived:
            raise Opaque
        return name

    def followed(self, name: str) -> str:
        """Past all that is only another name."""
        while name in self.names:
            name = self.names[name]
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
        refs = references(node.arguments)
        if all(self.of_state(ref) is not None for ref in refs) and kind != "getitem":
            state = [name for ref in refs for name in self.of_state(ref) or ()]
            self.derived[node.name] = tuple(dict.fromkeys(state))
            if kind in VIEWS and len(refs) == 1:
                self.views[node.name] = self.views.get(refs[0], refs[0])
            return
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
            self.used.update(ref for ref in refs if ref in self.state)
        except (Opaque, KeyError):
            self.opaque(node, refs)
        if is_in_place(node.target):
            first = next(iter(node.arguments.values()))
            if isinstance(first, Ref):
                self.rename(first.name, node.name)

    def rename(self, old: str, new: str) -> None:
        """From here on, whoever names the tensor that was overwritten means the result."""
        before, after = self.followed(old), self.followed(new)
        if before != after and before not in self.state:
            self.names[before] = after

    def add(
        self,
        node: Node,
        word: str,
        arguments: dict[str, Any],
        inputs: list[Any] | None = None,
        owner: str | None = None,
        output: str | None = None,
        shape: tuple[int, ...] | None = None,
        state: tuple[str, ...] = (),
    ) -> None:
        """One more operation. Raises `Opaque` where a layer would not know the first axis.

        That is so where the batch and something else were joined in it.
        """
        refs = inputs if inputs is not None else [first_tensor(node)]
        values = tuple(self.value(ref) if isinstance(ref, Ref) else ref for ref in refs)
        made = output or node.name
        whole = shape or node.shape or ()
        folded = [one for one in (whole, *map(self.shape, values)) if one[:1] != (1,)]
        if folded and word != "opaque" and not any_axes(word, arguments):
            raise Opaque
        self.shapes[made] = whole
        entering = behind(self.shape(values[0])) if values else ()
        self.operations.append(
            Operation(
                word,
                tuple(arguments.items()),
                values,
                made,
                node.frames,
                owner,
                behind(whole),
                entering,
                state,
            )
        )

    def fronted(self, node: Node, ref: Any, axis: int) -> Ref:
        """A value with an axis before the others, where layers have the channels."""
        shape = self.shape(self.value(ref))
        if axis == 1:
            return Ref(self.value(ref))
        if axis == 0:
            raise Opaque
        order = (axis - 1, *(place for place in range(len(shape) - 1) if place != axis - 1))
        return self.permuted(node, ref, order, f"{node.name}.front{self.value(ref)}")

    def back(self, node: Node, ref: Ref, axis: int) -> None:
        """The result of a node whose axis was put in front, with all axes in their places."""
        rank = len(self.shape(self.value(ref))) - 1
        rest = iter(range(1, rank))
        order = tuple(0 if place == axis - 1 else next(rest) for place in range(rank))
        self.permuted(node, ref, order, node.name)

    def permuted(self, node: Node, ref: Any, order: tuple[int, ...], output: str) -> Ref:
        whole = self.shape(self.value(ref))
        shape = (whole[0], *(whole[place + 1] for place in order))
        self.add(node, "permute", {"order": order}, [ref], output=output, shape=shape)
        return Ref(output)

    def along(
        self,
        node: Node,
        word: str,
        arguments: dict[str, Any],
        refs: list[Any],
        axis: int,
        owner: str | None = None,
    ) -> None:
        """A layer that acts on channels, on another axis: that one is in front while it does."""
        if axis == 1:
            self.add(node, word, arguments, refs, owner)
            return
        front = [self.fronted(node, ref, axis) for ref in refs]
        whole = node.shape or ()
        shape = (whole[0], whole[axis], *(n for i, n in enumerate(whole) if i not in (0, axis)))
        made = f"{node.name}.{word}"
        self.add(node, word, arguments, [*front], owner, output=made, shape=shape)
        self.back(node, Ref(made), axis)

    def rescale(self, node: Node, ref: Any, factor: float, shift: float) -> None:
        """A value times a number, plus a number."""
        plain = {"factor": 1, "shift": 0}
        given = {"factor": factor, "shift": shift}
        self.add(
            node, "rescale", {key: given[key] for key in plain if given[key] != plain[key]}, [ref]
        )

    def of_state(self, ref: str) -> tuple[str, ...] | None:
        """The parameters and buffers that a value is computed of; None where an input is in it."""
        ref = self.followed(ref)
        return (ref,) if ref in self.state else self.derived.get(ref)

    def opaque(self, node: Node, refs: list[str]) -> None:
        """What is not understood stays, by its name, with the tensors it reads and its state.

        Of several results each is an operation where it is taken.
        """
        name = node.target.removesuffix(".default")
        if base_name(node.target) == "getitem" and refs and refs[0] in self.derived:
            self.derived[node.name] = self.derived[refs[0]]
            return
        if base_name(node.target) == "getitem" and refs and refs[0] in self.several:
            parent = self.several[refs[0]]
            refs = references(parent.arguments)
            name = f"{parent.target.removesuffix('.default')}[{node.arguments['1']}]"
        if node.shape is None:
            self.several[node.name] = node
            return
        state = [key for ref in refs for key in self.of_state(ref) or ()]
        values = [self.value(Ref(ref)) for ref in refs if self.of_state(ref) is None]
        self.add(node, "opaque", {"name": name}, [*dict.fromkeys(values)], state=tuple(state))


def behind(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without its batch; whole where the first axis holds more than the batch."""
    return (shape[1:] if shape[:1] == (1,) else shape) or (1,)


def any_axes(word: str, arguments: dict[str, Any]) -> bool:
    """Whether a layer does the same whatever the axes before the last one are."""
    if word in ("linear", "layernorm", "rmsnorm"):
        return arguments.get("axis") == -1
    return word in ("add", "dropout", "gelu", "identity", "rescale") or word in ACTIVATIONS.values()


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
