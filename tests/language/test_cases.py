"""Text cases: a source above, what is made of it below; `pytest --update` rewrites them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from archc.language.dump import dump
from archc.language.parser import parse
from archc.language.source import Source
from tests.each import each
from tests.language.describe import describe

FOLDER = Path(__file__).parent.parent / "cases" / "language"
RULE = "\n" + "-" * 80 + "\n"


@each("path", sorted(FOLDER.glob("*.txt")))
def test_case(path: Path, golden: Callable[[Path, str], None]) -> None:
    source = path.read_bytes().decode("utf-8").split(RULE)[0]
    program, diagnostics = parse(Source(source, path.stem))
    parts = [source]
    if diagnostics:
        parts.append("\n".join(map(describe, diagnostics)))
    if program.definitions or program.docstring:
        parts.append(dump(program).rstrip("\n"))
    golden(path, RULE.join(parts) + "\n")
