"""Cures for a skip that was taken from the wrong level: another label whose map fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called
from archc.graph.cures.edits import Site, after, ahead, site, sites
from archc.graph.cures.reaching import Wanted
from archc.graph.values import Tensor
from archc.language import tree
from archc.language.source import Span
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


def before_the_pool(branches: list[Tensor]) -> Iterator[Proposal]:
    """`from down2` of braces that end in a pool: behind them it, and the label names the map."""
    edits: list[Edit] = []
    names: list[str] = []
    for tensor in branches:
        found = site(tensor.origin)
        if found is None or not isinstance(found.link.action, tree.From):
            continue
        for one in sites(tensor.origin.source).values():
            label = one.link.label
            name = label.plain if label is not None else None
            if name and name not in names and _read_in_merge(name, tensor.origin.source.text):
                moved = _pool_behind(one.link.action) or _label_before(one, name)
                names += [name] if moved else []
                edits += moved
    if edits and edits[0].text == "" and edits[1].text.endswith(": "):
        named = " and ".join(f"`{one}`" for one in names)
        s = "s" if len(names) == 1 else ""
        help = f"{named} name{s} what the pool gives: put the label in front of the layer before it"
        yield Proposal(help, Cure(tuple(edits)))
    elif edits:
        one_of = f"`{names[0]}`" if len(names) == 1 else " and ".join(f"`{one}`" for one in names)
        pool = edits[1].text.removeprefix(" -> ")
        s = "s" if len(names) == 1 else ""
        help = f"{one_of} name{s} what the pool gives: put `{pool}` behind the braces"
        yield Proposal(help, Cure(tuple(edits)))


def _label_before(one: Site, name: str) -> list[Edit]:
    """The label of a pool given to the layer in front of it, which has none."""
    action, label = one.link.action, one.link.label
    kind = kind_called(action) if isinstance(action, tree.Apply) else None
    if label is None or kind is None or kind.group != "pooling":
        return []
    start = one.link.span.start
    others = [other.link for other in sites(action.span.source).values()]
    before = max(
        (link for link in others if link.span.end <= start),
        key=lambda link: (link.span.end, link.span.start),
        default=None,
    )
    if before is None or before.label is not None or isinstance(before.action, tree.From):
        return []
    gap = Span(action.span.source, before.span.end, start).text
    if not re.fullmatch(r"\s*(?:->|;)?\s*", gap):
        return []
    moved = Edit(Span(action.span.source, label.span.start, action.span.start), "")
    return [moved, ahead(before.action.span, f"{name}: ")]


def _read_in_merge(name: str, text: str) -> bool:
    return re.search(rf"\bfrom\s+{re.escape(name)}\b", text) is not None


def _pool_behind(action: tree.Action) -> list[Edit]:
    """The last layer of braces put behind them, where it is a pool that makes the map smaller."""
    if not isinstance(action, tree.Group) or not isinstance(action.body[-1], tree.Chain):
        return []
    links = [link for chain in action.body if isinstance(chain, tree.Chain) for link in chain.links]
    last = links[-1]
    kind = kind_called(last.action) if isinstance(last.action, tree.Apply) else None
    if len(links) < 2 or last.label is not None or kind is None or kind.group != "pooling":
        return []
    gap = Span(last.span.source, links[-2].span.end, last.span.end)
    if "#" in gap.text:
        return []
    return [Edit(gap, ""), after(action.span, f" -> {last.span.text}")]


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
