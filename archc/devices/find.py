"""From what a user names to a device: a well-known one, or a profile in a file."""

from __future__ import annotations

import os
import re
from functools import cache

from archc.analysis.roofline import Device
from archc.devices import Broken, known, read
from archc.files import Problem, text_of
from archc.suggest import near, nearest

LIMIT = 1024 * 1024  # bytes of a file of profiles

NAME = "NAME"
"""What stands for a device in a line where any may be meant."""


class Unknown(Problem):
    """There is no such device; `meant` is the one that may be, "" for none at all."""

    def __init__(self, message: str, hint: str, meant: str | None) -> None:
        super().__init__(message, hint)
        self.meant = meant

    def lines(self, line: str) -> str:
        """The hint with a line that has the device that may be meant, or a word in its place."""
        if self.meant == NAME:
            return f"{self.hint}\nWith the {NAME} of one: {line.removeprefix('Write ')}"
        return f"{line if line.startswith('Write ') else f'Write {line}'}\n{self.hint}"


RUNNERS = re.compile(r"(cuda|gpu|mps|metal|cpu|xpu|rocm|hip|auto|\d+)(?::\d+)?", re.IGNORECASE)
"""What PyTorch and others call the device that they run on."""


@cache
def find(word: str) -> Device:
    """The device called so; of a file with several profiles `FILE:NAME`. Raises `Problem`."""
    devices = known()
    if word in devices:
        return devices[word]
    path, colon, name = word.rpartition(":")
    if os.path.lexists(word) or not colon:
        path, name = word, ""
    if not os.path.lexists(path):
        raise _unknown(word, list(devices))
    try:
        profiles = read(text_of(path, LIMIT))
    except Broken as error:
        raise Problem(f"{path}:{error.line}: {error.message}") from None
    if name in profiles:
        return profiles[name]
    if name or len(profiles) > 1:
        guess = nearest(name, profiles) if name else None
        what = f"has no profile `{name}`" if name else f"holds {len(profiles)} profiles"
        meant = f"; did you mean `{path}:{guess}`?" if guess else ""
        raise Problem(f"`{path}` {what}{meant}", f"It holds: {', '.join(profiles)}")
    return next(iter(profiles.values()))


def _unknown(word: str, names: list[str]) -> Unknown:
    known = f"Known devices are: {', '.join(names)}\nA file with a profile of your own does as well"
    runner = RUNNERS.fullmatch(word)
    if runner is not None:
        kind = runner[1].lower()
        meant = {"cpu": "", "mps": "m1-max", "metal": "m1-max"}.get(kind, NAME)
        return Unknown(
            f"there is no device `{word}`: archc runs nothing, and a device is the hardware whose "
            "time is bounded",
            known,
            meant,
        )
    likely = [name for name in names if word and name.startswith(word.lower())]
    likely = likely or near(word, names, 1)
    likely = likely or [name for name in names if name.partition("-")[0] in word.lower()]
    meant = f"; did you mean {' or '.join(f'`{name}`' for name in likely)}?" if likely else ""
    what = "file" if "/" in word or "." in word else "device"
    return Unknown(f"there is no {what} `{word}`{meant}", known, likely[0] if likely else None)
