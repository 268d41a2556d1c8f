# ruff: noqa: RUF001  (a picture has true times signs)
"""What closed boxes name is told: in another box, by what is drawn open, or in the legend."""

from __future__ import annotations

from archc.emit.diagram import Options
from archc.emit.diagram.dot import Picture
from tests.emit.diagram.dots import Drawn, drawn
from tests.emit.networks import bundled_networks

INNER = "block Inner(w) { add { { conv w 3x3 pad=1 -> relu; conv w 3x3 pad=1 }; identity } }\n"
OUTER = INNER + "block Outer(w) { repeat 3 { Inner w } }\n"
CROSSED = """\
block Cross(w) {
    start: relu
    both: conv 2*w 1x1
    concat {
        add { from start -> slice 0 w; from both -> slice 0 w }
        from start -> slice w
        from both -> slice w
    }
}
"""
TOLD = "3×3 → 3×3 | identity; sum"


def legend(picture: Drawn) -> str:
    return " ".join(picture.boxes["legend"])


def group(text: str, inner: str) -> Drawn:
    """A picture with a closed group of this text in it."""
    net = f"network N {{ input 8x8x8; conv 8 1x1; part: {{ {inner} }}; conv 4 1x1 }}"
    return drawn(text + net, Options(expand=("none",)))


def test_a_block_that_is_only_named_is_told_in_the_legend() -> None:
    picture = group(INNER, "Inner 8; Inner 8")
    assert picture.find("part", "2 × Inner")
    assert f"Inner {TOLD}" in legend(picture)
    assert "parallel" in legend(picture)  # what a bar is


def test_what_a_definition_names_is_told_behind_it() -> None:
    picture = group(OUTER, "conv 4 1x1; Outer 4; conv 4 1x1; Outer 4; conv 8 1x1")
    said = legend(picture)
    assert said.index("Outer 3 × Inner") < said.index(f"Inner {TOLD}")


def test_a_definition_has_no_dilation_that_only_some_calls_have() -> None:
    block = (
        "block Atrous(w, d) { add { { conv w 3x3 pad=d dilation=d; conv w 3x3 pad=d dilation=d };"
        " identity } }\n"
    )
    net = (
        "network N { input 8x8x8; one: { Atrous 8 FIRST; Atrous 8 FIRST }; conv 8 1x1;"
        " two: { Atrous 8 2; Atrous 8 2 } }"
    )
    options = Options(expand=("none",))
    picture = drawn(block + net.replace("FIRST", "1"), options)
    assert picture.find("two", "2 × Atrous", "dilation 2")
    assert f"Atrous {TOLD}" in legend(picture)
    picture = drawn(block + net.replace("FIRST", "2"), options)  # here it is of all
    assert "Atrous 2 × (3×3, dilation 2) | identity; sum" in legend(picture)


def test_what_a_box_tells_is_not_told_again() -> None:
    text = INNER + "network N { input 8x8x8; Inner 8 }"
    picture = drawn(text, Options(depth=0, expand=("none",)))
    assert not any(one.startswith("Inner") for one in picture.boxes["legend"])


def test_where_ways_cross_what_several_read_has_its_name() -> None:
    said = legend(group(CROSSED, "Cross 4; conv 8 1x1; Cross 4; conv 8 1x1"))
    assert (
        "start: ReLU; both: start → 1×1; start → ((first channels | both → first channels; sum) | "
        "last channels | both → last channels; concat)"
    ) in said
    assert "parallel" in said


def test_the_two_paths_of_a_dual_path_network_are_told() -> None:
    network = dict(bundled_networks())["dpn:DPN92"]
    ((name, pieces),) = Picture(network, Options(expand=("none",))).defined
    assert name == "DualPath"
    assert " ".join(pieces) == (
        "delta: 1×1 → 3×3, 32 groups → 1×1; (first channels | delta → first channels; sum) | "
        "last channels | delta → last channels; concat"
    )
