"""A class from a definition: its constructor, its forward pass, what callers need to know of it."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

from archc.emit.pytorch.actions.forms import features_of
from archc.emit.pytorch.drafts.flow import SIZES, Flow, Target
from archc.emit.pytorch.drafts.state import Result
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.passes.tidy import tidy
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.names import AXIS_NAMES
from archc.emit.pytorch.reading.arguments import Argument
from archc.emit.pytorch.reading.classes import Classes
from archc.emit.pytorch.reading.labels import labels_of, words_of
from archc.emit.pytorch.reading.number import Flat, Said, hangs_of, said_of
from archc.emit.pytorch.reading.plan import Plan
from archc.emit.pytorch.reading.resting import TRAIN, resting
from archc.emit.pytorch.reading.runs import worth_at
from archc.emit.pytorch.reading.say import say, whole
from archc.emit.pytorch.reading.sight import Bound, Unsaid, unchanging
from archc.emit.pytorch.writing.body import write_body
from archc.emit.pytorch.writing.containers import in_turn, linear, numbers
from archc.graph.values import UNKNOWN, Tensor
from archc.language import tree
from archc.language.source import Span


def write_class(plan: Plan, classes: Classes, in_place: frozenset[Span]) -> None:
    """Writes the class of a plan, and notes what it gives."""
    writer = Writer(plan, classes, in_place)
    _set_defaults(plan)
    for argument in list(plan.arguments):
        if _never_given(argument):
            _leave_out(writer, argument)
        else:
            _bind(writer, argument)
    flow = _entered(plan)
    writer.at.here = plan.instances[0].begin
    writer.at.entered = writer.at.current = flow
    text = writer.text[0]
    inputs = [one for one in plan.body if isinstance(one, tree.Input)]
    alone = len(inputs) < 2 and not any(one.kind == "tensor" for one in plan.arguments)
    if alone and text.sequence and linear(writer, plan.body, None):
        _chain(writer, plan, flow)
        return
    places = numbers((plan.body,)) if text.sequence else None
    if places is not None:
        writer.text[0] = text._replace(sequence=False, names=places)
    elif text.sequence:
        writer.at.target = in_turn(writer, Target(), (plan.body,))
    if _reads_input(plan.body):
        writer.at.var = writer.local("y")
    result = write_body(writer, plan.body, flow)
    writer.forward.append(ir.Return(_returned(writer, plan, result)))
    arguments = tuple(writer.signature.inputs) or ("x",)
    arguments += tuple(_forward_name(one) for one in plan.arguments if one.kind == "tensor")
    _finish(writer, plan, result, "nn.Module", arguments)


def _set_defaults(plan: Plan) -> None:
    """What a caller has set (`--set classes=10`) is the default of a network's class."""
    roots = [one for one in plan.instances if one.caller is None]
    if len(roots) != 1 or roots[0].scope.name != plan.definition.name.id:
        return  # a family's members give their own values
    place = roots[0].place
    for parameter in plan.definition.parameters:
        argument = plan.argument(parameter.name.id)
        worth = place.values.get(parameter.name.id, UNKNOWN)
        if argument is None or argument.kind != "value" or worth is UNKNOWN:
            continue
        if parameter.default is None or worth_at(parameter.default, roots[0].begin) != worth:
            argument.give(worth)


def _never_given(argument: Argument) -> bool:
    """Whether nobody ever gives a layer or a block: nobody knows what the class makes of it."""
    nothing = all(value is None for value in argument.values)
    return argument.kind == "maker" and nothing and argument.default == ir.Const(None)


def _leave_out(writer: Writer, argument: Argument) -> None:
    """A block does without such an argument; a network says that it does."""
    none = Bound(ir.Const(None), hangs=frozenset((argument.python,)))
    writer.scopes[0][argument.name] = none
    if not writer.plan.network:
        writer.plan.arguments.remove(argument)


def _reads_input(body: tuple[tree.Statement, ...]) -> bool:
    """Whether some text reads what entered once more: its variable then keeps it."""
    return any(isinstance(one, tree.Name) and one.id == "input" for one in tree.within(body))


