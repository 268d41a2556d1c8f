"""A branch that takes the whole map as one pixel, made as large as the maps beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Proposal
from archc.graph.cures.edits import after, mended, site
from archc.graph.values import Tensor
from archc.language import tree
from archc.shapes import Shape, show


def spread(branches: Sequence[Tensor], gaps: Sequence[Proposal]) -> Iterator[Proposal]:
    """`global_avgpool -> conv c 1x1 -> relu` beside maps, as in ASPP: to the size of these.

    `gaps` pad the windows of the other branches, whose sizes are not yet what they will be.
    """
    pooled = [one.origin for one in branches if _one_pixel(one.shape)]
    large = [one.shape for one in branches if one.shape and not _one_pixel(one.shape)]
    if not pooled or not large:
        return
    found = site(pooled[0])
    in_block = found is not None and isinstance(found.definition, tree.Block)
    for size in (*(("like=input",) if in_block else ()), show(large[0][1:])):
        link = f" -> upsample {size}"
        lines = " and ".join(f"`{mended(one, [])}{link}` in line {one.line}" for one in pooled)
        help = f"one pixel as large as the maps beside it: {lines}"
        edits = tuple(after(one, link) for one in pooled)
        yield Proposal(help, Cure(edits))
        for one in gaps:
            yield Proposal(f"{one.help}\n{help}", Cure((*one.cure.edits, *edits)))


def _one_pixel(shape: Shape | None) -> bool:
    return shape is not None and len(shape) > 1 and all(axis == 1 for axis in shape[1:])
