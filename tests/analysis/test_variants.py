"""Which claims still mean something under other settings than the file's own."""

from __future__ import annotations

from typing import Any

import pytest

import archc
from archc.api import Network

TEXT = """\
network N(width = 8) {
    input 3x32x32
    conv width 3x3 pad=1
    flatten
    linear 10
    expect depth == 2
    expect params ~ 82K
    expect params < 100K
    expect params > 50K
    expect params == 28 * width + (width * 1024 + 1) * 10
    expect macs ~ 303K
    expect macs < 400K
    expect memory.peak ~ 45K
    expect memory.peak < 50K
    expect memory.weights ~ 329K
}
"""
CLAIMS = [line.partition("expect ")[2] for line in TEXT.splitlines() if "expect" in line]
HELD, LAPSED, BROKEN = True, None, False


def network(text: str = TEXT, **options: Any) -> Network:
    return archc.load(text, **options).network


@pytest.mark.parametrize(
    ("options", "otherwise"),
    [
        ({}, {}),
        ({"set": {"width": 8}}, {}),
        (
            {"set": {"width": 16}},
            {
                "params ~ 82K": LAPSED,
                "params < 100K": BROKEN,
                "macs ~ 303K": LAPSED,
                "macs < 400K": BROKEN,
                "memory.peak ~ 45K": LAPSED,
                "memory.peak < 50K": BROKEN,
                "memory.weights ~ 329K": LAPSED,
            },
        ),
        (
            {"set": {"width": 4}},
            {
                "params ~ 82K": LAPSED,
                "params > 50K": BROKEN,
                "macs ~ 303K": LAPSED,
                "memory.peak ~ 45K": LAPSED,
                "memory.weights ~ 329K": LAPSED,
            },
        ),
        ({"batch": 4}, {"memory.peak ~ 45K": LAPSED, "memory.peak < 50K": BROKEN}),
        (
            {"dtype": "float16"},
            {"memory.peak ~ 45K": LAPSED, "memory.weights ~ 329K": LAPSED},
        ),
    ],
)
def test_bounds_are_held_and_other_figures_lapse(
    options: dict[str, Any], otherwise: dict[str, bool | None]
) -> None:
    found = {one.text: one.holds for one in network(**options).expectations}
    assert found == {claim: otherwise.get(claim, HELD) for claim in CLAIMS}


def test_a_figure_that_is_the_same_is_held_under_another_input() -> None:
    text = "network N { input 3x32x32; conv 8 3x3; expect params == 224; expect depth == 2\n}"
    file = archc.load(text, input="3x64x64")
    assert [one.holds for one in file.network.expectations] == [True, False]
    assert [one.code for one in file.errors] == ["broken-expectation"]


def test_what_lapses_says_why() -> None:
    told = {one.text: one.why for one in network(set={"width": 16}, batch=2).expectations}
    assert told["params ~ 82K"] == "164,298 under --set width=16 --batch 2"
    assert told["depth == 2"] == ""
    shown = str(network(input="3x16x16"))
    assert "not applicable: 20,714 under --input 3x16x16" in shown


def test_claims_of_families_hold_for_every_member() -> None:
    text = "network F(a) { input 3x8x8; conv a 3x3; expect params == 28 * a; expect params < 300\n}"
    for width, holds in ((9, [True, True]), (11, [True, False])):
        assert [one.holds for one in network(text, set={"a": width}).expectations] == holds
    wrong = text.replace("28 * a", "252")
    assert [one.holds for one in network(wrong, set={"a": 10}).expectations] == [False, True]


def test_what_runs_under_some_settings_alone() -> None:
    text = """network N(wide = false) {
    input 3x8x8
    if wide { a: conv 64 3x3; expect a.params == 1; expect a.params < 10 } else { b: conv 2 3x3 }
    expect b.params == 56
}
"""
    assert [one.holds for one in network(text).expectations] == [True]
    file = archc.load(text, set={"wide": True})
    assert [one.holds for one in file.network.expectations] == [False, False, None]
    assert file.network.expectations[2].why == "cannot be told under --set wide=true"
    assert {one.code for one in file.errors} == {"broken-expectation"}


def test_a_claim_that_is_wrong_in_itself_is_told_all_the_same() -> None:
    text = "network N { input 3x8x8; conv 4 3x3; expect parms == 112\n}"
    assert [one.code for one in archc.load(text, input="3x9x9").errors] == ["undefined-name"]


def test_open_sizes_hide_what_hangs_on_them() -> None:
    file = archc.load(TEXT, input="3xHxW")
    told = {one.text: one.holds for one in file.network.expectations}
    assert told["depth == 2"] is True
    assert told["macs < 400K"] is None
    assert not file.diagnostics


TWO = """\
network Two {
    input left 1x8x8
    input right 1x8x8
    concat { from left; from right }
    conv 4 3x3
}
"""


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("3x9x9", [(3, 9, 9), (3, 9, 9)]),
        ("left=3x8x8", [(3, 8, 8), (1, 8, 8)]),
        ("right=5x9x9, 2x9x9", [(2, 9, 9), (5, 9, 9)]),
        ({"left": "2x9x9", "right": "3x9x9"}, [(2, 9, 9), (3, 9, 9)]),
    ],
)
def test_inputs_by_name(given: Any, taken: list[tuple[int, ...]]) -> None:
    file = archc.load(TWO, input=given)
    assert file.ok
    nodes = file.network.graph.nodes
    assert [node.shape for node in nodes if node.layer is None] == taken


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("lefft=3x8x8", "did you mean `left`"),
        ("zzz=3x8x8", "there is left, right"),
        ("left=3x8x8,left=3x9x9", "`left` has two shapes"),
        ("3x8x8,3x9x9", "`3x8x8,3x9x9` is no shape"),
        ("left=", "is no shape"),
        ("left=3,8,8", "is no shape"),
    ],
)
def test_inputs_that_cannot_be_meant(given: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        archc.load(TWO, input=given)


def test_a_single_input_has_a_name_too() -> None:
    text = "network N { input 3x8x8; conv 4 3x3 }"
    assert archc.load(text, input="input=3x9x9").network.output == (4, 7, 7)
    named = "network N { input image 3x8x8; conv 4 3x3 }"
    assert archc.load(named, input="image=3x9x9").network.output == (4, 7, 7)
