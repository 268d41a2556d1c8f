"""The forms of what `archc check` found, by name; each is imported when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.emit.style import Style
from archc.emit.text import clean, printed
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diff.changes import Change
    from archc.language.tree import Program

FORMATS = (
    *("table", "concise", "json", "markdown", "csv", "latex"),
    *("github", "gitlab", "sarif", "junit"),
)
WITH_CHANGES = ("table", "json", "markdown")
STAGES = ("tree", "graph", "facts")
WITH_FINDINGS = ("table", "concise", "json", "github", "gitlab", "sarif", "junit")
SUFFIXES = {
    ".txt": "table",
    ".json": "json",
    ".md": "markdown",
    ".csv": "csv",
    ".tex": "latex",
    ".sarif": "sarif",
    ".xml": "junit",
}
_WHOLE = 2  # so many networks are shown layer by layer; more are a line each


class Found(NamedTuple):
    """What one run found in all texts."""

    networks: Sequence[Network]
    diagnostics: list[Diagnostic]
    programs: Sequence[Program]
    changes: Sequence[Change] | None = None  # since a baseline


class Wishes(NamedTuple):
    """How it is to be shown; `strict` makes failures of warnings where a format has such."""

    expand: bool = False
    depth: int | None = None
    layers: bool = False
    quiet: bool = False
    strict: bool = False


class UnknownSuffix(ValueError):
    """A file whose name tells no format."""


def by_suffix(path: str) -> str:
    """The format of a file by its name; raises `UnknownSuffix`."""
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in SUFFIXES:
        raise UnknownSuffix(suffix)
    return SUFFIXES[suffix]


def text(format: str, found: Found, wishes: Wishes, style: Style) -> str:
    """What was found in one of `FORMATS`, or a stage of the compiler."""
    networks, findings = found.networks, found.diagnostics
    if format in STAGES:
        return _stage(format, found)
    if format == "concise":
        from archc.emit.concise import concise

        return concise(findings, style)
    if format == "json":
        from archc.emit.json import json

        return json(networks, findings, ascii=not style.unicode, changes=found.changes)
    if format == "github":
        from archc.emit.github import github

        return github(findings)
    if format == "gitlab":
        from archc.emit.gitlab import gitlab

        return gitlab(findings, ascii=not style.unicode)
    if format == "sarif":
        from archc.emit.sarif import sarif

        return sarif(findings, ascii=not style.unicode)
    if format == "junit":
        from archc.emit.junit import junit

        return junit(networks, findings, wishes.strict)
    if format == "csv":
        from archc.emit.csv import csv

        return csv(networks)
    if format == "markdown":
        from archc.emit.markdown import markdown

        written = markdown(networks, wishes.expand)
        if found.changes is not None:
            from archc.emit.diff import render

            written += f"\n## Changes\n\n{render.markdown(found.changes, wishes.expand)}"
        return written
    if format == "latex":
        from archc.emit.latex import latex

        return latex(networks, wishes.expand)
    return _tables(found, wishes, style)


def _tables(found: Found, wishes: Wishes, style: Style) -> str:
    networks = [] if wishes.quiet else list(found.networks)
    if not wishes.layers:  # the findings say what a broken network's table would hide
        networks = [network for network in networks if network.graph.complete]
    parts = []
    if networks and (len(networks) <= _WHOLE or wishes.layers):
        from archc.emit.table import table

        parts += [table(network, style, wishes.expand, wishes.depth) for network in networks]
    elif networks:
        from archc.emit.summary import summary

        parts.append(summary(networks, style))
        one = networks[0]
        name = f"{clean(one.graph.program.source.name)}:{clean(one.name)}"
        parts.append(style.paint(f"  `archc check {name}` shows its layers\n", "dim"))
    if found.changes:
        from archc.emit.diff import render

        parts.append(render.table(found.changes, style, wishes.expand))
    if found.diagnostics:
        from archc.emit.render import render_all

        parts.append(render_all(found.diagnostics, style))
    return "\n".join(parts)


def _stage(stage: str, found: Found) -> str:
    if stage == "tree":
        from archc.language.dump import dump

        return "\n".join(printed(dump(program)) for program in found.programs)
    from archc.emit import dump as emit

    one = emit.graph if stage == "graph" else emit.facts
    return "\n".join(printed(one(network)) for network in found.networks)
