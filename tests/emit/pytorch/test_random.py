"""Random valid programs: each is written, instantiated and held to its graph."""

from __future__ import annotations

import pytest

from archc.emit.pytorch.verify import verify
from tests.emit.pytorch.compiled import compile_text
from tests.emit.pytorch.random_specs import spec


def hold(seed: int) -> bool:
    """False where archc finds the program itself wrong."""
    result = compile_text(spec(seed))
    errors = [one for one in result.diagnostics if one.severity == "error"]
    assert not any(one.message.startswith("the code for") for one in errors), errors
    if result.code is None:
        return False
    verify(result.code, list(result.checked.networks), {})
    return True


@pytest.mark.filterwarnings("ignore:input's size at dim=1")
def test_random_programs() -> None:
    assert sum(hold(seed) for seed in range(60)) >= 50


@pytest.mark.campaign
@pytest.mark.filterwarnings("ignore:input's size at dim=1")
def test_a_thousand_random_programs() -> None:
    held, seed = 0, 1_000
    while held < 1_000:
        held += hold(seed)
        seed += 1
