"""From a source to its module: checked, traced, written."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

from archc.check import Checked, Options, Reader, check
from archc.diagnostics import Diagnostic
from archc.emit.pytorch.expressions import NotSymbolic
from archc.emit.pytorch.module import Built, build
from archc.emit.pytorch.safe import problems
from archc.emit.pytorch.trace import Tracer
from archc.emit.pytorch.vary import unfaithful
from archc.graph.elaborate import Arms
from archc.graph.report import Report
from archc.language import tree
from archc.language.source import Source


class Compiled(NamedTuple):
    """`code` is None where an error stands in the way; `notes` say what the code leaves out."""

    checked: Checked
    code: str | None
    diagnostics: tuple[Diagnostic, ...]
    notes: tuple[str, ...] = ()


def compile_source(source: Source, options: Options, read: Reader) -> Compiled:
    """The module for a source's networks, and everything there is to say about the source."""
    checked, tracers = traced(source, options, read)
    diagnostics = list(checked.diagnostics)
    if not any(one.severity == "error" for one in diagnostics):
        diagnostics += problems(one.graph for one in checked.networks)
        diagnostics += _names(checked)
        diagnostics += _outputs(checked)
    failed = any(one.severity == "error" for one in diagnostics)
    if failed or not checked.networks:
        return Compiled(checked, None, tuple(diagnostics))
    network = checked.networks[0].graph.network
    dropped: frozenset[tuple[str, str]] = frozenset()
    try:
        built = build(checked.networks, tracers)

        def changed(settings: tuple[tuple[str, str], ...]) -> Built | None:
            """The module where parameters have other values; None where archc finds a mistake."""
            other = options._replace(settings=(*options.settings, *settings))
            again, notes = traced(source, other, read)
            if any(one.severity == "error" for one in again.diagnostics):
                return None
            if _size(again) > 4 * _size(checked) + 500:
                return None  # too much for a trial
            return build(again.networks, notes)

        dropped = unfaithful(built, changed)
        if dropped:
            built = build(checked.networks, tracers, dropped)
    except NotSymbolic as reason:
        message = f"the code for `{network.name.id}` cannot be written: {reason}"
        diagnostics.append(Diagnostic("cannot-express", "error", message, network.name.span))
        return Compiled(checked, None, tuple(diagnostics))
    wrong = broken(built.text)
    if wrong is not None:
        message = f"the code for `{network.name.id}` is no Python: {wrong}; this is archc's mistake"
        diagnostics.append(Diagnostic("cannot-express", "error", message, network.name.span))
        return Compiled(checked, None, tuple(diagnostics))
    return Compiled(checked, built.text, tuple(diagnostics), _notes(built, dropped))


def traced(source: Source, options: Options, read: Reader) -> tuple[Checked, list[Tracer]]:
    """A source checked, with notes of what its networks did."""
    tracers: list[Tracer] = []

    def watch(report: Report, arms: Arms) -> Tracer:
        one = Tracer(report, arms)
        tracers.append(one)
        return one

    checked = check(source, options, read, watch)
    networks = tuple(
        one._replace(graph=one.graph._replace(program=checked.program)) for one in checked.networks
    )
    return checked._replace(networks=networks), tracers


def broken(text: str) -> str | None:
    """Why a text is no Python, if it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)
            compile(text, "<generated>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return str(error)
    return None


def _names(checked: Checked) -> list[Diagnostic]:
    """Networks whose names mean something else in the module."""
    from archc.emit.pytorch.module import reserved_names
    from archc.emit.pytorch.names import plain

    result = []
    reserved = reserved_names()
    for one in checked.networks:
        if plain(one.name) and one.name not in reserved:
            continue
        message = f"no class can be called `{one.name}`: the generated module needs the name"
        if not plain(one.name):
            message = f"no class can be called `{one.name}` in Python"
        span = _span(checked, one.name) or one.graph.network.name.span
        result.append(Diagnostic("cannot-express", "error", message, span, help="rename it"))
    return result


def _size(checked: Checked) -> int:
    return sum(len(one.graph.nodes) for one in checked.networks)


def _outputs(checked: Checked) -> list[Diagnostic]:
    """Outputs that only some arguments, or some round of a loop, would give."""
    result = []
    message = "an `output` in a loop or a condition is no result of a module"
    cure = "let it stand in the network's own scope"
    for definition in dict.fromkeys(one.graph.network for one in checked.networks):
        own = {id(one) for one in definition.body}
        for one in tree.within(definition.body):
            if isinstance(one, tree.Output) and id(one) not in own:
                result.append(Diagnostic("cannot-express", "error", message, one.span, help=cure))
    return result


def _span(checked: Checked, name: str) -> Any:
    for one in checked.program.definitions:
        if isinstance(one, (tree.Network, tree.Member)) and one.name.id == name:
            return one.name.span
    return None


def _notes(built: Built, dropped: frozenset[tuple[str, str]]) -> tuple[str, ...]:
    """What the classes do not take as an argument, though the spec does."""
    numbered = [name for name, _ in built.numbered]
    parts = []
    if numbered:
        parts.append(f"all parameters of {', '.join(f'`{name}`' for name in numbered)}")
    parts += [
        f"`{word}` of `{network}`" for network, word in sorted(dropped) if network not in numbered
    ]
    if not parts:
        return ()
    return (
        f"{'; '.join(parts)}: written as numbers, for the code cannot follow their changes; "
        "build again with `--set` for others",
    )
