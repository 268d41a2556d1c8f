"""Leaves out what nothing reads."""

from __future__ import annotations

import re

from archc.emit.pytorch.layout import Line, Statement, Suite, lines

WORD = re.compile(r"[A-Za-z_]\w*")


def prune(statements: list[Statement]) -> list[Statement]:
    """Leaves out local names that nothing reads, and loop variables as well."""
    while True:
        words: dict[str, int] = {}
        for line in lines(statements, 0):
            for word in WORD.findall(line):
                words[word] = words.get(word, 0) + 1
        smaller = _without(statements, words)
        loop_names(smaller)
        if list(lines(smaller, 0)) == list(lines(statements, 0)):
            return smaller
        statements = smaller


def _without(statements: list[Statement], words: dict[str, int]) -> list[Statement]:
    kept: list[Statement] = []
    for one in reversed(statements):
        if isinstance(one, Suite):
            body = _without(one.body, words)
            after = kept[-1] if kept else None
            goes_on = isinstance(after, Suite) and after.header.startswith(("elif", "else"))
            if body or goes_on:
                kept.append(Suite(one.header, body or [Line("pass")], one.targets))
        elif one.sets is None or words.get(one.sets, 0) > 1:
            kept.append(one)
    return kept[::-1]


def loop_names(statements: list[Statement]) -> None:
    """`for _ in range(3)` where the body does not read the number."""
    for one in statements:
        if not isinstance(one, Suite):
            continue
        loop_names(one.body)
        if one.header.startswith("for ") and one.targets:
            inside = set(WORD.findall("\n".join(lines(one.body, 0))))
            targets, rest = one.header[4:].split(" in ", 1)
            names = []
            for word in targets.split(", "):
                bare = word.strip()
                free = bare not in inside and not bare.startswith("_")
                names.append(("_" if len(one.targets) == 1 else "_" + bare) if free else bare)
            one.header = f"for {', '.join(names)} in {rest}"
