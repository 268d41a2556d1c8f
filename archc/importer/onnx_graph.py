"""An ONNX graph while it is turned into operations: values, constants, tensors of the state."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import onnx
from onnx import numpy_helper

from archc.graph.labels import label_problem
from archc.importer.model import Exported, Frame, Node, Ref, Unreadable
from archc.importer.onnx_frames import all_frames, clean, modules_of, placed

LARGEST_CONSTANT = 1 << 12  # numbers; what is larger is a weight and is not looked at
ROLE = re.compile(r"[._](weight|w|scale|s)(_0)?$")  # what a tensor is to its layer
ELEMENTWISE = {
    "Relu": "relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "HardSwish": "hardswish",
    "Mish": "mish",
    "Abs": "abs",
    "Neg": "neg",
}


class Conversion:
    """Goes through the nodes; each becomes one operation of PyTorch's, or more.

    What becomes of a node is told by a method of its name, `_conv`, in the classes below this one.
    """

    def __init__(self, graph: Any, inputs: set[str]) -> None:
        self.graph = graph
        self.inputs = inputs
        self.shapes: dict[str, tuple[int, ...]] = {}
        for one in (*graph.input, *graph.value_info, *graph.output):
            axes = one.type.tensor_type.shape.dim
            self.shapes[one.name] = tuple(axis.dim_value for axis in axes)
        self.weights: dict[str, tuple[int, ...]] = {}  # shapes of tensors that nothing computes
        self.constants: dict[str, Any] = {}  # numbers of those that are small
        self.reads = Counter(name for node in graph.node for name in node.input)
        for one in graph.initializer:
            self.tensor(one.name, one)
        self.owners: dict[str, str] = {}  # the tensor that a module has its name of
        self.same: dict[str, str] = {}
        self.nodes: list[Node] = []
        self.parameters: dict[str, tuple[str, tuple[int, ...]]] = {}
        self.buffers: dict[str, tuple[str, tuple[int, ...]]] = {}
        self.frames: tuple[Frame, ...] = ()
        self.node: Any = None

    def run(self) -> Exported:
        for node, frames in zip(self.graph.node, all_frames(self.graph.node), strict=True):
            self.node = node
            self.frames = frames
            given = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
            method: Callable[[dict[str, Any]], None] | None
            method = getattr(self, f"_{node.op_type.lower()}", None)
            counts = len(self.parameters), len(self.buffers)
            try:
                if node.op_type in ELEMENTWISE:
                    self.put(ELEMENTWISE[node.op_type], {"self": self.ref(0)})
                elif method is None:
                    raise KeyError
                else:
                    method(given)
            except (KeyError, IndexError, TypeError, ValueError):
                for state, count in zip((self.parameters, self.buffers), counts, strict=True):
                    while len(state) > count:
                        state.popitem()
                self.strange()
        outputs = tuple((one.name, Ref(self.origin(one.name))) for one in self.graph.output)
        inputs = tuple((one.name, self.shapes[one.name]) for one in self.graph.input)
        inputs = tuple(one for one in inputs if one[0] in self.inputs)
        return Exported(
            clean(self.graph.name) or "Model",
            tuple(self.nodes),
            inputs,
            outputs,
            self.parameters,
            self.buffers,
            modules_of(self.nodes),
        )

    # --------------------------------------------------------------------------------- values

    def origin(self, name: str) -> str:
        while name in self.same:
            name = self.same[name]
        return name

    def ref(self, index: int) -> Ref:
        name = self.origin(self.node.input[index])
        if name in self.weights or name in self.constants:
            raise KeyError(name)
        return Ref(name)

    def tensor(self, name: str, tensor: Any) -> None:
        """Notes a tensor of the file; the numbers of small ones are kept."""
        self.weights[name] = shape = tuple(tensor.dims)
        inside = tensor.data_location != onnx.TensorProto.EXTERNAL
        if inside and len(shape) < 2 and math.prod(shape) <= LARGEST_CONSTANT:
            self.constants[name] = numpy_helper.to_array(tensor).tolist()

    def constant(self, index: int) -> Any:
        """The numbers of a small constant input; None where there is none."""
        if index >= len(self.node.input) or not self.node.input[index]:
            return None
        return self.constants[self.origin(self.node.input[index])]

    def is_weight(self, index: int) -> bool:
        return self.origin(self.node.input[index]) in self.weights

    def is_learned(self, name: str) -> bool:
        """Whether this is a tensor of the state, and no number, and no shape."""
        numbers = self.constants.get(name, [0.0])
        return bool(self.weights.get(name)) and isinstance([*numbers, 0][0], float)

    def weight(
        self,
        index: int,
        owner: str,
        word: str,
        buffer: bool = False,
        shape: tuple[int, ...] | None = None,
    ) -> Ref | None:
        """A tensor of the state, under the name that the module's would have."""
        if index >= len(self.node.input) or not self.node.input[index]:
            return None
        held = self.weights[self.origin(self.node.input[index])]
        made = f"{owner}.{word}" if owner else word
        (self.buffers if buffer else self.parameters)[made] = (made, shape or held)
        return Ref(made)

    def owner(self, index: int = 1) -> str:
        """The module of a weight: by the weight's name, by the node's, or by its kind."""
        tensor = self.origin(self.node.input[index])
        name = clean(tensor)
        if not self.frames:
            return self.only(flat(ROLE.sub("", name) or name), tensor)
        if name.endswith((".weight", ".bias")):
            return name.rpartition(".")[0]
        if self.frames[-1].path:
            return self.frames[-1].path
        return flat(self.node.name) or flat(self.node.output[0])

    def only(self, owner: str, tensor: str) -> str:
        """A name that no other tensor gave to its module."""
        return owner if self.owners.setdefault(owner, tensor) == tensor else self.path(tensor)

    def path(self, tensor: str) -> str:
        """The name of a tensor; where no modules are known, without points, which need braces."""
        return clean(tensor) if self.frames else flat(tensor)

    def put(
        self,
        name: str,
        arguments: dict[str, Any],
        owner: str | None = None,
        output: str | None = None,
        shape: tuple[int, ...] | None = None,
    ) -> Ref:
        made = output or self.node.output[0]
        whole = shape or self.shapes.get(made)
        if whole is None or 0 in whole:
            raise Unreadable(f"the shape of `{made}` is not known", "Give --input 3x224x224")
        self.shapes[made] = whole
        frames = placed(self.frames, owner)
        self.nodes.append(Node(made, f"aten.{name}.default", arguments, frames, whole))
        return Ref(made)

    def strange(self) -> None:
        """A node that is not understood keeps its name, and has the tensors that it reads."""
        read = [self.origin(one) for one in self.node.input if one]
        held = []
        for name in dict.fromkeys(read):
            if self.is_learned(name):
                path = self.path(name)
                self.parameters[path] = (path, self.weights[name])
                held.append(Ref(path))
        values = [Ref(one) for one in read if one not in {*self.weights, *self.constants}]
        name = self.node.output[0]
        target = f"onnx.{self.node.op_type}"
        given = {"inputs": [*values, *held]}
        self.nodes.append(Node(name, target, given, self.frames, self.shapes.get(name)))


def flat(name: str) -> str:
    """A name that is a word of its own, and a label."""
    word = clean(name).replace(".", "_").replace("-", "_")
    return f"{word}_" if word and label_problem(word) else word


def rounded(value: float) -> float:
    """A number of single precision as it was written: 1e-05, not 9.999999747378752e-06."""
    return float(f"{value:.6g}")
