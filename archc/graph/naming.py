"""How the text of a program names its parts: scopes, labels, running numbers.

Every name is decided here, and it is the module path of the generated PyTorch code. Outside
numbered sequences it hangs on the text alone: no condition and no other round changes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archc.graph.graph import Scope
from archc.graph.labels import twice
from archc.graph.values import NO_VALUE, Tensor
from archc.language import tree
from archc.language.source import Span
from archc.named import NamedTuple

Body = tuple[tree.Statement, ...]


class ScopeText(NamedTuple):
    """What the text of a scope says whatever its conditions turn out to be."""

    sequence: bool
    labels: dict[str, Span]  # plain labels, at their first place
    names: dict[int, str]  # what has no label: the name of each action, by its identity


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
            or shares(link.action)
        ):
            sequence = False
        if label is not None and label.plain is not None:
            labels.setdefault(label.plain, label.span)
    names: dict[int, str] = {}
    if not sequence:
        counts: dict[str, int] = {}
        taken: dict[str, object] = dict(labels)
        for body in bodies:
            _number(body, counts, taken, names)
    return ScopeText(sequence, labels, names)


def _number(
    body: Body, counts: dict[str, int], taken: dict[str, object], names: dict[int, str]
) -> None:
    """Names what has no label, along the text; the arms of an `if` count from the same number.

    `taken` tells the labels, and the words that the names given so far were made from.
    """
    for statement in body:
        chain: tree.Statement = statement.body if isinstance(statement, tree.Output) else statement
        if not isinstance(chain, tree.Chain):
            continue
        for number, link in enumerate(chain.links):
            action = link.action
            labelled = link.label is not None or (number == 0 and bears_label(statement))
            word = None if labelled else _word(action)
            if word is not None:
                count = counts.get(word, 0) + 1
                while taken.setdefault(f"{word}{count}", word) != word:
                    count += 1
                counts[word] = count
                names[id(action)] = f"{word}{count}"
            if isinstance(action, tree.Braced) or (isinstance(action, tree.Group) and not labelled):
                _number(action.body, counts, taken, names)
            elif isinstance(action, tree.If) and not labelled:
                ends = []
                for arm in action.arms:
                    ends.append(dict(counts))
                    _number(arm.body, ends[-1], taken, names)
                for end in ends:
                    for key, value in end.items():
                        counts[key] = max(counts.get(key, 0), value)


def _word(action: tree.Action) -> str | None:
    """What an action without a label is called after; None for what bears no name."""
    if isinstance(action, tree.Apply):
        if isinstance(action.callee, tree.Name):
            return None if action.callee.id == "share" else action.callee.id
        return action.callee.name if isinstance(action.callee.name, str) else "group"
    if isinstance(action, tree.Braced):
        return action.word.id
    return {tree.For: "for", tree.Repeat: "repeat"}.get(type(action))


def shares(action: tree.Action) -> bool:
    """Whether an action is `share NAME`."""
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

    `replay` are the action, its place and its name; None where nothing can be run again.
    `left_out` is what stands behind the label's layer in its line and is meant with it, if any.
    """

    value: Tensor
    scope: NameScope | None
    replay: Any
    span: Span
    left_out: tree.Link | None


class Use(NamedTuple):
    """Who bears a name of a scope: a label, or an unlabelled layer, block call or loop.

    `part` tells that it is only the beginning of labels with dots, as `convs` is of `convs.0`.
    """

    span: Span
    automatic: bool
    part: bool = False


class NameScope:
    """The names of one scope while it runs. Lookups walk outwards up to a block's border.

    `home` is the scope that takes the labels: the rounds of a loop, and an unlabelled loop, leave
    them to the scope around. `word` is what text inside calls the scope: its label, or the name of
    the block or network.
    """

    __slots__ = (
        "_names",
        "_number",
        "entries",
        "home",
        "labels",
        "outer",
        "scope",
        "sequence",
        "taken",
        "word",
    )

    def __init__(
        self,
        scope: Scope,
        text: ScopeText,
        outer: NameScope | None,
        home: NameScope | None = None,
    ) -> None:
        self.scope = scope
        self.sequence = text.sequence
        self.labels = text.labels
        self.outer = outer  # None at a block's border
        self.home = self if home is None else home
        self.entries: dict[str, Entry] = {}
        self.taken: dict[str, Use] = {}
        self.word = scope.name if scope.kind in ("group", "loop", "if") else ""
        self._names = text.names
        self._number = 0

    def automatic(self, action: tree.Action) -> str:
        """The name of an unlabelled layer, block call, merge or loop."""
        if self.sequence:
            number = self._number
            self._number += 1
            return str(number)
        name = self._names.get(id(action)) or f"{_word(action)}1"
        span = action.word.span if isinstance(action, tree.Braced) else action.span
        earlier = self.taken.setdefault(name, Use(span, True))
        if not earlier.automatic:
            raise twice(name, earlier.span, Use(span, True))
        return name

    def path(self, name: str) -> str:
        prefix = self.scope.module
        return f"{prefix}.{name}" if prefix else name

    def keep(self, label: str, entry: Entry) -> None:
        """Enters a label; `convs.0` is found as `0` in `convs` as well, which has no value."""
        self.entries[label] = entry
        scope = self
        *parts, last = label.split(".")
        for part in parts:
            known = scope.entries.get(part)
            if known is None or known.scope is None:
                path = scope.path(part)
                own = Scope("group", part, path, (), entry.span, scope.scope, False)
                inner = NameScope(own, NO_TEXT, scope)
                known = Entry(Tensor(NO_VALUE, None, entry.span), inner, None, entry.span, None)
                scope.entries[part] = known
            assert known.scope is not None
            scope = known.scope
        scope.entries[last] = entry

    def named(self, word: str) -> NameScope | None:
        """The names that `word.name` looks into: of a value, or of braces that run around here."""
        scope: NameScope | None = self
        while scope is not None:
            if word in scope.entries:
                return scope.entries[word].scope
            if scope.word == word:
                return scope.home
            scope = scope.outer
        return None

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


NO_TEXT = ScopeText(False, {}, {})
