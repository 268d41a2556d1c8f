"""What the positions of a map see of the input along one axis, composed layer by layer.

Positions repeat: behind a fractional stride there are several phases, and each sees an interval of
its own, position y + q what position y sees, `advance` pixels further. Where branches meet whose
strides have nothing in common, as at odd sizes, the positions are listed one by one.

The plane is thought without borders: a position at the edge is said to see the padding too.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, lcm

from archc.analysis.facts import Number
from archc.layers.reads import MOST_PHASES, Window, plain
from archc.named import NamedTuple
from archc.shapes import Axis

MOST_POSITIONS = 65_536  # of a map whose positions are listed; what has more is unknown

Interval = tuple[int, int] | None  # first and last pixel; None sees nothing


class View(NamedTuple):
    """The pixels of each position: of one period, or `listed` of every position of the map.

    `stride` is the mean step between positions; `least` and `greatest` are twice the centre of
    position 0 on the ways from the input, as Araujo, Norris and Sim (Distill, 2019) define it.
    """

    intervals: tuple[Interval, ...]
    advance: int
    stride: Number
    least: Number
    greatest: Number
    listed: bool = False

    def at(self, place: int) -> Interval:
        """What the position sees; those outside a listed map continue its ends."""
        intervals = self.intervals
        if self.listed:
            inside = min(max(place, 0), len(intervals) - 1)
            beyond = (place - inside) * self.stride
            moved = floor(beyond) if beyond < 0 else ceil(beyond)
        else:
            periods, inside = divmod(place, len(intervals))
            moved = periods * self.advance
        found = intervals[inside]
        return None if found is None else (found[0] + moved, found[1] + moved)

    @property
    def regular(self) -> bool:
        """Whether each position sees something, and no less far than the one before it."""
        before = self.at(-1)
        for here in self.intervals:
            if before is None or here is None or here[0] < before[0] or here[1] < before[1]:
                return False
            before = here
        return True

    def size(self, pixels: Axis) -> int:
        """The most pixels, from the first to the last, that an inner position sees.

        Where each position sees beyond one of the two ends of the input, the most that any sees.
        """
        seen = [one for one in self.intervals if one]
        if isinstance(pixels, int) and len(seen) > 1:
            seen = [one for one in seen if self._inside(one, pixels)] or seen
        return max((last - first + 1 for first, last in seen), default=0)

    def _inside(self, seen: tuple[int, int], pixels: int) -> bool:
        """Whether an interval, or one some periods further, lies in an input of so many pixels."""
        first, last = seen
        if self.advance:  # the first period at which it begins in the input
            moved = -(first // self.advance) * self.advance
            first, last = first + moved, last + moved
        return first >= 0 and last < pixels

    @property
    def hull(self) -> tuple[Number, Number]:
        """Size and padding of the least window that moves by the stride and holds every view."""
        if len(self.intervals) == 1 and self.intervals[0] is not None:
            low, high = self.intervals[0]
            return high - low + 1, -low
        places = [(y * self.stride, seen) for y, seen in enumerate(self.intervals) if seen]
        padding = max((place - seen[0] for place, seen in places), default=0)
        end = max((seen[1] - place for place, seen in places), default=-1)
        return plain(end + padding + 1), plain(padding)


START = View(((0, 0),), 1, 1, 0, 0)


def constant(low: int, high: int) -> View:
    """What every position sees alike."""
    return View(((low, high),), 0, 0, low + high, low + high)


def slide(view: View, window: Window, size: Axis) -> View | None:
    """The view behind a window, for a map of this size; None where there are too many phases."""
    phases, step = window
    stride = view.stride
    if len(phases) == len(view.intervals) == 1 and not view.listed:
        seen, read = view.intervals[0], phases[0]
        if seen is not None and read:
            one = (seen[0] + read[0] * view.advance, seen[1] + read[-1] * view.advance)
            advance = view.advance * step
            shift = stride * (read[0] + read[-1])
            return View((one,), advance, advance, view.least + shift, view.greatest + shift)
    shift = stride * (window.size - 1 - 2 * window.padding)
    moved = plain(stride * window.stride), plain(view.least + shift), plain(view.greatest + shift)
    inner = len(view.intervals)
    turns = 1 if view.listed else lcm(step, inner) // step if step else 1
    listed = view.listed
    period = _positions(len(phases) * turns, listed, size)
    if period is None:
        return None
    listed = listed or period < len(phases) * turns
    regular = view.regular
    intervals: list[Interval] = []
    for y in range(period):
        turn, phase = divmod(y, len(phases))
        places: Sequence[int] = phases[phase]
        if regular and places:
            places = places[0], places[-1]
        intervals.append(_around([view.at(place + turn * step) for place in places]))
    advance = 0 if listed else view.advance * (turns * step // inner)
    return View(tuple(intervals), advance, *moved, listed)


def _positions(period: int, listed: bool, size: Axis) -> int | None:
    """How many positions to look at: all of a map that is smaller than the period, or listed."""
    if isinstance(size, int) and (listed or size < period):
        return size if size <= MOST_POSITIONS else None
    return None if listed or period > MOST_PHASES else period


def _around(views: Sequence[Interval]) -> Interval:
    found = [one for one in views if one is not None]
    if not found:
        return None
    return min([low for low, _ in found]), max([high for _, high in found])


def hull(views: Sequence[View], size: Axis) -> View | None:
    """What is seen where branches meet; None where an open size decides it."""
    strides = [view.stride for view in views]
    stride = max([one for one in strides if isinstance(one, int)], default=max(strides))
    least = min([view.least for view in views])
    greatest = max([view.greatest for view in views])
    period = lcm(*[len(view.intervals) for view in views])
    same = len(set(strides)) == 1 and not any(view.listed for view in views)
    if same and period == 1:
        one = _around([view.intervals[0] for view in views])
        return View((one,), int(stride), stride, least, greatest)
    count = _positions(period, not same, size)
    if count is None:
        return None
    listed = not same or count < period
    intervals = tuple([_around([view.at(y) for view in views]) for y in range(count)])
    return View(intervals, 0 if listed else int(stride * period), stride, least, greatest, listed)


def figures(view: View, pixels: Axis) -> tuple[Number, ...]:
    """Size, stride, padding, centre, misalignment and hull, along an input of so many pixels."""
    size, padding = view.hull
    center = _half(size - 1 - 2 * padding)
    return view.size(pixels), view.stride, padding, center, _half(view.greatest - view.least), size


def _half(number: Number) -> Number:
    if isinstance(number, int) and number % 2 == 0:
        return number // 2
    return plain(Fraction(number) / 2)
