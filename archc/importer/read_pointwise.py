"""Operations without weights that compute: pooling, activations, dropout."""

from __future__ import annotations

from typing import Any

from archc.importer.model import Node
from archc.importer.operations import Opaque, Reading, spread


class Weightless(Reading):
    """Each is a layer of its own."""

    def _max_pool2d(self, node: Node) -> None:
        given = node.arguments
        self._pool(node, "maxpool", {"dilation": given.get("dilation", 1)})

    _max_pool1d = _max_pool3d = _max_pool2d

    def _avg_pool2d(self, node: Node) -> None:
        given = node.arguments
        if given.get("divisor_override") is not None:
            raise Opaque
        more = {} if given.get("count_include_pad", True) else {"count_include_pad": False}
        self._pool(node, "avgpool", {}, more)

    _avg_pool1d = _avg_pool3d = _avg_pool2d

    def _pool(
        self, node: Node, word: str, sizes: dict[str, Any], more: dict[str, Any] | None = None
    ) -> None:
        given = node.arguments
        axes = len(node.shape or ()) - 2
        kernel = spread(given["kernel_size"], axes)
        stride = spread(given.get("stride") or kernel, axes)
        arguments: dict[str, Any] = {"kernel": kernel}
        if stride != kernel:
            arguments["stride"] = stride
        pad = spread(given.get("padding", 0), axes)
        if any(pad):
            arguments["pad"] = pad
        for name, value in sizes.items():
            if spread(value, axes) != (1,) * axes:
                arguments[name] = spread(value, axes)
        if given.get("ceil_mode"):
            arguments["ceil"] = True
        self.add(node, word, arguments | (more or {}))

    def _adaptive_avg_pool2d(self, node: Node) -> None:
        size = tuple((node.shape or ())[2:])
        if all(axis == 1 for axis in size):
            self.add(node, "global_avgpool", {})
        else:
            self.add(node, "adaptive_avgpool", {"size": size})

    _adaptive_avg_pool1d = _adaptive_avg_pool3d = _adaptive_avg_pool2d

    def _adaptive_max_pool2d(self, node: Node) -> None:
        self.add(node, "adaptive_maxpool", {"size": tuple((node.shapes or ((),))[0][2:])})

    def _mean(self, node: Node) -> None:
        given = node.arguments
        shape = self.shape(self.value(given["self"]))
        axes = sorted(axis % len(shape) for axis in (given.get("dim") or []))
        if axes != list(range(2, len(shape))):
            raise Opaque
        pooled = f"{node.name}.pooled"
        whole = shape[:2] + (1,) * (len(shape) - 2)
        if given.get("keepdim"):
            self.add(node, "global_avgpool", {})
            return
        self.add(node, "global_avgpool", {}, output=pooled, shape=whole)
        self.add(node, "flatten", {}, [pooled])

    # ----------------------------------------------------------------------------- activations

    def _hardtanh(self, node: Node) -> None:
        if (node.arguments["min_val"], node.arguments["max_val"]) != (0, 6):
            raise Opaque
        self.add(node, "relu6", {})

    def _leaky_relu(self, node: Node) -> None:
        slope = node.arguments["negative_slope"]
        self.add(node, "leaky_relu", {} if slope == 0.01 else {"slope": slope})

    def _elu(self, node: Node) -> None:
        given = node.arguments
        if given.get("scale", 1) != 1 or given.get("input_scale", 1) != 1:
            raise Opaque
        self.add(node, "elu", {} if given["alpha"] == 1 else {"alpha": given["alpha"]})

    def _gelu(self, node: Node) -> None:
        tanh = node.arguments.get("approximate") == "tanh"
        self.add(node, "gelu", {"approximate": "tanh"} if tanh else {})

    def _softmax(self, node: Node) -> None:
        shape = self.shape(self.value(node.arguments["self"]))
        if node.arguments["dim"] % len(shape) != 1:
            raise Opaque
        self.add(node, "softmax", {})

    def _dropout(self, node: Node) -> None:
        p = node.arguments["p"]
        self.add(node, "dropout", {} if p == 0.5 else {"p": p})

    def _feature_dropout(self, node: Node) -> None:
        p = node.arguments["p"]
        self.add(node, "dropout2d", {} if p == 0.5 else {"p": p})

    def _alias(self, node: Node) -> None:
        """The mark of a module that does nothing in evaluation."""
        module = self.exported.modules.get(node.frames[-1].path) if node.frames else None
        given = module.arguments if module is not None else {}
        p = given.get("p", given.get("drop_prob", 0))
        if module is None or module.kind == "Identity" or not isinstance(p, (int, float)) or not p:
            if node.frames and node.frames[-1].path.rpartition(".")[2].isdigit():
                self.add(node, "identity", {})  # a place in a sequence
            else:
                self.names[node.name] = self.value(node.arguments["self"])
        elif module.kind == "StochasticDepth" and given.get("mode") == "batch":
            raise Opaque
        else:
            self.add(node, "stochastic_depth", {"p": p})
