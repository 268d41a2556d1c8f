"""`archc diff`: what changed between two states of networks."""

from __future__ import annotations

import sys
from typing import Any

from archc.cli.flags import Arguments
from archc.cli.output import choose_color, flush, style_for, write
from archc.cli.reading import checked, files_for, no_network, targets_of
from archc.diagnostics import Diagnostic
from archc.emit.diff import render
from archc.emit.diff.changes import Object, changes
from archc.files import Files, Problem, text_of


def main(arguments: Arguments) -> int:
    """Compares two states; the result is the exit status."""
    choose_color(arguments["color"])
    style = style_for(sys.stdout)
    files = files_for(arguments)
    errors: list[Diagnostic] = []
    old, new = (_networks(word, arguments, files, errors) for word in arguments.words)
    found = changes(old, new)
    makers: dict[str, Any] = {
        "table": lambda: render.table(found, style, arguments["expand"]),
        "markdown": lambda: render.markdown(found, arguments["expand"]),
        "json": lambda: render.json(found, ascii=not style.unicode),
    }
    write(makers[arguments["format"]]())
    if errors:
        from archc.emit.render import distinct, render_all

        flush()
        sys.stderr.write(render_all(distinct(errors), style_for(sys.stderr)))
    differ = any(one.sort != "same" for one in found)
    return 1 if errors or (differ and arguments["exit-code"]) else 0


def _networks(
    word: str, arguments: Arguments, files: Files, errors: list[Diagnostic]
) -> list[Object]:
    """The networks of one side; its errors are collected. Raises `Problem`."""
    if word.endswith(".json"):
        return state(word)
    results = [checked(target, arguments, files) for target in targets_of(word, arguments, files)]
    wrong = [one for result in results for one in result.diagnostics if one.severity == "error"]
    networks = [network for result in results for network in result.networks]
    if not networks and not wrong:
        raise no_network(word, "compare", results)
    errors += wrong
    from archc.emit.json import network_object

    return [network_object(one) for one in networks]


def state(path: str) -> list[Object]:
    """The networks in a file of `archc check --format json`; raises `Problem`."""
    from archc.emit.diff.state import NotAState, read

    try:
        return read(text_of(path, 256 * 1024 * 1024))
    except NotAState as error:
        raise Problem(f"`{path}` is no state of networks: {error}") from None
