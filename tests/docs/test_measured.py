"""What the conventions say was measured on a GPU is what the kept output says."""

from __future__ import annotations

import re
from pathlib import Path

KEPT = Path(__file__).parents[1] / "data" / "measured" / "h200.txt"
PAGE = Path(__file__).parents[2] / "docs" / "conventions.md"


def rows(word: str) -> list[tuple[str, list[float]]]:
    """The lines that have a word, and the ratios at their ends."""
    found = []
    for line in KEPT.read_text(encoding="utf-8").splitlines():
        if re.search(word, line):
            name = line.split("  ")[0]
            ratios = re.search(r"[\d.,]+( [\d.,]+)?$", line)
            assert ratios is not None
            found.append((name, [float(one.replace(",", "")) for one in ratios[0].split()]))
    return found


def test_no_forward_pass_was_faster_than_a_bound() -> None:
    times = rows("µs")
    assert all(ratio >= 1 for _, ratios in times for ratio in ratios)
    page = PAGE.read_text(encoding="utf-8")
    least = min(ratios for _, ratios in times)[0]
    deep = min(ratios for name, ratios in times if re.match(r"ResNet\d+, 32, float32", name))[0]
    assert f"none of {len(times)} was faster" in page
    assert f"took {least:.2f} times the" in page
    assert f"took {deep:.2f} times and more" in page


def test_no_peak_was_below_the_figure() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    alone = [ratio for _, (ratio,) in rows(": inference")]
    steps = sorted(ratio for _, (ratio,) in rows(": step"))
    assert min(alone + steps) >= 1
    assert f"between {min(alone):.3f} and {max(alone):.3f} times" in page
    near = [ratio for ratio in steps if ratio <= 1.06]
    assert f"at most {near[-1]:.3f} times archc's for {len(near)} of them" in page
    assert f"each of the {len(steps)} bundled files" in page
