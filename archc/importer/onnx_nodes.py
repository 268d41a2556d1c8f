"""What ONNX's operators are in PyTorch's terms."""

from __future__ import annotations

from typing import Any

from onnx import numpy_helper

from archc.importer.model import Ref
from archc.importer.onnx_graph import Conversion, rounded

SMOOTH = {"linear": "upsample_bilinear2d", "cubic": "upsample_bicubic2d"}
"""Interpolation, by the modes of `Resize`."""


class Weighted(Conversion):
    """Operators with tensors of the state."""

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


class Converter(Weighted):
    """All operators that are understood."""

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
        self.reduced("mean", given)

    def _reducemax(self, given: dict[str, Any]) -> None:
        self.reduced("amax", given)

    def _reducesum(self, given: dict[str, Any]) -> None:
        self.reduced("sum", given)

    def reduced(self, word: str, given: dict[str, Any]) -> None:
        axes = given.get("axes") or self.constant(1)
        keep = bool(given.get("keepdims", 1))
        self.put(word, {"self": self.ref(0), "dim": list(axes or []), "keepdim": keep})

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
        elif mode in SMOOTH and where in ("half_pixel", "pytorch_half_pixel", "align_corners"):
            if mode == "cubic" and (given.get("cubic_coeff_a") or -0.75) != -0.75:
                raise KeyError
            corners = where == "align_corners"
            self.put(SMOOTH[mode], {"input": self.ref(0), "align_corners": corners})
        else:
            raise KeyError
