"""Batch norms that stay in evaluation mode because they are frozen.

`requires_grad_(False)` keeps parameters as they are, but in training a batch norm would go on to
move its running statistics, and norm by those of the batch. So a class whose text freezes one has a
`train` of its own. It asks each batch norm whether its scale is trained, so that who unfreezes a
part, for a second stage of training, has its batch norms train again as well.
"""

from __future__ import annotations

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.plan import Plan
from archc.emit.pytorch.reading.runs import form_of
from archc.graph.graph import Node, Scope
from archc.language import tree


def resting(plan: Plan) -> tuple[str, ...]:
    """The classes of PyTorch of the batch norms that the text of a definition freezes."""
    links = (one for one in tree.within(plan.body) if isinstance(one, tree.Link))
    if not any(link.frozen for link in links):
        return ()
    found = set()
    for instance in plan.instances:
        nodes = instance.watcher.nodes
        for node in nodes:
            if rests(node) and _within(node.scope, instance.scope):
                found.add(module_of(nodes, node))
    return tuple(sorted(found))


def rests(node: Node) -> bool:
    """Whether a node is such a batch norm."""
    return node.frozen and node.layer is not None and node.layer.rests


def module_of(nodes: tuple[Node, ...] | list[Node], node: Node) -> str:
    """The class of PyTorch that a node's module is of."""
    form = form_of(nodes, node)
    assert form is not None
    return form.target


def _within(scope: Scope | None, outer: Scope) -> bool:
    while scope is not None and scope is not outer:
        scope = scope.parent
    return scope is not None


TRAIN = ir.Do(ir.Call(ir.own("train")))
"""What a constructor ends with where batch norms rest: a new module is in training mode."""
