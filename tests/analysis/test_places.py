"""Places along an axis as rows, against sets of all of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc import load
from archc.analysis.places import Places, Rows, Scattered, bent
from tests.robustness.guard import guard, guarded

ROWS = st.builds(
    lambda start, many, step: range(start, start + (many - 1) * step + 1, step),
    st.integers(0, 30),
    st.integers(1, 7),
    st.integers(1, 6),
)
PHASES = st.lists(
    st.builds(range, st.integers(-6, 6), st.integers(-6, 12), st.integers(1, 4)),
    min_size=1,
    max_size=4,
)


def every(places: Places) -> set[int]:
    return {place for row in places for place in row}


@settings(max_examples=150, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=3), PHASES, st.integers(0, 5), st.integers(1, 40))
def test_what_windows_read(rows: list[range], phases: list[range], advance: int, size: int) -> None:
    places = Rows().united(rows)
    assert every(places) == every(tuple(rows))
    read = {
        place // len(phases) * advance + one
        for place in every(places)
        for one in phases[place % len(phases)]
    }
    found = Rows().read(places, phases, advance, size)
    assert every(found) == {one for one in read if 0 <= one < size}


@settings(max_examples=100, deadline=None)
@given(ROWS, st.integers(0, 20), st.integers(1, 20))
def test_places_beyond_the_ends(row: range, before: int, size: int) -> None:
    row = range(row.start - before, row.stop - before, row.step)
    edges = {place: min(max(place, 0), size - 1) for place in row}
    mirrored = {2 * edge - place if place != edge else place for place, edge in edges.items()}
    assert every(tuple(bent(row, size, "repeated"))) == set(edges.values())
    assert every(tuple(bent(row, size, "mirrored"))) == mirrored & set(range(size))
    assert every(tuple(bent(row, size, "nothing"))) == set(row) & set(range(size))


@settings(max_examples=100, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=3), st.integers(1, 8), st.integers(1, 8))
def test_axes_that_are_taken_apart(rows: list[range], behind: int, size: int) -> None:
    found = Rows().folded(tuple(rows), behind, size)
    assert every(found) == {place // behind % size for place in every(tuple(rows))}


def test_rows_that_go_on_are_one() -> None:
    assert Rows().united([range(0, 3), range(3, 9), range(2, 5)]) == (range(0, 9),)
    assert Rows().read((range(10**12),), [range(-1, 2)], 1, 10**12) == (range(10**12),)


def test_places_that_are_too_scattered() -> None:
    with pytest.raises(Scattered, match="300,000 pieces"):
        Rows().read((range(0, 10**9, 1_000),), [range(0, 10**7, 7)], 1, 10**10)


HUGE = """network N {
    input 3x100000x100000
    repeat 10 {
        conv 4 3x3 dilation=2 pad=2
        conv 4 3x3 stride=2 pad=1
        conv_transpose 4 4x4 stride=2 pad=1
        conv 4 7x7 dilation=11 pad=33
    }
    adaptive_avgpool 501x497
    repeat 5 { conv 4 3x3 pad=1; conv_transpose 4 3x3 stride=3 dilation=2; maxpool 3 }
    last: adaptive_avgpool 77x76
    whole: global_avgpool
}
"""


@guarded
def test_positions_of_huge_maps_are_followed_in_time() -> None:
    with guard():
        layers = load(HUGE).network.layers
        (rows, columns) = layers["last"].sees(0, 3)["input"]
        assert rows.start == 0
        assert 1_000 < len(rows) < len(columns) < 8_000
        assert layers["whole"].sees(0, 0)["input"] == (range(100_000), range(100_000))
