"""What a graph computes, worked out node by node from the formulas of docs/layers.md.

Nothing of the emitter is used here, so that values, gradients and running statistics of generated
code can be held to an independent answer.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from archc.check import Network
from archc.emit.pytorch.compile import Compiled
from archc.emit.pytorch.verify import expected_state, load
from archc.graph.graph import Graph, Node

Pairs = list[tuple[int, int]]
ROUNDINGS = 100  # times what nudged weights come to: a layer rounds more than once
DRAWING = ("Dropout", "StochasticDepth", "StochasticPool")  # classes that draw at random


class Call:
    """One layer on its inputs; arguments are attributes of `layer`."""

    def __init__(
        self, node: Node, inputs: Sequence[Tensor], state: dict[str, Tensor], training: bool
    ) -> None:
        self.layer: Any = node.layer
        self.inputs = inputs
        self.x = inputs[0]
        self.rank = self.x.dim() - 2
        self.shape: tuple[Any, ...] = node.shape or ()
        self.training = training
        self.frozen = node.frozen
        self._state = state
        self._module = node.module

    def weight(self, name: str = "weight") -> Tensor:
        return self._state[f"{self._module}.{name}" if name else self._module]

    def has(self, name: str) -> bool:
        return f"{self._module}.{name}" in self._state

    def optional(self, name: str) -> Tensor | None:
        return self.weight(name) if self.has(name) else None

    def per_channel(self, tensor: Tensor) -> Tensor:
        return tensor.view(-1, *[1] * self.rank)

    def stretched(self) -> Tensor:
        """The tensor of the layer's own name: of a shape of its own, or one for each channel."""
        given = self.weight("")
        return given if self.layer.shape is not None else self.per_channel(given.flatten())

    def padding(self) -> Pairs:
        """Begin and end of each axis; `same` puts the odd pixel at the end."""
        layer = self.layer
        if layer.pad != "same":
            return list(layer.pad) or [(0, 0)] * self.rank
        dilation = layer.dilation or (1,) * self.rank
        pairs = []
        for n, k, s, d in zip(
            self.x.shape[2:], layer.kernel, self.strides(), dilation, strict=True
        ):
            total = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
            pairs.append((total // 2, total - total // 2))
        return pairs

    def strides(self) -> tuple[int, ...]:
        given: tuple[int, ...] | None = self.layer.stride
        return self.layer.kernel if given is None else given


def padded(x: Tensor, pairs: Pairs, value: float = 0.0) -> Tensor:
    return F.pad(x, [one for pair in reversed(pairs) for one in pair], value=value)


def windows(call: Call, value: float) -> Tensor:
    """The values of each window in a last axis; what hangs over the end counts as `value`."""
    layer, x = call.layer, padded(call.x, call.padding(), value)
    dilation = getattr(layer, "dilation", ()) or (1,) * call.rank
    axes = zip(call.shape[1:], layer.kernel, call.strides(), dilation, strict=True)
    for axis, (out, k, s, d) in enumerate(axes, 2):
        reach = (out - 1) * s + d * (k - 1) + 1
        if reach > x.shape[axis]:
            more = [0, 0] * (x.dim() - 1 - axis) + [0, reach - x.shape[axis]]
            x = F.pad(x, more, value=value)
        places = torch.arange(out)[:, None] * s + torch.arange(k) * d
        x = (
            x.index_select(axis, places.flatten())
            .unflatten(axis, places.shape)
            .movedim(axis + 1, -1)
        )
    return x.flatten(2 + call.rank)


def grn(call: Call) -> Tensor:
    axes = tuple(range(2, call.x.dim()))
    strength = (call.x * call.x).sum(axes, keepdim=True).sqrt()
    share = strength / (strength.sum(1, keepdim=True) / call.x.shape[1] + float(call.layer.eps))
    weight, bias = (call.per_channel(call.weight(name)) for name in ("weight", "bias"))
    return call.x + weight * call.x * share + bias


def blurpool(call: Call) -> Tensor:
    """Window by window, of a map with its border mirrored."""
    size, stride = call.layer.size, call.layer.stride
    pad = (size + stride - 2) // 2
    x = F.pad(call.x, [pad] * 4, mode="reflect")
    y = call.x.new_zeros(call.x.shape[0], *call.shape)
    _, height, width = call.shape
    for u in range(size):
        for v in range(size):
            factor = math.comb(size - 1, u) * math.comb(size - 1, v) / 4 ** (size - 1)
            rows = x[:, :, u : u + stride * (height - 1) + 1 : stride]
            y = y + factor * rows[..., v : v + stride * (width - 1) + 1 : stride]
    return y


def softplus(call: Call) -> Tensor:
    beta, x = float(call.layer.beta), call.x
    smooth = torch.log1p(torch.exp((beta * x).clamp(max=50))) / beta
    return torch.where(beta * x > float(call.layer.threshold), x, smooth)


def pixel_shuffle(call: Call) -> Tensor:
    """Written value by value, as the formula says."""
    r = call.layer.factor
    y = call.x.new_zeros(call.x.shape[0], *call.shape)
    for i in range(r):
        for j in range(r):
            y[:, :, i::r, j::r] = call.x[:, i * r + j :: r * r]
    return y


def pixel_unshuffle(call: Call) -> Tensor:
    r = call.layer.factor
    y = call.x.new_zeros(call.x.shape[0], *call.shape)
    for i in range(r):
        for j in range(r):
            y[:, i * r + j :: r * r] = call.x[:, :, i::r, j::r]
    return y


def conv(call: Call) -> Tensor:
    layer, weight = call.layer, call.weight()
    if layer.connect is not None:
        dense = weight.new_zeros(layer.channels, call.x.shape[1], *layer.kernel)
        links = [(row, c) for row, columns in enumerate(layer.connect) for c in columns]
        for kernel, (row, column) in zip(weight, links, strict=True):
            dense[row, column] = kernel
        weight = dense
    run = (F.conv1d, F.conv2d, F.conv3d)[call.rank - 1]
    x = padded(call.x, call.padding())
    bias = call.optional("bias")
    result: Tensor = run(x, weight, bias, layer.stride, 0, layer.dilation, layer.groups)
    return result


def std_conv(call: Call) -> Tensor:
    layer, weight = call.layer, call.weight()
    axes = tuple(range(1, weight.dim()))
    mean = weight.mean(axes, keepdim=True)
    variance = ((weight - mean) ** 2).mean(axes, keepdim=True)
    weight = (weight - mean) / (variance + float(layer.eps)).sqrt()
    if layer.gamma is not None:
        weight = weight * call.weight("gain") * float(layer.gamma) / math.sqrt(weight[0].numel())
    run = (F.conv1d, F.conv2d, F.conv3d)[call.rank - 1]
    x, bias = padded(call.x, call.padding()), call.optional("bias")
    return run(x, weight, bias, layer.stride, 0, layer.dilation, layer.groups)


def conv_transpose(call: Call) -> Tensor:
    """Without padding, and cut afterwards; `same` is as often the input as the stride says."""
    layer = call.layer
    axes = zip(layer.kernel, layer.stride, layer.dilation, strict=True)
    over = [d * (k - 1) + 1 - s for k, s, d in axes]
    begins = [max(n, 0) // 2 for n in over] if layer.pad == "same" else [b for b, _ in layer.pad]
    run = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[call.rank - 1]
    x: Tensor = run(
        *(call.x, call.weight(), None, layer.stride, 0, 0, layer.groups, layer.dilation)
    )
    for axis, (begin, size) in enumerate(zip(begins, call.shape[1:], strict=True), 2):
        missing = begin + size - x.shape[axis]
        if missing > 0:
            x = F.pad(x, [0, 0] * (x.dim() - 1 - axis) + [0, missing])
        x = x.narrow(axis, begin, size)
    return x + call.per_channel(call.weight("bias")) if call.has("bias") else x


def maxpool(call: Call) -> Tensor:
    return windows(call, -math.inf).amax(-1)


def avgpool(call: Call) -> Tensor:
    """The mean counts the padding if asked to, and never what hangs over the end."""
    layer = call.layer
    ones = torch.ones_like(call.x)
    if layer.count_include_pad:
        ones = F.pad(ones, [one for pair in reversed(call.padding()) for one in pair], value=1.0)
        counted = Counted(call, ones)
        return windows(call, 0.0).sum(-1) / windows(counted, 0.0).sum(-1)
    return windows(call, 0.0).sum(-1) / windows(Counted(call, ones, True), 0.0).sum(-1)


class Counted(Call):
    """The windows of a pool on another tensor, which is padded already unless told."""

    def __init__(self, call: Call, x: Tensor, pad: bool = False) -> None:
        self.__dict__.update(call.__dict__)
        self._pairs = call.padding() if pad else [(0, 0)] * call.rank
        self.x = x

    def padding(self) -> Pairs:
        return self._pairs


def stochastic_pool(call: Call) -> Tensor:
    """The mean weighted by its chances, as at inference."""
    read = windows(call, 0.0)
    total = read.sum(-1)
    return (read * read).sum(-1) / torch.where(total > 0, total, 1.0)


def subsample(call: Call) -> Tensor:
    weight, bias = call.per_channel(call.weight()), call.per_channel(call.weight("bias"))
    return weight * windows(call, 0.0).sum(-1) + bias


def adaptive(reduce: Callable[[Tensor, int], Tensor]) -> Callable[[Call], Tensor]:
    def run(call: Call) -> Tensor:
        x = call.x
        for axis, (n, size) in enumerate(zip(x.shape[2:], call.shape[1:], strict=True), 2):
            ends = [(i * n // size, -(-(i + 1) * n // size)) for i in range(size)]
            x = torch.stack([reduce(x.narrow(axis, a, b - a), axis) for a, b in ends], axis)
        return x

    return run


def normal(x: Tensor, axes: Sequence[int], eps: float) -> Tensor:
    mean = x.mean(tuple(axes), keepdim=True)
    variance = ((x - mean) ** 2).mean(tuple(axes), keepdim=True)
    return (x - mean) / torch.sqrt(variance + eps)


def affine(call: Call, x: Tensor) -> Tensor:
    """Scale and shift for each channel, where there are any."""
    if call.has("weight"):
        x = x * call.per_channel(call.weight())
    return x + call.per_channel(call.weight("bias")) if call.has("bias") else x


def batchnorm(call: Call) -> Tensor:
    """In training the running statistics of the state move, but for one that is frozen."""
    layer, x = call.layer, call.x
    axes = [0, *range(2, x.dim())]
    if layer.track and (not call.training or (call.frozen and layer.affine)):
        mean, variance = (call.per_channel(call.weight(f"running_{of}")) for of in ("mean", "var"))
        return affine(call, (x - mean) / torch.sqrt(variance + float(layer.eps)))
    if layer.track:
        count = call.weight("num_batches_tracked")
        count += 1
        share = 1 / int(count) if layer.momentum is None else float(layer.momentum)
        with torch.no_grad():
            for name, now in (("mean", x.mean(axes)), ("var", x.var(axes, unbiased=True))):
                call.weight(f"running_{name}").lerp_(now, share)
    return affine(call, normal(x, axes, float(layer.eps)))


def lrn(call: Call) -> Tensor:
    layer, x = call.layer, call.x
    before = layer.size // 2
    squares = padded(x.movedim(1, -1) ** 2, [(before, (layer.size - 1) // 2)])
    near = squares.unfold(-1, layer.size, 1).sum(-1).movedim(-1, 1)
    result: Tensor = x / (float(layer.k) + float(layer.alpha) * near) ** float(layer.beta)
    return result


def groupnorm(call: Call) -> Tensor:
    x = call.x.unflatten(1, (call.layer.groups, -1))
    x = normal(x, range(2, x.dim()), float(call.layer.eps)).flatten(1, 2)
    return affine(call, x)


def instancenorm(call: Call) -> Tensor:
    return affine(call, normal(call.x, range(2, call.x.dim()), float(call.layer.eps)))


def layernorm(call: Call) -> Tensor:
    layer, x = call.layer, call.x
    axes = {"all": range(1, x.dim()), -1: [x.dim() - 1], 0: [1]}[layer.axis]
    x = normal(x, axes, float(layer.eps))
    if layer.axis == 0:
        return affine(call, x)
    x = x * call.weight() if call.has("weight") else x
    return x + call.weight("bias") if call.has("bias") else x


def rmsnorm(call: Call) -> Tensor:
    layer, x = call.layer, call.x
    axes = {"all": tuple(range(1, x.dim())), -1: (x.dim() - 1,), 0: (1,)}[layer.axis]
    eps = torch.finfo(x.dtype).eps if layer.eps is None else float(layer.eps)
    x = x / ((x * x).mean(axes, keepdim=True) + eps).sqrt()
    if not call.has("weight"):
        return x
    weight = call.weight()
    return x * (call.per_channel(weight) if layer.axis == 0 else weight)


def gelu(call: Call) -> Tensor:
    x = call.x
    if call.layer.approximate == "tanh":
        return x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2
    return x * (1 + torch.erf(x / math.sqrt(2))) / 2


def product(call: Call) -> Tensor:
    result = call.inputs[0]
    for other in call.inputs[1:]:
        result = result * other
    return result


def matrices(call: Call) -> Tensor:
    """Each pair of numbers by itself, then a sum."""
    result = call.inputs[0]
    for other in call.inputs[1:]:
        result = (result.unsqueeze(-1) * other.unsqueeze(-3)).sum(-2)
    return result


def total(call: Call) -> Tensor:
    result = call.inputs[0]
    for other in call.inputs[1:]:
        result = result + other
    return result


def channel_shuffle(call: Call) -> Tensor:
    groups, channels = call.layer.groups, call.x.shape[1]
    each = channels // groups
    return torch.stack([call.x[:, j % groups * each + j // groups] for j in range(channels)], 1)


def prelu(call: Call) -> Tensor:
    return torch.where(call.x > 0, call.x, call.per_channel(call.weight()) * call.x)


def pad(call: Call) -> Tensor:
    layer, x = call.layer, call.x
    mode = {"zeros": "constant"}.get(layer.mode, layer.mode)
    pairs = list(layer.pad) or [(0, 0)] * call.rank
    if any(map(any, pairs)):
        x = F.pad(x, [one for pair in reversed(pairs) for one in pair], mode=mode)
    return F.pad(x, [0, 0] * call.rank + list(layer.channels)) if layer.channels else x


def crop(call: Call) -> Tensor:
    x = call.x
    for axis, size in enumerate(call.shape[1:], 2):
        x = x.narrow(axis, (x.shape[axis] - size) // 2, size)
    return x


def cubic(x: Tensor, axis: int, places: Tensor) -> Tensor:
    """Four values on an axis, each weighed by its distance; the border repeats."""
    result = torch.zeros((), dtype=x.dtype)
    for step in range(-1, 3):
        there = places.floor() + step
        d = (places - there).abs()
        near, far = 1.25 * d**3 - 2.25 * d**2 + 1, -0.75 * d**3 + 3.75 * d**2 - 6 * d + 3
        weight = torch.where(d <= 1, near, far).to(x.dtype).view(-1, *[1] * (x.dim() - 1 - axis))
        read = x.index_select(axis, there.long().clamp(0, x.shape[axis] - 1))
        result = result + weight * read
    return result


def upsample(call: Call) -> Tensor:
    """Axis by axis: interpolation in several dimensions is a product of those in one."""
    layer, x = call.layer, call.x
    for axis, (n, size) in enumerate(zip(x.shape[2:], call.shape[1:], strict=True), 2):
        places = torch.arange(size, dtype=torch.float64)
        if layer.mode == "nearest":
            x = x.index_select(axis, torch.arange(size) * n // size)
            continue
        if layer.align_corners:
            places = places * (n - 1) / max(size - 1, 1)
        else:
            places = (places + 0.5) * n / size - 0.5
        if layer.mode == "bicubic":
            x = cubic(x, axis, places)
            continue
        places = places.clamp(min=0)
        low = places.floor().long().clamp(max=n - 1)
        high = (low + 1).clamp(max=n - 1)
        share = (places - low).to(x.dtype).view(-1, *[1] * (x.dim() - 1 - axis))
        x = x.index_select(axis, low) * (1 - share) + x.index_select(axis, high) * share
    return x


def rbf(call: Call) -> Tensor:
    return ((call.x[:, None, :] - call.weight()) ** 2).sum(-1)


def largest(call: Call) -> Tensor:
    """Channel by channel; of equal ones the first counts."""
    found, *others = call.x.split(1, 1)
    for one in others:
        found = torch.where(one > found, one, found)
    return found


def softmax(x: Tensor) -> Tensor:
    powers = torch.exp(x - x.amax(1, keepdim=True))
    return powers / powers.sum(1, keepdim=True)


FORMULAS: dict[str, Callable[[Call], Tensor]] = {
    "conv": conv,
    "std_conv": std_conv,
    "conv_transpose": conv_transpose,
    "linear": lambda call: F.linear(call.x, call.weight(), call.optional("bias")),
    "rbf": rbf,
    "maxpool": maxpool,
    "avgpool": avgpool,
    "stochastic_pool": stochastic_pool,
    "subsample": subsample,
    "adaptive_avgpool": adaptive(lambda x, axis: x.mean(axis)),
    "adaptive_maxpool": adaptive(lambda x, axis: x.amax(axis)),
    "global_avgpool": lambda call: call.x.mean(tuple(range(2, call.x.dim())), keepdim=True),
    "batchnorm": batchnorm,
    "lrn": lrn,
    "groupnorm": groupnorm,
    "instancenorm": instancenorm,
    "layernorm": layernorm,
    "rmsnorm": rmsnorm,
    "relu": lambda call: call.x.clamp(min=0),
    "relu6": lambda call: call.x.clamp(0, 6),
    "leaky_relu": lambda call: torch.where(call.x > 0, call.x, float(call.layer.slope) * call.x),
    "prelu": prelu,
    "elu": lambda call: torch.where(
        call.x > 0, call.x, float(call.layer.alpha) * torch.expm1(call.x.clamp(max=0))
    ),
    "gelu": gelu,
    "silu": lambda call: call.x * torch.sigmoid(call.x),
    "hardswish": lambda call: call.x * (call.x + 3).clamp(0, 6) / 6,
    "hardsigmoid": lambda call: (call.x + 3).clamp(0, 6) / 6,
    "mish": lambda call: call.x * torch.tanh(torch.log1p(torch.exp(call.x))),
    "softplus": softplus,
    "hardtanh": lambda call: call.x.clamp(float(call.layer.low), float(call.layer.high)),
    "glu": lambda call: call.x.chunk(2, 1)[0] * torch.sigmoid(call.x.chunk(2, 1)[1]),
    "absolute": lambda call: torch.where(call.x < 0, -call.x, call.x),
    "grn": grn,
    "blurpool": blurpool,
    "mean": lambda call: sum(call.x.split(1, 1)) / call.x.shape[1],
    "sum": lambda call: sum(call.x.split(1, 1)),
    "max": largest,
    "rescale": lambda call: float(call.layer.factor) * call.x + float(call.layer.shift),
    "pixel_shuffle": pixel_shuffle,
    "pixel_unshuffle": pixel_unshuffle,
    "sigmoid": lambda call: torch.sigmoid(call.x),
    "tanh": lambda call: torch.tanh(call.x),
    "scaled_tanh": lambda call: 1.7159 * torch.tanh(2 / 3 * call.x),
    "softmax": lambda call: softmax(call.x),
    "log_softmax": lambda call: call.x - torch.logsumexp(call.x, 1, keepdim=True),
    "dropout": lambda call: call.x,
    "dropout2d": lambda call: call.x,
    "stochastic_depth": lambda call: call.x,
    "add": total,
    "mul": product,
    "matmul": matrices,
    "concat": lambda call: torch.cat(list(call.inputs), 1),
    "identity": lambda call: call.x,
    "flatten": lambda call: call.x.flatten(1),
    "reshape": lambda call: call.x.reshape(-1, *call.shape),
    "slice": lambda call: call.x[:, call.layer.begin : call.layer.end],
    "channel_shuffle": channel_shuffle,
    "permute": lambda call: call.x.permute(0, *[axis + 1 for axis in call.layer.order]),
    "scale": lambda call: call.x * call.stretched(),
    "shift": lambda call: call.x + call.stretched(),
    "pad": pad,
    "crop": crop,
    "upsample": upsample,
}


def evaluate(
    graph: Graph, inputs: Sequence[Tensor], state: dict[str, Tensor], training: bool
) -> list[Tensor]:
    """The results of the graph, the main one first; layers that draw at random do not."""
    values: dict[int, Tensor] = {}
    given = iter(inputs)
    for node in graph.nodes:
        if node.training and not training:
            continue
        if node.layer is None:
            values[node.index] = next(given)
            continue
        call = Call(node, [values[index] for index in node.inputs], state, training)
        values[node.index] = FORMULAS[node.layer.keyword](call)
        assert tuple(values[node.index].shape[1:]) == call.shape, node.path
    return [values[one.node] for one in graph.results if training or not one.training]


def close(
    found: Tensor | None,
    wanted: Tensor | None,
    what: str,
    share: float,
    nudged: Callable[[], Tensor | None] = lambda: None,
) -> None:
    """Equal but for rounding, measured by the largest value, or by what `nudged` values come to."""
    if found is None or wanted is None:
        assert found is wanted, f"{what}: one of them is missing"
        return
    assert found.shape == wanted.shape, f"{what}: {found.shape}, not {wanted.shape}"
    same = found.isfinite().equal(wanted.isfinite())
    assert same, f"{what} overflows where it should not, or does not"
    if wanted.isfinite().all() and wanted.numel():
        far = (found - wanted).abs().max().item()
        if far > share * max(wanted.abs().max().item(), 1e-3):
            other = nudged()
            assert other is not None, f"{what} differs by {far}"
            rounding = (other - wanted).abs().max().item()
            assert far <= ROUNDINGS * rounding, f"{what} differs by {far}"


def disturb(model: nn.Module) -> None:
    """Moves every weight, so that no two of them are alike and none is 0 or 1."""
    with torch.no_grad():
        for name, one in model.state_dict().items():
            if one.is_floating_point():
                noise = torch.rand_like(one) if name.endswith("var") else torch.randn_like(one)
                one += 0.1 * noise


def agree(graph: Graph, model: nn.Module, images: int = 3) -> None:
    """Holds values, gradients and running statistics to the graph's, in both modes."""
    torch.default_generator.manual_seed(1)
    model.double()
    disturb(model)
    shapes = [node.shape or () for node in graph.nodes if node.layer is None]
    inputs = [torch.rand(images, *shape, dtype=torch.float64) * 2 - 0.7 for shape in shapes]
    names = [name for name, _ in expected_state(graph)]
    for training in (False, True):
        model.train(training)
        for module in model.modules():
            if type(module).__name__.startswith(DRAWING):
                module.eval()
        frozen = {node.module for node in graph.nodes if node.frozen}
        learned = {
            name
            for name, _ in model.named_parameters()
            if name not in frozen and name.rpartition(".")[0] not in frozen
        }
        before = {name: one.detach().clone() for name, one in model.state_dict().items()}
        state = {name: before[name] for name in names}
        mode = f"{graph.name} in {'training' if training else 'evaluation'}"
        wanted = worked_out(graph, inputs, state, learned, training)
        nudged = cache(partial(worked_out, graph, inputs, nudge(state), learned, training))
        passed = [one.clone() for one in inputs]
        result = model(*passed)
        assert all(map(torch.equal, passed, inputs)), f"{mode} changes its input"
        results = [result] if isinstance(result, Tensor) else [r for r in result if r is not None]
        after = dict(model.state_dict()) | dict(model.named_parameters())
        found = every(results, {name: after[name] for name in names}, learned)
        assert found.keys() == wanted.keys(), mode
        for what, one in found.items():
            share = 1e-6 if what.startswith("the gradient") else 1e-8
            close(one, wanted[what], f"{what} of {mode}", share, partial(item, nudged, what))


def item(nudged: Callable[[], dict[str, Tensor | None]], what: str) -> Tensor | None:
    """Worked out only where it is asked."""
    return nudged()[what]


def nudge(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The state with every weight another by its rounding: how much that changes, rounding may.

    In training a deep network of norms over few values makes much of little, and the gradient of a
    bias before a norm is nothing but rounding.
    """
    generator = torch.Generator().manual_seed(3)

    def nudged(one: Tensor) -> Tensor:
        if not one.is_floating_point():
            return one
        noise = torch.rand(one.shape, generator=generator, dtype=one.dtype) * 2 - 1
        return one * (1 + 4 * torch.finfo(one.dtype).eps * noise)

    return {name: nudged(one) for name, one in state.items()}


def worked_out(
    graph: Graph,
    inputs: Sequence[Tensor],
    state: dict[str, Tensor],
    learned: set[str],
    training: bool,
) -> dict[str, Tensor | None]:
    """All that the graph's formulas give in one step."""
    own = {name: one.clone().requires_grad_(name in learned) for name, one in state.items()}
    return every(evaluate(graph, inputs, own, training), own, learned)


def every(
    results: Sequence[Tensor], state: dict[str, Tensor], learned: set[str]
) -> dict[str, Tensor | None]:
    """Results, statistics and gradients, by what they are called."""
    found: dict[str, Tensor | None] = {f"result {i}": one for i, one in enumerate(results)}
    found |= {name: one.double() for name, one in state.items() if name not in learned}
    weights = {name: one for name, one in state.items() if name in learned}
    gradients = slopes(results, list(weights.values()))
    named = zip(weights, gradients, strict=True)
    return found | {f"the gradient of {name}": one for name, one in named}


def slopes(results: Sequence[Tensor], weights: Sequence[Tensor]) -> Sequence[Tensor | None]:
    """The gradients of a loss that tells values and results apart."""
    ready = [one for one in results if one.requires_grad]
    if not ready or not weights:
        return [None] * len(weights)
    generator = torch.Generator().manual_seed(2)
    loss = torch.zeros((), dtype=torch.float64)
    for one in ready:
        factors = torch.rand(one.shape, generator=generator, dtype=torch.float64)
        loss = loss + (factors * one).sum() / one.detach().abs().amax().clamp(min=1e-3)
    found: Sequence[Tensor | None] = torch.autograd.grad(loss, list(weights), allow_unused=True)
    return found


def hold(result: Compiled, images: int = 3, networks: Sequence[Network] | None = None) -> None:
    """Holds networks of compiled code to their graphs, all of them where none are named."""
    assert result.code is not None
    module = load(result.code)
    try:
        for one in result.checked.networks if networks is None else networks:
            torch.default_generator.manual_seed(0)
            agree(one.graph, getattr(module, one.name)(), images)
    finally:
        sys.modules.pop(module.__name__, None)
