"""CPU time of `archc build` against `archc check` on the same file: at most 8 times is the aim."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from tests.benchmarks.paired import ROOT, line, milliseconds, process, processor

ROUNDS = 3
FAMILY = "tests/benchmarks/efficientnet.arch"


def main() -> None:
    line("", "build", "check", "ratio")
    specs = sorted(f"specs/{path.name}" for path in (ROOT / "specs").glob("*.arch"))
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "module.py")
        for spec in (*specs, FAMILY):
            build = process("-m", "archc", "build", spec, "-o", out)
            check = process("-m", "archc", "check", spec)
            build(), check()
            pairs = [(processor(build), processor(check)) for _ in range(ROUNDS)]
            ratio = median(one / two for one, two in pairs)
            worst = max(worst, ratio)
            first, second = (median(column) for column in zip(*pairs, strict=True))
            line(spec, milliseconds(first), milliseconds(second), f"{ratio:.1f} x")
    line("the largest of them", "", "", f"{worst:.1f} x")
