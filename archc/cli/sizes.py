"""`archc sizes`: which input sizes a network takes."""

from __future__ import annotations

import sys

from archc.analysis.sizes import Accepted, Untold, accepted
from archc.check import Checked
from archc.cli.flags import Arguments
from archc.cli.output import choose_color, complain, flush, style_for, write
from archc.cli.reading import checked, files_for, gather, no_network
from archc.emit import sizes
from archc.emit.text import clean, written_json


def main(arguments: Arguments) -> int:
    """Prints the sizes of all networks of all paths; the result is the exit status."""
    choose_color(arguments["color"])
    style = style_for(sys.stdout)
    files = files_for(arguments)
    targets, failed = gather(arguments, files)
    if failed:
        return 2
    results: list[Checked] = [checked(target, arguments, files) for target in targets]
    errors = [one for result in results for one in result.diagnostics if one.severity == "error"]
    networks = [network for result in results for network in result.networks]
    if not networks and not errors:
        raise no_network(arguments.words[0], "size", results)
    documents = []
    untold = False
    for network in networks:
        if not network.graph.complete:
            continue
        try:
            found = (
                network.sizes if isinstance(network.sizes, Accepted) else accepted(network.graph)
            )
        except Untold as reason:
            untold = True
            flush()
            complain(f"the sizes of `{network.name}` cannot be told: {clean(str(reason))}")
            continue
        if arguments["format"] == "json":
            documents.append(sizes.document(network, found))
        else:
            write(("\n" if documents else "") + sizes.text(network, found, style))
            documents.append({})
    if arguments["format"] == "json":
        write(written_json({"networks": documents}, ascii=not style.unicode))
    if errors:
        from archc.emit.render import distinct, render_all

        flush()
        sys.stderr.write(render_all(distinct(errors), style_for(sys.stderr)))
        return 1
    return 2 if untold else 0
