"""`--train`: of a network all is frozen but what is at some paths."""

from __future__ import annotations

from dataclasses import replace

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.names import plain
from archc.emit.pytorch.reading.resting import TRAIN, module_of, rests
from archc.graph.graph import Graph


def train_alone(code: ir.Class, graph: Graph, paths: tuple[str, ...]) -> ir.Class:
    """The class of a network of which only what is at the paths is trained."""
    norms = {module_of(graph.nodes, node) for node in graph.nodes if rests(node)}
    resting = tuple(sorted(norms.union(code.resting)))
    init = tuple(one for one in code.init if one != TRAIN)
    thaw = [ir.Do(ir.frozen(_reach(path), False)) for path in paths]
    init = (*init, ir.Do(ir.frozen(ir.SELF)), *thaw, *([TRAIN] if resting else []))
    return replace(code, init=init, resting=resting)


def _reach(path: str) -> ir.Expr:
    """`self.fc`; what stands deeper is asked for by its path."""
    if plain(path):
        return ir.own(path)
    return ir.Call(ir.own("get_submodule"), (ir.Const(path),))
