"""`archc diff`, and `archc check --baseline`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run

NET = 'from "parts.arch" import B\nnetwork N {\n    input 3x8x8\n    B 4\n    relu\n}\n'
MEMBER = 'from "resnet" import ResNet18\nnetwork Small = ResNet18\n'
PARTS = "block B(width) { conv width 3x3 }\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("net.arch").write_text(NET, encoding="utf-8")
    Path("parts.arch").write_text(PARTS, encoding="utf-8")
    Path("small.arch").write_text(MEMBER, encoding="utf-8")
    return tmp_path


@pytest.fixture
def repository(folder: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    who = {
        f"GIT_{role}_{what}": "x@y"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull}
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"], ["tag", "first"]):
        subprocess.run(["git", *words], check=True, env=environment, cwd=folder)
    return folder


def test_two_files(archc: Run, folder: Path) -> None:
    Path("new.arch").write_text(NET.replace("B 4", "B 6"), encoding="utf-8")
    done = archc("diff", "net.arch", "new.arch")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("~ N  net.arch → new.arch\n")
    assert "conv 4 3x3 → conv 6 3x3" in done.out
    assert "+56" in done.out
    assert archc("diff", "net.arch", "new.arch", "--exit-code").status == 1
    assert archc("diff", "net.arch", "net.arch", "--exit-code") == (0, "= as before: N\n", "")
    found = json.loads(archc("diff", "net.arch", "new.arch", "--format", "json").out)
    assert found["changes"][0]["totals"]["params"] == {"old": 112, "new": 168}
    text = archc("diff", "net.arch", "new.arch", "--format", "markdown").out
    assert text.startswith("### N  net.arch → new.arch\n\n| | was | is |")


def test_settings_are_those_of_both(archc: Run, folder: Path) -> None:
    done = archc("diff", "net.arch", "net.arch", "--input", "3x9x9", "--exit-code")
    assert done.status == 0


def test_an_earlier_revision_with_what_it_imported(archc: Run, repository: Path) -> None:
    Path("parts.arch").write_text(PARTS.replace("3x3", "5x5"), encoding="utf-8")
    for old in ("git:HEAD:net.arch", "git:HEAD:./net.arch:N", f"git:HEAD:{repository}/net.arch"):
        done = archc("diff", old, "net.arch")
        assert (done.status, done.err) == (0, "")
        assert "conv 4 3x3 → conv 4 5x5" in done.out
    Path("sub").mkdir()
    os.chdir("sub")
    assert "5x5" in archc("diff", "git:HEAD:../net.arch", "../net.arch").out
    assert archc("check", "git:HEAD:../net.arch", "-q") == (0, "", "")
    assert archc("check", "git:HEAD:../small.arch", "-q") == (0, "", "")


def test_a_folder_of_an_earlier_revision(archc: Run, repository: Path) -> None:
    Path("parts.arch").write_text(PARTS.replace("3x3", "5x5"), encoding="utf-8")
    for old, new in (("git:HEAD:.", "."), (f"git:HEAD:{repository}", str(repository))):
        done = archc("diff", old, new)
        assert (done.status, done.out.count("conv 4 3x3 → conv 4 5x5")) == (0, 1)
    assert archc("diff", "git:HEAD:.", ".", "--exclude", "[ns]*.arch").status == 2
    assert archc("check", "git:HEAD:.", "-q", "--exclude", "parts*").status == 0
    Path("sub").mkdir()
    os.chdir("sub")
    assert "5x5" in archc("diff", "git:HEAD:..", "..").out


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("git:HEAD", "Write archc diff git:HEAD:net.arch net.arch"),
        ("git::net.arch", "Write git:REV:PATH"),
        ("git:nope:net.arch", "there is no revision `nope`"),
        ("git:--help:net.arch", "is no revision"),
        ("git:HEAD:none.arch", "there was no file `none.arch` in revision `HEAD`\n  There was "),
        ("git:HEAD:nett.arch", "\n  There was git:HEAD:net.arch\n"),
        ("git:HEAD~1:net.arch", "no revision `HEAD~1` here: `HEAD` has no commits before it\n"),
        ("HEAD~1", "there is no file `HEAD~1`, and there is no revision `HEAD~1` here: `HEAD` has"),
        ("HEAD~1:net.arch", "`HEAD~1:net.arch`, and there is no revision `HEAD~1` here: `HEAD` ha"),
        ("HEAD:net.arch", "Write archc diff git:HEAD:net.arch net.arch\n"),
        ("HEAD:x1.arch", "and there was no file `x1.arch` in revision `HEAD`\n  There were net.a"),
        ("origin/main", "no revision `origin/main` here\n  Branches and tags are "),
        ("git:firsst:net.arch", "there is no revision `firsst` here; did you mean `first`?\n"),
        ("git:HEAD:../x.arch", "lies outside of the repository"),
        ("git:HEAD:none", "there was no file `none`"),
        ("git:HEAD:net.arch:", "names no network"),
        ("git:HEAD:net.arch:M", "no network `M`"),
    ],
)
def test_revisions_that_cannot_be_meant(archc: Run, repository: Path, old: str, said: str) -> None:
    done = archc("diff", old, "net.arch")
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_a_revision_alone(archc: Run, repository: Path) -> None:
    Path("added.arch").write_text(NET, encoding="utf-8")  # the first here, and not in that commit
    done = archc("diff", "HEAD~0")
    assert done.status == 2
    assert "a revision has files\n  Write archc diff 'git:HEAD~0:net.arch' net.arch\n" in done.err
    assert "there is no revision `HEAD~7` here" in archc("diff", "HEAD~7").err


def test_a_folder_without_a_repository(archc: Run, folder: Path) -> None:
    done = archc("diff", "git:HEAD:net.arch", "net.arch")
    assert done.status == 2
    assert "in no repository of git" in done.err or "git is not installed" in done.err


def test_errors_are_told_and_what_is_known_compared(archc: Run, folder: Path) -> None:
    Path("new.arch").write_text(NET.replace("relu", "relv"), encoding="utf-8")
    done = archc("diff", "net.arch", "new.arch")
    assert done.status == 1
    assert "unknown-layer" in done.err
    assert "- 1" in done.out
    assert archc("diff", "net.arch", "nowhere.arch").status == 2
    assert archc("diff", "net.arch", "parts.arch").status == 2


def test_a_baseline(archc: Run, folder: Path) -> None:
    for name, text in (("other.arch", NET.replace("N {", "M {")), ("gone.arch", "")):
        Path(name).write_text(text, encoding="utf-8")
    archc("check", "net.arch", "other.arch", "-o", "base.json")
    flags = ("--baseline", "base.json", "--exit-code")
    done = archc("check", "net.arch", *flags)
    assert done.status == 0
    # Nothing of M, which is not checked now.
    assert done.out.endswith("= as before: N\n")
    Path("parts.arch").write_text(PARTS.replace("width 3x3", "width 5x5"), encoding="utf-8")
    done = archc("check", "net.arch", "other.arch", "-q", *flags)
    assert done.status == 1
    assert done.out.count("conv 4 3x3 → conv 4 5x5") == 2
    assert archc("check", "net.arch", "--baseline", "base.json").status == 0
    found = json.loads(archc("check", "net.arch", "--format", "json", *flags).out)
    assert found["changes"][0]["change"] == "changed"
    assert "## Changes\n\n### N" in archc("check", "net.arch", "--format", "markdown", *flags).out
    assert archc("check", "net.arch", "--format", "csv", *flags).status == 2
    assert "5x5" in archc("check", "net.arch", "-o", "a.sarif", *flags).out


def test_what_is_no_baseline(archc: Run, folder: Path) -> None:
    Path("base.json").write_text("{}", encoding="utf-8")
    for name in ("base.json", "none.json"):
        done = archc("check", "net.arch", "--baseline", name)
        assert (done.status, done.out) == (2, "")
        assert name in done.err
        assert archc("diff", name, "net.arch").status == 2
