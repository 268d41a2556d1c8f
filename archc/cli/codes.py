"""`archc codes`: the codes of all messages."""

from __future__ import annotations

import sys

from archc.cli.flags import Arguments
from archc.cli.output import choose_color, style_for, write
from archc.emit.style import Style
from archc.explanations import codes, severity_of, title
from archc.files import Problem
from archc.suggest import nearest


def main(arguments: Arguments) -> int:
    """Lists those that all words are about."""
    choose_color(arguments["color"])
    text = listing(arguments.words, style_for(sys.stdout))
    if not text:
        word = " ".join(arguments.words)
        meant = nearest(word, codes())
        hint = f"Write archc explain {meant}" if meant else "`archc codes` lists them all, in words"
        raise Problem(f"no message is about `{word}`", hint)
    write(text)
    return 0


def listing(words: list[str], style: Style) -> str:
    """A line each: the code, how severe it is, what it says."""
    rows = []
    for code in codes():
        severity = severity_of(code)
        told = title(code) or ""
        if all(word.lower() in f"{code} {severity} {told}".lower() for word in words):
            rows.append((code, severity, told))
    column = max((len(code) for code, _, _ in rows), default=0)
    return "".join(
        f"{style.paint(f'{code:<{column}}', 'bold')}  {severity:<7}  {told}".rstrip() + "\n"
        for code, severity, told in rows
    )
