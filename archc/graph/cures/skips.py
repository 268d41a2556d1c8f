"""Cures for a skip that was taken from the wrong level: another label whose map fits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import site
from archc.graph.cures.reaching import Wanted
from archc.graph.values import Tensor
from archc.language import tree
from archc.layers.registry import KINDS
from archc.shapes import Shape, show
from archc.suggest import likeness

if TYPE_CHECKING:
    from archc.graph.place import Place

MOST = 2  # labels that are tried
LIKE = 0.5  # `enc1` and `enc2`, `stage_3` and `stage_4`: labels of one row


def wanted_beside(word: str, shape: Shape, other: Shape) -> Wanted:
    """What a branch has to give beside another."""
    if KINDS[word].channels_from == "sum":
        return [None, *(axis if isinstance(axis, int) else None for axis in other[1:])]
    pairs = zip(shape, other, strict=True)
    return [
        want
        if isinstance(want, int) and not (KINDS[word].operator == "*" and 1 in (have, want))
        else None
        for have, want in pairs
    ]


def other_skips(branches: list[Tensor], word: str, place: Place) -> Iterator[Proposal]:
    """`from enc1` beside a map of the size of `enc2`: the label that fits, the likest first."""
    if len(branches) != 2:
        return
    for number, tensor in enumerate(branches):
        other = branches[1 - number].shape
        found = site(tensor.origin)
        if found is None or not isinstance(found.link.action, tree.From):
            continue
        target = found.link.action.target
        shape = tensor.shape
        if not isinstance(target, tree.Name) or not shape or not other or len(shape) != len(other):
            continue
        wanted = wanted_beside(word, shape, other)
        for name, fits in _fitting(target.id, wanted, place)[:MOST]:
            help = f"`from {name}` is {show(fits)} and fits"
            yield Proposal(help, Cure((Edit(target.span, name),)))


def _fitting(written: str, wanted: Wanted, place: Place) -> list[tuple[str, Shape]]:
    """The labels in sight that have a wanted shape."""
    found: dict[str, Shape] = {}
    names = place.names
    while True:
        for name in names.labels:
            entry = names.entries.get(name)
            shape = entry.value.shape if entry is not None else None
            if shape and len(shape) == len(wanted) and name != written and name not in found:
                pairs = zip(shape, wanted, strict=True)
                if all(want in (None, have) for have, want in pairs):
                    found[name] = shape
        if names.outer is None:
            break
        names = names.outer
    alike = [name for name in found if likeness(written, name) >= LIKE]
    return [(name, found[name]) for name in sorted(alike, key=lambda n: -likeness(written, n))]
