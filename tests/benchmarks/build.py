"""CPU time of `archc build` against `archc check` on the same file: at most 8 times is the aim."""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from tests.benchmarks.paired import ROOT, line, milliseconds, process

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
            pairs = [(cpu(build), cpu(check)) for _ in range(ROUNDS)]
            ratio = median(one / two for one, two in pairs)
            worst = max(worst, ratio)
            first, second = (median(column) for column in zip(*pairs, strict=True))
            line(spec, milliseconds(first), milliseconds(second), f"{ratio:.1f} x")
    line("the largest of them", "", "", f"{worst:.1f} x")


def cpu(work: Callable[[], None]) -> float:
    """Seconds of processors, which load from elsewhere moves little."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
