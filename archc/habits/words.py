"""The words of layers, arguments and statements, as patterns that habits are made of."""

from __future__ import annotations

import re

from archc.layers.registry import KINDS
from archc.layers.words import FOREIGN

STATEMENTS = ("network", "block", "input", "output", "expect", "for", "repeat", "if", "let", "from")
ARGUMENTS = sorted({name for kind in KINDS.values() for name in kind.arguments})
BARE = {
    word: word
    for word, kind in KINDS.items()
    if not any(argument.required for argument in kind.arguments.values())
}
BARE |= {word: kind for word, kind in FOREIGN.items() if kind in BARE}
CURRENT = ("x", "y", "h", "out", "net", "identity", "input_tensor", "inputs")
"""What people call the tensor that a layer reads, and that has no name here."""

CALL_OR_WORD = r"[A-Za-z_]\w*"

BRANCH = re.compile(r",\s+(?=(?:from|share|" + "|".join(KINDS) + r")\b|[A-Z]\w*\b(?!\s*=))")
"""A comma between the branches of a merge."""

OWN_CALL = r"\A((?:\w+:\s*)?[a-z][^>]*?)"
"""A layer with its arguments; a block of the file may have any."""

BARE_WORDS = "|".join(sorted(BARE, key=len, reverse=True))
FOREIGN_WORDS = "|".join(
    sorted((word for word in BARE if word not in KINDS), key=len, reverse=True)
)
OPTIONS = "|".join([*ARGUMENTS, "padding", "strides", "kernel_size", "dilation_rate", "use_bias"])
WORDS = "|".join(KINDS)
MERGES = "|".join(word for word, kind in KINDS.items() if kind.many_inputs)
LAYERS = "|".join(
    sorted((word for word, kind in KINDS.items() if not kind.many_inputs), key=len, reverse=True)
)
"""Layers of one input."""

NAMES = (
    r"\s*[\[(]?\s*([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)+)\s*[\])]?"
    r"\s*(?:,\s*(?:dim|axis)?\s*=?\s*-?\d)?\s*"
)
