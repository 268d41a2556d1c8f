"""What is asked of a tensor in PyTorch: `x.view(-1, 400)`, `x.mean([2, 3])`, `x = x * 0.5`."""

from __future__ import annotations

import re

from archc.habits.habit import Habit, habit
from archc.habits.words import CURRENT
from archc.habits.writing import viewed

NOW = "|".join(word for word in CURRENT if word != "identity")
"""The current tensor, by the names that others give it."""

ENDS = r"(?=\s*(?:->|=>|\Z))"
"""Where a layer without further arguments ends."""

FIRST = r"(?:-1|\w+(?:\.size\(0\)|\.shape\[0\])?)"
"""The batch, as it is told in front of the other axes."""


def _permuted(found: re.Match[str]) -> str:
    """`x.permute(0, 2, 3, 1)`, where the batch counts as an axis."""
    return f"permute [{', '.join(str(int(axis) - 1) for axis in re.findall('[123]', found[1]))}]"


def _of_a_lambda(found: re.Match[str]) -> str:
    """`lambda t: t / 4`, `nn.Lambda(lambda t: t / 4)`: what it does, of the current tensor."""
    body = found[2]
    if body.count(")") > body.count("("):
        body = body.rstrip().removesuffix(")")
    return re.sub(rf"\b{found[1]}\b", "x", body)


METHODS: tuple[Habit, ...] = (
    habit(r"\A(?:view|reshape)\s+(?:-1|\(-1\))\s+[\w.]+(?:\s*\*\s*[\w.]+)*\Z", "flatten"),
    habit(r"\A(?:view|reshape)\s+(?:\w+\s+)?-1\Z", "flatten"),
    habit(rf"\A(?:view|reshape)\s*\(\s*(?:{FIRST}\s*,\s*-1|-1\s*,\s*[^,()]+)\)\Z", "flatten"),
    habit(
        r"\A(?:view|reshape)\s*\(\s*(?:-1|b|n|batch\w*)\s*,\s*([^()]+,[^()]+)\)\Z", r"reshape [\1]"
    ),
    habit(r"\Aview\s+\(-1\)\s+((?:[\w.*/]+\s+)+[\w.*/]+)\Z", viewed),
    habit(r"\A\w+\.(?:view|reshape)\(.*-1\s*[\])]*\)\Z", "flatten"),
    habit(rf"\A\w+\.(?:view|reshape)\(\s*{FIRST}\s*,\s*[^,()]+\)\Z", "flatten"),
    habit(
        r"\A(?:\w+\.mean\(|torch\.mean\(\w+,)\s*(?:dim=|axis=)?[\[(]\s*-?[12],\s*-?[123]\s*[\])].*\)\Z",
        "global_avgpool -> flatten",
    ),
    habit(r"\A\w+\.flatten\((?:1|start_dim=1)?\)\Z", "flatten"),
    habit(r"\A\w+\.(?:squeeze\([^()]*\)|reshape\(-1\)|ravel\(\))\Z", "flatten"),
    habit(rf"\A((?:\w+:\s*)?)squeeze{ENDS}", r"\1flatten"),
    habit(
        rf"\A((?:\w+:\s*)?)flatten[\s(]+(?:start_dim=)?2\)?{ENDS}", r"\1reshape [in.channels, -1]"
    ),
    habit(
        rf"\A((?:\w+:\s*)?)(?:transpose|swap_?(?:axes|dims))(?:[\s(]+(?:1[\s,]+2|2[\s,]+1)\)?)?{ENDS}",
        r"\1permute [1, 0]",
    ),
    habit(r"\A\w+\.permute\(\s*0\s*,\s*([123](?:\s*,\s*[123])+)\s*\)\Z", _permuted),
)

SCALED: tuple[Habit, ...] = (
    habit(r"\A(?:[\w.]*Lambda\s*\(\s*)?lambda\s+(\w+)\s*:\s*(\S.*)\Z", _of_a_lambda),
    habit(rf"\A(?:(?:{NOW})\s*=\s*)?(?:{NOW})\s*\*\s*(\d*\.?\d+)\Z", r"rescale \1"),
    habit(rf"\A(?:(?:{NOW})\s*=\s*)?(?:{NOW})\s*/\s*(\d*\.?\d+)\Z", r"rescale (1/\1)"),
    habit(
        rf"\A(?:(?:{NOW})\s*=\s*)?(?:{NOW})\s*([-+])\s*(\d*\.?\d+)\Z",
        lambda m: f"rescale shift={m[1].strip('+')}{m[2]}",
    ),
    habit(
        rf"\A(?:(?:{NOW})\s*=\s*)?(?:{NOW})\s*\*\s*(\d*\.?\d+)\s*([-+])\s*(\d*\.?\d+)\Z",
        lambda m: f"rescale {m[1]} shift={m[2].strip('+')}{m[3]}",
    ),
)
"""`x = x * 0.5`, `x = x - 0.5`, of the current tensor."""
