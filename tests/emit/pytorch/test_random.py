"""Random valid programs: each is written, and its module is held to its graph.

Names, shapes and work are those of the analysis; values, gradients and running statistics those of
the reference.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archc.emit.pytorch.verify import verify
from tests.emit.pytorch import random_families, random_specs, reference
from tests.emit.pytorch.compiled import compile_text

pytestmark = pytest.mark.filterwarnings(
    "ignore:input's size at dim=1", "ignore:Using padding='same' with even kernel"
)
KINDS = {"specs": random_specs.spec, "families": random_families.spec}
Write = Callable[[int], str]


def hold(text: str, values: bool = True) -> bool:
    """False where archc finds the program itself wrong."""
    result = compile_text(text)
    errors = [one for one in result.diagnostics if one.severity == "error"]
    assert not any(one.message.startswith("the code for") for one in errors), errors
    if result.code is None:
        return False
    verify(result.code, list(result.checked.networks), {})
    if values:
        reference.hold(result, images=2)
    return True


@pytest.mark.parametrize("write", KINDS.values(), ids=KINDS)
def test_random_programs(write: Write) -> None:
    held = [hold(write(seed), values=seed < 25) for seed in range(50)]
    assert held.count(True) >= 40


@pytest.mark.campaign
@pytest.mark.parametrize("write", KINDS.values(), ids=KINDS)
def test_a_thousand_random_programs(write: Write) -> None:
    held, seed = 0, 1_000
    while held < 1_000:
        held += hold(write(seed))
        seed += 1
