"""A module's classes as Python, and what stands for PyTorch where they run without it.

A module of PyTorch is a record of what it was made with. The classes are those that are printed,
but that layers which are expressions are told to the machine by their templates.
"""

from __future__ import annotations

import builtins
import itertools
import math
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from types import CodeType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.layout import lines
from archc.emit.pytorch.python.printer import lay_out, text
from archc.emit.pytorch.validation.things import MADE, Different, Made, made
from archc.graph.functions import divisible
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.emit.pytorch.validation.run import Machine

Classes = dict[str, ir.Class]
OPERATE, SHAPE, SETTLED = (ir.Name(f"__{word}__") for word in ("operate", "shape", "settled"))


class Program(NamedTuple):
    """Classes that can run; `brought` are names that the module's file has besides."""

    code: CodeType
    brought: frozenset[str]


def runnable(classes: Classes) -> Program:
    """Classes compiled; raises `SyntaxError` where Python does not take them."""
    told = "\n".join(line for one in classes.values() for line in _class(ir.rebuilt(one, _told)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        code = compile(told, "<generated>", "exec", dont_inherit=True)
    within = list(ir.within(tuple(classes.values())))
    made = {one.target for one in within if isinstance(one, ir.Make)}
    named = {one.id for one in within if isinstance(one, ir.Name) and one.id[0].isupper()}
    return Program(code, frozenset(one for one in made | named if "." not in one))


def _told(node: Any) -> Any:
    """What the machine has to be told: layers that are expressions, sizes, what is kept."""
    match node:
        case ir.Op(template, (ir.Call(function), *_)) if node.twice and function != OPERATE:
            raise Different(f"`{template}` runs a module twice")
        case ir.Op(template, inputs, values):
            return ir.Call(OPERATE, (ir.Const(template), *inputs), values)
        case ir.Attr(value, "shape") if value != ir.SELF:
            return ir.Call(SHAPE, (value,))
        case ir.Assign(ir.Index() as target, value):
            return ir.Assign(target, ir.Call(SETTLED, (value,)))
    return node


def _class(code: ir.Class) -> Iterator[str]:
    yield f"class {code.name}({code.base}):"
    yield f"    resting = {code.base}.resting + {code.resting!r}"
    given = [
        one.name if one.default is None else f"{one.name}={text(one.default)}"
        for one in code.parameters
    ]
    yield f"    def __init__({', '.join(('self', *given))}):"
    yield from lines(lay_out(code.init), 8)
    if code.forward is not None:
        yield f"    def forward({', '.join(('self', *code.arguments))}):"
        yield from lines(lay_out(code.forward), 8)


class Module:
    """Stands for a module of PyTorch; one that `holds` others is made with them."""

    machine: Machine
    holds = True
    resting: tuple[str, ...] = ()
    training = property(lambda self: type(self).machine.training)
    _modules = property(lambda self: made(self).children)
    _parameters = property(lambda self: {})  # here they are among the modules

    def __init__(self, *arguments: Any, **named: Any) -> None:
        kind = type(self)
        vars(self)[MADE] = Made(
            kind.__name__, [] if kind.holds else [*arguments], named, kind.resting
        )
        if kind.holds:
            ordered = len(arguments) == 1 and isinstance(arguments[0], dict)
            for name, one in arguments[0].items() if ordered else enumerate(arguments):
                self[str(name)] = one

    def __call__(self, *inputs: Any) -> Any:
        return self.forward(*inputs)

    def forward(self, *inputs: Any) -> Any:
        raise Different(f"a `{made(self).target}` is called")

    def __setattr__(self, name: str, value: Any) -> None:
        vars(self)[name] = value
        if isinstance(value, Module):
            made(self).children[name] = value
        else:
            made(self).children.pop(name, None)

    def __getattr__(self, name: str) -> Any:
        record = made(self)
        if name == "out_channels" and record.target.startswith("nn.Conv"):
            return record.arguments[1]
        raise AttributeError(f"`{record.target}` has no `{name}`")

    __setitem__ = add_module = register_parameter = __setattr__

    def append(self, one: Module) -> None:
        self[str(len(made(self).children))] = one

    def children(self) -> Iterator[Module]:
        return iter([*made(self).children.values()])

    __iter__ = children

    def __getitem__(self, key: int | str) -> Module:
        children = made(self).children
        found: Module = [*children.values()][key] if isinstance(key, int) else children[key]
        return found

    def __contains__(self, name: str) -> bool:
        return name in made(self).children

    def get_submodule(self, path: str) -> Module:
        found = self
        for word in path.split("."):
            found = found[word]
        return found

    def requires_grad_(self, trained: bool) -> Module:
        made(self).freeze(not trained)
        return self

    def train(self) -> None:
        """A new module is in training mode."""


class Row(Module):
    """Stands for `nn.Sequential`."""

    def forward(self, value: Any) -> Any:
        for one in self:
            value = one(value)
        return value


class Layer(Module):
    """Stands for a layer: the machine knows what it gives."""

    holds = False

    def forward(self, *inputs: Any) -> Any:
        return type(self).machine.layer(made(self), inputs)


class _Modules:
    """`nn`, whose classes are made as they are asked for."""

    def __init__(self, machine: Machine) -> None:
        self.Module = type("nn.Module", (Module,), {"machine": machine})
        self.Sequential = type("nn.Sequential", (Row, self.Module), {})
        self.ModuleList = type("nn.ModuleList", (self.Module,), {})
        self.ModuleDict = type("nn.ModuleDict", (self.Module,), {})

    def layer(self, name: str) -> type:
        return type(name, (Layer, self.Module), {})

    def __getattr__(self, name: str) -> type:
        vars(self)[name] = found = self.layer(f"nn.{name}")
        return found


KNOWN = "abs dict enumerate float getattr isinstance iter len list max min next range round str sum"
TORCH = SimpleNamespace(
    ones=lambda *shape: (shape, 1.0),
    zeros=lambda *shape: (shape, 0.0),
    full=lambda shape, init: (shape, init),
)


def _divisible(value: Any, *divisor: int) -> int:
    return divisible(Fraction(value).limit_denominator(10**9), *divisor)


def names(program: Program, machine: Machine) -> dict[str, Any]:
    """All that the file of a program has in sight, its classes too."""
    modules = _Modules(machine)
    words = [*KNOWN.split(), "super", "__build_class__"]
    found: dict[str, Any] = {"__name__": "<generated>", "nn": modules, "torch": TORCH}
    found |= {"math": math, "itertools": itertools, "partial": partial, "divisible": _divisible}
    for word in program.brought:
        results = word.endswith("Outputs")
        found[word] = (lambda *values: values) if results else modules.layer(word)
    found |= {"OrderedDict": OrderedDict, OPERATE.id: machine.operate}
    found |= {SHAPE.id: machine.shape, SETTLED.id: machine.settled}
    found["__builtins__"] = {word: getattr(builtins, word) for word in words}
    exec(program.code, found)
    return found
