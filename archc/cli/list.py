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
from archc.suggest import nearest

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
        raise _none(asked, arguments["verbose"])
    if arguments["verbose"]:
        return _figures([name for name, _ in found], files, style)
    width = max(len(name) for name, _ in found)
    for name, text in found:
        room = max(style.width - width - 2, 20)
        write(f"{style.paint(left(name, width), 'bold')}  {shorten(clean(text), room)}".rstrip())
        write("\n")
    return 0


def _none(asked: str, verbose: bool) -> Problem:
    """What to say of words that no spec is about; one may be a network of another."""
    from archc import bundled

    own = bundled.network(asked)
    if own is not None:
        return Problem(f"no bundled spec is about `{asked}`", f"Write archc check {own}")
    guess = nearest(asked, bundled.spec_names())
    line = f"archc list {guess or ''}{' --verbose' * verbose}"
    message = f"no bundled spec is about `{asked}`" if asked else "there are no specs"
    return Problem(message, f"Write {line}" if guess else f"`{line.strip()}` names all")


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
