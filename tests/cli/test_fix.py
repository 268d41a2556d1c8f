"""`archc check --fix`: what is changed, what is not, and that nothing is lost."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from archc.check import Checked, check
from archc.diagnostics import Cure, Edit
from archc.language.source import Span
from tests.cli.conftest import Run

WRONG = "network N {\n    input 3x8x8\n    maxpol 2\n    conv 4 3x3 strid=2 pad=1\n    rlu\n}\n"
RIGHT = WRONG.replace("maxpol", "maxpool").replace("strid=", "stride=").replace("rlu", "relu")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("net.arch")
    path.write_text(WRONG, encoding="utf-8")
    return path


def test_sure_cures_are_made_and_the_rest_is_told(archc: Run, file: Path) -> None:
    done = archc("check", file, "--fix")
    assert done.status == 0
    assert done.err == "note: 3 findings mended in `net.arch`\n"
    assert done.out.startswith("N  3x8x8")
    assert file.read_text(encoding="utf-8") == RIGHT
    again = archc("check", file, "--fix")
    assert (again.status, again.err) == (0, "")
    file.write_text(WRONG.replace("4 3x3", "4 3x3 groups=2"), encoding="utf-8")
    done = archc("check", file, "--fix", "-q")
    assert (done.status, done.err) == (1, "")
    assert "groups-do-not-divide" in done.out


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("linear 10", "flatten -> linear 10"),
        ("maxpol 2", "maxpool 2"),
        ("conv 8 3x3 strid=1", "conv 8 3x3 stride=1"),
        ("conv 8 1x1 => relu", "conv 8 1x1 -> relu"),
    ],
)
def test_kinds_of_sure_cures(archc: Run, file: Path, wrong: str, right: str) -> None:
    text = "network N {\n    input 3x8x8\n    relu\n    WRONG\n}\n"
    file.write_text(text.replace("WRONG", wrong), encoding="utf-8")
    assert archc("check", file, "--fix", "-q").status == 0
    assert file.read_text(encoding="utf-8") == text.replace("WRONG", right)


def test_the_difference_is_a_patch(archc: Run, file: Path) -> None:
    done = archc("check", file, "--diff")
    assert done.status == 1
    assert file.read_text(encoding="utf-8") == WRONG
    assert "-    maxpol 2\n" in done.out
    assert "+    maxpool 2\n" in done.out
    Path("fix.patch").write_text(done.out, encoding="utf-8")
    subprocess.run(["git", "apply", "fix.patch"], check=True)
    assert file.read_text(encoding="utf-8") == RIGHT
    assert archc("check", file, "--diff") == (0, "", "")
    file.write_text(WRONG.removesuffix("}\n") + "rlu }", encoding="utf-8")
    assert archc("check", file, "--diff").out.endswith("\\ No newline at end of file\n")
    assert archc("check", file, "--diff", "--exit-zero").status == 0


def test_standard_input_goes_to_standard_output(archc: Run, file: Path) -> None:
    done = archc("check", "-", "--fix", stdin=WRONG + "network M { input 3x2x2; conv 4 9x9 }\n")
    assert done.status == 1
    assert done.out == RIGHT + "network M { input 3x2x2; conv 4 9x9 }\n"
    assert "kernel-too-large" in done.err
    named = ("--stdin-filename", "net.arch")
    assert archc("check", "-", "--fix", "-q", *named, stdin=RIGHT) == (0, RIGHT, "")
    assert file.read_text(encoding="utf-8") == WRONG


@pytest.mark.parametrize(
    "data",
    [
        WRONG.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + WRONG.encode(),
        ("# \u00fcber \U0001f600\n" + WRONG).encode(),
        WRONG.encode().rstrip(),
    ],
    ids=["line ends", "mark", "letters", "no end"],
)
def test_the_rest_of_a_file_stays_as_it_is(archc: Run, file: Path, data: bytes) -> None:
    file.write_bytes(data)
    file.chmod(0o640)
    assert archc("check", file, "--fix").status == 0
    wanted = data.replace(b"maxpol", b"maxpool").replace(b"strid=", b"stride=")
    assert file.read_bytes() == wanted.replace(b"rlu", b"relu")
    assert file.stat().st_mode & 0o777 == 0o640


def test_only_what_was_named_is_changed(archc: Run, file: Path) -> None:
    Path("parts.arch").write_text("block B { conv 4 3x3 strid=2 }\n", encoding="utf-8")
    file.write_text('from "parts.arch" import B\n' + WRONG.replace("rlu", "B"), encoding="utf-8")
    archc("check", file, "--fix")
    assert "strid=2 " in Path("parts.arch").read_text(encoding="utf-8")
    assert "maxpool" in file.read_text(encoding="utf-8")
    archc("check", file, "parts.arch", "--fix")
    assert "stride=2 " in Path("parts.arch").read_text(encoding="utf-8")


def test_one_network_of_a_file(archc: Run, file: Path) -> None:
    file.write_text(WRONG + WRONG.replace("N {", "M {"), encoding="utf-8")
    archc("check", f"{file}:M", "--fix")
    assert file.read_text(encoding="utf-8") == WRONG + RIGHT.replace("N {", "M {")
    file.write_text(WRONG, encoding="utf-8")
    assert archc("check", file, f"{file}:N", "--fix").status == 0
    assert file.read_text(encoding="utf-8") == RIGHT


def test_what_is_no_file_is_not_changed(archc: Run, file: Path) -> None:
    done = archc("check", "vgg16", "--fix")
    assert (done.status, done.out) == (2, "")
    assert "is no file of yours" in done.err
    assert archc("check", "vgg16", "--diff") == (0, "", "")


def test_warnings_that_are_not_told_are_not_mended(
    archc: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("network N { input 3x9x8; conv 4 3x3 stride=2 }\n", encoding="utf-8")
    give_cures(monkeypatch, "stride=2", "stride=1")
    assert "+network" in archc("check", file, "--diff").out
    assert archc("check", file, "--diff", "--ignore", "skipped-pixels").out == ""


@pytest.mark.parametrize("text", ["groups=0", "stride=2 stride=2", "}}}}", "stride=2 "])
def test_a_cure_that_does_harm_is_taken_back(
    archc: Run, file: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Nor does one that never ends run on for ever."""
    file.write_text("network N { input 3x9x8; conv 4 3x3 stride=2 }\n", encoding="utf-8")
    give_cures(monkeypatch, "stride=2", text)
    archc("check", file, "--fix")
    found = file.read_text(encoding="utf-8")
    assert found.replace("stride=2 ", "stride=2", 30).startswith("network N { input 3x9x8; conv 4")
    assert "groups=0" not in found
    assert "}}" not in found


def give_cures(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    """Every finding offers to put one text for another, and is sure of it."""

    def cured(source, *rest) -> Checked:
        found = check(source, *rest)
        start = source.text.find(old)
        cure = Cure((Edit(Span(source, start, start + len(old)), new),), sure=True)
        sick = tuple(one._replace(cure=cure if start >= 0 else None) for one in found.diagnostics)
        return found._replace(diagnostics=sick)

    monkeypatch.setattr("archc.guard.core.check", cured)
