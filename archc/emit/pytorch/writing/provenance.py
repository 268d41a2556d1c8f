"""What a text may hang on: the arguments that it mentions, and those that may decide its sizes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from archc.emit.pytorch.drafts.writer import Writer
from archc.language import tree
from archc.layers.registry import KINDS

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
