"""Accepted sizes against brute force: every size tried in numbers, layer by layer."""

from __future__ import annotations

import itertools

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from archc import load
from archc.analysis.sizes import accepted
from archc.analysis.sizes.sets import ANY, SizeSet, listed, repeating
from archc.graph.graph import Graph
from archc.layers.base import LayerError
from archc.shapes import Shape
from tests.analysis.build import Net
from tests.analysis.seen import reads
from tests.specs.library import STEMS, networks


class Brute:
    """A network run on shapes in numbers, with the weights that it has."""

    def __init__(self, graph: Graph) -> None:
        self.nodes = [node for node in graph.nodes if not node.training]
        self.weights = {}
        shapes = {node.index: node.shape for node in graph.nodes}
        for node in self.nodes:
            if node.layer is not None:
                read = [shapes[i] or () for i in node.inputs]
                self.weights[node.index] = node.layer.weights(read)
        self.known: dict[object, Shape | None] = {}

    def takes(self, *sizes: int) -> bool:
        return self.shapes(*sizes) is not None

    def drops(self, axis: int, shapes: dict[int, Shape]) -> bool:
        """Whether the last window of some layer ends before its map does, along an axis."""
        for node in self.nodes:
            if node.layer is None or not node.layer.strides:
                continue
            if node.layer.strides[axis] > node.layer.reach[axis]:
                continue  # what lies between its windows is left out as well, as is meant
            n, out = shapes[node.inputs[0]][axis + 1], shapes[node.index][axis + 1]
            assert isinstance(n, int)
            assert isinstance(out, int)
            if max(reads(node.layer, axis, out - 1, n, out)) < n - 1:
                return True
        return False

    def shapes(self, *sizes: int) -> dict[int, Shape] | None:
        """The shapes of all nodes; None where a layer does not take its input."""
        shapes: dict[int, Shape] = {}
        for node in self.nodes:
            if node.layer is None:
                shapes[node.index] = ((node.shape or ())[0], *sizes)
                continue
            read = tuple(shapes[i] for i in node.inputs)
            key = node.index, read
            if key not in self.known:
                try:
                    found: Shape | None = node.layer.output(read)
                    if node.layer.weights(read) != self.weights[node.index]:
                        found = None
                except LayerError:
                    found = None
                self.known[key] = found
            output = self.known[key]
            if output is None:
                return None
            shapes[node.index] = output
        return shapes


def compare(graph: Graph, most: int, every: bool = True) -> None:
    """Along each axis with the others as they are, and all axes together."""
    found = accepted(graph)
    brute = Brute(graph)
    own = tuple(found.native[letter] for letter in found.letters)
    lines = [[(n,) * len(own) for n in range(1, most + 1)]]
    for axis in range(len(own) if every else 0):
        lines.append([(*own[:axis], n, *own[axis + 1 :]) for n in range(1, most + 1)])
    for sizes in itertools.chain(*lines):
        named = dict(zip(found.letters, sizes, strict=True))
        assert found.takes(named) == brute.takes(*sizes), sizes
    assert found.takes(found.native)


def compare_dropped(graph: Graph, most: int) -> None:
    """The sizes of an axis at which no stride drops a pixel, the others as they are."""
    found = accepted(graph)
    brute = Brute(graph)
    own = tuple(found.native[letter] for letter in found.letters)
    for axis, letter in enumerate(found.letters):
        along = found.along[letter]
        for n in range(1, most + 1):
            shapes = brute.shapes(*own[:axis], n, *own[axis + 1 :])
            if shapes is not None:
                assert (n in along.whole) != brute.drops(axis, shapes), (letter, n)
            elif not found.ties:
                assert n not in along.whole


@pytest.mark.parametrize("name", STEMS)
def test_the_bundled_networks(name):
    """1 to 300 square, and along each axis for the first network of a file; of large ones that."""
    for number, network in enumerate(networks(name).values()):
        small = len(network.layers) < 60
        if (small or not number) and len(network.input or ()) > 1:
            compare(network.graph, 300, every=not number)


@pytest.mark.parametrize("name", STEMS)
def test_sizes_of_which_the_bundled_networks_drop_nothing(name):
    network = next(iter(networks(name).values()))
    compare_dropped(network.graph, 130 if len(network.layers) < 60 else 40)


