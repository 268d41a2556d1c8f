"""Differences, which are a sum with a branch times -1: `sub { a; b }`."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import after, ahead, mended
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS

WORDS = ("sub", "subtract", "minus", "diff", "difference")


def subtracted(action: tree.Braced) -> tuple[Proposal, ...]:
    """`sub { A; B }` is `add { A; B -> rescale (-1) }`."""
    if action.word.id.lower() not in WORDS or len(action.body) != 2:
        return ()
    first, second = (one.span for one in action.body)
    word = next(one for one, kind in KINDS.items() if kind.many_inputs and kind.operator == "+")
    reads = [ahead(one, "from ") for one in (first, second) if _is_value(one)]
    edits = Edit(action.word.span, word), *reads, after(second, " -> rescale (-1)")
    inside = "; ".join(f"{'from ' * _is_value(one)}{mended(one, [])}" for one in (first, second))
    return (Proposal(f"write `{word} {{ {inside} -> rescale (-1) }}`", Cure(edits)),)


def _is_value(branch: Span) -> bool:
    """Whether a branch is the name of a value alone, which is read by `from`."""
    name = branch.text
    named = rf"\b{name}[ \t]*[:=]|\binput[ \t]+{name}\b"
    bare = re.fullmatch(r"[a-z_]\w*", name, re.ASCII)
    return bool(bare and name not in KINDS and re.search(named, branch.source.text, re.ASCII))
