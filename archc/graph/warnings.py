"""Which warnings are told: arms that no member takes, and what `# allow` silences."""

from __future__ import annotations

from archc.diagnostics import ADVICE, Diagnostic
from archc.graph import cures
from archc.graph.modules import Module
from archc.graph.report import Report
from archc.graph.run import Arms
from archc.language import tree


def news(warnings: list[Diagnostic], report: Report) -> list[Diagnostic]:
    """Warnings but those of layers whose shape an error speaks of already."""
    told = {
        label.span
        for one in report.diagnostics
        if one.code == "wrong-shape"
        for label in one.labels
    }
    return [one for one in warnings if one.code != "skipped-pixels" or one.span not in told]


def unused_arms(module: Module, arms: Arms, report: Report) -> None:
    """An arm no member takes. A file without members leaves its arms to whoever calls it."""
    if not any(isinstance(one, tree.Member) for one in module.program.definitions):
        return
    for span, statement in arms.seen.items():
        if span.source is not module.program.source:
            continue
        for arm in statement.arms:
            if arm.span not in arms.taken:
                place = arm.condition.span if arm.condition is not None else arm.span
                what = (
                    "this condition never holds"
                    if arm.condition is not None
                    else "this `else` is never taken"
                )
                report.add(
                    "unused-arm",
                    f"{what} in any network of the file",
                    place,
                    severity="warning",
                )


def allowed(
    program: tree.Program, diagnostics: list[Diagnostic], advised: bool = False
) -> list[Diagnostic]:
    """Leaves out what `# allow: CODE` and `# allow-file: CODE` silence.

    One that silences nothing is a finding, unless an error may hide what it was to silence; that of
    the line goes before that of the file. Advice may be silenced whether it is `advised` in this
    run or not.
    """
    failed = any(one.severity == "error" for one in diagnostics)
    used = set()
    kept = []
    places = {(one.code, one.line): one for one in program.allowances}
    for one in diagnostics:
        allowance = None
        if one.severity != "error" and places and one.span.source is program.source:
            allowance = places.get((one.code, one.span.line))
            allowance = allowance or places.get((one.code, tree.WHOLE_FILE))
        if allowance is None:
            if one.severity == "warning" and "#" in one.span.source.line(one.span.line):
                one = one._replace(proposals=(*cures.allow.as_here(one), *one.proposals))
            kept.append(one)
        else:
            used.add((allowance.code, allowance.line))
    for allowance in program.allowances:
        idle = allowance.code in ADVICE and not advised
        if (allowance.code, allowance.line) not in used and not idle and not failed:
            where = "in this file" if allowance.line == tree.WHOLE_FILE else "on this line"
            what = "advice" if allowance.code in ADVICE else "warning"
            message = f"there is no {what} `{allowance.code}` {where} to allow"
            proposals = cures.allow.meant(allowance, diagnostics)
            finding = Diagnostic("useless-allow", "warning", message, allowance.span)
            help = cures.allow.note(allowance.code)
            kept.append(finding._replace(proposals=proposals, help=help))
    return kept
