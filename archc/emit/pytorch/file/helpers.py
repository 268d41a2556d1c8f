"""What the module brings along: classes and functions that PyTorch lacks, from templates."""

from __future__ import annotations

import os
import re
from functools import cache

from archc.bundled import templates_folder

RANK = re.compile(r"([123])d$")


def sources() -> str:
    """The templates of all of them."""
    path = os.path.join(templates_folder(), "layers.py.jinja")
    with open(path, encoding="utf-8") as file:
        return file.read()


def helper_names(sources: str) -> frozenset[str]:
    """Every name that a helper may have in the module."""
    words = re.findall(r"\{# (\w+) #\}", sources)
    return frozenset([*words, *(f"{word}{n}d" for word in words for n in (1, 2, 3))])


BASES = ("SparseConv", "StdConv")  # classes of the file that others of it are made of
BEFORE = ("same_pads", "divisible", "center_crop")


def helpers(source: str, used: set[str]) -> list[str]:
    """The source of each class that PyTorch lacks, in the order of the file."""
    named = (re.match(r"\{# (\w+) #\}\n(.*)", one, re.S) for one in source.split("{# ---- #}\n"))
    blocks = {one[1]: one[2] for one in named if one is not None}

    def kind(word: str) -> str:
        return word if word in blocks else RANK.sub("", word)

    asked = {word for word in used if kind(word) in blocks}
    for word in list(asked):
        if "same_pads(" in blocks[kind(word)]:
            asked.add("same_pads")
        asked.update(word[word.index(base) :] for base in BASES if base in word)
    order = list(blocks)

    def place(word: str) -> tuple[int, int, str]:
        return (0 if word in BEFORE else 1, order.index(kind(word)), word)

    result = []
    for word in sorted(asked, key=place):
        rank = RANK.search(word)
        result.append(_rendered(blocks[kind(word)], int(rank.group(1)) if rank else 0))
    return result


@cache
def _rendered(block: str, n: int) -> str:
    """A helper for so many axes."""
    import jinja2

    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)
    return environment.from_string(block).render(n=n, **_ranked(n)).strip("\n")


def _ranked(n: int) -> dict[str, str]:
    """What differs with the number of axes."""
    axes = ", ".join(["int"] * n)
    pair = f"(kernel,) * {n} if isinstance(kernel, int) else tuple(kernel)"
    return {
        "kernel": f"int | tuple[{axes}]",
        "pair": pair,
        "stride_pair": pair.replace("kernel", "stride"),
        "ones": ", 1" * n,
    }
