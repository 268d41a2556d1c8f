"""An ONNX graph as the operations of an exported model, so that one reader serves both.

Structure is what the exporter left of it: PyTorch's newer one notes the modules of every node, its
older one their names, and other tools nothing but the names of the weights.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Sequence
from typing import Any

import onnx
from onnx import numpy_helper, shape_inference

from archc.importer.agree import Proof, prove_shapes, prove_state, with_figures
from archc.importer.model import Exported, Frame, Module, Node, Ref, Unreadable
from archc.importer.read import Imported, camel

LARGEST_CONSTANT = 1 << 12  # numbers; what is larger is a weight and is not looked at
NAMESPACE = "pkg.torch.onnx.name_scopes"
CLASSES = "pkg.torch.onnx.class_hierarchy"
ELEMENTWISE = {
    "Relu": "relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "HardSwish": "hardswish",
    "Mish": "mish",
}


def read_onnx(path: str, sizes: Sequence[tuple[int, ...]] = ()) -> Exported:
    """The graph of a file; `sizes` are those of its inputs, in order. Raises `Unreadable`."""
    try:
        model = onnx.load(path, load_external_data=False)
    except Exception as error:
        raise Unreadable(f"it is no ONNX file: {str(error).splitlines()[0][:200]}") from error
    graph = model.graph
    known = {one.name for one in graph.initializer}
    inputs = [one for one in graph.input if one.name not in known]
    for index, one in enumerate(inputs):
        settle(one, sizes[index] if index < len(sizes) else None)
    for weight in graph.initializer:
        if weight.raw_data and len(weight.raw_data) > 8 * LARGEST_CONSTANT:
            weight.ClearField("raw_data")  # only shapes are asked for
    try:
        inferred = shape_inference.infer_shapes(model, data_prop=True)
    except Exception as error:
        raise Unreadable(f"its shapes cannot be inferred: {str(error)[:200]}") from error
    return Converter(inferred.graph, {one.name for one in inputs}).run()


def settle(one: Any, given: tuple[int, ...] | None) -> None:
    """Gives an input a batch of one and its open axes a size. Raises `Unreadable`."""
    axes = one.type.tensor_type.shape.dim
    if given is not None and len(given) != len(axes) - 1:
        raise Unreadable(f"its input `{one.name}` has {len(axes) - 1} axes behind the batch")
    for index, axis in enumerate(axes):
        if index == 0:
            axis.dim_value = 1
        elif given is not None:
            axis.dim_value = given[index - 1]
        elif not axis.dim_value:
            hint = "Give its size, as in --input 3x224x224"
            raise Unreadable(f"its input `{one.name}` leaves a size open", hint)


def import_onnx(
    path: str, name: str, sizes: Sequence[tuple[int, ...]], *, verify: bool = True
) -> tuple[Imported, Proof | None]:
    """The spec of an ONNX file, and how it agrees with the file's tensors and shapes."""
    exported = read_onnx(path, sizes)
    proof = Proof()
    imported, network = with_figures(exported, camel(name, name), os.path.basename(path), proof)
    if network is None:
        return imported, proof
    if not verify:
        return imported, None
    state = dict(exported.parameters.values()) | dict(exported.buffers.values())
    prove_state(imported, network, state, proof)
    prove_shapes(imported, network, proof)
    return imported, proof


