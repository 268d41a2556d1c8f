"""Trees without their places, so that two can be compared."""

from __future__ import annotations

from typing import Any

from archc.language.source import Span
from archc.language.tree import Program

UNTOLD = ("span", "parenthesised")


def plain(node: Any) -> Any:
    """The node as nested tuples that begin with the name of its kind.

    Named tuples of different kinds but equal fields are equal to Python, so the kind must be kept.
    `Block(64)` and `Block 64` mean the same, and a call that is too long for its line is printed in
    brackets.
    """
    if isinstance(node, Span):
        return None
    if hasattr(node, "_fields"):
        fields = tuple(plain(getattr(node, name)) for name in node._fields if name not in UNTOLD)
        return (type(node).__name__, *fields)
    if isinstance(node, tuple):
        return tuple(plain(item) for item in node)
    return node


def plain_program(program: Program) -> Any:
    """A program's definitions, docstring and allowed codes."""
    docstring = program.docstring.value if program.docstring else None
    codes = sorted(allowance.code for allowance in program.allowances)
    return plain(program.definitions), docstring, codes
