"""Leaves out what nothing reads."""

from __future__ import annotations

import re

from archc.emit.pytorch.layout import Call, Line, Statement, Suite, flat, lines
from archc.emit.pytorch.python import negated

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


def without_empty_arms(statements: list[Statement]) -> list[Statement]:
    """`if not A:` instead of `if A: pass` and `else:`."""
    result: list[Statement] = []
    for one in statements:
        if not isinstance(one, Suite):
            result.append(one)
            continue
        one.body = without_empty_arms(one.body)
        before = result[-1] if result else None
        if one.header == "else" and isinstance(before, Suite) and _empty(before):
            word, test = before.header.split(" ", 1)
            if word == "if":
                result[-1] = Suite(f"if {negated(test)}", one.body, one.targets)
                continue
        result.append(one)
    return result


ATTRIBUTE = re.compile(r"self\.\w+ = $")


def annotated(statements: list[Statement]) -> list[Statement]:
    """`self.up: nn.Module = …` where the arms of a condition set an attribute to different things.

    A type checker takes the first thing it sees for the type.
    """
    arms: list[Suite] = []
    for one in [*statements, Line("")]:
        if isinstance(one, Suite):
            annotated(one.body)
        if isinstance(one, Suite) and one.header.startswith(("elif", "else")):
            arms.append(one)
            continue
        _annotate(arms)
        arms = [one] if isinstance(one, Suite) and one.header.startswith("if ") else []
    return statements


def _annotate(arms: list[Suite]) -> None:
    made: dict[str, set[str]] = {}
    first: dict[str, tuple[list[Statement], int]] = {}
    for arm in arms:
        for place, one in enumerate(arm.body):
            if isinstance(one, Line) and ATTRIBUTE.fullmatch(one.prefix):
                head = one.doc.head if isinstance(one.doc, Call) else one.doc
                made.setdefault(one.prefix, set()).add(head)
                first.setdefault(one.prefix, (arm.body, place))
    for prefix, heads in made.items():
        body, place = first[prefix]
        line = body[place]
        if len(heads) > 1 and isinstance(line, Line):
            body[place] = line._replace(prefix=prefix.replace(" = ", ": nn.Module = "))


def without_dead_copies(statements: list[Statement]) -> list[Statement]:
    """Leaves out `y = a` at the end of every arm where `y` gets another value next."""
    for place, one in enumerate(statements[:-1]):
        following = next((each for each in statements[place + 1 :] if isinstance(each, Line)), None)
        if not isinstance(one, Suite) or following is None or not following.prefix.endswith(" = "):
            continue
        target = following.prefix.removesuffix(" = ")
        if target in WORD.findall(flat(following.doc)):
            continue
        last = one.body[-1] if len(one.body) > 1 else None
        if isinstance(last, Line) and last.prefix == following.prefix:
            between = statements[place + 1 : statements.index(following)]
            reads = any(target in WORD.findall(row) for row in lines(_heads(between), 0))
            if not reads and flat(last.doc).isidentifier():
                one.body.pop()
    return statements


def _heads(suites: list[Statement]) -> list[Statement]:
    """What the arms that follow read before they set it."""
    return [
        Suite(one.header, one.body[:-1] or [Line("pass")])
        for one in suites
        if isinstance(one, Suite)
    ]


def _empty(suite: Suite) -> bool:
    return all(isinstance(one, Line) and flat(one.doc) == "pass" for one in suite.body)


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
