"""`archc check`: paths, flags, exit statuses, and every slip a newcomer may make."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.emit.samples import PAIR, SMALL

GOOD = "network N {\n    input 1x28x28\n    conv 4 5x5\n}\n"
BAD = "network N {\n    input 1x28x28\n    conv 4 50x50\n}\n"
WARNS = "network N {\n    input 1x28x28\n    conv 4 3x3 stride=2\n}\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("net.arch")
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_clean_file(archc: Run, file: Path) -> None:
    done = archc("check", file)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("N  1x28x28")
    assert "104" in done.out


def test_findings_have_status_1_and_stand_behind_the_table(archc: Run, file: Path) -> None:
    file.write_text(BAD, encoding="utf-8")
    done = archc("check", file)
    assert (done.status, done.err) == (1, "")
    assert done.out.startswith("error[kernel-too-large]")
    assert done.out.endswith("\n\n1 error\n")


def test_warnings_fail_when_strict(archc: Run, file: Path) -> None:
    file.write_text(WARNS, encoding="utf-8")
    done = archc("check", file)
    assert done.status == 0
    assert done.out.endswith("\n\n1 warning\n")
    assert archc("check", "--strict", file).status == 1


def test_broken_expectation(archc: Run, file: Path) -> None:
    file.write_text(GOOD.replace("}", "    expect params == 1\n}"), encoding="utf-8")
    done = archc("check", file, "--format", "concise")
    assert done.status == 1
    assert done.out.startswith("net.arch:4:")
    assert "error[broken-expectation]" in done.out


def test_standard_input(archc: Run) -> None:
    assert archc("check", "-", stdin=GOOD).status == 0
    done = archc("check", "-", "--format=concise", stdin=BAD)
    assert done.out.startswith("<stdin>:3:")
    assert archc("check", "-:Two", stdin=PAIR).out.startswith("Two")


def test_folder(archc: Run, file: Path) -> None:
    Path("more/deep").mkdir(parents=True)
    Path("more/deep/pair.arch").write_text(PAIR, encoding="utf-8")
    Path("more/notes.txt").write_text("no spec", encoding="utf-8")
    Path(".hidden").mkdir()
    Path(".hidden/x.arch").write_text("broken", encoding="utf-8")
    done = archc("check", ".")
    assert done.status == 0
    assert "more/deep/pair.arch" in done.out
    assert "hidden" not in done.out
    assert archc("check", ".", "net.arch", "./net.arch", "--format", "json").status == 0
    found = json.loads(archc("check", ".", "net.arch", "--format", "json").out)
    assert [one["name"] for one in found["networks"]].count("N") == 1


def test_one_network_of_a_file(archc: Run, file: Path) -> None:
    file.write_text(PAIR, encoding="utf-8")
    assert archc("check", f"{file}:Two").out.startswith("Two  1x16000")
    many = archc("check", file).out
    assert "One" in many
    assert "shows its layers" in many
    assert "relu" not in many
    assert "relu" in archc("check", file, "--layers").out


def test_bundled_name(archc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = archc("check", "vgg16")
    assert done.status == 0
    assert "138,357,544" in done.out
    assert archc("check", "vgg:VGG19").status == 0


def test_a_local_file_goes_before_a_bundled_name(archc: Run, file: Path) -> None:
    Path("vgg16").write_text(GOOD, encoding="utf-8")
    assert archc("check", "vgg16").out.startswith("N ")


def test_settings(archc: Run, file: Path) -> None:
    file.write_text(
        GOOD.replace("N {", "N(maps = 4) {").replace("conv 4", "conv maps"), encoding="utf-8"
    )
    found = json.loads(archc("check", file, "--set", "maps=8", "--format", "json").out)
    assert found["networks"][0]["totals"]["params"] == 208
    found = json.loads(archc("check", file, "--input", "1x32x32", "--format=json").out)
    assert found["networks"][0]["output"] == [4, 28, 28]
    found = json.loads(
        archc("check", file, "--batch", "2", "--dtype", "float16", "--format=json").out
    )
    assert (found["networks"][0]["batch"], found["networks"][0]["dtype"]) == (2, "float16")


MISTAKES = {
    "no verb": ([], "Verbs:"),
    "verb": (["chekc", "x"], "did you mean `archc check`?"),
    "path for a verb": (["net.arch"], "Write archc check net.arch"),
    "nothing": (["check"], "needs PATH"),
    "flag": (["check", "net.arch", "--stric"], "did you mean `--strict`?"),
    "unknown flag": (["check", "net.arch", "--zzz"], "has no flag `--zzz`"),
    "short flag": (["check", "net.arch", "-x"], "has no flag `-x`"),
    "format": (["check", "net.arch", "--format", "jsn"], "did you mean `json`?"),
    "no value": (["check", "net.arch", "--format"], "`--format` needs a value"),
    "flag as value": (["check", "--set", "--strict", "net.arch"], "`--set` needs a value"),
    "switch with value": (["check", "--strict=yes", "net.arch"], "takes no value"),
    "batch": (["check", "net.arch", "--batch", "0"], "whole number from 1 on"),
    "batch text": (["check", "net.arch", "--batch", "two"], "whole number from 1 on"),
    "dtype": (["check", "net.arch", "--dtype", "float8"], "did you mean `float"),
    "set": (["check", "net.arch", "--set", "classes"], "--set NAME=VALUE"),
    "set nothing": (["check", "net.arch", "--set", "classes="], "--set NAME=VALUE"),
    "set unknown": (["check", "net.arch", "--set", "classes=3"], "classes"),
    "input": (["check", "net.arch", "--input", "3,2"], "3,2"),
    "missing": (["check", "nett.arch"], "did you mean `net.arch`?"),
    "suffix": (["check", "net"], "did you mean `net.arch`?"),
    "missing bundled": (["check", "vgg61"], "did you mean `vgg16`?"),
    "missing folder": (["check", "no/such/x.arch"], "there is no folder `no`"),
    "network": (["check", "net.arch:M"], "no network `M`"),
    "no network": (["check", "net.arch:"], "names no network"),
    "of a folder": (["check", ".:N"], "is a folder"),
    "missing of": (["check", "nett.arch:N"], "there is no file `nett.arch`"),
    "empty path": (["check", ""], "the path is empty"),
    "device": (["check", "/dev/zero"], "is a device"),
    "empty": (["check", "empty.arch"], "is empty"),
    "empty folder": (["check", "nothing"], "no .arch file in `nothing`"),
    "latin-1": (["check", "latin.arch"], "not UTF-8: 0xe9 at line 2, column 4 (byte 6)"),
    "utf-16": (["check", "wide.arch"], "UTF-16"),
    "large": (["check", "large.arch"], "too large"),
    "nul in path": (["check", "a\0b"], "there is no file"),
    "dangling": (["check", "dangling.arch"], "there is no file"),
    "explain": (["explain", "shape-mismach"], "did you mean `shape-mismatch`?"),
    "explain layer": (["explain", "net.arch"], "which layer of `net.arch`?"),
    "explain no layer": (["explain", "net.arch", "conw1"], "has no layer `conw1`"),
    "explain between": (["explain", "resnet50", "layer1.conv1"], "did you mean `layer1.0.conv1`?"),
    "explain three": (["explain", "a", "b", "c"], "has no use for `c`"),
    "list": (["list", "zebra"], "no bundled spec is about `zebra`"),
    "shell": (["completion", "bsh"], "did you mean `bash`?"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_get_a_clear_line_and_status_2(archc: Run, file: Path, name: str) -> None:
    Path("empty.arch").write_text(" \n", encoding="utf-8")
    Path("nothing").mkdir()
    Path("latin.arch").write_bytes(b"# a\nabc\xe9")
    Path("latin.arch").write_bytes(b"#a\nabc\xe9"[:3] + b"abc\xe9")
    Path("wide.arch").write_bytes(GOOD.encode("utf-16"))
    Path("large.arch").write_bytes(b"# " + b"x" * 9_000_000)
    Path("dangling.arch").symlink_to("nowhere.arch")
    argv, expected = MISTAKES[name]
    done = archc(*argv)
    assert done.status == 2
    assert done.out == ""
    assert expected in done.err
    assert "Traceback" not in done.err
    assert len(done.err.splitlines()[0]) < 160


def test_one_unreadable_path_does_not_hide_the_others(archc: Run, file: Path) -> None:
    done = archc("check", file, "nowhere.arch")
    assert done.status == 2
    assert done.out.startswith("N ")
    assert "there is no file `nowhere.arch`" in done.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(archc: Run, file: Path) -> None:
    file.chmod(0)
    assert "cannot be read: permission denied" in archc("check", file).err


def test_blocks_alone_are_no_mistake(archc: Run, file: Path) -> None:
    file.write_text("block Stem(width) { conv width 3x3 }\n", encoding="utf-8")
    done = archc("check", file)
    assert done.status == 0
    assert "note: `net.arch` holds no network of its own" in done.err


def test_byte_order_mark_and_windows_line_ends(archc: Run, file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert archc("check", file).status == 0


def test_imports_are_relative_to_the_file(archc: Run, file: Path) -> None:
    Path("lib").mkdir()
    Path("lib/parts.arch").write_text("block Stem(n) { conv n 3x3 }\n", encoding="utf-8")
    text = 'from "parts.arch" import Stem\nnetwork M {\n    input 1x9x9\n    Stem 2\n}\n'
    Path("lib/main.arch").write_text(text, encoding="utf-8")
    assert archc("check", "lib/main.arch").status == 0
    Path("lib/main.arch").write_text(text.replace("parts", "prats"), encoding="utf-8")
    done = archc("check", "lib/main.arch", "--format", "concise")
    assert "lib/main.arch:1:6: error[import-failed]" in done.out


@pytest.mark.parametrize("format", ["concise", "github", "sarif", "csv", "markdown", "json"])
def test_formats_run(archc: Run, file: Path, format: str) -> None:
    for text, status in ((GOOD, 0), (BAD, 1), (SMALL, 0)):
        file.write_text(text, encoding="utf-8")
        assert archc("check", file, "--format", format).status == status


@pytest.mark.parametrize("stage", ["tree", "graph", "facts"])
def test_stages_run(archc: Run, file: Path, stage: str) -> None:
    done = archc("check", file, "--emit", stage)
    assert done.status == 0
    assert "conv" in done.out or stage == "facts"


def test_color(archc: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(BAD, encoding="utf-8")
    assert "\x1b" not in archc("check", file).out
    assert "\x1b[" in archc("check", file, "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in archc("check", file).out
    assert "\x1b" not in archc("check", file, "--color=never").out
    assert "\x1b" not in archc("check", file, "--format", "json").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in archc("check", file).out


def test_color_in_the_file_is_shown_not_done(archc: Run, file: Path) -> None:
    file.write_text("network N {\n    input 1x8x8\n    \x1b[31mconv 4\n}\n", encoding="utf-8")
    for format in ("table", "concise", "github"):
        done = archc("check", file, "--format", format)
        assert done.status == 1
        assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("resnet5", "no bundled spec is called `resnet5`; did you mean `resnet50`?"),
        ("zebra", "no bundled spec is called `zebra`, and a file ends in `.arch`"),
        ("parts", "no bundled spec is called `parts`; did you mean `parts.arch`?"),
    ],
)
def test_an_import_by_a_bare_name_that_is_none(
    archc: Run, name: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("parts.arch").write_text("block B { relu }\n", encoding="utf-8")
    Path("net.arch").write_text(f'from "{name}" import B\n', encoding="utf-8")
    done = archc("check", "net.arch", "--format", "concise")
    assert done.out.splitlines()[0].endswith(f"error[import-failed]: {told}")


IMPORTING = 'from "resnet" import ResNet\n'
UNIMPORTED = {
    "network N = ResNet(BasicBlock, [2, 2, 2, 2])\n": 'put `from "resnet" import BasicBlock`',
    f"{IMPORTING}network N = ResNet(BasicBlock, [2, 2])\n": "import ResNet, BasicBlock`\n",
    f"{IMPORTING}network Ten = ResNet18(classes=10)\n": "import ResNet, ResNet18`\n",
    "# of DenseNet\nnetwork N {\n  input 64x8x8\n  DenseLayer 32\n}\n": 'put `from "densenet" imp',
}


@pytest.mark.parametrize("text", UNIMPORTED)
def test_what_a_bundled_spec_has_is_imported(archc: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "net.arch"
    path.write_text(text)
    assert UNIMPORTED[text] in archc("check", path).out


def test_an_import_that_fails_takes_no_more_names(archc: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text('from "resnat" import ResNet\nnetwork N = ResNet(BasicBlock, [2, 2])\n')
    assert "ResNet, BasicBlock" not in archc("check", path).out
