"""Every layer stands before one that reads its channels, built and held to PyTorch.

The examples are those of the layers' own tests: every kind, with all its arguments. As they stand,
and as parameters of a block, which is then called with others.
"""

from __future__ import annotations

import pytest

from archc.layers.registry import KINDS
from tests.each import each
from tests.emit.contract.texts import given, in_a_block, plain
from tests.emit.pytorch.compiled import compile_text
from tests.emit.pytorch.holding import hold
from tests.layers.examples import EXAMPLES, Example, few, in_turn

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")


def positive(example: Example) -> bool:
    """Whether the formula holds for any input: stochastic pooling wants none below zero."""
    return example.kind != "stochastic_pool"


@pytest.mark.parametrize("example", few(EXAMPLES, 2))
def test_a_layer_before_one_that_reads_its_channels(example: Example) -> None:
    """All of them stand in blocks below."""
    text = plain(example)
    assert hold(text, values=positive(example)) is not None, compile_text(text).diagnostics


@each("example", in_turn(EXAMPLES), tests=4)
def test_arguments_of_a_layer_are_arguments_of_a_block(example: Example) -> None:
    hold_in_a_block(example)


@pytest.mark.campaign
@each("example", EXAMPLES)
def test_so_they_are_on_every_input(example: Example) -> None:
    hold_in_a_block(example)


def hold_in_a_block(example: Example) -> None:
    text = in_a_block(example)
    assert hold(text, values=positive(example)) is not None, compile_text(text).diagnostics


def test_every_kind_is_tried_with_two_sets_of_arguments() -> None:
    for kind, cls in KINDS.items():
        tried = {str((given(one), one.inputs)) for one in EXAMPLES if one.kind == kind}
        assert len(tried) > 1 or not cls.arguments, kind
