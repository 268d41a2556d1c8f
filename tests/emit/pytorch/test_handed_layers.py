"""Layers as arguments of networks and members: norms and activations that a caller chooses."""

from __future__ import annotations

import inspect

import pytest

from archc.emit.pytorch.verify import load
from tests.emit.pytorch.compiled import code_of, compile_text
from tests.emit.pytorch.holding import hold

NORMS = ["batchnorm", "groupnorm(2)", "none"]
UNIT = "block Unit(width, Norm) { conv width 1 bias=(Norm == none); if Norm { Norm } }\n"


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("size", ["3x8", "3x8x8", "3x4x4x4"])
def test_a_norm_is_that_of_the_maps_on_which_it_runs(norm: str, size: str) -> None:
    text = (
        f"{UNIT}network Net(width, Norm = {norm}) {{\n"
        f"    input {size}\n    Unit width Norm -> relu\n    Unit 2*width Norm\n    flatten\n"
        "    linear 3\n}\nnetwork Small = Net(4)\nnetwork Other = Net(6, Norm=batchnorm)\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics


def test_a_norm_behind_a_flatten_is_that_of_rows() -> None:
    text = (
        "block Head(width, Norm) { global_avgpool -> flatten; linear width; Norm }\n"
        "network Net(Norm = batchnorm) { input 3x8x8; conv 4 1; Head 4 Norm }\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics
    assert "nn.BatchNorm1d" in code_of(text)


def test_a_member_leaves_open_the_layers_that_it_does_not_fix() -> None:
    text = (
        f"{UNIT}network Net(width, Norm = batchnorm, Act = relu) "
        "{ input 3x8x8; Unit width Norm -> Act; conv 3 1 }\n"
        "network Small = Net(4)\nnetwork Other = Net(4, Norm=none, Act=silu)\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics
    module = load(code_of(text))
    for name in ("Small", "Other"):
        assert {"norm", "act"} <= set(inspect.signature(getattr(module, name)).parameters)


IDLE = """block Q(width, k = 3) { conv width k pad=k//2 }
block Asks(width, Inner = none) { if Inner != none { relu }; conv width 1 }
block Runs(width, Inner, deep = false) { conv width 1; if deep { Inner width } }
"""


@pytest.mark.parametrize("handed", ["Q", "Q(k=5)"])
@pytest.mark.parametrize("bound", [True, False])
def test_a_block_that_is_handed_on_and_called_by_nobody(handed: str, bound: bool) -> None:
    before, word = (f"let K = {handed}\n", "K") if bound else ("", handed)
    held = hold(
        f"{IDLE}network Net {{\n input 3x8x8\n {before} Asks 8\n Asks 8 Inner=({word})\n}}\n"
    )
    assert held is not None
    assert held.changed


@pytest.mark.parametrize("handed", ["Q", "Q(k=5)"])
def test_a_block_that_is_called_in_an_arm_alone_that_nobody_took(handed: str) -> None:
    text = (
        f"{IDLE}network Net(deep = false) {{\n input 3x8x8\n let K = {handed}\n"
        " for X in [K] { Runs 8 X deep }\n}\n"
    )
    assert hold(text) is not None
    assert "nn.Identity" not in code_of(text)


def test_a_block_hands_on_what_its_class_was_never_given() -> None:
    text = (
        "block Q(width, End = none) { conv width 1; if End { End } }\n"
        "block Takes(width, Inner) { Q width; conv width 1 }\n"
        "network Net { input 3x8x8; Takes 8 Q(End=relu) }\n"
    )
    assert hold(text) is not None


def test_blocks_that_are_handed_to_each_other() -> None:
    text = (
        "block Plain(width) { conv width 1 }\n"
        "block Outer(Inner, mid = in.channels) { Inner mid }\n"
        "block Both(width) { y: Outer Plain; conv width 1 }\n"
        "network Net { input 4x8x8; Both 8; Outer Both }\n"
    )
    assert hold(text) is not None
    names = [line for line in code_of(text).splitlines() if line.startswith("class ")]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("calls", ["Z 8 B", "Z 8 B; Z 4 A", "Z 8 B; B 4"])
def test_a_block_that_only_an_arm_nobody_took_hands_on_is_followed(calls: str) -> None:
    text = (
        "block A(width) { conv width 1 }\nblock B(width) { A width; relu }\n"
        "block Z(w, In) { In w; conv w 1 }\n"
        f"network N(k = 1) {{ input 4x8x8; if k > 1 {{ {calls} }} else {{ Z 4 A }}; conv 2 1 }}\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics
    assert set(inspect.signature(load(code_of(text)).N).parameters) == {"k"}
