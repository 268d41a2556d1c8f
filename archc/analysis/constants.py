"""What an expression comes to where a few names are known, and nothing else can be asked."""

from __future__ import annotations

from typing import Any

from archc.graph.evaluate import Mistake, Silence, evaluate
from archc.language import tree


def value_of(expr: tree.Expr, known: dict[str, Any]) -> Any:
    """The worth of an expression; None where it is not known."""
    try:
        return evaluate(expr, _Constants(known))
    except (Mistake, Silence):
        return None


class _Constants:
    """Names are worth what is known of them; there is nothing else to ask."""

    def __init__(self, known: dict[str, Any]) -> None:
        self._known = known

    def lookup(self, name: tree.Name) -> Any:
        return self._known[name.id]

    def template(self, reference: tree.Template) -> Any:
        raise Silence

    def call(self, call: tree.Call, function: Any) -> Any:
        raise Silence

    def attribute(self, value: Any, name: str, expr: tree.Attribute) -> Any:
        raise Silence

    def spend(self, items: int) -> None:
        pass
