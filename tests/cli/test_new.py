"""`archc new`: a file that checks as it is."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "path", "name"),
    [
        ("mynet", "mynet.arch", "Mynet"),
        ("my-small_net.arch", "my-small_net.arch", "MySmallNet"),
        ("MyNet", "MyNet.arch", "MyNet"),
        ("NAME", "NAME.arch", "NAME"),
        ("my net", "my net.arch", "MyNet"),
    ],
)
def test_it_checks_builds_and_is_drawn(archc: Run, given: str, path: str, name: str) -> None:
    done = archc("new", given)
    assert (done.status, done.out) == (0, "")
    assert f"archc check {shlex.quote(path)}\n" in done.err
    checked = archc("check", path, "--strict")
    assert checked.status == 0
    assert checked.out.startswith(f"{name}  3x32x32 → 10")
    assert checked.out.count("✓") == 2
    built = archc("build", path)
    assert (built.status, built.err) == (0, "")
    assert f"class {name}(nn.Module):" in built.out
    assert archc("diagram", path).status == 0


def test_what_is_there_stays(archc: Run) -> None:
    Path("mynet.arch").write_text("# mine\n")
    for given in ("mynet", "mynet.arch"):
        done = archc("new", given)
        assert done.status == 2
        assert "is there already" in done.err
    assert Path("mynet.arch").read_text() == "# mine\n"


@pytest.mark.parametrize("given", ["3d", "_", "", "é", "a b\n", "no/such/folder/net", "{x}"])
def test_names_that_give_none(archc: Run, folder: Path, given: str) -> None:
    done = archc("new", given)
    assert (done.status, done.out) == (2, "")
    assert "Traceback" not in done.err
    assert list(folder.rglob("*")) == []
