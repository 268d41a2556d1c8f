"""The largest batch that fits is found in a few guesses, whatever lines its bytes follow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archc.analysis.answers import MOST, largest

LINES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**5)), min_size=1, max_size=5)
"""What is alive at each moment: so much, and so much more for each image."""


@given(LINES, st.integers(0, 10**9))
def test_it_is_the_last_that_fits(lines: list[tuple[int, int]], room: int) -> None:
    asked: list[int] = []

    def most(batch: int) -> int:
        asked.append(batch)
        return max(fixed + each * batch for fixed, each in lines)

    found = largest(most, room)
    assert found == max(min((room - fixed) // each for fixed, each in lines), 0)
    assert len(asked) < 16


def test_steps_and_constants() -> None:
    assert largest(lambda batch: batch // 1000 * 1000, 5_500) == 5_999
    assert largest(lambda batch: 7, 7) == MOST
    assert largest(lambda batch: 7, 6) == 0
