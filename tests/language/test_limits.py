"""Sizes and depths: refused with a message where too large, linear where not."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from archc.language.parser import LONGEST_FILE, parse
from archc.language.source import Source
from tests.each import each


def codes(text: str) -> list[str]:
    return [diagnostic.code for diagnostic in parse(Source(text, "limits"))[1]]


@each(
    "text",
    [
        "let a = " + "(" * 300 + "1" + ")" * 300,
        "let a = " + "[" * 100_000,
        "let a = " + "1 + " * 300 + "1",
        "let a = " + "- " * 300 + "1",
        "let a = " + "not " * 300 + "b",
        "let a = " + "1 ** " * 300 + "1",
        "let a = " + "1 if b else " * 300 + "1",
        "let a = b" + ".c" * 300,
        "let a = b" + "[0]" * 300,
        "let a = b" + "(0)" * 300,
        "let a = [" + "(1 + 1) + " * 150 + "1]",
        "network N { " + "{ " * 100 + "relu" + " }" * 100 + " }",
        "network N { " + "add { " * 100_000,
        "network N { " + "if a { " * 100 + "}" * 101,
    ],
)
def test_too_deep(text: str) -> None:
    assert codes(text) == ["too-deep"]


@pytest.mark.parametrize(
    "text",
    [
        "let a = " + "(" * 150 + "1" + ")" * 150,
        "let a = [" + ", ".join(["1 + 1"] * 5000) + "]",
        "let a = [" + ", ".join(["[1, (2), f(3)]"] * 5000) + "]",
        "network N { " + " -> ".join(["conv 3*a 1x1 k=-1"] * 5000) + " }",
        "network N { " + "{ " * 60 + "relu" + " }" * 60 + " }",
        "network N { if a { b }" + " else if a { b }" * 2000 + " }",
    ],
    ids=range(6),
)
def test_not_too_deep(text: str) -> None:
    assert codes(text) == []


def test_large_numbers() -> None:
    assert codes("let a = " + "9" * 5000) == ["number-too-large"]
    assert codes("let a = 1e401") == ["number-too-large"]
    assert codes("let a = 1e-99999999999") == ["number-too-large"]
    assert codes("let a = 3x" + "9" * 5000) == ["number-too-large"]
    assert codes("let a = 1e400") == []


def test_large_file() -> None:
    assert codes("#" * (LONGEST_FILE + 1)) == ["file-too-large"]


def test_reports_are_limited() -> None:
    assert len(codes("network N {\n" + "conv 3, 4\n" * 5000 + "}")) == 200


@pytest.mark.parametrize(
    "line",
    [
        "conv 64 3x3 stride=2 pad=k//2 -> batchnorm -> relu",
        "conv 3, 4",
        "a{b c",
        'x = "',
        "(",
        "}",
        "x{{a}b{",
    ],
)
def test_time_is_linear(line: str) -> None:
    """Twenty times the lines in at most sixty times the time."""

    def seconds(lines: int) -> float:
        text = "network N {\n" + f"    {line}\n" * lines + "}\n"
        best = 1e9
        for _ in range(3):
            source = Source(text, "long")
            start = time.process_time()
            parse(source)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(4000) < 60 * max(seconds(200), 1e-3)


@pytest.mark.parametrize(
    "piece", ["{}", "(->", "a{b", "(-> ,", "[{", '"{', "; ", "a.b ", ")", "(;"]
)
def test_one_long_line(piece: str) -> None:
    """A line of 400 kB is no worse than 400 kB of lines."""
    start = time.process_time()
    parse(Source("network N { " + piece * (400_000 // len(piece)) + " )", "long"))
    assert time.process_time() - start < 24


def test_parsing_imports_little() -> None:
    """Start-up is most of the time of `archc check`."""
    script = (
        "import sys; from archc.language.parser import parse; from archc.language.source import"
        " Source; parse(Source('network N { relu }', 'x')); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert not loaded & {
        "lark",
        "dataclasses",
        "pathlib",
        "inspect",
        "logging",
        "importlib.resources",
    }
