"""Runs a layer's `Form` in PyTorch, with plain references for the classes PyTorch lacks."""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from archc.layers.base import Layer
from archc.layers.form import Form
from archc.shapes import Shape


class ScaledTanh(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return 1.7159 * torch.tanh(2 / 3 * x)


class Subsample(nn.Module):
    def __init__(self, channels: int, kernel: Any) -> None:
        super().__init__()
        self.kernel = kernel
        self.weight = nn.Parameter(torch.rand(channels))
        self.bias = nn.Parameter(torch.rand(channels))

    def forward(self, x: Tensor) -> Tensor:
        rank = x.dim() - 2
        shape = (-1, *(1,) * rank)
        pool = getattr(F, f"avg_pool{rank}d")
        mean = pool(x, self.kernel)
        return mean * (self.kernel**rank) * self.weight.view(shape) + self.bias.view(shape)


class RBF(nn.Module):
    weight: Tensor

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.randn(outputs, inputs))

    def forward(self, x: Tensor) -> Tensor:
        return (x[:, None] - self.weight).pow(2).sum(-1)


class SparseConv2d(nn.Module):
    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        connect: Sequence[Sequence[int]],
        bias: bool = True,
        **options: Any,
    ) -> None:
        super().__init__()
        self.pairs = [(o, i) for o, row in enumerate(connect) for i in row]
        self.shape = (outputs, inputs, kernel, kernel)
        self.options = options
        self.weight = nn.Parameter(torch.randn(len(self.pairs), kernel, kernel))
        self.bias = nn.Parameter(torch.randn(outputs)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        places = torch.tensor(self.pairs).T
        weight = torch.zeros(self.shape, dtype=x.dtype).index_put(tuple(places), self.weight)
        return F.conv2d(x, weight, self.bias, **self.options)


class StochasticPool2d(nn.Module):
    def __init__(self, kernel: int, stride: int | None = None) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride or kernel

    def forward(self, x: Tensor) -> Tensor:
        windows = x.unfold(2, self.kernel, self.stride).unfold(3, self.kernel, self.stride)
        windows = windows.flatten(4)
        return windows.square().sum(-1) / windows.sum(-1)


class StochasticDepth(nn.Module):
    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = torch.rand((x.shape[0], *(1,) * (x.dim() - 1))) >= self.p
        return x * kept / (1 - self.p)


class Scale(nn.Module):
    def __init__(self, shape: Shape, init: float = 1.0, flat: bool = False) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.full(shape, init))
        self.flat = flat

    def forward(self, x: Tensor) -> Tensor:
        return self.together(x, self.factor[(..., *(None,) * (self.flat and x.dim() - 2))])

    @staticmethod
    def together(x: Tensor, factor: Tensor) -> Tensor:
        return x * factor


class Shift(Scale):
    @staticmethod
    def together(x: Tensor, factor: Tensor) -> Tensor:
        return x + factor


