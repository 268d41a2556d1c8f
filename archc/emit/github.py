"""`--format github`: workflow commands, which show findings at their lines in a pull request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.emit.json import place
from archc.emit.text import clean
from archc.emit.words import words

if TYPE_CHECKING:
    from archc.diagnostics import Diagnostic


def github(diagnostics: Sequence[Diagnostic]) -> str:
    """`::error file=…,line=…::message`, one line each."""
    return "".join(map(_command, diagnostics))


def _command(diagnostic: Diagnostic) -> str:
    at = place(diagnostic.span)
    properties = {"file": at["file"], "line": at["line"], "endLine": at["end_line"]}
    if at["line"] == at["end_line"]:
        properties |= {"col": at["column"], "endColumn": at["end_column"]}
    properties["title"] = f"archc {diagnostic.code}"
    message = "\n".join(words(diagnostic))
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    command = "notice" if diagnostic.severity == "advice" else diagnostic.severity
    return f"::{command} {listed}::{_data(message)}\n"


def _data(text: str) -> str:
    """The message: percent signs and line ends are escaped as workflow commands have it."""
    return "%0A".join(clean(line).replace("%", "%25") for line in text.split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
