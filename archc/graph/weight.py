"""How much work a body is, each time that it runs: what the limits count.

A step is about a microsecond. A round is two, a statement one, and one more for every four letters
of what it works out, since an expression takes as long as it is; a label, which makes a name and
keeps a value, is five, and so are the claim of a shape and a name that is worked out.
"""

from __future__ import annotations

from archc.language import tree
from archc.language.source import Span

ROUND_STEPS = 2
LETTERS_A_STEP = 4
LABEL_STEPS = CLAIM_STEPS = TEMPLATE_STEPS = 5


def weight(body: tuple[tree.Statement, ...]) -> int:
    """The steps of a body's own statements; what stands in their braces counts when it runs."""
    steps = ROUND_STEPS + len(body)
    letters = 0
    for statement in body:
        if isinstance(statement, tree.Output):
            statement = statement.body
        if isinstance(statement, tree.Chain):
            for link in statement.links:
                letters += _letters(link.action)
                if isinstance(link.action, tree.From) and not isinstance(
                    link.action.target, tree.Name
                ):
                    steps += TEMPLATE_STEPS
                if link.shape is not None:
                    steps += CLAIM_STEPS
                    letters += _length(link.shape.span)
                if link.label is not None:
                    steps += LABEL_STEPS
                    letters += _length(link.label.span)
        elif isinstance(statement, tree.Let):
            letters += _length(statement.span)
    return steps + letters // LETTERS_A_STEP


def _letters(action: tree.Action) -> int:
    """Those of what an action itself works out."""
    if isinstance(action, (tree.Apply, tree.From)):
        return _length(action.span)
    if isinstance(action, tree.If):
        return sum([_length(arm.condition.span) for arm in action.arms if arm.condition])
    if isinstance(action, tree.For):
        return _length(action.iterable.span)
    return _length(action.count.span) if isinstance(action, tree.Repeat) else 0


def _length(span: Span) -> int:
    return span.end - span.start
