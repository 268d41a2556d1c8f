"""Files with one call of a layer, and a layer with weights behind it that needs its channels."""

from __future__ import annotations

from typing import Any

from archc.layers.registry import KINDS
from archc.shapes import Shape, show
from tests.emit.pytorch.other_values import written
from tests.layers.examples import Example


def inputs_of(shapes: tuple[Shape, ...]) -> tuple[str, list[str]]:
    """The lines of the inputs, and their names."""
    if len(shapes) == 1:
        return f"input {show(shapes[0])}", ["input"]
    names = [f"x{i}" for i in range(len(shapes))]
    lines = [f"input {name} {show(shape)}" for name, shape in zip(names, shapes, strict=True)]
    return "\n    ".join([*lines, f"from {names[0]}"]), names


def given(example: Example) -> dict[str, Any]:
    """The arguments by name, as the example has them."""
    places = [name for name, one in KINDS[example.kind].arguments.items() if not one.keyword_only]
    values = dict(zip(places, example.positional, strict=False))
    return {**values, **{name: value for name, value in example.named.items() if name != "like"}}


def call(example: Example, names: list[str], words: dict[str, str]) -> str:
    """The call; `words` say the arguments, `names` the tensors."""
    if KINDS[example.kind].many_inputs:
        branches = [f"from {name}" if name != "input" else "identity" for name in names]
        return f"{example.kind} {{ {'; '.join(branches)} }}"
    parts = [f"{name}={word}" for name, word in words.items()]
    if "like" in example.named:
        parts.append(f"like={names[1]}")
    return f"{example.kind}({', '.join(parts)})" if parts else example.kind


def behind(shape: Shape) -> str:
    """A layer that reads all channels of a tensor of that shape."""
    return "linear 3" if len(shape) == 1 else "conv 3 1"


def plain(example: Example) -> str:
    """A network with the call as it is."""
    head, names = inputs_of(example.inputs)
    words = {name: str(written(value)) for name, value in given(example).items()}
    output = example.layer.output(example.inputs)
    return (
        f"network N {{\n    {head}\n    {call(example, names, words)}\n    {behind(output)}\n}}\n"
    )


def in_a_block(example: Example) -> str:
    """A block whose parameters are the arguments of the layer, in a network that passes its own."""
    values = {f"the_{name}": value for name, value in given(example).items()}
    words = {name: f"the_{name}" for name in given(example)}
    output = example.layer.output(example.inputs)
    head, names = inputs_of(example.inputs)
    tensors = [f"t{i}" for i in range(1, len(names))]
    parameters = ", ".join([*tensors, *values])
    defaults = ", ".join(f"{name} = {written(value)}" for name, value in values.items())
    arguments = ", ".join([*names[1:], *values])
    inner = ["input", *tensors]
    body = call(example, inner, words)
    return (
        f"block B({parameters}) {{\n    {body}\n    {behind(output)}\n}}\n"
        f"network N({defaults}) {{\n    {head}\n    B({arguments})\n}}\n"
    )
