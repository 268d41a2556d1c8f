"""The fenced blocks of the documentation, and what each of them promises.

The first word after the fence is the language, then come options:

    ```arch                          a spec without findings
    ```arch error=shape-mismatch     a spec with that finding alone (`warning=`, `advice=` likewise)
    ```arch body input=3x32x32       statements of a network (`input` is its input)
    ```arch file=tiny.arch           a spec that other blocks of the page use by that name
    ```python file=load.py           a file for other blocks, checked by them
    ```console                       commands behind `$`, each with what it prints
    ```console needs=torch           only where that module can be imported
    ```json run="archc check …"      what the command prints
    ```yaml ci=github                a workflow, whose commands tests/docs/test_ci_page.py runs
    ```pycon                         a session with Python's prompt; one namespace for the page

Blocks of other languages promise nothing.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """One fenced block; `start` and `end` bound its text in the page."""

    page: Path
    language: str
    options: dict[str, str]
    text: str
    line: int
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in its order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        words = shlex.split(match[2])
        options = {name: value for name, _, value in (word.partition("=") for word in words)}
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(page, match[1], options, match[3], line, match.start(3), match.end(3)))
    return found


def write(changes: list[tuple[Block, str]]) -> None:
    """Puts new texts into the blocks of one page."""
    page = changes[0][0].page
    text = page.read_text(encoding="utf-8")
    for block, new in sorted(changes, key=lambda change: -change[0].start):
        text = text[: block.start] + new + text[block.end :]
    page.write_text(text, encoding="utf-8")
