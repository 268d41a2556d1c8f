"""Merges of a decoder and of a gate: the smaller map enlarged, the width that the merge needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called
from archc.graph.cures.edits import after, given, mended, site
from archc.graph.cures.projections import Branch
from archc.graph.cures.reaching import expression, expression_text, way_to
from archc.graph.graph import Node
from archc.language import tree
from archc.layers.registry import KINDS
from archc.shapes import show

ENLARGES = re.compile(r"\b(?:upsample|conv_transpose|pixel_shuffle)\b")
LIKE = re.compile(r"\bupsample +(\d+)((?: +\w+=[\w.]+)*)")


def like_the_other(here: Branch, there: Branch) -> Iterator[Proposal]:
    """`upsample 2` that gives 44x44 beside an earlier map of 43x43: to the size of that one."""
    small, large = _by_size(here, there)
    node = large.way[0] if large.way else None
    read = re.fullmatch(r"from\s+([A-Za-z_][\w.]*)", small.tensor.origin.text)
    if node is None or node.layer is None or read is None or "like" not in node.layer.arguments:
        return
    found = site(node.span)
    if found is None or found.link.action.span != node.span or "like" in node.span.text:
        return
    sides = zip(small.shape[1:], large.shape[1:], strict=False)
    if not all(isinstance(a, int) and isinstance(b, int) and b < 2 * a for a, b in sides):
        return
    line = LIKE.sub(rf"{node.kind} like={read[1]}\2", node.span.text)
    if line != node.span.text:
        help = f"a map of odd size: write `{line}` in line {node.span.line}"
        yield Proposal(help, Cure((Edit(node.span, line),)))


def enlarged(here: Branch, there: Branch) -> Iterator[Proposal]:
    """`upsample 2` in front of a merge with an earlier, larger map, where the text has a decoder.

    The smaller map is the deeper one: it was made later, and the larger is read by `from`.
    """
    small, large = _by_size(here, there)
    factor = _factor(small, large)
    if not factor:
        return
    source = small.tensor.origin.source
    like = next((one for one in LIKE.finditer(source.text) if one[1] == str(factor)), None)
    link = f"upsample {factor}{like[2] if like else ''}"
    origin = small.tensor.origin
    kind = KINDS.get(origin.text)
    shape = show((small.shape[0], *large.shape[1:]))
    if kind is not None and kind.passes:
        help = f"`{link}` in place of `{origin.text}` would give {shape}"
        yield Proposal(help, Cure((Edit(origin, link),)))
    else:
        help = (
            f"`{' '.join(origin.text.split())} -> {link}` in line {origin.line} would give {shape}"
        )
        yield Proposal(help, Cure((after(origin, f" -> {link}"),)))


def stretched(here: Branch, there: Branch) -> Iterator[Proposal]:
    """`upsample 75x75` for `upsample 2`, where a pool left an odd last row out."""
    small, large = _by_size(here, there)
    if _factor(small, large) == 0:
        yield from _size(small, large)


def _by_size(here: Branch, there: Branch) -> tuple[Branch, Branch]:
    """The branch of the smaller map, then the other."""
    return (here, there) if _area(here) < _area(there) else (there, here)


def _factor(small: Branch, large: Branch) -> int | None:
    """How often a deeper map goes into an earlier one; 0 where not evenly, None of other maps."""
    found = site(large.tensor.origin)
    if small.tensor.node < large.tensor.node and not (found and _reads(found.chain)):
        return None
    if not ENLARGES.search(small.tensor.origin.source.text) or len(small.shape) != len(large.shape):
        return None
    sides = [
        (less, more)
        for less, more in zip(small.shape[1:], large.shape[1:], strict=True)
        if isinstance(less, int) and isinstance(more, int)
    ]
    if not sides or len(sides) != len(small.shape) - 1:
        return None
    factors = {more // less for less, more in sides if more % less == 0}
    even = len(factors) == 1 and not any(more % less for less, more in sides)
    return max(factors) if even and factors != {1} else 0


def _reads(chain: tree.Chain) -> bool:
    """Whether a branch begins with an earlier value."""
    return isinstance(chain.links[0].action, tree.From)


def _area(branch: Branch) -> int:
    area = 1
    for axis in branch.shape[1:]:
        area *= axis if isinstance(axis, int) else 1
    return area


def _size(small: Branch, large: Branch) -> Iterator[Proposal]:
    """The size of the larger map, for the factor of the layer that enlarges the smaller one."""
    for node in small.way[:3]:
        found = site(node.span)
        action = found.link.action if found is not None else None
        kind = kind_called(action) if isinstance(action, tree.Apply) else None
        if not isinstance(action, tree.Apply) or kind is None or "scale" not in kind.arguments:
            continue
        size = show(large.shape[1:])
        text = f"{kind.keyword} {size}"
        more = [one for one in action.arguments if one.name not in (None, "scale", "size")]
        line = " ".join([text, *(one.span.text for one in more)])
        shape = show((small.shape[0], *large.shape[1:]))
        help = f"`{line}` in line {action.span.line} would give {shape}"
        yield Proposal(help, Cure((Edit(action.span, line),)))


def gate_width(nodes: Sequence[Node], here: Branch, there: Branch) -> Iterator[Proposal]:
    """`conv mid 1x1` in a gate, where what it multiplies was made by `conv mid …`."""
    gate, whole = (here, there) if _area(here) < _area(there) else (there, here)
    node = gate.width
    found = site(node.span) if node is not None else None
    action = found.link.action if found is not None else None
    if node is None or node.layer is None or found is None or not isinstance(action, tree.Apply):
        return
    for maker in way_to(nodes, whole.tensor.node):
        if maker.layer is None or not maker.layer.counted:
            continue
        made = site(maker.span)
        call = made.link.action if made is not None else None
        if (
            made is None
            or not isinstance(call, tree.Apply)
            or made.definition is not found.definition
        ):
            return
        kind, own = kind_called(call), kind_called(action)
        if kind is None or own is None:
            return
        text = expression_text(call, kind, next(iter(kind.arguments)))
        if text is None or not re.fullmatch(r"[\w.]+", text) or text.startswith("in."):
            continue
        name = next(iter(own.arguments))
        if expression(action, own, name) is None:
            return
        edit = given(action, name, text, 0)
        shape = show((whole.shape[0], *gate.shape[1:]))
        help = f"`{mended(action.span, [edit])}` in line {action.span.line} would give {shape}"
        yield Proposal(help, Cure((edit,)))
        return
