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

class Places(Net):
    def forward(self, x):
        return super().forward(x).nonzero()

class Two(Net):
    def forward(self, x, y):
        return super().forward(x) + super().forward(y)

class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10, 4)

    def forward(self, x):
        return self.embedding(x)

class Named(nn.Sequential):
    def __init__(self, name):
        super().__init__()
        self.add_module(name, nn.Conv2d(3, 4, 1))

class Ends(Net):
    def __init__(self):
        raise SystemExit(7)

class Talks(Net):
    def forward(self, x):
        print("what it says")
        return super().forward(x)

made = Talks()
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
        ("{file}:Net", ("--input", "3x8x8", "--input", "3"), "1 inputs by their place"),
        ("{file}:Two", (), "2 inputs (x, y): give --input for each"),
        ("{file}:Tokens", (), "--input 128:int64"),
        ("{file}:Fickle", (), "hangs on the values of tensors"),
        ("{file}:Places", (), "hangs on the values of tensors"),
        ("{file}:Named", ("--arg", "name='for'"), "`for` is a Python keyword"),
        ("{file}:Named", ("--arg", "name='a{b}'"), "braces in a label"),
        ("{file}:Ends", (), "it ends the program (7)"),
        ("{file}:Text", (), "no tensor"),
        ("{file}.py:Net", (), "there is no file"),
        ("no.such.module:Net", (), "there is no module"),
        ("{file}", (), "which class of `"),
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


def test_a_size_that_the_model_takes_is_found(archc: Run, tmp_path: Path) -> None:
    path = tmp_path / "digits.py"
    layers = "nn.Conv2d(1, 4, 5), nn.Flatten(), nn.Linear(4 * 24 * 24, 10)"
    path.write_text(f"from torch import nn\ndef net():\n    return nn.Sequential({layers})\n")
    done = archc("import", "torch", f"{path}:net", "--input", "3x224x224")
    assert done.status == 2
    assert "  It takes 1x28x28: --input 1x28x28\n" in done.err
    assert archc("import", "torch", f"{path}:net", "--input", "1x28x28").status == 0


def test_a_file_and_a_library_that_are_meant(archc: Run, file: Path) -> None:
    wrong = file.with_name("mne.py")
    done = archc("import", "torch", f"{wrong}:Net", "--input", "3x8x8")
    assert done.status == 2
    assert (
        f"did you mean `{file}`?\n  Write archc import torch {file}:Net --input 3x8x8" in done.err
    )


def test_a_model_that_is_made_and_talks(archc: Run, file: Path) -> None:
    done = archc("import", "torch", f"{file}:made", "--input", "3x8x8")
    assert done.status == 0
    assert done.out.startswith('"""')
    assert "says" not in done.out


def test_names_are_escaped(archc: Run, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "net.arch"
    name = """name='say "no"'"""
    assert (
        archc(
            "import", "torch", f"{file}:Named", "--input", "3x8x8", "--arg", name, "-o", out
        ).status
        == 0
    )
    assert r'"say \"no\"": conv 4 1x1' in out.read_text(encoding="utf-8")


def test_a_broken_program(archc: Run, tmp_path: Path) -> None:
    path, out = tmp_path / "net.pt2", tmp_path / "net.arch"
    path.write_bytes(b"PK and nothing else")
    done = archc("import", "torch", path, "-o", out)
    assert done.status == 2
    assert done.err.count("\n") <= 2
    assert "PyTorch cannot load it" in done.err
    assert not out.exists()
