"""How high each unit and each long arrow stands: branches beside the chain they leave."""

from __future__ import annotations

from archc.emit.volumes.chains import Chain
from archc.named import NamedTuple

GAP = 10.0  # between a branch and what it is beside
TITLE = 19.0  # the room of a frame's title, above what is in it
BORDER = 11.0  # beside the border of a frame
LANE = 7.0  # from one long arrow to the next
SHAFT = 16.0  # of an arrow above a circle: its head, and a piece of line
_BAND = 16.0  # between two levels
_LEVEL = 50.0  # from the middle of one to that of the next, at least
_BESIDE = 24.0  # between what is on two levels and need not be below each other


class Box(NamedTuple):
    """A rectangle that is taken, without the room for the `frames` around it."""

    left: float
    right: float
    top: float
    bottom: float
    frames: frozenset[int] = frozenset()

    def down(self, dy: float) -> Box:
        return self._replace(top=self.top + dy, bottom=self.bottom + dy)


class Body(NamedTuple):
    """A unit's place along the row, how far it reaches above and below its axis, and which frames
    are around it."""

    left: float
    right: float
    up: float
    down: float
    frames: frozenset[int] = frozenset()
    rim: float = 0.0  # how far a circle reaches above its axis, to which arrows come down


class Placed(NamedTuple):
    """Heights of units and of the lanes of long arrows, by (tail, head); and what is taken."""

    units: dict[int, float]
    lanes: dict[tuple[int, int], float]
    boxes: list[Box]


Pair = tuple[int, int]


def place(
    bodies: dict[int, Body],
    several: list[Chain],
    skips: dict[Pair, frozenset[int]],
    sides: dict[int, int],
) -> Placed:
    """Places all chains.

    `skips` are arrows along one chain that pass over units of it, each with the frames that are
    around both its ends; `sides` tells for a chain how far it stands from the one it leaves, below
    0 above it.
    """
    home = {unit: number for number, chain in enumerate(several) for unit in chain.units}
    children: dict[int, list[int]] = {}
    for number, chain in enumerate(several[1:], start=1):
        ends = [home[one] for one in (chain.start, chain.end) if one is not None]
        parent = ends[0] if ends else 0
        if parent >= number:
            parent = min([*ends, 0])
        children.setdefault(parent, []).append(number)
    return _Placer(bodies, several, skips, sides, home, children).chain(0)


def in_levels(
    bodies: dict[int, Body],
    several: list[Chain],
    skips: dict[Pair, frozenset[int]],
    level: tuple[int, ...],
) -> Placed:
    """Places chains piece by piece, each on the level of its maps."""
    pieces: list[Chain] = []
    for chain in several:
        for unit in chain.units:
            if (
                pieces
                and pieces[-1].units[-1] in chain.units
                and (level[pieces[-1].units[-1]] == level[unit])
            ):
                pieces[-1] = Chain((*pieces[-1].units, unit), None, None)
            else:
                pieces.append(Chain((unit,), None, None))
    home = {unit: number for number, piece in enumerate(pieces) for unit in piece.units}
    placer = _Placer(bodies, pieces, skips, {}, home, {})
    bands: dict[int, Placed] = {}
    for number, piece in enumerate(pieces):
        band = bands.setdefault(level[piece.units[0]], Placed({}, {}, []))
        group = placer.chain(number)
        _add(band, group, _up(band.boxes, group.boxes))
    result = Placed({}, {}, [])
    base = 0.0
    for number in sorted(bands):
        below = (_below(upper, lower) for upper in result.boxes for lower in bands[number].boxes)
        base = max([base + _LEVEL if result.units else 0.0, *below])
        _add(result, bands[number], base)
    return result


def _below(upper: Box, lower: Box) -> float:
    """How far a box must move down to be below another one, with the frames around both; what
    stands beside it needs no room."""
    if lower.left - _BESIDE >= upper.right or upper.left >= lower.right + _BESIDE:
        return 0.0
    return reach([upper])[1] - reach([lower])[0] + _BAND


def reach(boxes: list[Box]) -> tuple[float, float]:
    """From where to where boxes reach with the frames around them."""
    return (
        min(box.top - TITLE * len(box.frames) for box in boxes),
        max(box.bottom + BORDER / 2 * len(box.frames) for box in boxes),
    )


def _framed(boxes: list[Box], others: list[Box]) -> list[Box]:
    """The boxes, and what is in each frame that is around none of the others as one box more."""
    own = frozenset[int]().union(*(box.frames for box in boxes))
    result = list(boxes)
    for frame in sorted(own.difference(*(box.frames for box in others))):
        inside = [box for box in boxes if frame in box.frames]
        result.append(
            Box(
                min(box.left for box in inside), max(box.right for box in inside),
                min(box.top for box in inside), max(box.bottom for box in inside),
                frozenset.intersection(*(box.frames for box in inside)),
            )
        )  # fmt: skip
    return result


