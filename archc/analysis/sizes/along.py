"""The sizes that a network takes along one letter, the others left open.

Every size up to some n is tried. That no more are needed is proved as it goes: where all maps of
the network have grown by whole steps from n to n + period, every layer is past the size from which
it repeats itself, and whatever sizes are compared keep their order or their distance, the next
period can only say what this one says (by induction over the layers, then over the periods).
"""

from __future__ import annotations

from archc.analysis.sizes.rhythm import period
from archc.analysis.sizes.sets import SizeSet, repeating
from archc.analysis.sizes.walk import Refusal, Sized, Untold, Walk
from archc.graph.graph import Node
from archc.layers.reads import never_read
from archc.named import NamedTuple
from archc.shapes import Shape

MOST_STEPS = 600_000  # layers tried, over all sizes: a second or two
MOST_SIZES = 16_384  # tried beyond the network's own, before the first period that repeats


class Along(NamedTuple):
    """The sizes of one letter that are taken, and those of them at which no stride drops a pixel.

    `refusals` are those met on the way, by size, up to the point from which all repeats.
    """

    sizes: SizeSet
    whole: SizeSet
    refusals: dict[int, Refusal]
    repeats_from: int
    period: int


def along(walk: Walk, letter: str) -> Along:
    """Raises `Untold` where that would take too long."""
    step = period(walk, letter)
    most = MOST_SIZES + 2 * walk.native.get(letter, 0) + step
    rows: list[Sized] = []
    good = 0  # how many sizes on end, up to the last one looked at, have been found to repeat
    size = 0
    while good < step:
        size += 1
        while len(rows) < size + step:
            if len(rows) > most or walk.steps > MOST_STEPS:
                raise Untold(f"nothing repeats along {letter} for so long as it was tried")
            rows.append(walk.asked_at({letter: len(rows) + 1}))
        good = good + 1 if _repeats(walk, rows[size - 1], rows[size + step - 1]) else 0
    start = size - step + 1
    known: dict[tuple[int, Shape], bool] = {}

    def accepts(n: int) -> bool:
        return rows[n - 1].refusal is None

    sizes = repeating(accepts, start, step)
    whole = repeating(lambda n: accepts(n) and not _drops(walk, rows[n - 1], known), start, step)
    refusals = {n: row.refusal for n, row in enumerate(rows[: start + step - 1], 1) if row.refusal}
    return Along(sizes, whole, refusals, start, step)


def _repeats(walk: Walk, here: Sized, there: Sized) -> bool:
    """Whether what is said of two sizes, a period apart, is said of all that follow."""
    end = here.refusal.node.index if here.refusal else None
    if end != (there.refusal.node.index if there.refusal else None):
        return False
    for node, sources in walk.asked:
        if node.layer is not None:
            read = [(one.among(here.shapes), one.among(there.shapes)) for one in sources]
            if not _settled(walk, node, read):
                return False
        if node.index == end:
            break
    return True


def _settled(walk: Walk, node: Node, read: list[tuple[Shape, Shape]]) -> bool:
    """Whether one layer does, by what it reads at both sizes."""
    assert node.layer is not None
    grown: list[list[tuple[int, int]]] = []
    for here, there in read:
        found = _grown(here, there)
        if found is None:
            return False
        grown.append(found)
    if any(gain for sizes in grown for _, gain in sizes):
        known = all(isinstance(axis, int) for here, _ in read for axis in here)
        least, step = node.layer.settled(known)
        if any(gain and (x < least or gain % step) for sizes in grown for x, gain in sizes):
            return False
        least, step = node.layer.settled_channels()
        if any(gain and (x < least or gain % step) for (x, gain), *_ in grown):
            return False
        if len(grown) > 1 and not _compared(grown, node.layer.many_inputs):
            return False
    return node.index not in walk.tied or _weights_settled(walk, node, read)


def _grown(here: Shape, there: Shape) -> list[tuple[int, int]] | None:
    """Each axis with what it has grown by; an open one counts as 0. None where one shrinks."""
    grown = []
    for x, y in zip(here, there, strict=True):
        if isinstance(x, int) and isinstance(y, int):
            if y < x:
                return None
            grown.append((x, y - x))
        elif isinstance(x, int) or isinstance(y, int):
            return None
        else:
            grown.append((0, 0))
    return grown


def _compared(grown: list[list[tuple[int, int]]], stretches: bool) -> bool:
    """Whether sizes that have to agree keep their distance or their order."""
    for sizes in zip(*grown, strict=False):
        if not all(_keeps_order(one, sizes[0]) for one in sizes):
            return False
        if stretches and any(gain and x < 2 for x, gain in sizes):
            return False  # an axis of 1 stretches, a longer one does not
    return True


def _keeps_order(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[1] == other[1] or (one[0] - other[0]) * (one[1] - other[1]) > 0


def _weights_settled(walk: Walk, node: Node, read: list[tuple[Shape, Shape]]) -> bool:
    """Weights are made for one size: past it, none fits again."""
    assert node.layer is not None
    before, after = (node.layer.weights(list(shapes)) for shapes in zip(*read, strict=True))
    for old, new, own in zip(before, after, walk.tied[node.index], strict=True):
        for x, y, size in zip(old.shape, new.shape, own, strict=True):
            if isinstance(x, int) and isinstance(size, int) and x != y and x <= size:
                return False
    return True


def _drops(walk: Walk, row: Sized, known: dict[tuple[int, Shape], bool]) -> bool:
    """Whether a stride leaves pixels behind the last window of some layer."""
    for node, sources in walk.asked:
        layer = node.layer
        if layer is None or set(layer.strides) <= {1}:
            continue
        shape = sources[0].among(row.shapes)
        key = id(layer), shape
        if key not in known:
            left = never_read(layer.windows([shape]), shape, row.shapes[node.index])
            known[key] = any(left)
        if known[key]:
            return True
    return False
