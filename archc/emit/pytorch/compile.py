"""From a source to its module: checked, traced, written."""

from __future__ import annotations

from typing import NamedTuple

from archc.check import Checked, Options, Reader, check
from archc.diagnostics import Diagnostic
from archc.emit.pytorch.expressions import NotSymbolic
from archc.emit.pytorch.module import build
from archc.emit.pytorch.safe import problems
from archc.emit.pytorch.trace import Tracer
from archc.graph.elaborate import Arms
from archc.graph.report import Report
from archc.language.source import Source


class Compiled(NamedTuple):
    """`code` is None where an error stands in the way."""

    checked: Checked
    code: str | None
    diagnostics: tuple[Diagnostic, ...]


def compile_source(source: Source, options: Options, read: Reader) -> Compiled:
    """The module for a source's networks, and everything there is to say about the source."""
    tracers: list[Tracer] = []

    def watch(report: Report, arms: Arms) -> Tracer:
        one = Tracer(report, arms)
        tracers.append(one)
        return one

    checked = check(source, options, read, watch)
    diagnostics = list(checked.diagnostics)
    if not any(one.severity == "error" for one in diagnostics):
        diagnostics += problems(one.graph for one in checked.networks)
    networks = tuple(
        one._replace(graph=one.graph._replace(program=checked.program)) for one in checked.networks
    )
    checked = checked._replace(networks=networks)
    failed = any(one.severity == "error" for one in diagnostics)
    if failed or not checked.networks:
        return Compiled(checked, None, tuple(diagnostics))
    try:
        code = build(checked.networks, tracers)
    except NotSymbolic as reason:
        network = checked.networks[0].graph.network
        message = f"the code for `{network.name.id}` cannot be written: {reason}"
        diagnostics.append(Diagnostic("cannot-express", "error", message, network.name.span))
        return Compiled(checked, None, tuple(diagnostics))
    return Compiled(checked, code, tuple(diagnostics))
