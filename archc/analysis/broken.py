"""What is said of a claim that does not hold: both figures, and what may mend it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from archc.analysis.claims import last_digit, show_figure
from archc.analysis.meant_figures import meant_figures, of_the_place
from archc.analysis.quantities import Parts, Quantities
from archc.analysis.units_meant import unit_meant
from archc.diagnostics import Cure, Edit, Label, Proposal
from archc.graph import cures
from archc.graph.elaborate import literal
from archc.graph.evaluate import Mistake, Silence, evaluate
from archc.graph.graph import Claim
from archc.graph.report import Report
from archc.language import tree
from archc.language.literals import UNITS

COUNTED = ("params", "trainable", "macs", "flops", "connections")
"""Figures that are seldom below a thousand."""


def broken(claim: Claim, text: str, actual: Any, parts: Parts, report: Report) -> None:
    """Reports a claim that does not hold, with both figures and what may mend it."""
    expect = claim.expect
    assert isinstance(expect.claim, tree.Comparison)
    operands = expect.claim.operands
    named = next((operand for operand in operands if not literal(operand)), operands[0])
    what = " ".join(named.span.text.split())
    message = f"{what} is {show_figure(actual)}; the file expects `{text}`"
    labels: tuple[Label, ...] = ()
    if expect.source is not None:
        labels = (Label(expect.source.span, "the claim's source"),)
    report.add(
        "broken-expectation",
        message,
        expect.claim.span,
        labels=labels,
        calls=claim.place.names.scope.frames(),
        network=parts.graph.name,
        help=_without_unit(what, actual, expect.claim)
        or _rounded(text, actual, operands)
        or parts.largest(what)
        or _steps(claim, parts),
        proposals=(
            *_about_instead(actual, expect.claim),
            *meant_figures(claim, parts, actual),
            *of_the_place(claim, parts),
            *_cut_off(what, actual, expect.claim),
            *_reaching(claim, parts),
        ),
    )


def _without_unit(what: str, actual: Any, claim: tree.Comparison) -> str | None:
    """`memory.peak < 30`: the number that the figure is compared with, where it has no unit."""
    numbers = [one.text for one in claim.operands if isinstance(one, tree.Number) and one.value]
    limits = what in COUNTED and claim.operators[-1] in ("<", "<=")
    if not numbers or not (limits or "memory" in what.split(".")):
        return None
    return unit_meant(what, actual, numbers[-1])


def _about_instead(actual: Any, claim: tree.Comparison) -> Iterator[Proposal]:
    """`params == 138M`: equal to the digits written, which `~` means."""
    written = claim.operands[-1]
    if (
        claim.operators != ("==",)
        or not isinstance(written, tree.Number)
        or type(actual) is not int
    ):
        return
    unit = last_digit(written.text)
    if unit <= 1 or 2 * abs(actual - Fraction(written.value)) > unit:
        return
    text = claim.span.text.replace("==", "~", 1)
    help = f"`~` is equal to the digits written: write `expect {' '.join(text.split())}`"
    yield Proposal(help, Cure((Edit(claim.span, text),)))


def _cut_off(what: str, actual: Any, claim: tree.Comparison) -> Iterator[Proposal]:
    """A figure that was cut off where `~` rounds: `60M` for 60,965,224."""
    written = claim.operands[-1]
    if claim.operators != ("~",) or not isinstance(written, tree.Number) or type(actual) is not int:
        return
    unit, suffix = last_digit(written.text), written.text.lstrip("0123456789._")
    if unit <= 1 or actual // unit * unit != written.value or "e" in written.text.lower():
        return
    digits = len(written.text.partition(".")[2]) - len(suffix) if "." in written.text else 0
    after = float((Fraction(written.value) + unit) / UNITS.get(suffix, 1))
    text = f"{written.text} <= {what} < {after:.{digits}f}{suffix}"
    help = f"rounded it is {after:.{digits}f}{suffix}; for a figure cut off write `{text}`"
    yield Proposal(help, Cure((Edit(claim.span, text),)))


def _rounded(text: str, actual: Any, operands: tuple[tree.Expr, ...]) -> str | None:
    """What a figure rounds to, in the digits of a claim with `~`."""
    written = next((one for one in operands if isinstance(one, tree.Number)), None)
    if "~" not in text or written is None or type(actual) is not int:
        return None
    unit = last_digit(written.text)
    number = written.text.rstrip("kKMGTiB")
    suffix = written.text[len(number) :]
    if "e" in number.lower():
        return None
    digits = len(number.partition(".")[2])
    scaled = Fraction(round(actual / unit)) * unit / UNITS.get(suffix, 1)
    return f"in these digits it is {float(scaled):.{digits}f}{suffix}"


def _of_a_shape(claim: Claim, parts: Parts) -> tuple[int, tuple[int, ...]] | None:
    """The node whose shape is claimed, and the shape that it should have; None for other claims."""
    comparison = claim.expect.claim
    if not isinstance(comparison, tree.Comparison) or comparison.operators != ("==",):
        return None
    quantities = Quantities(claim, parts)
    for one, other in (comparison.operands, comparison.operands[::-1]):
        if not isinstance(one, tree.Attribute) or one.name != "shape":
            continue
        try:
            node = quantities.node(evaluate(one.value, quantities))
            wanted = evaluate(other, quantities)
        except (Mistake, Silence):
            return None
        axes = wanted if isinstance(wanted, tuple) else (wanted,)
        if node is not None and all(type(axis) is int for axis in axes):
            return node, tuple(axes)
    return None


def _reaching(claim: Claim, parts: Parts) -> Iterator[Proposal]:
    """`output.shape == 3x64x64`: the layers that may be meant otherwise, as for `=>`."""
    found = _of_a_shape(claim, parts)
    if found is not None:
        yield from cures.generators.from_one_pixel(parts.graph.nodes, found[0])
        yield from cures.reaching.reaching(parts.graph.nodes, *found)


def _steps(claim: Claim, parts: Parts) -> str | None:
    found = _of_a_shape(claim, parts)
    return None if found is None else cures.steps.steps(parts.graph.nodes, *found)
