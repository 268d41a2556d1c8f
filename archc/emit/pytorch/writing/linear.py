"""Which braces are a plain chain, that an `nn.Sequential` can hold."""

from __future__ import annotations

from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.reading.labels import labels_of
from archc.emit.pytorch.reading.runs import worth_at
from archc.graph.chains import is_chain, links_within, shared_labels, takes_tensor
from archc.graph.values import LayerValue, Tensor
from archc.language import tree
from archc.layers.registry import KINDS
from archc.shapes import Open


def linear(writer: Writer, body: tuple[tree.Statement, ...], label: tree.Template | None) -> bool:
    """Whether each statement takes the tensor that the one before gave, and nothing else does."""
    shared = shared_labels(tree.within(writer.plan.body))
    return is_chain(body, label, writer.signature.reads, shared) and not any(
        writer.signature.asked.reads(link)
        or (isinstance(link.action, tree.Apply) and not _one_input(writer, link.action))
        for link in links_within(body)
    )


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


def holds_bare(bodies: tuple[tuple[tree.Statement, ...], ...]) -> bool:
    """Whether a chain holds a parameter that is no module."""
    return any(
        isinstance(one, tree.Apply)
        and isinstance(one.callee, tree.Name)
        and one.callee.id in KINDS
        and KINDS[one.callee.id].bare
        for one in tree.within(bodies)
    )


def _one_input(writer: Writer, action: tree.Apply) -> bool:
    tensors = {"in", "input", *writer.signature.tensors, *labels_of(writer.plan.body)}
    if takes_tensor(action, frozenset(tensors)):
        return False  # in an arm that nobody took there are no notes
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
