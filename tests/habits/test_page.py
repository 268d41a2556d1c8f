"""The table of layers on the page from PyTorch and Keras: what stands in it is so."""

from __future__ import annotations

import re

import pytest

from archc.api import load
from archc.habits.frameworks import framework_call
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "from-pytorch-and-keras.md").read_text(encoding="utf-8")
TABLE = PAGE.split("## Layers")[1].split("## Idioms")[0]
ROWS = [line.split(" | ") for line in TABLE.splitlines() if line.startswith("| `")]
CODE = re.compile(r"`([^`]*)`")
BY_HAND = {"conv in.channels 3x3 groups=in.channels"}  # rather than the number of channels


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_means_what_it_says(row: list[str]) -> None:
    here = CODE.findall(row[2])[0].removeprefix("-> ")
    before = "flatten -> " if here.startswith("linear") else ""
    text = f"network N {{\n    input 64x32x32\n    conv 64 1x1 -> {before}{here}\n}}\n"
    assert not load(text).errors
    torch = CODE.findall(row[0])[0]
    if here not in BY_HAND:
        assert framework_call(torch) in (here, here.replace(" 2x2", " 2")), torch


def test_the_table_is_long() -> None:
    assert len(ROWS) >= 18
