"""How every layer of a network is called: the source above, the paths below.

`pytest --update` rewrites what is below the rule; a change there changes the names of weights.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from archc.check import Options, check
from archc.emit.concise import concise
from archc.graph.graph import Graph
from archc.language.source import Source
from archc.shapes import show
from tests.each import each
from tests.graph.test_messages import read

FOLDERS = ("naming", "language-semantics")
CASES = [
    path
    for folder in FOLDERS
    for path in sorted((Path(__file__).parent.parent / "cases" / folder).glob("*.txt"))
]
RULE = "\n" + "-" * 80 + "\n"


def listing(graph: Graph) -> str:
    """The nodes of a graph with their shapes and what they read, then its results."""
    lines = [f"{graph.name}:"]
    for node in graph.nodes:
        shape = "unknown" if node.shape is None else show(node.shape)
        reads = ", ".join(graph.nodes[i].path for i in node.inputs)
        when = " (training)" if node.training else ""
        lines.append(f"    {node.path}  {node.kind} {shape}  <- {reads}{when}".rstrip(" <-"))
    for result in graph.results:
        lines.append(f"    = {result.name}: {graph.nodes[result.node].path}")
    return "\n".join(lines)


@each("path", CASES)
def test_names(path: Path, golden: Callable[[Path, str], None]) -> None:
    source = path.read_bytes().decode("utf-8").split(RULE)[0]
    found = check(Source(source, f"{path.stem}.arch"), Options(), read)
    parts = [source]
    if found.diagnostics:
        parts.append(concise(found.diagnostics).rstrip("\n"))
    for network in found.networks:
        claims = [
            f"    expect {one.text}: {'holds' if one.holds else one.holds}"
            for one in network.expectations
        ]
        parts.append("\n".join([listing(network.graph), *claims]))
    golden(path, RULE.join(parts) + "\n")
