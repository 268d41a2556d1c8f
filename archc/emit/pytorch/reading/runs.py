"""An elaboration that takes notes: what ran, where, on which shapes.

The notes of one piece of text are the runs of its text: every call of the block it stands in, every
round of the loops around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from archc.diagnostics import Diagnostic
from archc.emit.pytorch.reading.during import during
from archc.emit.pytorch.reading.say import arguments_of
from archc.graph.elaborate import Arms, Elaborator, TooMuch
from archc.graph.evaluate import evaluate
from archc.graph.graph import Graph, Node, Scope, entering
from archc.graph.mistakes import Mistake, Silence
from archc.graph.naming import Body, NameScope
from archc.graph.place import Place
from archc.graph.report import Report
from archc.graph.values import UNKNOWN, BlockValue, GroupValue, Tensor
from archc.language import tree
from archc.layers.form import Form
from archc.shapes import Shape

Key = tuple[int, tuple[str, ...]]
"""A definition by its identity, and the path of the group in it that is called."""


@dataclass(eq=False, slots=True)
class Note:
    """One run of an action: `owner` is the block or network it ran in, `result` what it gave."""

    owner: Scope
    place: Place
    current: Tensor
    result: Tensor | None = None
    instance: Instance | None = None  # the call, where it is one of a block


@dataclass(eq=False)
class Instance:
    """One call of a definition, or a network by itself (`caller` is None).

    `phantom` ones never ran in the network: they stand in an arm that nobody took. `value` is the
    block as it was handed to the caller, `given` what the text of a family's member gives.
    """

    key: Key
    definition: tree.Block | tree.Network
    body: Body
    scope: Scope
    place: Place
    entered: Shape | None
    watcher: Watcher
    left: Shape | None = None
    graph: Graph | None = None
    value: BlockValue | None = None
    given: Mapping[str, tree.Expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.phantom = self.watcher.phantom

    @property
    def caller(self) -> Scope | None:
        """What it is called in, if anything."""
        return self.scope.parent

    @property
    def free(self) -> list[str]:
        """The parameters that no alias has fixed."""
        fixed = self.value.named if self.value is not None else {}
        names = (one.name.id for one in self.definition.parameters)
        return [one for one in names if one not in fixed]

    @property
    def begin(self) -> Note:
        """Where it begins, before any action."""
        return Note(self.scope, self.place, Tensor(-1, self.entered, self.definition.name.span))


class Watcher(Elaborator):
    """Notes every action, and every call."""

    def __init__(self, report: Report, arms: Arms) -> None:
        super().__init__(report, arms)
        self.notes: dict[int, list[Note]] = {}
        self.instances: list[Instance] = []
        self.calls: dict[int, Instance] = {}  # by the identity of its scope
        self.phantom = False
        self.wrong: dict[int, Diagnostic] = {}  # in text that never ran, by its identity
        self._root: tree.Network | None = None
        self._path: tuple[str, ...] = ()
        self.rounds: dict[int, tuple[Place, int, int]] = {}  # kept alive: identities are the keys
        self._open: list[Note] = []  # of what runs now; a block may run inside itself
        self._callees: dict[int, BlockValue] = {}

    def run(self, definition: tree.Network, *arguments: Any, **named: Any) -> Graph:
        self._root = definition
        graph = super().run(definition, *arguments, **named)
        root = self.instances[0]
        root.graph = graph
        if graph.results:
            root.left = graph.nodes[graph.results[0].node].shape
        return graph

    def _body(self, body: Body, place: Place, current: Tensor) -> Tensor:
        if not self.instances:
            assert self._root is not None
            key = (id(self._root), ())
            scope = place.names.scope
            self._add_instance(Instance(key, self._root, body, scope, place, None, self))
        return super()._body(body, place, current)

    def _add_instance(self, one: Instance) -> None:
        self.instances.append(one)
        self.calls[id(one.scope)] = one

    def _note(self, action: tree.Action, place: Place, current: Tensor) -> None:
        if not self._replaying:
            note = Note(owner(place.names.scope), place, current)
            self.notes.setdefault(id(action), []).append(note)
            self._open.append(note)

    def _perform(
        self, action: tree.Action, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        depth = len(self._open)
        result = super()._perform(action, name, place, current)
        for note in self._open[depth : depth + 1]:
            note.result = result[0]
        del self._open[depth:]
        return result

    def _rounds(self, action: Any, inner: Place) -> Iterator[tuple[Body, Place]]:
        for number, (body, local) in enumerate(super()._rounds(action, inner)):
            if isinstance(action, (tree.For, tree.Repeat)):
                self.rounds[id(local)] = (local, id(action), number)
            yield body, local

    def _callee(
        self, value: BlockValue, positional: Any, named: Any, action: tree.Apply, *others: Any
    ) -> tuple[Place, Any]:
        result = super()._callee(value, positional, named, action, *others)
        self._callees[id(result[0].names.scope)] = value
        return result

    def _call_group(self, value: GroupValue, *arguments: Any) -> tuple[Tensor, NameScope | None]:
        self._path = value.path
        return super()._call_group(value, *arguments)

    def _run_callee(self, body: Body, inner: Place, network: bool, current: Tensor) -> Tensor:
        path, self._path = self._path, ()
        scope = inner.names.scope
        one = None
        if not self._replaying:
            value = self._callees[id(scope)]
            definition = value.definition
            key = (id(definition), path)
            one = Instance(key, definition, body, scope, inner, current.shape, self)
            one.value = value
            self._add_instance(one)
            if self._open:
                self._open[-1].instance = one
        result = super()._run_callee(body, inner, network, current)
        if one is not None:
            one.left = result.shape
        return result

    def imagine(self, body: Body, note: Note, names: dict[str, Any]) -> None:
        """Runs text that never ran (an arm nobody took, a loop of no rounds), for its notes.

        Where it does not come through as a whole, there are no notes of it.
        """
        place = note.place.inner()
        place.values.update(names)
        found: dict[int, list[Note]] = {}
        report, whole = Report(), True
        swapped = {"phantom": True, "report": report, "complete": True, "notes": found}
        try:
            with ExitStack() as inside:
                for name, value in swapped.items():
                    inside.enter_context(during(self, name, value))
                self.current = note.current
                try:
                    self._body(body, place, note.current)
                except TooMuch:
                    whole = False
                finally:
                    whole = whole and self.complete
        finally:
            for action, notes in found.items() if whole else ():
                self.notes.setdefault(action, []).extend(notes)
            wrong = [one for one in report.diagnostics if one.severity == "error"]
            if wrong:
                self.wrong.setdefault(id(body), wrong[0])


def imagine(note: Note, body: Body, names: dict[str, Any]) -> None:
    """Runs text that never ran where `note` was taken, so that there are notes of it."""
    watcher = note.place.run
    assert isinstance(watcher, Watcher)
    watcher.imagine(body, note, names)


def worth_at(expr: tree.Expr, note: Note) -> Any:
    """What an expression comes out as in one run."""
    run = note.place.run
    before, awaits = run.current, run.awaits_input
    run.current, run.awaits_input = note.current, False
    try:
        return evaluate(expr, note.place)
    except (Mistake, Silence):
        return UNKNOWN
    finally:
        run.current, run.awaits_input = before, awaits


def given_by(
    program: tree.Program, name: str, family: tree.Block | tree.Network
) -> dict[str, tree.Expr]:
    """What the text of a family's member gives, by parameter."""
    members = (one for one in program.definitions if isinstance(one, tree.Member))
    for one in members:
        if one.name.id != name:
            continue
        call = one.family
        callee = call.function if isinstance(call, tree.Call) else call
        above = given_by(program, callee.id, family) if isinstance(callee, tree.Name) else {}
        if not isinstance(call, tree.Call):
            return above
        free = (each.name.id for each in family.parameters if each.name.id not in above)
        return {**above, **arguments_of(call, free)}
    return {}


