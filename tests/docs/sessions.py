"""Runs the sessions of the documentation again, and writes them down as they go now."""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any
from unittest import mock

from archc.cli import main
from archc.cli.output import choose_color
from tests.docs.pages import ROOT, Block, blocks


def workplace(folder: Path, page: Path) -> Path:
    """A folder with the specs, the files of the page, and `archc` and `python` on its path."""
    (folder / "specs").symlink_to(ROOT / "specs")
    for block in blocks(page):
        if "file" in block.options:
            (folder / block.options["file"]).write_text(block.text, encoding="utf-8")
    programs = folder / ".bin"
    programs.mkdir()
    for name, words in (("archc", "-m archc"), ("python", "")):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        (programs / name).chmod(0o755)
    return folder


PLAIN = {"NO_COLOR": "1", "COLUMNS": "100"}
SHELL = re.compile(r"[|&;<>$`*?\n\\#]")


def run(command: str, folder: Path) -> str:
    """What a command prints, errors included, as a reader with a plain terminal sees it.

    One that is archc alone runs in this process, which has started and knows PyTorch.
    """
    environment = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    if command.startswith("archc ") and not SHELL.search(command):
        return _without_ends(archc(shlex.split(command)[1:], folder, environment | PLAIN))
    environment |= {
        **PLAIN,
        "PATH": f"{folder / '.bin'}{os.pathsep}{environment['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    return _without_ends(done.stdout)


def archc(words: list[str], folder: Path, environment: dict[str, str]) -> str:
    """What `archc` writes, wherever it writes it."""
    shown = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, environment, clear=True),
        contextlib.redirect_stdout(shown),
        contextlib.redirect_stderr(shown),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        choose_color("auto")
        main(words)
    shown.seek(0)
    return shown.read()


def _without_ends(text: str) -> str:
    """The lines without blanks at their ends."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def console(block: Block, folder: Path) -> str:
    """A block of commands and what they print; a line with `> ` goes on with a command."""
    told: list[str] = []
    commands: list[str] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            commands.append(line[2:])
        elif line.startswith("> "):
            commands[-1] += f"\n{line[2:]}"
    for number, command in enumerate(commands):
        told.append("$ " + command.replace("\n", "\n> ") + "\n")
        told.append(run(command, folder))
        if number + 1 < len(commands) and told[-1]:
            told.append("\n")
    return "".join(told)


def python(block: Block, folder: Path, names: dict[str, Any]) -> str:
    """A session with Python's prompt, in this process."""
    told: list[str] = []
    with contextlib.chdir(folder):
        for part in doctest.DocTestParser().parse(block.text):
            if isinstance(part, str):
                told.append(part)
                continue
            lines = part.source.splitlines()
            told.append("".join(f"{'... ' if i else '>>> '}{s}\n" for i, s in enumerate(lines)))
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(part.source, str(block), "single"), names)
            told.append(out.getvalue())
    return "".join(told).replace("\n... \n", "\n...\n")
