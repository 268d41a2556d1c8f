"""Budgets from outside the file, `--max-params 60M`, held like an expectation of every network."""

from __future__ import annotations

from fractions import Fraction

from archc.analysis.claims import Verdict, show_figure
from archc.analysis.facts import Facts
from archc.analysis.quantities import largest
from archc.graph.graph import Graph
from archc.graph.report import Report
from archc.named import NamedTuple

FIGURES = {
    "params": "params",
    "macs": "macs",
    "flops": "flops",
    "memory": "memory.peak",
    "weights": "memory.weights",
}
"""What can be limited: the word of the flag, and the figure as an expectation names it."""


class Budget(NamedTuple):
    """`word` is one of `FIGURES`, `text` the limit as it was written."""

    word: str
    text: str
    most: int | float | Fraction


def keep(
    graph: Graph, facts: Facts, image: Facts, budgets: tuple[Budget, ...], report: Report
) -> tuple[Verdict, ...]:
    """A verdict for each; one that is not kept is reported at the network's name.

    `facts` are those of the whole batch, which memory is limited for; `image` those of one image.
    """
    verdicts = []
    for one in budgets:
        actual = _actual(one.word, facts, image)
        holds = None if actual is None or not graph.complete else actual <= one.most
        name, flag = FIGURES[one.word], f"--max-{one.word}"
        span = graph.named
        if holds is False:
            from archc.analysis.units_meant import unit_meant

            report.add(
                "broken-expectation",
                f"{name} of `{graph.name}` is {show_figure(actual)}; {flag} allows {one.text}",
                span,
                network=f"{graph.name} {flag}",
                help=unit_meant(name, actual, one.text) or largest(name, graph, facts),
            )
        elif actual is None and graph.complete:
            report.add(
                "unjudged-claim",
                f"{flag} cannot be judged: {name} of `{graph.name}` is unknown",
                span,
                severity="warning",
                network=f"{graph.name} {flag}",
            )
        verdicts.append(Verdict(f"{name} <= {one.text}", holds, actual, flag, span))
    return tuple(verdicts)


def _actual(word: str, facts: Facts, image: Facts) -> int | None:
    if word == "memory":
        return facts.memory.peak
    if word == "weights":
        return facts.memory.weights
    if word == "params":
        return facts.totals.params
    work = image.totals.work
    return None if work is None else int(getattr(work, word))