@pytest.mark.parametrize(
    "body",
    [
        "conv 4 1x3 stride=2",
        "conv 4 [3, 1] stride=[2, 3]; maxpool 2",
        "conv 4 3x3 stride=2 dilation=2; avgpool 3 stride=2 pad=1",
        "conv_transpose 4 3x3 stride=2; maxpool 3 stride=2 ceil=true; conv 4 2x2 stride=2",
    ],
)
def test_each_axis_drops_by_itself(body):
    text = f"network N {{\n input 1x24x24\n {body}\n}}"
    compare_dropped(load(text).network.graph, 60)


CROWDS = {
    "conv 3 3x3 stride=2 pad=1; instancenorm": lambda: [half(2, 3), nn.InstanceNorm2d(3)],
    "conv 3 3x3 stride=2 pad=1; instancenorm; conv 3 3x3 stride=2 pad=1; instancenorm": lambda: [
        *(half(2, 3), nn.InstanceNorm2d(3)),
        *(half(3, 3), nn.InstanceNorm2d(3)),
    ],
    "maxpool 3; instancenorm; flatten; linear 2": lambda: [
        *(nn.MaxPool2d(3), nn.InstanceNorm2d(2)),
        *(nn.Flatten(), nn.Linear(8, 2)),
    ],
    "adaptive_avgpool [1, 5]; instancenorm": lambda: [
        *(nn.AdaptiveAvgPool2d((1, 5)), nn.InstanceNorm2d(2)),
    ],
}


def half(entering: int, channels: int) -> nn.Module:
    return nn.Conv2d(entering, channels, 3, stride=2, padding=1)


@pytest.mark.parametrize("body", CROWDS)
def test_statistics_of_a_single_position_are_refused_as_by_pytorch(body):
    found = load(f"network N {{ input 2x6x6; {body} }}").raise_for_errors().network.sizes
    model = nn.Sequential(*CROWDS[body]()).eval()
    for sizes in itertools.product(range(1, 14), repeat=2):
        try:
            model(torch.zeros(1, 2, *sizes))
            taken = True
        except (RuntimeError, ValueError):
            taken = False
        assert found.takes(dict(zip("HW", sizes, strict=True))) == taken, sizes
    for one, other in itertools.permutations(found.together, 2):
        assert any(one[letter] & other[letter] != one[letter] for letter in "HW")


def test_what_wants_several_positions_says_so():
    opened = load("network N { input 2xHxW; maxpool 2; instancenorm }").network
    (tie,) = opened.sizes.ties
    assert (str(tie.formula), tie.sign, tie.wanted) == ("(H // 2)*(W // 2)", "≥", 2)
    assert "H*W  (H // 2)*(W // 2) ≥ 2" in str(opened)
    (error,) = load("network N { input 2x3x3; maxpool 2; instancenorm }").errors
    assert error.code == "cannot-express"
    assert error.help == "an input of 2x4x3 fits"


LEAST = {
    "alexnet:AlexNetTorchvision": 63,
    "densenet:DenseNet121": 29,
    "googlenet:GoogLeNetTorchvision": 15,
    "vgg:VGG16": 32,
    "resnet:ResNet50": 1,
    "resnext:ResNeXt50_32x4d": 1,
}
"""torchvision 0.29, `min_size` of each model's weights."""


@pytest.mark.parametrize("name", LEAST)
def test_published_least_sizes(name):
    found = load(name).network.sizes
    assert {found.along[letter].sizes.least for letter in found.letters} == {LEAST[name]}


def test_several_inputs_of_one_size_change_together():
    body = "from left\n t: { conv 8 3x3; flatten; linear 4 }\n from right\n share t"
    text = f"network N {{\n input left 1x9x9\n input right 1x9x9\n {body}\n}}"
    found = load(text).network.sizes
    assert [tie.wanted for tie in found.ties] == [8 * 7 * 7]
    assert found.takes({"H": 9, "W": 9})
    assert found.takes({"H": 3, "W": 51})
    body = "from a\n c: conv 4 3 stride=2 pad=1\n from b\n add { conv 4 1; from c }"
    text = f"network N {{\n input a 1x28x28\n input b 1x14x14\n {body}\n}}"
    found = load(text).network.sizes
    assert found.along["H"].sizes == listed([1, 2, 27, 28])  # one row is added to each


