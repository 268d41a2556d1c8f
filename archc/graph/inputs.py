"""Inputs written in the order of another framework: their channels last, or with a batch."""

from __future__ import annotations

from archc.diagnostics import Edit
from archc.language.source import Span
from archc.shapes import Shape

FEW = (1, 3, 4)  # channels of an image: grey, colour, colour and transparency
IMAGE = 16  # pixels, at least


def batched(shape: Shape) -> bool:
    """Whether `N x C x H x W` can be meant: a volume so shallow is seldom an input."""
    if len(shape) != 4 or not all(isinstance(axis, int) for axis in shape):
        return False
    sizes = [axis for axis in shape if isinstance(axis, int)]
    return sizes[1] in FEW and min(sizes[2:]) >= IMAGE


def flat_image(shape: Shape) -> bool:
    """Whether `H x W` can be meant, an image without its channels."""
    return len(shape) == 2 and all(isinstance(axis, int) and axis >= IMAGE for axis in shape)


def input_edit(span: Span, right: str) -> Edit | None:
    """Another shape for an `input`, where it is written in numbers."""
    text = span.text
    written = text.split()[-1]
    if not text.startswith("input") or not written.replace("x", "").isdigit():
        return None
    return Edit(Span(span.source, span.end - len(written), span.end), right)
