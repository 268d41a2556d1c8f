"""Hints to install: each names what is missing, and the interpreter that runs."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from archc.api import load
from archc.install import PACKAGES, command, hint, missing
from tests.docs.test_architecture import code

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def run(*words: str, without: str) -> subprocess.CompletedProcess[str]:
    """Runs a verb where a module cannot be imported and no program helps out."""
    code = (
        "import importlib.util, sys\n"
        "hidden = sys.argv.pop(1)\n"
        "sys.modules[hidden] = None\n"
        "found = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name: None if name == hidden else found(name)\n"
        "from archc.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code, without, *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "module"),
    [
        ("build lenet5", "jinja2"),
        ("build lenet5 --verify", "torch"),
        ("import torch torchvision.models:resnet18 --input 3x64x64", "torch"),
        ("import onnx model.onnx", "onnx"),
        ("report lenet5", "jinja2"),
        ("report lenet5", "markupsafe"),
        ("diagram lenet5:LeNet5 --format svg", "pygraphviz"),
        ("diagram lenet5:LeNet5 --format tikz", "pygraphviz"),
        ("diagram lenet5:LeNet5 --style volumes", "jinja2"),
        ("diagram lenet5:LeNet5 --style volumes --format png", "resvg_py"),
    ],
)
def test_every_verb_names_what_is_missing(words: str, module: str) -> None:
    done = run(*words.split(), without=module)
    assert (done.returncode, done.stdout) == (2, "")
    assert "which is not installed" in done.stderr or "is installed" in done.stderr
    assert f"{sys.executable} -m pip install {PACKAGES[module]}" in done.stderr


def test_a_graph_of_networkx_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(ModuleNotFoundError) as raised:
        load("lenet5").networks["LeNet5"].to_networkx()
    assert "which is not installed" in str(raised.value)
    assert hint("networkx") in str(raised.value)


def test_no_other_place_words_a_hint() -> None:
    """One that names archc itself may fetch another project, and a bare `pip` another Python."""
    for file in (ROOT / "archc").rglob("*.py"):
        if file.name != "install.py":
            assert "pip install" not in file.read_text(encoding="utf-8"), file
    for file in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for named in re.findall(r"pip install ([^\n`&]*)", file.read_text(encoding="utf-8")):
            assert not re.search(r"\barchc\b(?!-nn)", named), (file, named)


def test_what_archc_imports_can_be_told() -> None:
    """Every import that is neither Python's nor archc's has its package here."""
    files = (ROOT / "archc").rglob("*.py")
    found = {name.partition(".")[0] for file in files for name in code(file).brought}
    foreign = found - set(sys.stdlib_module_names) - {"archc"}
    assert foreign - {"lark"} <= set(PACKAGES)  # lark is for those who change the grammar


def test_every_package_is_declared() -> None:
    extras = PROJECT["optional-dependencies"].values()
    declared = {
        re.split(r"[<>=]", word)[0].lower()
        for words in (PROJECT["dependencies"], *extras)
        for word in words
    }
    assert set(PACKAGES.values()) - {"markupsafe"} <= declared  # which comes with jinja2


def test_the_command_stands_in_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/a b/python")
    assert command("resvg_py") == "'/a b/python' -m pip install resvg-py"
    monkeypatch.setattr(sys, "executable", "")
    assert hint("torch") == "Install it: python3 -m pip install torch"


def test_only_a_package_is_missing() -> None:
    assert missing(ModuleNotFoundError("", name="jinja2.ext")) == "jinja2"
    assert missing(ModuleNotFoundError("", name="archc.nothing")) is None
    assert missing(ImportError("", name="torch")) is None
