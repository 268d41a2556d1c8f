"""What several tests look at is made once in a run, whichever worker asks for it first."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from tests.conftest import SHARED

Taken = ParamSpec("Taken")
Made = TypeVar("Made")


def once(make: Callable[Taken, Made]) -> Callable[Taken, Made]:
    """The function, whose results are kept for all workers of a run; they must not be changed.

    Two results are one where the arguments are written alike.
    """

    known: dict[str, Made] = {}

    @wraps(make)
    def kept(*args: Taken.args, **chosen: Taken.kwargs) -> Made:
        key = f"{make.__module__}.{make.__qualname__} {args} {chosen}"
        if key not in known:
            name = hashlib.sha256(key.encode("utf-8")).hexdigest()
            known[key] = _kept(Path(os.environ[SHARED], name), lambda: make(*args, **chosen))
        return known[key]

    return kept


def _kept(file: Path, make: Callable[[], Made]) -> Made:
    """What a file holds; where there is none yet, what is made and goes there."""
    try:
        found: Made = pickle.loads(file.read_bytes())
    except FileNotFoundError:
        found = make()
        own = file.with_suffix(f".{os.getpid()}")
        own.write_bytes(pickle.dumps(found))
        own.replace(file)  # at once, so that nobody reads a half
    return found
