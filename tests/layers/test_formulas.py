"""The formulas of the docstrings, against what the PyTorch form computes."""

from __future__ import annotations

from typing import Any

import pytest

from archc.layers.base import LayerError
from archc.layers.registry import bind
from archc.shapes import Shape

torch = pytest.importorskip("torch")

from tests.each import each  # noqa: E402
from tests.layers.torch_form import runner  # noqa: E402

MAP: Shape = (6, 9, 8)


def computed(kind: str, *positional: Any, **named: Any) -> tuple[Any, Any]:
    torch.default_generator.manual_seed(1)
    x = torch.randn(1, *MAP, dtype=torch.float64)
    run, module = runner(bind(kind, positional, named, 2), [MAP])
    if module is not None:
        module.double().eval()
    with torch.no_grad():
        return x[0], run(x)[0]


@pytest.mark.parametrize("size", [1, 3, 5])
def test_lrn_sums_neighbouring_channels_undivided(size: int) -> None:
    x, y = computed("lrn", size, 0.1, 0.75, 2)
    for c in range(6):
        near = x[max(c - size // 2, 0) : c + size // 2 + 1]
        expected = x[c] / (2 + 0.1 * near.square().sum(0)) ** 0.75
        torch.testing.assert_close(y[c], expected)


def test_channel_shuffle_deals_out_the_groups() -> None:
    x, y = computed("channel_shuffle", 2)
    for group in range(2):
        for place in range(3):
            torch.testing.assert_close(y[place * 2 + group], x[group * 3 + place])


def test_layernorm_acts_over_channels_at_each_position() -> None:
    x, y = computed("layernorm", eps=0)
    expected = (x - x.mean(0)) / x.var(0, unbiased=False).sqrt()
    torch.testing.assert_close(y, expected)


def test_activations() -> None:
    x, y = computed("scaled_tanh")
    torch.testing.assert_close(y, 1.7159 * torch.tanh(x * 2 / 3))
    x, y = computed("hardswish")
    torch.testing.assert_close(y, x * (x + 3).clamp(0, 6) / 6)
    x, y = computed("hardsigmoid")
    torch.testing.assert_close(y, (x + 3).clamp(0, 6) / 6)
    x, y = computed("leaky_relu", 0.2)
    torch.testing.assert_close(y, torch.where(x > 0, x, 0.2 * x))
    x, y = computed("silu")
    torch.testing.assert_close(y, x / (1 + torch.exp(-x)))


def test_same_padding_puts_the_odd_pixel_at_the_end() -> None:
    x, y = computed("avgpool", 2, stride=1, pad="same")
    torch.testing.assert_close(y[:, 0, 0], x[:, :2, :2].mean((1, 2)))
    torch.testing.assert_close(y[:, 8, 7], x[:, 8, 7] / 4)
    x, y = computed("maxpool", 2, stride=1, pad="same")
    torch.testing.assert_close(y[:, 8, 7], x[:, 8, 7])


def test_crop_takes_the_middle() -> None:
    x, y = computed("crop", 4)
    torch.testing.assert_close(y, x[:, 2:6, 2:6])


def test_mirrored_padding_leaves_the_edge_out() -> None:
    x, y = computed("pad", 1, "reflect")
    torch.testing.assert_close(y[:, 0, 1:-1], x[:, 1])
    x, y = computed("pad", 1, "replicate")
    torch.testing.assert_close(y[:, 0, 1:-1], x[:, 0])
    x, y = computed("pad", channels=(0, 2))
    torch.testing.assert_close(y[:6], x)
    assert not y[6:].any()


@pytest.mark.parametrize("size", [(4, 4), (5, 7), (11, 6), (3, 3)])
@each("kernel, stride, pad", [(3, 2, 1), (2, 2, 0), (3, 2, 0), (4, 3, 2)])
@each("ceil", [True, False])
def test_pools_work_on_the_values_that_pytorch_divides_by(
    size: tuple[int, int], kernel: int, stride: int, pad: int, ceil: bool
) -> None:
    """What hangs over the padding is no value: PyTorch's mean leaves it out of its divisor."""
    if kernel > min(size) + 2 * pad:
        return
    named = {"stride": stride, "pad": pad, "ceil": ceil}
    layer = bind("avgpool", (kernel,), named, 2)
    ones = torch.ones(2, *size, dtype=torch.float64)
    pool = torch.nn.functional.avg_pool2d
    sums = pool(ones, kernel, stride, pad, ceil, divisor_override=1)
    divisors = sums / pool(ones, kernel, stride, pad, ceil)
    shape = (2, *size)
    for one in (layer, bind("maxpool", (kernel,), named, 2)):
        assert one.work([shape], one.output([shape])).pooling == round(divisors.sum().item())


def test_adaptive_pools_work_on_the_values_their_windows_read() -> None:
    """PyTorch's windows run from floor(y*n / out) to ceil((y + 1)*n / out)."""
    for n in range(1, 20):
        for out in range(1, 20):
            read = sum(-(-(y + 1) * n // out) - y * n // out for y in range(out))
            assert bind("adaptive_avgpool", (out,), {}, 1).work([(1, n)], (1, out)).pooling == read


@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), (3, 3), (4, 3), (5, 2)])
def test_a_ceil_mode_window_may_hang_over_a_smaller_map(kernel: int, stride: int) -> None:
    """PyTorch takes whatever leaves an output; so do we, and nothing else."""
    for kind in ("MaxPool2d", "AvgPool2d"):
        module = getattr(torch.nn, kind)(kernel, stride, ceil_mode=True)
        layer = bind(kind.lower()[:-2], (kernel,), {"stride": stride, "ceil": True}, 2)
        for n in range(1, 9):
            try:
                wanted = tuple(module(torch.ones(1, 1, n, n)).shape[1:])
            except RuntimeError:
                wanted = None
            try:
                found = layer.output([(1, n, n)])
            except LayerError:
                found = None
            assert found == wanted, (kind, n)
