"""Broken texts by the thousand: `python -m tests.campaigns.fuzz check|emit FIRST COUNT`.

Each number is a text: a bundled spec, a case of the suite or a hostile text, changed at random, the
same as long as these are. `check` checks it, `emit` makes everything of it that archc can make,
what takes long of every tenth. A failure is told with its number; nothing else stops the run.
"""

from __future__ import annotations

import gc
import random
import sys
import time
import traceback
from pathlib import Path

from archc.language.source import Source
from tests.robustness.emitters import Given, hold
from tests.robustness.guard import Late, guard
from tests.robustness.hostile import SMALL
from tests.robustness.mutate import CASES, TEXTS, mutated
from tests.robustness.sound import checked

EVERY = 1_000  # texts between two lines of the log


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


def main(words: list[str]) -> int:
    kind, first, count = words[0], int(words[1]), int(words[2])
    one = {"check": check_one, "emit": emit_one}[kind]
    failed = 0
    longest = (0.0, first)
    gc.disable()
    begun = time.process_time()
    for seed in range(first, first + count):
        start = time.process_time()
        try:
            with guard(1_000 if kind == "emit" else 5):
                one(seed)
        except (Exception, Late) as error:
            failed += 1
            print(f"{kind} {seed}: {told(error)}", flush=True)
        longest = max(longest, (time.process_time() - start, seed))
        done = seed + 1 - first
        if done % EVERY == 0 or done == count:
            gc.collect()
            took = time.process_time() - begun
            print(
                f"-- {kind}: {done:,} texts from {first}, {failed} failed, {took:,.0f} s of the "
                f"processor, the longest {longest[0]:.1f} s ({longest[1]})",
                flush=True,
            )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
