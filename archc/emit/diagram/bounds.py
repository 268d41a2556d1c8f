"""What stands in the way of boxes that move across: other boxes, frames, headings, arrows."""

from __future__ import annotations

from collections.abc import Callable

from archc.emit.diagram.curves import overlap, sampled, strikes
from archc.emit.diagram.laid import Frame, Laid, Point, Rect, Way
from archc.emit.diagram.routes import Routes

_BOXES, _FRAMES, _HEADINGS = 6.0, 4.0, 2.0  # points that are to stay between
_STRUCK = 20.0  # how much an arrow through a box or a heading hurts


class Bounds:
    """The frames of a drawing, which follow what is in them, and how much is too near."""

    def __init__(self, laid: Laid, routes: Routes) -> None:
        self._laid = laid
        self._routes = routes
        self._curves = {id(way): _curve(way) for way in laid.ways if way.seen}
        self._spans = {key: _span(curve) for key, curve in self._curves.items()}
        self._order = self._inner_first()
        self._margins: dict[int, tuple[float, float, float]] = {}
        for number in self._order:
            frame = laid.frames[number]
            left, right = self._content(frame)
            heading = frame.heading[0] - frame.rect[0] if frame.heading else 0.0
            self._margins[number] = left - frame.rect[0], frame.rect[2] - right, heading

    def _inner_first(self) -> list[int]:
        """A group behind all that are in it."""
        frames, found = self._laid.frames, list[int]()

        def visit(number: int) -> None:
            if number in frames and number not in found:
                for inner in frames[number].nested:
                    visit(inner)
                found.append(number)

        for number in frames:
            visit(number)
        return found

    def _content(self, frame: Frame) -> tuple[float, float]:
        """From where to where reaches what is in a frame."""
        places, frames = self._laid.places, self._laid.frames
        rects = [places[n].rect for n in frame.inside]
        rects += [frames[n].rect for n in frame.nested if n in frames]
        left, right = min(one[0] for one in rects), max(one[2] for one in rects)
        for way in self._laid.ways:
            if way.seen and way.tail in frame.inside and way.head in frame.inside:
                first, _, last, _ = self._spans[id(way)]
                left, right = min(left, first), max(right, last)
        return left, right

    def move(self, numbers: set[int], by: float) -> Callable[[], None]:
        """Moves boxes, and with them their arrows and frames; gives what undoes it."""
        ways = self._routes.of(numbers)
        undo = self._undo(numbers, ways)
        for number in numbers:
            self._laid.places[number].put(self._laid.places[number].x + by)
        self._routes.lead(ways)
        for way in ways:
            self._curves[id(way)] = curve = _curve(way)
            self._spans[id(way)] = _span(curve)
        for number in self._order:
            frame = self._laid.frames[number]
            if not frame.inside & numbers:
                continue
            left, right = self._content(frame)
            before, behind, heading = self._margins[number]
            _, low, _, high = frame.rect
            frame.rect = (left - before, low, right + behind, high)
            if frame.heading is not None:
                frame.heading = (frame.rect[0] + heading, frame.heading[1])
        return undo

    def _undo(self, numbers: set[int], ways: list[Way]) -> Callable[[], None]:
        """Leads arrows as they went before: anew they might go elsewhere, since what stands in
        their way may have moved meanwhile."""
        places, frames = self._laid.places, self._laid.frames
        stood = {number: places[number].x for number in numbers}
        went = [(way, way.points, way.tips, way.label, self._curves[id(way)]) for way in ways]
        framed = [(frame, frame.rect, frame.heading) for frame in frames.values()]

        def undo() -> None:
            for number, x in stood.items():
                places[number].put(x)
            for way, points, tips, label, curve in went:
                way.points, way.tips, way.label = points, tips, label
                self._curves[id(way)] = curve
                self._spans[id(way)] = _span(curve)
            for frame, rect, heading in framed:
                frame.rect, frame.heading = rect, heading

        return undo

    def hurt(self, numbers: set[int]) -> float:
        """How much of what moves with these boxes is too near to something."""
        places, frames = self._laid.places, self._laid.frames
        around = [number for number in self._order if frames[number].inside & numbers]
        still = [(number, place.rect) for number, place in places.items() if number not in numbers]
        found = sum(self._outside(places[n].rect) for n in numbers)
        found += sum(self._outside(self._seen(n)) for n in around)
        for number in numbers:
            rect = places[number].rect
            found += sum(_near(rect, other, _BOXES) for _, other in still)
            for frame in frames.values():
                if number not in frame.inside:
                    found += _near(rect, frame.rect, _FRAMES)
        for number in around:
            frame = frames[number]
            for other, rect in still:
                if other not in frame.inside:
                    found += _near(frame.rect, rect, _FRAMES)
            for two in frames.values():
                if not (frame.inside <= two.inside or two.inside <= frame.inside):
                    found += _near(frame.rect, two.rect, _FRAMES)
        return found + self._struck(numbers, around)

    def _seen(self, number: int) -> Rect:
        """What of a frame is seen: of one without a border what is in it."""
        frame = self._laid.frames[number]
        left, low, right, high = frame.rect
        if frame.said.get("peripheries") != "0":
            return frame.rect
        before, behind, _ = self._margins[number]
        return left + before, low, right - behind, high

    def _outside(self, rect: Rect) -> float:
        return max(0.0, -rect[0]) + max(0.0, rect[2] - self._laid.widest)

    def _struck(self, numbers: set[int], around: list[int]) -> float:
        """How many arrows pass through boxes and headings, where either moves."""
        places, frames = self._laid.places, self._laid.frames
        own = {id(way) for way in self._routes.of(numbers)}
        all_boxes = [(number, place.rect) for number, place in places.items()]
        boxes = [(number, places[number].rect) for number in numbers]
        all_titles = [title for frame in frames.values() if (title := frame.title)]
        titles = [title for number in around if (title := frames[number].title)]
        found = 0
        for way in self._laid.ways:
            if not way.seen:
                continue
            moved = id(way) in own
            curve = self._curves[id(way)]
            left, low, right, high = self._spans[id(way)]
            for number, rect in all_boxes if moved else boxes:
                if rect[0] < right and left < rect[2] and rect[1] < high and low < rect[3]:
                    found += number not in (way.tail, way.head) and strikes(curve, rect)
            for title in all_titles if moved else titles:
                if overlap((left, low, right, high), title, _HEADINGS):
                    found += strikes(curve, title, _HEADINGS)
        return _STRUCK * found


def _span(curve: list[Point]) -> Rect:
    """How far a curve reaches."""
    across, along = [x for x, _ in curve], [y for _, y in curve]
    return min(across), min(along), max(across), max(along)


def _curve(way: Way) -> list[Point]:
    return [*sampled(way.points), *way.tips.values()]


def _near(one: Rect, two: Rect, room: float) -> float:
    """By how much two rectangles are too near."""
    if one[1] >= two[3] or two[1] >= one[3]:
        return 0.0
    gap = max(one[0] - two[2], two[0] - one[2])
    return room - gap if gap < room else 0.0
