"""Random valid programs: each is written, and all its classes are held to its text.

Names, order, shapes and work are those of the analysis; values, gradients and running statistics
those of the reference; and every argument does what it does in the text.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.emit.pytorch import random_families, random_specs, reference
from tests.emit.pytorch.compiled import compile_text
from tests.emit.pytorch.fresh import is_open
from tests.emit.pytorch.holding import hold

pytestmark = pytest.mark.filterwarnings(
    "ignore:input's size at dim=1", "ignore:Using padding='same' with even kernel"
)
KINDS = {"specs": random_specs.spec, "families": random_families.spec}
Write = Callable[[int], str]


@pytest.mark.parametrize("write", KINDS.values(), ids=KINDS)
def test_random_programs(write: Write) -> None:
    held = [hold(write(seed), values=seed < 5) for seed in range(16)]
    assert sum(one is not None for one in held) >= 13
    compared = [one for one in held if one is not None]
    assert sum(one.settings + one.changed for one in compared) > 50


@pytest.mark.parametrize("write", KINDS.values(), ids=KINDS)
def test_gradients_of_random_programs(write: Write) -> None:
    for seed in range(100, 112):
        result = compile_text(write(seed))
        if result.code is not None and not any(is_open(n.graph) for n in result.checked.networks):
            reference.hold(result, images=2)


@pytest.mark.campaign
@pytest.mark.parametrize("write", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("part", range(30))
def test_three_thousand_random_programs(write: Write, part: int) -> None:
    for seed in range(10_000 + 100 * part, 10_100 + 100 * part):
        try:
            hold(write(seed))
        except Exception as error:
            raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error
