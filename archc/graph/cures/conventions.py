"""Shapes that are right, and written as another framework has them."""

from __future__ import annotations

from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.language import tree
from archc.layers.steps import AXES
from archc.shapes import Axis, Shape, show


def otherwise_written(
    expr: tree.Expr, shape: Shape, wanted: tuple[Axis | None, ...]
) -> tuple[Proposal, ...]:
    """The shape as it is, of one that is written with the batch, channels last or other ones.

    `=> 8x16x32x32`, `=> 5x5x16`, `=> 10x1` of a vector, `=> 1` of 1x1x1.
    """
    why = None
    if len(wanted) == len(shape) + 1 and wanted[1:] == shape:
        why = "the batch is never written"
    elif len(shape) > 1 and wanted == (*shape[1:], shape[0]):
        why = "channels come first"
    elif len(shape) == 1 < len(wanted) and wanted == (*shape, *[1] * (len(wanted) - 1)):
        why = "a vector has one axis"
    elif wanted == shape[:1] and len(shape) > 1 and all(axis == 1 for axis in shape[1:]):
        why = "a map of 1x1 keeps its axes until a `flatten`"
    if why is None:
        return ()
    text = show(shape)
    return (Proposal(f"{why}: write `=> {text}`", Cure((Edit(expr.span, text),))),)


def mistyped(expr: tree.Expr, shape: Shape, wanted: tuple[Axis | None, ...]) -> Iterator[Proposal]:
    """`=> 21x224x244` of 21x224x224: an axis, or two alike, that differ by a digit."""
    if not isinstance(expr, (tree.Size, tree.Number)) or len(shape) != len(wanted):
        return
    wrong = _wrong(shape, wanted)
    known = {wanted[place] for place in wrong}
    hidden = {want for have, want in zip(shape, wanted, strict=True) if type(have) is not int}
    if len(known) != 1 or known & hidden or not all(type(want) is int for want in wanted):
        return
    have, all_sizes = str(shape[wrong[0]]), len(wrong) == len(shape) - 1
    if all_sizes and wrong[0] and any(one in (int(have) - 1, int(have) + 1) for one in known):
        return  # a window that was rounded
    if len({shape[place] for place in wrong}) == 1 and _one_digit(have, str(wanted[wrong[0]])):
        axes = (have if place in wrong else str(want) for place, want in enumerate(wanted))
        text = "x".join(axes)
        told = f"{_named(shape, wrong)} {have} here: write `=> {text}`"
        yield Proposal(told, Cure((Edit(expr.span, text),)))


def reordered(expr: tree.Expr, shape: Shape, wanted: tuple[Axis | None, ...]) -> Iterator[Proposal]:
    """`=> 46x56x56` of 64x56x56: the digits of an axis in another order, where it is no width.

    A width is round: of 64 and 46 the layer has the one that was meant, the other way the claim.
    """
    wrong = _wrong(shape, wanted) if len(shape) == len(wanted) else []
    pairs = [(shape[place], wanted[place]) for place in wrong]
    swapped = all(sorted(str(have)) == sorted(str(want)) for have, want in pairs)
    if pairs and swapped and (wrong[0] or (_round(pairs[0][0]) and not _round(pairs[0][1]))):
        yield from mistyped(expr, shape, wanted)


def _round(width: Axis | None) -> bool:
    return type(width) is int and width % 8 == 0


def of_one_axis(shape: Shape, wanted: tuple[Axis | None, ...]) -> str | None:
    """Which axis of a claim is the only one that differs."""
    wrong = _wrong(shape, wanted) if len(shape) == len(wanted) else []
    if len(shape) < 2 or len(wrong) != 1:
        return None
    (place,) = wrong
    return f"{_named(shape, wrong)} {shape[place]} here, not {wanted[place]}; the rest is right"


def _wrong(shape: Shape, wanted: tuple[Axis | None, ...]) -> list[int]:
    """The places of the axes that differ; what is open or hidden does not."""
    return [
        place
        for place, (have, want) in enumerate(zip(shape, wanted, strict=True))
        if type(have) is int and type(want) is int and have != want
    ]


def _named(shape: Shape, places: list[int]) -> str:
    """`the width is`, `height and width are`."""
    names = ("channels", *AXES.get(len(shape) - 1, ())) if len(shape) > 1 else ("length",)
    names += ("axis",) * (len(shape) - len(names))
    told = " and ".join(names[place] for place in places)
    return f"{told} are" if len(places) > 1 or told == "channels" else f"the {told} is"


def _one_digit(have: str, want: str) -> bool:
    """Whether two numbers differ in a digit: another one, one more or less, or two swapped."""
    if min(len(have), len(want)) < 2 or not (have.isdigit() and want.isdigit()):
        return False
    if len(have) == len(want):
        differ = [place for place, (a, b) in enumerate(zip(have, want, strict=True)) if a != b]
        return len(differ) == 1 or (len(differ) == 2 and sorted(have) == sorted(want))
    short, long = sorted((have, want), key=len)
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))
