"""Activations that, for some arguments, would run on a value that is not theirs to write over.

An activation may run in place where its block made the value and nobody else reads it. What a
network did once does not tell: with other arguments a condition does not hold, a loop runs no
round, and the activation meets what the block was given. So the text is asked, whatever is true in
it: where an activation could meet such a value, it never runs in place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.graph.modules import Module
    from archc.graph.naming import Body
    from archc.layers.base import Layer

Holder = tuple[Span, str]
"""A parameter: the definition's place, and its name."""

COMPUTED = "*"  # stands for a label that is worked out


class Borrowing(NamedTuple):
    """What the text says of its activations.

    `calls` never run in place. `together` are the calls of what one parameter holds, by any of
    them: a layer that is handed over is made once, so it runs in place at all of them or at none.
    """

    calls: frozenset[Span] = frozenset()
    together: Mapping[Span, frozenset[Span]] = MappingProxyType({})


def distinct(groups: Iterable[AbstractSet[Any]]) -> list[AbstractSet[Any]]:
    """Each set once, however many names lead to it."""
    return list({id(group): group for group in groups}.values())


def borrowing(module: Module) -> Borrowing:
    """The calls of such activations in a file and in all that it imports."""
    walk = _Walk()
    for one in module.reached():
        for definition in one.program.definitions:
            if isinstance(definition, (tree.Block, tree.Network)):
                walk.passes(definition, one)
    together = walk.together()
    for spans in distinct(together.values()):
        if not spans.isdisjoint(walk.found):
            walk.found |= spans
    return Borrowing(frozenset(walk.found), together)