class Converter:
    """Goes through the nodes; each becomes one operation of PyTorch's, or more."""

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

    # ----------------------------------------------------------------------------- with weights

    def _conv(self, given: dict[str, Any], transposed: bool = False) -> None:
        owner = self.owner()
        weight = self.weight(1, owner, "weight")
        assert weight is not None
        axes = len(self.parameters[weight.name][1]) - 2
        value, pads = self.padded(given, axes)
        arguments = {
            "input": value,
            "weight": weight,
            "bias": self.weight(2, owner, "bias"),
            "stride": list(given.get("strides", [1] * axes)),
            "padding": pads,
            "dilation": list(given.get("dilations", [1] * axes)),
            "groups": given.get("group", 1),
        }
        word = f"conv{axes}d"
        if transposed:
            arguments["output_padding"] = list(given.get("output_padding", [0] * axes))
            word = f"conv_transpose{axes}d"
        self.put(word, arguments, owner)

    def _convtranspose(self, given: dict[str, Any]) -> None:
        self._conv(given, True)

    def padded(self, given: dict[str, Any], axes: int) -> tuple[Ref, list[int]]:
        """The input and its even padding; uneven padding becomes an operation of its own."""
        value = self.ref(0)
        if given.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
            raise KeyError
        pads = list(given.get("pads", [0] * 2 * axes))
        begin, end = pads[:axes], pads[axes:]
        if begin == end:
            return value, begin
        sizes = [size for pair in reversed(list(zip(begin, end, strict=True))) for size in pair]
        before = self.shapes[value.name]
        grown = tuple(n + a + b for n, a, b in zip(before[2:], begin, end, strict=True))
        made = f"{self.node.output[0]}.padded"
        shape = (*before[:2], *grown)
        return self.put("pad", {"self": value, "pad": sizes}, None, made, shape), [0] * axes

    def _gemm(self, given: dict[str, Any]) -> None:
        if not given.get("transB") or given.get("transA") or given.get("alpha", 1) != 1:
            raise KeyError
        owner = self.owner()
        weight = self.weight(1, owner, "weight")
        bias = self.weight(2, owner, "bias")
        self.put("linear", {"input": self.ref(0), "weight": weight, "bias": bias}, owner)

    def _batchnormalization(self, given: dict[str, Any]) -> None:
        owner = self.owner()
        self.put(
            "batch_norm",
            {
                "input": self.ref(0),
                "weight": self.weight(1, owner, "weight"),
                "bias": self.weight(2, owner, "bias"),
                "running_mean": self.weight(3, owner, "running_mean", True),
                "running_var": self.weight(4, owner, "running_var", True),
                "eps": rounded(given.get("epsilon", 1e-5)),
                "momentum": rounded(1 - given.get("momentum", 0.9)),
            },
            owner,
        )

    def _prelu(self, given: dict[str, Any]) -> None:
        owner = self.owner()
        weight = self.weight(1, owner, "weight")
        assert weight is not None
        path, shape = self.parameters[weight.name]
        self.parameters[weight.name] = (path, shape[:1])
        self.put("prelu", {"self": self.ref(0), "weight": weight}, owner)

    # ------------------------------------------------------------------------- without weights

    def _constant(self, given: dict[str, Any]) -> None:
        tensor = given.get("value")
        name = self.node.output[0]
        if tensor is None:
            self.constants[name] = given.get("value_ints", given.get("value_int"))
        else:
            self.constants[name] = numpy_helper.to_array(tensor).tolist()

    def _identity(self, given: dict[str, Any]) -> None:
        self.same[self.node.output[0]] = self.node.input[0]

    def _dropout(self, given: dict[str, Any]) -> None:
        p = given.get("ratio", self.constant(1))
        self.put("dropout", {"self": self.ref(0), "p": 0.5 if p is None else p})

    def _clip(self, given: dict[str, Any]) -> None:
        least = given.get("min", self.constant(1))
        most = given.get("max", self.constant(2))
        self.put("hardtanh", {"self": self.ref(0), "min_val": least, "max_val": most})

    def _hardsigmoid(self, given: dict[str, Any]) -> None:
        if abs(given.get("alpha", 0.2) - 1 / 6) > 1e-4 or given.get("beta", 0.5) != 0.5:
            raise KeyError
        self.put("hardsigmoid", {"self": self.ref(0)})

    def _leakyrelu(self, given: dict[str, Any]) -> None:
        slope = rounded(given.get("alpha", 0.01))
        self.put("leaky_relu", {"self": self.ref(0), "negative_slope": slope})

    def _elu(self, given: dict[str, Any]) -> None:
        self.put("elu", {"self": self.ref(0), "alpha": rounded(given.get("alpha", 1.0))})

    def _gelu(self, given: dict[str, Any]) -> None:
        approximate = given.get("approximate", b"none").decode()
        self.put("gelu", {"self": self.ref(0), "approximate": approximate})

    def _softmax(self, given: dict[str, Any]) -> None:
        self.put("softmax", {"self": self.ref(0), "dim": given.get("axis", -1)})

    def pooled(self, word: str, given: dict[str, Any]) -> None:
        kernel = list(given["kernel_shape"])
        axes = len(kernel)
        pads = list(given.get("pads", [0] * 2 * axes))
        if pads[:axes] != pads[axes:] or given.get("auto_pad", b"NOTSET") != b"NOTSET":
            raise KeyError
        arguments: dict[str, Any] = {
            "self": self.ref(0),
            "kernel_size": kernel,
            "stride": list(given.get("strides", [1] * axes)),
            "padding": pads[:axes],
            "dilation": list(given.get("dilations", [1] * axes)),
            "ceil_mode": bool(given.get("ceil_mode", 0)),
        }
        if word == "avg_pool":
            included = bool(given.get("count_include_pad", 0))
            arguments["count_include_pad"] = included or not any(pads)
        self.put(f"{word}{axes}d", arguments)

    def _maxpool(self, given: dict[str, Any]) -> None:
        self.pooled("max_pool", given)

    def _averagepool(self, given: dict[str, Any]) -> None:
        self.pooled("avg_pool", given)

    def _globalaveragepool(self, given: dict[str, Any]) -> None:
        self.put("adaptive_avg_pool2d", {"self": self.ref(0)})

    def _reducemean(self, given: dict[str, Any]) -> None:
        axes = given.get("axes") or self.constant(1)
        keep = bool(given.get("keepdims", 1))
        self.put("mean", {"self": self.ref(0), "dim": list(axes), "keepdim": keep})

    def _add(self, given: dict[str, Any]) -> None:
        self.put("add", {"self": self.ref(0), "other": self.ref(1)})

    def _mul(self, given: dict[str, Any]) -> None:
        self.put("mul", {"self": self.ref(0), "other": self.ref(1)})

    def _concat(self, given: dict[str, Any]) -> None:
        tensors = [self.ref(index) for index in range(len(self.node.input))]
        self.put("cat", {"tensors": tensors, "dim": given["axis"]})

    def _flatten(self, given: dict[str, Any]) -> None:
        self.put("view", {"self": self.ref(0)})

    _reshape = _squeeze = _unsqueeze = _flatten

    def _transpose(self, given: dict[str, Any]) -> None:
        self.put("permute", {"self": self.ref(0), "dims": list(given["perm"])})

    def _split(self, given: dict[str, Any]) -> None:
        value = self.ref(0)
        axis = given.get("axis", 0)
        start = 0
        for output in self.node.output:
            end = start + self.shapes[output][axis]
            arguments = {"self": value, "dim": axis, "start": start, "end": end, "step": 1}
            self.put("slice", arguments, None, output)
            start = end

    def _slice(self, given: dict[str, Any]) -> None:
        start, end = given.get("starts", self.constant(1)), given.get("ends", self.constant(2))
        axes, steps = given.get("axes", self.constant(3)), self.constant(4)
        if len(start) != 1 or (steps or [1]) != [1]:
            raise KeyError
        self.put(
            "slice",
            {
                "self": self.ref(0),
                "dim": (axes or [0])[0],
                "start": start[0],
                "end": end[0],
                "step": 1,
            },
        )

    def _pad(self, given: dict[str, Any]) -> None:
        mode = given.get("mode", b"constant").decode()
        pads = given.get("pads") or self.constant(1)
        axes = len(pads) // 2
        pairs = [(pads[index], pads[index + axes]) for index in range(axes)]
        sizes = [size for pair in reversed(pairs[1:]) for size in pair]
        names = {"edge": "replicate"}
        value = given.get("value", self.constant(2))
        arguments = {"self": self.ref(0), "pad": sizes, "mode": names.get(mode, mode)}
        self.put("pad", arguments | {"value": value})

    def _resize(self, given: dict[str, Any]) -> None:
        mode = given.get("mode", b"nearest").decode()
        where = given.get("coordinate_transformation_mode", b"half_pixel").decode()
        if mode == "nearest" and where == "asymmetric":
            self.put("upsample_nearest2d", {"input": self.ref(0)})
        elif mode == "linear" and where in ("half_pixel", "pytorch_half_pixel", "align_corners"):
            corners = where == "align_corners"
            self.put("upsample_bilinear2d", {"input": self.ref(0), "align_corners": corners})
        else:
            raise KeyError


