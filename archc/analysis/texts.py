"""What the text of each definition tells of its forward pass, found by the place of a layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from archc.graph.asked import Asked, asked
from archc.graph.branches import is_sure, way
from archc.graph.chains import Structure, is_called, links_within, shared_labels, takes_tensor
from archc.graph.evaluate import FUNCTIONS, SIZES
from archc.graph.graph import Graph
from archc.graph.naming import Body, inner_bodies
from archc.graph.reads import Reads, read_labels
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS

Loop = tree.For | tree.Repeat
Decided = Callable[[tree.Expr], bool | None]


class Text:
    """A block or a network as it is written; `known` are the values of its file's own `let`s."""

    def __init__(self, definition: tree.Block | tree.Network, known: dict[str, Any]) -> None:
        self.body = definition.body
        self._known = known
        self.span = definition.span
        self.block = isinstance(definition, tree.Block)
        self._definition = definition
        self._called: dict[tuple[int, int], bool] = {}
        self.met: dict[int, object] | None = None  # the channels behind arms and rounds

    @cached_property
    def _links(self) -> list[tree.Link]:
        return list(links_within(self.body))

    @cached_property
    def _actions(self) -> list[tree.Action]:
        return [link.action for link in self._links]

    @cached_property
    def reads(self) -> Reads:
        """The labels that are read, in whatever arm: the code names these."""
        return read_labels(self._actions)

    def reads_left(self, without: Sequence[Span] = ()) -> Reads:
        """The same in arms that some arguments may take, which are all that the code keeps.

        `without` are the places of further arms that it lacks.
        """
        actions = self._actions
        dropped = list(without)
        for action in actions:
            if isinstance(action, tree.If):
                left, _ = arms_left(action, self.decided)
                dropped += [arm.span for arm in action.arms if not any(arm is one for one in left)]
        if dropped:
            actions = [one for one in actions if not any(inside(one.span, arm) for arm in dropped)]
        return read_labels(actions)

    def decided(self, condition: tree.Expr) -> bool | None:
        """What a condition comes to whatever the arguments are; None where that is not known."""
        worth = self.worth(condition)
        return None if worth is None else bool(worth)

    def worth(self, expr: tree.Expr, here: dict[str, Any] | None = None) -> Any:
        """What an expression comes to whatever the arguments are; None where that is not known.

        `here` is what else is known where it stands.
        """
        here = here or {}
        words = names(expr) - here.keys()
        if words & self._own or not words <= self._known.keys() | FUNCTIONS.keys():
            return None
        from archc.analysis.constants import value_of  # most networks need none of it

        return value_of(expr, {**self._known, **here})

    def of_parameters(self, expr: tree.Expr) -> bool:
        """Whether an expression is worked out of parameters, and what a file has, alone."""
        words = names(expr)
        own = {one.name.id for one in self._definition.parameters}
        return words - own <= (self._known.keys() | FUNCTIONS.keys()) - self._own

    @cached_property
    def _own(self) -> frozenset[str]:
        """The names that the text itself gives a meaning."""
        found = {one.name.id for one in self._definition.parameters}
        found.update(one.name.id for one in self._lets)
        for action in self._actions:
            if isinstance(action, tree.For):
                found.update(one.id for one in action.targets)
        return self._labels | found

    @cached_property
    def holds(self) -> bool:
        """Whether it has merges, or labels that are read: else one variable is all there is."""
        if any(isinstance(action, (tree.Braced, tree.From)) for action in self._actions):
            return True
        reads = self.reads
        labels = [link.label for link in self._links if link.label is not None]
        return "input" in reads.names or any(map(reads.reads, labels))

    @cached_property
    def _lets(self) -> list[tree.Let]:
        bodies = [self.body, *(body for one in self._actions for body in inner_bodies(one))]
        return [one for body in bodies for one in body if isinstance(one, tree.Let)]

    def _worked_out(self, words: set[str]) -> frozenset[str]:
        """These words, and each `let` that hangs on them."""
        for one in self._lets:
            if names(one.value) & words:
                words.add(one.name.id)
        return frozenset(words)

    @cached_property
    def words(self) -> frozenset[str]:
        """The parameters, and what is worked out of them."""
        return self._worked_out({one.name.id for one in self._definition.parameters})

    @cached_property
    def inputs(self) -> frozenset[str]:
        """The inputs of a network that have names."""
        named = [one.name for one in self.body if isinstance(one, tree.Input)]
        return frozenset(one.id for one in named if one is not None)

    @cached_property
    def rounds(self) -> frozenset[str]:
        """What counts the rounds of loops, and what is worked out of that."""
        loops = [one for one in self._actions if isinstance(one, tree.For)]
        return self._worked_out({one.id for loop in loops for one in loop.targets})

    @cached_property
    def given(self) -> frozenset[str]:
        """What is worked out of the tensor that enters a line."""
        return self._worked_out({"in"})

    def ways(self, span: Span) -> list[tree.If | Loop]:
        """The conditions and loops around a place."""
        found = [one for one in self._actions if isinstance(one, (tree.If, tree.For, tree.Repeat))]
        return [one for one in found if inside(span, one.span)]

    @cached_property
    def _arguments(self) -> dict[tuple[int, int], tuple[tree.Argument, ...]]:
        every = [one for one in self._actions if isinstance(one, tree.Apply)]
        return {(one.span.start, one.span.end): one.arguments for one in every}

    def arguments(self, span: Span, first: str = "") -> frozenset[str]:
        """The names in the arguments of a layer or a call; of a layer in its `first` alone."""
        given = self._arguments.get((span.start, span.end), ())
        if first:  # by its place, or by its name
            given = tuple(one for one in given if one.name in (None, first))[:1]
        return names(tuple(one.value for one in given))

    @cached_property
    def fractions(self) -> frozenset[str]:
        """The parameters that have a fraction unless a call says otherwise."""
        every = [(one.name.id, one.default) for one in self._definition.parameters]
        return frozenset(
            word for word, value in every if isinstance(value, tree.Number) and "." in value.text
        )

    @cached_property
    def asked(self) -> frozenset[tuple[int, int]]:
        """The layers whose arguments the code does not work out of those of a call beforehand.

        Functions of what the parameters hold, and fractions.
        """
        found: set[tuple[int, int]] = set()
        for one in self._actions:
            if isinstance(one, tree.Apply):
                values = tuple(each.value for each in one.arguments)
                parts = [each for each in tree.within(values) if isinstance(each, tree.Call)]
                if names(values) & self.fractions or any(
                    names(each) & self.words for each in parts
                ):
                    found.add((one.span.start, one.span.end))
        return frozenset(found)

    @cached_property
    def listed(self) -> frozenset[tuple[int, int]]:
        """The merges that a list gathers: the constructor counts their channels."""
        merges = [one for one in self._actions if isinstance(one, tree.Braced)]
        return frozenset((one.span.start, one.span.end) for one in merges if way(one) == "listed")

    def counts(self, span: Span, around: bool) -> bool:
        """Whether a layer is such a merge, or `around` it one of which nothing else ran."""
        place = span.start, span.end
        within = around and any(one <= place[0] and place[1] <= end for one, end in self.listed)
        return within or place in self.listed

    @cached_property
    def _maybe(self) -> dict[tuple[int, int], list[Span]]:
        merges = [one for one in self._actions if isinstance(one, tree.Braced)]
        return {
            (one.span.start, one.span.end): [
                each.span for each in one.body if isinstance(each, tree.Chain) and not is_sure(each)
            ]
            for one in merges
        }

    def maybe(self, span: Span) -> list[Span]:
        """The branches of a merge that may be missing."""
        return self._maybe.get((span.start, span.end), [])

    @cached_property
    def _scopes(self) -> dict[tuple[int, int], tuple[Structure, tree.Template | None]]:
        """The braces that have a label, and the loops, by their place."""
        found: dict[tuple[int, int], tuple[Structure, tree.Template | None]] = {}
        for link in self._links:
            action = link.action
            if isinstance(action, (tree.Group, tree.If, tree.For, tree.Repeat)):
                found[action.span.start, action.span.end] = action, link.label
        for action in self._actions:
            if isinstance(action, tree.Braced) and way(action) == "listed":
                for loop in _rows(action.body):  # each round is a branch: nothing is called
                    found.pop((loop.span.start, loop.span.end), None)
        return found

    @cached_property
    def _labels(self) -> frozenset[str]:
        found = {"input", "in"}
        found.update(link.label.plain or "" for link in self._links if link.label is not None)
        found.update(
            one.name.id for one in self.body if isinstance(one, tree.Input) and one.name is not None
        )
        return frozenset(found)

    @cached_property
    def _sizes(self) -> Asked:
        return asked(self.body)

    @cached_property
    def _shared(self) -> frozenset[str]:
        return shared_labels(self._actions)

    def calls(self, span: Span, tensors: frozenset[str]) -> bool:
        """Whether braces are called as one module; `tensors` are parameters that hold a tensor."""
        place = span.start, span.end
        if place not in self._called:
            action, label = self._scopes.get(place, (None, None))
            self._called[place] = (
                action is not None
                and is_called(action, label, self.reads, self._shared)
                and not self._takes(action, tensors)
            )
        return self._called[place]

    def _takes(self, action: Structure, tensors: frozenset[str]) -> bool:
        """Whether something in the braces is given or asks a tensor by name, or is no module."""
        known = self._labels | tensors
        for body in inner_bodies(action):
            for link in links_within(body):
                if self._sizes.reads(link):
                    return True
                if not isinstance(link.action, tree.Apply):
                    continue
                callee = link.action.callee
                kind = KINDS.get(callee.id) if isinstance(callee, tree.Name) else None
                if kind is not None and kind.bare:
                    return True
                if takes_tensor(link.action, known):
                    return True
        return False


