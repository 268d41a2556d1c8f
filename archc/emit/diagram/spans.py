"""The names of several in a row: from the first to the last."""

from __future__ import annotations


def span_name(first: str, last: str) -> str:
    """`1-3`, `denselayer2-16`, `inception3a-b`; of two that are such spans themselves, from the
    first to the last."""
    first, last = first.split(" \u2013 ")[0], last.split(" \u2013 ")[-1]
    first, (begin, dash, end) = first.partition("\u2013")[0], last.partition("\u2013")
    last = begin[: len(begin) - len(_end(begin))] + end if dash else last
    one, two = _end(first), _end(last)
    if two and first[: len(first) - len(one)] == last[: len(last) - len(two)]:
        return f"{first}\u2013{two}"
    return f"{first} \u2013 {last}"


def _end(name: str) -> str:
    """What tells a name from those of its neighbours: its number, or the letter behind one."""
    number = name[len(name.rstrip("0123456789")) :]
    lettered = name[-1:].isalpha() and name[-2:-1].isdigit()
    return number or (name[-1] if lettered else "")
