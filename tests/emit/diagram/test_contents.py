"""What closed boxes say of what is in them, and that what they fold is of one structure."""

from __future__ import annotations

import re

import pytest

from archc.emit import sizing
from archc.emit.diagram import Options, draw
from archc.emit.diagram.alike import Alike, spread
from archc.emit.diagram.build import view
from archc.emit.diagram.contents import _divided
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.inside import leaving, told
from archc.emit.diagram.parts import Box, leaves
from tests.emit.diagram.dots import Drawn, checked, drawn, read
from tests.emit.diagram.placed import dot_for
from tests.emit.networks import bundled_networks, drawn_networks, random_network

NETWORKS = dict((*bundled_networks(), *drawn_networks()))
TERSE = Options(shown=frozenset(), terse=True)


def said(inner: str, shape: str = "8x16x16", widths: bool = True) -> str:
    """What is told of a group with this text in it."""
    text = f"network N {{\n input {shape}\n start: relu\n group: {{ {inner} }}\n relu\n}}"
    (network,) = checked(text).networks
    nodes = [node for node in network.graph.nodes if node.path.startswith("group")]
    return " ".join(told(network.graph, nodes, widths))


@pytest.mark.parametrize(
    ("merge", "words"),
    [("add", "3\u00d73 8 | identity; sum"), ("concat", "skip | 3\u00d73 8; concat")],
)
def test_ways_that_are_added_stand_in_the_order_of_the_arrows_that_bring_them(
    merge: str, words: str
) -> None:
    """`a` stands before `b`; of a concat the order is what it does."""
    text = (
        "network N {\n input 8x16x16\n a: conv 8 1x1\n b: conv 8 1x1\n"
        f" group: {{ {merge} {{ from b; {{ from a; conv 8 3x3 pad=1 }} }} }}\n}}"
    )
    (network,) = checked(text).networks
    nodes = [node for node in network.graph.nodes if node.path.startswith("group")]
    assert " ".join(told(network.graph, nodes)) == words


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("conv 4 1x1 -> relu; conv 6 3x3 stride=2 pad=1", "1\u00d71 4 \u2192 3\u00d73 6, stride 2"),
        ("conv 8 3x3 pad=1; conv 8 3x3 pad=1; conv 8 3x3 pad=1", "3 \u00d7 (3\u00d73 8)"),
        ("conv 8 3x3 pad=2 dilation=2 groups=8", "3\u00d73, depthwise, dilation 2"),
        ("conv 8 3x3 pad=1 groups=4", "3\u00d73 8, 4 groups"),
        (
            "add { identity; { conv 8 3x3 pad=1 -> relu; conv 8 1x1 } }; relu",
            "identity | 3\u00d73 8 \u2192 1\u00d71 8; sum",
        ),
        (
            "concat { conv 4 1x1; for d in [2, 4] { conv 4 3x3 pad=d dilation=d } }",
            "1\u00d71 4 | 2 parallel 3\u00d73 4, dilations 2, 4; concat",
        ),
        (
            "mul { identity; { global_avgpool; conv 2 1x1 -> relu; conv 8 1x1 -> sigmoid } }",
            "identity | global avg pool \u2192 1\u00d71 2 \u2192 1\u00d71 8 \u2192 sigmoid; "
            "product",
        ),
        (
            "add { identity; { conv 8 1x1; conv 8 2x2 stride=2; upsample 2 };"
            " { conv 8 1x1; conv 8 4x4 stride=4; upsample 4 } }",
            "identity | 1\u00d71 8 \u2192 2\u00d72 8, stride 2 \u2192 up 2 | "
            "1\u00d71 8 \u2192 4\u00d74 8, stride 4 \u2192 up 4; sum",
        ),
        (
            "add { global_avgpool -> upsample [16, 16]; maxpool 2x1 -> upsample scale=[2, 1] }",
            "global avg pool \u2192 up to 16\u00d716 | max 2\u00d71 \u2192 up 2\u00d71; sum",
        ),
        (
            "add { conv 8 3x3 pad=1; conv 8 3x3 pad=2 dilation=2 }",
            "2 parallel 3\u00d73 8, dilations 1, 2; sum",
        ),
        ("add { conv 8 1x1; conv 8 1x1 }", "2 parallel 1\u00d71 8; sum"),
        (
            "add { { conv 8 1x1; conv 8 3x3 pad=1 }; { conv 8 1x1; conv 8 3x3 pad=1 } }",
            "2 parallel (1\u00d71 8 \u2192 3\u00d73 8); sum",
        ),
        ("concat { from start; conv 4 1x1 }; conv 6 1x1",
         "(identity | 1\u00d71 4; concat) \u2192 1\u00d71 6"),
    ],
)  # fmt: skip
def test_what_is_in_a_box(inner: str, words: str) -> None:
    assert said(inner) == words


