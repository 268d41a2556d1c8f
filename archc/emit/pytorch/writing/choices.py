"""`if` in the text: a condition of the constructor, and of the forward pass where it has to ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeGuard

from archc.emit.pytorch.drafts.flow import Flow
from archc.emit.pytorch.drafts.placing import open_parts
from archc.emit.pytorch.drafts.unsaid import hole, lose, mentioned, varies
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.runs import Note, worth_at
from archc.emit.pytorch.reading.say import condition
from archc.emit.pytorch.reading.sight import Unlike, Unsaid
from archc.emit.pytorch.writing.joins import (
    LATER,
    Arm,
    answered,
    first_action,
    first_label,
    join_dims,
    join_labels,
    present,
    ran,
    test_names,
)
from archc.graph.values import UNKNOWN
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS

Body = tuple[tree.Statement, ...]


def write_choice(
    writer: Writer, action: tree.If, flow: Flow, write_body: Callable[[Writer, Body, Flow], Flow]
) -> Flow:
    """An `if` that gives a tensor."""
    open_parts(writer, action)
    arms = arms_of(writer, action, flow)
    if len(arms) == 1 and arms[0].test is None:
        with writer.sight():
            return write_body(writer, arms[0].body, flow)
    if not arms:
        return flow
    results = len(writer.signature.results)
    before = writer.labels[-1].copy()
    written = []
    after = []
    for arm in arms:
        writer.labels[-1].clear()
        writer.labels[-1].update(before)
        written.append(write_arm(writer, arm, flow, write_body))
        after.append(writer.labels[-1].copy())
    written = join_labels(writer, written, after)
    if arms[-1].test is not None:
        written.append(Arm(None, None, (), result=flow))
    written = told(writer, written)
    if len(writer.signature.results) > results:
        written[0] = _in_training(writer, written[0], results)
    return _join(writer, action, written)


def _in_training(writer: Writer, arm: Arm, start: int) -> Arm:
    """An arm of nothing but outputs of training, which are noted from `start` on.

    `if self.training and self.aux:` asks once for all of them.
    """
    found = writer.signature.results
    found[start:] = [one._replace(asked=arm.asked) for one in found[start:]]
    if arm.asked is None:
        return arm
    lines = (line for one in arm.forward if isinstance(one, ir.If) for line in one.then)
    return arm._replace(asked=ir.Binary("and", ir.own("training"), arm.asked), forward=tuple(lines))


def told(writer: Writer, written: list[Arm]) -> list[Arm]:
    """The arms with the conditions of the forward pass that hang on what they make."""
    inits = [one.init for one in written]
    ways: list[object] = [(one.forward, one.result.value) for one in written]
    if written and written[-1].test is not None:
        inits.append(())
        ways.append(None)
    result = []
    for place, one in enumerate(written):
        if one.asked == LATER:
            asked = present(inits, ways, place, writer.at.target)
            if asked is not None:
                one = one._replace(asked=asked)
            elif place > 0 or any(other.asked == LATER for other in written[1:]):
                raise Unlike
            else:
                one = answered(writer, one)
        result.append(one)
    return result


def write_arm(
    writer: Writer, arm: Arm, flow: Flow, write_body: Callable[[Writer, Body, Flow], Flow]
) -> Arm:
    with writer.branch() as (init, forward), writer.sight():
        result = write_body(writer, arm.body, flow)
    return arm._replace(init=tuple(init), forward=tuple(forward), result=result)


def write_arms(
    writer: Writer, action: tree.If, flow: Flow, step: Callable[[Writer, Body, Flow], Flow]
) -> list[Arm]:
    """The arms of an `if` among the branches of a merge, in the constructor."""
    writer.at.here = next(iter(writer.notes(action)), writer.at.here)
    arms = arms_of(writer, action, flow)
    written = told(writer, [write_arm(writer, arm, flow, step) for arm in arms])
    writer.init += nested(written, False)
    return written


def arms_of(writer: Writer, action: tree.If, flow: Flow) -> list[Arm]:
    """The arms that stay in the code: conditions that cannot be asked are decided."""
    notes = writer.notes(action)
    writer.at.current = flow
    result: list[Arm] = []
    asked_before: list[tuple[frozenset[str], Span]] = []
    last = Arm(None, None, ())
    for arm in action.arms:
        last = Arm(None, None, arm.body)
        if arm.condition is None:
            break
        test = _test(writer, arm.condition, arm, notes)
        words = ir.names(test) | mentioned(writer, arm.condition)
        asked_before.append((words, arm.condition.span))
        if isinstance(test, ir.Const):
            keep = "a call that gives it a layer or a block keeps it"
            inside = [one.id for one in tree.within(arm.condition) if isinstance(one, tree.Name)]
            bounds = [bound for word in inside if (bound := writer.bound(word)) is not None]
            hangs = frozenset[str]().union(*(one.hangs for one in bounds))
            lose(writer, hangs, arm.condition.span, keep)
            if test.value:
                break
            continue
        outputs = any(isinstance(one, tree.Output) for one in tree.within(arm.body))
        if outputs and not _in_training_alone(writer, action):
            taken = bool(writer.worth(arm.condition))  # what a module gives in use is fixed
            lose(writer, words, arm.condition.span)
            if taken:
                break
            continue
        if not _runs(writer, arm.body, notes, arm.condition):  # nobody knows what stands there
            lose(writer, words, arm.condition.span, _mistake(writer, arm.body))
            continue
        test, asked = ask(writer, test, arm.condition, arm.body)
        name = _condition_name(arm.condition, arm.body)
        result.append(Arm(test, asked, arm.body, name))
    else:
        return result
    if not result or _runs(writer, last.body, notes):
        return [*result, last]
    for words, span in asked_before:  # the conditions that lead there are decided
        lose(writer, words, span, _mistake(writer, last.body))
    return result


def _mistake(writer: Writer, body: Body) -> str:
    """Why an arm that nobody took does not come through, which no check has told."""
    found = (one.wrong.get(id(body)) for one in writer.classes.watchers)
    wrong = next(filter(None, found), None)
    if wrong is None:
        return ""
    return f"as things stand, line {wrong.span.line} would be refused: {wrong.message}"


def _in_training_alone(writer: Writer, action: tree.If) -> bool:
    """Whether an `if` is about nothing but what a network gives in training."""
    root = any(one.caller is None for one in writer.plan.instances)
    body = action.arms[0].body
    outputs = all(isinstance(one, tree.Output) and one.training for one in body)
    return root and len(action.arms) == 1 and outputs


def _test(writer: Writer, expr: tree.Expr, arm: tree.Arm, notes: list[Note]) -> ir.Expr:
    writer.at.here = notes[0] if notes else writer.at.here
    try:
        return condition(expr, writer)
    except Unsaid as reason:
        worths = [(note, worth_at(expr, note)) for note in notes]
        seen = [(note, bool(worth)) for note, worth in worths if worth is not UNKNOWN]
        if not seen:
            raise
        words = {worth for _, worth in seen}
        hangs = reason.hangs | mentioned(writer, expr)
        open = varies(writer, hangs) and (True in words or _runs(writer, arm.body, notes, expr))
        if len(words) == 1 and not open:
            lose(writer, hangs, expr.span)
            return ir.Const(words.pop())
        name = _condition_name(expr, arm.body)
        return hole(writer, seen, hangs, name, expr.span)


def _runs(writer: Writer, body: Body, notes: list[Note], test: tree.Expr | None = None) -> bool:
    """Whether an arm ran, or can be imagined to.

    In `if hidden > 0 { linear hidden }` a number that is 0 is tried as 1.
    """
    zeros = {one.id: 1 for one in tree.within(test) if _is_zero(one, notes)}
    return ran(writer, body, notes, {}) or (bool(zeros) and ran(writer, body, notes, zeros))


def _is_zero(one: object, notes: list[Note]) -> TypeGuard[tree.Name]:
    return isinstance(one, tree.Name) and any(
        repr(worth_at(one, note)) == "0" for note in notes[:1]
    )


def ask(writer: Writer, test: ir.Expr, expr: tree.Expr, body: Body) -> tuple[ir.Expr, ir.Expr]:
    """A condition for the constructor and for the forward pass; one that is long is asked once."""
    if writer.at.target.sequence:
        return test, test
    known = writer.names
    if test in known.conditions:
        return known.conditions[test], known.conditions[test]
    names = ir.names(test)
    bare = test.operand if isinstance(test, ir.Unary) else test
    simple = isinstance(bare, ir.Name) and bare.id not in known.locals
    none = isinstance(test, ir.Compare) and ir.Const(None) in test.operands
    asks = any(isinstance(one, ir.Attr) for one in ir.within(test))
    if writer.at.depth and (asks or known.built_alone(names)):
        return test, LATER
    if simple or none or known.loops:
        return test, writer.in_forward(test)
    late = asks or names & known.locals.keys()
    held = known.attribute(_condition_name(expr, body))
    if late:  # known from here on, and only on this way through
        writer.init.append(ir.Assign(held, test))
        known.asked[held] = test
        return held, held
    known.conditions[test] = held
    known.asked[held] = test
    known.top.append(ir.Assign(held, test))
    return held, held


def _condition_name(expr: tree.Expr, body: Body) -> str:
    """What the spec's author would call it: the `let`, else what hangs on it."""
    if isinstance(expr, tree.Unary) and isinstance(expr.operand, tree.Name):
        return f"not_{expr.operand.id}"
    if isinstance(expr, tree.Name):
        return expr.id
    first = first_action(body)
    label = first_label(body)
    if label is not None:
        return f"has_{label.plain or 'part'}"
    if isinstance(first, tree.Apply) and isinstance(first.callee, tree.Name):
        word = first.callee.id
        if word in KINDS and KINDS[word].passes:
            return "use_residual"
    asked = _asked_name(expr)
    if asked is not None:
        return asked
    if isinstance(first, tree.Apply) and isinstance(first.callee, tree.Name):
        return f"has_{first.callee.id.lower()}"
    if isinstance(first, tree.Braced):
        return f"has_{first.word.id}"
    return "is_wide" if first is None else "has_part"


