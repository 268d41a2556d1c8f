"""Shapes in numbers that carry an expression come out as expressions: none is lost on the way."""

from __future__ import annotations

from typing import Any

from archc.layers.base import Layer
from archc.layers.registry import KINDS, bind
from archc.shapes import Open, Shape, Size
from tests.each import each
from tests.layers.examples import EXAMPLES, Example
from tests.layers.expressions import Said


def said(value: Any, name: str, names: dict[str, int]) -> Any:
    """The value with every whole number in it named."""
    if isinstance(value, (bool, Open)):
        return value
    if isinstance(value, int):
        names[name] = value
        return Said(value, name)
    if isinstance(value, tuple):
        parts = (said(item, f"{name}_{i}", names) for i, item in enumerate(value))
        return Size(parts) if isinstance(value, Size) else tuple(parts)
    return value


def named(example: Example) -> tuple[Layer, tuple[Shape, ...], dict[str, int]]:
    """The example with all its numbers named."""
    names: dict[str, int] = {}
    places = [name for name, one in KINDS[example.kind].arguments.items() if not one.keyword_only]
    positional = tuple(
        said(value, name, names) for name, value in zip(places, example.positional, strict=False)
    )
    given = {name: said(value, name, names) for name, value in example.named.items()}
    inputs = tuple(said(shape, f"x{i}", names) for i, shape in enumerate(example.inputs))
    return bind(example.kind, positional, given, len(inputs[0]) - 1), inputs, names


@each("example", EXAMPLES)
def test_channels_are_said(example: Example) -> None:
    layer, inputs, names = named(example)
    output = layer.output(inputs)
    assert output == example.layer.output(example.inputs)
    channels = output[-1] if layer.values.get("axis") == -1 and layer.counted else output[0]
    if channels == 1 and not isinstance(channels, Said):  # of a mean over them
        return
    assert isinstance(channels, Said)
    assert eval(channels.text, {}, dict(names)) == channels


@each("example", EXAMPLES)
def test_every_axis_that_is_said_is_right_for_other_numbers(example: Example) -> None:
    """What an axis says holds where the input is larger by a few pixels and channels."""
    layer, inputs, names = named(example)
    output = layer.output(inputs)
    for more in ({"x0_0": 12}, {"x0_1": 2}, {"x0_2": 4}):
        moved = {**names}
        for name, by in more.items():
            for one in names:
                if one == name or (len(inputs) > 1 and one == f"x1{name[2:]}"):
                    moved[one] += by
        shapes = tuple(
            tuple(moved.get(f"x{i}_{axis}", n) for axis, n in enumerate(shape))
            for i, shape in enumerate(example.inputs)
        )
        try:
            fresh = bind(
                example.kind, example.positional, example.named, len(shapes[0]) - 1
            ).output(shapes)
        except Exception:  # other numbers may not suit the layer
            continue
        for axis, right in zip(output, fresh, strict=True):
            if isinstance(axis, Said):
                assert eval(axis.text, {}, moved) == right, axis.text


@each("example", EXAMPLES)
def test_sizes_are_said(example: Example) -> None:
    """An axis is a plain number only where it is one whatever the input: a pool to 1x1."""
    layer, inputs, _ = named(example)
    for axis in layer.output(inputs):
        if not isinstance(axis, Said):
            assert axis == 1, axis