def test_widths_may_be_left_out() -> None:
    assert said("conv 4 1x1; conv 6 3x3 pad=1", widths=False) == "1\u00d71 \u2192 3\u00d73"


def test_along_one_axis_a_kernel_says_that_it_is_one() -> None:
    assert said("conv 4 3 pad=1", "8x16") == "k=3 4"


def test_ways_that_cross_are_not_told() -> None:
    network = NETWORKS["dpn:DPN92"]
    graph = network.graph
    assert not told(graph, [node for node in graph.nodes if node.path.startswith("conv2.1.")])
    picture = terse("dpn:DPN92", "conv2")
    inside = [node for node in graph.nodes if re.match(r"conv2\.", node.path)]
    every = sum(network.facts.layers[node.index].params or 0 for node in inside)
    assert every == 173_248
    (box,) = picture.find("DualPath", "173.2 K param", "in all")  # of all that stand in a row
    words = " ".join(picture.boxes[box])
    assert "3 conv (1\u00d71, 3\u00d73 in 32 groups), sum, concat" in words  # and no row of them


def test_a_gate_and_its_residual_are_told_in_narrow_boxes_too() -> None:
    picture = terse("wavenet", "for1")
    (box,) = picture.find("round 0")
    words = " ".join(picture.boxes[box])
    assert "\u2192 tanh |" in words
    assert "sigmoid; product)" in words
    assert "identity; sum" in words


def test_what_is_cut_on_its_way_past_says_so() -> None:
    picture = terse("unet", "")
    assert len(picture.find("Up", "(skip \u2192 crop |")) == 4


def test_what_is_drawn_elsewhere_in_other_widths_says_so() -> None:
    picture = read(Picture(NETWORKS["se_resnet"], Options()).text())
    told = [" ".join(texts) for texts in picture.boxes.values()]
    assert any("inside as layer1.0 but stride 2 and other widths" in text for text in told)
    assert any("inside as layer1.1 but other widths" in text for text in told)
    picture = read(Picture(NETWORKS["dpn:DPN92"], Options()).text())
    told = [" ".join(texts) for texts in picture.boxes.values() if "inside as conv2.1" in texts]
    assert told
    assert not any("other widths" in text for text in told)


def test_what_follows_a_merge_begins_a_line() -> None:
    picture = terse("unet", "")
    assert picture.find("Up", "3\u00d73 64 \u2192 3\u00d73 64")


def test_each_way_has_a_line_of_its_own() -> None:
    picture = terse("googlenet:GoogLeNet", "")
    rows = [texts for texts in picture.boxes.values() if "1\u00d71 |" in texts]
    assert rows
    assert all("1\u00d71 \u2192 3\u00d73 |" in texts for texts in rows)


def terse(name: str, shown: str) -> Drawn:
    """A picture with little room, and one group open."""
    return read(Picture(NETWORKS[name], TERSE._replace(shown=frozenset({shown}))).text())


