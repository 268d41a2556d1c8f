"""What the table prints for a layer, fed back as a line of a spec, is answered with that layer."""

from __future__ import annotations

import re

import pytest

from archc.api import load
from archc.emit.labels import layer_text
from archc.layers.registry import KINDS
from archc.mend import mended
from archc.shapes import show
from tests.layers.examples import EXAMPLES, Example, few

DIVIDED = re.compile(r"\b([248])(?:x\1)* /2")
"""A window of half the size, as the language reads it: no mistake, and nothing to be told."""

SHOWN = [
    one
    for one in EXAMPLES
    if len(one.inputs) == 1 and not KINDS[one.kind].many_inputs and "connect" not in one.named
    if not DIVIDED.search(layer_text(one.layer))
]


@pytest.mark.parametrize("example", few(SHOWN, 2), ids=str)
def test_words_of_the_table_are_answered_with_the_layer(example: Example) -> None:
    layer, shape = example.layer, example.inputs[0]
    shown = layer_text(layer)
    text = f"network N {{\n    input {show(shape)}\n    {shown}\n}}\n"
    file = load(text)
    if file.errors:
        cures = [one.cure for one in file.errors if one.cure is not None]
        assert cures, (shown, [one.message for one in file.errors])
        text, _ = mended(cures[0].edits[0].span.source, cures[:1])
        file = load(text)
    assert not file.errors, text
    (found,) = [one for one in file.networks["N"].layers.values() if one.kind != "input"]
    assert found.shape == layer.output(example.inputs), text
    assert repr(found).endswith(f": {shown}>"), text
