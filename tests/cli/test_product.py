"""`-o`: where a product goes, and what it never replaces."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

SPEC = 'from "parts.arch" import Part\nnetwork Net {\n input 3x8x8\n Part\n "\u00fcber": relu\n}\n'
PARTS = "block Part {\n conv 4 3x3\n}\n"
VERBS = ["build --force", "diagram --format svg --style volumes", "diagram --format dot", "report"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "net.arch").write_text(SPEC, encoding="utf-8")
    (tmp_path / "parts.arch").write_text(PARTS)
    (tmp_path / "linked.arch").symlink_to("net.arch")
    os.link(tmp_path / "parts.arch", tmp_path / "same.arch")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("output", ["net.arch", "./net.arch", "linked.arch", "same.arch"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_spec_that_is_read_is_not_overwritten(
    archc: Run, folder: Path, verb: str, output: str
) -> None:
    done = archc(*verb.split(), "net.arch", "-o", output)
    assert (done.status, done.out) == (2, "")
    assert f"`{output}` is a spec that is read here" in done.err or "not `.arch`" in done.err
    assert (folder / "net.arch").read_text(encoding="utf-8") == SPEC
    assert (folder / "parts.arch").read_text() == PARTS
    assert (folder / "linked.arch").is_symlink()


@pytest.mark.parametrize("verb", VERBS)
def test_a_dash_is_standard_output(archc: Run, folder: Path, verb: str) -> None:
    before = sorted(folder.iterdir())
    done = archc(*verb.split(), "net.arch", "-o", "-")
    assert (done.status, done.err) == (0, "")
    assert done.out
    assert done.out == archc(*verb.split(), "net.arch").out
    assert sorted(folder.iterdir()) == before


def test_pictures_are_bytes(folder: Path) -> None:
    pytest.importorskip("resvg_py")
    done = process("diagram", "net.arch", "--style", "volumes", "--format", "png", "-o", "-")
    assert done.stdout.startswith(b"\x89PNG")


@pytest.mark.parametrize("verb", VERBS)
def test_a_pipe_gets_what_a_file_gets(folder: Path, verb: str) -> None:
    """UTF-8, even where the locale has less."""
    assert process(*verb.split(), "net.arch", "-o", "file").returncode == 0
    piped = process(*verb.split(), "net.arch")
    assert (piped.returncode, piped.stderr) == (0, b"")
    assert piped.stdout == (folder / "file").read_bytes()
    assert "\u00fcber".encode() in piped.stdout


def process(*argv: str) -> subprocess.CompletedProcess[bytes]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONIOENCODING": "ascii",
    }
    return subprocess.run(
        [sys.executable, "-m", "archc", *argv], capture_output=True, env=environment, check=False
    )


def test_a_device_stays_one(archc: Run, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    reader = subprocess.Popen(["cat", folder / "pipe"], stdout=subprocess.PIPE, text=True)
    assert archc("diagram", "net.arch", "--format", "dot", "-o", "pipe").status == 0
    out, _ = reader.communicate(timeout=60)
    assert out.startswith("digraph")
    assert (folder / "pipe").is_fifo()


FOLDERS = {
    "build": "net.py",
    "diagram": "net.svg",
    "diagram --format dot": "net.dot",
    "report": "net.html",
    "check": "net.txt",
    "check --format json": "net.json",
}


@pytest.mark.parametrize("verb", FOLDERS)
def test_a_path_that_ends_in_a_separator_is_a_folder(archc: Run, folder: Path, verb: str) -> None:
    before = sorted(folder.iterdir())
    done = archc(*verb.split(), "net.arch", "-o", "made/")
    assert (done.status, done.out) == (2, "")
    assert "`made/` names a folder, and there is none\n  mkdir -p made makes it" in done.err
    assert sorted(folder.iterdir()) == before
    (folder / "made").mkdir()
    assert archc(*verb.split(), "net.arch", "-o", "made/").status == 0
    assert [one.name for one in (folder / "made").iterdir()] == [FOLDERS[verb]]


def test_in_a_folder_a_product_is_called_as_the_network_that_was_named(
    archc: Run, folder: Path
) -> None:
    (folder / "made").mkdir()
    assert archc("build", "net.arch:Net", "-o", "made/").status == 0
    assert archc("report", "net.arch", "net.arch", "-o", "made/").status == 0
    assert sorted(one.name for one in (folder / "made").iterdir()) == ["Net.py", "report.html"]


@pytest.mark.parametrize(
    ("output", "format", "line"),
    [
        ("d.svg", "png", "--output d.png"),
        ("d.tex", "pdf", "--output d.pdf"),
        ("d.mmd", "dot", "--output d.dot"),
    ],
)
def test_a_picture_is_what_its_name_says(
    archc: Run, folder: Path, output: str, format: str, line: str
) -> None:
    done = archc("diagram", "net.arch", "-o", output, "--format", format)
    assert (done.status, done.out) == (2, "")
    assert "and --format says" in done.err
    assert f"Write archc diagram net.arch {line}\n" in done.err
    assert not (folder / output).exists()