class _Walk:
    """Follows the tensor through the text; `borrowed` says whether it may be somebody else's."""

    def __init__(self) -> None:
        self.found: set[Span] = set()
        self.known: dict[Span, bool] = {}
        self.module: Module
        self.read: set[str] = set()  # the labels that the definition's text reads
        self.sorted: list[str] = []
        self.home: Span  # the definition that is walked
        self.calls: dict[Holder, set[Span]] = {}  # where what a parameter holds is called
        self.lost: set[Holder] = set()  # handed on to an unknown place, or not to run in place
        self.links_between: list[tuple[Holder, Holder]] = []  # parameters handed on

    def together(self) -> dict[Span, frozenset[Span]]:
        """The calls of each parameter, with those of the parameters it is handed on to."""
        groups: dict[Holder, set[Holder]] = {holder: {holder} for holder in self.calls}
        for one, other in self.links_between:
            small, large = groups.setdefault(one, {one}), groups.setdefault(other, {other})
            if small is large:
                continue
            if len(small) > len(large):
                small, large = large, small
            large |= small
            for holder in small:
                groups[holder] = large
        result: dict[Span, frozenset[Span]] = {}
        for group in distinct(groups.values()):
            spans = frozenset(span for each in group for span in self.calls.get(each, ()))
            if not group.isdisjoint(self.lost):
                self.found |= spans
            result.update((span, spans) for span in spans)
        return result

    def passes(self, definition: tree.Block | tree.Network, module: Module) -> bool:
        """Whether a block may give back what it was given; its own activations are looked at."""
        place = definition.name.span
        if place in self.known:
            return self.known[place]
        self.known[place] = True  # a circle is a mistake told elsewhere
        outer = getattr(self, "module", module), getattr(self, "home", place), self.read
        sorted_outer = self.sorted
        self.module, self.home, self.read = module, place, _read(definition.body)
        self.sorted = sorted(self.read)
        self.known[place] = self.body(definition.body, True)
        self._lose(parameter.default for parameter in definition.parameters)
        self.module, self.home, self.read = outer
        self.sorted = sorted_outer
        return self.known[place]

    def body(self, body: Body, borrowed: bool) -> bool:
        for statement in body:
            if isinstance(statement, tree.Chain):
                borrowed = self.links(statement.links, borrowed)
            elif isinstance(statement, tree.Output):
                self.links(statement.body.links, True)
            elif isinstance(statement, tree.Input):
                borrowed = True
        return borrowed

    def links(self, links: Sequence[tree.Link], borrowed: bool) -> bool:
        for link in links:
            borrowed = self.action(link.action, borrowed)
            if link.label is not None and self.reads(link.label):
                borrowed = True  # read again, now or with other arguments
        return borrowed

    def reads(self, label: tree.Template) -> bool:
        """Whether some text reads a label, with these or with other arguments."""
        if label.plain is not None:
            last = label.plain.rpartition(".")[2]  # `convs.0` is read as `0` in `convs`, too
            return bool(self.read & {label.plain, last, COMPUTED})
        begin = label.parts[0] if isinstance(label.parts[0], str) else ""
        if not begin or COMPUTED in self.read:
            return bool(self.read)
        place = bisect_left(self.sorted, begin)
        return place < len(self.sorted) and self.sorted[place].startswith(begin)

    def action(self, action: tree.Action, borrowed: bool) -> bool:
        if isinstance(action, tree.Apply):
            return self.call(action, borrowed)
        if isinstance(action, tree.Group):
            return self.body(action.body, borrowed)
        if isinstance(action, tree.If):
            ends = [self.body(arm.body, borrowed) for arm in action.arms]
            return any(ends) or (borrowed and action.arms[-1].condition is not None)
        if isinstance(action, (tree.For, tree.Repeat)):
            once = self.body(action.body, borrowed)
            if once and not borrowed:
                return self.body(action.body, True)  # what the next round is given
            return borrowed
        if isinstance(action, tree.Braced):
            return self.merge(action, borrowed)
        return True  # `from`

    def merge(self, action: tree.Braced, borrowed: bool) -> bool:
        branches = [one for one in action.body if isinstance(one, tree.Chain)]
        always = [one for one in branches if not _may_be_missing(one)]
        shared = borrowed or len(branches) > 1
        ends = [self.links(one.links, shared) for one in branches]
        return False if len(always) > 1 else any(ends)

    def call(self, action: tree.Apply, borrowed: bool) -> bool:
        word = action.callee.id if isinstance(action.callee, tree.Name) else ""
        kind = KINDS.get(word)
        if kind is not None:
            if kind.in_place and borrowed:
                self.found.add(action.span)
            if kind.view:
                return borrowed or kind.view == "part"
            return kind.needs_output
        home, definition = self.module.names.get(word, (None, None))
        if home is not None and isinstance(definition, (tree.Block, tree.Network)):
            self._hand_on(action, definition)
            return self.passes(definition, home) and borrowed
        self._lose(argument.value for argument in action.arguments)
        self.calls.setdefault((self.home, word), set()).add(action.span)
        if borrowed:
            self.found.add(action.span)  # a parameter may hold an activation
        return borrowed

    def _hand_on(self, action: tree.Apply, definition: tree.Block | tree.Network) -> None:
        names = [parameter.name.id for parameter in definition.parameters]
        for place, argument in enumerate(action.arguments):
            word = argument.name
            if word is None and place < len(names):
                word = names[place]
            there = definition.name.span, word or ""
            layer = _layer(argument.value)
            if layer is not None:
                if not layer.in_place:
                    self.lost.add(there)
            elif word is not None and isinstance(argument.value, tree.Name):
                self.links_between.append(((self.home, argument.value.id), there))
            else:
                self._lose((argument.value,))

    def _lose(self, exprs: Iterable[object]) -> None:
        """What is handed on where the text does not tell to what: it never runs in place."""
        for expr in exprs:
            for one in tree.within(expr):
                if isinstance(one, tree.Name):
                    self.lost.add((self.home, one.id))


def _layer(value: tree.Expr) -> type[Layer] | None:
    """The kind of the layer that is handed over, where one is written there: `gelu`, `elu(0.5)`."""
    named = value.function if isinstance(value, tree.Call) else value
    return KINDS.get(named.id) if isinstance(named, tree.Name) else None


def _may_be_missing(branch: tree.Chain) -> bool:
    action = branch.links[0].action
    if len(branch.links) > 1 or not isinstance(action, (tree.If, tree.For, tree.Repeat)):
        return False
    return not isinstance(action, tree.If) or action.arms[-1].condition is not None


def _read(body: Body) -> set[str]:
    """The labels that some text reads: by `from`, by `share`, as an argument."""
    found: set[str] = set()
    for node in tree.within(body):
        if isinstance(node, tree.From):
            found |= _names(node.target)
        elif isinstance(node, tree.Apply):
            for argument in node.arguments:
                found |= _names(argument.value)
    return found


def _names(expr: tree.Expr) -> set[str]:
    names: set[str] = set()
    for one in tree.within(expr):
        if isinstance(one, tree.Name):
            names.add(one.id)
        elif isinstance(one, tree.Text):
            names.add(one.value)
        elif isinstance(one, tree.Attribute):
            names.add(one.name if isinstance(one.name, str) else one.name.plain or COMPUTED)
        elif isinstance(one, tree.Template):
            names.add(one.plain or COMPUTED)
    return names
