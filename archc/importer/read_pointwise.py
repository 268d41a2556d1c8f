"""Operations without weights that compute: pooling, activations, dropout."""

from __future__ import annotations

import math
from typing import Any

from archc.importer.idioms import even, same_pads
from archc.importer.model import WHOLE, Node, Ref
from archc.importer.operations import Opaque, base_name, spread
from archc.importer.read_reductions import Reductions


class Weightless(Reductions):
    """Each is a layer of its own."""

    def _max_pool2d(self, node: Node) -> None:
        given, axes = node.arguments, len(node.shape or ()) - 2
        dilation = spread(given.get("dilation", 1), axes)
        more: dict[str, Any] = {}
        border = self._border(given["self"], axes)
        if border is not None and not any(spread(given.get("padding", 0), axes)):
            source, pads = border
            kernel = spread(given["kernel_size"], axes)
            stride = spread(given.get("stride") or kernel, axes)
            window = {"kernel": kernel, "stride": stride, "dilation": dilation}
            same = pads == same_pads(self.shape(self.value(source))[2:], window)
            more["pad"] = "same" if same else even(pads)
            node = node._replace(arguments={**given, "self": source})
        self._pool(node, "maxpool", {"dilation": dilation}, more)

    _max_pool1d = _max_pool3d = _max_pool2d

    def _border(self, ref: Any, axes: int) -> tuple[Ref, tuple[tuple[int, int], ...]] | None:
        """The map that a border was put around which no maximum takes, and its sizes."""
        node = self.nodes.get(self.value(ref))
        if node is None or base_name(node.target) != "pad":
            return None
        sizes, source = node.arguments["pad"], node.arguments["self"]
        fits = len(sizes) == 2 * axes and min(sizes) >= 0
        if node.arguments.get("value") != -math.inf or not fits:
            return None
        pairs = zip(sizes[::2], sizes[1::2], strict=True)
        return source, tuple(reversed([*pairs]))

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

    # ----------------------------------------------------------------------------- activations

    def _hardtanh(self, node: Node) -> None:
        self._cut(node, node.arguments["min_val"], node.arguments["max_val"])

    def _clamp(self, node: Node) -> None:
        self._cut(node, node.arguments.get("min"), node.arguments.get("max"))

    def _cut(self, node: Node, low: Any, high: Any) -> None:
        if (low, high) == (0, 6):
            self.add(node, "relu6", {})
        elif (low, high) == (0, None):
            self.add(node, "relu", {})
        elif isinstance(low, (int, float)) and isinstance(high, (int, float)):
            self.add(node, "hardtanh", {} if (low, high) == (-1, 1) else {"low": low, "high": high})
        else:
            raise Opaque

    def _lrn(self, node: Node) -> None:
        self.add(node, "lrn", local_response(node.arguments))

    def _softplus(self, node: Node) -> None:
        given, plain = node.arguments, {"beta": 1, "threshold": 20}
        self.add(node, "softplus", {key: given[key] for key in plain if given[key] != plain[key]})

    def _glu(self, node: Node) -> None:
        shape = self.shape(self.value(node.arguments["self"]))
        if node.arguments["dim"] % len(shape) != 1:
            raise Opaque
        self.add(node, "glu", {})

    def _pixel_shuffle(self, node: Node) -> None:
        self.add(node, "pixel_shuffle", {"factor": node.arguments["upscale_factor"]})

    def _pixel_unshuffle(self, node: Node) -> None:
        self.add(node, "pixel_unshuffle", {"factor": node.arguments["downscale_factor"]})

    # -------------------------------------------------------------------------- fixed numbers

    def _sub(self, node: Node) -> None:
        given = node.arguments
        if isinstance(given["other"], Ref):
            left, right = (self.shape(self.value(given[key])) for key in ("self", "other"))
            if left != right or given.get("alpha", 1) != 1:
                raise Opaque
            turned = f"{node.name}.turned"
            self.add(node, "rescale", {"factor": -1}, [given["other"]], output=turned)
            self.add(node, "add", {}, [given["self"], Ref(turned)])
            return
        number = self._number(given["other"]) * given.get("alpha", 1)
        self.rescale(node, given["self"], 1, -number)

    def _rsub(self, node: Node) -> None:
        given = node.arguments
        if given.get("alpha", 1) != 1:
            raise Opaque
        self.rescale(node, given["self"], -1, self._number(given["other"]))

    def _neg(self, node: Node) -> None:
        self.rescale(node, node.arguments["self"], -1, 0)

    def _div(self, node: Node) -> None:
        if node.arguments.get("rounding_mode") is not None:
            raise Opaque
        self.rescale(node, node.arguments["self"], 1 / self._number(node.arguments["other"]), 0)

    def _number(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value == 0:
            raise Opaque
        return value

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
        axis = node.arguments["dim"] % len(shape)
        self.along(node, "softmax", {}, [node.arguments["self"]], axis)

    def _dropout(self, node: Node) -> None:
        p = node.arguments["p"]
        self.add(node, "dropout", {} if p == 0.5 else {"p": p})

    def _feature_dropout(self, node: Node) -> None:
        p = node.arguments["p"]
        self.add(node, "dropout2d", {} if p == 0.5 else {"p": p})

    def _alias(self, node: Node) -> None:
        """The mark of a module that does nothing in evaluation, or that is a layer as a whole."""
        module = self.exported.modules.get(node.frames[-1].path) if node.frames else None
        given = module.arguments if module is not None else {}
        if module is not None and module.kind in WHOLE:
            self.add(node, "lrn", local_response(given))
            return
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


def local_response(given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `lrn`, whose alpha is not divided by its size as those of PyTorch are."""
    plain = {"alpha": 1e-4, "beta": 0.75, "k": 1}
    said = {"alpha": float(f"{given['alpha'] / given['size']:.12g}")}
    said |= {"beta": given["beta"], "k": given["k"]}
    return {"size": given["size"]} | {key: n for key, n in said.items() if n != plain[key]}
