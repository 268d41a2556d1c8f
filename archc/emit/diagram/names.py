"""The names that a picture shows: those that the author gave, not those that the program made.

`0` is the place in a list, `conv2` the second convolution of a scope that nobody labelled,
`for1.3` a round of a loop without a name. They are in tooltips, for code and messages use them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archc.emit.diagram.parts import Box, Cluster, Unit

DASH = "\u2013"


def layer(unit: Unit) -> str:
    """The name beside a layer; "" where the author gave none."""
    name = unit.name.partition("@")[0]  # weights that run again have a letter
    return _given(name, "" if unit.main.label else unit.main.kind)


def block(box: Box) -> str:
    """The name of a closed block or group; "" where the author gave none."""
    return _of_scope(box)


def cluster(part: Cluster) -> str:
    """The name of an open group; "" where the author gave none."""
    return _of_scope(part)


def untitled(box: Box) -> str:
    """What a closed group is called that has no name of its own: a round of a loop by its place."""
    return round_of(box.name) if box.name.isdigit() else box.name


def round_of(number: str) -> str:
    """`round 0`: by its number in paths, which labels count by as well."""
    return f"round {number}"


def given(word: str) -> bool:
    """Whether the author gave a group its name: it is no number, and no loop's."""
    return not _made(word, "")


def _of_scope(part: Box | Cluster) -> str:
    block = part.scope is not None and part.scope.kind == "block"
    return _given(part.name, part.scope.name if block and part.scope is not None else "")


def _given(name: str, kind: str) -> str:
    """A name, or that of several in a row, without what the program made up at its end."""
    first, wide, last = name.partition(f" {DASH} ")
    if wide:
        ends = [_given(first, kind), _given(last, kind)]
        return f" {DASH} ".join(dict.fromkeys(filter(None, ends)))
    begin = name.partition(DASH)[0]
    words = begin.split(".")
    while words and _made(words[-1], kind):
        words.pop()
        kind = ""
    if words and _made(words[0].rstrip("0123456789"), "for"):
        return ""
    return name if ".".join(words) == begin else ".".join(words)


def _made(word: str, kind: str) -> bool:
    """Whether the program made up a word: a number, or a kind with one behind it."""
    bare = word.rstrip("0123456789")
    return not bare or bare == kind or (bare == "for" and bare != word)
