"""Where a product goes that has a place of its own: a file, or standard output."""

from __future__ import annotations

import os
import sys

from archc.cli.flags import Arguments, UsageError
from archc.cli.output import style_for, write
from archc.files import Files, Problem


def check_suffix(arguments: Arguments, suffixes: tuple[str, ...], what: str) -> None:
    """Raises `UsageError` where the suffix of `-o` promises what is not written."""
    output = arguments["output"]
    if output is None or not goes_to_file(output):
        return
    stem, suffix = os.path.splitext(output)
    if suffix and suffix.lower() not in (*suffixes, ".txt"):
        from archc.cli.typed import with_flags

        line = with_flags(arguments, [("output", f"{stem}{suffixes[0]}")])
        raise UsageError(f"{what}, not `{suffix}`", f"Write {line}")


SUFFIXES = {"build": "py", "report": "html", "import": "arch", "diagram": "svg"}
"""What a verb writes where nothing else is asked for."""


def in_folder(arguments: Arguments) -> None:
    """Names the file where `-o` names the folder alone, as a separator at the end tells.

    Raises `Problem` where there is no such folder.
    """
    folder = arguments.get("output", None)
    separators = tuple(one for one in (os.sep, os.altsep) if one)
    if not folder or not folder.endswith(separators):
        return
    if not os.path.isdir(folder):
        import shlex

        hint = f"mkdir -p {shlex.quote(folder.rstrip(os.sep))} makes it"
        raise Problem(f"`{folder}` names a folder, and there is none", hint)
    arguments.flags["output"] = os.path.join(folder, f"{_stem(arguments)}.{_suffix(arguments)}")


def _stem(arguments: Arguments) -> str:
    """What the words of a line are about: a network where one is named, else the file."""
    assert arguments.verb is not None
    words = arguments.words
    several = arguments.verb.words.endswith("…") and len(words) > 1
    word = arguments.verb.name if several or words[-1] == "-" else words[-1]
    name = os.path.basename(os.path.abspath(word)).rpartition(":")[2]
    return os.path.splitext(name)[0] or arguments.verb.name


def _suffix(arguments: Arguments) -> str:
    """The suffix of what is written."""
    assert arguments.verb is not None
    if arguments.get("emit", None):
        return "txt"
    if arguments.verb.name == "check":
        from archc.emit.formats import SUFFIXES as FORMS

        found = (one for one, form in FORMS.items() if form == arguments["format"])
        return next(found, ".txt").removeprefix(".")
    format = arguments.get("format", None) if arguments.verb.name == "diagram" else None
    return {"mermaid": "mmd", "tikz": "tex"}.get(format or "", format or "") or SUFFIXES.get(
        arguments.verb.name, "txt"
    )


def goes_to_file(output: str | None) -> bool:
    """Whether `-o` names a file; `-` is standard output, as without it."""
    return output not in (None, "-")


def put(product: str | bytes, output: str | None, files: Files) -> None:
    """Writes it: to a file whole or not at all, else to standard output.

    A text is UTF-8, whatever the locale, for that is what files of its kind are; a terminal gets
    what it can show. Raises `Problem`.
    """
    if output is not None and goes_to_file(output):
        from archc.write import write_whole

        spare_sources(output, files)
        write_whole(output, _bytes(product))
    elif isinstance(product, str) and sys.stdout.isatty():
        style_for(sys.stdout)
        write(product)
    else:
        write(_bytes(product))


def spare_sources(output: str | None, files: Files, arguments: Arguments | None = None) -> None:
    """Raises `Problem` where the product would replace a spec that was read for it."""
    if output is None or not goes_to_file(output) or not files.was_read(output):
        return
    hint = "Name another file after -o"
    if arguments is not None:
        from archc.cli.typed import with_flags

        other = f"{os.path.splitext(output)[0]}.{_suffix(arguments)}"
        hint = f"Write {with_flags(arguments, [('output', other)])}"
    raise Problem(f"`{output}` is a spec that is read here, so it is not overwritten", hint)


def _bytes(product: str | bytes) -> bytes:
    return product.encode("utf-8", "backslashreplace") if isinstance(product, str) else product
