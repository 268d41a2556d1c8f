"""The frame of the command line: help, version, other verbs, the process around it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import archc as package
from archc import bundled
from archc.cli.verbs import VERBS
from archc.explanations import WARNINGS, codes
from archc.layers.registry import KINDS
from tests.cli.conftest import Run

ROOT = Path(package.__file__).parent.parent
HEAVY = {
    *("torch", "networkx", "numpy", "jinja2", "lark", "graphviz", "argparse", "dataclasses"),
    *("pathlib", "inspect", "logging", "importlib.resources", "shutil", "json", "csv", "difflib"),
    *("textwrap", "subprocess", "tempfile", "asyncio", "unicodedata", "ast"),
}


def process(
    *argv: str, env: dict[str, str] | None = None, **options: object
) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.run(
        [sys.executable, *argv],
        capture_output=True,
        text=True,
        env=settings,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
    )


def test_version(archc: Run) -> None:
    for word in ("-V", "--version"):
        assert archc(word) == (0, f"archc {package.__version__}\n", "")


def test_help_shows_an_example_first(archc: Run) -> None:
    done = archc("--help")
    assert done.status == 0
    assert "archc check vgg16" in done.out.splitlines()[2]
    for name, verb in VERBS.items():
        for argv in ((name, "--help"), ("help", name)):
            page = archc(*argv)
            assert page.status == 0
            assert verb.example in page.out.splitlines()[2]
            assert all(f"--{flag.name}" in page.out for flag in verb.flags)


def test_list(archc: Run) -> None:
    done = archc("list")
    assert done.status == 0
    assert [line.split()[0] for line in done.out.splitlines()] == bundled.spec_names()
    assert archc("list", "vgg16").out.startswith("vgg16  VGG-16")
    assert "138,357,544" in archc("list", "-v", "vgg16").out


@pytest.mark.parametrize("name", bundled.spec_names())
def test_show_prints_a_spec_that_stands_alone(archc: Run, name: str) -> None:
    done = archc("show", name)
    text = (ROOT / "specs" / f"{name}.arch").read_text(encoding="utf-8")
    assert done == (0, re.sub(r'^from "(\w+)\.arch"', r'from "\1"', text, flags=re.M), "")
    assert archc("check", "-", "--quiet", stdin=done.out).err == ""


def test_show_knows_no_other_name(archc: Run) -> None:
    assert archc("show", "vgg16.arch").out == archc("show", "vgg16").out
    done = archc("show", "resnet5")
    assert (done.status, done.out) == (2, "")
    assert "no bundled spec is called `resnet5`; did you mean `resnet50`?" in done.err
    assert "`archc list` names them" in archc("show", "../specs/vgg16").err


def test_explain(archc: Run) -> None:
    assert archc("explain").out == archc("codes").out
    page = archc("explain", "shape-mismatch")
    assert page.out.startswith("shape-mismatch: ")
    assert archc("explain", "error[shape-mismatch]").out == page.out
    done = archc("explain", "lenet5:LeNet5", "C1")
    assert "(5 x 5 x 1 + 1) x 6 = 156" in done.out
    seen = archc("explain", "resnet50", "layer1.0.conv2", "--at", "0,15")
    assert seen.out.endswith("at 0,15          sees rows 0 to 9, columns 51 to 69 of input\n")
    for at in ("x", "1,", "99,0", "3", "-1,0"):
        assert archc("explain", "resnet50", "layer1.0.conv2", f"--at={at}").status == 2
    assert archc("explain", "shape-mismatch", "--at", "0,0").status == 2
    assert archc("explain", "vgg", "features.0").status == 2


def test_explain_a_kind_of_layer(archc: Run) -> None:
    for keyword, kind in KINDS.items():
        done = archc("explain", keyword)
        assert (done.status, done.err) == (0, "")
        assert done.out.startswith(f"{keyword}: ")
        for argument in kind.arguments.values():
            assert f"  {argument.name} " in done.out
        assert "PyTorch: " in done.out
    assert "floor((28 - 3 + 2 x 1) / 2) + 1 = 14" in archc("explain", "conv").out
    for word, meant in (("Conv2d", "conv"), ("maxpol", "maxpool"), ("skiped-pixels", "skipped-")):
        done = archc("explain", word)
        assert done.status == 2
        assert f"did you mean `{meant}" in done.err


def test_layers_and_codes_are_listed(archc: Run) -> None:
    listed = [line.split()[0] for line in archc("layers").out.splitlines() if line[0] == " "]
    assert listed == list(KINDS)
    assert all(len(line) <= 120 for line in archc("layers").out.splitlines())
    assert "groupnorm" in archc("layers", "Norm").out
    assert "maxpool" not in archc("layers", "norm").out
    rows = [line.split(maxsplit=2) for line in archc("codes").out.splitlines()]
    assert [code for code, _, _ in rows] == codes()
    assert {code for code, severity, _ in rows if severity == "warning"} == WARNINGS
    assert len(archc("codes", "warning").out.splitlines()) >= len(WARNINGS)
    for verb in ("layers", "codes"):
        assert archc(verb, "zebra") == (2, "", archc(verb, "zebra").err)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_name_every_verb_and_flag(archc: Run, shell: str) -> None:
    script = archc("completion", shell).out
    for verb in VERBS.values():
        assert verb.name in script
        for flag in verb.flags:
            assert flag.name in script


def completed(script: Path, *words: str) -> list[str]:
    """What bash offers for the last of the words."""
    typed = " ".join(f"'{word}'" for word in words)
    ask = (
        f"source {script}; COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; _archc; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", ask], capture_output=True, text=True, check=True, cwd=script.parent
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.fixture
def completions(archc: Run, tmp_path: Path) -> Path:
    script = tmp_path / "archc.bash"
    script.write_text(archc("completion", "bash").out, encoding="utf-8")
    (tmp_path / "net.arch").write_text("")
    (tmp_path / "notes.txt").write_text("")
    return script


def test_bash_accepts_its_completions(completions: Path) -> None:
    assert completed(completions, "archc", "ch") == ["check"]
    assert completed(completions, "archc", "check", "--str") == ["--strict"]
    assert completed(completions, "archc", "completion", "") == ["bash", "zsh", "fish"]
    assert completed(completions, "archc", "check", "n") == ["net.arch"]
    assert {*completed(completions, "archc", "check", "-o", "n")} == {"net.arch", "notes.txt"}
    assert completed(completions, "archc", "check", "--baseline", "no") == ["notes.txt"]
    assert completed(completions, "archc", "list", "v") == []
    assert completed(completions, "archc", "check", "--set", "") == []


def test_bash_offers_each_verb_its_own_words(completions: Path) -> None:
    for verb in VERBS.values():
        for flag in verb.flags:
            if flag.choices:
                for typed in ([f"--{flag.name}", ""], [f"--{flag.name}", "=", ""]):
                    offered = completed(completions, "archc", verb.name, *typed)
                    assert offered == list(flag.choices), (verb.name, flag.name)


def test_bash_offers_codes_and_layers(completions: Path) -> None:
    assert completed(completions, "archc", "explain", "skip") == ["skipped-pixels"]
    assert completed(completions, "archc", "explain", "conv_") == ["conv_transpose"]
    assert "net.arch" in completed(completions, "archc", "explain", "n")
    assert completed(completions, "archc", "check", "--ignore", "useless") == ["useless-allow"]
    assert completed(completions, "archc", "build", "--select", "shape") == []  # an error


def test_an_own_mistake_is_told_without_a_traceback(
    archc: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise ZeroDivisionError("a slip")

    monkeypatch.setattr("archc.cli.list.main", fail)
    done = archc("list")
    assert done.status == 2
    assert "made a mistake of its own" in done.err
    assert "Traceback" not in done.err
    monkeypatch.setenv("ARCHC_DEBUG", "1")
    assert "Traceback" in archc("list").err


def test_interrupt(archc: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("archc.cli.list.main", interrupt)
    assert archc("list") == (130, "", "")


def test_a_reader_that_goes_away_is_no_mistake() -> None:
    script = f"{sys.executable} -m archc check resnet50 --expand | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[1] in ("0", "141")


FULL = "standard output cannot be written: no space left on device"
EVERY_VERB = {
    "check": "check resnet50 --expand --format json",
    "short": "check lenet5 --format csv",
    "build": "build lenet5",
    "explain": "explain",
    "layer": "explain lenet5:LeNet5 C1",
    "diagram": "diagram lenet5:LeNet5",
    "volumes": "diagram lenet5:LeNet5 --style volumes --format pdf",
    "report": "report lenet5",
    "compare": "compare lenet5",
    "sizes": "sizes lenet5",
    "diff": "diff lenet5:LeNet5 lenet5:LeNet5Modern",
    "list": "list",
    "show": "show vgg16",
    "layers": "layers",
    "codes": "codes",
    "completion": "completion bash",
    "help": "--help",
    "page": "help check",
    "version": "--version",
}


def shell(script: str, buffered: bool = True) -> subprocess.CompletedProcess[str]:
    script = script.replace("archc", f"{sys.executable} -m archc", 1)
    environment = {**os.environ, "PYTHONUNBUFFERED": "" if buffered else "1"}
    return subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no full device")
@pytest.mark.parametrize("buffered", [True, False], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("what", EVERY_VERB)
def test_a_full_disk_is_told(what: str, buffered: bool) -> None:
    done = shell(f"archc {EVERY_VERB[what]} > /dev/full", buffered)
    assert (done.returncode, done.stderr) == (2, f"error: {FULL}\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no full device")
def test_nobody_can_be_told() -> None:
    assert shell("archc check nothing.arch 2> /dev/full").returncode == 2
    assert shell("archc check vgg16 > /dev/full 2> /dev/full").returncode == 2


def test_closed_streams(tmp_path: Path) -> None:
    done = shell("archc list >&-")
    assert done.returncode == 2
    assert done.stderr.startswith("error: standard output cannot be written: ")
    assert done.stderr.count("\n") == 1
    assert shell("archc check nothing.arch 2>&-").returncode == 2
    done = shell(f"archc diagram lenet5:LeNet5 -o {tmp_path}/net.dot >&-")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "net.dot").read_text().startswith("digraph")


def test_what_others_asked_for_at_the_end_is_done() -> None:
    code = (
        "import atexit, sys; from archc.cli import run; atexit.register(print, 'the end');"
        "sys.argv[1:] = ['check', 'vgg16', 'nothing.arch']; run()"
    )
    done = process("-c", code)
    assert done.returncode == 2
    assert done.stdout.startswith("VGG16")
    assert done.stdout.endswith("\nthe end\n")
    assert "nothing.arch" in done.stderr


def test_ascii_terminals_get_ascii() -> None:
    done = process("-m", "archc", "check", "vgg16", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert "->" in done.stdout.splitlines()[0]


def test_the_hot_path_imports_nothing_dear() -> None:
    code = (
        "import sys; from archc.cli import main; status = main(['check', 'resnet50']);"
        "print('IMPORTED', *sorted(sys.modules)); sys.exit(status)"
    )
    done = process("-c", code)
    assert done.returncode == 0, done.stderr
    imported = set(done.stdout.rpartition("IMPORTED")[2].split())
    assert imported & HEAVY == set()


def test_importing_archc_is_cheap() -> None:
    done = process("-c", "import sys, archc; print(*[m for m in sys.modules if 'archc' in m])")
    assert sorted(done.stdout.split()) == ["archc", "archc._version"]


@pytest.mark.parametrize("verb", ["check", "build", "explain", "diagram", "report", "sizes"])
def test_every_verb_tells_the_cure(archc: Run, verb: str, tmp_path: Path) -> None:
    file = tmp_path / "net.arch"
    file.write_text("network N {\n    input 3x8x8\n    maxpol 2\n}\n", encoding="utf-8")
    done = archc(verb, file, *(["0"] if verb == "explain" else []))
    told = "archc check" if verb == "explain" else "did you mean `maxpool`?"
    assert told in done.out + done.err


def test_fmt_with_shapes_tells_the_cure(archc: Run) -> None:
    text = "network N {\n    input 3x8x8\n    maxpol 2\n}\n"
    assert "did you mean `maxpool`?" in archc("fmt", "--shapes", "-", stdin=text).err


def test_an_unknown_parameter_is_answered_with_those_there_are(archc: Run) -> None:
    assert "there is classes" in archc("check", "vgg16", "--set", "zebra=3").err
    assert "did you mean `classes`?" in archc("check", "vgg16", "--set", "clases=3").err