class Uneven(nn.Module):
    """Mixed into a transposed convolution: what it gives without padding, cut."""

    def __init__(self, *values: Any, pads: Sequence[int] | None = None, **named: Any) -> None:
        super().__init__(*values, **named)
        axes = zip(self.kernel_size, self.stride, self.dilation, strict=True)
        over = [d * (k - 1) + 1 - s for k, s, d in axes]
        same = [side for n in reversed(over) for side in (max(n, 0) // 2, n - max(n, 0) // 2)]
        self.sides = same if pads is None else list(pads)
        self.output_padding: tuple[int, ...] = tuple(
            more + max(-end, 0)
            for more, end in zip(self.output_padding, self.sides[1::2][::-1], strict=True)
        )
        self.padding = tuple(map(min, self.sides[::2], self.sides[1::2]))[::-1]
        self.padding = tuple(max(n, 0) for n in self.padding)

    def forward(self, x: Tensor) -> Tensor:
        pads = [side for n in self.padding[::-1] for side in (n, n)]
        more = [max(side, 0) - n for side, n in zip(self.sides, pads, strict=True)]
        y = super().forward(x)
        return F.pad(y, [-side for side in more]) if any(more) else y


UNEVEN = {
    f"{how}ConvTranspose{rank}d": type("Uneven", (Uneven, getattr(nn, f"ConvTranspose{rank}d")), {})
    for rank in (1, 2, 3)
    for how in ("Same", "Padded")
}


class ChannelLayerNorm(nn.LayerNorm):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class ChannelRMSNorm(nn.RMSNorm):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class GRN(nn.Module):
    def __init__(self, channels: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight, self.bias = (nn.Parameter(torch.rand(channels)) for _ in range(2))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        ones = (-1, *(1,) * (x.dim() - 2))
        strength = x.flatten(2).norm(dim=2).view(x.shape[0], *ones)
        share = strength / (strength.mean(1, keepdim=True) + self.eps)
        return x + torch.addcmul(self.bias.view(ones), self.weight.view(ones), x * share)


class BlurPool2d(nn.Module):
    def __init__(self, channels: int, size: int = 3, stride: int = 2) -> None:
        super().__init__()
        row = torch.tensor([float(math.comb(size - 1, i)) for i in range(size)])
        square = (row[:, None] * row[None] / row.sum() ** 2).expand(channels, 1, size, size)
        self.register_buffer("kernel", square.contiguous(), persistent=False)
        self.pad, self.stride = (size + stride - 2) // 2, stride

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(x, [self.pad] * 4, mode="reflect")
        return F.conv2d(x, self.kernel, stride=self.stride, groups=x.shape[1])


class Standardised(nn.Module):
    """Mixed into a convolution."""

    def __init__(self, *values: Any, eps: float = 1e-6, gamma: float | None = None, **named: Any):
        super().__init__(*values, **named)
        shape = (self.out_channels, *(1,) * (self.weight.dim() - 1))
        self.gain = None if gamma is None else nn.Parameter(torch.ones(shape))
        self.eps, self.gamma = eps, gamma

    def _conv_forward(self, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        gain = None
        if self.gain is not None:
            gain = self.gain.flatten() * ((self.gamma or 0.0) / math.sqrt(weight[0].numel()))
        rows = weight.flatten(1)[None]
        rows = F.batch_norm(rows, None, None, gain, None, True, 0.0, self.eps)
        return super()._conv_forward(x, rows.view(weight.shape), bias)


STANDARDISED = {
    f"StdConv{rank}d": type(f"StdConv{rank}d", (Standardised, getattr(nn, f"Conv{rank}d")), {})
    for rank in (1, 2, 3)
}


def same_sides(inner: Any, x: Tensor) -> list[int]:
    def per_axis(value: Any) -> Sequence[int]:
        return value if isinstance(value, tuple) else (value,) * (x.dim() - 2)

    kernel, stride = per_axis(inner.kernel_size), per_axis(inner.stride)
    dilation = per_axis(getattr(inner, "dilation", 1))
    sides: list[int] = []
    for n, k, s, d in zip(x.shape[2:], kernel, stride, dilation, strict=True):
        total = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
        sides = [total // 2, total - total // 2, *sides]
    return sides


class Same(nn.Module):
    def __init__(self, make: type[nn.Module], *values: Any, **named: Any) -> None:
        super().__init__()
        self.inner = make(*values, **named)
        self.fill = float("-inf") if "Max" in make.__name__ else 0.0

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(F.pad(x, same_sides(self.inner, x), value=self.fill))


class SameStandardised(nn.Module):
    """Mixed into a standardised convolution."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(F.pad(x, same_sides(self, x)))


def center_crop(x: Tensor, size: Sequence[int]) -> Tensor:
    for axis, out in enumerate(size, 2):
        x = x.narrow(axis, (x.shape[axis] - out) // 2, out)
    return x


HELPERS: dict[str, Callable[..., nn.Module]] = {
    **{
        kind.__name__: kind
        for kind in (
            ScaledTanh,
            RBF,
            GRN,
            BlurPool2d,
            SparseConv2d,
            StochasticPool2d,
            StochasticDepth,
            Scale,
            Shift,
        )
    },
    "VolumeResponseNorm": nn.LocalResponseNorm,  # of what lies in order
    "ChannelLayerNorm": ChannelLayerNorm,
    "ChannelRMSNorm": ChannelRMSNorm,
    **STANDARDISED,
    **UNEVEN,
    **{f"Subsample{rank}d": Subsample for rank in (1, 2, 3)},
}


def module(form: Form) -> nn.Module | None:
    """The form's module; None for an expression."""
    if not form.target or (form.helper and form.expression):
        return None
    values = [part.value for part in form.given if part.name is None]
    named = {part.name: part.value for part in form.given if part.name is not None}
    if form.target.startswith("Same") and form.target not in UNEVEN:
        name = form.target.removeprefix("Same")
        kind = STANDARDISED.get(name) or getattr(nn, name)
        if name in STANDARDISED:
            kind = type(form.target, (SameStandardised, kind), {})
            return kind(*values, **named)
        return Same(kind, *values, **named)
    if form.helper:
        return HELPERS[form.target](*values, **named)
    made = getattr(nn, form.target.removeprefix("nn."))(*values, **named)
    assert isinstance(made, nn.Module)
    return made


def runner(layer: Layer, inputs: Sequence[Shape]) -> tuple[Callable[..., Tensor], nn.Module | None]:
    """A function that computes the layer, and the module it uses."""
    form = layer.torch_module(inputs)
    made = module(form)
    if made is not None:
        if form.pads is None:
            return made, made
        pads, fill = form.pads, form.fill
        return lambda x: made(F.pad(x, pads, value=fill)), made
    named = {part.name: part.value for part in form.parts if part.name}
    rows = {name: value for name, value in named.items() if isinstance(value, tuple)}
    spread = {f"*{name}": ", ".join(map(str, value)) for name, value in rows.items()}

    def run(*tensors: Tensor) -> Tensor:
        values = {f"_{i}": tensor for i, tensor in enumerate(tensors)}
        text = form.expression.format(*values, **named, **spread)
        scope = {"torch": torch, "F": F, "center_crop": center_crop, **values}
        result = eval(text, scope)
        assert isinstance(result, Tensor)
        return result

    return run, None
