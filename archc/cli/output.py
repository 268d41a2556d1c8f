"""What a stream can show: its colours, its signs, its width."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

from archc.emit.style import Style
from archc.emit.text import clean

_color = "auto"


def choose_color(choice: str) -> None:
    """Remembers `--color` for every stream of this run."""
    global _color
    _color = choice


def style_for(stream: TextIO) -> Style:
    """The style of a stream; also makes it write what its encoding lacks as escapes."""
    terminal = stream.isatty()
    encoding = getattr(stream, "encoding", None) or "ascii"
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    return Style(
        color=_wants_color(terminal), unicode=_encodes(encoding), width=_width(stream, terminal)
    )


def _wants_color(terminal: bool) -> bool:
    if _color != "auto":
        return _color == "always"
    environment = os.environ
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return environment["FORCE_COLOR"] not in ("0", "false")
    return terminal and environment.get("TERM") != "dumb"


def _encodes(encoding: str) -> bool:
    try:
        "\u00d7\u2192\u00b7\u2502\u2713\u2717\u2588\u258f\u2265".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _width(stream: TextIO, terminal: bool) -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return max(int(columns), 40)
    if terminal:
        try:
            return max(os.get_terminal_size(stream.fileno()).columns, 40)
        except (OSError, ValueError):
            pass
    return 120


class Unwritable(Exception):
    """Standard output takes nothing more: the disk is full, or it is closed."""


def write(product: str | bytes) -> None:
    """The product, to standard output; raises `Unwritable`, or `BrokenPipeError`."""
    try:
        if isinstance(product, str):
            sys.stdout.write(product)
            return
        sys.stdout.flush()
        sys.stdout.buffer.write(product)
    except OSError as error:
        raise _unwritable(error) from None


def flush() -> None:
    """All that was written is on its way; raises as `write` does."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _unwritable(error) from None


def _unwritable(error: OSError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return error
    return Unwritable((error.strerror or str(error)).lower())


def complain(message: str, hint: str = "", word: str = "error") -> None:
    """A job that could not be done, or a remark, to standard error."""
    flush()
    if "archc " in hint:
        from archc.cli.proposed import gated

        hint = gated(hint)
    style = style_for(sys.stderr)
    tone = {"error": "red", "note": "blue"}[word]
    lines = [f"{style.paint(word, tone)}{style.paint(f': {clean(message)}', 'bold')}"]
    lines += [f"  {clean(line)}" for line in hint.splitlines()]
    sys.stderr.write("\n".join(lines) + "\n")


class Progress:
    """One line on standard error while work lasts over a second, where that is a terminal."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._shown = False
        self._start = time.monotonic()
        self._terminal = sys.stderr.isatty() and total > 1

    def step(self, name: str) -> None:
        """Begins the next piece."""
        if self._terminal and time.monotonic() - self._start > 1:
            text = f"{self._done}/{self._total} {clean(name)}"
            sys.stderr.write(f"\r\x1b[K{text[:70]}")
            sys.stderr.flush()
            self._shown = True
        self._done += 1

    def end(self) -> None:
        """Takes the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
