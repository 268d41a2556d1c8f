"""One generator of valid programs for all campaigns: files with layers of every kind, and files of
blocks, families and members; in some of them parts are frozen.
"""

from __future__ import annotations

import random
import re

from tests.emit.pytorch import random_families, random_specs

# A layer with parameters where a statement, a branch or a link begins.
LEARNS = re.compile(
    r"(^\s+|[{;] |-> |\w: )(?=(?:conv|conv_transpose|linear|batchnorm|groupnorm|prelu|scale)\b)",
    re.MULTILINE,
)
FROZEN = 0.3  # of the files


def program(seed: int) -> str:
    """The text of a file; archc finds nothing wrong with most of them."""
    text = (random_families.spec if seed % 2 else random_specs.spec)(seed // 2)
    chance = random.Random(seed)
    if chance.random() >= FROZEN:
        return text

    def freeze(match: re.Match[str]) -> str:
        return f"{match[0]}frozen " if chance.random() < 0.3 else match[0]

    return LEARNS.sub(freeze, text)
