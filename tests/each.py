"""One test of many small cases: all of them run, and every one that fails is named.

A test of its own costs pytest two to three milliseconds, which is more than most cases take.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import pytest

Test = Callable[..., None]
NAME = 200  # signs of a case that are told; some are whole networks


def each(names: str, cases: Iterable[Any], tests: int = 1) -> Callable[[Test], Test]:
    """The test, run with `names` as each of the cases; what else it takes are fixtures.

    Several names stand between commas, and then a case is a tuple. The cases share the fixtures:
    a test that writes into its folder is for `pytest.mark.parametrize`. What takes seconds is for
    several tests, each of its share of the cases, so that those who work side by side end together.
    """
    taken = names.split(", ")
    kept = [case if len(taken) > 1 else (case,) for case in cases]
    assert kept, "a test without a case holds nothing"

    def over_all(test: Test) -> Test:
        @wraps(test)
        def run(part: int = 0, **fixtures: Any) -> None:
            __tracebackhide__ = True
            failures = []
            mine = kept[part::tests]
            for case in mine:
                try:
                    test(**dict(zip(taken, case, strict=True)), **fixtures)
                except (Exception, pytest.fail.Exception) as error:
                    failures.append(told(", ".join(map(str, case)), error))
            if failures:
                head = f"{len(failures)} of {len(mine)} cases fail"
                raise AssertionError("\n".join([head, *failures])) from None

        signature = inspect.signature(test)
        others = [one for name, one in signature.parameters.items() if name not in taken]
        if tests > 1:
            others.insert(0, inspect.Parameter("part", inspect.Parameter.POSITIONAL_OR_KEYWORD))
        run.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return pytest.mark.parametrize("part", range(tests))(run) if tests > 1 else run

    return over_all


def told(case: str, error: BaseException) -> str:
    """A case that fails: by its text, with the lines that lead there and what is wrong."""
    steps = traceback.extract_tb(error.__traceback__)[1:]
    places = "".join(f"    {one.filename}:{one.lineno}: {one.line}\n" for one in steps)
    return f"- {case[:NAME]}\n{places}    {type(error).__name__}: {error}"
