"""What is said of volumes: what is closed and how far its kernels reach, what nothing reads, where
values part, and numbers that no reader takes for one."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

import pytest

from archc.emit import sizing
from archc.emit.diagram import Options
from archc.emit.volumes.crossings import crossings, merged
from archc.emit.volumes.draw import Drawing, labels
from archc.emit.volumes.model import MARKS
from archc.emit.volumes.outputs import UNUSED
from archc.emit.volumes.scene import Label, Line, Polygon
from archc.emit.volumes.units import Pictures
from archc.graph.graph import Node, Scope
from tests.each import each
from tests.emit.networks import checked
from tests.emit.volumes.drawn import NETWORKS, volumes
from tests.emit.volumes.reading import joined, near

ROWS = (
    "googlenet:GoogLeNet", "resnet:ResNet18", "resnet:ResNet50", "resnet:ResNet152",
    "densenet:DenseNet121", "dpn:DPN92", "mobilenetv2", "se_resnet", "deeplabv3", "wavenet",
)  # fmt: skip


def drawn(name: str, place: str | None = None, shown: frozenset[str] | None = None) -> Drawing:
    room = sizing.place(place) if place else None
    return volumes(name, Options(room=room, shown=shown))


def words(found: Drawing) -> list[str]:
    return [label.text for label in labels(found.scene)]


@pytest.mark.parametrize("place", ["column", "page"])
def test_rounds_that_stand_closed_say_which_they_are_and_their_dilations(place: str) -> None:
    found = drawn("wavenet", place)
    units = {unit.name: unit.lines for unit in found.picture.units}
    named = "round 0" in words(found)  # in a column there is no room for its frame
    assert named == (place == "page")
    assert "round 0" not in found.sized.closed
    like: tuple[str, ...] = ("as round 0,",) if named else ("54 conv,", "18 products,", "18 sums,")
    assert units["rounds 1\u201318"] == (*like, "dilation", "2\u2026512,", "1\u2026256")
    like = ("as round 0,",) if named else ("2 conv,", "product,")
    idle = "not used:", "1 conv,", "sum"  # of the last round the gate alone is heard
    assert units["round 19"] == (*like, "dilation 512", *idle)
    assert units["skip1\u201318"] == ("18 conv",)


@each("last, said", [
    ("conv 16 3x3 pad=i+1 dilation=i+1", ("as round 0,", "dilation", "1 to 7")),
    ("conv 16 2*i+1 pad=i", ("12 conv,", "6 sums")),  # with another kernel it is another round
    ("conv 4*i+4 1x1 -> conv 16 1x1", ("18 conv,", "6 sums")),  # and with another width
])  # fmt: skip
def test_rounds_are_as_the_open_one_where_they_differ_in_dilations_alone(
    last: str, said: tuple[str, ...]
) -> None:
    way = f"{{ conv 16 3x3 pad=1 -> relu; {last} }}"
    text = f"network A {{ input 16x32x32; for i in range(8) {{ add {{ {way}; identity }} }} }}"
    (network,) = checked(text).networks
    units = {unit.name: unit.lines for unit in Pictures(network).picture(Options(), 6).units}
    assert units["rounds 1\u20136"] == said


def test_closed_layers_say_their_dilation() -> None:
    units = drawn("deeplabv3", shown=frozenset({"backbone", "classifier"})).picture.units
    lines = {unit.name: unit.lines[2:] for unit in units if unit.kind == "block"}
    assert lines["layer2"] == ("first:", "stride 2,", "projection")
    assert lines["layer3"] == ("dilation 2", "first:", "dilation 1,", "projection")
    assert lines["layer4"] == ("dilation 4", "first:", "dilation 2,", "projection")


@pytest.mark.parametrize(("name", "times"), [("wavenet", 1), ("resnet:ResNet50", 0), ("fpn", 0)])
def test_what_nothing_reads_is_marked(name: str, times: int) -> None:
    found = volumes(name, Options(expand=("all",)))
    read = {arrow.tail for arrow in found.picture.arrows}
    lost = [n for n, unit in enumerate(found.picture.units) if unit.unused and n not in read]
    assert len(lost) == words(found).count(UNUSED) == times


@each("place", ["column", "page"])
def test_the_gate_of_squeeze_and_excitation_has_room(place: str) -> None:
    """It is what the network is about; a long line, `global average`, must not keep it closed."""
    found = drawn("se_resnet", place)
    assert any(frame.call.startswith("Gate") for frame in found.picture.clusters)
    pool = next(one for one in found.picture.units if "average" in one.lines)
    assert pool.lines == ("global", "average")


@each("place", ["column", "page"])
def test_closed_parts_say_what_they_enlarge_and_merge(place: str) -> None:
    lines = {unit.name: unit.lines for unit in drawn("hrnet", place).picture.units}
    assert lines["a4"] == ("2 conv,", "2 up,", "sum")
    assert lines["b4"] == ("2 conv,", "1 up,", "sum")
    assert lines["c4"] == ("3 conv,", "sum")
    assert lines["a1"] == ("1 conv,", "Stream")
    entries = words(drawn("hrnet", place))
    assert "block Stream: 8 conv, 4 sums" in entries
    assert entries[entries.index("up") + 1] == "upsampling"


@each("name, place, entry", [
    ("unet", "column", "block Up: 1 transposed conv, 2 conv, 1 crop, concat"),
    ("hourglass", "page", "block Residual: 3 conv, sum"),
    ("resnet:ResNet18", "column", "block BasicBlock: 2 conv, sum"),
])  # fmt: skip
def test_the_legend_says_what_is_in_a_block(name: str, place: str, entry: str) -> None:
    assert entry in words(drawn(name, place))


@each("name, entry", [
    ("mobilenetv2", "n equal ones in a row"),
    ("wavenet", "n arrows as one"),
    ("resnet:ResNet50", "n equal ones in a row"),
])  # fmt: skip
def test_what_times_n_means_is_in_the_legend(name: str, entry: str) -> None:
    said = words(drawn(name, "column"))
    assert entry in said
    assert any(one.startswith("\u00d7 ") and one[2:].isdigit() for one in said)


@each("name, place", [("resnet:ResNet18", "column"), ("resnet:ResNet50", "page")])
def test_the_first_block_of_a_stage_says_that_it_strides_and_projects(
    name: str, place: str
) -> None:
    units = drawn(name, place).picture.units
    for stage in ("layer3", "layer4"):
        first, *others = (unit for unit in units if stage in unit.groups and unit.kind == "block")
        assert first.lines[-2:] == ("stride 2,", "projection")
        assert not any("projection" in line for one in others for line in one.lines)


def test_blocks_without_a_skip_are_told_from_those_with_one() -> None:
    """Also the last of a group, and where a dilation differs as well, which is said elsewhere."""
    units = drawn("mobilenetv2", "page").picture.units
    graph = NETWORKS["mobilenetv2"].graph
    for unit in (one for one in units if one.called == "Inverted"):
        layers = (graph.nodes[index].layer for index in unit.nodes)
        adds = any(layer is not None and layer.many_inputs for layer in layers)
        assert ("no skip" in unit.lines) != adds, unit.lines
    told = [one for one in drawn("deeplabv3", "page").picture.units if one.called == "Bottleneck"]
    firsts = {one.groups[-1]: one.lines for one in reversed(told)}
    assert all("projection" in firsts[stage] for stage in ("layer2", "layer3", "layer4"))


@each("name, place", [("googlenet:GoogLeNet", "page"), ("deeplabv3", "column")])
def test_what_runs_in_training_alone_is_dashed_from_where_it_parts(name: str, place: str) -> None:
    """Not along the arrow that it leaves, which would seem to be of both kinds."""
    *groups, _ = drawn(name, place).scene.groups
    lines = [one for group in groups for one in group.shapes if isinstance(one, Line) and one.arrow]
    dashed = [one for one in lines if one.dashed]
    assert dashed
    for (x, y), (end, low), *_ in (one.points for one in dashed):
        middle = ((x + end) / 2, (y + low) / 2)
        solid = [piece for one in lines if not one.dashed for piece in pairwise(one.points)]
        assert not any(near(middle, piece) for piece in solid)


@each("name, place", [("googlenet:GoogLeNet", "page"), ("mobilenetv2", "column")])
def test_a_map_with_a_dropout_behind_its_flattening_is_a_map(name: str, place: str) -> None:
    pools = [one for one in drawn(name, place).picture.units if one.kind == "pool"]
    assert pools[-1].shape is not None
    assert [stripe.word for stripe in pools[-1].stripes] == ["dropout"]
    assert pools[-1].shape[1:] == (1, 1)


def test_of_branches_all_have_names_or_none() -> None:
    assert not any("branch" in one for one in words(drawn("googlenet:GoogLeNet", "column")))


@each("place", ["column", "page"])
def test_a_block_of_which_all_is_known_says_which_it_is(place: str) -> None:
    assert "conv2.2" in words(drawn("dpn:DPN92", place))


def test_a_gate_is_said_to_multiply() -> None:
    (gate,) = {unit.holds for unit in drawn("se_resnet").picture.units if unit.called == "Gate"}
    assert gate.endswith(", product")


@each("name, place", [(name, place) for name in ROWS for place in ("column", "page", None)])
def test_values_part_inside_the_frames_they_enter(name: str, place: str | None) -> None:
    picture = drawn(name, place).picture
    for frame in (one for one in picture.clusters if one.drawn(False)):
        entered: dict[tuple[int, int], set[int]] = {}
        for arrow in picture.arrows:
            if frame.holds(arrow.head) and not frame.holds(arrow.tail):
                entered.setdefault((arrow.tail, arrow.source), set()).add(arrow.head)
        assert all(len(heads) == 1 for heads in entered.values()), frame.name


@each("name, place", [(name, place) for name in (*ROWS, "siamese") for place in ("column", "page")])
def test_numbers_beside_each_other_are_not_one(name: str, place: str) -> None:
    numbers = [one for one in labels(drawn(name, place).scene) if one.text.isdigit()]
    for one, two in combinations(numbers, 2):
        if abs(one.y - two.y) < 6 and not (one.angle and two.angle):
            gap = max(left(one) - right(two), left(two) - right(one))
            assert gap >= 3, (one.text, two.text)


def test_heights_are_all_upright_where_most_have_no_room_at_their_edges() -> None:
    """A turned one beside an upright one would seem to go with it."""
    numbers = [one for one in labels(drawn("siamese", "column").scene) if one.text.isdigit()]
    assert {"96", "48", "9"} <= {one.text for one in numbers}
    assert not [one.text for one in numbers if one.angle == -90]


def left(label: Label) -> float:
    return min(x for x, _ in label.corners())


def right(label: Label) -> float:
    return max(x for x, _ in label.corners())


def test_a_slice_that_nothing_else_carries_is_no_skip() -> None:
    """Of `delta` the first channels are added, the others appended: both are new."""
    found = drawn("dpn:DPN92", "page")
    units = found.picture.units
    passed: dict[str, set[bool]] = {}
    for route in found.routes:
        if units[route.tail].kind == "tag":
            (source,) = [a.tail for a in found.picture.arrows if a.head == route.tail]
            passed.setdefault(units[source].name or units[source].kind, set()).add(route.skip)
    assert passed == {"shortcut": {False}, "delta": {False}, "door": {True}}
    parts = [[part.kind for part in unit.parts] for unit in units if len(unit.parts) > 1]
    assert parts == [["sum", "conv", "conv"], ["sum", "copied", "conv"]]


def test_a_name_stands_over_volumes_not_over_what_only_passes() -> None:
    """The crop of a skip stands far to the left of the block that it belongs to."""
    found = drawn("unet", "page")
    for frame in (one for one in found.picture.clusters if one.name.startswith("dec")):
        volumes = [
            solid
            for place, solid in enumerate(found.layout.solids)
            if frame.holds(place) and found.picture.units[place].kind not in MARKS
        ]
        start, end = min(one.x for one in volumes), max(one.right + one.depth for one in volumes)
        (title,) = [one.x for one in labels(found.scene) if one.text == frame.name]
        shift = min(x for group in found.scene.groups for s in group.shapes
                    if isinstance(s, Polygon) for x, _ in s.points)  # fmt: skip
        assert start + shift - 40 < title < end + shift + 40


def test_every_skip_of_a_u_is_one() -> None:
    found = drawn("unet", "page")
    skips = [one for g in found.scene.groups for one in g.shapes
             if isinstance(one, Line) and one.stroke == "skip"]  # fmt: skip
    assert len(skips) == 4 + 1  # and that of the legend


def test_the_axis_that_is_not_drawn_is_told() -> None:
    assert "time or depth" in drawn("c3d").scene.description
    assert "time or depth" not in drawn("vgg16:VGG16").scene.description


@pytest.mark.parametrize("name", ["hrnet", "hourglass"])
def test_a_name_over_volumes_that_stand_apart_has_a_line(name: str) -> None:
    found = drawn(name, "column")
    lines = [one for g in found.scene.groups for one in g.shapes
             if isinstance(one, Line) and one.stroke == "faint"]  # fmt: skip
    title = {"hrnet": "layer1", "hourglass": "hourglass"}[name]
    (label,) = [one for one in labels(found.scene) if one.text == title]
    over = [one for one in lines if 0 < one.points[1][1] - label.y < 12
            and one.points[0][0] - 1 <= label.x <= one.points[-1][0] + 1]  # fmt: skip
    assert len(over) == 1


def test_a_long_fold_is_cut_as_short_ones_are() -> None:
    found = drawn("resnet:ResNet152")
    for unit, group in zip(
        (one for one in found.picture.units if one.path),
        (one for one in found.scene.groups if one.name),
        strict=True,
    ):
        cuts = [one for one in group.shapes if isinstance(one, Line)]
        assert bool(cuts) == (unit.slices > 1) or unit.kind != "block"


@pytest.mark.parametrize(
    ("name", "expand"), [("fpn", "all"), ("wavenet", "all"), ("wavenet", "none")]
)
def test_arrows_stay_apart_where_many_come_to_one_sum_or_leave_one_block(
    name: str, expand: str
) -> None:
    found = volumes(name, Options(expand=(expand,)))
    assert not joined(found)
    assert not merged(found.routes)
    assert not crossings(found.layout, found.routes, found.bars)


def look(nodes: list[Node]) -> Counter[str]:
    """Kernels and strides of what is in a block."""
    values = (node.layer.values for node in nodes if node.layer is not None)
    return Counter(f"{one.get('kernel')} {one.get('stride')}" for one in values)


@each("name, place", [(name, place) for name in ROWS for place in ("column", "page")])
def test_where_the_first_in_a_row_is_not_as_the_others_the_box_says_so(
    name: str, place: str
) -> None:
    nodes = NETWORKS[name].graph.nodes
    for unit in drawn(name, place).picture.units:
        if not any(line.endswith("in a row") for line in unit.lines):
            continue
        blocks: dict[str, list[Node]] = {}
        for node in (nodes[index] for index in unit.nodes):
            scope: Scope | None = node.scope
            while scope is not None and scope.name != unit.called:
                scope = scope.parent
            assert scope is not None
            blocks.setdefault(scope.path, []).append(node)
        first, *others = map(look, blocks.values())
        assert len(blocks) == unit.slices
        assert all(one == others[0] for one in others)
        assert (first != others[0]) == any(one.startswith("first:") for one in unit.lines)


def test_the_first_in_a_row_is_said_to_have_a_stride_and_a_projection() -> None:
    units = {unit.name: unit.lines for unit in drawn("fpn", "column").picture.units}
    for name in ("c3", "c4", "c5"):
        assert units[name][-3:] == ("first:", "stride 2,", "projection")
