"""What newcomers type, and the words that put them right; nothing is written meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

SPEC = """network Good(width = 16) {
    input 3x32x32
    stem: conv width 3x3 pad=1
    global_avgpool -> flatten
    fc: linear 10
}
"""
MISTAKEN = SPEC.replace("linear 10", "linear 10 bais=false")
SLIPS = {
    "check {} --input 32,32,3": "channels, then sizes, 3x32x32,",
    "check {} --input 32x32x3": "does not fit `input`, which is 3x32x32 in line 2; write 3x32x32\n",
    "check {} --input 224": "; write 3x224x224\n",
    "check {} --input 64x48": "; write 3x64x48\n",
    "check {} --input 8x3x32x32": "; write 3x32x32, and images at once with --batch\n",
    "sizes {} --input 224": "; write 3x224x224\n",
    "sizes {} --input 3x0x0": "0 is no size",
    "check {} --set width 64": "Write --set width=64",
    "check {} --set width=big": "`big` is not defined here; a value is a number,",
    "check {} --max-params 5m": "did you mean `5M`?",
    "check {} --max-macs 2million": "did you mean `2M`?",
    "check {} --json": "did you mean `--format json`?",
    "check {} --dtype fp16": "did you mean `float16`?",
    "check {} --dtype bf16": "did you mean `bfloat16`?",
    "build {} --out x.py": "did you mean `--output`?",
    "build {} -o good.onnx": "writes Python, not `.onnx`\n  Call the file good.py\n",
    "report {} -o deep/good.pdf": "writes HTML, not `.pdf`\n  Call the file good.html\n",
    "explain {} body.0": "It has stem, global_avgpool1, flatten1, fc;",
    "diff HEAD:good.arch {}": "A file of an earlier revision is git:HEAD:good.arch",
    "import keras model.h5": "export it, and import the file",
    "summary {}": "did you mean `archc check`?",
    "draw {}": "did you mean `archc diagram`?",
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("good.arch").write_text(SPEC)
    return "good.arch"


@pytest.mark.parametrize("line", SLIPS)
def test_a_slip_is_put_right(archc: Run, file: str, line: str) -> None:
    before = sorted(Path.cwd().iterdir())
    done = archc(*line.format(file).split())
    assert (done.status, done.out) == (2, "")
    assert SLIPS[line] in done.err
    assert sorted(Path.cwd().iterdir()) == before


@pytest.mark.parametrize("size", ["3x64x48", "1x32x32", "3xHxW"])
def test_other_sizes_of_the_same_axes_are_no_slip(archc: Run, file: str, size: str) -> None:
    assert archc("check", file, "--input", size).status == 0


def test_products_may_be_called_as_they_are_or_not_at_all(archc: Run, file: str) -> None:
    for name in ("net.py", "net", "net.txt"):
        assert archc("build", file, "-o", name).status == 0
        assert "class Good" in Path(name).read_text()


def test_build_and_check_tell_the_same_cure(archc: Run, file: str) -> None:
    Path(file).write_text(MISTAKEN)
    told = archc("build", file).err
    assert "= help: " in told
    assert told == archc("check", file, "-q").out
