"""What the differing numbers of a class are called: constants, channels, parameters, conditions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from archc.importer.idioms import PADDED, same_pads
from archc.importer.statements import Body, Code, Statement, within
from archc.importer.unify import MISSING, OMITTED
from archc.language.kinds import WORDS
from archc.layers.registry import KINDS
from archc.named import NamedTuple

CHANNELS = ("channels", "features", "kernel")
RESERVED = frozenset((*WORDS, "as", "x", "elif"))


class Parameter(NamedTuple):
    """A parameter of a block and its value in every instance, None where nothing asks for it."""

    name: str
    values: list[Any]
    default: Any = OMITTED

    def told(self, index: int) -> Any:
        """What a caller says; where it is a condition that nothing is asked for, `none`."""
        value = self.values[index]
        return Code("none") if value is MISSING and self.default is None else value


class Position(NamedTuple):
    """An argument of a joined statement, and how deep under an `if` it stands."""

    statement: Statement
    name: str
    values: list[Any]
    whole: bool


class Values:
    """Finds words for all the values of one class.

    `entering` are the channels that reach each instance, `known` what each was constructed with.
    """

    def __init__(self, body: Body, entering: list[int], known: list[dict[str, Any]]) -> None:
        self.body = body
        self.count = len(entering)
        self.entering = entering
        self.known = known
        self.parameters: list[Parameter] = []

    def values(self) -> None:
        """Replaces every list of values in the body by what says it."""
        every = list(self.positions(self.body))
        for position in every:
            constant = self.constant(position)
            if constant is not None:
                self.put(position, constant[0])
        rest = [one for one in every if isinstance(one.statement.arguments.get(one.name), list)]
        for position in sorted(rest, key=order):
            self.put(position, self.said(position))

    def put(self, position: Position, value: Any) -> None:
        if value is OMITTED:
            del position.statement.arguments[position.name]
        elif position.name == "word":
            position.statement.word = str(value)
            del position.statement.arguments["word"]
        else:
            position.statement.arguments[position.name] = value

    def positions(self, body: Body) -> Iterator[Position]:
        for statement in body:
            for name, values in list(statement.arguments.items()):
                if name != "branches":
                    whole = all(one is not None for one in statement.instance)
                    yield Position(statement, name, values, whole)
            for inner in statement.bodies:
                yield from self.positions(inner)

    # -------------------------------------------------------------------------------- values

    def constant(self, position: Position) -> tuple[Any] | None:
        """The one value of all instances that have the statement."""
        values = [value for value in position.values if value is not MISSING]
        first = values[0]
        same = all(value == first and type(value) is type(first) for value in values)
        return (first,) if same else None

    def said(self, position: Position) -> Any:
        """Words for values that differ."""
        values = [
            omitted(position, one) if value is OMITTED else value
            for value, one in zip(position.values, position.statement.instance, strict=True)
        ]
        if any(value is OMITTED for value in values):
            values = [None if value is OMITTED else value for value in values]
        column: list[Any] = position.statement.instance
        if "same" in values and all(one is None or padded_same(one) for one in column):
            return "same"
        own = [one.entering[0] if one is not None and one.entering else MISSING for one in column]
        if position.name == "shape" and (axes := self.axes(values, own)) is not None:
            return axes
        wide = position.name in ("channels", "groups", "features")
        if position.name == "groups" and fitting(values, own):
            return Code("in.channels")
        for parameter in self.parameters:
            if multiple(values, parameter) == parameter.name:
                return Code(parameter.name)
        kernel = position.statement.arguments.get("kernel")
        if position.name == "pad" and kernel is not None:
            sizes = [one.arguments.get("kernel") if one is not None else None for one in column]
            halves = [half(size) for size in sizes]
            if fitting(values, halves):
                return Code(f"{text_of(kernel)}//2")
        if wide and fitting(values, own):
            return Code("in.channels")
        entering = Parameter("entering", self.entering)
        numbers = all(type(value) is int for value in values if value is not MISSING)
        if numbers and fitting(values, self.entering):
            return Code("entering")
        here = Parameter("in.channels", own)
        for parameter in (*self.parameters, *([here, entering] if wide else ())):
            said = multiple(values, parameter)
            if said is not None:
                return Code(said)
        return Code(self.new(self.name_for(position, values), values))

    def axes(self, values: list[Any], own: list[Any]) -> Any:
        """A shape of which some axes are the channels, and the others always the same."""
        known = [value for value in values if value is not MISSING]
        rows = all(isinstance(value, (tuple, list)) for value in known)
        if not rows or len({(type(value), len(value)) for value in known}) > 1:
            return None
        found: list[Any] = []
        for place, first in enumerate(known[0]):
            column = [MISSING if value is MISSING else value[place] for value in values]
            if all(value in (first, MISSING) for value in column):
                found.append(first)
            elif fitting(column, own):
                found.append(Code("in.channels"))
            elif fitting(column, self.entering):
                found.append(Code("entering"))
            else:
                return None
        return found

    def name_for(self, position: Position, values: list[Any]) -> str:
        """The name that the class itself has for these values, else the layer's."""
        names = Counter(name for known in self.known for name in known)
        for name, count in names.items():
            if count == self.count and all(
                value is MISSING or same(known[name], value)
                for known, value in zip(self.known, values, strict=True)
            ):
                return name
        if position.name == "word":
            return "Act"
        renamed = {"channels": "width", "count": "depth", "features": "width", "gives": "shape"}
        return renamed.get(position.name, position.name)

    def new(self, name: str, values: list[Any]) -> str:
        """A new parameter's name, which is like no other."""
        known = [value for value in values if value is not MISSING]
        words = all(isinstance(value, str) and not isinstance(value, Code) for value in known)
        name = re.sub(r"\W", "_", name).strip("_") or "value"
        name = (name[0].upper() if words else name[0].lower()) + name[1:]
        taken = {parameter.name for parameter in self.parameters} | RESERVED | {"entering"}
        loops = (one for one in within(self.body) if one.kind == "loop")
        taken |= {word for loop in loops for word in re.findall(r"\w+", loop.word)}
        found, number = name, 2
        while found in taken:
            found, number = f"{name}_{number}", number + 1
        self.parameters.append(Parameter(found, values))
        return found

    def defaults(self) -> None:
        """A default where at least half of the instances agree; and where not all have a value."""
        for index, parameter in enumerate(self.parameters):
            known = [value for value in parameter.values if value is not MISSING]
            common, times = Counter(map(freeze, known)).most_common(1)[0]
            value = next(one for one in known if freeze(one) == common)
            partial = len(known) < self.count
            wide = any(parameter.name.startswith(name) for name in ("width", "kernel"))
            if (parameter.default is OMITTED and partial) or (
                parameter.default is OMITTED
                and 2 * times >= self.count
                and not (wide or (type(value) is int and value > 8))
            ):
                self.parameters[index] = parameter._replace(default=value)


