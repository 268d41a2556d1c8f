"""Mistakes and what an author is told of them: the source above, the rendered findings below.

`pytest --update` rewrites what is below the rule; every change is to be read as a newcomer would.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from archc.check import Options, check
from archc.diagnostics import Diagnostic
from archc.emit.render import render_all
from archc.graph.modules import ReadError
from archc.language.source import Source
from tests.each import each

FOLDER = Path(__file__).parent.parent / "cases" / "messages"
CASES = sorted(FOLDER.glob("*.txt"))
RULE = "\n" + "-" * 80 + "\n"
PARTS = """block ConvReLU(width, kernel = 3x3) {
    conv width kernel
    relu
}

network Trunk {
    input 3x32x32
    features: { conv 8 3x3; relu }
    linear 10
}
"""


def read(path: str, importer: Source) -> Source:
    """The one file that cases import."""
    if path == "parts.arch":
        return Source(PARTS, path)
    if path == importer.name:
        return importer
    raise ReadError(f"there is no file `{path}`")


@cache
def told(text: str, name: str) -> tuple[Diagnostic, ...]:
    """The findings of a text; its cures take long to try, and several tests look at them."""
    return check(Source(text, name), Options(), read).diagnostics


@each("path", CASES, tests=6)
def test_message(path: Path, golden: Callable[[Path, str], None]) -> None:
    source = path.read_bytes().decode("utf-8").split(RULE)[0]
    findings = told(source, f"{path.stem}.arch")
    golden(path, source + RULE + (render_all(findings) or "no findings\n"))


def test_there_are_many() -> None:
    assert len(CASES) >= 60
