"""Behind the arms of an `if` there is one tensor again, and one number for its channels.

`if in.channels != w { conv w 1 }` in a loop is asked by the constructor, where channels go from
round to round. What the forward pass needs to know is which way it went, and the container of the
round tells: `"conv1" in block`. Where nothing in it does, as with `if … { identity }`, the answers
are kept in a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archc.emit.pytorch.actions.forms import features_of
from archc.emit.pytorch.drafts.flow import Braces, Target, Value
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.simplify import negated
from archc.emit.pytorch.reading.number import Flat, Said, hangs_of, said_of, unsaid
from archc.emit.pytorch.reading.runs import Note, imagine
from archc.emit.pytorch.reading.sight import Unlike, Unsaid
from archc.language import tree
from archc.named import NamedTuple

Body = tuple[tree.Statement, ...]


class Arm(NamedTuple):
    """An arm that some argument may take, and what it comes out as; the last may have no test."""

    test: ir.Expr | None
    asked: ir.Expr | None  # the condition in the forward pass
    body: Body
    name: str = ""  # what the condition would be called
    init: ir.Body = ()
    forward: ir.Body = ()
    result: Any = None


def join_labels(writer: Writer, written: list[Arm], after: list[Braces[Value]]) -> list[Arm]:
    """A label of several arms: one value, whose channels are a variable where the arms differ."""
    names = dict.fromkeys(name for labels in after for name in labels)
    for name in names:
        values = [labels[name] for labels in after if name in labels]
        value = values[-1]
        words = [
            said_of(one.dims[0]) for one in values if one.dims and isinstance(one.dims[0], int)
        ]
        if len(values) > 1 and len(words) == len(values) and any(one != words[0] for one in words):
            channels = writer.local(f"{name}_channels")
            tests = [test_names(writer, one.test) for one in written]
            writer.names.vary(channels, hangs_of(*(one.dims[0] for one in values)).union(*tests))
            for place, labels in enumerate(after):
                word = said_of(labels[name].dims[0]) if name in labels else None
                if word is not None:
                    one = written[place]
                    step = ir.Assign(ir.Name(channels), word)
                    written[place] = one._replace(init=(*one.init, step))
            dims = (Said(int(value.dims[0]), ir.Name(channels)), *value.dims[1:])
            value = value._replace(dims=dims)
        writer.labels[-1][name] = value
    return written


def test_names(writer: Writer, test: ir.Expr | None) -> frozenset[str]:
    return frozenset() if test is None else ir.names(writer.names.asked.get(test, test))


def join_dims(
    writer: Writer, action: tree.If, written: list[Arm], tests: frozenset[str]
) -> tuple[tuple[Any, ...], list[Arm]]:
    """The axes behind the arms; channels that differ become a variable of the constructor."""
    real = _taken(writer, action, written)
    dims = list(written[real].result.dims)
    if len({len(one.result.dims) for one in written}) > 1:
        raise Unsaid(action.span, tests)
    for axis in range(1, len(dims)):
        every = [one.result.dims[axis] for one in written]
        hangs = hangs_of(*every)
        if isinstance(dims[axis], int) and len({repr(one) for one in every}) > 1:
            dims[axis] = Said(int(dims[axis]), None, hangs | tests)
        else:
            dims[axis] = unsaid(dims[axis], hangs)
    channels = [one.result.dims[0] for one in written]
    if not isinstance(dims[0], int):
        return tuple(dims), written
    if len({repr(said_of(one)) for one in channels}) > 1:  # behind a flatten, all that is in a row
        channels = [
            Said(int(one), features_of(writer, one, action.span)) if isinstance(one, Flat) else one
            for one in channels
        ]
    own = [said_of(one) for one in channels]
    words = alike(writer, written, own)
    if all(word == words[0] for word in words) and words[0] is not None:
        if isinstance(dims[0], Said) or not isinstance(words[0], ir.Const):
            # The arm that ran may have a number for it, and one that did not another number.
            dims[0] = Said(int(channels[own.index(words[0])]), words[0])
        return tuple(dims), written
    if any(word is None for word in words):
        dims[0] = Said(int(dims[0]), None, tests | hangs_of(*channels))
        return tuple(dims), written
    name = writer.local("channels")
    writer.names.vary(name, tests | hangs_of(*channels))
    result = []
    for one, word in zip(written, words, strict=True):
        assert word is not None
        result.append(one._replace(init=(*one.init, ir.Assign(ir.Name(name), word))))
    dims[0] = Said(int(dims[0]), ir.Name(name))
    return tuple(dims), result


def alike(writer: Writer, written: list[Arm], words: list[ir.Expr | None]) -> list[ir.Expr | None]:
    """In an arm of `channels == width`, both are the same word: the one that other arms say."""
    tests = [one.test and writer.names.asked.get(one.test, one.test) for one in written]
    if len(tests) == 2 and tests[0] is not None and tests[1] is None:
        tests[1] = negated(tests[0])
    result = list(words)
    for place, test in enumerate(tests):
        if not isinstance(test, ir.Compare) or test.operators != ("==",):
            continue
        others = [word for at, word in enumerate(words) if at != place]
        if words[place] in test.operands:
            same = [one for one in test.operands if one in others]
            result[place] = same[0] if same else words[place]
    return result


def _taken(writer: Writer, action: tree.If, written: list[Arm]) -> int:
    """The arm that the first run took."""
    notes = writer.notes(action)
    owner = notes[0].owner if notes else None
    for place, one in enumerate(written):
        first = first_action(one.body)
        if first is not None and any(note.owner is owner for note in writer.notes(first)):
            return place
    return next((i for i, one in enumerate(written) if first_action(one.body) is None), 0)


def first_label(body: Body) -> tree.Template | None:
    """The first label of a statement: it tells what stands there."""
    chains = [one for one in body if isinstance(one, tree.Chain)]
    return next((one.links[0].label for one in chains if one.links[0].label is not None), None)


def first_action(body: Body) -> tree.Action | None:
    for statement in body:
        chain = statement.body if isinstance(statement, tree.Output) else statement
        if isinstance(chain, tree.Chain):
            return chain.links[0].action
    return None


def ran(writer: Writer, body: Body, notes: list[Note], names: dict[str, Any]) -> bool:
    """Whether a text ran where these notes were taken, or is imagined to, so that there are notes.

    Else nothing is known of what it does. `names` are worth something else there.
    """
    first = first_action(body)
    if first is None:
        return True
    seen = writer.notes(first)
    known = _known(seen)
    for note in writer.strangers(notes, seen) if known else notes[:3]:
        imagine(note, body, names)
        if not known and _known(writer.notes(first)):
            return True
    return known


def _known(notes: list[Note]) -> bool:
    """Whether an action gave something: `linear classes` does not where there are no classes."""
    return any(one.result is not None and one.result.node >= 0 for one in notes)


LATER = ir.Name("@later")
"""Stands for the forward pass's condition until the arms are written."""


def present(
    inits: Sequence[ir.Body], ways: Sequence[object], place: int, target: Target
) -> ir.Expr | None:
    """The condition of one arm of several, by what the arms put into a container.

    Those before it were not taken; those that go the same of the forward pass's `ways` need not be
    told apart. None where no module tells.
    """
    if target.bare or target.counts or target.sequence or not isinstance(target.init, ir.Name):
        return None  # no container that can be asked for names
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
    writer.init.append(ir.method(held, "append", arm.test))
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