def _forward_name(argument: Argument) -> str:
    return argument.python.removesuffix("_channels")


def _bind(writer: Writer, argument: Argument) -> None:
    name = ir.Name(argument.python)
    if argument.kind == "tensor":
        given = (one.place.values.get(argument.name) for one in writer.plan.instances)
        shape = next((one.shape for one in given if isinstance(one, Tensor)), None) or ()
        dims: tuple[Any, ...] = shape
        if shape and isinstance(shape[0], int):
            sizes = tuple(
                Said(axis, None, SIZES) if isinstance(axis, int) else axis for axis in shape[1:]
            )
            dims = (Said(shape[0], name), *sizes)
        writer.signature.tensors[argument.name] = Flow(ir.Name(_forward_name(argument)), dims)
        return
    writer.scopes[0][argument.name] = Bound(name, argument.floats, argument.axes)


def _entered(plan: Plan) -> Flow:
    """What enters a block: channels and sizes that its class is told."""
    shape = plan.instances[0].entered
    if plan.network or shape is None:
        return Flow(ir.Name("x"), shape or ())
    sizes = []
    for axis, name in zip(shape[1:], AXIS_NAMES.get(len(shape) - 1, ()), strict=False):
        sizes.append(Said(axis, ir.Name(name)) if isinstance(axis, int) else axis)
    channels = Said(shape[0], ir.Name("in_channels")) if isinstance(shape[0], int) else shape[0]
    return Flow(ir.Name("x"), (channels, *sizes))


def _late(writer: Writer, plan: Plan) -> list[ir.Statement]:
    """Defaults that hang on other arguments are worked out in the constructor."""
    found: list[ir.Statement] = []
    writer.at.current = _entered(plan)
    for argument in plan.arguments:
        if argument.late is None:
            continue
        name = ir.Name(argument.python)
        try:
            counted = argument.type.startswith("int")
            said = (whole if counted else say)(argument.late, writer)
        except Unsaid:
            argument.late = None
            continue
        if not ir.names(said) & ({one.python for one in plan.arguments} | {"in_channels"}):
            argument.default = unchanging(said)
            continue
        if any(value is None for value in argument.values):
            argument.late = None  # none means none, so every caller says it
            continue
        argument.default = ir.Const(None)
        if "None" not in argument.type and argument.type != "Any":
            argument.type += " | None"
        test = ir.Compare((name, ir.Const(None)), ("is",))
        found.append(ir.If(test, (ir.Assign(name, said),)))
    return found


def _chain(writer: Writer, plan: Plan, flow: Flow) -> None:
    """A numbered sequence is an `nn.Sequential`."""
    gathered = ir.Name(writer.local("layers"))
    writer.init.append(ir.Assign(gathered, ir.Row(()), "list[nn.Module]"))
    writer.names.top = writer.init
    with writer.into(Target(gathered, sequence=True)):
        result = write_body(writer, plan.body, flow)
    given = (ir.Star(gathered),)
    writer.init.append(ir.Do(ir.Call(ir.SUPER, given)))
    _finish(writer, plan, result, "nn.Sequential", ())


def _returned(writer: Writer, plan: Plan, result: Flow) -> ir.Expr:
    results = writer.signature.results
    if not results:
        return result.value
    kind = ir.Name(f"{plan.name}Outputs")
    tests = dict.fromkeys(one.asked for one in results if one.training)
    if len(tests) == 1:  # what is returned in training is all there
        results = [one._replace(asked=None) for one in results]
    whole = ir.Call(kind, (result.value, *map(_if_there, results)))
    if not tests:
        return whole
    test: ir.Expr = ir.own("training")
    plain = result.value
    if any(not one.training for one in results):
        rest = tuple(ir.Const(None) if one.training else one.value for one in results)
        plain = ir.Call(kind, (result.value, *rest))
    asked = [one for one in tests if one is not None]
    if len(asked) == len(tests):
        test = ir.Binary("and", test, reduce(_either, asked))
    writer.forward.append(ir.If(test, (ir.Return(whole),)))
    return plain


