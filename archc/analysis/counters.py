"""What other programs count as the work of a network, reproduced from their rules.

They look at PyTorch's modules and functions, so a layer is asked what it is there. The total of a
program is that of its own run on the built network, in evaluation. Versions whose rules these are:
PyTorch 2.13 (`torch.utils.flop_counter`), fvcore 0.1.5, torchinfo 1.8, ptflops 0.7.5, thop 0.1.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from operator import truediv

from archc.graph.graph import Graph, entering
from archc.layers.base import Layer
from archc.layers.form import Form
from archc.layers.window import Sliding
from archc.named import NamedTuple
from archc.shapes import Shape, count


class Call(NamedTuple):
    """A layer as the programs see it, for a batch: numbers of values, and PyTorch's class.

    Shape and output are those of one image.
    """

    layer: Layer
    form: Form
    shape: tuple[int, ...]
    read: int
    written: int
    output: tuple[int, ...]
    macs: int
    params: int
    images: int

    @property
    def module(self) -> str:
        """`Conv` for `nn.Conv2d`; "" where the code has a class of its own, or none."""
        name = self.form.target
        if not name.startswith("nn.") or self.form.pads is not None:
            return ""
        return name.removeprefix("nn.").removesuffix("d").rstrip("123")

    @property
    def rank(self) -> int:
        return len(self.shape) - 1

    @property
    def affine(self) -> bool:
        return bool(self.layer.values.get("affine", False))


def _torch(call: Call) -> int:
    return 2 * call.macs


def _fvcore(call: Call) -> int:
    kind, name = call.module, call.layer.keyword
    # PyTorch's own padding is an operation that it does not know
    macs = 0 if any(part.value == "same" for part in call.form.parts) else call.macs
    if name == "batchnorm" and call.layer.values["track"]:
        return call.read * (2 if call.affine else 1)
    if name in ("batchnorm", "groupnorm", "layernorm", "instancenorm"):
        return call.read * (5 if call.affine else 4)
    if name == "std_conv":  # its weights go through a batch normalisation
        kernel: tuple[int, ...] = call.layer.values["kernel"]
        groups: int = call.layer.values["groups"]
        weights = call.output[0] * (call.shape[0] // groups) * prod(kernel)
        return macs + weights * (4 if call.layer.values["gamma"] is None else 5)
    if name == "upsample" and call.rank == 2:
        mode: str = call.layer.values["mode"]
        return call.written * {"nearest": 1, "bilinear": 4}.get(mode, 0)
    if kind == "AdaptiveAvgPool" and call.rank == 2:
        return call.read
    return macs


def _torchinfo(call: Call) -> int:
    if call.layer.bare:
        return 0  # a tensor of the module around it, not a module
    positions: int = prod(call.output[1:]) if "Conv" in call.form.target else 1
    gains = call.output[0] if call.layer.values.get("gamma") is not None else 0
    # gains are tensors of a name that it does not know
    return (call.params - gains) * positions * call.images


def _ptflops(call: Call) -> int:
    kind, layer = call.module, call.layer
    if kind in ("Conv", "ConvTranspose", "Linear"):
        bias = call.written if layer.values["bias"] else 0
        return call.macs + bias
    if kind in ("BatchNorm", "InstanceNorm", "GroupNorm"):
        return call.read * (2 if call.affine else 1)
    if layer.keyword == "lrn":  # three products or sums, and the pooling of the padded squares
        more: int = layer.values["size"] - 1
        return 4 * call.read + more * prod(call.shape[1:]) * call.images
    once = ("LayerNorm", "ReLU6", "LeakyReLU", "SiLU", "Softmax")
    twice = ("ReLU", "PReLU", "ELU", "GELU", "MaxPool", "AvgPool", "AdaptiveMaxPool")
    if kind in once:
        return call.read
    if kind in (*twice, "AdaptiveAvgPool"):  # as a module and as the function that it calls
        return 2 * call.read
    if layer.keyword == "upsample":  # the module counts the first image alone
        return call.written + (call.written // call.images if kind else 0)
    if layer.keyword == "matmul":
        return call.macs
    if layer.keyword in ("maxpool", "avgpool"):  # behind a padding of its own: the function alone
        padded: int = layer.padded(call.shape) if isinstance(layer, Sliding) else 0
        return padded * call.images
    return call.read if layer.keyword == "subsample" else 0


def _thop(call: Call) -> int:
    kind, layer = call.module, call.layer
    if kind in ("Conv", "ConvTranspose"):
        kernel: tuple[int, ...] = layer.values["kernel"]
        groups: int = layer.values["groups"]
        return call.written * (call.shape[0] // groups) * prod(kernel)
    if kind == "Linear":
        return call.macs
    if kind in ("BatchNorm", "LayerNorm", "InstanceNorm"):
        return call.read * (4 if call.affine else 2)
    if kind == "PReLU":
        return call.read
    if kind == "Softmax":
        return call.read // call.shape[0] * (3 * call.shape[0] - 1)
    if kind == "AvgPool":
        return call.written
    if kind == "AdaptiveAvgPool":  # it multiplies a quotient, and cuts off what is not whole
        window = prod(map(truediv, call.shape[1:], call.output[1:]))
        return int((window + 1) * call.written)
    if kind == "Upsample":
        times = {"nearest": 1, "linear": 5, "bilinear": 11, "bicubic": 259}
        mode: str = layer.values["mode"]
        return call.written * times.get(mode, 0)
    return 0


class Counter(NamedTuple):
    """`says` is what the program calls its figure; `differs` what it counts otherwise than MACs.

    One that `traces` a run sees no layer that no result is made of.
    """

    rule: Callable[[Call], int]
    says: str
    differs: str
    traces: bool = False


COUNTERS = {
    "torch": Counter(_torch, "FLOPs", "2 for each multiply-add, and nothing else"),
    "fvcore": Counter(
        _fvcore,
        "flops",
        "besides: 1 to 5 a value for normalisation, 1 an input of 2-D adaptive average pooling, "
        '1 or 4 an output of 2-D upsampling; nothing where PyTorch pads by padding="same", nor '
        "what no result is made of",
        traces=True,
    ),
    "torchinfo": Counter(
        _torchinfo,
        "mult-adds",
        "parameters, biases too, times the positions of a convolution's output; those of other "
        "layers once an image",
    ),
    "ptflops": Counter(
        _ptflops,
        "MACs",
        "besides: biases, 1 or 2 a value for normalisation, 1 a value read by pooling and many "
        "activations, twice where a module calls a function that it watches too; not the "
        "convolutions of classes it does not know",
    ),
    "thop": Counter(
        _thop,
        "MACs",
        "besides: 2 or 4 a value for normalisation, outputs of average pooling, softmax, prelu and "
        "upsampling; transposed convolutions at their output's positions; not the convolutions of "
        "classes it does not know",
    ),
}


def counted(graph: Graph, tool: str, works: Sequence[int | None], batch: int) -> int | None:
    """The total that a program gives for a batch; `works` are our MACs for one image.

    None where a size is open, or an operation is not understood.
    """
    total, counter = 0, COUNTERS[tool]
    seen = _behind_results(graph) if counter.traces else range(len(graph.nodes))
    for node, macs in zip(graph.nodes, works, strict=True):
        if node.layer is None or node.training or node.index not in seen:
            continue
        known, output = entering(graph.nodes, node), node.shape
        if macs is None or output is None or known is None or not node.layer.understood:
            return None
        total += counter.rule(_call(node.layer, known, output, macs, batch))
    return total


def _behind_results(graph: Graph) -> set[int]:
    """The nodes that a result of inference is made of: of their values, or of their sizes."""
    found: set[int] = set()
    waiting = [one.node for one in graph.results if not one.training]
    while waiting:
        index = waiting.pop()
        if index not in found:
            found.add(index)
            waiting += graph.nodes[index].inputs
    return found


def _call(layer: Layer, inputs: list[Shape], output: Shape, macs: int, images: int) -> Call:
    params = sum(count(one.shape) or 0 for one in layer.weights(inputs) if one.kind == "parameter")
    return Call(
        layer,
        layer.torch_module(inputs),
        _numbers(inputs[0]),
        (count(inputs[0]) or 0) * images,
        (count(output) or 0) * images,
        _numbers(output),
        macs * images,
        params,
        images,
    )


def _numbers(shape: Shape) -> tuple[int, ...]:
    return tuple(axis for axis in shape if isinstance(axis, int))
