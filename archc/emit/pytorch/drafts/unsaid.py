"""Numbers that cannot be said: what they hang on, what stands in the code, what is lost by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from archc.emit.pytorch.drafts.flow import SIZES
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.number import Said, hangs_of
from archc.emit.pytorch.reading.plan import Hole, Lost
from archc.emit.pytorch.reading.runs import Note
from archc.emit.pytorch.reading.sight import Unlike
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS

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
    every = seen or [(writer.plan.instances[0].begin, int(value))]
    return value.said or hole(writer, every, hangs_of(value), name, span)


def hole(
    writer: Writer, seen: list[tuple[Note, Any]], hangs: frozenset[str], name: str, span: Span
) -> ir.Expr:
    """A number that cannot be said: the one it always was, or an argument more of the class."""
    real = [one for one in seen if not _imagined(writer, one[0])] or seen
    values = {repr(worth) for _, worth in real}
    fixed = len(values) <= 1 and not varies(writer, hangs)
    lose(writer, hangs, span, KEEP.get(name, ""), fixed)
    if fixed:
        worth = real[0][1]
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


Body = tuple[tree.Statement, ...]


def mentioned(writer: Writer, body: Body | tree.Expr) -> frozenset[str]:
    """What the names of a text hang on."""
    return _behind(writer, tree.within(body))


def size_deciding(writer: Writer, body: Body) -> frozenset[str]:
    """The same without what can only change channels.

    These are the channels of a convolution, and conditions whose arms all ran and leave the sizes
    of their maps alone: what else decides sizes stands in the arms.
    """
    idle = {id(one) for each in tree.within(body) for one in _idle(writer, each)}
    return _behind(writer, (one for one in tree.within(body) if id(one) not in idle))


def _behind(writer: Writer, nodes: Iterable[Any]) -> frozenset[str]:
    words = {one.id for one in nodes if isinstance(one, tree.Name)}
    bounds = [bound for word in words if (bound := writer.bound(word)) is not None]
    return frozenset[str]().union(*(one.decided for one in bounds))


def _idle(writer: Writer, one: Any) -> Iterator[Any]:
    """The expressions of an action that decide no size."""
    if isinstance(one, tree.Apply) and isinstance(one.callee, tree.Name) and one.arguments:
        kind = KINDS.get(one.callee.id)
        names = [argument.name for argument in one.arguments]
        counts = kind is not None and kind.channels_from == "argument" and "axis" not in names
        if counts and kind is not None and names[0] in (None, next(iter(kind.arguments))):
            yield from tree.within(one.arguments[0].value)
    if isinstance(one, tree.If) and _leaves_sizes(writer, one):
        for arm in one.arms:
            if arm.condition is not None:
                yield from tree.within(arm.condition)


def _leaves_sizes(writer: Writer, action: tree.If) -> bool:
    chains = [each for arm in action.arms for each in arm.body[:1] if isinstance(each, tree.Chain)]
    ran = all(writer.notes(each.links[0].action) for each in chains)
    if not ran or len(chains) < len(action.arms):
        return False
    return all(
        note.result is not None
        and note.result.shape is not None
        and note.current.shape is not None
        and note.result.shape[1:] == note.current.shape[1:]
        for note in writer.notes(action)
    )