def _alike(name: str, options: Options) -> None:
    """Holds each series of a picture to be of one structure, but for a first of which it says in
    what it differs."""
    graph = NETWORKS[name].graph
    alike = Alike(graph)
    for part in leaves(view(graph, options).parts):
        if not isinstance(part, Box) or part.series == 1:
            continue
        first, *others = map(alike.structure, part.members)
        assert len(set(others)) == 1
        assert bool(part.exception) is (first != others[0])


@pytest.mark.parametrize("name", ["mobilenetv2", "deeplabv3", "dpn:DPN92", "resnet:ResNet50"])
def test_what_stands_in_a_row_is_of_one_structure(name: str) -> None:
    graph = NETWORKS[name].graph
    groups = frozenset(scope.path for scope in graph.scopes if scope.kind == "group")
    _alike(name, TERSE._replace(shown=groups))
    _alike(name, Options())


def test_parts_that_resize_by_other_factors_are_not_of_one_structure() -> None:
    graph = NETWORKS["hrnet"].graph
    by_two, by_four, again = (
        [node for node in graph.nodes if node.path.startswith(f"{path}.")]
        for path in ("a4.Up1", "a4.Up2", "b4.Up1")
    )
    alike = Alike(graph)
    assert alike.structure(by_two) != alike.structure(by_four)
    assert alike.structure(by_two) == alike.structure(again)


def test_in_what_the_first_differs_is_said() -> None:
    picture = terse("mobilenetv2", "features")
    assert picture.find("Inverted", "3 in a row", "first: stride 2, no skip")
    picture = terse("dpn:DPN92", "conv3")
    assert picture.find("DualPath", "4 in a row", "first: stride 2, projection")
    picture = read(Picture(NETWORKS["deeplabv3"], Options(expand=("none",))).text())
    said = "first: dilation 2, projection"
    assert picture.find("layer4", "3 \u00d7 Bottleneck", "dilation 4", said)


def test_a_block_says_once_what_it_holds() -> None:
    picture = read(Picture(NETWORKS["hourglass"], Options(shown=frozenset({"hourglass"}))).text())
    boxes = [picture.boxes[name] for name in picture.find("Residual")]
    assert len([texts for texts in boxes if any("identity;" in text for text in texts)]) == 1
    assert len([texts for texts in boxes if any("1\u00d71 256;" in text for text in texts)]) == 1


@pytest.mark.parametrize("seed", range(12))
def test_a_box_with_several_values_says_so(seed: int) -> None:
    """An arrow out of it may carry any of them, not its result alone."""
    network = random_network(seed)
    picture = Picture(network, Options(expand=("none",)))
    read_by: list[list[int]] = [[] for _ in network.graph.nodes]
    for node in network.graph.nodes:
        for index in node.inputs:
            read_by[index].append(node.index)
    for one in network.graph.results:
        read_by[one.node].append(-1)
    shown = read(picture.text()).boxes
    for number, part in enumerate(picture.drawn):
        if isinstance(part, Box) and part.count == 1 and not part.parallel:
            several = 1 < len(leaving(part.nodes, read_by)) < len(part.nodes)
            assert any("gives" in text for text in shown[f"n{number}"]) is several


def test_names_are_those_of_the_author() -> None:
    name = next(name for name in NETWORKS if name.startswith("vgg16"))
    picture = read(Picture(NETWORKS[name], Options()).text())
    assert not [text for texts in picture.boxes.values() for text in texts if text in "0 3 6"]
    picture = read(Picture(NETWORKS["hourglass"], Options(shown=frozenset({"hourglass"}))).text())
    assert "for2" not in picture.text
    assert picture.find("down0")


def test_what_is_not_trained_says_so() -> None:
    picture = read(Picture(NETWORKS["transfer_learning:Tuned"], Options()).text())
    assert picture.find("conv1", "frozen")
    assert picture.find("layer3", "frozen")
    assert not picture.find("layer4", "frozen")
    assert not picture.find("fc", "frozen")


