"""`archc report` and `archc compare`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.emit.report.pages import BROKEN
from tests.emit.samples import PAIR, SMALL


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "small.arch"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_a_page_in_a_file(archc: Run, spec: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    assert archc("report", spec, "-o", out) == (0, "", "")
    text = out.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "class Small(" in "".join(text.split('<span class="word">')).replace("</span>", "")
    again = archc("report", spec)
    assert again.out == text


def test_several_paths_and_settings(archc: Run, spec: Path) -> None:
    done = archc("report", spec, "lenet5", "--batch", "4", "--dtype", "float16")
    assert done.status == 0
    assert "per batch of 4, float16" in done.out
    assert "Work and parameters" in done.out


def test_a_broken_spec_gives_a_page_and_status_1(archc: Run, tmp_path: Path) -> None:
    path = tmp_path / "broken.arch"
    path.write_text(BROKEN, encoding="utf-8")
    out = tmp_path / "r.html"
    done = archc("report", path, "-o", out)
    assert done.status == 1
    assert "shape-mismatch" in done.err
    assert "shape-mismatch" in out.read_text(encoding="utf-8")


def test_what_cannot_be_done(
    archc: Run, spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert archc("report", "nothing.arch").status == 2
    assert archc("report", "-o", "x.html").status == 2
    done = archc("report", spec, "-o", tmp_path / "no" / "r.html")
    assert done.status == 2
    assert "cannot be written" in done.err
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    done = archc("report", spec)
    assert (done.status, "-o report.html" in done.err) == (2, True)


@pytest.mark.parametrize("module", ["markupsafe", "jinja2"])
def test_a_missing_extra_is_named(
    archc: Run, spec: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    names = [name for name in sys.modules if name.startswith(("archc.emit.report", "jinja2"))]
    for name in names:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    done = archc("report", spec)
    assert done.status == 2
    assert done.out == ""
    assert f"{sys.executable} -m pip install {module}" in done.err


def test_compare(archc: Run, spec: Path, tmp_path: Path) -> None:
    pair = tmp_path / "pair.arch"
    pair.write_text(PAIR, encoding="utf-8")
    done = archc("compare", spec, pair)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[0].split() == ["Small", "One", "Two", "Three"]
    for format, start in (
        ("markdown", "|  | Small |"),
        ("csv", "network,file,"),
        ("latex", "% \\usepackage{booktabs}"),
    ):
        assert archc("compare", spec, pair, "--format", format).out.startswith(start)
    document = json.loads(archc("compare", spec, pair, "--format", "json").out)
    assert [one["name"] for one in document["networks"]] == ["Small", "One", "Two", "Three"]


def test_compare_a_network_with_none(archc: Run, spec: Path, tmp_path: Path) -> None:
    done = archc("compare", spec)
    assert done.status == 0
    assert "note: `" in done.err
    assert f"As in archc compare {spec} OTHER.arch\n" in done.err
    assert archc("compare", spec, "resnet18").err == ""


def test_compare_a_broken_spec(archc: Run, spec: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.arch"
    broken.write_text(BROKEN, encoding="utf-8")
    done = archc("compare", spec, broken)
    assert done.status == 1
    assert "Broken" in done.out
    assert "shape-mismatch" in done.err
    assert archc("compare", "nothing").status == 2


def test_check_as_latex(archc: Run, spec: Path) -> None:
    done = archc("check", spec, "--format", "latex")
    assert done.status == 0
    assert "\\toprule" in done.out
    assert len(archc("check", spec, "--format", "latex", "--expand").out) > len(done.out)
