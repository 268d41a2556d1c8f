"""An ONNX graph while it is turned into operations: values, constants, tensors of the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import onnx
from onnx import numpy_helper

from archc.importer.model import Exported, Frame, Node, Ref, Unreadable
from archc.importer.onnx_frames import clean, frames_of, modules_of, placed

LARGEST_CONSTANT = 1 << 12  # numbers; what is larger is a weight and is not looked at
ELEMENTWISE = {
    "Relu": "relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "HardSwish": "hardswish",
    "Mish": "mish",
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
        self.weights = {one.name: one for one in graph.initializer}
        self.constants: dict[str, Any] = {}
        self.same: dict[str, str] = {}
        self.nodes: list[Node] = []
        self.parameters: dict[str, tuple[str, tuple[int, ...]]] = {}
        self.buffers: dict[str, tuple[str, tuple[int, ...]]] = {}
        self.frames: tuple[Frame, ...] = ()
        self.node: Any = None

    def run(self) -> Exported:
        for node in self.graph.node:
            self.node = node
            self.frames = frames_of(node)
            given = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
            method: Callable[[dict[str, Any]], None] | None
            method = getattr(self, f"_{node.op_type.lower()}", None)
            try:
                if node.op_type in ELEMENTWISE:
                    self.put(ELEMENTWISE[node.op_type], {"self": self.ref(0)})
                elif method is None:
                    raise KeyError
                else:
                    method(given)
            except (KeyError, IndexError, TypeError, ValueError):
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

    def constant(self, index: int) -> Any:
        """The numbers of a small constant input; None where there is none."""
        if index >= len(self.node.input) or not self.node.input[index]:
            return None
        name = self.origin(self.node.input[index])
        if name in self.constants:
            return self.constants[name]
        weight = self.weights[name]
        if len(weight.dims) > 1 or (weight.dims and weight.dims[0] > LARGEST_CONSTANT):
            raise KeyError(name)
        return numpy_helper.to_array(weight).tolist()

    def weight(self, index: int, owner: str, word: str, buffer: bool = False) -> Ref | None:
        """A tensor of the state, under the name that the module's would have."""
        if index >= len(self.node.input) or not self.node.input[index]:
            return None
        name = self.origin(self.node.input[index])
        shape = tuple(self.weights[name].dims)
        made = f"{owner}.{word}" if owner else word
        (self.buffers if buffer else self.parameters)[made] = (made, shape)
        return Ref(made)

    def owner(self, index: int = 1) -> str:
        """The module of a weight: by the weight's name, by the node's, or by its kind."""
        name = clean(self.origin(self.node.input[index]))
        if not self.frames:  # which modules ran is not known, so a path would have no braces
            name = name.replace(".", "_").removesuffix("_weight") + ".weight"
        if name.endswith((".weight", ".bias")):
            return name.rpartition(".")[0]
        if self.frames and self.frames[-1].path:
            return self.frames[-1].path
        return clean(self.node.name).replace(".", "_") or clean(self.node.output[0])

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
        """A node that is not understood keeps its name."""
        read = [Ref(self.origin(one)) for one in self.node.input if one]
        tensors = [one for one in read if one.name not in self.weights]
        tensors = [one for one in tensors if one.name not in self.constants]
        name = self.node.output[0]
        shape = self.shapes.get(name)
        target = f"onnx.{self.node.op_type}"
        self.nodes.append(Node(name, target, {"inputs": tensors}, self.frames, shape))


def rounded(value: float) -> float:
    """A number of single precision as it was written: 1e-05, not 9.999999747378752e-06."""
    return float(f"{value:.6g}")
