"""`archc sizes`: sets as words, reasons, JSON, exit statuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from archc import load
from archc.analysis.sizes.sets import SizeSet
from archc.emit.sizes import said
from tests.analysis.test_sizes import SETS
from tests.cli.conftest import Run

UNET = """network Up(depth = 3) {
    input 1x64x64
    for i in range(depth) {
        enc{i}: { conv 4 3x3 pad=1 -> relu }
        maxpool 2
    }
    for i in range(depth) {
        upsample 2
        join{i}: concat { identity; from enc{depth - 1 - i} }
        conv 4 3x3 pad=1
    }
}
"""


def means(words: str, size: int) -> bool:
    """Whether a reader takes a size to be in a set that is said so."""
    if words == "none":
        return False
    words, _, least = words.partition(", at least ")
    if " or " in least:
        raise AssertionError("what stands behind the least size binds nothing")
    inside = False
    repeats = False
    for part in words.split(" or "):
        if part == "any":
            inside = True
        elif found := re.fullmatch(r"at least (\d+)", part):
            inside |= size >= int(found[1])
        elif found := re.fullmatch(r"(\d+)(?: to (\d+))?", part):
            inside |= int(found[1]) <= size <= int(found[2] or found[1])
        elif found := re.fullmatch(r"multiples of (\d+)", part):
            repeats |= size % int(found[1]) == 0
        else:
            ends = re.findall(r"(\d+)k(?: ([+-]) (\d+))?", part)
            first, last = (int(sign + rest) if rest else 0 for _, sign, rest in (ends[0], ends[-1]))
            repeats |= any((size - rest) % int(ends[0][0]) == 0 for rest in range(first, last + 1))
    return inside or (repeats and size >= int(least or 1))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(SETS)
def test_the_words_mean_the_set(sizes: SizeSet) -> None:
    words = said(sizes)
    assert all(means(words, size) == (size in sizes) for size in range(1, 200)), words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("conv 4 3", "at least 3"),
        ("maxpool 2; upsample 2; add { identity; relu }", "at least 2"),
        ("adaptive_avgpool 2; flatten; linear 3", "any"),
        ("conv 4 3 stride=2; flatten; linear 3", "39 to 40"),
        ("a: identity; maxpool 4; upsample 4; add { identity; from a }", "multiples of 4"),
        (
            "a: relu; maxpool 1 stride=4; conv_transpose 2 1 stride=4; add { identity; from a }",
            "1 to 4 or 4k + 1, at least 5",
        ),
    ],
)
def test_words(archc: Run, tmp_path: Path, body: str, words: str) -> None:
    path = tmp_path / "one.arch"
    path.write_text(f"network N {{\n    input 2x40\n    {body}\n}}\n")
    if "4k + 1" in words:
        path.write_text(path.read_text().replace("2x40", "2x41"))
    done = archc("sizes", path)
    assert done.status == 0, done.err
    assert f"\n  L                 {words}\n" in done.out


def test_reasons_and_statuses(archc: Run, tmp_path: Path) -> None:
    path = tmp_path / "up.arch"
    path.write_text(UNET)
    done = archc("sizes", path)
    assert "multiples of 8\n" in done.out
    assert "at least 8: for1.2.maxpool1, maxpool 2x2, line 5" in done.out
    assert "between: join0, join1, join2, concat, line 9" in done.out
    document = json.loads(archc("sizes", path, "--format", "json").out)["networks"][0]
    letter = document["letters"]["H"]
    assert letter["sizes"] == {"early": [], "start": 1, "period": 8, "residues": [0]}
    assert [one["bound"] for one in letter["reasons"]] == ["at least 8", "between"]
    assert document["together"] == [{"H": letter["sizes"], "W": letter["sizes"]}]
    path.write_text(UNET.replace("upsample 2", "upsample 0"))
    assert archc("sizes", path).status == 1
    assert archc("sizes", tmp_path / "none.arch").status == 2
    path.write_text("network N { input 8; linear 2 }")
    assert "a flat input" in archc("sizes", path).out


def test_what_cannot_be_told_says_so(archc: Run, tmp_path: Path) -> None:
    path = tmp_path / "tied.arch"
    path.write_text("network N { input 2x4x4; add { identity; permute [0, 2, 1] } }")
    done = archc("sizes", path)
    assert done.status == 2
    assert "the sizes of `N` cannot be told: `add1` ties sizes together" in done.err


@pytest.mark.parametrize("columns", [60, 100])
def test_long_formulas_break_between_their_terms(
    archc: Run, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = archc("sizes", "resnet50").out.splitlines()
    assert all(line.count("(") == line.count(")") for line in lines)
    broken = [line for line in lines if line.lstrip().startswith("+ ")]
    assert len(broken) >= 6
    joined = " ".join(line.strip() for line in lines)
    assert f"MACs              {macs_of('resnet50')} FLOPs" in joined


def macs_of(name: str) -> str:
    return str(load(name).network.formulas.macs)
