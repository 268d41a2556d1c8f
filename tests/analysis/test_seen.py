"""Receptive fields against every position of every map, followed by each layer's definition."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc import load
from archc.analysis.facts import Field
from archc.analysis.receptive_field import receptive_fields
from archc.analysis.sight import sight
from archc.graph.graph import Graph
from tests.analysis.build import Net
from tests.analysis.seen import seen
from tests.specs.library import STEMS, networks


def hold(graph: Graph, period: int, axes: int | None = None) -> int:
    """Compares every layer with the measure; returns how many were compared in full.

    `period` is a number of positions after which every phase has come by.
    """
    fields = receptive_fields(graph).fields
    full = 0
    for axis in range(axes or len(graph.nodes[0].shape or ()) - 1):
        for node, field, found in zip(graph.nodes, fields, seen(graph, axis), strict=True):
            assert field is not None, node.path
            if field.whole:
                continue  # it has no view of its own
            inner = [
                (y, one.first, one.last)
                for y, one in enumerate(found)
                if not one.touched and one.first is not None and one.last is not None
            ]
            phases = max(period, Fraction(field.stride[axis]).denominator)
            full += _compare(field, axis, inner, len(inner) >= phases, node.path)
    return full


def _compare(
    field: Field, axis: int, inner: list[tuple[int, int, int]], every: bool, path: str
) -> bool:
    size, hull, stride, padding = (
        column[axis] for column in (field.size, field.hull, field.stride, field.padding)
    )
    for y, first, last in inner:
        assert last - first + 1 <= size, path
        assert y * stride - padding <= first, path
        assert last <= y * stride - padding + hull - 1, path
    if every:
        assert max(last - first + 1 for _, first, last in inner) == size, path
        assert min(first - y * stride for y, first, _ in inner) == -padding, path
        assert max(last - y * stride for y, _, last in inner) == hull - padding - 1, path
    return every


KINDS = (
    "conv",
    "pool",
    "transpose",
    "nearest",
    "linear",
    "corners",
    "like",
    "join",
    "skip",
    "same",
)


@st.composite
def maps(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS, most: int = 6, size: int = 240) -> Graph:
    """Signals through windows, transposed and resized paths, and joins of two of them."""
    net = Net(1, size)
    for _ in range(draw(st.integers(1, most))):
        kind = draw(st.sampled_from(kinds))
        n = net.nodes[net.at].shape[1]  # type: ignore[index]
        assert isinstance(n, int)
        if n < 12 or n > 600:
            break
        k, s, d = (draw(st.integers(1, most)) for most in (4, 3, 3))
        at = net.at
        if kind == "conv":
            pads = (draw(st.integers(0, 3)), draw(st.integers(0, 3)))
            net.add("conv", 1, (k,), stride=s, pad=(pads,), dilation=d)
        elif kind == "pool":
            net.add("maxpool", (k,), stride=s, ceil=draw(st.booleans()))
        elif kind == "same":
            net.add("conv", 1, (k,), stride=s, pad="same")
        elif kind == "transpose":
            net.add("conv_transpose", 1, (k,), stride=s, pad=draw(st.integers(0, 1)), dilation=d)
        elif kind in ("nearest", "linear"):
            net.add("upsample", scale=s, mode=kind)
        elif kind == "corners":
            net.add("upsample", (draw(st.integers(2, 40)),), mode="linear", align_corners=True)
        elif kind == "like":
            net.add("upsample", (draw(st.integers(12, 60)),))
        elif kind == "join":
            a = net.add("conv", 1, (2 * k - 1,), pad=k - 1)
            net.at = at
            b = net.add("conv", 1, (3,), dilation=d, pad=d)
            net.add(draw(st.sampled_from(("add", "concat", "mul"))), inputs=(a, b))
        elif n % s == 0:
            net.add("maxpool", (s,))
            net.add("conv", 1, (3,), pad=1)
            up = net.add("upsample", scale=s, mode=draw(st.sampled_from(("nearest", "linear"))))
            net.add("concat", inputs=(at, up))
    return net.graph()


@settings(max_examples=150, deadline=None)
@given(maps())
def test_every_layer_sees_what_its_positions_see(graph):
    hold(graph, 10**9)


@settings(max_examples=60, deadline=None)
@given(maps(kinds=("conv", "pool", "transpose", "nearest", "linear", "join", "skip"), most=4))
def test_the_figures_are_attained(graph):
    """With enough inner positions for every phase: no window is wider than it must be."""
    period = 1
    for node in graph.nodes:
        if node.kind == "conv_transpose":
            period *= node.layer.stride[0]
        elif node.kind == "upsample":
            period *= node.layer.scale[0]
    assert hold(graph, period) or period > 20


def at_every_border(graph: Graph) -> None:
    """The pixels of every position of every layer, corners included."""
    rank = len(graph.nodes[0].shape or ()) - 1
    found = [seen(graph, axis) for axis in range(rank)]
    for node in graph.nodes:
        shape = [n for n in node.shape or () if isinstance(n, int)]
        for y in range(max(shape[1:])):
            position = [min(y, n - 1) for n in shape[1:]]
            pixels = sight(graph, node, position).get(graph.nodes[0].path)
            wanted = [found[a][node.index][position[a]] for a in range(rank)]
            if any(one.first is None for one in wanted):
                assert pixels is None
                continue
            assert pixels is not None
            for one, by in zip(pixels, wanted, strict=True):
                assert (one[0], one[-1]) == (by.first, by.last), (node.path, position)


@settings(max_examples=25, deadline=None)
@given(maps(size=40, most=4))
def test_borders_see_what_is_left(graph):
    at_every_border(graph)


def spec(body: str, size: str = "1x120x90") -> Graph:
    loaded = load(f"network N {{\n input {size}\n {body}\n}}")
    return loaded.raise_for_errors().network.graph


UNET = """
for i in range(3) {
    enc{i}: { conv 4 3x3 pad=1; relu; conv 4 3x3 pad=1 }
    maxpool 2
}
conv 4 3x3 pad=1
for i in range(3) {
    conv_transpose 4 2x2 stride=2
    concat { identity; from enc{2 - i} }
    conv 4 3x3 pad=1
}
"""
REPEATED = "pad [[2, 3], [0, 5]] mode=replicate; blurpool 3 3; conv 2 3x3 stride=2"
SHAPES = {
    "dilated": ("for d in [1, 2, 4] { conv 4 3x3 dilation=d pad=d }", "1x90x80", 1),
    "causal": ("for d in [1, 2, 4, 8] { conv 4 2 dilation=d pad=[[d, 0]] }", "1x100", 1),
    "unet": (UNET, "1x160x160", 8),
    "resized": (UNET.replace("conv_transpose 4 2x2 stride=2", "upsample 2"), "1x160x160", 8),
    "linear": ("maxpool 2; upsample 2 mode=bilinear; conv 4 3x3", "1x60x60", 2),
    "scales": ("conv 4 3x3 stride=2; upsample scale=[2, 3]", "1x60x61", 6),
    "fractional": ("maxpool 2; conv_transpose 1 16 stride=8 pad=4", "1x40x40", 8),
    "gaps": ("conv_transpose 1 2x2 stride=3 dilation=2; conv 1 2x2", "1x30x30", 3),
    "adaptive": ("conv 4 3x3; adaptive_avgpool 7x5", "1x30x22", 5),
    "mirrored": (f"pad 3 mode=reflect; blurpool 4 2; conv 2 3x3; {REPEATED}", "1x80x72", 1),
    "volume": ("maxpool 2; upsample 2; conv 2 1x2x3 dilation=2", "1x20x24x28", 2),
}


@pytest.mark.parametrize("name", SHAPES)
def test_each_axis_of_every_layer(name):
    body, size, period = SHAPES[name]
    graph = spec(body, size)
    assert hold(graph, period) == len(graph.nodes) * (len(graph.nodes[0].shape or ()) - 1)
    at_every_border(graph)


def sized(*shape: object) -> str:
    return "x".join(map(str, shape))


@pytest.mark.parametrize("name", STEMS)
def test_every_layer_of_the_bundled_networks(name):
    """On inputs so large that some positions of the last map are touched by no border."""
    for one, network in itertools.islice(networks(name).items(), 2):  # depths of one make
        field, shape = network.receptive_field, network.input
        if field is None or shape is None or field.whole or field.size[0] > 1600:
            continue
        size = 64 * (2 * int(max(field.size)) // 64 + 2)
        large = load(name, network=one, input=sized(shape[0], *[size] * (len(shape) - 1)))
        graph = large.networks[one].graph
        for node, own in zip(graph.nodes, receptive_fields(graph).fields, strict=True):
            assert node.layer is None or own is not None
        assert hold(graph, 1, axes=1 if field.size[0] > 400 else 2) > 2


@pytest.mark.parametrize("name", STEMS)
def test_corners_of_the_bundled_networks(name):
    """The first, the middle and the last position of some layers of a file's first network."""
    network = next(iter(networks(name).values()))
    graph = network.graph
    rank = len(graph.nodes[0].shape or ()) - 1
    found = [seen(graph, axis) for axis in range(rank)]
    maps = [node for node in graph.nodes if len(node.shape or ()) == rank + 1 and rank]
    for node in maps[:: max(len(maps) // 6, 1)]:
        shape = [n for n in node.shape or () if isinstance(n, int)]
        own = network.layers[node.path].receptive_field if node.layer else None
        if own is not None and own.whole:
            continue
        for position in ([0] * rank, [n // 2 for n in shape[1:]], [n - 1 for n in shape[1:]]):
            pixels = sight(graph, node, position).get(graph.nodes[0].path)
            wanted = [found[axis][node.index][position[axis]] for axis in range(rank)]
            if pixels is None:  # nothing but padding
                assert any(by.first is None for by in wanted)
                continue
            for one, by in zip(pixels, wanted, strict=True):
                assert (one[0], one[-1]) == (by.first, by.last), (node.path, position)


def last(body: str, size: str) -> Field:
    field = receptive_fields(spec(body, size)).fields[-1]
    assert field is not None
    return field


def test_what_every_position_sees_and_the_hull_of_them():
    field = last("avgpool 2; upsample 2", "1x16x16")
    assert (field.size, field.hull, field.padding) == ((2, 2), (3, 3), (1, 1))
    assert last("maxpool 2; conv_transpose 1 16 stride=8 pad=4", "1x16x16").size == (4, 4)


def test_what_positions_see_of_the_padding_alone_makes_no_size_larger():
    """The cells of an adaptive pool differ, and those that would be widest lie outside."""
    graph = spec("adaptive_avgpool 20x11; conv 1 3 pad=1; upsample 96x50 mode=bilinear", "1x96x50")
    field = receptive_fields(graph).fields[-1]
    assert field is not None
    for axis in range(2):
        inner = [one for one in seen(graph, axis)[-1] if not one.touched]
        sizes = {one.last - one.first + 1 for one in inner if one.last and one.first is not None}
        assert max(sizes) == field.size[axis]


def test_vnet_is_published_with_its_hulls():
    """Milletari, Navab and Ahmadi, V-Net, 2016, Table 1: 476, 528, 546, 551 on the way up."""
    lines = ["conv 4 5x5x5 pad=2"]
    for stage, depth in enumerate((1, 2, 3, 3, 3)):
        if stage:
            lines.append("conv 4 2x2x2 stride=2")
        lines += ["conv 4 5x5x5 pad=2"] * (depth - (not stage))
        lines.append(f"left{stage}: identity")
    for stage, depth in ((3, 3), (2, 3), (1, 2), (0, 1)):
        lines.append("conv_transpose 4 2x2x2 stride=2")
        lines.append(f"concat {{ identity; from left{stage} }}")
        lines += ["conv 4 5x5x5 pad=2"] * depth
        lines.append(f"right{stage}: identity")
    graph = spec("\n".join(lines), "1x128x128x64")
    fields = receptive_fields(graph).fields
    found = {node.label: field for node, field in zip(graph.nodes, fields, strict=True) if field}
    left = [found[f"left{stage}"].size[0] for stage in range(5)]
    assert left == [5, 22, 72, 172, 372]
    assert [found[f"right{stage}"].hull[0] for stage in (3, 2, 1, 0)] == [476, 528, 546, 551]


def test_partial_pools_that_meet_see_the_whole_input():
    """Coordinate attention: one branch sees its row, the other its column."""
    body = "conv 4 3x3 pad=1\n x: mul { identity; {avgpool 16x1}; {avgpool 1x16} }"
    field = last(body, "1x16x16")
    assert field.whole
    assert field.size == (3, 3)
    assert last("mul { avgpool 16x1; avgpool 1x16 }", "1x16x16").whole
    alone = last("conv 4 3x3 pad=1 -> avgpool 1x16", "1x16x16")
    assert (alone.whole, alone.size) == (False, (3, 18))


def test_axes_that_change_their_places_and_come_back():
    body = "conv 4 7x3; permute [1, 2, 0]; layernorm axis=-1; linear 8 axis=-1; permute [2, 0, 1]"
    field = last(body, "1x30x32")
    assert (field.size, field.whole) == ((7, 3), False)
    assert last(body + "; conv 4 1x3", "1x30x32").size == (7, 5)
    assert last("conv 4 7x3; permute [1, 2, 0]; conv 4 1x1; permute [2, 0, 1]", "1x30x32").size == (
        30,
        3,
    )


def test_flat_inputs_are_seen_whole_by_a_dense_layer():
    fields = receptive_fields(spec("relu; linear 8; relu; linear 2", "12")).fields
    assert [field and field.whole for field in fields] == [None, None, True, True, True]
