"""How the text of a program names its parts: scopes, labels, running numbers.

Every name is decided here, and it is the module path of the generated PyTorch code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from archc.graph.graph import Scope
from archc.graph.values import Tensor
from archc.language import tree
from archc.language.source import Span

Body = tuple[tree.Statement, ...]


class ScopeText(NamedTuple):
    """What the text of a scope says whatever its conditions turn out to be."""

    sequence: bool
    labels: dict[str, Span]  # plain labels, at their first place


def inner_bodies(action: tree.Action) -> Iterator[Body]:
    """The braces of an action."""
    if isinstance(action, (tree.Group, tree.Braced, tree.For, tree.Repeat)):
        yield action.body
    elif isinstance(action, tree.If):
        for arm in action.arms:
            yield arm.body


def own_links(bodies: Iterator[Body] | tuple[Body, ...]) -> Iterator[tree.Link | tree.Output]:
    """Every link and output of a scope, seen through unlabelled braces, merges, `if` and loops."""
    for body in bodies:
        for statement in body:
            chain: tree.Statement = statement
            if isinstance(statement, tree.Output):
                yield statement
                chain = statement.body
            if not isinstance(chain, tree.Chain):
                continue
            for number, link in enumerate(chain.links):
                yield link
                named = number == 0 and bears_label(statement)
                if (link.label is None and not named) or isinstance(link.action, tree.Braced):
                    yield from own_links(tuple(inner_bodies(link.action)))


def bears_label(statement: tree.Statement) -> bool:
    """Whether the label of an `output` names its first link, so that braces there are a scope."""
    return (
        isinstance(statement, tree.Output)
        and statement.label is not None
        and statement.body.links[0].label is None
    )


def read_scope(bodies: tuple[Body, ...]) -> ScopeText:
    """Whether a scope is a sequence, and which labels stand in it."""
    sequence = True
    labels: dict[str, Span] = {}
    for link in own_links(bodies):
        label = link.label
        if isinstance(link, tree.Output) or (
            label is not None
            or isinstance(link.action, (tree.Braced, tree.From))
            or _shares(link.action)
        ):
            sequence = False
        if label is not None and label.plain is not None:
            labels.setdefault(label.plain, label.span)
    return ScopeText(sequence, labels)


def _shares(action: tree.Action) -> bool:
    return (
        isinstance(action, tree.Apply)
        and isinstance(action.callee, tree.Name)
        and action.callee.id == "share"
    )


def label_paths(body: Body, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every plain label in a definition's text, with its path."""
    for link in own_links((body,)):
        label = link.label.plain if link.label is not None else None
        if not label:
            continue
        yield label, prefix + label
        if isinstance(link, tree.Link) and not isinstance(link.action, tree.Braced):
            for inner in inner_bodies(link.action):
                yield from label_paths(inner, f"{prefix}{label}.")


class Entry(NamedTuple):
    """What a name stands for: its value, the names inside it, and how to run it again.

    `followed_by` is the keyword of an unlabelled activation right behind the layer, if any.
    """

    value: Tensor
    scope: NameScope | None
    replay: Any
    span: Span
    followed_by: str | None


class Use(NamedTuple):
    """Who bears a name of a scope: a label, or an unlabelled layer, block call or loop."""

    span: Span
    automatic: bool


class NameScope:
    """The names of one scope while it runs. Lookups walk outwards up to a block's border."""

    __slots__ = ("_counters", "_number", "entries", "labels", "outer", "scope", "sequence", "taken")

    def __init__(self, scope: Scope, text: ScopeText, outer: NameScope | None) -> None:
        self.scope = scope
        self.sequence = text.sequence
        self.labels = text.labels
        self.outer = outer  # None at a block's border
        self.entries: dict[str, Entry] = {}
        self.taken: dict[str, Use] = {}
        self._number = 0
        self._counters: dict[str, int] = {}

    def automatic(self, word: str, span: Span) -> str:
        """The name of an unlabelled layer, block call or loop at `span`."""
        if self.sequence:
            number = self._number
            self._number += 1
            return str(number)
        number = self._counters.get(word, 0) + 1
        while f"{word}{number}" in self.labels or f"{word}{number}" in self.taken:
            number += 1
        self._counters[word] = number
        name = f"{word}{number}"
        self.taken[name] = Use(span, True)
        return name

    def path(self, name: str) -> str:
        prefix = self.scope.path
        return f"{prefix}.{name}" if prefix else name

    def find(self, name: str) -> Entry | None:
        """The entry of a name that has already run, here or in a scope around."""
        scope: NameScope | None = self
        while scope is not None:
            entry = scope.entries.get(name)
            if entry is not None:
                return entry
            scope = scope.outer
        return None

    def later(self, name: str) -> Span | None:
        """Where the label stands that has not run yet, here or in a scope around."""
        scope: NameScope | None = self
        while scope is not None:
            if name in scope.labels:
                return scope.labels[name]
            scope = scope.outer
        return None

    def running(self, name: str) -> bool:
        """Whether a label has begun to run, here or in a scope around."""
        scope: NameScope | None = self
        while scope is not None:
            if name in scope.taken:
                return True
            scope = scope.outer
        return False

    def visible(self) -> list[str]:
        """All names that could be meant."""
        names: list[str] = []
        scope: NameScope | None = self
        while scope is not None:
            names += scope.entries
            scope = scope.outer
        return names
