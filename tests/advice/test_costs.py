"""Cheaper layers: every figure against PyTorch's modules, and what must be let pass."""

from __future__ import annotations

import re

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from tests.advice.asked import advice, codes, figures, only  # noqa: E402


def cost(shape: tuple[int, ...], *modules: nn.Module) -> tuple[int, int]:
    """Multiply-adds and parameters of modules in a row, as PyTorch counts them."""
    whole = nn.Sequential(*modules).to("meta")
    with FlopCounterMode(display=False) as counter:
        whole(torch.empty(1, *shape, device="meta"))
    return counter.get_total_flops() // 2, sum(one.numel() for one in whole.parameters())


@pytest.mark.parametrize(
    ("size", "pad", "channels", "out", "bias", "groups"),
    [
        (5, 2, 64, 64, True, 1),
        (7, 3, 32, 48, False, 1),
        (5, 0, 64, 64, True, 2),
        (7, 1, 8, 8, True, 1),
    ],
)
def test_large_kernel(
    size: int, pad: int, channels: int, out: int, bias: bool, groups: int
) -> None:
    """Both costs; the row has the large window's shape and field."""
    end = f"pad={pad} groups={groups} bias={str(bias).lower()}"
    found = only(f"input {channels}x20x20; conv {out} {size}x{size} {end}", "large-kernel")
    options: dict[str, object] = {"groups": groups, "bias": bias}
    large = nn.Conv2d(channels, out, size, padding=pad, **options)
    many = size // 2
    small = [
        nn.Conv2d(channels if not i else out, out, 3, padding=int(i < pad), **options)
        for i in range(many)
    ]
    shape = (channels, 20, 20)
    now, then = cost(shape, large), cost(shape, *small)
    assert figures(found.message) == [*now, many, 3, *then]
    assert field(*(nn.Conv2d(1, 1, 3) for _ in small)) == field(nn.Conv2d(1, 1, size)) == size**2
    inside = torch.empty(1, *shape, device="meta")
    assert nn.Sequential(*small).to("meta")(inside).shape == large.to("meta")(inside).shape
    offered = re.findall(r"conv \d+ 3x3(?: pad=(\d))?", found.help or "")
    times = 3 if "3 times" in (found.help or "") else 1
    assert offered * times == [("1" if i < pad else "") for i in range(many)]


