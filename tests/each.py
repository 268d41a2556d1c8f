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


def each(names: str, cases: Iterable[Any]) -> Callable[[Test], Test]:
    """The test, run with `names` as each of the cases; what else it takes are fixtures.

    Several names stand between commas, and then a case is a tuple. The cases share the fixtures:
    a test that writes into its folder is for `pytest.mark.parametrize`.
    """
    taken = names.split(", ")
    kept = [case if len(taken) > 1 else (case,) for case in cases]
    assert kept, "a test without a case holds nothing"

    def over_all(test: Test) -> Test:
        @wraps(test)
        def run(**fixtures: Any) -> None:
            __tracebackhide__ = True
            failures = []
            for case in kept:
                try:
                    test(**dict(zip(taken, case, strict=True)), **fixtures)
                except (Exception, pytest.fail.Exception) as error:
                    failures.append(told(", ".join(map(str, case)), error))
            if failures:
                head = f"{len(failures)} of {len(kept)} cases fail"
                raise AssertionError("\n".join([head, *failures])) from None

        signature = inspect.signature(test)
        others = [one for name, one in signature.parameters.items() if name not in taken]
        run.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return run

    return over_all


def told(case: str, error: BaseException) -> str:
    """A case that fails: by its text, with the lines that lead there and what is wrong."""
    steps = traceback.extract_tb(error.__traceback__)[1:]
    places = "".join(f"    {one.filename}:{one.lineno}: {one.line}\n" for one in steps)
    return f"- {case[:NAME]}\n{places}    {type(error).__name__}: {error}"
