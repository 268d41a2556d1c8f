"""Merges that merge nothing: of one branch, or of one tensor with itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called
from archc.graph.cures.edits import on_one_line
from archc.graph.place import Place
from archc.graph.values import Tensor
from archc.language import tree
from archc.language.source import Span

if TYPE_CHECKING:
    from archc.graph.run import Run


def single_branch(run: Run, action: tree.Braced, place: Place) -> None:
    """A merge of one branch is that branch: a slip, unless an `if` or a loop may bring others.

    An arm of the text that holds layers was one of two ways; one that holds a bare shortcut is left
    out on purpose, as MobileNetV2 does.
    """
    only = action.body[0] if action.body else None
    proposals: list[Proposal] = []
    for statement in action.body:
        choice = _choice(statement)
        if choice is None:
            continue
        if len(choice.arms) == 1 and not _shortcut(choice.arms[0].body):
            edit = Edit(Span(choice.span.source, choice.span.end, choice.span.end), OTHERWISE)
            help = "write `else { identity }` behind the `if`"
            proposals.append(Proposal(help, Cure((edit,))))
    loops = (tree.For, tree.Repeat, tree.If)
    alone = len(action.body) == 1 and not (
        isinstance(only, tree.Chain) and isinstance(only.links[0].action, loops)
    )
    if not alone and not proposals:
        return
    if alone and only is not None and not _passes(only):
        edit = Edit(Span(only.span.source, only.span.start, only.span.start), "identity; ")
        help = f"write `{action.word.id} {{ identity; {on_one_line(only.span.text)} }}`"
        proposals.append(Proposal(help, Cure((edit,))))
    run.report.add(
        "single-branch",
        f"`{action.word.id}` has one branch here, and merges nothing",
        action.word.span,
        calls=place.names.scope.frames(),
        severity="warning",
        help="a merge of one branch is that branch",
        proposals=tuple(proposals),
    )


OTHERWISE = " else { identity }"


def _choice(statement: tree.Statement) -> tree.If | None:
    """A branch that is an `if`, with nothing behind it."""
    if isinstance(statement, tree.Chain) and len(statement.links) == 1:
        action = statement.links[0].action
        return action if isinstance(action, tree.If) else None
    return None


def _passes(statement: tree.Statement) -> bool:
    """Whether a statement is a layer that does nothing."""
    if not isinstance(statement, tree.Chain) or len(statement.links) > 1:
        return False
    action = statement.links[0].action
    kind = kind_called(action) if isinstance(action, tree.Apply) else None
    return kind is not None and kind.passes


def _shortcut(body: tuple[tree.Statement, ...]) -> bool:
    """Whether statements do nothing but hand on a value."""
    for statement in body:
        if isinstance(statement, tree.Chain):
            for link in statement.links:
                action = link.action
                kind = kind_called(action) if isinstance(action, tree.Apply) else None
                if not isinstance(action, tree.From) and (kind is None or not kind.passes):
                    return False
    return True


def same_branches(run: Run, action: tree.Braced, branches: list[Tensor], place: Place) -> None:
    """A sum whose branches all hand on a tensor, as the text says: of one tensor, it scales it.

    An argument of a block that is `identity` in one call is no such text.
    """
    if len({_handed_on(run, tensor.node) for tensor in branches}) > 1:
        return
    times = {2: "doubles", 3: "triples"}.get(len(branches), "only scales")
    what = "both branches are" if len(branches) == 2 else "all branches are"
    run.report.add(
        "same-branches",
        f"{what} the same tensor here: `{action.word.id}` {times} it",
        action.word.span,
        calls=place.names.scope.frames(),
        severity="warning",
        help="one of them was to be another: `from NAME` takes an earlier value",
    )


def _handed_on(run: Run, node: int) -> int:
    """The node whose tensor one hands on unchanged, itself where it does something."""
    while node >= 0:
        layer = run.nodes[node].layer
        if layer is None or not layer.passes:
            break
        node = run.nodes[node].inputs[0]
    return node