def field(*modules: nn.Module) -> int:
    """The pixels that the middle of the output sees."""
    x = torch.rand(1, 1, 15, 15, requires_grad=True)
    out = nn.Sequential(*modules)(x)
    out[0, 0, out.shape[2] // 2, out.shape[3] // 2].backward()
    assert x.grad is not None
    return int((x.grad != 0).sum())


@pytest.mark.parametrize(
    "body",
    [
        "input 3x28x28; conv 64 5x5 pad=2",  # few channels come in: the row would cost more
        "input 64x28x28; conv 64 3x3 pad=1",
        "input 64x28x28; conv 64 4x4",
        "input 64x28x28; conv 64 1x7",
        "input 64x28x28; conv 64 5x5 stride=2 pad=2",
        "input 64x28x28; conv 64 5x5 dilation=2",
        "input 64x28x28; conv 64 5x5 groups=64",  # depthwise
        "input 64x28x28; conv 64 5x5 pad=[[2, 1], [2, 1]]",
        "input 64x28x28; conv 64 5x5 pad=3",  # padded by more than the row can be
        "input 64x100; conv 64 5",  # 6 weights instead of 5
        "input 96x27x27; conv 256 5x5 pad=2 groups=2",
        "input 64x28x28; conv_transpose 64 5x5",
        "input 64x28x28; maxpool 5x5 stride=1",
        "input 64xHxW; conv 64 5x5",
    ],
)
def test_large_kernels_that_are_let_pass(body: str) -> None:
    assert "large-kernel" not in codes(body)


def test_the_inception_lecture() -> None:
    """120 million multiply-adds against 12.4: Ng, Convolutional neural networks, week 2."""
    found = only("input 192x28x28; conv 32 5x5 pad=same", "missing-bottleneck")
    window = nn.Conv2d(192, 32, 5, padding=2)
    now = cost((192, 28, 28), window)
    then = cost((192, 28, 28), nn.Conv2d(192, 16, 1), nn.Conv2d(16, 32, 5, padding=2))
    assert (now[0], then[0]) == (120_422_400, 12_443_648)
    assert figures(found.message) == [now[0], 16, then[0], 10]
    assert found.help is not None
    assert "`conv 16 1x1 -> conv 32 5x5 pad=same`" in found.help
    assert figures(found.help) == [then[1], now[1]]


@pytest.mark.parametrize(
    ("body", "few", "module"),
    [
        ("input 192x28x28; conv 32 3x3 pad=1", 16, nn.Conv2d(192, 32, 3, padding=1)),
        (
            "input 256x15x15; conv 32 5x5 stride=2 bias=false",
            16,
            nn.Conv2d(256, 32, 5, 2, bias=False),
        ),
        ("input 256x9x9x9; conv 40 3x3x3", 20, nn.Conv3d(256, 40, 3)),
        ("input 256x9x9; conv 32 3x3 dilation=2", 16, nn.Conv2d(256, 32, 3, dilation=2)),
    ],
)  # fmt: skip
def test_missing_bottleneck(body: str, few: int, module: nn.Module) -> None:
    found = only(body, "missing-bottleneck")
    shape = tuple(map(int, body.split(";")[0].split()[1].split("x")))
    kind = type(module)
    assert isinstance(module, (nn.Conv2d, nn.Conv3d))
    again = kind(few, module.out_channels, module.kernel_size, module.stride, module.padding,
                 module.dilation, bias=module.bias is not None)  # fmt: skip
    first = kind(shape[0], few, 1, bias=module.bias is not None)
    now, then = cost(shape, module), cost(shape, first, again)
    assert figures(found.message)[:3] == [now[0], few, then[0]]
    assert figures(found.message)[3] == pytest.approx(100 * then[0] / now[0], abs=0.51)
    assert figures(found.help or "") == [then[1], now[1]]


@pytest.mark.parametrize(
    "body",
    [
        "input 192x28x28; conv 16 1x1 -> relu; conv 32 5x5 pad=2",
        "input 16x28x28; conv 64 1x1 -> batchnorm -> relu; conv 16 3x3",  # a 1x1 stands before it
        "input 64x28x28; conv 64 3x3 pad=1",  # 45 % less work, at a price
        "input 3x224x224; conv 96 11x11 stride=4",
        "input 256x28x28; conv 1 3x3 pad=1",
        "input 192x28x28; conv 32 5x5 groups=32",
        "input 192x28x28; conv 32 1x1",
        "input 512x7x7; conv 4096 7x7",
        "input 192xHxW; conv 32 5x5 pad=2",
    ],
)
def test_bottlenecks_that_are_not_missing(body: str) -> None:
    assert "missing-bottleneck" not in codes(body)


def test_dense_head() -> None:
    body = "input 3x32x32; conv 32 3x3 stride=2 pad=1; flatten; linear 100; relu; linear 10"
    found = only(body, "dense-head")
    conv, now = 28 * 32, cost((8192,), nn.Linear(8192, 100))[1]
    last = cost((100,), nn.Linear(100, 10))[1]
    then = cost((32, 16, 16), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 100))[1]
    alone = cost((32, 16, 16), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))[1]
    share = round(100 * now / (conv + now + last))
    assert figures(found.message) == [8192, now, share, 32, then]
    assert figures(found.help or "") == [alone, now + last, 2]
    assert "`global_avgpool -> flatten -> linear 100`" in (found.help or "")
    assert "`linear 10` alone" in (found.help or "")


def test_dense_head_of_vgg16() -> None:
    """fc6 against PyTorch, and the whole against the published 138,357,544."""
    import archc

    (found,) = archc.load("vgg16", advise=True).advice
    fc6 = 25088 * 4096 + 4096
    three = fc6 + 4096 * 4097 + 4097 * 1000
    share = round(100 * fc6 / 138_357_544)
    assert figures(found.message) == [25088, fc6, share, 512, 513 * 4096]
    assert figures(found.help or "") == [513 * 1000, three, 3]


