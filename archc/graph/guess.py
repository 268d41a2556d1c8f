"""What is still known behind a layer that cannot be, so that one run finds later mistakes too.

Sizes that a mistake hides are open axes called `?`: like any open size they fit everything, so no
consequence of the mistake is reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archc.layers.base import Layer, LayerError
from archc.shapes import HIDDEN, LONGEST_FORMULA, Axis, Open, Shape, beyond, differ, hidden


def bounded(shape: Shape, keyword: str, inputs: tuple[Shape, ...]) -> Shape:
    """The shape, where no axis is beyond every bound; raises `LayerError`."""
    for axis in shape:
        if beyond(axis):
            raise LayerError("number-too-large", f"`{keyword}` makes an axis longer than 2**63")
        if hidden(axis) and not any(hidden(one) for each in inputs for one in each):
            message = f"`{keyword}` makes a size whose formula has over {LONGEST_FORMULA} letters"
            raise LayerError(
                "number-too-large", message, help="give numbers in the place of letters"
            )
    return shape


def guess(
    kind: type[Layer],
    positional: tuple[Any, ...],
    named: Mapping[str, Any],
    inputs: tuple[Shape, ...],
) -> Shape | None:
    """The shape behind a failed layer with `?` where a size is hidden, or None."""
    shape = _guess(kind, positional, named, inputs)
    if shape is None:
        return None
    return tuple([Open(HIDDEN) if beyond(axis) else axis for axis in shape])


def _guess(
    kind: type[Layer],
    positional: tuple[Any, ...],
    named: Mapping[str, Any],
    inputs: tuple[Shape, ...],
) -> Shape | None:
    first = inputs[0]
    unknown: tuple[Axis, ...] = (Open(HIDDEN),) * (len(first) - 1)
    if kind.many_inputs:
        if any(len(shape) != len(first) for shape in inputs):
            return None
        if kind.channels_from == "sum":
            total: Axis = 0
            for shape in inputs:
                total = shape[0] + total
            return (total, *unknown)
        same = not any(differ(shape[0], first[0]) for shape in inputs)
        return (first[0] if same else Open(HIDDEN), *unknown)
    if kind.channels_from == "argument":
        channels = positional[0] if positional else next(iter(named.values()), None)
        channels = named.get("out_channels", named.get("out_features", channels))
        if isinstance(channels, bool) or not isinstance(channels, int) or channels < 1:
            channels = Open(HIDDEN)
        if kind.group == "dense":
            return (channels,)
        return (channels, *unknown) if unknown else None  # how many axes the map has is hidden
    return (first[0], *unknown) if kind.channels_from == "input" else None
