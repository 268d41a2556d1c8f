"""What closed groups say of the blocks in them, and what marks and the legend say."""

from __future__ import annotations

from archc.emit.diagram import Options
from archc.emit.volumes.draw import Drawing, drawing, labels
from tests.each import each
from tests.emit.networks import checked
from tests.emit.volumes.drawn import placed

BRANCHES = """
block Pair(n) { add { conv n 3x3 pad=1; identity } }
network Net {
    input 8x32x32
    both: { concat { Pair 8; Pair 8 } }
    mixed: { Pair 16; conv 16 3x3 pad=1; Pair 16 }
    conv 8 1x1
}
"""


def words(found: Drawing) -> list[str]:
    return [label.text for label in labels(found.scene)]


@each("place", ["column", "page"])
def test_a_stage_of_blocks_in_a_row_says_its_blocks(place: str) -> None:
    """Not `10 conv, 3 sums`, which no reader takes for three bottlenecks."""
    found = placed("fpn", place)
    depths = {"c2": 3, "c3": 4, "c4": 6, "c5": 3}  # ResNet-50
    for name, depth in depths.items():
        unit = next(one for one in found.picture.units if one.name == name)
        strides = () if name == "c2" else ("stride 2,",)
        assert unit.lines == (
            "Bottleneck", f"{depth} in a row", "first:", *strides, "projection",
        )  # fmt: skip
        assert unit.slices == depth
    assert "block Bottleneck: 3 conv, sum" in words(found)


def test_blocks_beside_each_other_are_no_row_and_what_a_group_names_is_explained() -> None:
    options = Options(shown=frozenset())
    found = drawing(checked(BRANCHES).networks[0], options)
    units = {unit.name: unit for unit in found.picture.units}
    assert units["both"].lines == ("concat,", "2 Pair")
    assert units["mixed"].lines == ("1 conv,", "2 Pair")
    assert units["both"].slices == units["mixed"].slices == 1
    entries = words(found)
    assert entries[entries.index("Pair") + 1] == "1 conv, sum"


def test_a_crop_says_to_what_size() -> None:
    """The sizes of Figure 1 of the U-Net's paper, to which what is copied is cut."""
    tags = [one.lines for one in placed("unet", "page").picture.units if one.kind == "tag"]
    sizes = ("56", "104", "200", "392")
    assert sorted(tags) == sorted((f"crop to {one}\u00d7{one}",) for one in sizes)


def test_a_white_box_with_channels_is_told_from_what_a_skip_copied() -> None:
    entries = words(placed("dpn:DPN92", "column"))
    assert entries[entries.index("a\u2013b") + 1] == "channels a to b"
    assert "part copied by a skip" in entries
