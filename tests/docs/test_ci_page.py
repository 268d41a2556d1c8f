"""docs/ci.md and the hooks for pre-commit: what they run does what is said."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.docs.pages import ROOT, blocks
from tests.docs.sessions import workplace

PAGE = ROOT / "docs" / "ci.md"
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
GOOD = "network N {\n    input 3x8x8\n    conv 4 3x3\n    expect params == 112\n}\n"
WARNS = GOOD.replace("8x8", "32x32").replace("conv 4 3x3", "conv 4 3x3 stride=2")
BROKEN = GOOD.replace("== 112", "== 1")
SLIP = GOOD.replace("3x3", "3x3 strid=2 pad=1")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one network, whose branch `main` is known as the origin's."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = workplace(tmp_path, PAGE)
    (folder / "net.arch").write_text(GOOD, encoding="utf-8")
    (folder / "specs").unlink()
    for command in (
        "git init -q -b main",
        "git add net.arch",
        "git -c user.name=x -c user.email=x@y commit -q -m first",
        "git update-ref refs/remotes/origin/main HEAD",
    ):
        run(command, folder, check=True)
    return folder


def run(command: str, folder: Path, check: bool = False) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": f"{folder / '.bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "GITHUB_BASE_REF": "main",
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
    }
    return subprocess.run(
        ["bash", "-e", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=check,
    )


def commands(which: str) -> list[str]:
    """What a workflow of the page runs, but for the installation."""
    (block,) = [one for one in blocks(PAGE) if one.options.get("ci") == which]
    found = re.findall(r"^ *- (?:run: )?((?:archc|python) .*)$", block.text, re.MULTILINE)
    assert found[0] == "python -m pip install archc-nn"
    return found[1:]


def hooks() -> dict[str, str]:
    return dict(re.findall(r"- id: (\S+)\n(?:  .*\n)*?  entry: (.*)\n", HOOKS))


@pytest.mark.parametrize(("text", "status"), [(GOOD, 0), (WARNS, 0), (BROKEN, 1)])
def test_github(project: Path, text: str, status: int) -> None:
    (project / "net.arch").write_text(text, encoding="utf-8")
    scan, check, summary = commands("github")
    assert run(scan, project).returncode == 0
    results = json.loads((project / "archc.sarif").read_text(encoding="utf-8"))["runs"][0][
        "results"
    ]
    assert len(results) == (text != GOOD)
    done = run(check, project)
    assert done.returncode == status
    assert done.stdout.count("::") == 2 * (text != GOOD)
    assert run(summary, project).returncode == status
    told = (project / "summary.md").read_text(encoding="utf-8")
    assert ("As before: N." in told) == (text != WARNS)


@pytest.mark.parametrize(("text", "status"), [(GOOD, 0), (WARNS, 0), (BROKEN, 1)])
def test_gitlab(project: Path, text: str, status: int) -> None:
    (project / "net.arch").write_text(text, encoding="utf-8")
    quality, tests = commands("gitlab")
    assert run(quality, project).returncode == 0
    assert len(json.loads((project / "archc.json").read_text(encoding="utf-8"))) == (text != GOOD)
    assert run(tests, project).returncode == status
    suites = ElementTree.parse(project / "archc.xml").getroot()
    assert suites.attrib["failures"] == str(status)


def test_the_hooks_are_those_of_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in hooks())
    assert HOOKS.count("- id: ") == HOOKS.count("language: python") == len(hooks())
    for name in re.findall(r"- id: (\S+)", page):
        assert name in hooks()
    (pattern,) = {*re.findall(r"files: (.*)", HOOKS)}
    assert re.search(pattern, "a/net.arch")
    assert not re.search(pattern, "a/net.arch.md")


@pytest.mark.parametrize(
    ("text", "failing"),
    [
        (GOOD, set()),
        (WARNS, {"archc-strict"}),
        (BROKEN, {"archc", "archc-strict", "archc-fix"}),
        (SLIP, {"archc", "archc-strict"}),
    ],
)
def test_hooks_fail_as_they_should(project: Path, text: str, failing: set[str]) -> None:
    """pre-commit fails a hook by its status, or because it has changed a file."""
    for name, entry in hooks().items():
        (project / "net.arch").write_text(text, encoding="utf-8")
        done = run(f"{entry} net.arch", project)
        assert (done.returncode != 0) == (name in failing), (name, done)
        changed = (project / "net.arch").read_text(encoding="utf-8") != text
        assert changed == (text == SLIP and name == "archc-fix")
