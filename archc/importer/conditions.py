"""Conditions: what only some instances of a class have stands under an `if` that says which."""

from __future__ import annotations

from typing import Any

from archc.importer.parameters import Parameter, Values
from archc.importer.statements import Body, Code, Statement, within
from archc.importer.unify import ACTIVATIONS, MISSING, OMITTED

Test = tuple[str, list[bool]]


class Solver(Values):
    """Finds words for the values of a class, and then for what not all instances have."""

    def run(self) -> list[Parameter]:
        """The body in words; returns the block's parameters."""
        self.values()
        self.conditions(self.body, [True] * self.count)
        self.defaults()
        return self.parameters

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
        tests: list[Test] = []
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

    def comparisons(self, asked: list[int]) -> list[Test]:
        """Comparisons that a person would make: strides with 1, channels with channels.

        A multiple is compared with only where a layer of the block has it.
        """
        strides: list[Test] = []
        plain: list[Test] = []
        multiples: list[Test] = []
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
    if first.kind == "loop":
        return "repeated"  # a loop's word is its variable
    return first.word or "more"
