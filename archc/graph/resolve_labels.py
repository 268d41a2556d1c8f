"""The labels of a scope: names that a module may have, each of one thing."""

from __future__ import annotations

from archc.diagnostics import Label
from archc.graph import cures
from archc.graph.labels import label_problem, numbered
from archc.graph.naming import Body, bears_label, inner_bodies
from archc.graph.report import Report
from archc.language import tree


def check_labels(body: Body, seen: dict[str, tree.Template], report: Report) -> None:
    """One label, one thing; the arms of one `if` may share."""
    for statement in body:
        chain = statement.body if isinstance(statement, tree.Output) else statement
        label = statement.label if isinstance(statement, tree.Output) else None
        if label is not None:
            _claim(label, seen, report)
        if not isinstance(chain, tree.Chain):
            continue
        for number, link in enumerate(chain.links):
            if link.label is not None:
                _claim(link.label, seen, report)
            named = link.label is not None or (number == 0 and bears_label(statement))
            if named and not isinstance(link.action, tree.Braced):
                continue
            if isinstance(link.action, tree.If):
                arms: list[dict[str, tree.Template]] = []
                for arm in link.action.arms:
                    mine = dict(seen)
                    check_labels(arm.body, mine, report)
                    arms.append(mine)
                for mine in arms:
                    seen.update(mine)
            else:
                for inner in inner_bodies(link.action):
                    check_labels(inner, seen, report)


def _claim(label: tree.Template, seen: dict[str, tree.Template], report: Report) -> None:
    plain = label.plain
    if plain is None:
        return
    problem = label_problem(plain)
    if problem is not None:
        free = plain.isidentifier() and label.span.text == plain and not plain.endswith("_")
        proposals = (cures.text.rename(label.span, f"{plain}_"),) if free else ()
        report.add("bad-label", problem, label.span, proposals=proposals)
    if plain in seen:
        report.add(
            "duplicate-label",
            f"the label `{plain}` is used twice in one scope",
            label.span,
            labels=(Label(seen[plain].span, "first used here"),),
            proposals=numbered(plain, label.span),
        )
    else:
        seen[plain] = label
