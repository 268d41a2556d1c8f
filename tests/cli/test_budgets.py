"""Limits from outside the file, and texts that come through standard input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

NET = "network N {\n    input 3x8x8\n    conv 4 3x3\n}\n"  # 112 parameters, 3,888 MACs
TIGHT = {"params": 112, "macs": 3888, "flops": 7920, "weights": 448, "memory": 1344}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("net.arch")
    path.write_text(NET, encoding="utf-8")
    return path


@pytest.mark.parametrize("word", TIGHT)
def test_a_budget_is_kept_or_is_not(archc: Run, file: Path, word: str) -> None:
    most = TIGHT[word]
    done = archc("check", file, f"--max-{word}", most)
    assert done.status == 0
    assert f"<= {most}" in done.out
    done = archc("check", file, f"--max-{word}", most - 1, "--format", "concise")
    assert done.status == 1
    assert done.out.startswith("net.arch:1:9: error[broken-expectation]: ")
    assert f"is {most:,}; --max-{word} allows {most - 1}" in done.out


def test_each_network_is_held_to_each_budget(archc: Run, file: Path) -> None:
    file.write_text(NET + NET.replace("N", "M").replace("conv 4", "conv 8"), encoding="utf-8")
    done = archc("check", file, "--max-params", "200", "--max-macs", "4K", "--format", "json")
    found = json.loads(done.out)
    assert [[one["holds"] for one in net["expectations"]] for net in found["networks"]] == [
        [True, True],
        [False, False],
    ]
    assert [one["code"] for one in found["diagnostics"]] == ["broken-expectation"] * 2


def test_work_is_of_an_image_and_memory_of_the_batch(archc: Run, file: Path) -> None:
    work = ("check", file, "--batch", "8", "--max-macs", "3888", "--max-params", "112")
    assert archc(*work).status == 0
    assert archc("check", file, "--batch", "8", "--max-memory", "1344").status == 1
    assert archc("check", file, "--batch", "8", "--max-memory", "10752").status == 0
    assert archc("check", file, "--dtype", "float16", "--max-memory", "672").status == 0


def test_what_is_unknown_is_told(archc: Run, file: Path) -> None:
    done = archc("check", file, "--input", "3xHxW", "--max-macs", "5G", "--strict", "-q")
    assert done.status == 1
    assert "warning[unjudged-claim]: --max-macs cannot be judged" in done.out


@pytest.mark.parametrize("limit", ["much", "[1, 2]", '"60M"', "true", "3x3", "60M }"])
def test_a_limit_that_is_no_number(archc: Run, file: Path, limit: str) -> None:
    done = archc("check", file, "--max-params", limit)
    assert (done.status, done.out) == (2, "")
    assert "is no number; write 60M" in done.err


def test_a_project_has_budgets(archc: Run, file: Path) -> None:
    Path("archc.toml").write_text('max-params = 100\nmax-macs = "5M"\n', encoding="utf-8")
    done = archc("check", file, "-q", "--format", "concise")
    assert done.status == 1
    assert done.out.count("\n") == 1
    assert archc("check", file, "--max-params", "1K").status == 0


def test_standard_input_has_a_name_and_a_place(archc: Run, file: Path) -> None:
    Path("lib").mkdir()
    Path("lib/parts.arch").write_text("block B { conv 4 3x3 }\n", encoding="utf-8")
    Path("lib/archc.toml").write_text('ignore = ["skipped-pixels"]\n', encoding="utf-8")
    text = 'from "parts.arch" import B\nnetwork N { input 3x8x8; B; conv 4 3x3 stride=2; relv }\n'
    flags = ("--stdin-filename", "lib/new.arch", "--format", "concise")
    done = archc("check", "-", *flags, stdin=text)
    assert done.out == "lib/new.arch:2:50: error[unknown-layer]: there is no layer `relv`\n"
    assert archc("check", "-:N", *flags, stdin=text.replace("; relv", "")) == (0, "", "")
    assert "import-failed" in archc("check", "-", "--format", "concise", stdin=text).out
    done = archc("check", "-", *flags, "-o", "lib/new.arch", "--format", "json", stdin=text)
    assert done.status == 1  # there is no such file yet, so nothing is lost
    done = archc("check", "-", *flags, "-o", "lib/new.arch", "--format", "json", stdin=text)
    assert done.status == 2


def test_inputs_by_name(archc: Run, file: Path) -> None:
    two = "network T {\n input a 1x8x8\n input b 1x8x8\n concat { from a; from b }\n}\n"
    file.write_text(two, encoding="utf-8")
    done = archc("check", file, "--input", "a=3x9x9", "--input", "b=2x9x9", "--format", "json")
    assert json.loads(done.out)["networks"][0]["output"] == [5, 9, 9]
    assert archc("check", file, "--input", "c=3x9x9").status == 2
    assert archc("build", file, "--input", "a=3x8x8").status == 0


def test_a_budget_of_a_member_is_told_at_its_own_name(archc: Run, file: Path) -> None:
    file.write_text('from "resnet" import ResNet18\n\nnetwork Mine = ResNet18\n', encoding="utf-8")
    done = archc("check", file, "--max-params", "1M", "--quiet", "--format", "concise")
    assert done.out.startswith(f"{file}:3:9: error[broken-expectation]: params of `Mine`")
    assert (
        '<testcase classname="net.arch" name="Mine" file="net.arch" line="3"/>'
        in archc("check", file, "--format", "junit").out
    )


@pytest.mark.parametrize("limit", ["0", "-5", "-1M"])
def test_a_limit_is_above_zero(archc: Run, file: Path, limit: str) -> None:
    done = archc("check", file, f"--max-params={limit}")
    assert (done.status, done.out) == (2, "")
    assert f"--max-params: `{limit}` is no limit; one is above zero" in done.err


UNITS = {
    ("memory", "16"): "memory is told in bytes, 1.344 kB here; `16` has no unit: `16kB`?",
    ("params", "0.2"): "params is told one by one, 112 here; `0.2` has no unit: `0.2K`?",
    ("macs", "4"): "macs is told one by one, 3.888 K here; `4` has no unit: `4K`?",
    ("weights", "1"): "memory is told in bytes, 448 B here; `1` has no unit: `1kB`?",
}


@pytest.mark.parametrize(("word", "limit"), UNITS)
def test_a_limit_that_lacks_its_unit(archc: Run, file: Path, word: str, limit: str) -> None:
    done = archc("check", file, f"--max-{word}", limit)
    assert done.status == 1
    assert f"= note: {UNITS[word, limit]}\n" in done.out + done.err
    meant = UNITS[word, limit].rpartition("`")[0].rpartition("`")[2]
    assert archc("check", file, f"--max-{word}", meant).status == 0


def test_a_limit_that_was_written_out_lacks_no_unit(archc: Run, file: Path) -> None:
    for word, most in TIGHT.items():
        done = archc("check", file, f"--max-{word}", most - 1)
        assert "has no unit" not in done.out + done.err
