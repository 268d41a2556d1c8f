"""A test of many cases runs them all, and tells of every one that fails."""

from __future__ import annotations

import inspect

import pytest

from tests.each import each


def test_every_case_runs_and_every_failure_is_named() -> None:
    seen = []

    @each("number", range(20))
    def test(number: int) -> None:
        seen.append(number)
        assert number % 2 or number < 8

    with pytest.raises(AssertionError) as caught:
        test()
    assert seen == list(range(20))
    told = str(caught.value).splitlines()
    assert told[0] == "6 of 20 cases fail"
    assert [line for line in told if line.startswith("- ")] == [f"- {n}" for n in range(8, 20, 2)]
    assert any("assert number % 2 or number < 8" in line and __file__ in line for line in told)


def test_several_tests_share_the_cases() -> None:
    seen = []

    @each("number", range(7), tests=3)
    def test(number: int) -> None:
        seen.append(number)
        assert number < 4

    assert list(inspect.signature(test).parameters) == ["part"]
    (mark,) = test.pytestmark  # type: ignore[attr-defined]
    for part in mark.args[1]:
        with pytest.raises(AssertionError, match=r"1 of [23] cases fail"):
            test(part=part)
    assert sorted(seen) == list(range(7))


def test_an_error_and_what_was_to_be_raised_are_failures() -> None:
    @each("text, value", [("1", 0), ("2", 1), ("no", 2)])
    def test(text: str, value: int, more: int) -> None:
        assert more == 1 / value
        with pytest.raises(ValueError, match="no"):
            int(text)

    assert list(inspect.signature(test).parameters) == ["more"]
    with pytest.raises(AssertionError) as caught:
        test(more=1)
    told = str(caught.value)
    assert "- 1, 0\n" in told
    assert "ZeroDivisionError: division by zero" in told
    assert "- 2, 1\n" in told
    assert "DID NOT RAISE" in told
    assert "- no, 2\n" in told
    assert "AssertionError: assert 1 == (1 / 2)" in told


def test_no_case_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="holds nothing"):
        each("number", [])