def test_sizes_follow_from_what_is_written() -> None:
    """A factor of what enlarges, in a box and in a stripe, and that a window hangs over."""
    spec = (
        "network N { input 8x7x7; conv 8 1x1; upsample 3; maxpool 2x2 stride=2 ceil=true;"
        " upsample scale=[2, 1]; upsample 40x40; maxpool 2x2 stride=2 ceil=true }"
    )
    words = {text for label in drawn(spec).boxes.values() for text in label}
    assert {
        "upsample \u00d73", "upsample \u00d72\u00d71", "upsample 40\u00d740", "stride 2, ceil",
    } <= words  # fmt: skip
    assert "stride 2" in words  # 40 is even: nothing hangs over


def test_each_of_several_values_is_named_where_it_leaves() -> None:
    """An arrow beside the result: which value it carries, and what lies between two rounds."""
    picture = read(draw(NETWORKS["wavenet"], Options()))
    words = {text for label in picture.boxes.values() for text in label}
    assert {"rounds 1\u201318", "skip1\u201318", "round 19"} <= words
    assert "18 products" in draw(NETWORKS["wavenet"], Options())
    assert "dilations 2\u2026512, 1\u2026256" in picture.text
    (last,) = picture.find("round 19")
    assert "rest not used" in picture.boxes[last]  # its sum is read by nothing
    assert "parallel" in picture.boxes["legend"]
    assert "parallel" not in read(draw(NETWORKS["lenet5:LeNet5"], Options())).boxes["legend"]


def test_what_is_counted_in_a_narrow_box_is_not_cut() -> None:
    """Of `1...256` no `1...2` is left, which is another number."""
    dot, _ = dot_for("wavenet", "column")
    (box,) = read(dot).find("rounds 1\u201318")
    said = " ".join(read(dot).boxes[box])
    assert "dilations 2\u2026512, 1\u2026256" in said


def test_no_line_is_a_mark_alone() -> None:
    for room in (60, 70, 80, 90, 100):
        rows = _divided("3 parallel 3\u00d73, dilations 12, 24, 36 |", room)
        assert not {"|", ";", "\u2192"}.intersection(rows)


def test_twins_beside_each_other_say_the_same() -> None:
    spec = (
        "block B() { conv 4 1x1; conv 4 3x3 pad=1 }\n"
        "network N { input 8x7x7; concat { a: B; b: B }; c: B; d: B }"
    )
    picture = drawn(spec, Options(shown=frozenset()))
    said = [label for label in picture.boxes.values() if "B" in label]
    told = [any("1\u00d71" in text for text in label) for label in said]
    assert told == [True, True, False]  # the last stands for two in a row


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([1, 1], ""),
        ([2, 2, 2], "dilation 2"),
        ([1, 2, 4], "dilations 1, 2, 4"),
        ([1, 2, 4, 8, 16], "dilations 1\u202616"),
        ([1, 2, 4, 8, 16, 1, 2, 4, 8, 16], "dilations 1\u202616, 2 \u00d7"),
        ([2, 4, 8, 16, 1, 2, 4, 8], "dilations 2\u202616, 1\u20268"),
        ([1, 3, 5, 7, 9], "dilations 1 to 9"),
    ],
)
def test_dilations_are_told_in_their_order(given: list[int], said: str) -> None:
    layers = "; ".join(f"conv 4 3 pad={d} dilation={d}; conv 4 1" for d in given)
    (network,) = checked(f"network N {{ input 4x64; {layers} }}").networks
    assert spread(network.graph.nodes) == said


def test_one_value_beside_several_is_no_several() -> None:
    """In `18 products and sum` there may be 18 sums as well."""
    picture = Picture(NETWORKS["wavenet"], Options(room=sizing.place("page")))
    said = " ".join(text for texts in read(picture.text()).boxes.values() for text in texts)
    assert "gives 18 products and the sum" in said
