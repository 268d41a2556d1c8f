"""The table of layers on the page from PyTorch and Keras: what stands in it is so."""

from __future__ import annotations

import re

from archc.api import load
from archc.habits.frameworks import framework_call
from tests.docs.pages import ROOT
from tests.each import each

PAGE = (ROOT / "docs" / "from-pytorch-and-keras.md").read_text(encoding="utf-8")
TABLE = PAGE.split("## Layers")[1].split("## Idioms")[0]
ROWS = [line.split(" | ") for line in TABLE.splitlines() if line.startswith("| ")][1:]
CODE = re.compile(r"`([^`]*)`")
CALL = re.compile(r"\w[\w.]*\(.*\)\Z")
CELLS = [
    (code, CODE.findall(row[2])[0].removeprefix("-> "))
    for row in ROWS
    for cell in row[:2]
    for code in CODE.findall(cell)
]


def shapes(layers: str) -> list[tuple[object, ...]]:
    """Kinds, shapes and parameters of a line behind 64 maps, or behind numbers."""
    before = "flatten -> " if layers.startswith("linear") else ""
    text = f"network N {{\n    input 64x32x32\n    {before}{layers}\n}}\n"
    file = load(text)
    assert not file.errors, text
    found = file.networks["N"].layers.values()
    return [(one.kind, one.shape, one.params) for one in found if one.kind != "flatten"]


@each("code, here", CELLS)
def test_a_cell_means_what_its_row_says(code: str, here: str) -> None:
    """Each call of PyTorch and Keras is answered with a line of the same shapes and figures."""
    if not CALL.match(code):  # `activation="relu"`, of a layer
        line = code.partition("=")[2].strip('"')
    elif code.startswith("x.view"):
        line = here  # in the network's own method
    else:
        line = framework_call(code) or ""
    assert shapes(line) == shapes(here), (code, line)


@each("code", [code for code, _ in CELLS if CALL.match(code)])
def test_a_cell_written_as_a_line_is_answered(code: str) -> None:
    file = load(f"network N {{\n    input 64x32x32\n    {code}\n}}\n")
    assert file.errors
    assert file.errors[0].cure is not None, code


def test_the_table_is_long() -> None:
    assert len(ROWS) >= 18
