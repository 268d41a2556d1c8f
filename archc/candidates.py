"""Which networks of a file are asked for, and the values of their parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archc.graph import cures
from archc.graph.calls import check_case, check_passed
from archc.graph.elaborate import Arms, Elaborator, TooMuch
from archc.graph.evaluate import Mistake, Silence, evaluate
from archc.graph.graph import Graph
from archc.graph.modules import Module
from archc.graph.report import Report
from archc.graph.values import UNKNOWN, LayerValue
from archc.language import tree
from archc.named import NamedTuple
from archc.options import OptionError, Options, set_values
from archc.shapes import Shape
from archc.suggest import nearest


class Candidate(NamedTuple):
    """A network to check: its name, its text and where that stands, and what parameters are."""

    name: tree.Name
    base: tree.Network
    home: Module
    values: dict[str, Any]
    given: dict[str, Any]  # those that a member of a family gives
    claims: tuple[tuple[tree.Expect, ...], ...]  # a member's own

    def elaborated(self, run: Elaborator, inputs: dict[str, Shape], changed: bool) -> Graph:
        """Its graph; `changed` where the caller's settings make it another than the text's."""
        run.member = self.given
        return run.run(self.base, self.home, self.values, self.claims, self.name, inputs, changed)


def top_values(module: Module, report: Report, arms: Arms) -> None:
    """The `let`s at the top of a file, imported files first."""
    if module.elaborated:
        return
    module.elaborated = True
    for other in module.imported:
        top_values(other, report, arms)
    run = Elaborator(report, arms)
    for definition in module.program.definitions:
        if isinstance(definition, tree.Let):
            place = run.top_place(module, definition.span)
            try:
                value = evaluate(definition.value, place)
                check_case(definition.name, value)
                module.values[definition.name.id] = value
            except Mistake as error:
                run.mistake(error, place)
                module.values[definition.name.id] = UNKNOWN
            except Silence:
                module.values[definition.name.id] = UNKNOWN
            except TooMuch as error:
                report.add(error.code, str(error), error.span or definition.span, help=error.help)
                module.values[definition.name.id] = UNKNOWN


def candidates(module: Module, options: Options, report: Report, arms: Arms) -> Iterator[Candidate]:
    """The networks of a file that are to be checked, in its order."""
    settings = set_values(options)
    defined = [
        definition
        for definition in module.program.definitions
        if isinstance(definition, (tree.Network, tree.Member))
    ]
    names = [definition.name.id for definition in defined]
    if options.network is not None and options.network not in names and not module.failed:
        close = nearest(options.network, names)
        hint = (
            f"; did you mean `{close}`?" if close else f"; it defines {', '.join(names) or 'none'}"
        )
        raise OptionError(
            f"`{module.program.source.name}` has no network `{options.network}`{hint}"
        )
    known: set[str] = set()
    for definition in defined:
        if options.network not in (None, definition.name.id):
            continue
        if definition.name.id in module.recursive:
            continue
        run = Elaborator(report, arms)
        try:
            found = _parameters(definition, module, run, settings)
        except Mistake as error:
            run.mistake(error, run.top_place(module, definition.span))
            continue
        except TooMuch as error:
            where = error.span or definition.name.span
            report.add(error.code, str(error), where, help=error.help)
            continue
        except Silence:
            continue
        base, home, values, given, missing = found
        known.update(parameter.name.id for parameter in base.parameters)
        if missing:
            if options.network is not None:
                wanted = ", ".join(f"--set {name}=…" for name in missing)
                raise OptionError(
                    f"`{options.network}` is a family: give {wanted}, or name one of its members"
                )
            continue
        claims: tuple[tuple[tree.Expect, ...], ...] = ()
        if isinstance(definition, tree.Member):
            claims = (tuple(one for one in definition.body if isinstance(one, tree.Expect)),)
        yield Candidate(definition.name, base, home, values, given, claims)
    for name in settings:
        if name not in known and names and not module.failed:
            text = dict(options.settings)[name]
            hint = cures.settings.no_parameter(name, text, known, module.program)
            raise OptionError(f"no network here has a parameter `{name}`{hint}")


def _parameters(
    definition: tree.Network | tree.Member,
    module: Module,
    run: Elaborator,
    settings: dict[str, Any],
) -> tuple[tree.Network, Module, dict[str, Any], dict[str, Any], list[str]]:
    """A network's text, its parameters' values, those a member gives, names without a value."""
    span = definition.name.span
    base: tree.Network
    if isinstance(definition, tree.Member):
        worth = run.definition(module, definition.name.id)
        if isinstance(worth, LayerValue) or not isinstance(worth.definition, tree.Network):
            raise Mistake(
                "wrong-type",
                f"`{definition.family.span.text}` is no network",
                definition.family.span,
            )
        base, home = worth.definition, worth.module
        given = run.given(worth, definition.family)
    else:
        base, home, given = definition, module, {}
    place = run.top_place(home, span)
    values: dict[str, Any] = place.values
    missing = []
    for parameter in base.parameters:
        name = parameter.name.id
        if name in settings:
            values[name] = settings[name]
        elif name in given:
            values[name] = given[name]
        elif parameter.default is not None:
            try:
                values[name] = evaluate(parameter.default, place)
            except Silence:
                values[name] = UNKNOWN
        else:
            missing.append(name)
        if name in values:
            problem = check_passed(parameter, values[name])
            if problem is not None:
                blocks = tuple(cures.blocks.forgotten_block(definition, module.program))
                raise Mistake("wrong-type", problem, span, proposals=blocks)
    return base, home, values, given, missing
