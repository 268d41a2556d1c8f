"""ONNX's operators with tensors of the state, in PyTorch's terms."""

from __future__ import annotations

from typing import Any

from archc.importer.idioms import same_pads
from archc.importer.model import Ref
from archc.importer.onnx_graph import Conversion, rounded


class Weighted(Conversion):
    """A layer has the name that its weight has, or its module."""

    def _conv(self, given: dict[str, Any], transposed: bool = False) -> None:
        owner = self.owner()
        weight = self.weight(1, owner, "weight")
        assert weight is not None
        kernel = self.parameters[weight.name][1][2:]
        axes = len(kernel)
        arguments = {
            "weight": weight,
            "bias": self.weight(2, owner, "bias"),
            "stride": list(given.get("strides", [1] * axes)),
            "dilation": list(given.get("dilations", [1] * axes)),
            "groups": given.get("group", 1),
        }
        word = f"conv{axes}d"
        if transposed:
            if given.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
                raise KeyError
            arguments["output_padding"] = list(given.get("output_padding", [0] * axes))
            word = f"conv_transpose{axes}d"
        pads = self.pads(given, kernel)
        if transposed and pads[:axes] != pads[axes:]:
            raise KeyError
        arguments["input"], arguments["padding"] = self.padded(pads)
        self.put(word, arguments, owner)

    def _convtranspose(self, given: dict[str, Any]) -> None:
        self._conv(given, True)

    def pads(self, given: dict[str, Any], kernel: tuple[int, ...]) -> list[int]:
        """The padding of a window: at the begins of all axes, then at the ends."""
        axes = len(kernel)
        how = given.get("auto_pad", b"NOTSET").decode()
        if how == "NOTSET":
            return list(given.get("pads", [0] * 2 * axes))
        if how == "VALID":
            return [0] * 2 * axes
        ones = [1] * axes
        window = {
            "kernel": kernel,
            "stride": tuple(given.get("strides", ones)),
            "dilation": tuple(given.get("dilations", ones)),
        }
        pairs = same_pads(self.shapes[self.ref(0).name][2:], window)
        if how == "SAME_LOWER":
            pairs = tuple((end, begin) for begin, end in pairs)
        return [begin for begin, _ in pairs] + [end for _, end in pairs]

    def padded(self, pads: list[int], value: float = 0) -> tuple[Ref, list[int]]:
        """The input and its even padding; uneven padding becomes an operation of its own."""
        source, axes = self.ref(0), len(pads) // 2
        begin, end = pads[:axes], pads[axes:]
        if begin == end:
            return source, begin
        sizes = [size for pair in reversed(list(zip(begin, end, strict=True))) for size in pair]
        before = self.shapes[source.name]
        grown = tuple(n + a + b for n, a, b in zip(before[2:], begin, end, strict=True))
        arguments = {"self": source, "pad": sizes, "value": value}
        made = f"{self.node.output[0]}.padded"
        return self.put("pad", arguments, None, made, (*before[:2], *grown)), [0] * axes

    def _gemm(self, given: dict[str, Any]) -> None:
        if given.get("transA") or given.get("alpha", 1) != 1 or given.get("beta", 1) != 1:
            raise KeyError
        self.linear(bool(given.get("transB")), 2)

    def _matmul(self, given: dict[str, Any]) -> None:
        self.linear(False, None)

    def linear(self, rows_are_results: bool, bias: int | None) -> None:
        """A linear layer; its weight stands in the file as it is here, or the other way round."""
        held = self.weights[self.origin(self.node.input[1])]
        if len(held) != 2:
            raise KeyError
        owner = self.owner()
        shape = held if rows_are_results else held[::-1]
        arguments = {
            "input": self.ref(0),
            "weight": self.weight(1, owner, "weight", shape=shape),
            "bias": None if bias is None else self.weight(bias, owner, "bias", shape=shape[:1]),
        }
        self.put("linear", arguments, owner)

    def with_bias(self) -> bool:
        """Whether this adds the bias of the linear layer before it, which then has it."""
        for value, bias in ((0, 1), (1, 0)):
            before = self.nodes[-1] if self.nodes else None
            name = self.node.input[value]
            one = before is not None and before.name == name and self.reads[name] == 1
            if before is None or not one or before.target != "aten.linear.default":
                continue
            owner = before.arguments["weight"].name.removesuffix("weight").rstrip(".")
            shape = self.parameters[before.arguments["weight"].name][1][:1]
            if before.arguments["bias"] is None and self.is_weight(bias):
                if self.weights[self.origin(self.node.input[bias])] != shape:
                    continue
                before.arguments["bias"] = self.weight(bias, owner, "bias")
                self.same[self.node.output[0]] = name
                return True
        return False

    def norm_owner(self) -> str:
        """Norms that are alike may have one tensor in a file; where they ran tells them apart."""
        many = self.reads[self.node.input[1]] > 1
        return self.frames[-1].path if many and self.frames else self.owner()

    def _batchnormalization(self, given: dict[str, Any]) -> None:
        owner = self.norm_owner()
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

    def _layernormalization(self, given: dict[str, Any]) -> None:
        owner = self.norm_owner()
        arguments = {
            "input": self.ref(0),
            "normalized_shape": self.shapes[self.ref(0).name][given.get("axis", -1) :],
            "weight": self.weight(1, owner, "weight"),
            "bias": self.weight(2, owner, "bias"),
            "eps": rounded(given.get("epsilon", 1e-5)),
        }
        self.put("layer_norm", arguments, owner)

    def _instancenormalization(self, given: dict[str, Any]) -> None:
        owner = self.norm_owner()
        arguments = {
            "input": self.ref(0),
            "weight": self.weight(1, owner, "weight"),
            "bias": self.weight(2, owner, "bias"),
            "eps": rounded(given.get("epsilon", 1e-5)),
        }
        self.put("instance_norm", arguments, owner)

    def _prelu(self, given: dict[str, Any]) -> None:
        owner = self.owner()
        shape = self.weights[self.origin(self.node.input[1])][:1]
        weight = self.weight(1, owner, "weight", shape=shape)
        self.put("prelu", {"self": self.ref(0), "weight": weight}, owner)

    def operand(self, index: int) -> Any:
        """A value, a number, or a tensor of the state by which a map is multiplied."""
        name = self.origin(self.node.input[index])
        if name not in self.weights and name not in self.constants:
            return Ref(name)
        number = self.constants.get(name)
        if isinstance(number, list) and len(number) == 1:
            number = number[0]
        if isinstance(number, (int, float)):
            return rounded(number) if isinstance(number, float) else number
        path = self.only(self.path(name), name)
        self.parameters[path] = (path, self.weights[name])
        return Ref(path)
