"""Expectations held against the figures: `expect params ~ 138M "source"`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from archc.analysis.facts import Facts
from archc.analysis.quantities import (
    COUNTS,
    GLOBAL,
    MEMORY,
    FieldOf,
    MemoryOf,
    Parts,
    PathOf,
    PerAxis,
    Quantities,
)
from archc.analysis.variants import Variant, of_memory
from archc.graph import cures
from archc.graph.elaborate import literal
from archc.graph.evaluate import Mistake, Silence, compare, evaluate
from archc.graph.graph import Claim, Graph
from archc.graph.report import Report
from archc.graph.values import describe
from archc.language import tree
from archc.language.literals import UNITS
from archc.language.source import Span
from archc.named import NamedTuple
from archc.shapes import Open, differ


class Verdict(NamedTuple):
    """An expectation held against the network; `holds` is None where it cannot be told.

    `why` then says what stands in the way, where that is not a finding of its own.
    """

    text: str
    holds: bool | None
    actual: object
    source: str | None
    span: Span
    why: str = ""


# ------------------------------------------------------------------------------------- verdicts


def hold(
    graph: Graph, facts: Facts, image: Facts, report: Report, variant: Variant | None = None
) -> tuple[Verdict, ...]:
    """A verdict for every expectation; a broken one is reported at its own line.

    `facts` are those of the whole batch, which memory is claimed of; `image` those of one image.
    """
    whole = Parts(graph, facts)
    single = whole if image is facts else Parts(graph, image)
    return tuple(
        [
            _verdict(claim, whole if of_memory(claim) else single, variant, report)
            for claim in graph.claims
        ]
    )


def unjudged(graph: Graph, why: str) -> tuple[Verdict, ...]:
    """The expectations, none of them judged."""
    return tuple([_told(claim, None, None, why) for claim in graph.claims])


def _told(claim: Claim, holds: bool | None, actual: object, why: str) -> Verdict:
    expect = claim.expect
    source = expect.source.value if expect.source is not None else None
    return Verdict(
        " ".join(expect.claim.span.text.split()), holds, actual, source, expect.span, why
    )


def _verdict(claim: Claim, parts: Parts, variant: Variant | None, report: Report) -> Verdict:
    graph = parts.graph
    expect = claim.expect
    actual: Any = None
    holds: bool | None = None
    why = ""
    if graph.complete:
        try:
            holds, actual = _judge(expect.claim, Quantities(claim, parts))
        except (Mistake, Silence) as error:
            if variant is not None and variant.judged_before(claim):
                why = f"cannot be told under {variant.flags}"
            else:
                _cannot_judge(claim, error, parts, report)
    if holds is False and variant is not None and variant.lapses(claim, actual):
        holds, why = None, f"{show_figure(actual)} under {variant.flags}"
    verdict = _told(claim, holds, actual, why)
    if holds is False:
        from archc.analysis.broken import broken

        broken(claim, verdict.text, verdict.actual, parts, report)
    return verdict


def _cannot_judge(claim: Claim, error: Mistake | Silence, parts: Parts, report: Report) -> None:
    """What is wrong with a claim, or what hides its figure."""
    if isinstance(error, Mistake):
        calls = claim.place.names.scope.frames()
        report.add(
            error.code,
            str(error),
            error.span,
            calls=calls,
            help=error.help,
            proposals=error.proposals,
        )
        return
    report.add(
        "unjudged-claim",
        "this cannot be judged: a figure in it is unknown",
        claim.expect.claim.span,
        severity="warning",
        help=_why(parts),
        network=parts.graph.name,
    )


def _judge(claim: tree.Expr, quantities: Quantities) -> tuple[bool, Any]:
    """Whether a claim holds, and the figure it is about."""
    if not isinstance(claim, tree.Comparison):
        raise Mistake(
            "not-a-claim",
            "`expect` wants a comparison",
            claim.span,
            "for example `expect params == 60_000` or `expect macs ~ 4.09G`",
        )
    values = [evaluate(operand, quantities) for operand in claim.operands]
    for value, operand in zip(values, claim.operands, strict=True):
        if isinstance(value, (PathOf, MemoryOf)):
            figures = MEMORY if isinstance(value, MemoryOf) else COUNTS
            raise Mistake(
                "not-a-claim",
                f"which figure of `{operand.span.text}`?",
                operand.span,
                f"for example `{operand.span.text}.{figures[0]}`; there is {', '.join(figures)}",
            )
    _check_bytes(claim)
    written = [literal(operand) for operand in claim.operands]
    actual = values[written.index(False)] if False in written else values[0]
    if isinstance(actual, FieldOf):
        actual = GLOBAL if actual.field.whole and GLOBAL in values else _plain(actual)
    holds = True
    for place, operator in enumerate(claim.operators):
        left, right = claim.operands[place], claim.operands[place + 1]
        if operator == "~":
            holds = holds and _about(values[place], left, values[place + 1], right)
        else:
            holds = holds and _compare(operator, values[place], values[place + 1], claim.span)
    return holds, actual


def _check_bytes(claim: tree.Comparison) -> None:
    """Raises `Mistake` for bytes beside a figure that counts: `params < 10MB`."""
    counted = [
        one.span.text
        for one in claim.operands
        if not literal(one) and "memory" not in one.span.text.split(".")
        if one.span.text.split(".")[-1] in COUNTS
    ]
    for one in claim.operands:
        if counted and isinstance(one, tree.Number) and one.text.endswith("B"):
            count = one.text.rstrip("iB").upper()
            raise Mistake(
                "not-a-claim",
                f"`{counted[0]}` is a count, and `{one.text}` is an amount of bytes",
                one.span,
                "the bytes are `memory.weights`, `memory.activations` and `memory.peak`",
                proposals=(cures.text.instead(one.span, count),),
            )


def _plain(value: Any) -> Any:
    return PerAxis(value.field.size) if isinstance(value, FieldOf) else value


def _compare(operator: str, left: Any, right: Any, span: Span) -> bool:
    if left is GLOBAL or right is GLOBAL:
        other = right if left is GLOBAL else left
        whole = other.field.whole if isinstance(other, FieldOf) else other is GLOBAL
        return bool(whole) == (operator != "!=")
    left, right = _plain(left), _plain(right)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, PerAxis):
            axes = (
                other
                if isinstance(other, tuple) and not isinstance(other, Open)
                else (other,) * len(one)
            )
            if len(axes) != len(one):
                return operator == "!="
            pairs = [(a, b) if one is left else (b, a) for a, b in zip(one, axes, strict=True)]
            results = [compare(operator, a, b, span) for a, b in pairs]
            return any(results) if operator == "!=" else all(results)
    if operator in ("==", "!=") and isinstance(left, tuple) and isinstance(right, (tuple, int)):
        axes = right if isinstance(right, tuple) and not isinstance(right, Open) else (right,)
        if not isinstance(left, Open):
            same = len(left) == len(axes) and not any(
                differ(a, b) for a, b in zip(left, axes, strict=True)
            )
            return same == (operator == "==")
    return compare(operator, left, right, span)


def _about(left: Any, left_expr: tree.Expr, right: Any, right_expr: tree.Expr) -> bool:
    """`~`: equal to the digits written. `138M` stands for 137.5 to 138.5 million."""
    left, right = _plain(left), _plain(right)
    for value, written, expr in ((left, right, right_expr), (right, left, left_expr)):
        if not isinstance(expr, tree.Number):
            continue
        unit = last_digit(expr.text)
        axes = value if isinstance(value, PerAxis) else (value,)
        if not all(isinstance(axis, (int, Fraction, float)) for axis in axes):
            break
        return all(2 * abs(Fraction(axis) - Fraction(written)) <= unit for axis in axes)
    raise Mistake(
        "wrong-type",
        "`~` wants a figure on one side and a number written out on the other",
        right_expr.span,
        "for example `expect params ~ 138M`",
    )


def last_digit(text: str) -> Fraction:
    """The worth of one step in the last digit written: `4.09G` -> 10,000,000."""
    digits = text.replace("_", "")
    number = digits.rstrip("kKMGTiB")
    unit = Fraction(UNITS.get(digits[len(number) :], 1))
    digits = number
    mantissa, _, exponent = digits.lower().partition("e")
    if exponent:
        unit *= Fraction(10) ** int(exponent)
    return unit / Fraction(10) ** len(mantissa.partition(".")[2])


def show_figure(value: Any) -> str:
    """A figure as a reader wants it: `138,357,544`, `64x55x55`."""
    if isinstance(value, PerAxis):
        parts = [show_figure(axis) for axis in value]
        return parts[0] if len(set(parts)) == 1 else " x ".join(parts)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return repr(value) if value is GLOBAL else describe(value)


def _why(parts: Parts) -> str | None:
    """What hides a figure."""
    if any(isinstance(axis, Open) for node in parts.graph.nodes for axis in node.shape or ()):
        return "it depends on an open size; `--input` gives one"
    return None
