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
