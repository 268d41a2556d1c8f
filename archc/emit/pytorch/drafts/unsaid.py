"""Numbers that cannot be said: what stands for them in the code, and what is lost by it."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.drafts.flow import SIZES
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.classes import Hole, Lost, Unlike
from archc.emit.pytorch.reading.number import Said, hangs_of
from archc.emit.pytorch.reading.runs import Note
from archc.language.source import Span

POOL = "pooling to a fixed size before that keeps it"
KEEP = {"positions": POOL, "in_features": POOL}
"""What keeps an argument, by what the number is called that it decides."""


def lose(
    writer: Writer, hangs: frozenset[str], span: Span, keep: str = "", fixed: bool = True
) -> None:
    """A number that is written out hangs on these: the code does not follow them."""
    known = {one.python for one in writer.plan.arguments} | {"in_channels", *SIZES}
    for name in writer.names.behind(hangs) & known:
        first = writer.signature.lost.get(name, Lost(span, keep, fixed))
        writer.signature.lost[name] = first._replace(fixed=first.fixed or fixed)


def said_or_hole(
    writer: Writer, value: Any, seen: list[tuple[Note, Any]], name: str, span: Span
) -> ir.Expr:
    """A number of the constructor: as it is said, or what it was."""
    if not isinstance(value, Said):
        return ir.Const(value)
    return value.said or hole(writer, seen, value, name, span)


def hole(
    writer: Writer, seen: list[tuple[Note, Any]], value: Any, name: str, span: Span
) -> ir.Expr:
    """A number that cannot be said: the one it always was, or an argument more of the class."""
    real = [one for one in seen if not _imagined(writer, one[0])] or seen
    values = {repr(worth) for _, worth in real}
    hangs = hangs_of(value)
    fixed = len(values) <= 1 and not varies(writer, hangs)
    lose(writer, hangs, span, KEEP.get(name, ""), fixed)
    if fixed:
        worth = real[0][1] if real else int(value)
        return ir.Const(int(worth) if isinstance(worth, int) and type(worth) is not bool else worth)
    by_owner: dict[int, Any] = {}
    for note, worth in real:
        if by_owner.setdefault(id(note.owner), worth) != worth:
            raise Unlike
    roots = [one.scope.name for one in writer.plan.real if one.caller is None]
    if len(writer.plan.real) == len(roots) == 1 or writer.plan.definition.name.id in roots:
        raise Unlike  # nobody gives it an argument more
    holes = writer.signature.holes
    for place, known in enumerate(holes):
        if known.wanted == name and known.values == by_owner:
            holes[place] = known._replace(hangs=known.hangs | hangs)
            return ir.Name(known.name)
    holes.append(Hole(writer.local(name), name, by_owner, hangs))
    return ir.Name(holes[-1].name)


def varies(writer: Writer, hangs: frozenset[str]) -> bool:
    """Whether another call, or another member of a family, may have another number.

    The number is an argument of their class then: no one value of theirs can take its place.
    """
    if all(one.caller is not None for one in writer.plan.instances):
        return any(one.python in hangs for one in writer.plan.arguments)
    roots = [one for one in writer.plan.real if one.caller is None]
    if any(one.scope.name == writer.plan.definition.name.id for one in roots):
        return False  # the class is a network itself, which is made without arguments
    words = [one.name for one in writer.plan.arguments if one.python in hangs]
    return any(len({repr(root.place.values.get(word)) for root in roots}) > 1 for word in words)


def _imagined(writer: Writer, note: Note) -> bool:
    return any(one.phantom for one in writer.plan.instances if one.scope is note.owner)
