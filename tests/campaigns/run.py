"""Random programs by the thousand: `python -m tests.campaigns.run KIND FIRST COUNT`.

Each number is a program, the same as long as the generators are. `networks` holds what
`archc build` writes for random networks to PyTorch, in state, values and gradients, and in values
with other arguments; `families` does so for files of blocks, families and members; `differential`
holds all that archc says of either to the oracles of `differential.py`. A failure is told with its
number as it is found, and stops nothing; at the end stands a line for each oracle, and one that
sums up.
A run is one process of one thread, so many run side by side, each on numbers of its own:

    for i in $(seq 0 15); do
        python -m tests.campaigns.run networks $((900000 + i * 1000)) 1000 --seconds 540 > $i.txt &
    done; wait; sort -n *.txt
"""

from __future__ import annotations

import gc
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch

from archc.emit.pytorch.compile import Compiled
from tests.campaigns.differential import HELD, Comparison, compiled, measured_too
from tests.campaigns.numbers import numbers
from tests.campaigns.programs import program
from tests.emit.pytorch import random_families, random_specs
from tests.robustness.guard import Late, guard

SECONDS = 120  # of the processor, for one comparison of one program
EVERY = 20  # programs between two collections of what is in cycles


class Kind(NamedTuple):
    """Where the programs of a campaign come from, and what each is held to."""

    program: Callable[[int], str]
    comparisons: Callable[[int], dict[str, Comparison]]


KINDS = {
    "networks": Kind(random_specs.spec, lambda seed: HELD),
    "families": Kind(random_families.spec, lambda seed: HELD),
    "differential": Kind(program, measured_too),
}


class Campaign:
    """One run: what it has compared so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kind = KINDS[name]
        self.programs = 0
        self.unsound = 0  # programs that archc finds wrong itself: nothing is built
        self.failed = 0  # programs that are refused or differ
        self.told_of = 0  # failures
        self.longest = (0.0, 0)  # seconds of the processor, and the number of the program
        self.agreed: Counter[str] = Counter()
        self.differed: Counter[str] = Counter()
        self.compared: Counter[str] = Counter()  # networks, and calls with other arguments

    def run(self, first: int, count: int, seconds: float) -> None:
        """So many programs, or what is begun of them within so many seconds of the clock."""
        end = time.monotonic() + seconds
        for seed in range(first, first + count):
            if time.monotonic() > end:
                break
            start, before = time.process_time(), self.told_of
            self.one(seed)
            self.programs += 1
            self.failed += self.told_of > before
            self.longest = max(self.longest, (time.process_time() - start, seed))
            if self.programs % EVERY == 0:
                gc.collect()

    def one(self, seed: int) -> None:
        text = self.kind.program(seed)
        built: list[Compiled | None] = []

        def build() -> int:
            built.append(compiled(text))
            return built != [None]

        if not self.agree("written", seed, build):
            return
        result = built[0]
        if result is None:
            self.unsound += 1
            return
        for name, comparison in self.kind.comparisons(seed).items():
            self.agree(name, seed, partial(comparison, text, result))

    def agree(self, name: str, seed: int, compare: Callable[[], int]) -> bool:
        """Counts a comparison, and tells where it fails."""
        try:
            with guard(SECONDS):
                count = compare()
        except (Exception, Late) as error:
            self.differed[name] += 1
            words = " ".join(str(error).split())[:300]
            self.told_of += 1
            print(f"{self.name} {seed} {name}: {type(error).__name__}: {words}", flush=True)
            return False
        self.agreed[name] += count > 0
        self.compared[name] += count
        return True

    def told(self) -> list[str]:
        """A line for each oracle."""
        return [
            f"-- {self.name} {name}: {self.agreed[name]:,} programs agree in "
            f"{self.compared[name]:,} comparisons, {self.differed[name]} differ"
            for name in sorted({*self.agreed, *self.differed})
        ]


def main(words: list[str]) -> int:
    asked = numbers("run", KINDS, words)
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    campaign = Campaign(asked.kind)
    begun = time.process_time()
    campaign.run(asked.first, asked.count, asked.seconds)
    print(*campaign.told(), sep="\n")
    print(
        f"-- {asked.kind}: {campaign.programs:,} of {asked.count:,} programs from {asked.first}, "
        f"{campaign.unsound:,} of them not sound, {campaign.failed} failed, "
        f"{time.process_time() - begun:,.0f} s of the processor, "
        f"the longest {campaign.longest[0]:.1f} s ({campaign.longest[1]})",
        flush=True,
    )
    return 1 if campaign.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
