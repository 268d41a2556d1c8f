"""Claims that hold of another figure, or in another unit: `flops ~ 15.5G`, where the MACs are."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from archc.analysis.claims import last_digit
from archc.analysis.quantities import Parts, Quantities
from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.text import without_line
from archc.graph.evaluate import Mistake, Silence, evaluate
from archc.graph.graph import Claim
from archc.language import tree
from archc.language.literals import number_value
from archc.language.source import Span

OTHERS = {
    "flops": ("macs",),
    "macs": ("flops",),
    "params": ("trainable",),
    "peak": ("weights",),
    "weights": ("peak",),
}
"""What others call by the same name."""

BYTES = ("", "kB", "MB", "GB", "KiB", "MiB", "GiB")
COUNT = ("", "K", "M", "G")


def meant_figures(claim: Claim, parts: Parts, actual: Any) -> Iterator[Proposal]:
    """The same claim of the figure, or in the unit, in which it holds to the digits written."""
    comparison = claim.expect.claim
    if not isinstance(comparison, tree.Comparison) or comparison.operators not in (("==",), ("~",)):
        return
    written = comparison.operands[-1]
    named = comparison.operands[0]
    if not isinstance(written, tree.Number) or not isinstance(named, (tree.Name, tree.Attribute)):
        return
    own = named.id if isinstance(named, tree.Name) else named.name
    if not isinstance(own, str):
        return
    for word in OTHERS.get(own, ()):
        other = named._replace(**{"id" if isinstance(named, tree.Name) else "name": word})
        try:
            value = evaluate(other, Quantities(claim, parts))
        except (Mistake, Silence):
            continue
        if _same(value, written.text):
            what = f"{named.span.text[: -len(own)]}{word}"
            yield _claimed(comparison, what, value, written.text)
    if type(actual) is int:
        for text in _in_other_units(written.text, "memory" in named.span.text.split(".")):
            if _same(actual, text):
                yield _claimed(comparison, named.span.text, actual, text)


def _same(value: Any, text: str) -> bool:
    """Whether a figure is the number to the digits written."""
    if type(value) is not int:
        return False
    return 2 * abs(value - Fraction(number_value(text))) <= last_digit(text)


def _in_other_units(text: str, memory: bool) -> Iterator[str]:
    """The same digits with other letters behind them."""
    number = text.rstrip("kKMGTiB")
    if "e" in number.lower() or not number.replace("_", "").strip("0."):
        return
    for unit in BYTES if memory else COUNT:
        if f"{number}{unit}" != text:
            yield f"{number}{unit}"


def _claimed(comparison: tree.Comparison, what: str, value: int, text: str) -> Proposal:
    line = f"{what} {'==' if value == number_value(text) else '~'} {text}"
    help = f"{what} is {text}: write `expect {line}`"
    return Proposal(help, Cure((Edit(comparison.span, line),)))


def of_the_place(claim: Claim, parts: Parts) -> Iterator[Proposal]:
    """`expect shape == 8x30x30` in the middle of a network: the shape there, which `=>` claims."""
    expect, comparison = claim.expect, claim.expect.claim
    if not isinstance(comparison, tree.Comparison) or comparison.operators != ("==",):
        return
    named, written = comparison.operands
    source = expect.span.source
    nodes = [node for node in parts.graph.nodes if node.span.source is source and node.layer]
    before = [node for node in nodes if node.span.end <= expect.span.start]
    if named.span.text not in ("shape", "output.shape") or not before or before[-1] is nodes[-1]:
        return
    end = before[-1].span.end
    if source.text[end:].partition("\n")[0].strip() == "":
        added = f" => {written.span.text}"
        line = f"`{before[-1].span.text}{added}` in line {before[-1].span.line}"
        help = f"an `expect` is of the whole network: write {line}"
        for gone in without_line(expect.span):
            yield Proposal(help, Cure((Edit(Span(source, end, end), added), *gone.cure.edits)))
