"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archc.files import Problem
from archc.write import write_whole


def test_a_new_file_and_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    write_whole(str(path), b"one")
    path.chmod(0o640)
    write_whole(str(path), b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["a.html"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(str(tmp_path / "link"), b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_what_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(Problem, match="is a folder"):
        write_whole(str(tmp_path), b"x")
    with pytest.raises(Problem, match="cannot be written: no folder"):
        write_whole(str(tmp_path / "missing" / "a"), b"x")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(Problem, match="no space left"):
        write_whole(str(path), b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_a_device_is_written_to() -> None:
    write_whole(os.devnull, b"x")
    assert not os.path.isfile(os.devnull)
