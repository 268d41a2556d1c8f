"""Every class of generated code, called with other arguments, held to what the text says for them.

A network with other arguments is the file with `--set`, a family its member, a block a network that
holds nothing but the call.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

import torch
from torch import nn

from archc.check import Network, Reader
from archc.emit.pytorch.compile import Compiled
from archc.emit.pytorch.verify import load, verify
from archc.graph.graph import Scope
from archc.language import tree
from archc.language.source import Source
from archc.shapes import Open, show
from tests.emit.pytorch.block_calls import TRIALS, BlockCall, definition_of, known
from tests.emit.pytorch.compiled import compile_text
from tests.emit.pytorch.fresh import PROBE, File, compare, is_open
from tests.emit.pytorch.other_values import numbers, others, python_value, written

CALLS = 2  # calls of one class that are looked at


class Refused(AssertionError):
    """The file is sound, and no code was written."""


class Held(NamedTuple):
    """How much was compared."""

    networks: int = 0
    settings: int = 0  # of networks
    blocks: int = 0  # calls of blocks, as they are in the file
    changed: int = 0  # calls of blocks with another argument


def nothing(path: str, importer: Source) -> Source:
    """The reader of a file that imports nothing."""
    raise OSError(path)


def hold(text: str, values: bool = True) -> Held | None:
    """Holds all classes of a text to it; None where archc finds the text itself wrong.

    Raises `Refused`, or an `AssertionError` or `Mismatch` that shows the call.
    """
    return hold_file(Source(text, "net.arch"), nothing, compile_text(text), values)


def hold_file(source: Source, read: Reader, result: Compiled, values: bool = True) -> Held | None:
    """The same for a file that imports others."""
    if any(one.severity == "error" for one in result.checked.diagnostics):
        return None
    if result.code is None:
        wrong = [one.message for one in result.diagnostics if one.severity == "error"]
        raise Refused("; ".join(wrong) or "no code, and no message")
    closed = [one for one in result.checked.networks if not is_open(one.graph)]
    verify(result.code, closed)
    module = load(result.code)
    try:
        file = File(source, read)
        for one in result.checked.networks:
            silent = lost(result, one.name, getattr(module, one.name))
            assert not silent, f"{one.name} has lost {silent} without a word"
        held = [
            _Holder(file, module, one, values, told(result)).run()
            for one in result.checked.networks
        ]
    finally:
        sys.modules.pop(module.__name__, None)
    return Held(*map(sum, zip(*held, strict=True)))


def lost(result: Compiled, name: str, made: Any) -> set[str]:
    """Parameters of a network that its class does not take, though no note says so.

    What a member fixes is its own, and what nothing in the text reads may go.
    """
    said = [*result.notes]
    said += [one.message for one in result.diagnostics if one.code == "unused-parameter"]
    words = free(result.checked.program, name)
    taken = {known(one, set(words)) for one in inspect.signature(made).parameters}
    return {word for word in words if word not in taken and f"`{word}`" not in " ".join(said)}


def told(result: Compiled) -> str:
    """What the user is told of arguments that the code does not follow."""
    return " ".join(result.notes)


def free(program: tree.Program, name: str) -> list[str]:
    """The parameters of a network that its members have not fixed."""
    definitions = {
        one.name.id: one for one in program.definitions if not isinstance(one, tree.Import)
    }
    found = definitions.get(name)
    if isinstance(found, tree.Network):
        return [one.name.id for one in found.parameters]
    if not isinstance(found, tree.Member):
        return []
    if isinstance(found.family, tree.Name):
        return free(program, found.family.id)
    assert isinstance(found.family.function, tree.Name)
    left = free(program, found.family.function.id)
    given = [one.name for one in found.family.arguments]
    left = left[given.count(None) :]
    return [word for word in left if word not in given]


class _Holder:
    """One network of a module, and the blocks it calls."""

    def __init__(
        self, file: File, module: ModuleType, network: Network, values: bool, notes: str
    ) -> None:
        self.file = file
        self.module = module
        self.network = network
        self.graph = network.graph
        self.values = values
        self.notes = notes
        self.near = numbers(file.source.text)
        self.made = getattr(module, network.name)

    def run(self) -> Held:
        settings = blocks = changed = 0
        for size in self.sizes():
            graph = self.graph if size is None else self.file.fresh(self.network.name, {}, size)
            assert graph is not None, f"--input {size} of {self.network.name} is refused"
            compare(graph, self.made, f"{self.network.name}() on {size}", self.values)
            settings += self.settings(size)
        if not is_open(self.graph):
            settings += self.family()
            for scope, kind in self.calls():
                held = BlockCall(self.file, self.graph, scope, kind, self.values).run()
                blocks += held is not None
                changed += held or 0
        return Held(1, settings, blocks, changed)

    def sizes(self) -> list[str | None]:
        """Inputs to try; several where the file leaves them open."""
        inputs = [node.shape or () for node in self.graph.nodes if node.layer is None]
        if not is_open(self.graph):
            return [None]
        if len(inputs) > 1:
            return []
        return [
            show(
                [
                    size if isinstance(axis, Open) else axis
                    for axis, size in zip(inputs[0], sizes, strict=False)
                ]
            )
            for sizes in ((0, 32, 48, 32), (0, 64, 32, 64))
        ]

    def settings(self, size: str | None) -> int:
        """Changes one argument of the network after the other."""
        count = 0
        words = {one.name.id for one in self.graph.network.parameters}
        for python, parameter in inspect.signature(self.made).parameters.items():
            word = known(python, words)
            if word is None or word not in self.graph.arguments:
                continue
            tried = 0
            usual = self.graph.arguments[word]
            if type(parameter.default) is float:  # 1.0 is a whole number, and 0.5 is meant as well
                usual = parameter.default
            for value in others(usual, self.near):
                shown = written(value)
                if tried == TRIALS or shown is None:
                    break
                given = python_value(value, self.module)
                graph = self.file.fresh(self.network.name, {word: shown}, size)
                if graph is None or given is NotImplemented:
                    continue
                tried += 1
                what = f"{self.network.name}({python}={given})"

                def make(python: str = python, given: Any = given) -> nn.Module:
                    made: nn.Module = self.made(**{python: given})
                    return made

                compare(graph, make, what, self.values)
            count += tried
        return count

    def family(self) -> int:
        """Calls the class of the family with what the member gives it, then with other values."""
        name = self.graph.network.name.id
        if name == self.network.name or nn.Module in self.made.__bases__:
            return 0
        made = self.made.__bases__[0]  # one of several where one class is not enough
        given: dict[str, Any] = {}
        for python, parameter in inspect.signature(made).parameters.items():
            word = known(python, set(self.graph.arguments))
            if word is None and parameter.default is parameter.empty:
                return 0
            if word is not None:
                given[python] = word
        count = 0
        base = {word: self.graph.arguments[word] for word in given.values()}
        for word in (None, *base):
            tried = 0
            if f"`{word}` of `{name}` decides what the code cannot say" in self.notes:
                continue  # other values are for a line more of the spec
            trials = [None] if word is None else others(base[word], self.near)
            for value in trials:
                arguments = base if word is None else {**base, word: value}
                if tried == TRIALS:
                    break
                tried += self.try_family(name, made, given, arguments)
            count += tried
        return count

    def try_family(
        self, name: str, made: Any, given: dict[str, str], arguments: dict[str, Any]
    ) -> bool:
        words = {
            word: written(value) for word, value in {**self.graph.arguments, **arguments}.items()
        }
        if None in words.values():
            return False
        call = f"{name}({', '.join(f'{word}={shown}' for word, shown in words.items())})"
        graph = self.file.behind(f"network {PROBE} = {call}")
        values = {
            python: python_value(arguments[word], self.module) for python, word in given.items()
        }
        if graph is None or NotImplemented in values.values():
            return False
        compare(graph, lambda: made(**values), f"{name}({values}) for `{call}`", self.values)
        return True

    def calls(self) -> Iterator[tuple[Scope, type[nn.Module]]]:
        """Calls of blocks, a few of each class and different ones."""
        with torch.device("meta"):
            net = self.made()
        seen: dict[Any, set[str]] = {}
        for scope in self.graph.scopes:
            if scope.kind != "block" or definition_of(self.graph, scope) is None:
                continue
            try:
                kind = type(net.get_submodule(scope.path))
            except AttributeError:
                continue
            if kind.__module__ != self.module.__name__:
                continue
            calls = seen.setdefault(kind, set())
            if len(calls) < CALLS and str(scope.arguments) not in calls:
                calls.add(str(scope.arguments))
                yield scope, kind
