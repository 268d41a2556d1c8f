"""`archc import`: the command, and what it says of targets that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytest.importorskip("torch")

MODEL = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, width=4, broken=False):
        super().__init__()
        if broken:
            raise ValueError("as asked for")
        self.stem = nn.Conv2d(3, width, 3, padding=1)
        self.head = nn.Linear(width, 2)

    def forward(self, x):
        return self.head(torch.relu(self.stem(x)).mean((2, 3)))

class Fickle(Net):
    def forward(self, x):
        return x if x.sum() > 0 else super().forward(x)

class Text(nn.Module):
    def forward(self, x):
        return "nothing"

NUMBER = 3

def number():
    return 3
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(MODEL, encoding="utf-8")
    return path


def test_a_model_of_a_file(archc: Run, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "net.arch"
    command = ("import", "torch", f"{file}:Net", "--input", "3x8x8", "--arg", "width=6", "-o", out)
    done = archc(*command)
    assert done.status == 0
    assert done.out == ""
    assert "all of them understood" in done.err
    assert "to the last bit" in done.err
    assert "stem: conv 6 3x3 pad=1 -> relu" in out.read_text(encoding="utf-8")
    assert archc("check", out).status == 0
    assert archc("fmt", "--check", out).status == 0
    assert archc(*command).status == 2
    assert archc(*command, "--force", "--no-verify").status == 0


@pytest.mark.parametrize(
    ("target", "more", "told"),
    [
        ("{file}:Nett", (), "did you mean `Net`?"),
        ("{file}:NUMBER", (), "is int"),
        ("{file}:number", (), "no `torch.nn.Module`"),
        ("{file}:Net", ("--arg", "broken=True"), "as asked for"),
        ("{file}:Net", ("--arg", "depth=3"), "--arg"),
        ("{file}:Net", ("--arg", "depth"), "--arg name=value"),
        ("{file}:Net", ("--input", "3x8"), "PyTorch cannot export it"),
        ("{file}:Net", ("--input", "3x8x8", "--input", "3"), "PyTorch cannot export it"),
        ("{file}:Net", ("--input", "threexfour"), "is no size"),
        ("{file}:Fickle", (), "hangs on the values of tensors"),
        ("{file}:Text", (), "no tensor"),
        ("{file}.py:Net", (), "there is no file"),
        ("no.such.module:Net", (), "there is no module"),
        ("{file}", (), "names no model"),
    ],
)
def test_what_cannot_be_imported(
    archc: Run, file: Path, tmp_path: Path, target: str, more: tuple[str, ...], told: str
) -> None:
    out = tmp_path / "out.arch"
    size = () if "--input" in more else ("--input", "3x8x8")
    done = archc("import", "torch", target.format(file=file), *size, *more, "-o", out)
    assert done.status == 2
    assert told in done.err
    assert "Traceback" not in done.err
    assert not out.exists()


def test_the_words_of_the_command(archc: Run) -> None:
    assert "not from `keras`" in archc("import", "keras", "x:y").err
    assert "needs the size" in archc("import", "torch", "math:sqrt").err
