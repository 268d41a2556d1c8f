"""What holds for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def during(owner: object, name: str, value: object) -> Iterator[None]:
    """An attribute has this value inside, and outside the one that it had."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
