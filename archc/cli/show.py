"""`archc show NAME`: the text of a bundled spec."""

from __future__ import annotations

import os
import shlex

from archc import bundled
from archc.cli.flags import Arguments
from archc.cli.product import put
from archc.files import Files, Missing, Problem
from archc.suggest import nearest


def main(arguments: Arguments) -> int:
    """Prints it; what it imports is called by its name, so that it can stand anywhere."""
    admit(arguments)
    files = Files()
    source = files.bundled(_name(arguments))
    text = "" if source is None else source.text
    for other in bundled.spec_names():
        text = text.replace(f'from "{other}.arch" import', f'from "{other}" import')
    put(text, None, files)
    return 0


def admit(arguments: Arguments) -> None:
    """Raises `Problem` for a name that no bundled spec has."""
    name, word = _name(arguments), arguments.words[0]
    if bundled.spec(name) is not None:
        return
    if os.path.isfile(word):
        line = f"Write cat {shlex.quote(word)}"
        raise Problem(f"`{word}` is a file, not a bundled spec", line)
    own = bundled.alike(name) or bundled.network(name)
    guess, _, network = (nearest(name, bundled.spec_names()) or "", "", "")
    if own is not None:
        guess, _, network = own.partition(":")
    meant = f"; `{network}` stands in `{guess}`" if network else f"; did you mean `{guess}`?"
    told = f"no bundled spec is called `{name}`{meant if guess else ''}"
    line = f"Write archc show {guess}\n" if guess else ""
    raise Missing(told, f"{line}`archc list` names them", path=word, meant=guess or None)


def _name(arguments: Arguments) -> str:
    word: str = arguments.words[0]
    return word.removesuffix(".arch")
