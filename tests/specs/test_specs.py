"""Every bundled spec is clean, and what it claims of itself holds."""

from __future__ import annotations

import re

from tests.each import each
from tests.specs.library import FILES, SPECS, load

NETWORKS = [(file, name) for file in FILES for name in load(file).networks]


def test_there_are_specs():
    assert len(FILES) >= 20


@each("file", FILES)
def test_no_findings(file):
    findings = [
        f"{one.span.source.name}:{one.span.line}: {one.severity}[{one.code}]: {one.message}"
        for one in load(file).diagnostics
    ]
    assert findings == []


@each("file", FILES)
def test_every_expectation_holds(file):
    assert load(file).networks
    for network in load(file).networks.values():
        assert network.graph.complete
        for verdict in network.expectations:
            assert verdict.holds is True, f"{network.name}: {verdict.text}: {verdict.actual}"


@each("file", FILES)
def test_every_expectation_names_its_source(file):
    for network in load(file).networks.values():
        assert [one.text for one in network.expectations if not one.source] == []


@each("file, name", NETWORKS)
def test_every_figure_is_exact(file, name):
    network = load(file).networks[name]
    assert network.status == "exact"
    assert None not in (network.params, network.macs, network.memory.peak)


@each("file", FILES)
def test_the_file_introduces_itself(file):
    text = (SPECS / file).read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert text.endswith("\n")
    assert not re.search(r"[ \t]+$", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 100


def test_names_are_told_apart():
    """A network's name means one thing: where two files have it, they have the same network."""
    counts: dict[str, set[tuple[int | None, int | None]]] = {}
    for file, name in NETWORKS:
        network = load(file).networks[name]
        counts.setdefault(name, set()).add((network.params, network.macs))
    assert {name for name, figures in counts.items() if len(figures) > 1} == set()
