"""Words that `archc explain` is asked for and that are neither codes nor layers.

Imported on the way to a message alone.
"""

from __future__ import annotations

from archc.cli.flags import UsageError
from archc.graph.cures.absent import reason
from archc.graph.resolve_names import FIGURES
from archc.layers.abbreviations import MEANT
from archc.layers.registry import KINDS

MOST = 6
"""Layers that are named for an argument."""

STATEMENTS = {
    "input": "input 3x32x32",
    "let": "let width = 16",
    "repeat": "repeat 3 { conv 16 3x3 pad=1 -> relu }",
    "for": "for width in [16, 32] { conv width 3x3 pad=1 -> relu }",
    "if": "if in.channels != 16 { conv 16 1x1 } else { identity }",
    "from": "from stem -> conv 16 1x1",
    "share": "share stem",
    "frozen": "frozen conv 16 3x3 pad=1",
    "opaque": 'opaque "nms" => 100x4',
    "expect": 'expect params ~ 60K "LeCun et al. 1998"',
    "output": "output scores: linear 10",
    "block": "block Unit(width) { conv width 3x3 pad=1 -> relu }",
    "network": "network Net(classes = 10) { input 3x32x32; flatten -> linear classes }",
    "->": "conv 16 3x3 pad=1 -> relu",
    "=>": "conv 16 3x3 pad=1 => 16x32x32",
}
"""Words of the language, each in a line."""


def no_code(word: str) -> UsageError | None:
    """What a word is instead: of the language, an argument, a figure, or no layer at all."""
    if word in STATEMENTS:
        told = f"`{word}` is of the language, neither a code nor a layer"
        return UsageError(told, f"As in {STATEMENTS[word]}")
    holders = [name for name, kind in KINDS.items() if word in kind.arguments]
    if holders:
        listed = ", ".join(holders[:MOST]) + ", …" * (len(holders) > MOST)
        return UsageError(
            f"`{word}` is an argument, of {listed}", f"Write archc explain {holders[0]}"
        )
    word = word.replace("-", "_") if word.replace("-", "_") in FIGURES else word
    if word in FIGURES:
        figure = "memory.peak" if word == "memory" else word
        line = f"As in expect {figure} …, and `archc explain vgg16 features.0` shows its arithmetic"
        return UsageError(f"`{word}` is a figure, neither a code nor a layer", line)
    if word.lower() in MEANT:
        line = MEANT[word.lower()]
        kind = line.split()[0]
        if kind in KINDS:
            told = f"`{word}` is written `{line}` here"
            return UsageError(told, f"Write archc explain {kind}")
    why, _, more = (reason(word) or "").partition("\n")
    return UsageError(f"there is no layer `{word}`: {why}", more) if why else None
