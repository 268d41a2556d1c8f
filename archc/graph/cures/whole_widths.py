"""Widths worked out of names, `w*alpha`, that come out as no whole number."""

from __future__ import annotations

from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import mended
from archc.graph.cures.reaching import caller
from archc.graph.graph import Scope
from archc.language import tree


def whole_where_called(value: tree.Expr, scope: Scope) -> Iterator[Proposal]:
    """`Separable w*alpha` of `block Separable(width)`: the call gives it a width that is whole."""
    call = caller(scope, value)
    if call is None:
        return
    action, name, place = call
    unnamed = [one for one in action.arguments if one.name is None]
    given = [one for one in action.arguments if one.name == name] or unnamed[place : place + 1]
    if given and computed(given[0].value):
        edit = Edit(given[0].value.span, f"divisible({given[0].value.span.text}, 8)")
        line = f"`{mended(action.span, [edit])}` in line {action.span.line}"
        yield Proposal(f"write {line}, the nearest multiple of 8", Cure((edit,)))


def computed(value: tree.Expr) -> bool:
    """Whether an expression is worked out of names: a parameter alone is set at the call."""
    names = any(isinstance(one, tree.Name) for one in tree.within(value))
    return names and not isinstance(value, tree.Name)