def inside_itself(instances: list[Instance]) -> Instance | None:
    """A call of a block inside another call of that block.

    Only a block that is handed on can be called so.
    """
    called = {id(one.scope): one.definition for one in instances}
    for one in instances:
        outer = one.scope.parent
        while outer is not None:
            if called.get(id(outer)) is one.definition:
                return one
            outer = outer.parent
    return None


def form_of(nodes: Sequence[Node], node: Node) -> Form | None:
    """A node's layer in PyTorch; None of what enters, and where its shapes are not known."""
    shapes = entering(nodes, node)
    if node.layer is None or shapes is None:
        return None
    return node.layer.torch_module(shapes)


def round_of(note: Note, action: tree.Action) -> int | None:
    """Which round of a loop around it a run belongs to."""
    place: Place | None = note.place
    watcher = note.place.run
    while place is not None and isinstance(watcher, Watcher):
        found = watcher.rounds.get(id(place))
        if found is not None and found[1] == id(action):
            return found[2]
        place = place.outer
    return None


def owner(scope: Scope) -> Scope:
    """The block or network that a scope is in."""
    while scope.kind not in ("network", "block") and scope.parent is not None:
        scope = scope.parent
    return scope


Loop = tree.For | tree.Repeat


class Sorted:
    """What ran in each round of one loop, sorted once for all its rounds."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._known: dict[int, tuple[int, dict[int, list[Note]], list[Note]]] = {}

    def of(
        self, action: tree.Action, count: int, notes: Callable[[], list[Note]], number: int
    ) -> list[Note]:
        """Those of an action's notes that were taken in a round, or in no round of this loop.

        `count` is how many notes there are, all told: runs that are imagined on the way add some.
        """
        found = self._known.get(id(action))
        if found is None or found[0] != count:
            found = self._known[id(action)] = count, *self._sort(notes())
        return found[1].get(number, found[2])

    def _sort(self, notes: list[Note]) -> tuple[dict[int, list[Note]], list[Note]]:
        numbers = [round_of(note, self._loop) for note in notes]
        rounds: dict[int, list[Note]] = {one: [] for one in numbers if one is not None}
        outside: list[Note] = []
        for note, number in zip(notes, numbers, strict=True):
            for each in rounds.values() if number is None else (rounds[number],):
                each.append(note)
            if number is None:
                outside.append(note)
        return rounds, outside


Rounds = tuple[tuple[Sorted, int], ...]
"""The rounds that we are in, from the outermost loop on."""


def runs_in(
    rounds: Rounds, action: tree.Action, count: int, notes: Callable[[], list[Note]]
) -> list[Note]:
    """Those of an action's notes that were taken in these rounds."""
    if not rounds:
        return notes()
    loop, number = rounds[-1]
    return loop.of(action, count, lambda: runs_in(rounds[:-1], action, count, notes), number)
