"""Taking turns: the same load meets both sides of a comparison."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]


def environment(root: Path = ROOT) -> dict[str, str]:
    """That of a user of the checkout at `root`: bytecode is cached."""
    left_out = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return kept | {"PYTHONPATH": str(root)}


def process(*words: str) -> Callable[[], None]:
    """A whole run of the interpreter, from its start to its end."""

    def run() -> None:
        command = [sys.executable, *words]
        subprocess.run(command, cwd=ROOT, env=environment(), check=True, stdout=subprocess.DEVNULL)

    return run


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def processor(work: Callable[[], object]) -> float:
    """Seconds of processors that child processes take, which load from elsewhere moves little."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(
    left: Callable[[], object],
    right: Callable[[], object],
    rounds: int,
    warm: int = 1,
    clock: Callable[[Callable[[], object]], float] = seconds,
) -> tuple[float, float, float]:
    """Median times of both, and the median of left / right; turns begin with either."""
    for _ in range(warm):
        left()
        right()
    pairs = []
    for turn in range(rounds):
        if turn % 2:
            second = clock(right)
            pairs.append((clock(left), second))
        else:
            first = clock(left)
            pairs.append((first, clock(right)))
    ratio = median(one / other for one, other in pairs)
    return median(one for one, _ in pairs), median(other for _, other in pairs), ratio


def line(name: str, *values: str) -> None:
    print(f"  {name:<46}" + "".join(f"{value:>16}" for value in values), flush=True)


def milliseconds(value: float) -> str:
    return f"{value * 1000:.1f} ms"
