"""What a module's tree is made of while it runs: tensors, modules, what makes them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

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


@dataclass(eq=False, slots=True)
class Made:
    """What a module was made with: `target` is its class, `children` are those it holds.

    `resting` are batch norms that stay in evaluation mode where they are frozen.
    """

    target: str
    arguments: list[Any]
    named: dict[str, Any]
    resting: tuple[str, ...] = ()
    children: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    frozen: bool = False

    def below(self, path: str = "") -> Iterator[tuple[str, Made]]:
        """All modules in this one by their paths, in their order."""
        for name, one in self.children.items():
            here, child = f"{path}.{name}" if path else name, made(one)
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


MADE = "what it was made with"  # no label can be an attribute of this name


def made(module: Any) -> Made:
    """What a module was made with, that stands for one of PyTorch."""
    record: Made = vars(module)[MADE]
    return record


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


def is_made(module: Made, form: Form) -> bool:
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
