"""Assignments of layers: the lines of the help together are the network that was meant."""

from __future__ import annotations

from archc.api import load
from archc.diagnostics import Cure
from archc.mend import mended
from tests.each import each

BODY = "network N {{\n    input 3x32x32\n    {}\n    flatten -> linear 10\n}}\n"

MEANT = {
    "x = conv 64 3x3 pad=1\ny = conv 64 3x3 pad=1 -> relu\nx = add x, y": (
        "x: conv 64 3x3 pad=1\ny: { conv 64 3x3 pad=1 -> relu }\nadd { from x; from y }"
    ),
    "x = conv 8 3x3 pad=1\nh = conv 8 3x3 pad=1 -> relu\nh = conv 8 3x3 pad=1\nx = x + h": (
        "x: conv 8 3x3 pad=1\nconv 8 3x3 pad=1 -> relu\nconv 8 3x3 pad=1\nadd { from x; identity }"
    ),
    "x1 = conv 8 3x3 pad=1\nx2 = relu(x1)\nx3 = conv 8 3x3 pad=1 (x2)\nout = x1 + x3": (
        "x1: conv 8 3x3 pad=1\nx2: relu\nx3: conv 8 3x3 pad=1\nadd { from x1; from x3 }"
    ),
    "x = conv 8 3x3 pad=1 -> relu\ny = conv 8 3x3 pad=1\nz = conv 8 1x1 (x)\nconcat y z": (
        "x: { conv 8 3x3 pad=1 -> relu }\ny: conv 8 3x3 pad=1\nz: { from x -> conv 8 1x1 }\n"
        "concat { from y; from z }"
    ),
    "x: conv 8 3x3 pad=1\ny: conv 8 3x3 pad=1 -> relu\nadd x y": (
        "x: conv 8 3x3 pad=1\ny: conv 8 3x3 pad=1 -> relu\nadd { from x; from y }"
    ),
}


@each("written", MEANT)
def test_the_lines_of_all_assignments_are_the_network_that_was_meant(written: str) -> None:
    file = load(BODY.format(written.replace("\n", "\n    ")))
    cures = [one.cure or Cure(()) for one in file.errors]
    text, count = mended(cures[0].edits[0].span.source, cures)
    assert count == len(cures)
    assert text == BODY.format(MEANT[written].replace("\n", "\n    "))
    assert load(text).ok


def test_no_help_is_a_sum_of_one_tensor_with_itself() -> None:
    """Where the text tells of no two tensors, no line is told."""
    for line in ("add x x", "x = x + x", "add identity identity"):
        for one in load(BODY.format(line)).errors:
            assert "identity; identity" not in (one.help or ""), line
