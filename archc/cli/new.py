"""`archc new NAME`: a small file to begin with."""

from __future__ import annotations

import os
import re
import shlex

from archc.bundled import templates_folder
from archc.cli.flags import Arguments, UsageError
from archc.cli.output import complain
from archc.files import Problem, text_of
from archc.write import write_whole


def main(arguments: Arguments) -> int:
    """Writes it, where there is none; the result is the exit status."""
    path = arguments.words[0]
    if not path.endswith(".arch"):
        path += ".arch"
    name = _name(path)
    if os.path.lexists(path):
        other = shlex.quote(f"{path.removesuffix('.arch')}-2")
        raise Problem(f"`{path}` is there already", f"Write archc new {other}")
    text = text_of(os.path.join(templates_folder(), "new.arch"))
    write_whole(path, text.replace("NAME", name).encode("utf-8"))
    complain(f"`{path}` is written", f"archc check {shlex.quote(path)}", word="note")
    return 0


def _name(path: str) -> str:
    """The network's name: that of the file, in capitals and small letters, `my-net` as `MyNet`."""
    stem = os.path.basename(path).removesuffix(".arch")
    words = re.findall("[A-Za-z0-9]+", stem)
    name = "".join(word[0].upper() + word[1:] for word in words)
    if not name or not name[0].isalpha() or not re.fullmatch("[A-Za-z0-9_. -]+", stem):
        plain = "-".join(words).lstrip("0123456789-") or "net"
        other = shlex.quote(os.path.join(os.path.dirname(path), plain))
        raise UsageError(
            f"`{stem}` gives a network no name",
            "A name begins with a letter, and letters, digits, `-` and `_` follow\n"
            f"Write archc new {other}",
        )
    return name
