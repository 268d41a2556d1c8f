"""`share`: what is labelled runs once more, with the same modules.

Which text `share cell{i}` runs again is told by the runs that had such a label. Its names are worth
what makes the two labels equal: behind `cell{k}: …` this `k` is `i`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from archc.emit.pytorch.actions.layers import write_shared
from archc.emit.pytorch.drafts.flow import Braces, Flow, Target, Value
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.during import during
from archc.emit.pytorch.reading.labels import labels_of
from archc.emit.pytorch.reading.number import Said
from archc.emit.pytorch.reading.plan import Plan
from archc.emit.pytorch.reading.runs import Note, Sorted
from archc.emit.pytorch.reading.say import whole
from archc.emit.pytorch.reading.sight import Bound, Unlike, Unsaid
from archc.graph.evaluate import text_of
from archc.graph.mistakes import Mistake, Silence
from archc.graph.naming import ScopeText
from archc.language import tree
from archc.layers.registry import KINDS

Link = Callable[[Writer, tree.Template | None, tree.Action, Flow], Flow]
"""Writes an action with its label."""


class Labelled:
    """What is labelled, where it was written and what was in sight there."""

    __slots__ = ("action", "first", "home", "label", "link", "scopes", "target", "text")

    def __init__(
        self, writer: Writer, label: tree.Template, action: tree.Action, first: Flow, link: Link
    ) -> None:
        self.label = label
        self.action = action
        self.first = first  # what enters it the first time
        self.link = link
        self.home = writer.labels[-1].same
        self.target: Target = writer.at.target
        self.text: list[ScopeText] = list(writer.text)
        self.scopes: list[Braces[Bound]] = list(writer.scopes)

    def again(
        self, writer: Writer, flow: Flow, names: Mapping[str, Bound] = MappingProxyType({})
    ) -> Flow:
        """Runs it once more; `names` are worth something else this time."""
        writer.at.here = next(iter(writer.notes(self.action)), writer.at.here)
        with during(writer, "scopes", self.scopes), writer.sight(names):
            anew = write_shared(writer, self.action, self.first, flow)
            if anew is not None:
                return anew
            with writer.into(self.target), during(writer, "text", list(self.text)):
                return self._repeat(writer, flow)

    def _repeat(self, writer: Writer, flow: Flow) -> Flow:
        """The same modules, so a draft's constructor does nothing, and its labels name nothing."""
        draft = writer.fork()
        draft.names.variables = {}
        with during(draft.at, "again", True):
            result = self.link(draft, self.label, self.action, flow)
        draft.init = [one for one in draft.init if _stores(one)]
        draft.names.variables, draft.labels = writer.names.variables, writer.labels
        writer.adopt(draft)
        return result


def _stores(one: ir.Statement) -> bool:
    """Whether a statement keeps a number for the forward pass."""
    target = one.target if isinstance(one, ir.Assign) else None
    return isinstance(target, ir.Attr) and target.name.startswith("@")


def write_share(writer: Writer, action: tree.Apply, flow: Flow) -> Flow:
    """`share NAME`, `share cell{i}`."""
    target = action.arguments[0].value
    if not (isinstance(target, tree.Template) and target.plain is None):
        known = writer.labelled(target)
        if known is not None and known.again is not None:
            return known.again(writer, flow)
    try:
        return _computed(writer, action, target, flow)
    except Unsaid:
        if writer.at.depth:  # in one round it may be known
            raise Unlike from None
        raise


def _computed(writer: Writer, action: tree.Apply, target: tree.Expr, flow: Flow) -> Flow:
    """Runs again what has a computed label."""
    label = target.name if isinstance(target, tree.Attribute) else target
    homes = [one.same for one in writer.labels]
    if isinstance(target, tree.Attribute):
        homes = [writer.value_of(target.value).inside.same]
    words = {_text(label, note) for note in writer.notes(action)}
    for one in writer.modules.labelled:
        with during(writer.at, "rounds", ()):
            known = {_text(one.label, note) for note in writer.notes(one.action)}
        if words <= known and one.home in homes:
            names = _names(writer, one, label, words)
            with during(writer.at, "rounds", ((_Under(one.label, words), 0),)):
                return one.again(writer, flow, names)
    raise Unsaid(action.span)


class _Under(Sorted):
    """The runs in which a computed label was one of some words."""

    def __init__(self, label: tree.Template, words: set[str | None]) -> None:
        self.label = label
        self.words = {*words, None}

    def of(
        self, action: tree.Action, count: int, notes: Callable[[], list[Note]], number: int
    ) -> list[Note]:
        return [note for note in notes() if _text(self.label, note) in self.words]


def _text(label: object, note: Note) -> str | None:
    """What a label came out as in a run."""
    if isinstance(label, tree.Template):
        try:
            return text_of(label, note.place)
        except (Mistake, Silence):
            return None
    return label if isinstance(label, str) else getattr(label, "id", getattr(label, "value", None))


