"""Pictures for a place: how wide they are there, and how small their text gets."""

from __future__ import annotations

import math

from archc.emit.diagram.options import Room
from archc.named import NamedTuple

POINT = 72 / 25.4  # points a millimetre
SMALLEST = 6.0  # points of text that print can still be read at
_SEEN = {"slide": (SMALLEST, 1.5), "poster": (3 * SMALLEST, 4.0)}  # from afar: see `Room`
PLACES = {
    "column": (84.0, 240.0),
    "page": (170.0, 240.0),
    "slide": (320.0, 150.0),
    "poster": (800.0, 1100.0),
}
"""Width and height in millimetres: of journals with two columns, A4, 16:9 below a title, A0."""
_HIGH = 0.64  # of a page without its caption: what is higher fills it by itself
_LARGE = 7.0  # points of text, to which such a picture is made smaller
CAPTION = 15.0  # millimetres for what is said below a picture as high as a page
_UNITS = {"mm": POINT, "cm": 10 * POINT, "in": 72.0, "pt": 1.0}


class Sized(NamedTuple):
    """What became of a picture in its room."""

    scale: float  # of the drawing
    text: float  # points of its smallest text
    closed: tuple[str, ...]  # what stays closed to get there
    least: float = SMALLEST  # points that its text should have


def place(name: str) -> Room:
    """The room of a column, a page, a slide or a poster."""
    width, height = PLACES[name]
    return Room(width * POINT, height * POINT, *_SEEN.get(name, ()))


def captioned(room: Room) -> Room:
    """A page or a column with room for a caption; a slide or a poster as it is."""
    paper = room.height > room.width and room.enlarged == 1
    return room._replace(height=room.height - CAPTION * POINT) if paper else room


def lower(room: Room, height: float, text: float) -> float:
    """The scale at which a picture of `height` points with `text` of so many does not fill a page,
    or its text is still large; infinite in a column, which is as wide as the picture, or where all
    is seen from afar."""
    paper = room.height > room.width > room.height / 2 and room.enlarged == 1
    return max(_HIGH * room.height / height, _LARGE / text) if paper else math.inf


def width(text: str) -> Room:
    """`84mm`, `8.4cm`, `3.3in`, `240pt`; raises `ValueError`."""
    for unit, points in _UNITS.items():
        if text.endswith(unit):
            value = float(text.removesuffix(unit)) * points
            if not 36 <= value <= 14400:  # half an inch to five metres; nan is neither
                raise ValueError(text)
            return Room(value, max(PLACES["page"][1] * POINT, value))
    raise ValueError(text)


def said(sized: Sized, room: Room) -> list[str]:
    """Notes for the author: what was folded, and text that is too small all the same."""
    notes = []
    at = f"{room.width / POINT:.0f} mm"
    if sized.closed:
        shown = ", ".join(sized.closed[:6])
        more = f" and {len(sized.closed) - 6} more" if len(sized.closed) > 6 else ""
        notes.append(f"to fit {at}, {shown}{more} stay{'s' * (len(sized.closed) == 1)} closed")
    if sized.text < sized.least:
        wanted = f"it should have {sized.least:g}"
        has = math.floor(10 * sized.text) / 10  # 5.97 is no 6
        notes.append(f"the smallest text has {has:.1f} pt at {at}; {wanted}")
    return notes