def _either(one: ir.Expr, two: ir.Expr) -> ir.Expr:
    return ir.Binary("or", one, two)


def _if_there(one: Result) -> ir.Expr:
    return one.value if one.asked is None else ir.Choice(one.value, one.asked, ir.Const(None))


def _results(writer: Writer) -> tuple[tuple[str, bool, bool], ...]:
    """Further outputs by name, whether only in training, whether they may be none."""
    results = writer.signature.results
    tests = {one.asked for one in results if one.training}
    certain = len(tests) == 1 and all(one.training for one in results)
    return tuple((one.name, one.training, one.training and not certain) for one in results)


def _finish(
    writer: Writer, plan: Plan, result: Flow, base: str, arguments: tuple[str, ...]
) -> None:
    """The class from what was written, and what its callers know of it."""
    init = [*writer.init]
    plan.out = _out(writer, plan, result)
    free = "out_channels" not in labels_of(plan.body)
    if free and (not plan.network or not plan.instances[0].graph):
        channels = result.dims[0]
        said = said_of(channels) if isinstance(channels, int) else None
        if isinstance(channels, Flat):
            said = said or features_of(writer, channels, plan.definition.name.span)
        if said is not None:
            init.append(ir.Assign(ir.own("out_channels"), said))
    rests = resting(plan)
    if rests:
        init.append(TRAIN)
    _note(writer, plan)
    late = _late(writer, plan)
    code = ir.Class(
        plan.name,
        base,
        (),
        (*late, *init),
        arguments,
        tuple(writer.forward) if base == "nn.Module" else None,
        _results(writer),
        rests,
    )
    fixed = {one.python for one in plan.arguments} | {one.name for one in plan.holes}
    tidied = tidy(code, frozenset(fixed), words_of(plan.body))
    plan.code = replace(tidied, parameters=_parameters(plan, tidied.init))


def _parameters(plan: Plan, init: ir.Body) -> tuple[ir.Parameter, ...]:
    """The arguments of the constructor."""
    found: list[ir.Parameter] = []
    read = {one.id for one in ir.within(init) if isinstance(one, ir.Name)}
    if not plan.network:
        found.append(ir.Parameter("in_channels", "int"))
        for name in AXIS_NAMES[3]:
            if name in read:
                found.append(ir.Parameter(name, "int"))
    for hole in plan.holes:
        flag = all(isinstance(one, bool) for one in hole.values.values())
        found.append(ir.Parameter(hole.name, "bool" if flag else "int"))
    for one in sorted(plan.arguments, key=lambda one: one.default is not None):
        found.append(ir.Parameter(one.python, one.type, one.default))
    return tuple(found)


def _note(writer: Writer, plan: Plan) -> None:
    """What was found out of a class on the way; its callers need to know."""
    signature = writer.signature
    plan.lost, plan.holes = signature.lost, signature.holes
    writer.classes.told.uncalled += signature.uncalled
    writer.classes.told.unrolled += signature.unrolled
    for argument in plan.arguments:
        if argument.name in signature.makes:
            names = " | ".join(sorted(signature.makes[argument.name]))
            none = " | None" if argument.type.endswith("| None") else ""
            argument.type = f"Callable[..., {names}]{none}"


def _out(writer: Writer, plan: Plan, result: Flow) -> tuple[Any, ...]:
    """The axes of what it gives, over its arguments alone."""
    dims = list(result.dims)
    if dims and isinstance(dims[0], Said) and dims[0].said is not None:
        said: ir.Expr = dims[0].said
        known = {one.python for one in plan.arguments} | {"in_channels"}
        for _ in range(8):
            values = {name: writer.names.locals.get(name) for name in ir.names(said)}
            said = ir.put_in(said, {name: one for name, one in values.items() if one is not None})
        dims[0] = Said(int(dims[0]), said if ir.names(said) <= known else None, hangs_of(dims[0]))
    return tuple(dims)
