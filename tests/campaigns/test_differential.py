"""Random programs against independent oracles: a part of the campaign, and what it has found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch")

from tests.campaigns.differential import (
    EACH,
    MEASURED,
    SOME,
    Comparison,
    checking,
    comparisons,
    compiled,
    taking_turns,
)
from tests.campaigns.programs import program

CASES = sorted((Path(__file__).parent / "cases").glob("*.arch"))
PART = 20  # programs of one test
SUITE = 300  # programs of the suite; ten thousand others are the campaign's
pytestmark = pytest.mark.filterwarnings(
    "ignore:input's size at dim=1", "ignore:Using padding='same' with even kernel"
)


Ways = Callable[[int], dict[str, Comparison]]


def compare(seeds: range, ways: Ways) -> None:
    sound = 0
    for seed in seeds:
        text = program(seed)
        try:
            result = compiled(text)
            for comparison in ways(seed).values() if result is not None else ():
                assert result is not None
                comparison(text, result)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error
        sound += result is not None
    assert sound >= 0.7 * len(seeds)


@pytest.mark.parametrize("part", range(SUITE // PART))
def test_random_programs(part: int) -> None:
    compare(range(PART * part, PART * (part + 1)), taking_turns)


@pytest.mark.campaign
@pytest.mark.parametrize("part", range(10_000 // PART))
def test_ten_thousand_random_programs(part: int) -> None:
    first = SUITE + PART * part
    compare(range(first, first + PART), comparisons)


@pytest.mark.parametrize("name", [*EACH, *SOME, *MEASURED])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_was_found_stays_mended(path: Path, name: str) -> None:
    checking(name)(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_was_found_is_a_program(path: Path) -> None:
    assert compiled(path.read_text(encoding="utf-8")) is not None


def test_some_parts_are_frozen() -> None:
    texts = [program(seed) for seed in range(60)]
    assert 5 < sum("frozen " in text for text in texts) < 40
