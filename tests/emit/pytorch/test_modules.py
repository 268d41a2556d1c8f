"""What the emitter makes of a text: the source above, the tree of the module below.

`pytest --update` rewrites what is below the rule.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archc.emit.pytorch.file.dump import dump
from tests.emit.pytorch.compiled import compile_text

RULE = "\n" + "-" * 80 + "\n"
CASES = sorted((Path(__file__).parents[2] / "cases" / "modules").glob("*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_module(path: Path, golden: Callable[[Path, str], None]) -> None:
    source = path.read_bytes().decode("utf-8").split(RULE)[0]
    result = compile_text(source)
    assert result.module is not None, [one.message for one in result.diagnostics]
    notes = "".join(f"note: {note}\n" for note in result.notes)
    golden(path, source + RULE + dump(result.module) + notes)
