"""What is installed: the code with its specs, templates and pages, and a program that runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from archc import bundled

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the checkout, built by its own backend."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    code = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, folder], check=True, cwd=ROOT, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The wheel's content, as pip lays it down."""
    folder = wheel.parent / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def archc(installed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the installed program; `-S` hides whatever else is installed here."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "archc", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=installed.parent,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(installed), "PYTHONUTF8": "1"},
        check=False,
    )


def test_the_wheel_holds_everything(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in ("specs", "templates", "archc"):
        target = "" if folder == "archc" else "archc/"
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert f"{target}{file.relative_to(ROOT).as_posix()}" in names
    assert not [name for name in names if name.startswith("tests")]


def test_the_wheel_runs_without_anything_else(installed: Path) -> None:
    done = archc(installed, "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == bundled.spec_names()
    done = archc(installed, "check", "vgg16", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert '"params": 138357544' in done.stdout
    assert archc(installed, "explain", "shape-mismatch").returncode == 0


def test_what_needs_more_says_so(installed: Path) -> None:
    assert archc(installed, "build", "vgg16").returncode == 0
    done = archc(installed, "build", "stochastic_pooling")  # a layer that PyTorch lacks
    assert done.returncode == 2
    assert "pip install" in done.stderr


def test_what_comes_along(installed: Path) -> None:
    (metadata,) = installed.glob("*.dist-info/METADATA")
    lines = metadata.read_text(encoding="utf-8").splitlines()
    assert "Name: archc-nn" in lines
    needed = [line for line in lines if line.startswith("Requires-Dist")]
    always = [re.split(r"[:<>=]", line)[1].strip() for line in needed if "extra ==" not in line]
    assert always == ["jinja2", "pygraphviz"]
    (entry,) = installed.glob("*.dist-info/entry_points.txt")
    assert "archc = archc.cli:run" in entry.read_text(encoding="utf-8")


def test_constraints_pin_what_the_extras_name() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = {
        line.partition("==")[0].lower()
        for line in (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    extras = project["optional-dependencies"]
    needed = [*extras.values(), project["dependencies"]]
    named = {word.split(">")[0].lower() for words in needed for word in words}
    assert named <= pins


def test_an_editable_install_finds_specs_and_templates() -> None:
    assert Path(bundled.specs_folder()) == ROOT / "specs"
    assert Path(bundled.templates_folder()) == ROOT / "templates"
