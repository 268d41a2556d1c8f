"""Which braces are a plain chain, that an `nn.Sequential` can hold."""

from __future__ import annotations

from archc.emit.pytorch import ir
from archc.emit.pytorch.labels import labels_of
from archc.emit.pytorch.writer import Writer, worth_at
from archc.graph.naming import read_scope, shares
from archc.graph.values import LayerValue, Tensor
from archc.language import tree
from archc.layers.registry import KINDS
from archc.shapes import Open


def linear(writer: Writer, body: tuple[tree.Statement, ...], label: tree.Template | None) -> bool:
    """Whether each statement takes the tensor that the one before gave, and nothing else does."""
    reads = writer.signature.reads
    if label is not None and (label.plain or "*") in reads.inside:
        return False
    return _linear(writer, body) and not _is_read(writer, body)


def numbers(bodies: tuple[tuple[tree.Statement, ...], ...]) -> dict[int, str] | None:
    """The places 0, 1, 2 … of a chain's actions, where no condition and no loop decides them."""
    found: dict[int, str] = {}

    def walk(body: tuple[tree.Statement, ...]) -> bool:
        for statement in body:
            if not isinstance(statement, tree.Chain):
                continue
            for link in statement.links:
                if isinstance(link.action, tree.Apply):
                    found[id(link.action)] = str(len(found))
                elif not isinstance(link.action, tree.Group) or not walk(link.action.body):
                    return False
        return True

    return found if all(map(walk, bodies)) else None


NUMBERS = ir.Assign(ir.Name("numbers"), ir.Call(ir.Attr(ir.Name("itertools"), "count"), ()))


def holds_bare(bodies: tuple[tuple[tree.Statement, ...], ...]) -> bool:
    """Whether a chain holds a parameter that is no module."""
    return any(
        isinstance(one, tree.Apply)
        and isinstance(one.callee, tree.Name)
        and one.callee.id in KINDS
        and KINDS[one.callee.id].bare
        for one in tree.within(bodies)
    )


def _is_read(writer: Writer, body: tuple[tree.Statement, ...]) -> bool:
    reads = writer.signature.reads
    for one in tree.within(body):
        if isinstance(one, tree.Link) and one.label is not None and reads.reads(one.label):
            return True
    shared = shared_labels(writer.plan.body)
    return any(shared & {one, one.rpartition(".")[2]} for one in labels_of(body))


def shared_labels(body: tuple[tree.Statement, ...]) -> frozenset[str]:
    """The labels that run again under `share`."""
    found = set()
    for one in tree.within(body):
        if isinstance(one, tree.Apply) and shares(one):
            for argument in one.arguments:
                for name in tree.within(argument.value):
                    if isinstance(name, tree.Name):
                        found.add(name.id)
                    elif isinstance(name, tree.Attribute) and isinstance(name.name, str):
                        found.add(name.name)
                    elif isinstance(name, tree.Text):
                        found.add(name.value)
                    elif isinstance(name, tree.Template):
                        found.add(name.plain or "")
    return frozenset(found)


def _linear(writer: Writer, body: tuple[tree.Statement, ...]) -> bool:
    for statement in body:
        if isinstance(statement, tree.Chain):
            if not all(_plain(writer, link) for link in statement.links):
                return False
        elif isinstance(statement, tree.Output):
            return False
    return True


def _plain(writer: Writer, link: tree.Link) -> bool:
    action = link.action
    if isinstance(action, tree.Apply):
        return not shares(action) and _one_input(writer, action)
    if isinstance(action, tree.Group):
        return _linear(writer, action.body)
    if isinstance(action, tree.If):
        return all(_linear(writer, arm.body) for arm in action.arms)
    if isinstance(action, (tree.For, tree.Repeat)):
        text = read_scope((action.body,))
        return (text.sequence or not text.names) and _linear(writer, action.body)
    return False


def _one_input(writer: Writer, action: tree.Apply) -> bool:
    notes = writer.notes(action)
    for argument in action.arguments:
        names = [
            one for one in tree.within(argument.value) if isinstance(one, (tree.Name, tree.Size))
        ]
        if notes and names:
            worth = worth_at(argument.value, notes[0])
            if isinstance(worth, (Tensor, Open)):
                return False
            if isinstance(worth, tuple) and any(isinstance(one, Open) for one in worth):
                return False
    kind = KINDS.get(action.callee.id) if isinstance(action.callee, tree.Name) else None
    if kind is None and notes:
        worth = worth_at(action.callee, notes[0])
        kind = worth.kind if isinstance(worth, LayerValue) else None
    return kind is None or not kind.bare
