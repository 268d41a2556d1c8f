"""Layers, merges and slices out of PyTorch's operations: in-place forms, no-ops and idioms undone.

Arguments are read from the operation, which has them all, and never from the module it ran in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from archc.importer.model import Exported, Frame, Node, Ref

NOTHING = frozenset(
    ("contiguous", "clone", "detach", "to", "_to_copy", "lift_fresh_copy", "type_as", "float")
)
ACTIVATIONS = {
    "relu": "relu",
    "silu": "silu",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "hardswish": "hardswish",
    "hardsigmoid": "hardsigmoid",
    "relu6": "relu6",
    "mish": "mish",
}


class Operation(NamedTuple):
    """What a statement of a spec will say.

    `word` is the layer's keyword; `inputs` and `output` are values by name; `owner` is the module
    whose weights it has, None where it has none; `shape` is without the batch. An operation that is
    not understood has the word `opaque` and its name as its first argument.
    """

    word: str
    arguments: tuple[tuple[str, Any], ...]
    inputs: tuple[str, ...]
    output: str
    frames: tuple[Frame, ...]
    owner: str | None
    shape: tuple[int, ...]
    entering: tuple[int, ...]


class Opaque(Exception):
    """No layer of the language does what this operation does."""


class Reader:
    """Goes through the nodes once; `value` follows what is only another name."""

    def __init__(self, exported: Exported) -> None:
        self.exported = exported
        self.state = {**exported.buffers, **exported.parameters}
        self.names: dict[str, str] = {}
        self.shapes: dict[str, tuple[int, ...]] = dict(exported.inputs)
        self.nodes = {node.name: node for node in exported.nodes}
        self.readers: dict[str, list[Node]] = defaultdict(list)
        self.done: set[str] = set()
        self.operations: list[Operation] = []
        self.parts: dict[str, Operation] = {}

    # --------------------------------------------------------------------------------- values

    def value(self, ref: Any) -> str:
        """The value behind a reference; raises `Opaque` for a weight or a number."""
        if not isinstance(ref, Ref):
            raise Opaque
        name = ref.name
        while name in self.names:
            name = self.names[name]
        if name in self.state:
            raise Opaque
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
            if node.name not in self.done:
                self.read(node)
        return self.operations

    def read(self, node: Node) -> None:
        kind = base_name(node.target)
        try:
            if kind in NOTHING:
                self.names[node.name] = self.value(node.arguments["self"])
            else:
                method: Callable[[Node], None] | None = getattr(self, f"_{kind}", None)
                if kind in ACTIVATIONS:
                    self.add(node, ACTIVATIONS[kind], {})
                elif method is None or method(node) is NotImplemented:
                    raise Opaque
        except (Opaque, KeyError):
            self.opaque(node)
        if is_in_place(node.target):
            first = next(iter(node.arguments.values()))
            if isinstance(first, Ref):
                self.rename(first.name, node.name)

    def rename(self, old: str, new: str) -> None:
        """From here on, whoever names the tensor that was overwritten means the result."""
        before = old
        while before in self.names:
            before = self.names[before]
        if before != new and before not in self.state:
            self.names[before] = new
            if self.operations and self.operations[-1].output == new:
                return

    def add(
        self,
        node: Node,
        word: str,
        arguments: dict[str, Any],
        inputs: list[Any] | None = None,
        owner: str | None = None,
        output: str | None = None,
        shape: tuple[int, ...] | None = None,
    ) -> None:
        refs = inputs if inputs is not None else [first_tensor(node)]
        values = tuple(self.value(ref) if isinstance(ref, Ref) else ref for ref in refs)
        made = output or node.name
        whole = shape or node.shape or ()
        self.shapes[made] = whole
        entering = self.shape(values[0])[1:] if values else ()
        self.operations.append(
            Operation(
                word,
                tuple(arguments.items()),
                values,
                made,
                node.frames,
                owner,
                whole[1:],
                entering,
            )
        )

    def opaque(self, node: Node) -> None:
        """What is not understood stays, by its name, with the tensors it reads."""
        values = []
        for ref in references(node.arguments):
            if ref not in self.state:
                values.append(self.value(Ref(ref)))
        self.add(node, "opaque", {"name": node.target}, values)

    # ----------------------------------------------------------------------------- with weights

    def _convolution(self, node: Node, word: str) -> None:
        given = node.arguments
        owner = self.owner(given["weight"])
        weight = self.exported.parameters[given["weight"].name][1]
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
        self.add(node, word, kept, [given["input"]], owner)

    def _conv1d(self, node: Node) -> None:
        self._convolution(node, "conv")

    _conv2d = _conv3d = _conv1d

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
        if len(self.shape(self.value(given["input"]))) > 2:
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
        shape = self.shape(self.value(given["input"]))
        sizes = tuple(given["normalized_shape"])
        arguments: dict[str, Any] = {}
        owner = None
        if given.get("weight") is not None:
            owner = self.owner(given["weight"])
            if given.get("bias") is None:
                arguments["bias"] = False
        else:
            arguments["affine"] = False
        if given["eps"] != 1e-5:
            arguments["eps"] = given["eps"]
        if len(sizes) == 1 and len(shape) > 2:
            arguments["axis"] = -1
        elif len(sizes) == len(shape) - 1 and len(sizes) > 1:
            arguments["axis"] = "all"
        elif len(sizes) != 1:
            raise Opaque
        self.add(node, "layernorm", arguments, [given["input"]], owner)

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

    # --------------------------------------------------------------------------------- pooling

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
            self.add(node, "identity", {})
        elif module.kind == "StochasticDepth" and given.get("mode") == "batch":
            raise Opaque
        else:
            self.add(node, "stochastic_depth", {"p": p})

    # ---------------------------------------------------------------------------------- merges

    def _add(self, node: Node) -> None:
        self._merge(node, "add")

    def _mul(self, node: Node) -> None:
        self._merge(node, "mul")

    def _merge(self, node: Node, word: str) -> None:
        given = node.arguments
        left, right = given["self"], given["other"]
        if word == "mul" and self.scaled(node, left, right):
            return
        if given.get("alpha", 1) != 1:
            raise Opaque
        shapes = [self.shape(self.value(one)) for one in (left, right)]
        if len(shapes[0]) != len(shapes[1]) or (word == "add" and shapes[0] != shapes[1]):
            raise Opaque
        self.add(node, word, {}, [left, right])

    def scaled(self, node: Node, left: Any, right: Any) -> bool:
        """Whether this is a value times a parameter with a number for each channel."""
        for value, weight in ((left, right), (right, left)):
            if isinstance(weight, Ref) and weight.name in self.exported.parameters:
                path, shape = self.exported.parameters[weight.name]
                whole = self.shape(self.value(value))
                if shape == (whole[1], *(1,) * (len(whole) - 2)):
                    self.add(node, "scale", {}, [value], path)
                    return True
        return False

    def _cat(self, node: Node) -> None:
        """A concatenation; `cat(a, b, c)` where `cat(a, b)` exists is `cat(cat(a, b), c)`."""
        given = node.arguments
        values = [self.value(one) for one in given["tensors"]]
        shape = self.shape(values[0])
        if given.get("dim", 0) % len(shape) != 1:
            raise Opaque
        if len(values) == 1:
            self.names[node.name] = values[0]
            return
        known: list[Any] = list(values)
        for length in range(len(values), 1, -1):
            before = self.parts.get(" ".join(values[:length]))
            if before is not None:
                known = [before.output, *values[length:]]
                break
        if len(known) == 1:
            self.names[node.name] = known[0]
            return
        self.add(node, "concat", {}, known)
        self.parts[" ".join(values)] = self.operations[-1]

    # ----------------------------------------------------------------------------------- shape

    def _flatten(self, node: Node) -> None:
        self._view(node)

    def _view(self, node: Node) -> None:
        value = self.value(first_tensor(node))
        before, after = self.shape(value), node.shape or ()
        if before == after:
            self.names[node.name] = value
        elif len(before) == 5 and self._shuffled(node):
            return
        elif before[:1] != after[:1]:
            raise Opaque
        elif len(after) == 2:
            self.add(node, "flatten", {})
        else:
            self.add(node, "reshape", {"shape": after[1:]})

    _reshape = _unsafe_view = _view

    def _shuffled(self, node: Node) -> bool:
        """Whether this view ends a channel shuffle: split, transpose, join."""
        inner = self.value(first_tensor(node))
        shuffled = self.parts.get(f"transposed {inner}")
        if shuffled is None or shuffled.word != "reshape":
            return False
        whole = self.shape(shuffled.inputs[0])
        if whole != node.shape:
            return False
        groups = shuffled.shape[0]
        self.operations = [
            one for one in self.operations if one.output not in (inner, shuffled.output)
        ]
        self.add(node, "channel_shuffle", {"groups": groups}, [shuffled.inputs[0]])
        return True

    def _transpose(self, node: Node) -> None:
        value = self.value(node.arguments["self"])
        shape = self.shape(value)
        axes = list(range(len(shape)))
        one, two = (node.arguments[key] % len(shape) for key in ("dim0", "dim1"))
        axes[one], axes[two] = axes[two], axes[one]
        if len(shape) == 5 and (one, two) in ((1, 2), (2, 1)):
            made = next((one for one in self.operations if one.output == value), None)
            if made is not None:
                self.parts[f"transposed {node.name}"] = made
        self._permuted(node, axes)

    def _permute(self, node: Node) -> None:
        shape = self.shape(self.value(node.arguments["self"]))
        self._permuted(node, [axis % len(shape) for axis in node.arguments["dims"]])

    def _permuted(self, node: Node, axes: list[int]) -> None:
        if axes[0] != 0:
            raise Opaque
        self.add(node, "permute", {"order": tuple(axis - 1 for axis in axes[1:])})

    def _chunk(self, node: Node) -> None:
        """Its parts are slices, each where it is taken."""
        self.value(node.arguments["self"])
        shape = self.shape(self.value(node.arguments["self"]))
        if node.arguments.get("dim", 0) % len(shape) != 1:
            raise Opaque
        for reader in self.readers[node.name]:
            if base_name(reader.target) != "getitem":
                raise Opaque

    _split = _split_with_sizes = _chunk

    def _getitem(self, node: Node) -> None:
        source = node.arguments["0"]
        parent = self.nodes.get(source.name) if isinstance(source, Ref) else None
        kind = base_name(parent.target) if parent is not None else ""
        if parent is None or kind not in ("chunk", "split", "split_with_sizes"):
            if kind == "adaptive_max_pool2d" and node.arguments["1"] == 0:
                self.names[node.name] = source.name
                return
            raise Opaque
        index = node.arguments["1"]
        begin = sum(shape[1] for shape in parent.shapes[:index])
        end = begin + parent.shapes[index][1]
        whole = self.shape(self.value(parent.arguments["self"]))[1]
        arguments = {"begin": begin} if end == whole else {"begin": begin, "end": end}
        self.add(node, "slice", arguments, [parent.arguments["self"]])

    def _slice(self, node: Node) -> None:
        given = node.arguments
        value = self.value(given["self"])
        shape = self.shape(value)
        if node.shape == shape:
            self.names[node.name] = value
            return
        if given["dim"] % len(shape) != 1 or given.get("step", 1) != 1:
            raise Opaque
        begin = (given["start"] or 0) % shape[1]
        end = begin + (node.shape or shape)[1]
        arguments = {"begin": begin} if end == shape[1] else {"begin": begin, "end": end}
        self.add(node, "slice", arguments)

    def _pad(self, node: Node) -> None:
        given = node.arguments
        sizes = list(given["pad"])
        value = self.value(given["self"])
        axes = len(self.shape(value)) - 2
        modes = {"constant": "zeros", "reflect": "reflect", "replicate": "replicate"}
        mode = modes.get(given.get("mode", "constant"))
        if mode is None or given.get("value") not in (None, 0, 0.0) or min(sizes) < 0:
            raise Opaque
        pairs = [tuple(sizes[index : index + 2]) for index in range(0, len(sizes), 2)]
        pairs += [(0, 0)] * (axes + 1 - len(pairs))
        arguments: dict[str, Any] = {"pad": tuple(reversed(pairs[:axes]))}
        if len(pairs) > axes and pairs[axes] != (0, 0):
            arguments["channels"] = pairs[axes]
        if mode != "zeros":
            arguments["mode"] = mode
        self.add(node, "pad", arguments)

    def _upsample(self, node: Node, mode: str) -> None:
        given = node.arguments
        before = self.shape(self.value(given["input"]))[2:]
        after = (node.shape or ())[2:]
        factors = {b / a for a, b in zip(before, after, strict=True)}
        arguments: dict[str, Any] = {"size": after}
        if len(factors) == 1 and (factor := factors.pop()) == int(factor):
            arguments = {"size": int(factor)}
        if mode != "nearest":
            arguments["mode"] = mode
        if given.get("align_corners"):
            arguments["align_corners"] = True
        self.add(node, "upsample", arguments, [given["input"]])

    def _upsample_nearest2d(self, node: Node) -> None:
        self._upsample(node, "nearest")

    def _upsample_bilinear2d(self, node: Node) -> None:
        self._upsample(node, "bilinear")


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


def idioms(operations: list[Operation]) -> list[Operation]:
    """A layer norm between two changes of axes that undo each other is one over the channels."""
    readers = Counter(value for one in operations for value in one.inputs)
    made = {one.output: one for one in operations}
    gone: set[str] = set()
    result = []
    for one in operations:
        norm = made.get(one.inputs[0]) if one.word == "permute" else None
        first = made.get(norm.inputs[0]) if norm is not None and norm.word == "layernorm" else None
        if norm is not None and first is not None and first.word == "permute":
            last = len(one.shape) - 1
            there, back = (dict(x.arguments)["order"] for x in (first, one))
            ours = ("axis", -1) in norm.arguments and there == (*range(1, last + 1), 0)
            if (
                ours
                and back == (last, *range(last))
                and readers[first.output] == 1 == readers[norm.output]
            ):
                gone |= {first.output, norm.output}
                kept = tuple(x for x in norm.arguments if x[0] != "axis")
                result.append(
                    norm._replace(
                        arguments=kept,
                        inputs=first.inputs,
                        output=one.output,
                        shape=one.shape,
                        entering=first.entering,
                    )
                )
                continue
        result.append(one)
    return [one for one in result if one.output not in gone]


def needed(operations: list[Operation], outputs: set[str]) -> list[Operation]:
    """Without what no output needs."""
    wanted = set(outputs)
    kept = []
    for one in reversed(operations):
        if one.output in wanted:
            wanted.update(one.inputs)
            kept.append(one)
    return kept[::-1]
