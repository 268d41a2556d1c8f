"""What each kind of record does when a module's tree runs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.simplify import BINARY, COMPARE
from archc.emit.pytorch.validation.things import Different, Maker, Module, Return, Sum, Tensor
from archc.graph.functions import divisible

if TYPE_CHECKING:
    from archc.emit.pytorch.validation.run import Machine


METHODS = {"append", "add_module", "register_parameter", "children", "train", "get_submodule"}
WORDS = {"super", "getattr", "isinstance", "partial", "OrderedDict"}
MODULES = {"math", "torch", "nn", "itertools"}


def _name(machine: Machine, expr: ir.Name, env: dict[str, Any]) -> Any:
    if expr.id in env:
        return env[expr.id]
    if expr.id in machine.classes:
        return Maker(expr.id)
    if expr.id in _FUNCTIONS or expr.id in WORDS | MODULES:
        return expr.id
    if expr.id[0].isupper() or "." in expr.id:
        return Maker(expr.id)
    raise Different(f"the code reads `{expr.id}`, which is not set")


def _attr(machine: Machine, expr: ir.Attr, env: dict[str, Any]) -> Any:
    value = machine.value(expr.value, env)
    if isinstance(value, Module):
        if expr.name in value.values:
            return value.values[expr.name]
        if expr.name in value.children:
            return value.children[expr.name]
        if expr.name == "training":
            return machine.training
        if expr.name == "_modules":
            return value.children
        if expr.name == "_parameters":
            return {}  # here they are among the children
        if expr.name == "out_channels" and value.target.startswith("nn.Conv"):
            return [*value.arguments, None, None][1]
        if expr.name in METHODS or expr.name == ir.FREEZE:
            return value, expr.name
        raise Different(f"`{value.target}` has no `{expr.name}`")
    if isinstance(value, (Tensor, Sum)) and expr.name == "shape":
        shape = machine.graph.nodes[machine.node_of(value)].shape
        return (1, *(shape or ()))
    if isinstance(value, list) and expr.name == "append":
        return value, "append"
    if isinstance(value, str):
        return f"{value}.{expr.name}"
    raise Different(f"no `{expr.name}` in {type(value).__name__}")


def _call(machine: Machine, expr: ir.Call, env: dict[str, Any]) -> Any:
    arguments = [each for one in expr.arguments for each in _given(machine, one, env)]
    if expr.function == ir.SUPER:
        env["self"].children.update({str(i): one for i, one in enumerate(arguments)})
        return None
    function = machine.value(expr.function, env)
    named = {name: machine.value(one, env) for name, one in expr.named}
    if isinstance(function, Maker):
        return _made(machine, function, arguments, named)
    if isinstance(function, Module):
        return machine.call(function, arguments)
    if isinstance(function, tuple):
        return _method(function[0], function[1], arguments)
    return _builtin(machine, function, arguments, named)


def _given(machine: Machine, expr: ir.Expr, env: dict[str, Any]) -> list[Any]:
    """What an argument stands for: one, or all that is behind a `*`."""
    if not isinstance(expr, ir.Star):
        return [machine.value(expr, env)]
    value = machine.value(expr.value, env)
    return list(value.values() if isinstance(value, dict) else value)


def _made(machine: Machine, maker: Maker, arguments: list[Any], named: dict[str, Any]) -> Any:
    arguments = [*maker.arguments, *arguments]
    named = {**dict(maker.named), **named}
    if maker.target in machine.classes:
        return machine.make(maker.target, arguments, named)
    if maker.target.endswith("Outputs"):
        return (*arguments, *named.values())
    return Module(maker.target, arguments, named)


def _method(owner: Any, name: str, arguments: list[Any]) -> Any:
    if isinstance(owner, list):
        owner.append(arguments[0])
    elif name == "append":
        owner.children[str(len(owner.children))] = arguments[0]
    elif name in ("add_module", "register_parameter"):
        owner.children[arguments[0]] = arguments[1]
    elif name == "children":
        return iter(list(owner.children.values()))
    elif name == ir.FREEZE:
        owner.freeze(not arguments[0])
        return owner
    elif name == "get_submodule":
        for word in arguments[0].split("."):
            owner = owner.children[word]
        return owner
    return None


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{one.__name__: one for one in (range, len, min, max, abs, sum, round, str, dict, list, next)},
    "iter": lambda value: iter(
        list(value.children.values()) if isinstance(value, Module) else value
    ),
    "divisible": divisible,
    "itertools.count": itertools.count,
    "math.floor": math.floor,
    "math.ceil": math.ceil,
    "torch.ones": lambda *shape: ("parameter", shape, 1.0),
    "torch.zeros": lambda *shape: ("parameter", shape, 0.0),
    "torch.full": lambda shape, init: ("parameter", shape, init),
}


def _builtin(machine: Machine, name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
    if name == "isinstance":
        return True
    if name == "partial":
        maker = arguments[0]
        fixed = {**dict(maker.named), **named}
        return Maker(maker.target, (*maker.arguments, *arguments[1:]), tuple(fixed.items()))
    if name == "OrderedDict":
        return dict(named)
    if name == "getattr":
        owner, word = arguments
        if word in owner.children:
            return owner.children[word]
        raise Different(f"`{owner.target}` has no module `{word}`")
    if name == "list" and isinstance(arguments[0], Module):
        return list(arguments[0].children.values())
    if name not in _FUNCTIONS:
        raise Different(f"the code calls `{name}`")
    if name == "divisible":
        arguments[0] = Fraction(arguments[0]).limit_denominator(10**9)
    return _FUNCTIONS[name](*arguments)


def _make(machine: Machine, expr: ir.Make, env: dict[str, Any]) -> Module:
    words = [one for name, one in expr.arguments if name is None]
    arguments = [each for one in words for each in _given(machine, one, env)]
    named = {name: machine.value(one, env) for name, one in expr.arguments if name is not None}
    module = Module(expr.target, arguments, named)
    if expr.target in ir.CONTAINERS:
        if len(arguments) == 1 and isinstance(arguments[0], dict):
            module.children.update(arguments[0])
        else:
            module.children.update({str(i): one for i, one in enumerate(arguments)})
        module.arguments = []
    return module


def _index(machine: Machine, expr: ir.Index, env: dict[str, Any]) -> Any:
    value, index = machine.value(expr.value, env), machine.value(expr.index, env)
    if isinstance(value, Module):
        if isinstance(index, int):
            return list(value.children.values())[index]
        return value.children[index]
    return value[index]


def _cut(machine: Machine, expr: ir.Cut, env: dict[str, Any]) -> Any:
    start = None if expr.start is None else machine.value(expr.start, env)
    stop = None if expr.stop is None else machine.value(expr.stop, env)
    return machine.value(expr.value, env)[start:stop]


def _binary(machine: Machine, expr: ir.Binary, env: dict[str, Any]) -> Any:
    left = machine.value(expr.left, env)
    if expr.operator == "and":
        return left and machine.value(expr.right, env)
    if expr.operator == "or":
        return left or machine.value(expr.right, env)
    return BINARY[expr.operator](left, machine.value(expr.right, env))


def _compare(machine: Machine, expr: ir.Compare, env: dict[str, Any]) -> bool:
    left = machine.value(expr.operands[0], env)
    for operator, operand in zip(expr.operators, expr.operands[1:], strict=True):
        right = machine.value(operand, env)
        if not COMPARE[operator](left, right):
            return False
        left = right
    return True


def _choice(machine: Machine, expr: ir.Choice, env: dict[str, Any]) -> Any:
    test = machine.value(expr.condition, env)
    return machine.value(expr.then if test else expr.otherwise, env)


def _unary(machine: Machine, expr: ir.Unary, env: dict[str, Any]) -> Any:
    value = machine.value(expr.operand, env)
    return not value if expr.operator == "not" else -value


def _row(machine: Machine, expr: ir.Row, env: dict[str, Any]) -> Any:
    items = [machine.value(one, env) for one in expr.items]
    return tuple(items) if expr.tuple else items


def _text(machine: Machine, expr: ir.Text, env: dict[str, Any]) -> str:
    return "".join(
        one if isinstance(one, str) else str(machine.value(one, env)) for one in expr.parts
    )


VALUE: dict[type, Callable[[Machine, Any, dict[str, Any]], Any]] = {
    ir.Const: lambda machine, expr, env: expr.value,
    ir.Name: _name,
    ir.Attr: _attr,
    ir.Index: _index,
    ir.Cut: _cut,
    ir.Call: _call,
    ir.Unary: _unary,
    ir.Binary: _binary,
    ir.Compare: _compare,
    ir.Choice: _choice,
    ir.Row: _row,
    ir.Text: _text,
    ir.Make: _make,
    ir.Op: lambda machine, expr, env: machine.operate(expr, env),
}


def _assign(machine: Machine, one: ir.Assign, env: dict[str, Any]) -> None:
    value = machine.value(one.value, env)
    target = one.target
    if isinstance(target, ir.Name):
        env[target.id] = value
    elif isinstance(target, ir.Attr):
        owner = machine.value(target.value, env)
        owner.values.pop(target.name, None)
        if isinstance(value, Module):
            owner.children[target.name] = value
        else:
            owner.children.pop(target.name, None)
            owner.values[target.name] = value
    elif isinstance(target, ir.Index):
        owner, key = machine.value(target.value, env), machine.value(target.index, env)
        if isinstance(owner, Module):
            owner.children[key] = value
        else:
            owner[key] = machine.settled(value)


def _if(machine: Machine, one: ir.If, env: dict[str, Any]) -> Return | None:
    return machine.run(one.then if machine.value(one.condition, env) else one.otherwise, env)


def _for(machine: Machine, one: ir.For, env: dict[str, Any]) -> Return | None:
    iterable = machine.value(one.iterable, env)
    if isinstance(iterable, Module):
        iterable = list(iterable.children.values())
    for number, item in enumerate(iterable):
        if one.counter is not None:
            env[one.counter] = number
        items = (item,) if len(one.targets) == 1 else item
        env.update(zip(one.targets, items, strict=True))
        result = machine.run(one.body, env)
        if result is not None:
            return result
    return None


def _do(machine: Machine, one: ir.Do | ir.Assert, env: dict[str, Any]) -> None:
    machine.value(one.value if isinstance(one, ir.Do) else one.condition, env)


RUN: dict[type, Callable[[Machine, Any, dict[str, Any]], Return | None]] = {
    ir.Assign: _assign,
    ir.Do: _do,
    ir.If: _if,
    ir.For: _for,
    ir.Assert: _do,
    ir.Return: lambda machine, one, env: Return(machine.value(one.value, env)),
}
