"""Broken texts by the thousand: `python -m tests.campaigns.fuzz check|emit FIRST COUNT`.

Each number is a text: a bundled spec, a case of the suite or a hostile text, changed at random, and
the same for the same number. `check` checks it, `emit` makes everything of it that archc can make,
what takes long of every tenth. A failure is told with its number; nothing else stops the run.
"""

from __future__ import annotations

import gc
import random
import re
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from archc.emit.text import clean
from archc.language.source import Source
from tests.robustness.emitters import EMITTERS, SLOW, Given
from tests.robustness.guard import Late, guard
from tests.robustness.hostile import SMALL
from tests.robustness.mutate import CASES, TEXTS, mutated
from tests.robustness.sound import INTERNAL, checked

EVERY = 1_000  # texts between two lines of the log
MISTAKE = re.compile("archc's mistake|mistake of archc|mistake of its own")


def fuzzed(seed: int) -> tuple[str, str]:
    """Of ten texts three come from bundled specs, six from cases of the suite, one is hostile."""
    return mutated(seed, (*(TEXTS,) * 3, *(CASES,) * 6, SMALL)[seed % 10])


def check_one(seed: int) -> None:
    name, text = fuzzed(seed)
    checked(text, name)


def emit_one(seed: int) -> None:
    """Whatever is made holds nothing of archc's inside, and nothing that steers a terminal."""
    name, text = fuzzed(seed)
    given = Given(Source(text, name), checked(text, name))
    emitters = {**EMITTERS, **SLOW} if random.Random(seed).random() < 0.1 else EMITTERS
    for form, emit in emitters.items():
        for made in emitted(form, emit(given)):
            assert INTERNAL.search(made) is None, f"{form} shows what is inside"
            wrong = MISTAKE.search(made)
            assert wrong is None, f"{form}: {made[max(wrong.start() - 200, 0) : wrong.end()]}"
            if form not in ("fmt", "fix"):  # which keep the author's text as it is
                assert_harmless(form, made)


def emitted(form: str, parts: Iterator[str]) -> Iterator[str]:
    """What an emitter gives, each part in its time."""
    while True:
        try:
            with guard():
                part = next(parts, None)
        except (Exception, Late) as error:
            raise AssertionError(f"{form}: {type(error).__name__}: {error}") from error
        if part is None:
            return
        yield part


def assert_harmless(form: str, text: str) -> None:
    for line in text.replace("\r\n", "\n").split("\n"):  # the line ends of CSV
        assert clean(line).replace("    ", "\t") == line.replace("    ", "\t"), (
            f"{form} prints {ascii(line)[:200]}"
        )


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
