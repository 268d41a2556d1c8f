"""Where modules go: under a name, a number, or into a row; and how both methods reach them."""

from __future__ import annotations

from archc.emit.pytorch.drafts.flow import Target
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.names import plain
from archc.emit.pytorch.reading.labels import divided
from archc.emit.pytorch.reading.say import text
from archc.graph.chains import CONTAINER
from archc.graph.naming import inner_bodies, own_links
from archc.language import tree
from archc.layers.registry import KINDS


def name_of(writer: Writer, action: tree.Action) -> str:
    """The name of what has no label, which hangs on the text alone."""
    for scope in reversed(writer.text):
        if id(action) in scope.names:
            return scope.names[id(action)]
    return "layer"


def register(
    writer: Writer, label: tree.Template | None, action: tree.Action, make: ir.Expr
) -> Target:
    """Puts a module where it belongs; how constructor and forward pass reach it."""
    make = frozen(writer, make)
    target = writer.at.target if label is None else writer.at.target.labels
    row = target.sequence and not target.named
    if target.counts and target.bare:
        return _count(writer, target, make)
    following: ir.Expr = ir.SELF if row else ir.call("next", target.forward)
    if target.counts and target.init == ir.SELF:
        number = ir.call("str", ir.call("len", ir.own("_modules")))
        writer.init.append(ir.method(ir.SELF, "add_module", number, make))
        return Target(ir.call("list", ir.Call(ir.own("children"))), following)
    if row or target.counts:
        writer.init.append(ir.method(target.init, "append", make))
        return Target(ir.Index(target.init, ir.Const(-1)), following)
    name = ir.Const(name_of(writer, action)) if label is None else text(label, writer)
    while label is not None and (parts := divided(name)) is not None:
        target, name = part(writer, target, parts[0]), parts[1]
    return put(writer, target, name, make)


def part(writer: Writer, target: Target, name: str) -> Target:
    """What `convs.0` and its like are put into: a container of that name."""
    found = writer.modules.parts.get((target.init, name))
    if found is None:
        bare = bool(writer.modules.divided & CONTAINER)
        make = ir.Make("nn.Module" if bare else "nn.ModuleDict", (), "")
        reach = put(writer, target, ir.Const(name), make)
        found = Target(reach.init, reach.forward, bare=bare)
        writer.modules.parts[target.init, name] = found
    return found


def open_parts(writer: Writer, action: tree.Action) -> None:
    """Makes the containers of labels with dots before the loop or condition that fills them."""
    if not writer.modules.divided:
        return
    for link in own_links(tuple(inner_bodies(action))):
        begin = link.label.parts[:1] if link.label is not None else ()
        path = begin[0].split(".") if begin and isinstance(begin[0], str) else []
        there = writer.at.target.labels
        for word in path[:-1]:
            there = part(writer, there, word)


def frozen(writer: Writer, make: ir.Expr) -> ir.Expr:
    """What makes a module, frozen where it stands behind `frozen` and has parameters.

    A container that is filled later is left as it is: its modules are frozen one by one.
    """
    if not writer.at.freezing:
        return make
    if isinstance(make, ir.Make):
        kind = KINDS.get(make.keyword)
        if make.target != "nn.Sequential" and (kind is None or not kind.stateful):
            return make
    return ir.frozen(make)


def _count(writer: Writer, target: Target, make: ir.Expr) -> Target:
    """A module or a bare parameter under the next number."""
    held = [ir.Attr(target.init, "_modules"), ir.Attr(target.init, "_parameters")]
    lengths = [ir.call("len", one) for one in held]
    word = ir.Name("str")
    name = ir.Call(word, (ir.Binary("+", lengths[0], lengths[1]),))
    method = "register_parameter" if _is_parameter(make) else "add_module"
    writer.init.append(ir.method(target.init, method, name, make))
    following = ir.Call(word, (ir.call("next", ir.Name("numbers")),))
    reach = ir.Call(ir.Name("getattr"), (target.forward, following))
    return Target(ir.call("list", ir.Call(ir.Attr(target.init, "children"))), reach)


def put(writer: Writer, target: Target, name: ir.Expr, make: ir.Expr) -> Target:
    writer.modules.used.add(target.init)
    parameter = _is_parameter(make)
    if target.init == ir.SELF and isinstance(name, ir.Const) and plain(name.value):
        writer.init.append(ir.Assign(ir.own(name.value), make))
        return Target(ir.own(name.value), ir.own(name.value))
    if target.bare or target.init == ir.SELF or parameter:
        method = "register_parameter" if parameter else "add_module"
        writer.init.append(ir.method(target.init, method, name, make))
        there = ir.call("getattr", target.forward, writer.in_forward(name))
        return Target(ir.call("getattr", target.init, name), there)
    init = ir.Index(target.init, name)
    writer.init.append(ir.Assign(init, make))
    if target.sequence:
        return Target(init, ir.SELF)
    return Target(init, ir.Index(target.forward, writer.in_forward(name)))


def _is_parameter(make: ir.Expr) -> bool:
    made = ir.thawed(make)
    return isinstance(made, ir.Make) and made.target == "nn.Parameter"