def omitted(position: Position, one: Statement) -> Any:
    """What an argument is where it is not written: the layer's default; `OMITTED` of a block's."""
    if one.kind != "layer" or one.word not in KINDS:
        return OMITTED
    argument = KINDS[one.word].arguments.get(position.name)
    if argument is None or argument.required:
        return OMITTED
    if argument.default is None and position.name == "stride":
        return one.arguments["kernel"]  # of a pooling
    return OMITTED if argument.default is None else argument.default


def order(position: Position) -> tuple[bool, bool]:
    return not position.whole, position.name not in CHANNELS


def padded_same(convolution: Statement) -> bool:
    """Whether the padding is what `pad=same` gives, however it is written."""
    given = convolution.arguments
    pad = given.get("pad", 0)
    if pad == "same":
        return True
    if convolution.word not in PADDED or not isinstance(pad, int):
        return False
    pairs = same_pads(convolution.entering[1:], given)
    return all(pair == (pad, pad) for pair in pairs)


def fitting(values: list[Any], others: list[Any]) -> bool:
    """Whether values are those of another row wherever they are asked for."""
    return all(
        value is MISSING or (value == other and type(value) is type(other))
        for value, other in zip(values, others, strict=True)
    )


def multiple(values: list[Any], parameter: Parameter) -> str | None:
    """The values as a parameter, a multiple or a part of it."""
    pairs = [
        (value, other)
        for value, other in zip(values, parameter.values, strict=True)
        if value is not MISSING
    ]
    if any(other is MISSING or type(value) is not type(other) for value, other in pairs):
        return None
    if all(value == other for value, other in pairs):
        return parameter.name
    if not all(type(value) is int for value, _ in pairs) or len(pairs) < 3:
        return None
    if len({other for _, other in pairs}) < 2:
        return None
    for test in (factor, part, offset):
        said = test(pairs, parameter.name)
        if said is not None:
            return said
    return None


def factor(pairs: list[tuple[int, int]], name: str) -> str | None:
    value, other = pairs[0]
    if not other or value % other or value // other > 16:
        return None
    times = value // other
    return f"{times}*{name}" if times and all(a == times * b for a, b in pairs) else None


def part(pairs: list[tuple[int, int]], name: str) -> str | None:
    value, other = pairs[0]
    if not value or other % value or other // value > 16:
        return None
    share = other // value
    fits = share > 1 and all(a == b // share for a, b in pairs)
    return f"{name}//{share}" if fits else None


def offset(pairs: list[tuple[int, int]], name: str) -> str | None:
    return f"{name} - 1" if all(a == b - 1 for a, b in pairs) and len(pairs) > 3 else None


def half(size: Any) -> Any:
    if isinstance(size, tuple):
        halves = tuple(axis // 2 for axis in size)
        return halves[0] if len(set(halves)) == 1 else halves
    return size // 2 if type(size) is int else MISSING


def same(known: Any, value: Any) -> bool:
    """Whether an argument of Python is this value: a 3 is a 3x3."""
    if isinstance(known, list):
        known = tuple(known)
    if isinstance(value, tuple) and type(known) is int:
        return all(axis == known for axis in value)
    return bool(type(known) is type(value) and known == value)


def freeze(value: Any) -> tuple[str, str]:
    return type(value).__name__, repr(value)


def text_of(value: Any) -> str:
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)
