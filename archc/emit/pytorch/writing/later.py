"""Conditions that differ from round to round: the forward pass asks a round's modules.

`if in.channels != w { conv w 1 }` in a loop is asked by the constructor, where channels go from
round to round. What the forward pass needs to know is which way it went, and the container of the
round tells: `"conv1" in block`. Where nothing in it does, as with `if … { identity }`, the answers
are kept in a list.
"""

from __future__ import annotations

from collections.abc import Sequence

from archc.emit.pytorch.drafts.flow import Target
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.classes import Unlike
from archc.emit.pytorch.writing.joins import Arm

LATER = ir.Name("@later")
"""Stands for the forward pass's condition until the arms are written."""


def can_tell(target: Target) -> bool:
    """Whether modules go into a container that can be asked for their names."""
    plain = isinstance(target.init, ir.Name)
    return plain and not (target.bare or target.counts or target.sequence)


def present(
    inits: Sequence[ir.Body], ways: Sequence[object], place: int, target: Target
) -> ir.Expr | None:
    """The condition of one arm of several, by what the arms put into a container.

    Those before it were not taken; those that go the same of the forward pass's `ways` need not be
    told apart. None where no module tells.
    """
    if not can_tell(target):
        return None
    sure = [_put_into(one, target.init) for one in inits]
    ever = [_put_into(tuple(ir.within(one)), target.init) for one in inits]
    places = range(len(inits))
    alike = [one for one in places if ways[one] == ways[place]]
    others = [one for one in places if one not in alike]
    after = [one for one in others if one > place]
    for ours, theirs, word in ((alike, others, "in"), (after, alike, "not in")):
        for name in sure[ours[0]] if ours else ():
            there = all(name in sure[one] for one in ours)
            if there and not any(name in ever[one] for one in theirs):
                return ir.Compare((ir.Const(name), target.forward), (word,))
    return None


def answered(writer: Writer, arm: Arm) -> Arm:
    """The arm with its condition asked in the constructor alone, the answers kept in a list.

    The forward pass goes through the list once, from the outermost loop on.
    """
    known = writer.names
    if writer.at.again or arm.test is None:
        raise Unlike  # the constructor has done its rounds
    held = known.attribute(arm.name)
    begun = ir.Assign(held, ir.Row(()), "list[bool]")
    known.top.append(begun)
    answers = ir.Name(writer.local(arm.name))
    writer.at.answers.append((answers, begun))
    writer.init.append(
        ir.method(
            held,
            "append",
            arm.test,
        )
    )
    last = ir.Index(held, ir.Const(-1))
    known.asked[held] = known.asked[last] = arm.test
    return arm._replace(test=last, asked=ir.call("next", answers))


def _put_into(statements: Sequence[object], container: ir.Expr) -> list[str]:
    """The names under which statements put modules into a container, in their order."""
    found = []
    for one in statements:
        match one:
            case ir.Assign(ir.Index(owner, ir.Const(name))) if owner == container:
                found.append(name)
    return found
