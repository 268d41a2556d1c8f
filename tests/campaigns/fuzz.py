"""Broken texts by the thousand: `python -m tests.campaigns.fuzz check|emit FIRST COUNT`.

Each number is a text: a bundled spec, a case of the suite or a hostile text, changed at random, the
same as long as these are. `check` checks it, `emit` makes everything of it that archc can make,
what takes long of every tenth. A failure is told with its number as it is found, and stops nothing;
the last line sums up. A run is one process, so many run side by side, each on numbers of its own:

    for i in $(seq 0 15); do
        python -m tests.campaigns.fuzz check $((70000000 + i * 6250)) 6250 --seconds 540 > $i.txt &
    done; wait; tail -qn 1 *.txt
"""

from __future__ import annotations

import gc
import random
import sys
import time
import traceback
from pathlib import Path
from typing import NamedTuple

from archc.language.source import Source
from tests.campaigns.numbers import numbers
from tests.robustness.emitters import Given, hold
from tests.robustness.guard import SECONDS, Late, guard
from tests.robustness.hostile import SMALL
from tests.robustness.mutate import CASES, TEXTS, mutated
from tests.robustness.sound import checked

EVERY = 100  # texts between two collections of what is in cycles


class Sum(NamedTuple):
    """What a run came to: `longest` is in seconds of the processor, for the text of `seed`."""

    texts: int
    failed: int
    longest: float
    seed: int


def fuzzed(seed: int) -> tuple[str, str]:
    """Of ten texts three come from bundled specs, six from cases of the suite, one is hostile."""
    return mutated(seed, (*(TEXTS,) * 3, *(CASES,) * 6, SMALL)[seed % 10])


def check_one(seed: int) -> None:
    name, text = fuzzed(seed)
    checked(text, name)


def emit_one(seed: int) -> None:
    name, text = fuzzed(seed)
    given = Given(Source(text, name), checked(text, name))
    hold(given, slow=random.Random(seed).random() < 0.1)


def told(error: BaseException) -> str:
    """A line about a failure: where it came from, and what it says."""
    cause = error.__cause__ or error
    frame = traceback.extract_tb(cause.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    return f"{type(cause).__name__} at {where}: {ascii(str(error))[:400]}"


def told_of(kind: str, seed: int) -> str:
    """What failed with a text, or nothing."""
    one = {"check": check_one, "emit": emit_one}[kind]
    try:
        with guard(SECONDS if kind == "check" else 1_000):
            one(seed)
    except (Exception, Late) as error:
        return f"{kind} {seed}: {told(error)}"
    return ""


def campaign(kind: str, first: int, count: int, seconds: float) -> Sum:
    """Runs so many texts, or what is begun of them within so many seconds of the clock."""
    result = Sum(0, 0, 0.0, first)
    end = time.monotonic() + seconds
    for seed in range(first, first + count):
        if time.monotonic() > end:
            break
        start = time.process_time()
        failure = told_of(kind, seed)
        if failure:
            print(failure, flush=True)
        longest = max((time.process_time() - start, seed), (result.longest, result.seed))
        result = Sum(result.texts + 1, result.failed + bool(failure), *longest)
        if result.texts % EVERY == 0:
            gc.collect()
    return result


def main(words: list[str]) -> int:
    asked = numbers("fuzz", ("check", "emit"), words)
    gc.disable()
    begun = time.process_time()
    result = campaign(asked.kind, asked.first, asked.count, asked.seconds)
    print(
        f"-- {asked.kind}: {result.texts:,} of {asked.count:,} texts from {asked.first}, "
        f"{result.failed} failed, {time.process_time() - begun:,.0f} s of the processor, "
        f"the longest {result.longest:.1f} s ({result.seed})",
        flush=True,
    )
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
