"""Which names a label may be: those of `torch.nn.Module` would break the generated module."""

from __future__ import annotations

import pytest

from archc.graph.labels import LONGEST, MODULE_ATTRIBUTES, label_problem


def test_the_attributes_are_those_of_pytorch() -> None:
    torch = pytest.importorskip("torch")
    module = torch.nn.Module()
    names = {name for name in (*dir(torch.nn.Module), *vars(module)) if not name.startswith("_")}
    assert sorted(names - MODULE_ATTRIBUTES) == []
    assert sorted(MODULE_ATTRIBUTES - names - {"ipu", "mtia", "xpu", "set_submodule"}) == []


@pytest.mark.parametrize("label", ["conv1", "0", "block-a", "über", "_x", "x" * LONGEST, "a.0"])
def test_may_be_a_label(label: str) -> None:
    assert label_problem(label) is None


@pytest.mark.parametrize(
    "label",
    ["", "a.", "a..b", "a@b", "class", "__init__", "train", "x" * (LONGEST + 1), "a\nb"],
)
def test_may_be_no_label(label: str) -> None:
    assert label_problem(label) is not None
