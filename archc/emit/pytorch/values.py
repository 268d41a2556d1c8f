"""What flows through a class while it is written: tensors, their axes, and the names in sight."""

from __future__ import annotations

from typing import Any, NamedTuple

from archc.emit.pytorch.layout import Doc, Line, Statement, Suite, flat
from archc.emit.pytorch.python import PRODUCT, SUM, Py


class Later:
    """Channels that differ by arm. Only when someone asks, every arm says what it made of them."""

    __slots__ = ("arms", "before", "entry", "known", "name", "said", "suite")

    def __init__(
        self,
        name: str,
        before: list[Statement],
        suite: Suite,
        arms: list[tuple[list[Statement], Dim]],
        entry: Dim,
    ) -> None:
        self.name = name
        self.before = before
        self.suite = suite
        self.arms = arms
        self.entry = entry  # where no arm may be taken
        self.known = False
        self.said: list[tuple[list[Statement], Line]] = []

    def undo(self) -> None:
        """Nobody asked after all."""
        for body, line in self.said:
            body[:] = [one for one in body if one is not line]
        self.said, self.known = [], False

    def py(self) -> Py:
        if not self.known:
            self.known = True
            if self.entry is not None:
                line = assign(self.name, resolve(self.entry))
                if line is not None:
                    self.before.insert(self.before.index(self.suite), line)
                    self.said.append((self.before, line))
            for body, dim in self.arms:
                value = resolve(dim)
                line = assign(self.name, value)
                if line is not None:
                    body.append(line)
                    self.said.append((body, line))
        return Py(self.name, names=frozenset((self.name,)))


Dim = Py | Later | None
Axes = tuple[Dim, ...]


class Unknown(Exception):
    """An axis nobody can name."""


def resolve(dim: Dim) -> Py:
    if dim is None:
        raise Unknown
    return dim.py() if isinstance(dim, Later) else dim


def assign(name: str, value: Py) -> Line | None:
    """`name = value`, as short as Python has it; None where it says nothing."""
    if value.text == name:
        return None
    for operator, level in (("+", SUM), ("-", SUM), ("*", PRODUCT), ("//", PRODUCT)):
        start = f"{name} {operator} "
        rest = value.text[len(start) :]
        atom = rest.replace("_", "").replace(".", "").isalnum()
        sound = value.level == level and value.text.startswith(start)
        if sound and (operator == "+" or atom):
            return Line(f"{name} {operator}= {_bare(rest)}", sets=None)
    times, _, last = value.text.rpartition(" * ")
    if value.level == PRODUCT and last == name and times.replace("_", "").isalnum():
        return Line(f"{name} *= {times}", sets=None)
    return Line(f"{name} = {value.text}", sets=name)


def _bare(text: str) -> str:
    """Without brackets around the whole."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1] if text.startswith("(") else text


class Val(NamedTuple):
    """A tensor: its code in `forward`, and its axes; None where only numbers know."""

    code: Doc
    axes: Axes
    variable: bool = True

    @property
    def text(self) -> str:
        return flat(self.code)


class Entry(NamedTuple):
    """What a label stands for."""

    val: Val
    inner: Labels | None
    again: Any  # how to run it again: the link, and the names in sight there


class Labels:
    """The labels of one scope, seen outwards."""

    __slots__ = ("entries", "outer")

    def __init__(self, outer: Labels | None = None) -> None:
        self.entries: dict[str, Entry] = {}
        self.outer = outer

    def find(self, name: str) -> Entry | None:
        scope: Labels | None = self
        while scope is not None:
            if name in scope.entries:
                return scope.entries[name]
            scope = scope.outer
        return None


class Local(NamedTuple):
    """What a name of the author's is in Python.

    `kind` is `value` (a number, list, text), `tensor`, `block` or `layer`; `forward` is how the
    forward pass says it, None where it is to be kept as an attribute.
    """

    kind: str
    init: Py
    forward: Py | None = None
    tensor: Val | None = None
    worth: Any = None
    expr: Any = None
    axes: int = 0  # of a size whose axes differ


class Env:
    """The author's names in sight."""

    __slots__ = ("names", "outer")

    def __init__(self, outer: Env | None = None) -> None:
        self.names: dict[str, Local] = {}
        self.outer = outer

    def find(self, name: str) -> Local | None:
        env: Env | None = self
        while env is not None:
            if name in env.names:
                return env.names[name]
            env = env.outer
        return None
