"""What ONNX's operators are in PyTorch's terms."""

from __future__ import annotations

import math
from typing import Any

from archc.importer.model import Ref
from archc.importer.onnx_graph import rounded
from archc.importer.onnx_weights import Weighted

SMOOTH = {"linear": "upsample_bilinear2d", "cubic": "upsample_bicubic2d"}
"""Interpolation, by the modes of `Resize`."""


class Converter(Weighted):
    """All operators that are understood."""

    def _constant(self, given: dict[str, Any]) -> None:
        tensor = given.get("value")
        name = self.node.output[0]
        if tensor is None:
            words = ("value_ints", "value_int", "value_floats", "value_float")
            self.constants[name] = next(given[word] for word in words if word in given)
        else:
            self.tensor(name, tensor)

    def _constantofshape(self, given: dict[str, Any]) -> None:
        """A tensor of one number; files without their weights have such ones in their place."""
        self.weights[self.node.output[0]] = tuple(self.constant(0))

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

    def _softplus(self, given: dict[str, Any]) -> None:
        self.put("softplus", {"self": self.ref(0), "beta": 1, "threshold": 20})

    def _softmax(self, given: dict[str, Any]) -> None:
        self.put("softmax", {"self": self.ref(0), "dim": given.get("axis", -1)})

    def _lrn(self, given: dict[str, Any]) -> None:
        names = {"alpha": ("alpha", 1e-4), "beta": ("beta", 0.75), "k": ("bias", 1.0)}
        found = {key: rounded(given.get(*one)) for key, one in names.items()}
        self.put("lrn", {"self": self.ref(0), "size": given["size"], **found})

    def pooled(self, word: str, given: dict[str, Any]) -> None:
        kernel = tuple(given["kernel_shape"])
        axes = len(kernel)
        pads = self.pads(given, kernel)
        average = word == "avg_pool"
        included = not average or bool(given.get("count_include_pad", 0)) or not any(pads)
        if average and pads[:axes] != pads[axes:] and not included:
            raise KeyError
        source, padding = self.padded(pads, 0.0 if average else -math.inf)
        arguments: dict[str, Any] = {
            "self": source,
            "kernel_size": list(kernel),
            "stride": list(given.get("strides", [1] * axes)),
            "padding": padding,
            "dilation": list(given.get("dilations", [1] * axes)),
            "ceil_mode": bool(given.get("ceil_mode", 0)),
        }
        if average:
            arguments["count_include_pad"] = included
        self.put(f"{word}{axes}d", arguments)

    def _maxpool(self, given: dict[str, Any]) -> None:
        self.pooled("max_pool", given)

    def _averagepool(self, given: dict[str, Any]) -> None:
        self.pooled("avg_pool", given)

    def _depthtospace(self, given: dict[str, Any]) -> None:
        if given.get("mode", b"DCR") != b"CRD":
            raise KeyError
        self.put("pixel_shuffle", {"self": self.ref(0), "upscale_factor": given["blocksize"]})

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
        if not self.with_bias():
            self.merge("add")

    def _mul(self, given: dict[str, Any]) -> None:
        self.merge("mul")

    def _sub(self, given: dict[str, Any]) -> None:
        self.merge("sub")

    def _div(self, given: dict[str, Any]) -> None:
        self.merge("div")

    def merge(self, word: str) -> None:
        left, right = self.operand(0), self.operand(1)
        if not isinstance(left, Ref):
            left, right, word = right, left, {"sub": "rsub"}.get(word, word)
            if word == "div":
                raise KeyError
        self.put(word, {"self": left, "other": right})

    def _sum(self, given: dict[str, Any]) -> None:
        left, count = self.ref(0), len(self.node.input)
        for index in range(1, count):
            made = self.node.output[0] + (f".{index}" if index < count - 1 else "")
            shape = self.shapes[left.name]
            left = self.put("add", {"self": left, "other": self.ref(index)}, None, made, shape)
        if count == 1:
            self.same[self.node.output[0]] = left.name

    def _concat(self, given: dict[str, Any]) -> None:
        tensors = [self.ref(index) for index in range(len(self.node.input))]
        self.put("cat", {"tensors": tensors, "dim": given["axis"]})

    def _flatten(self, given: dict[str, Any]) -> None:
        self.put("view", {"self": self.operand(0)})

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
