"""`archc show NAME`: the text of a bundled spec."""

from __future__ import annotations

from archc import bundled
from archc.cli.flags import Arguments
from archc.cli.product import put
from archc.files import Files, Missing
from archc.suggest import nearest


def main(arguments: Arguments) -> int:
    """Prints it; what it imports is called by its name, so that it can stand anywhere."""
    name = arguments.words[0].removesuffix(".arch")
    files = Files()
    source = files.bundled(name)
    if source is None:
        guess = nearest(name, bundled.spec_names())
        meant = f"; did you mean `{guess}`?" if guess else ""
        raise Missing(f"no bundled spec is called `{name}`{meant}", "`archc list` names them")
    text = source.text
    for other in bundled.spec_names():
        text = text.replace(f'from "{other}.arch" import', f'from "{other}" import')
    put(text, None, files)
    return 0
