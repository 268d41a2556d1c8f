"""`archc check`: the table and the findings."""

from __future__ import annotations

import sys

from archc.check import Checked
from archc.cli.flags import Arguments, UsageError
from archc.cli.output import Progress, choose_color, complain, flush, style_for, write
from archc.cli.product import goes_to_file, put, spare_sources
from archc.cli.reading import checked, device, files_for, from_stdin, gather
from archc.diagnostics import Diagnostic
from archc.emit import formats
from archc.emit.style import PLAIN
from archc.files import Files, Problem


def main(arguments: Arguments) -> int:
    """Checks every path; the result is the exit status."""
    choose_color(arguments["color"])
    format = _format(arguments)
    if arguments["baseline"] is not None and not goes_to_file(arguments["output"]):
        _check_baseline(format)
    device(arguments)  # a wrong one is told before anything is read
    files = files_for(arguments)
    targets, failed = gather(arguments, files)
    spare_sources(arguments["output"], files, arguments)
    if arguments["fix"] or arguments["diff"]:
        from archc.cli.fix import fix

        changed = fix(targets, arguments, files)
        if arguments["diff"]:
            return 2 if failed else int(changed and not arguments["exit-zero"])
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
    found = formats.Found(
        [network for result in results for network in result.networks],
        _distinct([one for result in results for one in result.diagnostics]),
        [result.program for result in results],
    )
    found = _compared(found, arguments)
    if results or not failed:
        _show(found, format, arguments, files)
    return 2 if failed else _status(found, arguments)


def _status(found: formats.Found, arguments: Arguments) -> int:
    if arguments["exit-zero"]:
        return 0
    if any(one.severity == "error" for one in found.diagnostics):
        return 1
    differ = any(one.sort != "same" for one in found.changes or ())
    warned = any(one.severity == "warning" for one in found.diagnostics)
    strict, exit_code = arguments["strict"], arguments["exit-code"]
    return 1 if (strict and warned) or (exit_code and differ) else 0


def _compared(found: formats.Found, arguments: Arguments) -> formats.Found:
    """What changed since the baseline, of the networks and files that are checked now."""
    if arguments["baseline"] is None:
        return found
    from archc.cli.diff import state
    from archc.emit.diff.changes import changes
    from archc.emit.json import network_object

    now = [network_object(network) for network in found.networks]
    names, paths = {one["name"] for one in now}, {one["file"] for one in now}
    before = [
        one for one in state(arguments["baseline"]) if one["name"] in names or one["file"] in paths
    ]
    return found._replace(changes=changes(before, now))


def _distinct(findings: list[Diagnostic]) -> list[Diagnostic]:
    if not findings:
        return findings
    from archc.emit.render import distinct

    return distinct(findings)


def _format(arguments: Arguments) -> str:
    """The form of the product: the one asked for, else the one of the file's suffix."""
    if arguments["emit"]:
        return str(arguments["emit"])
    output = arguments["output"]
    if "format" not in arguments.given and goes_to_file(output):
        try:
            return formats.by_suffix(output)
        except formats.UnknownSuffix:
            from archc.cli.elsewhere import no_format

            raise no_format(output, arguments) from None
    return str(arguments["format"])


def admit(arguments: Arguments) -> None:
    """Raises `UsageError` for a file whose name tells no format."""
    _format(arguments)


def _check_baseline(format: str) -> None:
    if format not in formats.WITH_CHANGES:
        raise UsageError(
            f"{format} has no place for what changed since a baseline",
            f"These have: {', '.join(formats.WITH_CHANGES)}",
        )


def _show(found: formats.Found, format: str, arguments: Arguments, files: Files) -> None:
    """The product; where that goes to a file, the terminal has the table."""
    wishes = formats.Wishes(
        expand=arguments["expand"],
        depth=arguments["depth"],
        layers=arguments["layers"],
        quiet=arguments["quiet"],
        strict=arguments["strict"],
    )
    output = arguments["output"]
    if arguments["fix"] and from_stdin(arguments):  # whose text has gone to standard output
        _talk(found)
        return
    if goes_to_file(output):
        put(formats.text(format, found, wishes, PLAIN), output, files)
        format = "table"
    style = style_for(sys.stdout)
    write(formats.text(format, found, wishes, style))
    if format not in formats.WITH_FINDINGS:
        _talk(found)


def _talk(found: formats.Found) -> None:
    """Findings beside a product that cannot hold them."""
    if found.diagnostics:
        from archc.emit.render import render_all

        flush()
        sys.stderr.write(render_all(found.diagnostics, style_for(sys.stderr)))
