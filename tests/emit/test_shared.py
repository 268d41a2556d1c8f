"""The label of a `share` names that run wherever it is told; weights stay with the first one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import archc
from archc.cli import main

TWINS = """\
network Twins {
    input 1x12x12
    left: { conv 8 3x3; relu; global_avgpool; flatten }
    from input
    right: share left
    stem: linear 8
    again: share stem
    concat { from left; from right; from again }
}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("twins.arch").write_text(TWINS, encoding="utf-8")
    return "twins.arch"


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(list(words)) == 0
    return capsys.readouterr().out


def test_figures_have_the_label(file: str) -> None:
    network = archc.load(file).network
    shared = [path for path in network.layers if path.startswith(("right", "again"))]
    assert shared == ["right.0", "right.1", "right.2", "right.3", "again"]
    assert network.layers["again"].label == "again"
    assert [network.layers[path].params for path in ("left.0", "right.0")] == [80, 0]
    assert network.params == 80 + 72


@pytest.mark.parametrize(
    "words",
    [
        ("check", "--expand"),
        ("check", "--format", "csv"),
        ("check", "--format", "markdown"),
        ("check", "--format", "json"),
        ("diagram", "--expand", "right"),
        ("diagram", "--style", "volumes"),
        ("report",),
    ],
    ids=" ".join,
)
def test_every_output_has_the_label(
    file: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    out = told(capsys, words[0], file, *words[1:])
    assert "right" in out
    assert "again" in out
    assert "@2" not in out


def test_explain_finds_the_run(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    for path, module in (("right", "left"), ("right.0", "left.0"), ("again", "stem")):
        out = told(capsys, "explain", file, path)
        assert out.startswith(f"{path} of Twins: ")
        assert f"its weights are those of {module} and count there" in out


def test_the_code_has_the_first_names(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    module = told(capsys, "build", file)
    assert module.count("nn.Conv2d(") == module.count("nn.Linear(") == 1
    assert "self.right" not in module
    assert module.count("self.left(") == module.count("self.stem(") == 2


def test_paths_of_json_are_unique(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    layers = json.loads(told(capsys, "check", file, "--format", "json"))["networks"][0]["layers"]
    paths = [layer["path"] for layer in layers]
    assert len({*paths}) == len(paths)
