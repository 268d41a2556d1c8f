"""Broken specs, and programs nobody would write: always findings, never a traceback or a hang."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archc.language.source import Source
from tests.robustness import emitters
from tests.robustness.guard import guarded
from tests.robustness.mutate import CASES, mutated
from tests.robustness.programs import programs
from tests.robustness.sound import checked, small_limits  # noqa: F401  # a fixture

FEW = 75
CAMPAIGN = 20_000
LONGEST = 20.0  # seconds of processor time; within the small limits a case takes one or two
EXAMPLES = settings(
    max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


def hold(seed: int) -> None:
    name, text = mutated(seed)
    start = time.process_time()
    checked(text, name)
    assert time.process_time() - start < LONGEST, f"case {seed} takes too long"


@pytest.mark.parametrize("first", range(0, FEW, 25))
@pytest.mark.usefixtures("small_limits")
def test_broken_specs(first: int) -> None:
    for seed in range(first, first + 25):
        hold(seed)


@pytest.mark.campaign
@pytest.mark.parametrize("first", range(FEW, CAMPAIGN, 250))
@pytest.mark.usefixtures("small_limits")
def test_many_broken_specs(first: int) -> None:
    for seed in range(first, min(first + 250, CAMPAIGN)):
        hold(seed)


@guarded
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.usefixtures("small_limits")
def test_everything_is_made_of_broken_texts(seed: int) -> None:
    name, text = mutated(seed, CASES)
    emitters.hold(emitters.Given(Source(text, name), checked(text, name)), slow=seed == 10)


@settings(EXAMPLES, max_examples=60)
@given(programs())
@pytest.mark.usefixtures("small_limits")
def test_any_program(text: str) -> None:
    checked(text)


@pytest.mark.campaign
@settings(EXAMPLES, max_examples=3000)
@given(programs())
@pytest.mark.usefixtures("small_limits")
def test_many_programs(text: str) -> None:
    checked(text)


@EXAMPLES
@given(st.binary(max_size=60).map(lambda noise: noise.decode("utf-8", "replace")))
@pytest.mark.usefixtures("small_limits")
def test_any_bytes_in_a_network(noise: str) -> None:
    checked("network N {\n    input 3x8x8\n    " + noise + "\n}\n")
