"""What was probably meant."""

from __future__ import annotations

from collections.abc import Iterable

LEAST = 0.67
"""From this likeness on a word may have been meant."""

MOST_COMPARED = 200
"""Words looked at letter by letter; of more, those of like length with the same first letter."""


def near(word: str, words: Iterable[str], most: int = 3) -> list[str]:
    """The words most like another, the likest first; case, `_` and `-` count for nothing."""
    from difflib import get_close_matches

    plain: dict[str, list[str]] = {}
    for candidate in sorted(set(words) - {word}):
        plain.setdefault(_plain(candidate), []).append(candidate)
    wanted = _plain(word)
    compared = list(plain)
    if len(compared) > MOST_COMPARED:
        compared = [one for one in compared if one[:1] == wanted[:1]]
        compared.sort(key=lambda one: abs(len(one) - len(wanted)))
    found = get_close_matches(wanted, compared[:MOST_COMPARED], n=most, cutoff=LEAST)
    swapped = [one for one in compared if _swapped(wanted, one)]
    found = [*swapped, *(one for one in found if one not in swapped)]
    return [candidate for one in found for candidate in plain[one]][:most]


def _swapped(word: str, other: str) -> bool:
    """Whether two neighbouring letters have changed places: `pda` for `pad`."""
    if len(word) != len(other) or len(word) < 3:
        return False
    place = next((i for i in range(len(word) - 1) if word[i] != other[i]), None)
    if place is None:
        return False
    turned = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return turned == other


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word most like another; None where none is near."""
    return next(iter(near(word, words, 1)), None)


def paths_meant(path: str, paths: Iterable[str]) -> list[str]:
    """The first path with all parts of another in their order, else those most like it.

    `layer1.0.conv1` for `layer1.conv1`; both `conv1` and `conv2` for `conv`. Where none is like it,
    the first that ends as it does: `layer1.0.conv1` for `basic.conv1`.
    """
    known = list(paths)
    for one in known:
        parts = iter(one.split("."))
        if all(part in parts for part in path.split(".")):
            return [one]
    found = sorted(near(path, known), key=known.index)
    most = max((likeness(path, one) for one in found), default=0)
    return [one for one in found if likeness(path, one) == most] or _same_end(path, known)


def _same_end(path: str, known: list[str]) -> list[str]:
    """The first path with the last parts of another, as many of them as there may be."""
    end = path
    while "." in end:
        end = end.partition(".")[2]
        alike = [one for one in known if one.endswith(f".{end}")]
        if alike:
            return alike[:1]
    return []


def likeness(word: str, other: str) -> float:
    """How alike two words are, 1 where they differ in case, `_` and `-` alone."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, _plain(word), _plain(other)).ratio()


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")
