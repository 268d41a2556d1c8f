"""Which classes a module has: one for each definition, more only where its calls differ in kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.names import Taken, identifier
from archc.emit.pytorch.reading.counts import Counts, counts
from archc.emit.pytorch.reading.floats import floats
from archc.emit.pytorch.reading.plan import Plan
from archc.emit.pytorch.reading.runs import Instance, Note, Watcher
from archc.emit.pytorch.reading.sight import Floats, Unlike, Unsaid
from archc.graph.values import BlockValue, GroupValue, LayerValue, Tensor
from archc.language import tree
from archc.layers.arguments import ArgumentError
from archc.layers.base import LayerError
from archc.layers.form import Form
from archc.layers.registry import bind
from archc.named import NamedTuple


class Numbers(NamedTuple):
    """Which numbers of the text are counts, and which parameters of each definition are floats."""

    counts: Counts
    floats: dict[int, dict[str, Floats]]


@dataclass(slots=True)
class Told:
    """What the writing of classes comes to: statements of loops that were written out, and blocks
    that were handed on and that nobody called.
    """

    unrolled: int = 0
    uncalled: list[BlockValue] = field(default_factory=list)


class Classes:
    """The classes of a module, made as they are asked for; callees come before their callers."""

    def __init__(
        self,
        watchers: Sequence[Watcher],
        taken: Iterable[str],
        write: Callable[[Plan, Classes], None],
        maker: Callable[..., ir.Expr],
    ) -> None:
        self.watchers = watchers
        self.write = write
        self.maker = maker  # of a layer or block that is handed on
        self.taken = Taken(taken)
        self.plans: dict[Any, Plan] = {}
        self.order: list[Plan] = []
        self.told = Told()
        self.busy: dict[Plan, bool] = {}  # whether what they are handed calls them
        self.special: dict[int, Plan] = {}  # of each call that was asked for, or divided
        self.numbers = Numbers(Counts(), {})
        self._found: dict[int, list[Plan]] = {}  # for a value or definition, by its identity
        every = [one for watcher in watchers for one in watcher.instances]
        self._calls: dict[int, list[Instance]] = {}  # of a value that is a block, by its identity
        for one in every:
            self._calls.setdefault(id(one.value), []).append(one)
        groups: dict[Any, list[Instance]] = {}
        for one in sorted(every, key=lambda one: "none" in variant(one)[2]):
            groups.setdefault(self._fitting(variant(one), groups), []).append(one)
        for key, instances in groups.items():
            self.plans[key] = self._plan(self._name(instances[0]), instances)

    @staticmethod
    def _fitting(key: Any, known: Iterable[Any]) -> Any:
        """The variant that a call belongs to: none fits where others have a layer or a block."""
        for other in known:
            if key[:2] != other[:2] or len(key[2]) != len(other[2]):
                continue
            if all(one in (two, "none") for one, two in zip(key[2], other[2], strict=True)):
                return other
        return key

    def _name(self, one: Instance) -> str:
        word = one.definition.name.id
        if one.key[1]:
            word += "".join(part[:1].upper() + part[1:] for part in one.key[1])
        word = identifier(word, "Block")
        return self.taken.new(word, word + "Block")

    def _plan(self, name: str, instances: list[Instance]) -> Plan:
        key = id(instances[0].definition)
        if key not in self.numbers.floats:  # it was imagined since
            every = [one for each in self.watchers for one in each.instances]
            counted = counts(every)
            self.numbers = Numbers(counted, floats(every, counted))
        return Plan(name, instances, self.numbers.floats[key])

    def plan(self, one: Instance) -> Plan:
        """The class of a call."""
        plan = self.special.get(id(one.scope))
        if plan is None:
            key = self._fitting(variant(one), self.plans)
            if key not in self.plans:
                self.plans[key] = self._plan(self._name(one), [one])
                self._found.clear()
            plan = self.special[id(one.scope)] = self.plans[key]
        while plan.parts:
            plan = next((part for part in plan.parts if one in part.instances), plan.parts[0])
        return plan

    def called(self, value: BlockValue) -> list[Plan]:
        """The classes of the calls that this very value came to."""
        if id(value) not in self._found:
            calls = self._calls.get(id(value), ())
            self._found[id(value)] = list(dict.fromkeys(map(self.plan, calls)))
        return self._found[id(value)]

    def complete(self, one: Instance) -> Plan:
        """The class of a call, written: for fewer calls, as long as these have no class in common.

        One that is being written is handed a block that calls it: it is trusted to be one class.
        Raises `Unlike` where they are one call.
        """
        while not (plan := self.plan(one)).written:
            if plan in self.busy:
                self.busy[plan] = True
                break
            reason = self._written(plan)
            if reason is not None and not self._divide(plan):
                raise reason
        return plan

    def _written(self, plan: Plan) -> Unlike | None:
        """Writes the code of a class; or why its calls have none in common."""
        start = len(self.order)
        self.busy[plan] = False
        try:
            self._write(plan)
            if self.busy[plan] and not plan.tells_all:
                raise Unlike
        except Unlike as reason:
            if self.busy[plan]:  # what calls it is written once more
                for other in self.order[start:]:
                    other.parts.append(self._plan(other.name, other.instances))
                    self.special.update((id(one.scope), other.parts[0]) for one in other.instances)
                del self.order[start:]
            return reason
        finally:
            del self.busy[plan]
        self.order.append(plan)
        return None

    def _write(self, plan: Plan) -> None:
        try:
            self.write(plan, self)
        except (Unlike, Unsaid) as reason:
            reason.definition = reason.definition or plan.definition
            raise

    def _divide(self, plan: Plan) -> bool:
        """A class for each kind of call, at last for each call that is given other values."""
        self._found.clear()
        for key in (_kinds_of, _layers_of, _values_of, id):
            groups: dict[Any, list[Instance]] = {}
            for one in plan.instances:
                groups.setdefault(key(one), []).append(one)
            if len(groups) > 1:
                for instances in groups.values():
                    name = plan.name if not plan.parts else self._name(instances[0])
                    part = self._plan(name, instances)
                    plan.parts.append(part)
                    self.special.update((id(one.scope), part) for one in instances)
                return True
        return False

    def able(self, value: BlockValue) -> list[Plan]:
        """The classes of a block that take what a value of it fixes; none if nobody calls it."""
        given = [name for name, worth in value.named.items() if worth is not None]
        return [one for one in self.of(value.definition) if all(map(one.argument, given))]

    def of(self, definition: tree.Block | tree.Network) -> list[Plan]:
        """The classes made from a definition."""
        if id(definition) not in self._found:
            every = dict.fromkeys([*self.plans.values(), *self.special.values()])
            mine = [one for one in every if one.definition is definition and not one.key[1]]
            self._found[id(definition)] = [one for one in mine if not one.parts]
        return self._found[id(definition)]

    def ranks(self, value: LayerValue) -> frozenset[int]:
        """The numbers of axes of the maps on which parameters that hold such a layer are called."""
        return frozenset(self._ranks.get(repr(value), ()))

    @cached_property
    def _ranks(self) -> dict[str, set[int]]:
        """Those of each layer, by its text."""
        found: dict[str, set[int]] = {}
        bodies = {id(one.body): one.body for each in self.watchers for one in each.instances}
        for action, callee in dict(one for body in bodies.values() for one in _calls(body)).items():
            for note in self.notes(action):
                held, shape = note.place.callee(callee), note.current.shape
                if isinstance(held, LayerValue) and shape is not None:
                    found.setdefault(repr(held), set()).add(max(len(shape) - 1, 1))
        return found

    def notes(self, action: tree.Action) -> list[Note]:
        """Every run of an action, in every network."""
        found: list[Note] = []
        for watcher in self.watchers:
            found += watcher.notes.get(id(action), ())
        return found

    def count(self, action: tree.Action) -> int:
        """How many runs of an action there are."""
        return sum([len(one.notes.get(id(action), ())) for one in self.watchers])


def _calls(body: tuple[tree.Statement, ...]) -> Iterator[tuple[tree.Apply, tree.Name]]:
    """The calls of a text that may be of what a parameter holds."""
    for one in tree.within(body):
        callee = one.callee if isinstance(one, tree.Apply) else None
        if isinstance(one, tree.Apply) and isinstance(callee, tree.Name) and callee.id[0].isupper():
            yield one, callee


def variant(one: Instance) -> Any:
    """What calls must have in common to share a class: axes, and the kinds of their values."""
    kinds = []
    values = one.place.values
    if one.key[1]:  # a group of a network knows its values as numbers
        return one.key, _rank(one), tuple(map(repr, one.place.flat().values.values()))
    if any(isinstance(each, tree.Output) for each in one.body) and one.caller is None:
        kinds.append("root")
    for parameter in one.definition.parameters:
        value = values.get(parameter.name.id)
        if isinstance(value, Tensor):
            kinds.append("tensor")
        elif isinstance(value, LayerValue):
            kinds.append("made for channels" if for_channels(value) else "layer")
        elif isinstance(value, (BlockValue, GroupValue)):
            kinds.append("block")
        else:
            kinds.append("none" if value is None else "value")
    return one.key, _rank(one), tuple(kinds)


def _rank(one: Instance) -> int:
    return -1 if one.entered is None else len(one.entered)


def _kinds_of(one: Instance) -> Any:
    return tuple(map(kind_of, one.place.values.values()))


def kind_of(value: Any) -> Any:
    """The type of a value, and of a list those of its items, whatever they are."""
    name = type(value).__name__
    return (name, frozenset(map(kind_of, value))) if isinstance(value, tuple) else name


def _layers_of(one: Instance) -> Any:
    layers = [each for each in one.place.values.values() if isinstance(each, LayerValue)]
    return tuple(each.kind.keyword for each in layers)


def _values_of(one: Instance) -> Any:
    values = one.place.values
    return repr([values.get(each.name.id) for each in one.definition.parameters]), one.entered


def for_channels(value: LayerValue) -> bool:
    """Whether the module of a layer is made for a number of channels."""
    form = tried(value, 2)
    return form is None or any(part.source == "in.channels" for part in form.parts)


def tried(value: LayerValue, rank: int) -> Form | None:
    """A layer in PyTorch, tried on a small map, each number that it is still to be given a 1."""
    arguments = value.kind.arguments
    named = {name: 1 for name, one in arguments.items() if one.required}
    named |= {**dict(zip(arguments, value.positional, strict=False)), **value.named}
    try:
        return bind(value.kind.keyword, (), named, rank).torch_module([(8, *(64,) * rank)])
    except (ArgumentError, LayerError):
        return None
