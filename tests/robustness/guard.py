"""An end for what runs too long, by the processor's time: how busy the machine is, is no matter."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

SECONDS = 20  # for any verb on any file under 2 kB; machines differ by a factor of four
MEBIBYTES = 512
MANY_SECONDS = 60  # for what asks for up to a hundred thousand layers
MANY_MEBIBYTES = 1024

guarded = pytest.mark.skipif(not hasattr(signal, "SIGVTALRM"), reason="no guard here")


class Late(BaseException):
    """The guard's time is over; nothing that catches an `Exception` holds it up."""


@contextmanager
def guard(seconds: float = SECONDS) -> Iterator[None]:
    """Raises `Late` in what takes more of the processor's time."""

    def late(*_: Any) -> None:
        raise Late(f"more than {seconds} s")

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
