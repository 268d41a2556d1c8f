"""Operations and idioms of PyTorch that come out as one layer, with equal values."""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

import math
import re

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from archc.importer.read import opaque_names  # noqa: E402
from archc.importer.torch import import_model  # noqa: E402
from tests.each import each  # noqa: E402
from tests.emit.pytorch.compiled import module_of  # noqa: E402


class Standardised(nn.Conv2d):
    """Weight standardisation, as timm writes it; with a gain, as NFNets have it."""

    def __init__(self, *arguments: int, gain: bool = False, eps: float = 1e-6) -> None:
        super().__init__(*arguments)
        self.gain = nn.Parameter(torch.ones(self.out_channels, 1, 1, 1)) if gain else None
        self.factor = 1.5 * self.weight[0].numel() ** -0.5
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        gain = None if self.gain is None else (self.gain * self.factor).view(-1)
        rows = self.weight.reshape(1, self.out_channels, -1)
        rows = F.batch_norm(rows, None, None, gain, training=True, momentum=0.0, eps=self.eps)
        return F.conv2d(x, rows.reshape_as(self.weight), self.bias, self.stride)


class Places(nn.Module):
    """A gate of the mean over channels, and a softmax along the rows."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x.softmax(-1) * self.conv(x.mean(1, keepdim=True)).sigmoid()


class Resized(nn.Module):
    """Sizes that PyTorch has functions for: a map moved by a pixel, enlarged, cut."""

    def forward(self, x: Tensor) -> Tensor:
        x = F.interpolate(F.pad(x, (-1, 1, -1, 1)), scale_factor=2, mode="bicubic")
        x = F.interpolate(x, size=(9, 11), mode="bicubic", align_corners=True)
        return F.pad(x, (-1, -2, 0, 0)).flatten(2)


class Grown(nn.Module):
    """Transposed convolutions with more cut at one end, by numbers and as other frameworks pad."""

    def __init__(self) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(4, 4, 3, stride=2)
        self.more = nn.ConvTranspose2d(4, 2, 4, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.pad(self.more(self.up(x)[:, :, :-1, :-1]), (-1, 0, 0, -1))


class Roots(nn.Module):
    """Root mean squares over the channels, and over the last axis."""

    def __init__(self) -> None:
        super().__init__()
        self.norm, self.last = nn.RMSNorm(4, eps=1e-6), nn.RMSNorm(8)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2))


class Affine(nn.Module):
    """One number each, as they scale and shift activations; one without axes ends the branch."""

    def __init__(self) -> None:
        super().__init__()
        self.scale, self.bias = nn.Parameter(torch.ones(1)), nn.Parameter(torch.zeros(1))
        self.gain = nn.Parameter(torch.tensor(0.5))
        self.place = nn.Parameter(torch.zeros(1, 4, 1, 8))

    def forward(self, x: Tensor) -> Tensor:
        return self.gain * (self.scale * x.relu() + self.bias) + x + self.place


class Number(nn.Module):
    """One learned number, whatever the map, also one of a single place."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        return self.scale * x.relu()