def arms_left(action: tree.If, decided: Decided) -> tuple[list[tree.Arm], bool]:
    """The arms that the code has, and whether one of them runs, whatever the arguments are."""
    left: list[tree.Arm] = []
    for arm in action.arms:
        outcome = True if arm.condition is None else decided(arm.condition)
        if outcome is not False:
            left.append(arm)
        if outcome:
            return left, True
    return left, False


def inside(inner: Span, outer: Span) -> bool:
    """Whether a place lies within another."""
    return outer.source is inner.source and outer.start <= inner.start and inner.end <= outer.end


def names(node: object) -> frozenset[str]:
    """The names that stand in an expression."""
    return frozenset(one.id for one in tree.within(node) if isinstance(one, tree.Name))


def asks_size(conditions: object) -> bool:
    """Whether conditions ask for more of a tensor than its channels."""
    return any(
        isinstance(one, tree.Attribute) and one.name in SIZES[1:] for one in tree.within(conditions)
    )


def _rows(body: Body) -> list[Loop]:
    """The loops whose rounds are branches of a merge."""
    found: list[Loop] = []
    for statement in body:
        if not isinstance(statement, tree.Chain) or is_sure(statement):
            continue
        action = statement.links[0].action
        if isinstance(action, tree.If):
            for arm in action.arms:
                found += _rows(arm.body)
        elif isinstance(action, (tree.For, tree.Repeat)):
            found += [action, *_rows(action.body)]
    return found


class Texts:
    """The definitions of a program by their places; none where mistakes leave no code."""

    def __init__(self, graph: Graph) -> None:
        self._known = [
            Text(one, file.values)
            for file in (graph.files if graph.complete else ())
            for one in file.program.definitions
            if isinstance(one, (tree.Block, tree.Network))
        ]
        self._last: Text | None = None
        self._results: dict[tuple[int, int, int], set[int]] = {}

    def given_back(self, graph: Graph, span: Span) -> set[int]:
        """What calls of a block gave, by the place of the call; -1 where that is not known."""
        if not self._results:
            for one in graph.scopes:
                if one.kind == "block":
                    key = id(one.span.source), one.span.start, one.span.end
                    self._results.setdefault(key, set()).add(one.result)
        return self._results.get((id(span.source), span.start, span.end), set())

    @property
    def hold(self) -> bool:
        """Whether some forward pass has more than one variable."""
        return any(one.holds for one in self._known)

    def around(self, span: Span) -> Text | None:
        """The definition in which a layer or a call is written."""
        for one in (self._last, *self._known):
            if one is None or one.span.source is not span.source:
                continue
            if one.span.start <= span.start < one.span.end:
                self._last = one
                return one
        return None
