"""Inputs and sizes as others write them: `x = Input(shape=(32, 32, 3))`, `input {z}x1x1`."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.habit import Habit, habit
from archc.habits.words import CURRENT, LAYERS
from archc.language.source import Span

UNNAMED = (*CURRENT, "input", "in", "image", "img", "data", "model", "self", "model_input")
"""What an input is called where nothing tells it from another."""


def number_of_axes(found: re.Match[str]) -> str:
    """`input: 3, 32, 32`, `Input(shape=(32, 32, 3))`: the axes, channels first, without a batch."""
    axes = re.findall(r"\d+|None|[A-Z]\b", found[2])
    axes = [axis for axis in axes if axis != "None"]
    if len(axes) == 4 and axes[0] == "1":
        axes = axes[1:]
    if len(axes) == 3 and axes[2] in ("1", "3", "4") and axes[0] not in ("1", "3", "4"):
        axes = [axes[2], *axes[:2]]
    name = "" if found[1] is None or found[1].lower() in UNNAMED else f"{found[1]} "
    return f"input {name}{'x'.join(axes)}"


def listed(found: re.Match[str]) -> str:
    """`input nz x 1 x 1`: a size with an axis that is worked out is a list."""
    axes = re.split(r"\s+x\s+", found[1])
    return f"input [{', '.join(axes)}]"


def listed_axes(found: re.Match[str]) -> str:
    """`input nzx1x1`, with the name of a value for an axis."""
    return f"input [{', '.join(axis for axis in found.groups() if axis)}]"


IN_ROUND_BRACKETS = habit(
    r"\Ainput\s+\(((?=[^()]*[a-z])[\w*/ ]+(?:,[\w*/ ]+)+)\)\Z", lambda m: f"input [{m[1].strip()}]"
)

ENTRIES: tuple[Habit, ...] = (
    habit(
        r"\A(?:(\w+)\s*[:=]\s*)?(?:\w+\.)*[iI]nput(?:_shape)?\s*(?:layer|Layer)?\s*[:=]?\s*\(?\s*"
        r"(?:(?:input_|batch_)?shape\s*=\s*)?"
        r"[\[(]?((?:\d+|None|[A-Z]\b)(?:\s*[,x\u00d7*]?\s*(?:\d+|None|[A-Z]\b))+)[\])]*"
        r"(?:,\s*(?:name|dtype|batch_size)\s*=\s*[^(),]+)*[\])]*,?\Z",
        number_of_axes,
    ),
    habit(r"\A([a-z_]\w*)\s*[:=]\s*input\s+(?=[\w\[])", r"input \1 "),
    habit(
        r"\Ainputs?\s+([a-z]\w*)\s*[:=]?\s*((?:\d+x)+\d+)\s*,\s*(?:input\s+)?([a-z]\w*)\s*[:=]?\s*"
        r"((?:\d+x)+\d+)\Z",
        r"input \1 \2; input \3 \4",
    ),
    habit(
        r"\A((?:\w+:\s*)?(?:reshape|view|input))\s+([a-z]\w*\s*\*\s*\d+)x(\d+)x(\d+)(?=\s|\Z)",
        r"\1 [\2, \3, \4]",
    ),
    IN_ROUND_BRACKETS,
    habit(r"\Ainput\s+\(?([a-z]\w*?)\)?x(\d+)(?:x(\d+))?\Z", listed_axes),
)
"""An input, however its axes are told."""

COMPUTED_ENTRY = habit(r"\Ainput\s+((?=[^x]*[a-z])[\w*/]+(?:\s+x\s+[\w*/]+)+)\Z", listed)

CALL = re.compile(rf"(?:\binput|=>|\b(?:{LAYERS}))[ (]", re.ASCII)
GROUP = r"(?:\$?\{\{?[^{}\n]+\}\}?|\$[A-Za-z_]\w*)"
IN_BRACES = re.compile(
    rf"(?<=[\s=(])(?:\d+x)*{GROUP}(?:x(?:{GROUP}|\d+))*(?=[\s,);]|\Z|$)", re.ASCII | re.MULTILINE
)
AXIS = re.compile(r"\{\s*([^{}\n]+?)\s*\}|\$(\w+)|(\d+)", re.ASCII)


def _axis(text: str) -> str:
    """`WIDTH`, as shells and templates name what is put in, as a parameter."""
    return text.lower() if re.fullmatch(r"[A-Z]\w*", text) else text


def sizes_in_braces(place: Span) -> tuple[Proposal, ...]:
    """`input {z}x1x1`, `conv ${WIDTH} 3x3`: a value stands by its name, and a size is a list."""
    text = place.source.text
    start = text.rfind("\n", 0, place.start) + 1
    end = text.find("\n", place.start)
    end = len(text) if end < 0 else end
    edits: list[Edit] = []
    line, shown = "", start
    for found in IN_BRACES.finditer(text, start, end):
        if CALL.search(text, start, found.start()) is None:
            return ()
        axes = [_axis(name or other or number) for name, other, number in AXIS.findall(found[0])]
        written = f"[{', '.join(axes)}]" if len(axes) > 1 else axes[0]
        edits.append(Edit(Span(place.source, *found.span()), written))
        line += text[shown : found.start()] + written
        shown = found.end()
    if not edits:
        return ()
    line = (line + text[shown:end].partition("#")[0]).strip()
    own = Proposal(f"write `{line}`", Cure(tuple(edits)))
    return own, *_with_parameter(own, line, place)


HEAD = re.compile(r"^(network|block)[ \t]+(\w+)(?:[ \t]*\(([^()]*)\))?", re.ASCII | re.MULTILINE)


def _with_parameter(own: Proposal, line: str, place: Span) -> tuple[Proposal, ...]:
    """The same where the text knows one name of the line nowhere else: a parameter more."""
    text, edit = place.source.text, own.cure.edits[0]
    heads = list(HEAD.finditer(text, 0, place.start))
    names = [one for one in re.findall(r"[a-z_]\w*", edit.text) if one != "in"]
    if not heads or not names or re.search(rf"\b{names[0]}\b", text[: edit.span.start]):
        return ()
    word, name, before = heads[-1].groups()
    head = f"{word} {name}({before + ', ' if before else ''}{names[0]} = 64)"
    edits = (Edit(Span(place.source, *heads[-1].span()), head), *own.cure.edits)
    return (Proposal(f"write `{line}` and `{head}`, with a number of your own", Cure(edits)),)
