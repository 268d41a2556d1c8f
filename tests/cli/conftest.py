"""Runs the command line in this process."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import NamedTuple

import pytest

from archc.cli import main
from archc.cli.output import choose_color


class Done(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def archc(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`archc("check", path)`: the exit status, and what was written."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "ARCHC_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(*argv: object, stdin: str | None = None) -> Done:
        choose_color("auto")
        if stdin is not None:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        status = main([str(word) for word in argv])
        out, err = capsys.readouterr()
        return Done(status, out, err)

    return run