def _asked_name(expr: tree.Expr) -> str | None:
    """What a comparison asks: `hidden > 0` whether it `has_hidden`, `mode == "deep"` `is_deep`."""
    match expr:
        case tree.Comparison(operands=(tree.Name(), tree.Text(value=word)), operators=(sign,)):
            if sign in ("==", "!=") and word.isidentifier():
                return f"{'is' if sign == '==' else 'not'}_{word}"
        case tree.Comparison(
            operands=(tree.Name(id=name), tree.Number(value=int() as number)), operators=(sign,)
        ):
            if number == 0 and sign in (">", "!="):
                return f"has_{name}"
            return f"{name}_is_{number}" if sign == "==" else None
    return None


def nested(written: list[Arm], forward: bool) -> tuple[ir.Statement, ...]:
    """The arms as one `if` of the constructor, or of the forward pass."""
    result: tuple[ir.Statement, ...] = ()
    for one in reversed(written):
        body = one.forward if forward else one.init
        test = one.asked if forward else one.test
        if test is None:
            result = body
        elif result and isinstance(result[0], ir.If) and _same_arm(result[0], test, body):
            continue
        elif body or result:
            result = (ir.If(test, body, result),)
    return result


def _same_arm(one: ir.If, test: ir.Expr, body: ir.Body) -> bool:
    return one.condition == test and one.then == body


def _join(writer: Writer, action: tree.If, written: list[Arm]) -> Flow:
    """Behind the arms there is one tensor again."""
    value: ir.Expr = written[0].result.value
    if any(one.result.value != value for one in written):
        value = ir.Name(writer.at.var)
        written = [
            one
            if one.result.value == value
            else one._replace(forward=(*one.forward, ir.Assign(value, one.result.value)))
            for one in written
        ]
    tests = frozenset[str]().union(*(test_names(writer, one.test) for one in written))
    dims, written = join_dims(writer, action, written, tests)
    writer.init += nested(written, False)
    if not writer.at.target.sequence:
        writer.forward += nested(written, True)
    return Flow(value, dims)
