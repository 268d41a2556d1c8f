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
    name = arguments.words[0].removesuffix(".arch")
    files = Files()
    source = files.bundled(name)
    if source is None:
        own = bundled.network(name)
        guess = nearest(name, bundled.spec_names()) if own is None else own.partition(":")[0]
        if os.path.isfile(arguments.words[0]):
            line = f"Write cat {shlex.quote(arguments.words[0])}"
            raise Problem(f"`{arguments.words[0]}` is a file, not a bundled spec", line)
        meant = f"; did you mean `{guess}`?" if guess else ""
        raise Missing(f"no bundled spec is called `{name}`{meant}", "`archc list` names them")
    text = source.text
    for other in bundled.spec_names():
        text = text.replace(f'from "{other}.arch" import', f'from "{other}" import')
    put(text, None, files)
    return 0
