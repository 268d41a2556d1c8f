"""Weights are shared where the text says `share`, and nowhere else, whatever names come out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archc.check import Options, check
from archc.diagnostics import Diagnostic
from archc.graph.elaborate import Arms, Elaborator
from archc.graph.report import Report
from archc.graph.values import Tensor
from archc.language.source import Source
from tests.robustness.sound import read

LAYERS = ("conv 3 1x1", "conv 3 1x1", "relu", "B", "B1", "C", "identity")
LABELS = ("conv1", "relu{i}", "conv{k}", "B{k}", "B{k+i}", "a", "a{k}", "B1{i}", "add{k}", "for1")
EXAMPLES = settings(
    max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


class Counter(Elaborator):
    """An elaborator that counts the layers that run because of a `share`."""

    def __init__(self, report: Report, arms: Arms) -> None:
        super().__init__(report, arms)
        self.shared = 0

    def _add(self, *arguments: Any) -> Tensor:
        self.shared += self._replaying > 0
        return super()._add(*arguments)


def runs(text: str) -> tuple[tuple[Diagnostic, ...], int, int, int]:
    """What is told of a network, its layers' runs, how many of them are shared, its modules."""
    counters: list[Counter] = []

    def make(report: Report, arms: Arms) -> Counter:
        counters.append(Counter(report, arms))
        return counters[-1]

    found = check(Source(text, "net.arch"), Options(), read, make)
    if any(one.severity == "error" for one in found.diagnostics):
        return found.diagnostics, 0, 0, 0
    nodes = [node for node in found.networks[0].graph.nodes if node.layer is not None]
    modules = {node.module for node in nodes}
    return found.diagnostics, len(nodes), counters[-1].shared, len(modules)


def statements() -> st.SearchStrategy[str]:
    """Statements that keep a map of three channels, under labels that often meet."""
    label = st.sampled_from(LABELS)
    layer = st.sampled_from(LAYERS)
    simple = st.one_of(
        layer,
        layer,
        st.tuples(label, layer).map(": ".join),
        st.tuples(label, layer, layer).map(lambda parts: again(*parts)),
    )

    def more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        body = st.lists(inner, min_size=1, max_size=4).map(
            lambda parts: f"{{ {'; '.join(parts)} }}"
        )
        return st.one_of(
            st.tuples(label, body).map(": ".join),
            body.map(loop),
            body.map(lambda text: f"repeat 2 {text}"),
            st.tuples(body, body).map(lambda two: f"if i == 1 {two[0]} else {two[1]}"),
            body.map(lambda text: f"add {text}"),
            st.tuples(label, body).map(lambda two: f"{two[0]}: add {two[1]}"),
            st.tuples(label, body).map(lambda two: f"{two[0]}: repeat 2 {two[1]}"),
            st.tuples(label, body, layer).map(lambda parts: again(*parts)),
        )

    return st.recursive(simple, more, max_leaves=6)


def networks() -> st.SearchStrategy[str]:
    """A network whose blocks have names that end in digits, as running numbers do."""
    body = st.lists(statements(), min_size=1, max_size=6).map("\n    ".join)
    return st.tuples(body, body).map(
        lambda two: (
            (
                "block B { conv 3 1x1 }\nblock B1 { x: conv 3 1x1; relu }\n"
                f"block C(i = 1) {{\n    {re.sub('C', 'B', two[0])}\n}}\n"
                f"network N(i = 1) {{\n    input 3x8x8\n    {two[1]}\n}}\n"
            )
            .replace("{k}", "{i}")
            .replace("{k+", "{i+")
        )
    )


def again(label: str, layer: str, between: str) -> str:
    """A layer that runs twice."""
    return f"{label}: {layer}; {between}; share {label}"


def loop(body: str) -> str:
    """A loop over a body, whose variable has a name that no loop inside it has."""
    name = f"k{body.count('for k')}"
    body = body.replace("{k}", f"{{{name}}}").replace("{k+", f"{{{name}+")
    return f"for {name} in [1, 2] {body}"


@EXAMPLES
@given(networks())
def test_sharing_comes_from_share_alone(text: str) -> None:
    _, nodes, shared, modules = runs(text)
    assert modules == nodes - shared, text


@pytest.mark.campaign
@settings(EXAMPLES, max_examples=5000)
@given(networks())
def test_sharing_in_many_networks(text: str) -> None:
    _, nodes, shared, modules = runs(text)
    assert modules == nodes - shared, text
