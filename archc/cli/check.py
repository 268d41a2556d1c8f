"""`archc check`: the table and the findings."""

from __future__ import annotations

import sys

from archc.api import check_source
from archc.check import Checked, Network, OptionError, Options
from archc.cli.flags import Arguments, UsageError
from archc.cli.output import Progress, choose_color, complain, flush, style_for, write
from archc.diagnostics import Diagnostic
from archc.emit.style import Style
from archc.emit.text import clean, printed
from archc.files import Files, Problem, Target
from archc.language import tree

_WHOLE = 2  # so many networks are shown layer by layer; more are a line each


def main(arguments: Arguments) -> int:
    """Checks every path; the result is the exit status."""
    choose_color(arguments["color"])
    style = style_for(sys.stdout)
    files = Files()
    targets, failed = gather(arguments.words, files)
    results: list[Checked] = []
    progress = Progress(len(targets))
    for target in targets:
        progress.step(target.source.name)
        try:
            results.append(checked(target, arguments, files))
        except Problem as problem:
            progress.end()
            complain(problem.message, problem.hint)
            failed = True
    progress.end()
    networks = [network for result in results for network in result.networks]
    findings = [one for result in results for one in result.diagnostics]
    if findings:
        from archc.emit.render import distinct

        findings = distinct(findings)
    if results or not failed:
        _show(arguments, results, networks, findings, style)
    if failed:
        return 2
    errors = any(one.severity == "error" for one in findings)
    return 1 if errors or (arguments["strict"] and findings) else 0


def gather(paths: list[str], files: Files) -> tuple[list[Target], bool]:
    """All texts that the paths mean, each once; whether one could not be read."""
    targets: list[Target] = []
    seen: set[tuple[int, str | None]] = set()
    failed = False
    for path in paths:
        try:
            found = files.targets(path)
        except Problem as problem:
            complain(problem.message, problem.hint)
            failed = True
            continue
        for target in found:
            key = (id(target.source), target.network)
            if key not in seen:
                seen.add(key)
                targets.append(target)
    return targets, failed


def options(arguments: Arguments, network: str | None) -> Options:
    """What the common flags ask for."""
    settings = []
    for setting in arguments["set"]:
        name, equals, value = setting.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier() or not value.strip():
            raise UsageError(
                f"`--set {setting}` sets nothing", "Write --set NAME=VALUE, as in --set classes=10"
            )
        settings.append((name, value.strip()))
    return Options(
        network=network,
        settings=tuple(settings),
        input=arguments["input"],
        batch=arguments["batch"],
        dtype=arguments.get("dtype", "float32"),
    )


def checked(target: Target, arguments: Arguments, files: Files) -> Checked:
    """Checks one text; raises `Problem` where there is nothing to check."""
    try:
        result = check_source(target.source, options(arguments, target.network), files)
    except OptionError as error:
        raise Problem(str(error)) from None
    if not result.networks and not result.diagnostics:
        name = target.source.name
        if not target.source.text.strip():
            raise Problem(f"`{name}` is empty: there is nothing to check")
        if not result.program.definitions:
            raise Problem(f"`{name}` holds no network: there is nothing to check")
        complain(f"`{name}` holds no network of its own", word="note")
    return result


def no_network(path: str, verb: str, results: list[Checked]) -> Problem:
    """What to say where there is nothing to build, draw or compare."""
    families = [
        one
        for result in results
        for one in result.program.definitions
        if isinstance(one, tree.Network)
    ]
    if not families:
        return Problem(f"`{path}` holds no network to {verb}")
    names = ", ".join(f"`{one.name.id}`" for one in families)
    kind = "are families" if len(families) > 1 else "is a family"
    missing = [one.name.id for one in families[0].parameters if one.default is None]
    return Problem(
        f"`{path}` holds no network to {verb}: {names} {kind}, without a value for "
        + ", ".join(f"`{name}`" for name in missing),
        f"Give it: {' '.join(f'--set {name}=…' for name in missing)}\n"
        f"or make a member in the file: network {families[0].name.id}1 = "
        f"{families[0].name.id}({', '.join(f'{name}=…' for name in missing)})",
    )


def _show(
    arguments: Arguments,
    results: list[Checked],
    networks: list[Network],
    findings: list[Diagnostic],
    style: Style,
) -> None:
    if arguments["emit"]:
        _stage(arguments["emit"], results, networks)
        _talk(findings)
        return
    format = arguments["format"]
    if format == "concise":
        from archc.emit.concise import concise

        write(concise(findings, style))
    elif format == "json":
        from archc.emit.json import json

        write(json(networks, findings, ascii=not style.unicode))
    elif format == "github":
        from archc.emit.github import github

        write(github(findings))
    elif format == "sarif":
        from archc.emit.sarif import sarif

        write(sarif(findings, ascii=not style.unicode))
    elif format == "csv":
        from archc.emit.csv import csv

        write(csv(networks))
        _talk(findings)
    elif format == "markdown":
        from archc.emit.markdown import markdown

        write(markdown(networks, arguments["expand"]))
        _talk(findings)
    elif format == "latex":
        from archc.emit.latex import latex

        write(latex(networks, arguments["expand"]))
        _talk(findings)
    else:
        _tables(arguments, networks, findings, style)


def _tables(
    arguments: Arguments, networks: list[Network], findings: list[Diagnostic], style: Style
) -> None:
    if not arguments["layers"]:  # the findings say what a broken network's table would hide
        networks = [network for network in networks if network.graph.complete]
    parts = []
    if networks and (len(networks) <= _WHOLE or arguments["layers"]):
        from archc.emit.table import table

        parts += [
            table(network, style, arguments["expand"], arguments["depth"]) for network in networks
        ]
    elif networks:
        from archc.emit.summary import summary

        parts.append(summary(networks, style))
        one = networks[0]
        name = f"{clean(one.graph.program.source.name)}:{clean(one.name)}"
        parts.append(style.paint(f"  `archc check {name}` shows its layers\n", "dim"))
    if findings:
        from archc.emit.render import render_all

        parts.append(render_all(findings, style))
    write("\n".join(parts))


def _stage(stage: str, results: list[Checked], networks: list[Network]) -> None:
    if stage == "tree":
        from archc.language.dump import dump

        write("\n".join(printed(dump(result.program)) for result in results))
        return
    from archc.emit import dump as emit

    one = emit.graph if stage == "graph" else emit.facts
    write("\n".join(printed(one(network)) for network in networks))


def _talk(findings: list[Diagnostic]) -> None:
    """Findings beside a product that cannot hold them."""
    if findings:
        from archc.emit.render import render_all

        flush()
        sys.stderr.write(render_all(findings, style_for(sys.stderr)))
