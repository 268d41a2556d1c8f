"""`archc layers`: all kinds of layers."""

from __future__ import annotations

import sys

from archc.cli.flags import Arguments
from archc.cli.output import choose_color, style_for, write
from archc.emit.manual import listing
from archc.files import Problem


def main(arguments: Arguments) -> int:
    """Lists those that all words are about."""
    choose_color(arguments["color"])
    text = listing(arguments.words, style_for(sys.stdout))
    if not text:
        raise Problem(f"no layer is about `{' '.join(arguments.words)}`")
    write(text)
    return 0
