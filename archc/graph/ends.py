"""Where a network begins and where it ends: its inputs, and a last `output`."""

from __future__ import annotations

from archc.diagnostics import Label
from archc.graph import cures
from archc.graph.lone_layers import counted
from archc.graph.naming import Body
from archc.graph.report import Report
from archc.language import tree


def check_inputs(body: Body, report: Report) -> None:
    """`input` comes first; several inputs are named."""
    inputs = [one for one in body if isinstance(one, tree.Input)]
    before = next((one for one in body if isinstance(one, (tree.Chain, tree.Output))), None)
    for number, one in enumerate(inputs):
        if before is not None and before.span.start < one.span.start:
            report.add(
                "misplaced",
                "`input` comes before the first layer",
                one.span,
                labels=(Label(before.span, "this has no input yet"),),
            )
        if number and (one.name is None or inputs[0].name is None):
            report.add(
                "misplaced",
                "a network of several inputs names each of them",
                one.span,
                labels=(Label(inputs[0].span, "the first input"),),
                help="for example `input left 1x105x105`, and later `from left`",
            )


def check_last_output(statement: tree.Output, body: Body, report: Report) -> None:
    """`output linear 10` at the end: what stands above it stays the main result."""
    label = statement.label
    if label is not None and label.plain in (None, "out"):
        return
    first = statement.body.links[0].action
    ways = [one for one in body if isinstance(one, (tree.Chain, tree.Output))]
    others = sum(isinstance(one, tree.Output) for one in ways)
    if others > 1 or statement is not ways[-1] or statement.training:
        return
    if isinstance(first, tree.From) or not any(map(counted, statement.body.links)):
        return
    report.add(
        "further-result",
        "`output` gives one more result: the main one is still what stands above it",
        statement.span,
        severity="warning",
        help="the last tensor of a network is its main result, without a word",
        proposals=cures.text.left_out(statement),
    )
