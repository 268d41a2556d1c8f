"""A loop inside a merge: each round is a branch of its own, on the merge's input."""

from __future__ import annotations

from collections.abc import Callable

from archc.emit.pytorch import ir
from archc.emit.pytorch.flow import Flow, Target
from archc.emit.pytorch.linear import NUMBERS, holds_bare
from archc.emit.pytorch.loops import write_loop
from archc.emit.pytorch.placing import register
from archc.emit.pytorch.writer import Writer
from archc.graph.naming import inner_bodies, read_scope
from archc.language import tree


def write_branch_loop(
    writer: Writer,
    link: tree.Link,
    flow: Flow,
    body: Callable[[tuple[tree.Statement, ...], Flow], None],
) -> None:
    """Writes the loop; `body` writes the branches of a round."""
    action = link.action
    assert isinstance(action, (tree.For, tree.Repeat))
    notes = writer.notes(action)
    if notes:
        writer.at.here = notes[0]
    kept = writer.at.var

    def step(inner: Writer, statements: tuple[tree.Statement, ...], entering: Flow) -> Flow:
        del entering  # every branch reads what entered the merge
        body(statements, flow)
        return flow

    text = read_scope(tuple(inner_bodies(action)))
    if text.sequence and not writer.text[-1].sequence:
        _numbered(writer, link, flow, step)
    elif link.label is not None:
        make = ir.Make("nn.ModuleDict", (), "")
        reach = register(writer, link.label, action, make)
        writer.text.append(text)
        writer.labels.append({})
        with writer.into(Target(reach.init, reach.forward)):
            write_loop(writer, action, link.label, flow, step)
        writer.labels.pop()
        writer.text.pop()
    else:
        write_loop(writer, action, None, flow, step)
    writer.at.var = kept


def _numbered(writer: Writer, link: tree.Link, flow: Flow, step: Callable[..., Flow]) -> None:
    """Rounds without labels: modules 0, 1, 2 … of a list, taken in turn."""
    action = link.action
    assert isinstance(action, (tree.For, tree.Repeat))
    if holds_bare(tuple(inner_bodies(action))):
        reach = register(writer, link.label, action, ir.Make("nn.Module", (), ""))
        writer.forward.append(NUMBERS)
        target = Target(reach.init, reach.forward, counts=True, bare=True)
        writer.text.append(read_scope(tuple(inner_bodies(action))))
        with writer.into(target):
            write_loop(writer, action, link.label, flow, step)
        writer.text.pop()
        return
    reach = register(writer, link.label, action, ir.Make("nn.ModuleList", (), ""))
    modules = ir.Name(writer.local("modules"))
    writer.forward.append(ir.Assign(modules, ir.Call(ir.Name("iter"), (reach.forward,))))
    writer.text.append(read_scope(tuple(inner_bodies(action))))
    with writer.into(Target(reach.init, modules, counts=True)):
        write_loop(writer, action, link.label, flow, step)
    writer.text.pop()
