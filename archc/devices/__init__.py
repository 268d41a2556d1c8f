"""Profiles of devices: what each computes and moves at most, read from text.

    [t4]
    title     = NVIDIA T4
    bandwidth = 320 GB/s
    float16   = 65 TFLOP/s  tensor cores
    source    = where the figures stand

A file holds one profile or several; a line that begins with `#` is a comment. The well-known ones
stand in `known.devices`, beside this file.
"""

from __future__ import annotations

import os

from archc.analysis.roofline import Device, Rate
from archc.suggest import nearest

DTYPES = ("float64", "float32", "float16", "bfloat16")
KEYS = ("title", "bandwidth", *DTYPES, "source")
SCALES = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
BYTES = {f"{letter}B/s": scale for letter, scale in SCALES.items()}
OPERATIONS = {f"{letter}FLOP/s": scale for letter, scale in SCALES.items()}
OPERATIONS |= {f"{letter}FLOPS": scale for letter, scale in SCALES.items()}
MOST = 10**24  # of anything in a second

_KNOWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "known.devices")


class Broken(ValueError):
    """A profile that cannot be read: what is wrong, and in which line, from 1 on."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def known() -> dict[str, Device]:
    """The well-known devices by name, in the order of their file."""
    with open(_KNOWN, encoding="utf-8") as file:
        return read(file.read())


def read(text: str) -> dict[str, Device]:
    """The profiles of a text by name, in its order; raises `Broken`."""
    found: dict[str, Device] = {}
    profile: _Profile | None = None
    line = 1
    for line, written in enumerate(text.splitlines(), 1):
        stripped = written.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if stripped.startswith("["):
            if profile is not None:
                found[profile.name] = profile.device()
            profile = _Profile(_name(stripped, line), line)
            if profile.name in found:
                raise Broken(line, f"there are two profiles `{profile.name}`")
        elif profile is None:
            raise Broken(line, "a profile begins with its name, as in [mine]")
        else:
            profile.take(line, stripped)
    if profile is None:
        raise Broken(line, "there is no profile; it begins with its name, as in [mine]")
    found[profile.name] = profile.device()
    return found


def _name(written: str, line: int) -> str:
    name = written[1:].removesuffix("]").strip()
    plain = name.replace("-", "").replace("_", "").replace(".", "")
    if not written.endswith("]") or not plain.isascii() or not plain.isalnum():
        raise Broken(line, f"`{written}` is no name of a profile; write letters and digits: [mine]")
    return name


class _Profile:
    """A profile that is being read."""

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self._line = line
        self._texts: dict[str, str] = {}
        self._bandwidth = 0.0
        self._rates: dict[str, Rate] = {}

    def take(self, line: int, written: str) -> None:
        """One line, `key = value`."""
        key, equals, value = (part.strip() for part in written.partition("="))
        if not equals or not value:
            raise Broken(line, f"`{written}` is no line of a profile; write KEY = VALUE")
        if key not in KEYS:
            guess = nearest(key, KEYS)
            meant = f"did you mean `{guess}`?" if guess else f"it has {', '.join(KEYS)}"
            raise Broken(line, f"a profile has no `{key}`; {meant}")
        if key in self._texts:
            raise Broken(line, f"`{key}` stands here a second time")
        self._texts[key] = value
        if key == "bandwidth":
            self._bandwidth, _ = _amount(line, key, value, BYTES, "2039 GB/s")
        elif key in DTYPES:
            self._rates[key] = Rate(*_amount(line, key, value, OPERATIONS, "19.5 TFLOP/s"))

    def device(self) -> Device:
        """The profile, whole; raises `Broken` for what it lacks."""
        if not self._bandwidth:
            raise Broken(self._line, f"`{self.name}` has no `bandwidth`")
        if not self._rates:
            wanted = " or ".join((", ".join(DTYPES[:-1]), DTYPES[-1]))
            raise Broken(self._line, f"`{self.name}` has no rate: {wanted}")
        title, source = self._texts.get("title", self.name), self._texts.get("source", "")
        return Device(self.name, title, self._bandwidth, self._rates, source)


def _amount(
    line: int, key: str, value: str, units: dict[str, int], example: str
) -> tuple[float, str]:
    """A number with a unit, and the words behind it."""
    number, _, rest = value.partition(" ")
    unit, _, note = rest.strip().partition(" ")
    try:
        amount = float(number)
    except ValueError:
        amount = 0.0
    if not number.isascii() or "_" in number or not 0 < amount < MOST or unit not in units:
        raise Broken(line, f"`{key}` is an amount with its unit, as in {example}, not `{value}`")
    return amount * units[unit], note.strip()
