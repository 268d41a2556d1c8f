"""`archc fmt`: specs in the one layout."""

from __future__ import annotations

import os
import sys

from archc.cli.difference import difference
from archc.cli.flags import Arguments, UsageError
from archc.cli.output import choose_color, complain, style_for, write
from archc.cli.reading import targets_of
from archc.diagnostics import Diagnostic
from archc.files import Files, Problem, Target
from archc.write import write_whole


def main(arguments: Arguments) -> int:
    """Lays out every file in place, or tells what would change; the result is the exit status."""
    choose_color(arguments["color"])
    files = Files()
    status = changed = count = 0
    for path in arguments.words:
        try:
            for target in _targets(path, arguments, files):
                count += 1
                text = _laid_out(target, files, arguments["shapes"])
                if text is None:
                    status = max(status, 1)
                elif _settle(target, text, path, arguments):
                    changed += 1
        except Problem as problem:
            complain(problem.message, problem.hint)
            status = 2
    only_tells = arguments["check"] or arguments["diff"]
    if arguments["check"] and not changed and not status:
        complain(f"{count} {'file is' if count == 1 else 'files are'} in the layout", word="note")
    return max(status, 1) if changed and only_tells else status


def _targets(path: str, arguments: Arguments, files: Files) -> list[Target]:
    """The texts of a path that may be written: no bundled specs, no single networks."""
    targets = targets_of(path, arguments, files)
    if any(target.network is not None for target in targets):
        raise UsageError(f"`archc fmt` lays out whole files, and `{path}` names one network")
    if path != "-" and not os.path.lexists(path):
        raise Problem(f"`{path}` is a bundled spec, which is laid out already")
    return targets


def _laid_out(target: Target, files: Files, shapes: bool) -> str | None:
    """The text in the layout; None, and messages on standard error, where it cannot be read."""
    if shapes:
        from archc.emit.annotate import with_shapes
        from archc.language.printer import print_program

        program, checked = with_shapes(target.source, files.imported)
        errors = [one for one in checked.diagnostics if one.severity == "error"]
        text: str | None = None if errors else print_program(program)
    else:
        from archc.language.layout import layout

        text, errors = layout(target.source)
    if text is None:
        _talk(errors)
    return text


def _settle(target: Target, text: str, path: str, arguments: Arguments) -> bool:
    """Writes a text where it belongs, or tells of it; whether it differs from what was read."""
    name, before = target.source.name, target.source.text
    if arguments["diff"]:
        write(difference(before, text, name, name).encode())
    elif arguments["check"]:
        if text != before:
            how = f"`archc fmt --diff {name}` shows how"
            complain(f"`{name}` would be laid out anew", how, word="note")
    elif path == "-":
        write(text.encode())
    elif text != before:
        where = path if os.path.isfile(path) else name
        write_whole(where, text.encode())
        complain(f"`{name}` laid out anew", word="note")
    return text != before


def _talk(findings: list[Diagnostic]) -> None:
    from archc.emit.render import render_all

    sys.stderr.write(render_all(findings, style_for(sys.stderr)))
