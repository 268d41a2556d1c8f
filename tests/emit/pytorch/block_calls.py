"""A call of a block in a network: its class called by itself, with these arguments and others.

The block alone is the network `Probe_`, which holds nothing but the call.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any

from torch import Tensor as Values
from torch import nn

from archc.graph.graph import Graph, Scope
from archc.graph.values import Tensor
from archc.language import tree
from archc.shapes import Shape, show
from tests.emit.pytorch.fresh import PROBE, File, compare
from tests.emit.pytorch.other_values import numbers, others, python_value, written

TRIALS = 2  # other values of an argument


def known(python: str, words: set[str]) -> str | None:
    """The parameter of the text that a parameter of the class stands for."""
    if python in words:
        return python
    plain = {word.rstrip("_").lower(): word for word in words}
    return plain.get(python.rstrip("_").lower())


def definition_of(graph: Graph, scope: Scope) -> tree.Block | None:
    """The block of the file that a scope is a call of."""
    for one in graph.program.definitions:
        if isinstance(one, tree.Block) and one.name.id == scope.name:
            return one
    return None


class Wrapped(nn.Module):
    """A block as the probe has it: under the name `b`, its inputs in the order of the text."""

    def __init__(self, block: nn.Module, names: list[str]) -> None:
        super().__init__()
        self.b = block
        self.names = names

    def forward(self, x: Values, *others: Values) -> Values:
        wanted = list(inspect.signature(self.b.forward).parameters)
        named = {}
        for name, other in zip(self.names, others, strict=True):
            python = next((one for one in wanted if known(one, {name})), None)
            if python is not None:
                named[python] = other
        result: Values = self.b(x, **named)
        return result


class BlockCall:
    """One call of a block in a network."""

    def __init__(
        self, file: File, graph: Graph, scope: Scope, made: type[nn.Module], values: bool
    ) -> None:
        self.file = file
        self.graph = graph
        self.scope = scope
        self.made: Any = made
        self.values = values
        self.arguments: dict[str, Any] = dict(scope.arguments)
        self.near = numbers(file.source.text)

    def run(self) -> int | None:
        """How many other arguments were tried; None where the call cannot be made by itself."""
        entered = self.entered()
        if entered is None:
            return None
        if not self.try_with(entered, self.arguments):
            return None
        count = 0
        wanted = inspect.signature(self.made).parameters
        if "in_channels" in wanted:
            tried = 0
            for channels in others(entered[0], self.near):
                if channels == 1 and "mul" in self.file.source.text:
                    continue  # one channel stretches to many: another rule than that of the class
                if tried < TRIALS and channels:
                    tried += self.try_with((channels, *entered[1:]), self.arguments)
            count += tried
        for python in wanted:
            word = known(python, set(self.words()))
            value = self.arguments.get(word) if word else None
            if word is None or (value is None and word not in self.arguments):
                continue
            tried = 0
            for other in others(value, self.near):
                if tried < TRIALS:
                    tried += self.try_with(entered, {**self.arguments, word: other})
            count += tried
        return count

    def words(self) -> list[str]:
        definition = definition_of(self.graph, self.scope)
        assert definition is not None
        return [one.name.id for one in definition.parameters]

    def entered(self) -> Shape | None:
        """The shape that the call was given."""
        nodes = self.graph.nodes

        def inside(scope: Scope | None) -> bool:
            while scope is not None:
                if scope is self.scope:
                    return True
                scope = scope.parent
            return False

        for node in nodes:
            if node.layer is not None and inside(node.scope):
                source = nodes[node.inputs[0]]
                return None if inside(source.scope) and source.layer is not None else source.shape
        return None

    def try_with(self, entered: Shape, arguments: dict[str, Any]) -> bool:
        """Compares the class with a probe; False where the file does not allow such a call."""
        given, inputs = [], []
        for word, value in arguments.items():
            if isinstance(value, Tensor):
                if value.shape is None:
                    return False
                inputs.append((word, value.shape))
                given.append(f"{word}={word}_in")
                continue
            shown = written(value)
            if shown is None:
                return False
            given.append(f"{word}={shown}")
        lines = [f"input x_in {show(entered)}"] if inputs else [f"input {show(entered)}"]
        lines += [f"input {word}_in {show(shape)}" for word, shape in inputs]
        lines += ["from x_in"] if inputs else []
        lines.append(f"b: {self.scope.name}({', '.join(given)})")
        graph = self.file.behind(f"network {PROBE} {{\n" + "\n".join(lines) + "\n}")
        if graph is None:
            return False
        values = self.python(entered, arguments)
        if values is None:
            return False
        names = [word for word, _ in inputs]
        what = f"{self.made.__name__}({values}) for `{lines[-1]}` on {show(entered)}"
        compare(graph, lambda: Wrapped(self.made(**values), names), what, self.values)
        return True

    def python(self, entered: Shape, arguments: dict[str, Any]) -> dict[str, Any] | None:
        """The arguments of the class; None where one has no counterpart that is known here."""
        values: dict[str, Any] = {}
        for python, parameter in inspect.signature(self.made).parameters.items():
            word = known(python, set(self.words()))
            if python == "in_channels" and word is None:
                values[python] = entered[0]
            elif word is not None and word in arguments:
                value = python_value(arguments[word], sys.modules[self.made.__module__])
                if value is NotImplemented:
                    return None
                axes = "uple" in str(parameter.annotation) or "Seq" in str(parameter.annotation)
                if axes and type(value) is int:  # a size by axes, which the text may say in one
                    value = (value,) * (len(entered) - 1)
                values[python] = value
            elif parameter.default is parameter.empty:
                tensor = known(python.removesuffix("_channels"), set(self.words()))
                shape = getattr(arguments.get(tensor or ""), "shape", None)
                if not python.endswith("_channels") or shape is None:
                    return None
                values[python] = shape[0]
        return values
