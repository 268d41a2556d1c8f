"""Sets of sizes that repeat from some size on: a list below a start, then residues of a period."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import lcm

from archc.named import NamedTuple


class SizeSet(NamedTuple):
    """The sizes in `early`, all below `start`; from there on those n with n % period in `residues`.

    Made by `repeating`, it is the shortest such description, so equal sets are equal tuples.
    """

    early: tuple[int, ...]
    start: int
    period: int
    residues: tuple[int, ...]

    def __contains__(self, size: object) -> bool:
        if not isinstance(size, int) or size < 1:
            return False
        if size < self.start:
            return size in self.early
        return size % self.period in self.residues

    @property
    def empty(self) -> bool:
        return not self.early and not self.residues

    @property
    def finite(self) -> bool:
        return not self.residues

    @property
    def least(self) -> int | None:
        """The smallest size of the set."""
        return self.above(1)

    def above(self, size: int) -> int | None:
        """The smallest member from `size` on."""
        for one in self.early:
            if one >= size:
                return one
        first = max(size, self.start)
        return next((n for n in range(first, first + self.period) if n in self), None)

    def below(self, size: int) -> int | None:
        """The largest member up to `size`."""
        if size >= self.start:
            last = max(size - self.period, self.start - 1)
            found = next((n for n in range(size, last, -1) if n in self), None)
            if found is not None:
                return found
        return next((n for n in reversed(self.early) if n <= size), None)

    def nearest(self, size: int) -> int | None:
        """The member nearest to `size`, the smaller one of two."""
        ends = [one for one in (self.below(size), self.above(size)) if one is not None]
        return min(ends, key=lambda one: abs(one - size), default=None)

    def __and__(self, other: object) -> SizeSet:
        if not isinstance(other, SizeSet):
            return NotImplemented
        start = max(self.start, other.start)
        if self.finite or other.finite:
            finite = self if self.finite else other
            return listed(n for n in finite.early if n in self and n in other)
        return repeating(lambda n: n in self and n in other, start, lcm(self.period, other.period))


ANY = SizeSet((), 1, 1, (0,))


def repeating(accepts: Callable[[int], bool], start: int, period: int) -> SizeSet:
    """The set of a condition that repeats with a period from a start on."""
    early = [n for n in range(1, start) if accepts(n)]
    residues = {n % period for n in range(start, start + period) if accepts(n)}
    if not residues:
        return listed(early)
    for shorter in (d for d in range(1, period) if period % d == 0):
        if all((one + shorter) % period in residues for one in residues):
            residues = {one % shorter for one in residues}
            period = shorter
            break
    members = set(early)
    while start > 1 and ((start - 1) in members) == ((start - 1) % period in residues):
        start -= 1
    return SizeSet(tuple(n for n in early if n < start), start, period, tuple(sorted(residues)))


def listed(sizes: Iterable[int]) -> SizeSet:
    """A finite set."""
    members = tuple(sorted(set(sizes)))
    return SizeSet(members, members[-1] + 1 if members else 1, 1, ())
