"""What is said of `network.classes = 100`: nothing that was found out is changed from Python.

Imported on the way to a message alone.
"""

from __future__ import annotations

from archc.foreign_names import path_of
from archc.foreign_options import KNOWN, OPTIONS
from archc.given import spoken


def no_setting(owner: object, name: str, value: object) -> str:
    """What is said of a name that is given to a file, a network or a layer."""
    word = type(owner).__name__.lower()
    place = f"{word}.{name}"
    path = path_of(owner)
    first = "path_or_text" if path == "FILE" else spoken(path)
    own = name in dir(type(owner)) and name not in KNOWN["load"]
    option = name if own else OPTIONS.get(name, name)
    plain = isinstance(value, (bool, int, float, str, tuple, list))
    shown = repr(value) if plain and len(repr(value)) < 80 else "…"
    if word == "layer":
        line = getattr(owner, "line", None)
        return f"{place} cannot be set: it is told by line {line} of the spec, which can be changed"
    if word == "file" and name in ("text", "networks", "network"):
        return f"{place} cannot be set: archc.load(text) checks another text"
    if option in KNOWN["load"]:
        return f"{place} cannot be set; write archc.load({first}, {option}={shown})"
    if own:
        return f"{place} cannot be set: it follows from the spec"
    return (
        f"{place} cannot be set; a parameter of the spec has another value in "
        f"archc.load({first}, set={{{name!r}: {shown}}})"
    )