@pytest.mark.parametrize(
    "body",
    [
        "input 1x28x28; flatten; linear 100; linear 10",  # nothing has seen the image yet
        "input 1x28x28; conv 8 1x1; flatten; linear 10",
        "input 3x32x32; conv 8 3x3; global_avgpool; flatten; linear 10",
        "input 3x9x9; conv 512 3x3; conv 512 3x3; conv 512 3x3; avgpool 3; flatten; linear 10",
        "input 3x9x9; conv 512 3x3; conv 512 3x3 -> maxpool 2; flatten; linear 10",  # 2 % less
        "input 3x9x9; conv 8 3x3; aux: output training { flatten; linear 10 }; conv 3 1x1",
        "input 3x32x32; conv 8 3x3; permute [1, 2, 0]; linear 10 axis=-1",
        "input 3x32x32; conv 8 3x3; mul { identity; { global_avgpool -> conv 8 1x1 -> sigmoid } }",
    ],
)
def test_heads_that_are_let_pass(body: str) -> None:
    assert "dense-head" not in codes(body)


@pytest.mark.parametrize(("size", "stride"), [(56, 2), (7, 2), (10, 3)])
def test_dropped_pixels(size: int, stride: int) -> None:
    """The positions by the gradient; the operations of the mean by its windows."""
    found = only(f"input 8x{size}x{size}; conv 4 1x1 stride={stride}", "dropped-pixels")
    x = torch.rand(1, 8, size, size, requires_grad=True)
    nn.Conv2d(8, 4, 1, stride)(x).sum().backward()
    assert x.grad is not None
    read = int((x.grad[0, 0] != 0).sum())
    mean = nn.AvgPool2d(stride, ceil_mode=True)
    assert figures(found.message) == [read, size**2, size**2 - read]
    assert nn.Conv2d(8, 4, 1)(mean(x)).shape == nn.Conv2d(8, 4, 1, stride)(x).shape
    y = torch.rand(1, 1, size, size, requires_grad=True)
    (mean(y) * 1.0).sum().backward()
    assert y.grad is not None
    assert bool((y.grad > 0).all())  # reads them all
    assert figures(found.help or "") == [8 * size**2]  # an addition for each value that it reads


@pytest.mark.parametrize("kind", ["maxpool", "avgpool"])
def test_pixels_dropped_by_a_pool(kind: str) -> None:
    found = only(f"input 8x10x12; {kind} 1 stride=[2, 3]", "dropped-pixels")
    x = torch.rand(1, 8, 10, 12, requires_grad=True)
    pool = nn.MaxPool2d if kind == "maxpool" else nn.AvgPool2d
    pool(1, (2, 3))(x).sum().backward()
    assert x.grad is not None
    assert figures(found.message) == [int((x.grad[0, 0] != 0).sum()), 120, 100]
    assert figures(found.help or "") == [8 * (10 * 12 - 20)]  # a mean of 6 for a window of 1


def test_what_becomes_of_dropped_pixels() -> None:
    lost = "input 8x8x8; r: conv 8 3x3 pad=1; add { conv 4 1x1 stride=2; conv 4 1x1 stride=2 }"
    assert all("nothing reads the other 48 of `r`" in one.message for one in advice(lost))
    kept = (
        "input 8x8x8; r: conv 8 3x3 pad=1; add { conv 4 1x1 stride=2; conv 4 3x3 stride=2 pad=1 }"
    )
    (one,) = advice(kept)
    assert "the other 48 are read elsewhere" in one.message
    out = "input 8x8x8; r: conv 8 3x3 pad=1; x: output conv 4 1x1 stride=2"
    (one,) = advice(out)
    assert "the other 48 are the network's result" in one.message


@pytest.mark.parametrize(
    "body",
    [
        "input 8x8x8; conv 4 1x1",
        "input 8x8x8; conv 4 3x3 stride=2 pad=1",
        "input 8x1x1; conv 4 1x1 stride=2",
        "input 8x8x8; avgpool 2; conv 4 1x1",
        "input 8x8x8; maxpool 2",
    ],
)
def test_pixels_that_are_read(body: str) -> None:
    assert "dropped-pixels" not in codes(body)
