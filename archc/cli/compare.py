"""`archc compare`: networks side by side."""

from __future__ import annotations

import shlex
import sys

from archc.check import Checked
from archc.cli.flags import Arguments
from archc.cli.output import Progress, choose_color, flush, style_for, write
from archc.cli.reading import checked, files_for, gather, no_network
from archc.emit import compare


def _alone(arguments: Arguments, name: str) -> None:
    """One network beside none: what is compared with it was forgotten."""
    from archc.cli.output import complain

    words = " ".join(map(shlex.quote, arguments.words))
    told = f"`{name}` stands alone, with no other network to compare it with"
    complain(told, f"As in archc compare {words} OTHER.arch", "note")


def main(arguments: Arguments) -> int:
    """Prints all networks of all paths, the first as the measure; the result is the exit status."""
    choose_color(arguments["color"])
    style = style_for(sys.stdout)
    files = files_for(arguments)
    targets, failed = gather(arguments, files)
    if failed:
        return 2
    results: list[Checked] = []
    progress = Progress(len(targets))
    for target in targets:
        progress.step(target.source.name)
        results.append(checked(target, arguments, files))
    progress.end()
    networks = [network for result in results for network in result.networks]
    findings = [one for result in results for one in result.diagnostics]
    errors = [one for one in findings if one.severity == "error"]
    if networks:
        format = arguments["format"]
        if format == "json":
            write(compare.json(networks, ascii=not style.unicode))
        elif format == "table":
            write(compare.table(networks, style))
        else:
            makers = {"markdown": compare.markdown, "csv": compare.csv, "latex": compare.latex}
            write(makers[format](networks))
        if len(networks) == 1 and not errors:
            _alone(arguments, networks[0].name)
    elif not errors:
        raise no_network(arguments.words[0], "compare", results)
    if errors:
        from archc.emit.render import distinct, render_all

        flush()
        sys.stderr.write(render_all(distinct(errors), style_for(sys.stderr)))
    return 1 if errors else 0
