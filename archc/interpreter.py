"""What a check changes about the interpreter while it runs, and puts back: safe among threads."""

from __future__ import annotations

import gc
import sys
from _thread import allocate_lock

FRAMES = 6_000  # more than any text within the stated limits needs


class Roomy:
    """Room for nested texts, and no search for garbage, while at least one user is inside.

    Both belong to the whole process. So they are set by the first who enters and put back by the
    last who leaves, and a limit that somebody else has changed in between is left as it is.
    """

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._users = 0
        self._limit = 0
        self._collecting = False

    def __enter__(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._limit = sys.getrecursionlimit()
                self._collecting = gc.isenabled()
                if self._limit < FRAMES:
                    sys.setrecursionlimit(FRAMES)
                # Trees and graphs are kept: searching them for garbage takes half of the time.
                gc.disable()

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                if self._limit < FRAMES and sys.getrecursionlimit() == FRAMES:
                    sys.setrecursionlimit(self._limit)
                if self._collecting:
                    gc.enable()


ROOMY = Roomy()
