"""`archc layers`: all kinds of layers."""

from __future__ import annotations

import sys

from archc.cli.flags import Arguments
from archc.cli.output import choose_color, style_for, write
from archc.emit.manual import listing
from archc.files import Problem
from archc.layers.registry import KINDS
from archc.layers.words import FOREIGN
from archc.suggest import nearest


def main(arguments: Arguments) -> int:
    """Lists those that all words are about."""
    choose_color(arguments["color"])
    text = listing(arguments.words, style_for(sys.stdout))
    if not text:
        word = " ".join(arguments.words)
        meant = FOREIGN.get(word.lower()) or nearest(word, KINDS)
        hint = f"Write archc explain {meant}" if meant else "`archc layers` lists them all"
        raise Problem(f"no layer is about `{word}`", hint)
    write(text)
    return 0