def _names(
    writer: Writer, one: Labelled, label: object, words: set[str | None]
) -> dict[str, Bound]:
    """What the names of a labelled text are worth in a run under another label.

    Names of rounds that are over are not known but for what the labels say of them.
    """
    found = dict(_pairs(writer, one.label, label, words))
    over = False
    result: dict[str, Bound] = {}
    for scope in one.scopes:
        here = any(scope.same is each.same for each in writer.scopes)
        over |= not here or any(scope[name].said != found[name] for name in found if name in scope)
        for name, bound in scope.items() if over else ():
            result[name] = Bound(None, bound.floats, 0, bound.decided)
    return result | {name: Bound(said) for name, said in found.items()}


def _pairs(
    writer: Writer, label: tree.Template, other: object, words: set[str | None]
) -> Iterator[tuple[str, ir.Expr]]:
    """The names in a label, and what stands in their places in another that is equal."""
    if isinstance(other, tree.Template) and len(other.parts) == len(label.parts):
        pairs = list(zip(label.parts, other.parts, strict=True))
        if all(one == two for one, two in pairs if isinstance(one, str) or isinstance(two, str)):
            for one, two in pairs:
                if not isinstance(one, str) and not isinstance(two, str):
                    yield from _solved(writer, one, two)
            return
    parts = [re.escape(one) if isinstance(one, str) else "(.+)" for one in label.parts]
    word = next(iter(words)) if len(words) == 1 else None
    match = re.fullmatch("".join(parts), word or "")
    computed = [one for one in label.parts if not isinstance(one, str)]
    if match is None:
        raise Unsaid(label.span)
    for one, text in zip(computed, match.groups(), strict=True):
        number = text.removeprefix("-").isdigit()
        if not isinstance(one, tree.Name):
            raise Unsaid(label.span)
        yield one.id, ir.Const(int(text) if number else text)


def _solved(writer: Writer, one: tree.Expr, two: tree.Expr) -> Iterator[tuple[str, ir.Expr]]:
    """What the name in an expression is, where it is equal to another one."""
    if isinstance(one, tree.Name):
        yield one.id, whole(two, writer)
    elif isinstance(one, tree.Binary) and isinstance(two, tree.Binary):
        if one.operator != two.operator or one.right.span.text != two.right.span.text:
            raise Unsaid(two.span)
        yield from _solved(writer, one.left, two.left)
    else:
        raise Unsaid(two.span)


def inner_values(writer: Writer, reach: Target, plan: Plan) -> Braces[Value]:
    """The labels of a block that is called, as far as a module of that name can be called."""
    found: Braces[Value] = Braces()
    labels = labels_of(plan.body)
    for one in ir.within(plan.code.init):
        if not isinstance(one, ir.Assign) or not isinstance(one.target, ir.Attr):
            continue
        name = one.target.name
        made = ir.thawed(one.value)
        if one.target != ir.own(name) or name not in labels or not _called(made):
            continue
        access = Target(ir.Attr(reach.init, name), ir.Attr(reach.forward, name))
        callee = _plan(writer, made)
        inside = inner_values(writer, access, callee) if callee is not None else Braces()
        found[name] = Value(None, (), inside, partial(_again, access, made))
    return found


def _called(made: ir.Expr) -> bool:
    """Whether what is made can be called with a tensor."""
    if isinstance(made, ir.Make):
        return made.target == "nn.Sequential" or made.target not in (*ir.CONTAINERS, "nn.Parameter")
    return isinstance(made, ir.Call)


def _plan(writer: Writer, made: ir.Expr) -> Plan | None:
    """The class of a call inside the block."""
    if not isinstance(made, ir.Call) or not isinstance(made.function, ir.Name):
        return None
    name = made.function.id
    return next((one for one in writer.classes.order if one.name == name), None)


def _again(access: Target, made: ir.Expr, writer: Writer, flow: Flow) -> Flow:
    note = writer.at.here
    shape = note.result.shape if note is not None and note.result is not None else None
    if shape is None:
        raise Unsaid(writer.plan.definition.name.span)
    hangs = frozenset(one.python for one in writer.plan.arguments)
    sizes = tuple(Said(one, None, hangs) if isinstance(one, int) else one for one in shape)
    dims = (_channels(access, made, flow, sizes[0]), *sizes[1:])
    return Flow(writer.assign(ir.Call(access.forward, (flow.value,))), dims)


def _channels(access: Target, made: ir.Expr, flow: Flow, seen: Any) -> Any:
    """The channels behind a module: its own, or those that enter; `seen` where neither is said."""
    knows = isinstance(made, ir.Call)
    if isinstance(made, ir.Make):
        kind = KINDS.get(made.keyword)
        if kind is not None and kind.channels_from == "input":
            return flow.dims[0]
        knows = made.target.startswith("nn.Conv")
    if knows and isinstance(seen, int):
        return Said(int(seen), ir.Attr(access.init, "out_channels"))
    return seen
