"""What is frozen: batch norms that stay in evaluation mode, and proof that the rest is right.

`requires_grad_(False)` keeps parameters as they are, but in training a batch norm would go on to
move its running statistics, and norm by those of the batch. So a class whose text freezes one has a
`train` of its own. It asks each batch norm whether its scale is trained, so that who unfreezes a
part, for a second stage of training, has its batch norms train again as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from archc.emit.pytorch import freeze, ir
from archc.emit.pytorch.classes import Plan
from archc.emit.pytorch.names import plain
from archc.emit.pytorch.things import Different, Module
from archc.graph.graph import Graph, Node, Scope, entering
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
            if _rests(node) and _within(node.scope, instance.scope):
                found.add(_target(nodes, node))
    return tuple(sorted(found))


def _rests(node: Node) -> bool:
    return node.frozen and node.layer is not None and node.layer.rests


def _target(nodes: tuple[Node, ...] | list[Node], node: Node) -> str:
    shapes = entering(nodes, node)
    assert node.layer is not None
    assert shapes is not None
    return node.layer.torch_module(shapes).target


def _within(scope: Scope | None, outer: Scope) -> bool:
    while scope is not None and scope is not outer:
        scope = scope.parent
    return scope is not None


TRAIN = ir.Do(ir.Call(ir.own("train")))
"""What a constructor ends with where batch norms rest: a new module is in training mode."""


def train_alone(code: ir.Class, graph: Graph, paths: tuple[str, ...]) -> ir.Class:
    """The class of a network of which only what is at the paths is trained."""
    lines, rests = _alone(graph, paths, code.resting)
    init = tuple(one for one in code.init if one != TRAIN)
    return replace(code, init=(*init, *lines), resting=rests)


def member_alone(code: ir.Member, graph: Graph, paths: tuple[str, ...]) -> ir.Member:
    """The same of a member of a family."""
    lines, rests = _alone(graph, paths, ())
    return replace(code, rest=lines, resting=rests)


def _alone(
    graph: Graph, paths: tuple[str, ...], before: tuple[str, ...]
) -> tuple[ir.Body, tuple[str, ...]]:
    norms = {_target(graph.nodes, node) for node in graph.nodes if _rests(node)}
    rests = tuple(sorted(norms | set(before)))
    thaw = [ir.Do(freeze.frozen(_reach(path), False)) for path in paths]
    return (ir.Do(freeze.frozen(ir.SELF)), *thaw, *([TRAIN] if rests else [])), rests


def _reach(path: str) -> ir.Expr:
    """`self.fc`; what stands deeper is asked for by its path."""
    if plain(path):
        return ir.own(path)
    return ir.Call(ir.own("get_submodule"), (ir.Const(path),))


def train_method(code: ir.Class | ir.Member) -> list[str]:
    """The lines of `train`, none where no batch norm rests."""
    if not code.resting:
        return []
    kinds = ", ".join(code.resting)
    kinds = f"({kinds})" if len(code.resting) > 1 else kinds
    return [
        f"    def train(self, mode: bool = True) -> {code.name}:",
        '        """Frozen batch norms stay in evaluation mode: their statistics do not move."""',
        "        super().train(mode)",
        "        for module in self.modules():",
        f"            norm = isinstance(module, {kinds}) and module.affine",
        "            if norm and not module.weight.requires_grad:",
        "                module.eval()",
        "        return self",
    ]


def check_frozen(network: Module, graph: Graph) -> None:
    """Raises `Different` where the code trains what is frozen, or freezes what is trained."""
    made = {path: (frozen, rests) for path, frozen, rests in _modules(network, "", ())}
    for node in graph.nodes:
        shapes = entering(graph.nodes, node)
        if node.layer is None or shapes is None or node.module not in made:
            continue
        if not any(one.kind == "parameter" for one in node.layer.weights(shapes)):
            continue
        frozen, rests = made[node.module]
        if frozen != node.frozen:
            does, wants = ("freezes", "trained") if frozen else ("trains", "frozen")
            raise Different(f"the code {does} `{node.module}`, which is {wants}", node.span)
        if _rests(node) and _target(graph.nodes, node) not in rests:
            raise Different(f"the code lets the statistics of `{node.module}` move", node.span)


def _modules(
    module: Module, path: str, rests: tuple[str, ...]
) -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    """Every module by its path, whether it is frozen, and which batch norms rest in it."""
    rests = (*rests, *module.resting)
    yield path, module.frozen, rests
    for name, child in module.children.items():
        if isinstance(child, Module):
            yield from _modules(child, f"{path}.{name}" if path else name, rests)
