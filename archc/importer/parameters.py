"""What the differing numbers of a class are called: constants, channels, parameters, conditions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from archc.importer.statements import Body, Code, Statement, within
from archc.importer.unify import ACTIVATIONS, MISSING, OMITTED
from archc.language.kinds import WORDS

CHANNELS = ("channels", "features", "kernel")
RESERVED = frozenset((*WORDS, "as", "x", "elif"))
DEFAULTS: dict[str, Any] = {
    "stride": 1,
    "pad": 0,
    "dilation": 1,
    "groups": 1,
    "bias": True,
    "eps": 1e-5,
    "momentum": 0.1,
    "ceil": False,
    "output_pad": 0,
    "p": 0.5,
    "affine": True,
    "track": True,
    "count_include_pad": True,
}


class Parameter(NamedTuple):
    """A parameter of a block and its value in every instance, None where nothing asks for it."""

    name: str
    values: list[Any]
    default: Any = OMITTED


class Position(NamedTuple):
    """An argument of a joined statement, and how deep under an `if` it stands."""

    statement: Statement
    name: str
    values: list[Any]
    whole: bool


class Solver:
    """Finds words for all the values of one class.

    `entering` are the channels that reach each instance, `known` what each was constructed with.
    """

    def __init__(self, body: Body, entering: list[int], known: list[dict[str, Any]]) -> None:
        self.body = body
        self.count = len(entering)
        self.entering = entering
        self.known = known
        self.parameters: list[Parameter] = []

    def run(self) -> list[Parameter]:
        """Replaces every list of values in the body by what says it; returns the parameters."""
        every = list(self.positions(self.body))
        for position in every:
            constant = self.constant(position)
            if constant is not None:
                self.put(position, constant[0])
        rest = [one for one in every if isinstance(one.statement.arguments.get(one.name), list)]
        for position in sorted(rest, key=order):
            self.put(position, self.said(position))
        self.conditions(self.body, [True] * self.count)
        self.defaults()
        return self.parameters

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
            DEFAULTS.get(position.name, value) if value is OMITTED else value
            for value in position.values
        ]
        if any(value is OMITTED for value in values):
            values = [None if value is OMITTED else value for value in values]
        column: list[Any] = position.statement.instance
        own = [one.entering[0] if one is not None and one.entering else MISSING for one in column]
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
        return {"channels": "width", "count": "depth", "features": "width"}.get(
            position.name, position.name
        )

    def new(self, name: str, values: list[Any]) -> str:
        """A new parameter's name, which is like no other."""
        words = all(isinstance(value, str) for value in values if value is not MISSING)
        name = re.sub(r"\W", "_", name).strip("_") or "value"
        name = (name[0].upper() if words else name[0].lower()) + name[1:]
        taken = {parameter.name for parameter in self.parameters} | RESERVED | {"entering"}
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

    # ---------------------------------------------------------------------------- conditions

    def conditions(self, body: Body, reached: list[bool]) -> None:
        """An `if` around what only some of the instances have that get here."""
        index = 0
        while index < len(body):
            statement = body[index]
            has = [one is not None for one in statement.instance]
            if has != reached:
                end = index + 1
                while end < len(body) and [one is not None for one in body[end].instance] == has:
                    end += 1
                inner = body[index:end]
                chosen = Statement("if")
                chosen.instance = statement.instance
                chosen.arguments["condition"] = Code(self.condition(has, reached, inner))
                chosen.bodies = [inner]
                others = [there and not here for there, here in zip(reached, has, strict=True)]
                stop = end
                while (
                    stop < len(body) and [one is not None for one in body[stop].instance] == others
                ):
                    stop += 1
                if stop > end:
                    chosen.bodies.append(body[end:stop])
                    self.within(body[end:stop], others)
                body[index:stop] = [chosen]
                self.within(inner, has)
            else:
                self.within([statement], reached)
            index += 1

    def within(self, body: Body, reached: list[bool]) -> None:
        for statement in body:
            branches = statement.arguments.pop("branches", None)
            for number, inner in enumerate(statement.bodies):
                has = reached
                if statement.kind == "merge" and isinstance(branches, list):
                    has = [
                        here and (count or 0) > number
                        for here, count in zip(reached, branches, strict=True)
                    ]
                if has != reached:
                    self.conditions(inner, has)
                    otherwise_identity(inner)
                    if not inner:
                        inner.append(Statement("layer", "identity"))
                    chosen = Statement("if")
                    chosen.instance = statement.instance
                    chosen.arguments["condition"] = Code(self.condition(has, reached, inner))
                    chosen.bodies = [list(inner)]
                    inner[:] = [chosen]
                else:
                    self.conditions(inner, reached)
                    if statement.kind == "merge":
                        otherwise_identity(inner)

    def condition(self, has: list[bool], reached: list[bool], inner: Body) -> str:
        """Words for "these instances and not those"."""
        asked = [index for index, here in enumerate(reached) if here]
        wanted = [has[index] for index in asked]
        tests: list[tuple[str, list[bool]]] = []
        for parameter in self.parameters:
            values = parameter.values
            if all(isinstance(values[index], bool) for index in asked):
                tests.append((parameter.name, [bool(values[index]) for index in asked]))
            if parameter.default is None:
                tests.append((parameter.name, [values[index] is not None for index in asked]))
        simple = list(tests)
        if len(asked) >= 4:
            simple += self.comparisons(asked)
        for text, holds in simple:
            if holds == wanted:
                return text
            if [not one for one in holds] == wanted:
                return negated(text)
        for number, (text, holds) in enumerate(simple):
            for other, second in simple[number + 1 :]:
                either = [a or b for a, b in zip(holds, second, strict=True)]
                if either == wanted:
                    return f"{text} or {other}"
                if [not one for one in either] == wanted:
                    return f"{negated(text)} and {negated(other)}"
        for index, parameter in enumerate(self.parameters):
            defined = [parameter.values[place] is not MISSING for place in asked]
            if defined == wanted and parameter.default is OMITTED:
                self.parameters[index] = parameter._replace(default=None)
                return parameter.name
        flags: list[Any] = [bool(one) for one in has]
        name = self.new(flag_name(inner), flags)
        often = sum(wanted) * 2 > len(wanted)
        self.parameters[-1] = self.parameters[-1]._replace(default=often)
        return name

    def comparisons(self, asked: list[int]) -> list[tuple[str, list[bool]]]:
        """Comparisons that a person would make: strides with 1, channels with channels.

        A multiple is compared with only where a layer of the block has it.
        """
        strides: list[tuple[str, list[bool]]] = []
        plain: list[tuple[str, list[bool]]] = []
        multiples: list[tuple[str, list[bool]]] = []
        written = {
            str(value)
            for statement in within(self.body)
            for value in statement.arguments.values()
            if isinstance(value, Code)
        }
        entering = [self.entering[index] for index in asked]
        for parameter in self.parameters:
            values = [parameter.values[index] for index in asked]
            if not all(type(value) is int for value in values):
                continue
            if "stride" in parameter.name:
                strides.append((f"{parameter.name} != 1", [value != 1 for value in values]))
                continue
            for times in range(1, 9):
                name = parameter.name if times == 1 else f"{times}*{parameter.name}"
                if times > 1 and name not in written:
                    continue
                pairs = zip(entering, values, strict=True)
                test = (f"entering != {name}", [a != times * b for a, b in pairs])
                (plain if times == 1 else multiples).append(test)
        return [*plain, *multiples, *strides]


def otherwise_identity(branch: Body) -> None:
    """A branch whose whole content hangs on a condition keeps its input where that fails."""
    if len(branch) == 1 and branch[0].kind == "if" and len(branch[0].bodies) == 1:
        branch[0].bodies.append([Statement("layer", "identity")])


def order(position: Position) -> tuple[bool, bool]:
    return not position.whole, position.name not in CHANNELS


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
    return f"{name}//{share}" if all(a == b // share for a, b in pairs) else None


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


def negated(text: str) -> str:
    return text.replace("!=", "==") if "!=" in text else f"not {text}"


def flag_name(inner: Body) -> str:
    first = inner[0]
    if first.word in ACTIVATIONS:
        return "act"
    if first.label and first.label.isidentifier():
        return first.label
    if first.word == "identity":
        return "residual"
    if first.kind == "merge" and first.word == "mul":
        return "gate"
    return first.word or "more"


def text_of(value: Any) -> str:
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)