def frames_of(node: Any) -> tuple[Frame, ...]:
    """The modules that were running, as far as the exporter tells."""
    told = {one.key: one.value for one in node.metadata_props}
    if NAMESPACE in told and CLASSES in told:
        try:
            paths, kinds = ast.literal_eval(told[NAMESPACE]), ast.literal_eval(told[CLASSES])
        except (ValueError, SyntaxError):
            return ()
        pairs = list(zip(paths, kinds, strict=False))[:-1]
        return tuple(Frame(path or "root", clean(path), kind) for path, kind in pairs)
    parts = [part for part in node.name.split("/")[:-1] if part]
    frames = [Frame("root", "", "onnx.Model")]
    path = before = ""
    for part in parts:
        if before and part.startswith(f"{before}."):
            path = path[: len(path) - len(before)] + part
        else:
            path = f"{path}.{part}" if path else part
        before = part
        frames.append(Frame(path, clean(path), f"onnx.{path}"))
    return tuple(frames) if parts else ()


def placed(frames: tuple[Frame, ...], owner: str | None) -> tuple[Frame, ...]:
    """The frames of an operation with weights: those of the module that has the weights."""
    if owner is None:
        return frames
    inside = [one for one in frames if not one.path or owner.startswith(f"{one.path}.")]
    return (*inside, Frame(owner, owner, "onnx.Layer"))


def modules_of(nodes: list[Node]) -> dict[str, Module]:
    return {
        frame.path: Module(frame.kind.rpartition(".")[2], {})
        for node in nodes
        for frame in node.frames
    }


def rounded(value: float) -> float:
    """A number of single precision as it was written: 1e-05, not 9.999999747378752e-06."""
    return float(f"{value:.6g}")


def clean(name: str) -> str:
    """A name that can be a path: letters, digits, underscores and points."""
    return re.sub(r"[^A-Za-z0-9_.]+", "_", name).strip("._")
