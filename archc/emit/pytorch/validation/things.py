"""What a module's tree is made of while it runs: tensors, modules, what makes them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from archc.emit.pytorch.python import ir
from archc.language.source import Span
from archc.layers.form import MISSING, Form
from archc.named import NamedTuple
from archc.shapes import Open


class Different(Exception):
    """The module and the graph differ; `span` is the place in the spec, where one is known."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.span = span


class Tensor(NamedTuple):
    """The value of a node of the graph."""

    node: int


@dataclass(eq=False, slots=True)
class Sum:
    """Tensors that are being added or multiplied, one after the other; in the graph one merge.

    `mark` is that of the nodes of all items.
    """

    operator: str
    items: tuple[Tensor, ...]
    mark: int
    node: int | None = None  # of the graph, once something reads the whole


def mark(nodes: Iterable[int]) -> int:
    """A number for nodes in any order; that of a longer sum is the sum of those of its parts."""
    return sum(hash((one,)) for one in nodes)


class Maker(NamedTuple):
    """A class, or a class of PyTorch, perhaps with arguments fixed."""

    target: str
    arguments: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()


class Module:
    """A module: of PyTorch (`target` and arguments), a container, or an instance of a class."""

    def __init__(self, target: str, arguments: Sequence[Any], named: dict[str, Any]) -> None:
        self.target = target
        self.arguments = list(arguments)
        self.named = named
        self.children: dict[str, Any] = {}
        self.values: dict[str, Any] = {}
        self.code: ir.Class | None = None
        self.path = ""
        self.frozen = False
        self.resting: tuple[str, ...] = ()  # batch norms that stay in evaluation mode, if frozen

    def below(self, path: str = "") -> Iterator[tuple[str, Module]]:
        """All modules in this one by their paths, in their order."""
        for name, child in self.children.items():
            if isinstance(child, Module):
                here = f"{path}.{name}" if path else name
                yield here, child
                yield from child.below(here)

    def name_paths(self) -> None:
        """Says of all that it holds where it stands; what is shared, where it stands first."""
        for path, one in self.below():
            one.path = one.path or path

    def freeze(self, frozen: bool) -> None:
        """Says of itself and all that it holds whether it is frozen."""
        for one in (self, *(child for _, child in self.below())):
            one.frozen = frozen


class Return(NamedTuple):
    """What a method gives back."""

    value: Any


def same(given: Any, wanted: Any) -> bool:
    """Whether PyTorch would take one for the other: a float is no count."""
    if isinstance(wanted, Open) or isinstance(given, Open):
        return bool(given == wanted)
    if isinstance(wanted, (tuple, list)) or isinstance(given, (tuple, list)):
        if isinstance(given, (tuple, list)) and not isinstance(wanted, (tuple, list)):
            return bool(given) and all(same(one, wanted) for one in given)
        if not isinstance(given, (tuple, list)):
            return False
        return len(given) == len(wanted) and all(
            same(one, two) for one, two in zip(given, wanted, strict=True)
        )
    if isinstance(wanted, bool) or isinstance(given, bool):
        return given is wanted
    if isinstance(wanted, Fraction):
        wanted = float(wanted)
    if isinstance(wanted, int) and not isinstance(given, int):
        return False
    if isinstance(wanted, float) and isinstance(given, (int, float)):
        return math.isclose(given, wanted, rel_tol=1e-12)
    return bool(given == wanted)


def is_made(module: Module, form: Form) -> bool:
    """Whether a constructor's call makes the module of a form."""
    target = form.target
    named = dict(module.named)
    named.pop("inplace", None)
    if form.pads is not None:
        target = "Padded" + target.removeprefix("nn.")
        if tuple(named.pop("pads", ())) != form.pads:
            return False
    if target != module.target:
        return False
    if len(module.arguments) > len(form.parts):
        return False
    for place, part in enumerate(form.parts):
        if place < len(module.arguments):
            given = module.arguments[place]
        elif part.name is not None and part.name in named:
            given = named.pop(part.name)
        elif part.default is not MISSING and same(part.value, part.default):
            continue
        else:
            return False
        one_number = part.source.startswith("in.") and not isinstance(part.value, tuple)
        if not same(given, part.value) or (one_number and isinstance(given, tuple)):
            return False
    return not named


ROUNDS = re.compile(r"(for|repeat)?\d+")


def by_module(paths: Iterable[str]) -> list[str]:
    """Paths with those of one module together.

    The rounds of a loop stand behind their neighbours: labels in a loop belong to the scope around
    it, and a module cannot be there in turn with what it holds.
    """
    tree: dict[str, Any] = {}
    for path in paths:
        branch = tree
        for word in path.split("."):
            branch = branch.setdefault(word, {})
        branch[""] = path
    return _walk(tree)


def _walk(branch: dict[str, Any]) -> list[str]:
    found: list[str] = [branch[""]] if "" in branch else []
    for last in (False, True):
        for word, inner in branch.items():
            if word and bool(ROUNDS.fullmatch(word)) is last:
                found += _walk(inner)
    return found
