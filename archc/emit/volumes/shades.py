"""Colours of what is fused, and of closed blocks: in one picture every word has its own, as far as
the eye can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from archc.emit.volumes.model import Part, Stripe, Unit

FUSED = {"normalisation": 3, "activation": 4, "dropout": 2}  # of each class, the most
SHADES = {**FUSED, "block": 4}


def shades(kind: str) -> list[str]:
    """The colours of a class, that of its most frequent word first; what is left has the last."""
    return [kind, *(f"{kind}{number}" for number in range(2, SHADES[kind] + 1))]


def shaded(units: list[Unit]) -> list[Unit]:
    """The units with a colour for each word of a class: ReLU and sigmoid are told apart."""
    colours = _colours(units)

    def told(several: tuple[Stripe, ...]) -> tuple[Stripe, ...]:
        return tuple(Stripe(colours[one], one.word) for one in several)

    return [
        unit._replace(
            leading=told(unit.leading), stripes=told(unit.stripes), parts=_parts(unit, colours)
        )
        for unit in units
    ]


def spoken(units: tuple[Unit, ...]) -> dict[str, list[str]]:
    """For each colour of what is fused, or would be, and of closed blocks its words in the order of
    the picture."""
    found: dict[str, dict[str, None]] = {}
    for unit in units:
        own = [Stripe(part.kind, _word(unit)) for part in unit.parts if _own(unit)]
        for stripe in (*unit.leading, *own, *unit.stripes):
            found.setdefault(stripe.kind, {})[stripe.word] = None
    return {kind: list(several) for kind, several in found.items()}


def _own(unit: Unit) -> bool:
    """Whether a volume is itself of a class that has several shades."""
    return unit.kind in SHADES and bool(unit.lines)


def _word(unit: Unit) -> str:
    """What tells a volume from others of its class."""
    return unit.called or unit.lines[0]


def _said(unit: Unit) -> Iterator[Stripe]:
    yield from unit.leading
    if _own(unit):
        yield Stripe(unit.kind, _word(unit))
    yield from unit.stripes


def _colours(units: list[Unit]) -> dict[Stripe, str]:
    """The colour of each class and word."""
    counted = Counter(stripe for unit in units for stripe in _said(unit))
    found: dict[Stripe, str] = {}
    for kind in SHADES:
        several = [one for one, _ in counted.most_common() if one.kind == kind]
        colours = shades(kind)
        for number, one in enumerate(several):
            found[one] = colours[min(number, len(colours) - 1)]
    return found


def _parts(unit: Unit, colours: dict[Stripe, str]) -> tuple[Part, ...]:
    if _own(unit):
        colour = colours[Stripe(unit.kind, _word(unit))]
        return tuple(part._replace(kind=colour) for part in unit.parts)
    named = (colours.get(Stripe(part.kind, part.block), part.kind) for part in unit.parts)
    return tuple(p._replace(kind=kind) for p, kind in zip(unit.parts, named, strict=True))
