"""Branches that run on one tensor and are merged again."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.actions.forms import features_of
from archc.emit.pytorch.drafts.flow import Braces, Flow
from archc.emit.pytorch.drafts.placing import open_parts
from archc.emit.pytorch.drafts.unsaid import mentioned, said_or_hole
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.simplify import simplified
from archc.emit.pytorch.reading.during import during
from archc.emit.pytorch.reading.number import Flat, Said, hangs_of, said_of, unsaid
from archc.emit.pytorch.reading.sight import Unsaid
from archc.emit.pytorch.writing.choices import nested, write_arms
from archc.emit.pytorch.writing.containers import write_container
from archc.emit.pytorch.writing.joins import Arm, first_label
from archc.emit.pytorch.writing.loops import write_loop
from archc.emit.pytorch.writing.statements import write_let
from archc.graph.branches import is_idle, is_sure, way
from archc.graph.naming import inner_bodies, read_scope
from archc.graph.values import Tensor
from archc.language import tree
from archc.layers.base import Layer, LayerError
from archc.layers.registry import KINDS, bind
from archc.named import NamedTuple

BRANCHES = "branches"


def write_merge(writer: Writer, action: tree.Braced, flow: Flow) -> Flow:
    """A merge: `y + x`, `torch.cat([x, y], dim=1)`."""
    kind = KINDS[action.word.id]
    with writer.sight():
        branches = _chains(writer, action.body)
        merge = bind(kind.keyword, (), {}, len(flow.dims) - 1)
        for one in branches:
            if not is_sure(one) and one.links[0].label is None:
                open_parts(writer, one.links[0].action)
        write = _listed if way(action) == "listed" else _written
        return write(writer, action, branches, flow, merge)


def _chains(writer: Writer, body: tuple[tree.Statement, ...]) -> list[tree.Chain]:
    from archc.emit.pytorch.writing.body import anchor

    anchor(writer, body)
    found = []
    for statement in body:
        if isinstance(statement, tree.Chain):
            found.append(statement)
        elif isinstance(statement, tree.Let):
            write_let(writer, statement)
    return found


def _branch(writer: Writer, chain: tree.Chain, flow: Flow, name: str) -> Flow:
    """One branch, its tensor under a name of its own."""
    from archc.emit.pytorch.writing.body import write_chain

    with writer.variable(name):
        writer.at.current = flow
        return write_chain(writer, chain.links, flow)


def _names(writer: Writer, branches: list[tree.Chain]) -> list[str]:
    """What the branches are called in the forward pass: by their labels where they have one.

    One text has one name: rounds that are written out have those that they would share in a loop.
    """
    found: list[str] = []
    busy = [one for one in branches if not is_idle(one)]
    for one in branches:
        links = one.links
        label = links[-1].label if len(links) == 1 else None
        if label is None and isinstance(links[0].action, tree.If) and len(links) == 1:
            labels = (first_label(arm.body) for arm in links[0].action.arms)
            label = next(filter(None, labels), None)
        if label is not None and label.plain and not isinstance(links[-1].action, tree.Braced):
            found.append(writer.local_of(one, label.plain))
        elif is_idle(one):
            found.append(writer.at.var)
        elif len(busy) == 1 or not found:
            found.append(writer.local_of(one, "y"))
        else:
            found.append(writer.local_of(one, "z" if len(busy) == 2 else "y"))
    return found


def _written(
    writer: Writer, action: tree.Braced, branches: list[tree.Chain], flow: Flow, merge: Layer
) -> Flow:
    """The branches that are always there at once, the others of a sum or product one by one."""
    from archc.emit.pytorch.writing.body import write_body

    def arm(writer: Writer, body: tuple[tree.Statement, ...], flow: Flow) -> Flow:
        with writer.variable(writer.local_of(body, "z")):
            return write_body(writer, body, flow)

    names = _names(writer, branches)
    if all(is_sure(one) for one in branches):
        with writer.holding(flow):
            pairs = zip(branches, names, strict=True)
            results = [_branch(writer, one, flow, name) for one, name in pairs]
        both = _both(writer, action, results, merge)
        return Flow(writer.assign(both.value), both.dims)
    always = sum(map(is_sure, branches))
    ours = [name for name, one in zip(names, branches, strict=True) if _is_ours(one, name)]
    ours = [name for name in ours if name != writer.at.var and always == 1]
    target = ir.Name(ours[0] if ours else writer.local_of(action, "y"))
    sure: list[Flow] = []
    maybe: list[list[Arm]] = []
    for one, name in zip(branches, names, strict=True):
        choice = one.links[0].action
        if is_sure(one):
            sure.append(_branch(writer, one, flow, name))
        elif isinstance(choice, tree.If):
            with writer.freeze(writer.at.freezing or one.links[0].frozen):
                maybe.append(write_arms(writer, choice, flow, arm))
    value, dims = _both(writer, action, sure, merge)
    if value != target:
        writer.forward.append(ir.Assign(target, value))
    for written in maybe:
        steps = []
        for each in written:
            term = ir.Op(f"{{0}} {type(merge).operator} {{1}}", (target, each.result.value))
            steps.append(each._replace(forward=(*each.forward, ir.Assign(target, term))))
        writer.forward += nested(steps, True)
    return Flow(writer.assign(target), dims)


def _both(writer: Writer, action: tree.Braced, results: list[Flow], merge: Layer) -> Flow:
    """What branches that are all there are together."""
    if len(results) == 1:
        return results[0]
    form = merge.torch_module([one.dims for one in results])
    value = ir.Op(form.expression, tuple(one.value for one in results))
    return Flow(value, _dims(writer, action, results, merge))


def _dims(writer: Writer, action: tree.Braced, results: list[Flow], merge: Layer) -> Any:
    shapes = [one.dims for one in results]
    try:
        output = merge.output(shapes)
    except LayerError:
        shape = _seen_shape(writer, action)
        if shape is None:
            raise
        channels = next(
            (one.dims[0] for one in results if said_of(one.dims[0]) is not None), shape[0]
        )
        output = (Said(shape[0], said_of(channels)), *shape[1:])
    hangs = hangs_of(*(axis for one in results for axis in one.dims[1:]))
    sizes = tuple(unsaid(axis, hangs) for axis in output[1:])
    return (output[0], *sizes)


def _seen_shape(writer: Writer, action: tree.Braced) -> Any:
    result: Tensor | None = next((one.result for one in writer.notes(action)), None)
    return None if result is None else result.shape


def _is_ours(one: tree.Chain, name: str) -> bool:
    """Whether a sum may have the name of a branch: not the label of one that may be missing."""
    return is_sure(one) or name[0] in "yz"


def _listed(
    writer: Writer, action: tree.Braced, branches: list[tree.Chain], flow: Flow, merge: Layer
) -> Flow:
    """Any number of branches: gathered in a list."""
    kind = type(merge)
    gathered = ir.Name(writer.local_of(action, BRANCHES))
    writer.forward.append(ir.Assign(gathered, ir.Row(()), "list[Tensor]"))
    total = ir.Name(writer.local("total"))
    sums = kind.channels_from == "sum"
    writer.names.vary(total.id, hangs_of(*flow.dims[:1]) | mentioned(writer, action.body))
    writer.init.append(ir.Assign(total, ir.Const(0)))
    step = _Gather(gathered, total, sums, flow)
    with during(writer.at, "branches", []):
        for one in branches:
            step.statement(writer, one)
        found = writer.at.branches
    if kind.operator:
        value = _folded(writer, action, gathered, kind.operator)
    else:
        form = merge.torch_module([found[0].dims] * 2)
        template = form.expression.replace("[{0}, {1}]", "{0}")
        if template == form.expression:
            raise Unsaid(action.span)
        value = ir.Op(template, (gathered,))
    shape = _seen_shape(writer, action)
    dims = found[0].dims
    channels = shape[0] if shape is not None else dims[0]
    hangs = hangs_of(*(axis for one in found for axis in one.dims[1:]))
    sizes = tuple(unsaid(axis, hangs) for axis in dims[1:])
    return Flow(writer.assign(value), (Said(int(channels), total), *sizes))


def _folded(writer: Writer, action: tree.Braced, gathered: ir.Name, operator: str) -> ir.Expr:
    """`branches[0] + branches[1] + …`."""
    total = ir.Name(writer.local_of(action, "y"))
    one = ir.Name(writer.local_of(action, "branch"))
    writer.forward.append(ir.Assign(total, ir.Index(gathered, ir.Const(0))))
    term = ir.Op(f"{{0}} {operator} {{1}}", (total, one))
    rest = ir.Cut(gathered, ir.Const(1), None)
    writer.forward.append(ir.For((one.id,), rest, (ir.Assign(total, term),)))
    return total


class _Gather(NamedTuple):
    """Writes statements whose branches go into a list; each reads the `flow` that entered."""

    gathered: ir.Name
    total: ir.Name
    sums: bool
    flow: Flow

    def statement(self, writer: Writer, chain: tree.Chain) -> None:
        only = chain.links[0]
        if is_sure(chain):
            result = _branch(writer, chain, self.flow, writer.local_of(chain, "y"))
            self.keep(writer, result, chain)
            return
        with writer.freeze(writer.at.freezing or only.frozen):
            if isinstance(only.action, tree.If):
                self.choice(writer, only.action)
            else:
                self.loop(writer, only)

    def choice(self, writer: Writer, action: tree.If) -> None:
        written = write_arms(writer, action, self.flow, self.step)
        writer.forward += nested(written, True)

    def loop(self, writer: Writer, only: tree.Link) -> None:
        """Each round of a loop is a branch of its own, on what entered the merge."""
        action, label = only.action, only.label
        assert isinstance(action, (tree.For, tree.Repeat))
        writer.at.here = next(iter(writer.notes(action)), writer.at.here)

        def rounds() -> Flow:
            return write_loop(writer, action, label, self.flow, self.step)

        numbered = read_scope(tuple(inner_bodies(action))).sequence and not writer.text[-1].sequence
        if numbered or label is not None:
            write_container(writer, action, label, Braces(), rounds)
        else:
            rounds()

    def step(self, writer: Writer, body: tuple[tree.Statement, ...], entering: Flow) -> Flow:
        writer.at.current = self.flow  # every branch reads what entered the merge
        for chain in _chains(writer, body):
            self.statement(writer, chain)
        return self.flow

    def keep(self, writer: Writer, result: Flow, chain: tree.Chain) -> None:
        writer.at.branches.append(result)
        writer.forward.append(ir.method(self.gathered, "append", result.value))
        said = _channels(writer, result, chain)
        total = simplified(ir.Binary("+", self.total, said)) if self.sums else said
        writer.init.append(ir.Assign(self.total, total))


def _channels(writer: Writer, result: Flow, chain: tree.Chain) -> ir.Expr:
    """The channels that a branch adds; behind a flatten they are a product."""
    if isinstance(result.dims[0], Flat):
        return features_of(writer, result.dims[0], chain.span)
    last = writer.notes(chain.links[-1].action)
    shapes = [(note, note.result.shape) for note in last if note.result is not None]
    seen = [(note, shape[0]) for note, shape in shapes if shape]
    return said_or_hole(writer, result.dims[0], seen, "channels", chain.span)
