"""An import reads a spec and nothing else: it waits for no pipe, and shows no other file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archc.check import Checked, Options, check
from archc.cli import main
from archc.emit.render import render_all
from archc.files import Files

SECRET = "root:$6$secret:0:0"


def imported(folder: Path, path: str) -> Checked:
    top = folder / "top.arch"
    escaped = path.replace("\\", "\\\\")
    top.write_text(f'from "{escaped}" import B\nnetwork N {{ input 3x8x8\n B }}\n')
    files = Files()
    return check(files.source(str(top)), Options(), files.imported)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    secret = tmp_path / "shadow"
    secret.write_text(SECRET)
    (tmp_path / "link.arch").symlink_to(secret)
    (tmp_path / "lost.arch").symlink_to(tmp_path / "nowhere.arch")
    (tmp_path / "other.txt").write_text(SECRET)
    (tmp_path / "folder.arch").mkdir()
    (tmp_path / "device.arch").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.arch")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


@pytest.mark.parametrize(
    "path",
    [
        *("shadow", "./shadow", "link.arch", "lost.arch", "other.txt", "folder.arch", "folder"),
        *("device.arch", "pipe.arch", "pipe", "/dev/zero", "/dev/stdin", "/etc/passwd", ".", ""),
        *("nul\0.arch", "a" * 5000 + ".arch", "shadow/.arch", "\U000e0041.arch", "\x1b[31m.arch"),
    ],
)
def test_what_is_no_spec_is_not_read(folder: Path, path: str) -> None:
    found = imported(folder, path)
    assert "import-failed" in {one.code for one in found.diagnostics}
    assert "secret" not in render_all(found.diagnostics)


def test_a_link_to_a_spec_is_one(folder: Path) -> None:
    (folder / "b.arch").write_text("block B { relu }\n")
    (folder / "c.arch").symlink_to(folder / "b.arch")
    assert imported(folder, "c.arch").diagnostics == ()


def test_a_folder_is_checked_without_its_pipes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "n.arch").write_text("network N { input 3x8x8; relu }\n")
    main(["check", str(folder), "--format", "concise"])
    shown = capsys.readouterr()
    assert "pipe" not in shown.out + shown.err
    assert "Traceback" not in shown.err