def _apart(upper: Box, lower: Box) -> float:
    """The room between two boxes for the frames that are around one of them alone."""
    titles = len(lower.frames - upper.frames)
    return GAP + TITLE * titles + BORDER / 2 * len(upper.frames - lower.frames)


def _add(placed: Placed, group: Placed, dy: float) -> None:
    placed.units.update({unit: y + dy for unit, y in group.units.items()})
    placed.lanes.update({pair: y + dy for pair, y in group.lanes.items()})
    placed.boxes.extend(box.down(dy) for box in group.boxes)


def _up(taken: list[Box], boxes: list[Box]) -> float:
    """How far boxes must move up to be free: arrows to a volume from a lower level come below."""
    moves = [0.0]
    for one in boxes:
        for other in taken:
            if one.left < other.right and other.left < one.right:
                moves.append(other.top - one.bottom - _apart(one, other))
    for move in sorted((move for move in moves if move <= 0), reverse=True):
        if not any(
            one.left < other.right and other.left < one.right
            and one.top + move < other.bottom and other.top < one.bottom + move
            for one in boxes for other in taken
        ):  # fmt: skip
            return move
    return 0.0


class _Placer:
    def __init__(
        self,
        bodies: dict[int, Body],
        several: list[Chain],
        skips: dict[Pair, frozenset[int]],
        sides: dict[int, int],
        home: dict[int, int],
        children: dict[int, list[int]],
    ) -> None:
        self.bodies = bodies
        self.several = several
        self.skips = skips
        self.sides = sides
        self.home = home
        self.children = children

    def chain(self, number: int) -> Placed:
        """A chain on its own axis, with all that branches off it."""
        chain = self.several[number]
        placed = Placed({}, {}, [])
        for unit in chain.units:
            placed.units[unit] = 0.0
            body = self.bodies[unit]
            placed.boxes.append(Box(body.left, body.right, -body.up, body.down, body.frames))
        jobs: list[tuple[bool, float, int, int | Pair]] = []
        for child in self.children.get(number, ()):
            own = self.several[child]  # what does not come back stands beyond what does
            away = own.end is None and own.start is not None
            jobs.append((away, self._span(own), abs(self.sides.get(child, 1)), child))
        ends = {chain.start, chain.end}
        for tail, head in self.skips:
            homes = {self.home[one] for one in (tail, head) if one not in ends}
            if homes == {number}:
                span = self.bodies[head].left - self.bodies[tail].right
                jobs.append((False, span, 0, (tail, head)))
        for *_, job in sorted(jobs, key=lambda one: one[:3]):
            if isinstance(job, int):
                self._branch(placed, job)
            else:
                self._lane(placed, job)
        return placed

    def _span(self, chain: Chain) -> float:
        left, right = self._ends(chain)
        return right - left

    def _ends(self, chain: Chain) -> tuple[float, float]:
        """How far a branch reaches, with the arrows to and from it."""
        first, last = self.bodies[chain.units[0]], self.bodies[chain.units[-1]]
        left = first.left if chain.start is None else self.bodies[chain.start].right
        right = last.right if chain.end is None else self.bodies[chain.end].left
        return min(left, first.left), max(right, last.right)

    def _lane(self, placed: Placed, pair: Pair) -> None:
        """A long arrow above what it passes over."""
        tail, head = pair
        left, right = self.bodies[tail].right, self.bodies[head].left
        around = self.skips[pair]  # it stays within these frames
        passed = [box for box in placed.boxes if box.left < right and box.right > left]
        tops = [box.top - TITLE * len(box.frames - around) for box in passed]
        y = min([-8.0, -self.bodies[head].rim - SHAFT, *(top - LANE for top in tops)])
        placed.lanes[pair] = y
        placed.boxes.append(Box(left, right, y - 3, y + 3, around))

    def _branch(self, placed: Placed, number: int) -> None:
        chain = self.several[number]
        group = self.chain(number)
        left, right = self._ends(chain)
        first, last = self.bodies[chain.units[0]], self.bodies[chain.units[-1]]
        boxes = [*group.boxes, Box(left, first.right, -4, 4), Box(last.left, right, -4, 4)]
        moves = [0.0]
        up = self.sides.get(number, 1) < 0
        for one in _framed(boxes, placed.boxes):
            for other in _framed(placed.boxes, boxes):
                if one.left < other.right and other.left < one.right:
                    if up:
                        moves.append(other.top - one.bottom - _apart(one, other))
                    else:
                        moves.append(other.bottom - one.top + _apart(other, one))
        dy = min(moves) if up else max(moves)
        _add(placed, group._replace(boxes=boxes), dy)
