"""Receptive fields: published figures, and the gradients of PyTorch."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.analysis.analyse import analyse
from archc.analysis.facts import Field
from archc.analysis.receptive_field import receptive_fields
from archc.graph.graph import Graph
from archc.shapes import Open
from tests.analysis import networks, slim
from tests.analysis.build import Net
from tests.analysis.torch_run import Runner

PUBLISHED = Path(__file__).parents[1] / "data" / "analysis" / "end_points.csv"


def field_of(graph: Graph, path: str) -> Field:
    fields = receptive_fields(graph).fields
    found = next(fields[node.index] for node in graph.nodes if node.path == path)
    assert found is not None
    return found


def figures(field: Field) -> tuple[object, ...]:
    for column in field[:5]:
        assert len(set(column)) == 1
    return field.size[0], field.stride[0], field.padding[0]


# ------------------------------------------------------------------------- published figures


LINES = [line for line in PUBLISHED.read_text().splitlines() if not line.startswith("#")]
ROWS = list(csv.DictReader(LINES))


@pytest.mark.parametrize("model", slim.NETWORKS)
def test_published_end_points(model):
    """Every row: size and stride at any input, the padding where one is printed."""
    rows = [row for row in ROWS if row["model"] == model]
    assert len(rows) >= 12
    for size in (224, 321):
        graph = slim.NETWORKS[model](size).graph()
        for row in rows:
            if row["input"] not in ("None", str(size)):
                continue
            wanted = tuple(int(row[name]) for name in ("size", "stride"))
            found = figures(field_of(graph, row["endpoint"]))
            assert found[:2] == wanted, row
            assert row["padding"] in ("None", str(found[2])), row


def test_every_published_row_is_compared():
    assert {row["model"] for row in ROWS} == set(slim.NETWORKS)
    assert len(ROWS) == 263


def test_vgg16_ends_at_its_last_map():
    graph = networks.vgg(adaptive=False)
    facts = analyse(graph)
    assert facts.field_at == "features.30"
    field = field_of(graph, "features.30")
    assert figures(field) == (212, 32, 90)
    assert field.center == (Fraction(31, 2), Fraction(31, 2))
    assert field.aligned
    assert not field.whole
    assert field_of(graph, "classifier.0").whole


@pytest.mark.parametrize(("on_3x3", "wanted"), [(True, (427, 32, 213)), (False, (483, 32, 241))])
def test_resnet50_depends_on_where_the_stride_is(on_3x3, wanted):
    """483 / 32 / 239 is published for a pool1 padded at the end alone; evenly padded it is 241."""
    graph = networks.resnet(stride_on_3x3=on_3x3)
    assert analyse(graph).field_at == "layer4.2.relu3"
    field = field_of(graph, "layer4.2.relu3")
    assert figures(field) == wanted
    assert field.center == (0, 0)
    assert field.aligned


# ------------------------------------------------------------------------ gradients of PyTorch


def probe(graph: Graph, position: tuple[int, int]) -> list[tuple[int, int]]:
    """The first and last pixel on which one place of the result depends, per axis."""
    runner = Runner(graph, frozenset(), training=False)
    shape = graph.nodes[0].shape
    image = torch.rand(1, *shape).requires_grad_()  # type: ignore[misc]
    out = runner.run([image])[0]
    out[0, :, position[0], position[1]].sum().backward()
    assert image.grad is not None
    seen = image.grad[0].abs().sum(0) > 0
    spans = []
    for axis in (1, 0):
        places = seen.any(axis).nonzero().flatten()
        if not len(places):  # it reads nothing but padding
            return []
        spans.append((int(places[0]), int(places[-1])))
    return spans


@st.composite
def sliding(draw: st.DrawFn) -> Graph:
    """Convolutions and average pools of all kinds, some in parallel; every weight is positive."""
    net = Net(1, 64, 64)
    for _ in range(draw(st.integers(1, 4))):
        kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
        stride = draw(st.tuples(st.integers(1, 2), st.integers(1, 3)))
        pad = draw(st.integers(0, min(kernel) // 2))
        dilation = draw(st.integers(1, 2))
        kind = draw(st.sampled_from(("conv", "avgpool", "two", "leaky")))
        if kind == "conv":
            net.add("conv", 1, kernel, stride=stride, pad=pad, dilation=dilation)
        elif kind == "avgpool":
            net.add("avgpool", kernel, stride=stride, pad=pad)
        elif kind == "two":
            x = net.at
            a = net.add("conv", 1, 3, stride=stride, pad=1)
            net.at = x
            net.add("conv", 1, 1, stride=stride)
            net.add("concat", inputs=(a, net.at))
        else:
            net.add("leaky_relu")
        shape = net.nodes[net.at].shape
        if shape is None or any(isinstance(n, int) and n < 12 for n in shape[1:]):
            break
    return net.graph()


@settings(max_examples=80, deadline=None)
@given(sliding(), st.data())
def test_gradients_reach_as_far_as_the_field(graph, data):
    shape = graph.nodes[graph.results[0].node].shape
    field = receptive_fields(graph).fields[graph.results[0].node]
    if shape is None or field is None:
        return
    position = tuple(data.draw(st.integers(0, n - 1)) for n in shape[1:])
    for axis, (first, last) in enumerate(probe(graph, position)):
        low = position[axis] * field.stride[axis] - field.padding[axis]
        high = low + field.size[axis] - 1
        assert max(low, 0) <= first
        assert last <= min(high, 63)
        if low >= 0 and high < 64:  # at the edge a dilated window may skip the outermost pixel
            assert (low, high) == (first, last)


# ------------------------------------------------------------------------------------- joins


def test_the_hull_of_misaligned_paths():
    net = Net(1, 32, 32)
    a = net.add("conv", 1, (2, 3), stride=2, pad=((0, 0), (1, 1)))
    net.at = 0
    b = net.add("conv", 1, 1, stride=2)
    net.add("concat", inputs=(a, b))
    field = field_of(net.graph(), "concat1")
    assert field.size == (2, 3)
    assert field.padding == (0, 1)
    assert field.center == (Fraction(1, 2), 0)
    assert field.misalignment == (Fraction(1, 2), 0)
    assert not field.aligned


def test_misalignment_adds_up_over_joins():
    """Each join doubles the ways; the greatest distance is between all-left and all-right."""
    net = Net(1, 64, 64)
    for _ in range(3):
        x = net.at
        a = net.add("pad", ((2, 0), (2, 0)))
        net.at = x
        b = net.add("pad", ((0, 2), (0, 2)))
        net.add("add", inputs=(a, b))
    field = field_of(net.graph(), "add3")
    assert field.size == (7, 7)
    assert field.misalignment == (6, 6)


def test_a_gate_sees_all_and_leaves_the_local_figure():
    net = Net(4, 32, 32)
    x = net.add("conv", 4, 3, pad=1, stride=2, name="conv")
    net.add("global_avgpool", name="pool")
    net.add("conv", 4, 1, name="excite")
    net.add("sigmoid", name="sigmoid")
    net.add("mul", inputs=(x, net.at), name="gated")
    net.add("conv", 4, 3, pad=1, name="next")
    graph = net.graph()
    facts = analyse(graph)
    assert [layer.field and layer.field.whole for layer in facts.layers] == [
        False,
        False,
        True,
        True,
        True,
        True,
        True,
    ]
    assert field_of(graph, "gated")[:5] == field_of(graph, "conv")[:5]
    assert figures(field_of(graph, "next")) == (7, 2, 3)
    assert facts.field_at == "next"
    assert facts.mismatches == ()


def test_statistics_of_the_map_are_seen_beside_the_position():
    net = Net(4, 32, 32)
    net.add("conv", 4, 3)
    net.add("groupnorm", 2, name="norm")
    net.add("conv", 4, 3, name="end")
    graph = net.graph()
    assert figures(field_of(graph, "end")) == (5, 1, 0)
    assert field_of(graph, "end").whole
    assert analyse(graph).field_at == "end"


def test_a_pooled_branch_joins_without_a_finding():
    net = Net(4, 32, 32)
    x = net.add("conv", 4, 3, stride=2, pad=1)
    net.add("global_avgpool")
    net.add("upsample", size=(16, 16))
    net.add("concat", inputs=(x, net.at), name="join")
    graph = net.graph()
    assert figures(field_of(graph, "join")) == (3, 2, 1)
    assert field_of(graph, "join").whole
    assert receptive_fields(graph).mismatches == ()


def test_strides_that_differ_are_reported():
    net = Net(1, 32, 32)
    a = net.add("conv", 1, 2, stride=2)
    net.at = 0
    b = net.add("crop", (16, 16))
    join = net.add("add", inputs=(a, b))
    (found,) = receptive_fields(net.graph()).mismatches
    assert found == (join, (a, b), ((2, 2), (1, 1)))


def test_an_upsampled_odd_map_is_no_mismatch():
    net = Net(1, 65, 65)
    net.add("conv", 1, 3, stride=2, pad=1)
    x = net.at
    net.add("conv", 1, 3, stride=2, pad=1)
    net.add("upsample", size=(33, 33))
    net.add("add", inputs=(x, net.at))
    assert receptive_fields(net.graph()).mismatches == ()


def test_depth_up_and_down_comes_back_to_whole_strides():
    net = Net(1, 32, 32)
    x = net.at
    net.add("maxpool", 2)
    net.add("conv_transpose", 1, 2, stride=2)
    net.add("concat", inputs=(x, net.at), name="join")
    field = field_of(net.graph(), "join")
    assert field.stride == (1, 1)
    assert type(field.stride[0]) is int


# ------------------------------------------------------------------------------ several inputs


def test_inputs_of_equal_rank_count_in_their_own_pixels():
    net = Net(1, 32, 32)
    a = net.add("conv", 1, 3, pad=1)
    net.input("other", 1, 32, 32)
    b = net.add("conv", 1, 5, pad=2)
    net.add("add", inputs=(a, b), name="join")
    assert figures(field_of(net.graph(), "join")) == (5, 1, 2)


def test_inputs_of_different_rank_have_no_common_field():
    net = Net(6, 32, 32)
    net.add("global_avgpool")
    a = net.add("flatten")
    b = net.input("words", 6)
    net.add("add", inputs=(a, b))
    assert receptive_fields(net.graph()).fields[-1] is None


def test_open_sizes_have_fields_too():
    net = Net(3, Open("H"), Open("W"))
    net.add("conv", 4, 7, stride=2, pad=3)
    net.add("maxpool", 3, stride=2, pad=1, name="pool")
    assert figures(field_of(net.graph(), "pool")) == (11, 4, 5)


def test_what_depends_on_an_open_size_is_unknown():
    net = Net(3, Open("H"), Open("W"))
    net.add("conv", 4, 3, stride=2, pad="same")
    net.add("conv", 4, 3)
    assert receptive_fields(net.graph()).fields[1:] == [None, None]
    assert analyse(net.graph()).field_at is None


def test_signals_and_volumes():
    net = Net(1, 100)
    net.add("conv", 4, (3,), dilation=(4,), name="a")
    assert field_of(net.graph(), "a").size == (9,)
    net = Net(1, 16, 16, 16)
    net.add("conv", 4, (1, 2, 3), name="a")
    assert field_of(net.graph(), "a").size == (1, 2, 3)


def test_vectors_have_none_but_what_reads_all_of_them():
    net = Net(12)
    net.add("relu")
    net.add("linear", 3)
    *before, field = receptive_fields(net.graph()).fields
    assert before == [None, None]
    assert field is not None
    assert (field.size, field.whole) == ((), True)
