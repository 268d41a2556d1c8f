"""Shape rules against PyTorch on its meta device, and open sizes against numbers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.layers.base import Layer, LayerError
from archc.layers.registry import bind
from archc.shapes import Axis, Open, Shape

RANKS = st.integers(1, 3)


def per_axis(rank: int, low: int, high: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.tuples(*[st.integers(low, high)] * rank)


def shape_or_none(layer: Layer, shape: Shape) -> Shape | None:
    try:
        return layer.output([shape])
    except LayerError:
        return None


def on_meta(make: Any, shape: Shape, device: str = "meta") -> Shape | None:
    torch = pytest.importorskip("torch")
    try:
        with torch.device(device):
            module = make(torch.nn)
            return tuple(module(torch.empty(1, *shape)).shape[1:])
    except (RuntimeError, ValueError):
        return None


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[Shape, dict[str, Any]]:
    rank = draw(RANKS)
    groups = draw(st.integers(1, 3))
    channels = groups * draw(st.integers(1, 3)) + draw(st.sampled_from((0, 0, 0, 1)))
    arguments = {
        "channels": groups * draw(st.integers(1, 2)),
        "kernel": draw(per_axis(rank, 1, 5)),
        "stride": draw(per_axis(rank, 1, 4)),
        "pad": draw(per_axis(rank, 0, 3)),
        "dilation": draw(per_axis(rank, 1, 3)),
        "groups": groups,
        "bias": draw(st.booleans()),
    }
    return (channels, *draw(per_axis(rank, 1, 20))), arguments


@given(convolutions())
@settings(deadline=None, max_examples=150)
def test_convolution(case: tuple[Shape, dict[str, Any]]) -> None:
    shape, values = case
    rank = len(shape) - 1
    layer = bind("conv", (), values, rank)
    given = dict(values, padding=values["pad"], in_channels=shape[0])
    given.update(out_channels=given.pop("channels"), kernel_size=given.pop("kernel"))
    del given["pad"]
    expected = on_meta(lambda nn: getattr(nn, f"Conv{rank}d")(**given), shape)
    assert shape_or_none(layer, shape) == expected


@given(convolutions(), st.integers(0, 3))
@settings(deadline=None, max_examples=150)
def test_transposed_convolution(case: tuple[Shape, dict[str, Any]], extra: int) -> None:
    shape, values = case
    rank = len(shape) - 1
    layer = bind("conv_transpose", (), {**values, "output_pad": extra}, rank)
    given = dict(values, padding=values["pad"], in_channels=shape[0], output_padding=extra)
    given.update(out_channels=given.pop("channels"), kernel_size=given.pop("kernel"))
    del given["pad"]
    make = lambda nn: getattr(nn, f"ConvTranspose{rank}d")(**given)  # noqa: E731
    expected = on_meta(make, shape, "cpu")  # meta lets a wrong output_padding pass
    if expected is not None and 0 in expected:
        expected = None  # PyTorch makes an empty tensor
    assert shape_or_none(layer, shape) == expected


@st.composite
def pools(draw: st.DrawFn) -> tuple[Shape, dict[str, Any]]:
    rank = draw(RANKS)
    arguments = {
        "kernel": draw(per_axis(rank, 1, 5)),
        "stride": draw(st.none() | per_axis(rank, 1, 5)),
        "pad": draw(per_axis(rank, 0, 2)),
        "ceil": draw(st.booleans()),
    }
    return (2, *draw(per_axis(rank, 1, 20))), arguments


def pool_values(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "kernel_size": values["kernel"],
        "stride": values["stride"],
        "padding": values["pad"],
        "ceil_mode": values["ceil"],
    }


@given(pools(), st.integers(1, 3))
@settings(deadline=None, max_examples=200)
def test_max_pooling(case: tuple[Shape, dict[str, Any]], dilation: int) -> None:
    shape, values = case
    rank = len(shape) - 1
    layer = bind("maxpool", (), {**values, "dilation": dilation}, rank)
    given = {**pool_values(values), "dilation": dilation}
    expected = on_meta(lambda nn: getattr(nn, f"MaxPool{rank}d")(**given), shape)
    ours = shape_or_none(layer, shape)
    if ours is None and expected is not None:
        # PyTorch's ceil mode lets a window that does not fit at all hang over the end.
        assert values["ceil"]
        return
    assert ours == expected


@given(pools())
@settings(deadline=None, max_examples=200)
def test_average_pooling(case: tuple[Shape, dict[str, Any]]) -> None:
    shape, values = case
    rank = len(shape) - 1
    layer = bind("avgpool", (), values, rank)
    given = pool_values(values)
    expected = on_meta(lambda nn: getattr(nn, f"AvgPool{rank}d")(**given), shape)
    ours = shape_or_none(layer, shape)
    if ours is None and expected is not None:
        assert values["ceil"]
        return
    assert ours == expected


@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 5), st.integers(1, 3))
def test_same_padding(n: int, kernel: int, stride: int, dilation: int) -> None:
    named = {"pad": "same", "stride": stride, "dilation": dilation}
    layer: Any = bind("conv", (1, kernel), named, 1)
    (out,) = layer.output([(1, n)])[1:]
    assert out == -(-n // stride)
    ((begin, end),) = layer.pads((1, n))
    assert 0 <= end - begin <= 1
    reach = dilation * (kernel - 1) + 1
    room = n + begin + end - reach
    assert room // stride + 1 == out
    assert begin + end == 0 or room - (out - 1) * stride == 0  # no more than needed
    assert layer.uneven((1, n)) == (begin != end)


CHAIN = st.one_of(
    st.tuples(
        st.just("conv"),
        st.integers(1, 5),
        st.integers(1, 3),
        st.one_of(st.integers(0, 2), st.just("same")),
    ),
    st.tuples(st.just("maxpool"), st.integers(2, 4), st.integers(1, 3), st.integers(0, 1)),
    st.tuples(st.just("ceilpool"), st.integers(2, 4), st.integers(1, 3), st.integers(0, 1)),
    st.tuples(st.just("conv_transpose"), st.integers(1, 4), st.integers(1, 3), st.just(0)),
    st.tuples(st.just("upsample"), st.just(0), st.integers(1, 3), st.just(0)),
    st.tuples(st.just("pad"), st.just(0), st.just(0), st.integers(0, 3)),
)


def link(step: tuple[Any, ...]) -> Layer:
    kind, kernel, stride, pad = step
    if kind in ("conv", "conv_transpose"):
        return bind(kind, (2, kernel), {"stride": stride, "pad": pad}, 1)
    if kind == "upsample":
        return bind(kind, (stride,), {}, 1)
    if kind == "pad":
        return bind(kind, (pad,), {}, 1)
    named = {"stride": stride, "pad": pad, "ceil": kind == "ceilpool"}
    return bind("maxpool", (kernel,), named, 1)


def at(axis: Axis, n: int) -> int:
    """An open size with a number for its letter."""
    value = eval(str(axis), {"H": n, "min": min})
    assert isinstance(value, int)
    return value


@given(st.lists(CHAIN, max_size=6), st.integers(20_000, 20_100))
@settings(max_examples=400)
def test_open_sizes_agree_with_numbers(steps: list[tuple[Any, ...]], n: int) -> None:
    opened: Shape = (2, Open("H"))
    known: Shape = (2, n)
    for step in steps:
        layer = link(step)
        opened, known = layer.output([opened]), layer.output([known])
        assert at(opened[1], n) == known[1], (step, opened)


@given(
    st.lists(CHAIN.filter(lambda step: step[0] not in ("conv_transpose", "upsample")), max_size=8)
)
def test_convolution_and_pooling_have_a_closed_form(steps: list[tuple[Any, ...]]) -> None:
    shape: Shape = (2, Open("H"))
    for step in steps:
        shape = link(step).output([shape])
    (axis,) = shape[1:]
    assert isinstance(axis, Open)
    assert axis.atom == "H"
    assert axis.multiplier == 1
    assert axis.constant == 0


def test_open_sizes_are_shown_plainly() -> None:
    shape: Shape = (3, Open("H"), Open("W"))
    stem = bind("conv", (64, 7), {"stride": 2, "pad": 3}, 2).output([shape])
    assert [str(axis) for axis in stem] == ["64", "(H + 1) // 2", "(W + 1) // 2"]
    pooled = bind("maxpool", (3,), {"stride": 2, "pad": 1}, 2).output([stem])
    assert [str(axis) for axis in pooled[1:]] == ["(H + 3) // 4", "(W + 3) // 4"]
    assert bind("upsample", (2,), {}, 2).output([(1, Open("H"), 7)]) == (1, Open("H", 2), 14)
    flat = bind("flatten", (), {}, 2).output([(512, Open("H"), 7)])
    assert [str(axis) for axis in flat] == ["3584*H"]
    assert bind("global_avgpool", (), {}, 2).output([shape]) == (3, 1, 1)
    assert bind("crop", (), {"like": "x"}, 2).output([shape, (9, 5, Open("H"))]) == (
        *(3, 5),
        Open("H"),
    )


def test_windows_on_open_sizes() -> None:
    shape: Shape = (3, Open("H"), Open("W"))
    same = bind("conv", (8, 3), {"pad": "same"}, 2)
    assert [window.padding for window in same.windows([shape])] == [1, 1]  # type: ignore[union-attr]
    strided = bind("conv", (8, 3), {"pad": "same", "stride": 2}, 2)
    assert strided.windows([shape]) == "unknown"
    assert strided.output([shape]) == (8, Open("H", 1, 1, 2), Open("W", 1, 1, 2))


def test_merges_of_open_sizes() -> None:
    height = Open("H")
    add = bind("add", (), {}, 2)
    assert add.output([(8, height, 4), (8, 14, 4)]) == (8, 14, 4)
    with pytest.raises(LayerError):
        add.output([(8, height, 4), (8, height + 1, 4)])
    assert bind("concat", (), {}, 2).output([(8, height, 4), (3, height, 4)]) == (11, height, 4)
    assert bind("mul", (), {}, 2).output([(8, height, 4), (8, 1, 1)]) == (8, height, 4)
