"""Makes a file that is built wrongly, or judged wrongly, as small as it goes.

`python -m tests.emit.pytorch.shrink state 12` prints what is left of the program of seed 12, whose
comparison `state` fails; the comparisons are those of `tests/campaigns/differential.py`.

Statements, links, branches, parameters and arguments are left out, one after the other, as
long as the file stays sound and fails in the same way.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

import torch

VALUE = r"\w+(?: ?= ?(?:\[[^()]*?\]+|[^,()\[\]]+))?"
PIECE = re.compile(r" -> |; |, ")


def failure(text: str, check: Callable[[str], object]) -> str | None:
    """How a file fails, without what names and numbers it has; None where it does not."""
    try:
        check(text)
    except Exception as error:
        words = re.sub(r"[\d\[\](){}'\",.:]+", " ", f"{type(error).__name__} {error}").split()
        plain = [word for word in words if word.islower() or word == words[0]]
        return " ".join(plain[:14] if "Refused" in words[0] else plain[:6])
    return None


def shrink(text: str, check: Callable[[str], object]) -> str:
    """The smallest file found that fails as this one does."""
    wanted = failure(text, check)
    assert wanted is not None, "nothing is wrong with it"
    while True:
        for smaller in candidates(text):
            if failure(smaller, check) == wanted:
                text = smaller
                break
        else:
            return text


def candidates(text: str) -> Iterator[str]:
    """Files with a little less in them, the smallest first."""
    lines = [line for line in text.split("\n") if line.strip()]
    whole = list(_ranges(lines))
    for start, end in sorted(whole, key=lambda one: one[0] - one[1]):
        yield "\n".join([*lines[:start], *lines[end:]])
    for start, end in whole:
        if end - start > 1:  # the inside without its braces
            yield "\n".join([*lines[:start], *lines[start + 1 : end - 1], *lines[end:]])
    for place, line in enumerate(lines):
        for other in _shorter(line):
            yield "\n".join([*lines[:place], other, *lines[place + 1 :]])


def _ranges(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Lines that stand for themselves: single ones, and those from a brace to its other."""
    for start, line in enumerate(lines):
        depth = 0
        for end in range(start, len(lines)):
            depth += lines[end].count("{") - lines[end].count("}")
            if depth <= 0:
                break
        if depth == 0 and not line.strip().startswith("}"):
            yield start, end + 1


def _shorter(line: str) -> Iterator[str]:
    """The line without one of its pieces."""
    parts = PIECE.split(line)
    marks = PIECE.findall(line)
    for place in range(len(parts)):
        kept, signs = parts[:place] + parts[place + 1 :], marks[:]
        if not kept:
            continue
        del signs[min(place, len(signs) - 1)]
        yield "".join(a + b for a, b in zip(kept, [*signs, ""], strict=True))
    for match in re.finditer(r"\{ ([^{}]*) \}", line):
        yield line[: match.start()] + match[1] + line[match.end() :]
    for match in re.finditer(r"(if [^{}]* |repeat [^{}]* )\{ ([^{}]*) \}( else \{[^{}]*\})?", line):
        yield line[: match.start()] + match[2] + line[match.end() :]
    for match in re.finditer(f"{VALUE}, |, {VALUE}(?=\\))", line):
        yield line[: match.start()] + line[match.end() :]
    for match in re.finditer(r"( else \{[^{}]*\})|( \w+=[\w.]+)|(\w+: )", line):
        yield line[: match.start()] + line[match.end() :]


if __name__ == "__main__":
    from tests.campaigns.differential import checking
    from tests.campaigns.programs import program

    torch.set_num_threads(1)
    name, seed = sys.argv[1:]
    small = shrink(program(int(seed)), checking(name))
    print(small)
    try:
        checking(name)(small)
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