KINDS = (
    *("conv", "pool", "same", "transpose", "upsample", "adaptive", "crop", "pad", "gate"),
    *("skip", "fork", "like", "flat", "statistics"),
)


@st.composite
def nets(draw: st.DrawFn, rank: int) -> Graph:
    """Strides, dilation, ceil, transposed convolution, upsampling, crops, joins, dense layers."""
    native = draw(st.integers(20, 60))
    net = Net(2, *[native] * rank)
    for _ in range(draw(st.integers(1, 6))):
        shape = net.nodes[net.at].shape
        if shape is None or len(shape) == 1:
            break
        kind = draw(st.sampled_from(KINDS))
        k, s, d = (draw(st.integers(1, most)) for most in (4, 3, 3))
        window = (k,) * rank
        at = net.at
        pad = draw(st.integers(0, k // 2))
        if kind == "conv":
            net.add("conv", 2, window, stride=s, pad=pad, dilation=d)
        elif kind == "pool":
            net.add("maxpool", window, stride=s, pad=pad, ceil=draw(st.booleans()))
        elif kind == "same":
            net.add("avgpool", window, stride=s, pad="same")
        elif kind == "transpose":
            net.add("conv_transpose", 2, window, stride=s, pad=pad, dilation=d)
        elif kind == "upsample":
            net.add("upsample", scale=s)
        elif kind == "adaptive" and rank == 2:
            net.add("adaptive_avgpool", draw(st.sampled_from(((4, 4), (3, 2), (1, 1)))))
        elif kind == "crop":
            net.add("crop", tuple(max(int(n) - d, 1) for n in shape[1:] if isinstance(n, int)))
        elif kind == "pad":
            modes = ("zeros", "reflect", "replicate")
            net.add("pad", d, mode=draw(st.sampled_from(modes)))
        elif kind == "gate":
            net.add("maxpool", window, stride=s)
            net.add("global_avgpool")
            net.add("mul", inputs=(at, net.at))
        elif kind == "skip":
            net.add("maxpool", (s,) * rank)
            up = net.add("upsample", scale=s)
            net.add(draw(st.sampled_from(("add", "concat", "mul"))), inputs=(at, up))
        elif kind == "fork":
            a = net.add("conv", 2, window, stride=s, pad=pad)
            net.at = at
            b = net.add("maxpool", (s,) * rank, ceil=draw(st.booleans()))
            net.add("concat", inputs=(a, b))
        elif kind == "like":
            net.add("conv", 2, window, stride=s, pad=pad)
            small = net.at
            net.at = at
            net.add(draw(st.sampled_from(("crop", "upsample"))), inputs=(at, small), like=True)
            net.add("add", inputs=(small, net.at))
        elif kind == "statistics":
            net.add("instancenorm")
        elif kind == "flat" and draw(st.booleans()):
            net.add("flatten")
            net.add("linear", 3)
    assume(net.complete)
    return net.graph()


@settings(max_examples=150, deadline=None)
@given(nets(1))
def test_random_programs_on_signals(graph):
    compare(graph, 300)
    compare_dropped(graph, 120)


@settings(max_examples=60, deadline=None)
@given(nets(2))
def test_random_programs_on_maps(graph):
    compare(graph, 120)


# ------------------------------------------------------------------------------------------ sets

SETS = st.one_of(
    st.builds(listed, st.lists(st.integers(1, 40), max_size=8)),
    st.builds(
        lambda early, start, period, residues: repeating(
            lambda n: n in early if n < start else n % period in residues, start, period
        ),
        *(st.sets(st.integers(1, 20)), st.integers(1, 20), st.integers(1, 8)),
        st.sets(st.integers(0, 7)),
    ),
)


@given(SETS, SETS)
def test_sets_meet_member_by_member(one: SizeSet, other: SizeSet) -> None:
    both = one & other
    assert all((n in both) == (n in one and n in other) for n in range(1, 300))
    assert both == repeating(lambda n: n in both, both.start + 3, 2 * both.period)
    assert (one & ANY) == one


@given(SETS, st.integers(1, 120))
def test_the_nearest_members(one: SizeSet, size: int) -> None:
    members = [n for n in range(1, 400) if n in one]
    assert one.below(size) == max((n for n in members if n <= size), default=None)
    assert one.above(size) == min((n for n in members if n >= size), default=None)
    assert one.empty == (not members)