class Response(nn.Module):
    """Global response normalisation, with the channels first or last."""

    def __init__(self, width: int, last: bool = False) -> None:
        super().__init__()
        self.weight, self.bias = (nn.Parameter(torch.ones(width)) for _ in range(2))
        self.places, self.channels = ((1, 2), -1) if last else ((2, 3), 1)
        self.row = (1, 1, 1, -1) if last else (1, -1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        strength = x.norm(p=2, dim=self.places, keepdim=True)
        share = strength / (strength.mean(dim=self.channels, keepdim=True) + 1e-6)
        weight, bias = self.weight.view(self.row), self.bias.view(self.row)
        return x + torch.addcmul(bias, weight, x * share)


class BlurPool(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        row = torch.tensor([0.25, 0.5, 0.25])
        self.register_buffer("f", (row * row[:, None]).repeat(channels, 1, 1, 1), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(x, [1] * 4, mode="reflect")
        return F.conv2d(x, self.f, stride=2, groups=x.shape[1])


class Last(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.norm = Response(4, last=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.conv(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Pooled(nn.Module):
    """A pooling whose border, which no maximum takes, is an operation of its own."""

    def forward(self, x: Tensor) -> Tensor:
        return F.max_pool2d(F.pad(x, [0, 1, 0, 1], value=-math.inf), 3, 2)


class Summed(nn.Module):
    """Branches that are summed up in place, from nothing on, before the values are read again."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(nn.Conv2d(3, width, 1) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        total: Tensor | int = 0
        for branch in self.branches:
            y = branch(x)
            y += total
            total = y
        return x + total


class Scaled(nn.Module):
    """A factor for each channel, where the channels stand last."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gamma


class Channels(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.ls, self.fc = nn.Conv2d(3, 5, 1), Scaled(5), nn.Linear(5, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.ls(self.conv(x).permute(0, 2, 3, 1)).mul(2))


CASES = {
    "rmsnorm": (
        lambda: nn.Sequential(nn.Conv2d(3, 4, 1), Roots()),
        ("norm: rmsnorm eps=1e-6", "last: rmsnorm axis=-1"),
    ),
    "a learned number on maps of any size": (
        lambda: nn.Sequential(nn.Conv2d(3, 4, 1), Number(), nn.AdaptiveAvgPool2d(1), Number()),
        ("scale: scale shape=[1]",),
    ),
    "learned numbers": (
        lambda: nn.Sequential(nn.Conv2d(3, 4, 1), Affine(), nn.Conv2d(4, 4, 1), Affine()),
        (
            *("scale: scale shape=[1]", "bias: shift shape=[1]", "gain: scale shape=[]"),
            *("place: shift shape=[1, 4, 1, 8]", "block Affine"),
        ),
    ),
    "conv_transpose, cut": (
        lambda: nn.Sequential(nn.Conv2d(3, 4, 1), Grown()),
        (
            "up: conv_transpose 4 3x3 stride=2 pad=same",
            "more: conv_transpose 2 4x4 stride=2 pad=[[1, 2], [2, 1]]",
        ),
    ),
    "bicubic, and negative pads": (
        lambda: nn.Sequential(nn.Conv2d(3, 4, 1), Resized()),
        ("pad [[-1, 1], [-1, 1]]", "upsample 2 mode=bicubic", "pad [[0, 0], [-1, -2]]"),
    ),
    "a border that no maximum takes": (
        lambda: nn.Sequential(nn.Conv2d(3, 4, 1), Pooled()),
        ("maxpool 3x3 stride=2 pad=same",),
    ),
    "a sum in place that begins with nothing": (lambda: Summed(3), ("add {",)),
    "a factor for each place of the last axis": (Channels, ("scale flat=true",)),
    "local response normalisation": (
        lambda: nn.Sequential(nn.Conv2d(3, 8, 1), nn.LocalResponseNorm(5, 5e-4, k=2.0)),
        ("lrn 5 k=2",),
    ),
    "grn": (lambda: nn.Sequential(nn.Conv2d(3, 4, 1), Response(4)), ("grn",)),
    "grn on the last axis": (Last, ("norm: grn",)),
    "blurpool": (lambda: nn.Sequential(nn.Conv2d(3, 4, 1), BlurPool(4)), ("blurpool",)),
    "mean and softmax over an axis": (
        lambda: nn.Sequential(nn.Conv2d(3, 4, 1), Places()),
        ("mean", "permute [2, 0, 1]", "softmax"),
    ),
    "std_conv": (
        lambda: nn.Sequential(Standardised(3, 4, 3), nn.ReLU(), Standardised(4, 8, 1, gain=True)),
        ("std_conv 4 3x3", "std_conv 8 1x1 gamma=1.5"),
    ),
}


@each("name", CASES)
def test_it_is_a_layer_of_the_language(name: str) -> None:
    make, words = CASES[name]
    imported, proof = import_model(make, "net", "here", [(3, 8, 8)])
    assert proof is not None
    assert not proof.failed, imported.text
    assert not opaque_names(imported.operations), imported.text
    assert proof.agreed[-1].startswith("values, to"), proof.agreed
    for word in words:
        assert word in imported.text, imported.text


def test_an_argument_that_only_some_callers_give_is_none_for_the_others() -> None:
    class Unit(nn.Module):
        def __init__(self, width: int, size: int = 0) -> None:
            super().__init__()
            self.conv = nn.Conv2d(width, width, 3, padding=1)
            self.size = size

        def forward(self, x: Tensor) -> Tensor:
            x = self.conv(x)
            return F.interpolate(x, size=self.size) if self.size else x

    class Stage(nn.Module):
        def __init__(self, width: int, size: int = 0) -> None:
            super().__init__()
            self.first = Unit(width)
            self.last = Unit(width, size)

        def forward(self, x: Tensor) -> Tensor:
            return self.last(self.first(x).relu())

    def make() -> nn.Module:
        return nn.Sequential(*(Stage(3, size) for size in (0, 0, 20, 0, 30)))

    imported, proof = import_model(make, "net", "here", [(3, 8, 8)])
    assert proof is not None
    assert not proof.failed, imported.text


def test_a_loop_that_is_a_branch_is_one_branch() -> None:
    class Unit(nn.Module):
        def __init__(self, narrow: bool) -> None:
            super().__init__()
            self.norm1, self.norm2 = nn.BatchNorm2d(4), nn.BatchNorm2d(4)
            self.conv1, self.conv2 = (nn.Conv2d(4, 4, 3, padding=1) for _ in range(2))
            self.down = nn.Conv2d(4, 4, 1) if narrow else None

        def forward(self, x: Tensor) -> Tensor:
            y = self.norm1(x).relu()
            kept = x if self.down is None else self.down(y)
            return self.conv2(self.norm2(self.conv1(y)).relu()) + kept

    def make() -> nn.Module:
        return nn.Sequential(nn.Conv2d(3, 4, 1), *map(Unit, (False, True, False, False)))

    imported, proof = import_model(make, "net", "here", [(3, 8, 8)])
    assert proof is not None
    assert not proof.failed, imported.text
    assert proof.agreed[-1].startswith("values, to")


def test_an_argument_that_is_the_layers_default_in_some_instances() -> None:
    class Unit(nn.Module):
        def __init__(self, slope: float) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 3, padding=1)
            self.act = nn.LeakyReLU(slope)

        def forward(self, x: Tensor) -> Tensor:
            return self.act(self.conv(x))

    imported, proof = import_model(
        lambda: nn.Sequential(*map(Unit, (0.2, 0.01, 0.2, 0.2))), "net", "here", [(3, 8, 8)]
    )
    assert proof is not None
    assert not proof.failed, imported.text
    assert proof.agreed[-1].startswith("values, to")


def test_local_response_normalisation_of_a_volume() -> None:
    body = "permute [0, 2, 3, 1]; lrn 3"
    made = module_of(f"network N {{ input 4x6x5x7; conv 8 1x1x1; {body} }}").N
    imported, proof = import_model(made, "net", "here", [(4, 6, 5, 7)])
    assert proof is not None
    assert not proof.failed
    assert re.search(r"permute \[0, 2, 3, 1\]\s+lrn 3", imported.text)
