"""Words of layers and of other frameworks, of all kinds at once: loaded where one is looked up."""

from __future__ import annotations

from archc.layers.registry import KINDS

FOREIGN: dict[str, str] = {word: kind.keyword for kind in KINDS.values() for word in kind.foreign}
"""What other frameworks call the layers, so that a slip from habit gets the right hint."""

WORDS = frozenset(
    word
    for kind in KINDS.values()
    for argument in kind.arguments.values()
    for word in argument.words
)
"""The bare words that layers understand: `pad=same`, `mode=bilinear`."""
