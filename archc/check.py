"""From text to findings: parse, resolve names, elaborate each network, analyse, hold to expectations.

Nothing here touches the disk: `read` brings the text of an imported file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from archc.analysis.facts import Facts
from archc.diagnostics import Diagnostic
from archc.graph.graph import Graph
from archc.language.source import Source, Span
from archc.language.tree import Program

Dtype = str  # "float32", "float16", "bfloat16", "float64"
BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8}


class Options(NamedTuple):
    """What the caller changes: `settings` are parameters as text (`classes` -> `10`), `input` a shape as text."""

    network: str | None = None
    settings: tuple[tuple[str, str], ...] = ()
    input: str | None = None
    batch: int = 1
    dtype: Dtype = "float32"


class Verdict(NamedTuple):
    """An expectation held against the network; `holds` is None where it does not apply or is unknown."""

    text: str
    holds: bool | None
    actual: object
    source: str | None
    span: Span


class Network(NamedTuple):
    """One network of a file with everything found out about it."""

    name: str
    graph: Graph
    facts: Facts
    expectations: tuple[Verdict, ...]
    batch: int
    dtype: Dtype


class Checked(NamedTuple):
    """A file: its program (partial where broken), its networks and every finding, in the order of the text."""

    program: Program
    networks: tuple[Network, ...]
    diagnostics: tuple[Diagnostic, ...]


Reader = Callable[[str, Source], Source]  # (path as written, the importing file) -> the imported text
