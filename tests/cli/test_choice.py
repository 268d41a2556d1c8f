"""Which warnings are told, where the findings go, and what status they give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archc.explanations import WARNINGS
from tests.cli.conftest import Run

TWO = """\
network N {
    input 3x32x32
    conv 8 3x3 stride=2
    conv 8 3x3 -> batchnorm
}
"""
BROKEN = TWO.replace("batchnorm", "batchnom")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("net.arch")
    path.write_text(TWO, encoding="utf-8")
    return path


def codes(out: str) -> list[str]:
    return [line.partition("[")[2].partition("]")[0] for line in out.splitlines()]


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ([], ["skipped-pixels", "bias-before-norm"]),
        (["--select", "skipped-pixels"], ["skipped-pixels"]),
        (["--select", "skipped-pixels,bias-before-norm"], ["skipped-pixels", "bias-before-norm"]),
        (["--ignore", "skipped-pixels"], ["bias-before-norm"]),
        (["--ignore", "skipped-pixels", "--ignore", "bias-before-norm"], []),
        (["--ignore", " skipped-pixels, bias-before-norm ,"], []),
        (["--select", "unread-value"], []),
        (["--select", "skipped-pixels", "--ignore", "skipped-pixels"], []),
    ],
)
def test_warnings_are_chosen(archc: Run, file: Path, flags: list[str], told: list[str]) -> None:
    done = archc("check", file, "--format", "concise", *flags)
    assert (done.status, codes(done.out)) == (0, told)
    assert archc("check", file, "--strict", "-q", *flags).status == bool(told)
    built = archc("build", file, *flags)
    assert [code for code in sorted(WARNINGS) if code in built.err] == sorted(told)


def test_errors_are_always_told(archc: Run, file: Path) -> None:
    file.write_text(BROKEN, encoding="utf-8")
    done = archc("check", file, "--format", "concise", "--select", "unread-value")
    assert (done.status, codes(done.out)) == (1, ["unknown-layer"])


@pytest.mark.parametrize("flag", ["--select", "--ignore"])
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("skiped-pixels", "did you mean `skipped-pixels`?"),
        ("zzzzz", "there is no warning of that name"),
        ("shape-mismatch", "errors are always told"),
    ],
)
def test_codes_that_no_warning_has(archc: Run, file: Path, flag: str, code: str, said: str) -> None:
    for verb in ("check", "build"):
        done = archc(verb, file, flag, code)
        assert done.status == 2
        assert said in done.err
        assert "unused-parameter" in done.err  # the list of what there is


def test_quiet_leaves_the_table_out(archc: Run, file: Path) -> None:
    done = archc("check", file, "-q")
    assert done.out.startswith("warning[skipped-pixels]")
    assert done.out.endswith("\n\n2 warnings\n")
    assert archc("check", "vgg16", "lenet5", "--quiet") == (0, "", "")
    file.write_text("block B { relu }\n", encoding="utf-8")
    assert archc("check", file, "--quiet") == (0, "", "")


def test_exit_zero(archc: Run, file: Path) -> None:
    file.write_text(BROKEN, encoding="utf-8")
    assert archc("check", file, "--exit-zero").status == 0
    assert archc("check", file, "nowhere.arch", "--exit-zero").status == 2


def test_table_on_the_terminal_and_a_file(archc: Run, file: Path) -> None:
    table = archc("check", file).out
    for name, format in (
        ("a.sarif", "sarif"),
        ("a.JSON", "json"),
        ("a.md", "markdown"),
        ("a.csv", "csv"),
        ("a.tex", "latex"),
        ("a.xml", "junit"),
        ("a.txt", "table"),
    ):
        done = archc("check", file, "-o", name)
        assert (done.status, done.out, done.err) == (0, table, "")
        wanted = archc("check", file, "--format", format).out
        assert Path(name).read_text(encoding="utf-8").split() == wanted.split()
    done = archc("check", file, "-q", "--format", "sarif", "-o", "findings")
    assert done.out == archc("check", file, "-q").out
    assert json.loads(Path("findings").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert archc("check", file, "--format", "json", "-o", "-").out.startswith("{")
    done = archc("check", file, "-o", "tree.txt", "--emit", "tree")
    assert done.out == table
    assert "conv" in Path("tree.txt").read_text(encoding="utf-8")


def test_a_file_whose_name_tells_nothing(archc: Run, file: Path) -> None:
    done = archc("check", file, "-o", "findings.doc")
    assert (done.status, done.out) == (2, "")
    assert "--format" in done.err
    assert archc("check", file, "-o", "net.arch", "--format", "json").status == 2
    assert file.read_text(encoding="utf-8") == TWO
    assert archc("check", file, "-o", "no/such.json").status == 2


def test_exclude(archc: Run, file: Path) -> None:
    for name in ("old/a.arch", "old/deep/b.arch", "new/old.arch", "new/c.arch"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(TWO, encoding="utf-8")

    def checked(*flags: str) -> list[str]:
        done = archc("check", ".", "--format", "json", *flags)
        return [one["file"] for one in json.loads(done.out)["networks"]]

    every = ["net.arch", "new/c.arch", "new/old.arch", "old/a.arch", "old/deep/b.arch"]
    assert checked() == every
    assert checked("--exclude", "old") == every[:3]
    assert checked("--exclude", "old*") == every[:2]
    assert checked("--exclude", "old/a.arch, ./new/") == ["net.arch", "old/deep/b.arch"]
    assert checked("--exclude", "new/*", "--exclude", "deep") == ["net.arch", "old/a.arch"]
    assert archc("check", "old/a.arch", "--exclude", "old").status == 0  # named is meant
    done = archc("check", ".", "--exclude", "*")
    assert done.status == 2
    assert "Left out are *" in done.err
    assert archc("compare", ".", "--exclude", "old*,new").out.count("input") == 1
