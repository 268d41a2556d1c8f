"""Numbers, lists and shapes as other programs and other countries write them: `1,000`, `(3, 3)`."""

from __future__ import annotations

import re

from archc.habits.habit import Habit, habit
from archc.habits.words import WORDS
from archc.habits.writing import claimed_shape, computed, sliced

ANY = ("?", "*", "-1", "None", "none", "any")
BATCH = ("N", "B", "n", "b", "batch", "bs")
AXIS_OF_ANY_SIZE = r"[?*]|-1|[Nn]one|any|N|B|n|b|batch|bs"
WITH_SUCH = (
    rf"=>\s*[\[(]?\s*((?=[^\n]*(?:{AXIS_OF_ANY_SIZE})\s*[x,\])]|[^\n]*[x,]\s*(?:{AXIS_OF_ANY_SIZE})\s*\Z)"
    rf"(?:{AXIS_OF_ANY_SIZE}|\d+|[a-wyz_]+)(?:\s*[x,]\s*(?:{AXIS_OF_ANY_SIZE}|\d+|[a-wyz_]+))+)\s*[\])]?\Z"
)


def _any_axis(found: re.Match[str]) -> str:
    """`=> N x 64 x ? x ?`: the batch is never written, and an axis of any size is `_`."""
    axes = re.split(r"\s*[x,]\s*", found[1])
    if axes[0] in BATCH and len(axes) > 1:
        axes = axes[1:]
    if len(axes) > 1 and all(axis.isdigit() for axis in axes):
        return f"=> {'x'.join(axes)}"
    return f"=> [{', '.join('_' if axis in ANY else axis for axis in axes)}]"


NUMBERS: tuple[Habit, ...] = (
    habit(r"\b(?:null|nil|nullptr)\b", "none"),
    habit(r"(?<=[\w)]\s)(\d{1,2}),\1(?=\s|\Z)", r"\1x\1"),
    habit(
        r"(?<![\w.=])([1-9]\d{0,2})((?: \d{3})* 0\d\d(?: \d{3})*)(?![\w.])",
        lambda m: m[1] + m[2].replace(" ", "_"),
    ),
    habit(r"=>\s*(?=(?:" + WORDS + r")\b|[A-Z]\w*(?:\s+[\w(]|\())", "-> "),
    habit(r"\b(dropout\w*[\s(]+(?:p=)?)0,(?=\d)", r"\g<1>0."),
    habit(r"\blinear\s+(?:[5-9]\d|\d{3}),(?=\d{3}(?!\S))", "linear "),  # none has 784_120 of them
    habit(r"(?<![\w.])(\d{1,3}(?:,\d{3})+)(?![\d,])", lambda m: m[1].replace(",", "_")),
    habit(r"\blinear\s+\d+,\s*(?=\w+(?:\s|\Z))", "linear "),
    habit(
        r"(?<=[\s=])\((\d+(?:\s*,\s*\d+)+)\)(?!\s*[,\]])",
        lambda m: "x".join(re.findall(r"\d+", m[1])),
    ),
    habit(r"(?<=[\[,=(])(\s*)\(([^()]*,[^()]*)\)", r"\1[\2]"),
    habit(r"(?<![\w.])slice\s*[\[(]\s*([\w.*/ ]+?)\s*[:,]\s*([\w.*/ ]+?)\s*[\])]", sliced),
    habit(r"\Aslice\s+\[?(\d+)\s*:\s*(\d+)\]?\Z", r"slice \1 \2"),
    habit(WITH_SUCH, _any_axis),
    habit(r"=>\s*([\w.*/+]+(?:\s+x\s+[\w.*/+]+)+)", claimed_shape),
    habit(r"=>\s*\(([^()]*)\)", claimed_shape),
    habit(r"=>\s*((?=\S*[a-z])[\w*/]+(?:x[\w*/]+)+)(?!\S)", computed),
    habit(r"=>\s*((?:\d+\s+)+\d+)\Z", lambda m: "=> " + "x".join(m[1].split())),
    habit(r"\b(\d+)\s+x\s+(?=\d)", r"\1x"),
    habit(r"(?<=\s)\(?([a-z_]\w*?)\)?x\(?\1\)?(?!\w)", r"\1"),
)
"""In the order in which they are looked for."""
