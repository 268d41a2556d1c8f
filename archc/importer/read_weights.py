"""Operations with weights: convolutions, linear layers, normalisation."""

from __future__ import annotations

from math import prod
from typing import Any

from archc.importer.model import Node, Ref
from archc.importer.operations import VIEWS, Opaque, Reading, base_name, spread


class Weighted(Reading):
    """A weight must be a parameter itself: what is computed of one is no layer."""

    def _convolution(self, node: Node, word: str) -> None:
        given = node.arguments
        key, more = given["weight"], dict[str, Any]()
        if isinstance(key, Ref) and key.name in self.derived and word == "conv":
            word, (key, more) = "std_conv", self._standardised(key)
        owner = self.owner(key)
        weight = self.exported.parameters[key.name][1]
        bias = given.get("bias")
        if bias is not None and self.owner(bias, "bias") != owner:
            raise Opaque
        axes = len(weight) - 2
        groups = given.get("groups", 1)
        pad = given.get("padding", 0)
        arguments: dict[str, Any] = {
            "channels": weight[1] * groups if word == "conv_transpose" else weight[0],
            "kernel": weight[2:],
            "stride": spread(given.get("stride", 1), axes),
            "pad": pad if isinstance(pad, str) else spread(pad, axes),
            "dilation": spread(given.get("dilation", 1), axes),
            "groups": groups,
            "bias": bias is not None,
        }
        if arguments["pad"] == "valid":
            arguments["pad"] = (0,) * axes
        if word == "conv_transpose":
            arguments["output_pad"] = spread(given.get("output_padding", 0), axes)
        defaults = {
            "stride": (1,) * axes,
            "pad": (0,) * axes,
            "dilation": (1,) * axes,
            "output_pad": (0,) * axes,
            "groups": 1,
            "bias": True,
        }
        kept = {key: value for key, value in arguments.items() if defaults.get(key) != value}
        self.add(node, word, kept | more, [given["input"]], owner)

    def _standardised(self, ref: Ref) -> tuple[Ref, dict[str, Any]]:
        """The weight behind a batch norm of its rows, and the arguments of a `std_conv`."""
        norm = self._behind(ref)
        given = norm.arguments
        if base_name(norm.target) != "batch_norm" or given["running_mean"] is not None:
            raise Opaque
        key = Ref(self.views.get(given["input"].name, ""))
        owner = self.owner(key)
        _, count, *rows = self.shape(given["input"].name)
        if (count, prod(rows)) != (self.shape_of(key)[0], prod(self.shape_of(key)[1:])):
            raise Opaque
        more = {} if given["eps"] == 1e-6 else {"eps": given["eps"]}
        self.used.add(key.name)
        if given["weight"] is not None:
            product = self._behind(given["weight"])
            gain, number = product.arguments["self"], product.arguments.get("other")
            plain = isinstance(number, (int, float)) and base_name(product.target) == "mul"
            if not plain or self.owner(gain, "gain") != owner or given["bias"] is not None:
                raise Opaque
            self.used.add(gain.name)
            more["gamma"] = float(f"{number * prod(rows) ** 0.5:.12g}")
        return key, more

    def _behind(self, ref: Ref) -> Node:
        """The node of a value, past its views."""
        node = self.nodes[ref.name]
        while base_name(node.target) in (*VIEWS, "reshape_as"):
            node = self.nodes[node.arguments["self"].name]
        return node

    def shape_of(self, key: Ref) -> tuple[int, ...]:
        return self.exported.parameters[key.name][1]

    def _conv1d(self, node: Node) -> None:
        self._convolution(node, "conv")

    _conv3d = _conv1d

    def _conv2d(self, node: Node) -> None:
        if not self._blurred(node):
            self._convolution(node, "conv")

    def _blurred(self, node: Node) -> bool:
        """Whether this is a blur pool: a fixed filter on each channel, behind a mirrored border.

        What the filter is, the class's name tells, and the values prove it.
        """
        given = node.arguments
        key = given["weight"].name if isinstance(given["weight"], Ref) else ""
        if key not in self.exported.unsaved or key not in self.exported.buffers:
            return False
        shape = self.exported.buffers[key][1]
        value = self.value(given["input"])
        pad = next((one for one in self.operations if one.output == value), None)
        stride = spread(given.get("stride", 1), 2)
        many = shape == (given.get("groups", 1), 1, shape[2], shape[2]) and stride[0] == stride[1]
        if not node.frames or "BlurPool" not in node.frames[-1].kind or not many or pad is None:
            return False
        side = (shape[2] + stride[0] - 2) // 2
        pads = {"pad": ((side, side), (side, side)), "mode": "reflect"}
        if pad.word != "pad" or dict(pad.arguments) != pads or shape[2] != 3:
            return False
        plain = {"size": shape[2], "stride": stride[0]}
        kept = {} if plain == {"size": 3, "stride": 2} else plain
        self.add(node, "blurpool", kept, [Ref(pad.inputs[0])])
        return True

    def _conv_transpose1d(self, node: Node) -> None:
        self._convolution(node, "conv_transpose")

    _conv_transpose2d = _conv_transpose3d = _conv_transpose1d

    def _linear(self, node: Node) -> None:
        given = node.arguments
        owner = self.owner(given["weight"])
        if given.get("bias") is not None and self.owner(given["bias"], "bias") != owner:
            raise Opaque
        arguments: dict[str, Any] = {
            "features": self.exported.parameters[given["weight"].name][1][0]
        }
        if given.get("bias") is None:
            arguments["bias"] = False
        entering = self.shape(self.value(given["input"]))
        if len(entering) > 2 or entering[:1] != (1,):
            arguments["axis"] = -1
        self.add(node, "linear", arguments, [given["input"]], owner)

    def _batch_norm(self, node: Node) -> None:
        given = node.arguments
        arguments: dict[str, Any] = {}
        owner = None
        if given["weight"] is not None:
            owner = self.owner(given["weight"])
        if given["running_mean"] is not None:
            path = self.exported.buffers[given["running_mean"].name][0]
            owner = path.rpartition(".")[0]
        if given["eps"] != 1e-5:
            arguments["eps"] = given["eps"]
        if given["momentum"] != 0.1:
            arguments["momentum"] = given["momentum"]
        if given["weight"] is None:
            arguments["affine"] = False
        if given["running_mean"] is None:
            arguments["track"] = False
        self.add(node, "batchnorm", arguments, [given["input"]], owner)

    def _layer_norm(self, node: Node) -> None:
        given = node.arguments
        fixed: dict[str, Any] = {}
        if given.get("weight") is not None and given.get("bias") is None:
            fixed["bias"] = False
        self._over_axes(node, "layernorm", 1e-5, fixed)

    def _rms_norm(self, node: Node) -> None:
        self._over_axes(node, "rmsnorm", None, {})

    def _over_axes(
        self, node: Node, keyword: str, usual: float | None, arguments: dict[str, Any]
    ) -> None:
        """A norm over the last axes; `usual` is the eps that need not be written."""
        given = node.arguments
        owner = None
        if given.get("weight") is not None:
            owner = self.owner(given["weight"])
        else:
            arguments["affine"] = False
        if given.get("eps") != usual:
            arguments["eps"] = given["eps"]
        shape = self.shape(self.value(given["input"]))
        self.normal_axes(arguments, tuple(given["normalized_shape"]), shape)
        self.add(node, keyword, arguments, [given["input"]], owner)

    @staticmethod
    def normal_axes(
        arguments: dict[str, Any], sizes: tuple[int, ...], shape: tuple[int, ...]
    ) -> None:
        """Adds which axes of a shape are normalised together, where they are not its only one."""
        if len(sizes) == 1 and (len(shape) > 2 or shape[:1] != (1,)):
            arguments["axis"] = -1
        elif len(sizes) == len(shape) - 1 and len(sizes) > 1:
            arguments["axis"] = "all"
        elif len(sizes) != 1:
            raise Opaque

    def _group_norm(self, node: Node) -> None:
        given = node.arguments
        arguments: dict[str, Any] = {"groups": given["num_groups"]}
        owner = None
        if given["eps"] != 1e-5:
            arguments["eps"] = given["eps"]
        if given.get("weight") is not None:
            owner = self.owner(given["weight"])
        else:
            arguments["affine"] = False
        self.add(node, "groupnorm", arguments, [given["input"]], owner)

    def _instance_norm(self, node: Node) -> None:
        given = node.arguments
        if given.get("running_mean") is not None:
            raise Opaque
        arguments: dict[str, Any] = {}
        owner = None
        if given["eps"] != 1e-5:
            arguments["eps"] = given["eps"]
        if given.get("weight") is not None:
            owner = self.owner(given["weight"])
            arguments["affine"] = True
        self.add(node, "instancenorm", arguments, [given["input"]], owner)

    def _prelu(self, node: Node) -> None:
        weight = node.arguments["weight"]
        owner = self.owner(weight)
        many = self.exported.parameters[weight.name][1] != (1,)
        self.add(node, "prelu", {"per_channel": True} if many else {}, owner=owner)
