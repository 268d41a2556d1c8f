"""What a class is to be, before and behind its writing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.names import AXIS_NAMES
from archc.emit.pytorch.reading.arguments import Argument, lists, python_names
from archc.emit.pytorch.reading.runs import Instance
from archc.emit.pytorch.reading.sight import NO_FLOATS, Floats
from archc.graph.values import UNKNOWN
from archc.language import tree
from archc.language.source import Span
from archc.named import NamedTuple


class Hole(NamedTuple):
    """A number that the text leaves to the network around: an argument more of the class.

    `wanted` is what it would be called if no other name were taken, `hangs` what decides it;
    `values` are by the identity of the instance's scope.
    """

    name: str
    wanted: str
    values: dict[int, Any]
    hangs: frozenset[str]


class Lost(NamedTuple):
    """Where an argument is lost, and what the author can do to keep it.

    One that is not `fixed` is lost to the callers alone: for them the class has an argument more.
    """

    span: Span
    keep: str = ""
    fixed: bool = True


class Plan:
    """A class to be: the calls it stands for, its arguments, and what callers need to know of it.

    `out` are the axes of what it gives, said over its arguments; `lost` are the arguments that some
    number in it hangs on without following them.
    """

    def __init__(self, name: str, instances: list[Instance], floats: Mapping[str, Floats]) -> None:
        first = instances[0]
        self.name = name
        self.instances = instances
        self.definition = first.definition
        self.body = first.body
        self.key = first.key
        self.arguments: list[Argument] = []
        self.holes: list[Hole] = []
        self.lost: dict[str, Lost] = {}
        self.out: tuple[Any, ...] | None = None
        self.code = ir.Class(name, "", (), ())  # until it is written
        self.parts: list[Plan] = []  # where one class is not enough
        self.passed = False  # handed on as a value: all its arguments stay
        if not first.key[1]:
            python = python_names(first.definition.parameters)
            listed = lists(first, {})
            for parameter in first.definition.parameters:
                word = parameter.name.id
                values = [one.place.values[word] for one in instances if word in one.place.values]
                values = values or [UNKNOWN]
                name, many, floating = python[word], word in listed, floats.get(word, NO_FLOATS)
                self.arguments.append(Argument(parameter, name, values, many, floating))

    @property
    def written(self) -> bool:
        """Whether there is code."""
        return bool(self.code.base)

    @property
    def network(self) -> bool:
        """Whether it knows its own input."""
        return not self.key[1] and any(isinstance(one, tree.Input) for one in self.body)

    @property
    def real(self) -> list[Instance]:
        """The calls that ran; where none did, those that were only imagined."""
        return [one for one in self.instances if not one.phantom] or self.instances

    @property
    def tells_all(self) -> bool:
        """Whether its callers need to know nothing of it but its arguments, and to ask it."""
        sizes = any(one.name in AXIS_NAMES[3] for one in self.code.parameters)
        return self.tells_channels and not (self.holes or self.lost or sizes)

    @property
    def tells_channels(self) -> bool:
        """Whether a module of the class can be asked for its channels."""
        return not self.written or ir.own("out_channels") in ir.assigned(self.code.init)

    def argument(self, name: str) -> Argument | None:
        return next((one for one in self.arguments if one.name == name), None)
