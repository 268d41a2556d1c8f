"""`archc list`: the bundled specs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from archc import bundled
from archc.cli.flags import Arguments
from archc.cli.output import choose_color, style_for, write
from archc.emit.style import Style
from archc.emit.text import clean, left, shorten
from archc.files import Files, Problem

if TYPE_CHECKING:
    from archc.check import Network


def main(arguments: Arguments) -> int:
    """Names them, each with the first line of what it says of itself."""
    choose_color(arguments["color"])
    style = style_for(sys.stdout)
    files = Files()
    found = []
    for name in bundled.spec_names():
        source = files.bundled(name)
        text = description(source.text) if source is not None else ""
        if all(word.lower() in f"{name} {text}".lower() for word in arguments.words):
            found.append((name, text))
    if not found:
        asked = " ".join(arguments.words)
        raise Problem(f"no bundled spec is about `{asked}`" if asked else "there are no specs")
    if arguments["verbose"]:
        return _figures([name for name, _ in found], files, style)
    width = max(len(name) for name, _ in found)
    for name, text in found:
        room = max(style.width - width - 2, 20)
        write(f"{style.paint(left(name, width), 'bold')}  {shorten(clean(text), room)}".rstrip())
        write("\n")
    return 0


def description(text: str) -> str:
    """The first paragraph of a file's docstring as one line, found without a parser."""
    while text.startswith("#") or text[:1].isspace():
        if text.startswith("#"):
            text = text.partition("\n")[2]
        text = text.lstrip()
    if not text.startswith('"'):
        return ""
    quote = '"""' if text.startswith('"""') else '"'
    inside = text[len(quote) :].partition(quote)[0].strip()
    return " ".join(inside.partition("\n\n")[0].split())


def _figures(names: list[str], files: Files, style: Style) -> int:
    from archc.check import Options
    from archc.cli.output import Progress
    from archc.emit.summary import summary
    from archc.guard import check_source

    networks: list[Network] = []
    progress = Progress(len(names))
    for name in names:
        progress.step(name)
        source = files.bundled(name)
        if source is not None:
            networks += check_source(source, Options(), files).networks
    progress.end()
    write(summary(networks, style))
    return 0
