"""From what a user names to a device: a well-known one, or a profile in a file."""

from __future__ import annotations

import os
from functools import cache

from archc.analysis.roofline import Device
from archc.devices import Broken, known, read
from archc.files import Problem, text_of
from archc.suggest import near, nearest

LIMIT = 1024 * 1024  # bytes of a file of profiles


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


def _unknown(word: str, names: list[str]) -> Problem:
    begun = [name for name in names if word and name.startswith(word.lower())]
    guess = " or ".join(f"`{name}`" for name in begun or near(word, names, 1))
    meant = f"; did you mean {guess}?" if guess else ""
    what = "file" if "/" in word or "." in word else "device"
    return Problem(
        f"there is no {what} `{word}`{meant}",
        f"Known devices are: {', '.join(names)}\nA file with a profile of your own does as well",
    )
