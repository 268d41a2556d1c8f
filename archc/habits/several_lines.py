"""What takes more than its own line to mend: a mode that is none here, a loop too long."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.frameworks import framework_call
from archc.habits.habit import everywhere, habit
from archc.habits.reassigned import DEFINITION
from archc.habits.writing import darknet
from archc.language.source import Span
from archc.layers.registry import KINDS

TRAINING = re.compile(
    r"\bif[ \t]+(?:self\.)?(?:is_)?training[ \t]*:?[ \t]*\{\s*([^{}]*?)\s*\}(?!\s*else\b)", re.ASCII
)
INDENTED = re.compile(
    r"\bif[ \t]+(?:self\.)?(?:is_)?training[ \t]*:[ \t]*\n[ \t]*"
    r"((?:\w+\s*=\s*)?[\w.]*drop[^\n]*)(?=\n|\Z)",
    re.ASCII | re.IGNORECASE,
)
CONTINUED = re.compile(r"^(?:[^\n\\#]*\\[ \t]*\n)+[^\n]*", re.MULTILINE)
BREAK = re.compile(r"[ \t]*\\[ \t]*\n[ \t]*")
INPUTS = re.compile(r"\binputs?:\s*\n\s*-\s*((?:\d+x)+\d+)[ \t]*(?=\n|\Z)", re.ASCII)
OUTPUT = re.compile(r"(?<=[\n;])([ \t]*output[ \t]*;?)\n?[ \t]*\}", re.ASCII)
DOWN = re.compile(r"\bfor\s+(\w+)\s+in\s+(range\((\d+)\s*,(.*?,\s*-1\s*\)))", re.ASCII)
FUNCTIONS = (
    habit(r"(?<![\w.])(?:int|(?:math\.|np\.)floor)\(", "floor("),
    habit(r"(?<![\w.])(?:math\.|np\.)(ceil|round)\(", r"\1("),
    habit(r"\bin\.(channels|height|width|depth|length|shape)\(\)", r"in.\1"),
)
"""Functions by the names they have in Python."""

ONCE = re.compile(
    rf"(x|y|h|out|net)\s*=\s*((?:{'|'.join(KINDS)})\b(?!\s*\()[^\n{{}}]*)\Z", re.ASCII
)


SECTION = re.compile(
    r"\[([a-z_]+)\][ \t]*((?:\n[ \t]*[a-z_]+[ \t]*=[ \t]*[^\n{}]+(?=\n|\Z))+)", re.ASCII
)


def sections(place: Span) -> tuple[Proposal, ...]:
    """A section of Darknet, `[convolutional]` and lines of `filters=16` below it."""
    found = _at(SECTION, place)
    if found is None:
        return ()
    line = darknet(found[1], dict(re.findall(r"(\w+)[ \t]*=[ \t]*([^\s#]+)", found[2])))
    if line is None:
        return ()
    edit = Edit(Span(place.source, *found.span()), line)
    return (Proposal(f"write `{line}`", Cure((edit,))),)


def over_several_lines(place: Span, statement: Span) -> tuple[Proposal, ...]:
    """Cures of the text around a place."""
    return (
        *_in_training(place),
        *_inputs(place),
        *_bare_output(place),
        *_fewer_rounds(place),
        *_named_once(statement),
    )


def _at(pattern: re.Pattern[str], place: Span) -> re.Match[str] | None:
    """What a pattern finds where a place lies in it."""
    begin = max(place.start - 500, 0)
    found = pattern.finditer(place.source.text, begin, place.start + 500)
    return next((one for one in found if one.start() <= place.start < one.end()), None)


def joined_lines(place: Span) -> tuple[Proposal, ...]:
    """`conv 8 3x3 \\` and its arguments in the next line, as Python and shells continue one."""
    text = place.source.text
    every = everywhere(CONTINUED, place.source)
    found = next((one for one in every if _holds(one, place.start)), None)
    if found is None:
        return ()
    breaks = BREAK.finditer(text, found.start(), found.end())
    line = " ".join(BREAK.sub(" ", found[0]).split())
    edits = tuple(Edit(Span(place.source, *one.span()), " ") for one in breaks)
    return (Proposal(f"a statement is one line: write `{line}`", Cure(edits)),)


def _holds(found: re.Match[str], place: int) -> bool:
    return found.start() <= place < found.end()


def _in_training(place: Span) -> tuple[Proposal, ...]:
    """`if training { dropout 0.5 }`: a dropout does nothing at inference anyway."""
    found = _at(TRAINING, place) or _at(INDENTED, place)
    if found is None or not re.match(r"(?:\w+\s*=\s*)?[\w.]*drop\w*\b", found[1]):
        return ()
    call = framework_call(found[1].rpartition("= ")[2].strip())
    line = call or " ".join(found[1].split())
    edit = Edit(Span(place.source, *found.span()), call or found[1])
    return (Proposal(f"write `{line}`: at inference it is off by itself", Cure((edit,))),)


def _inputs(place: Span) -> tuple[Proposal, ...]:
    """`inputs:`, and below it `- 3x224x224`."""
    found = _at(INPUTS, place)
    if found is None:
        return ()
    line = f"input {found[1]}"
    edit = Edit(Span(place.source, *found.span()), line)
    return (Proposal(f"write `{line}`", Cure((edit,))),)


def _bare_output(place: Span) -> tuple[Proposal, ...]:
    """`output` alone, in front of the last brace."""
    found = _at(OUTPUT, place)
    if found is None:
        return ()
    edit = Edit(Span(place.source, *found.span(1)), "")
    line = edit.span.source.position(found.end(1) - 1)[0]
    help = f"take `output` in line {line} away: the last tensor is the result"
    return (Proposal(help, Cure((edit,))),)


def _fewer_rounds(place: Span) -> tuple[Proposal, ...]:
    """`for i in range(3, 0, -1) { from e{i} }`, where `e2` is the last label there is."""
    inside = re.search(r"\w*\{(\w+)\}", place.text, re.ASCII)
    loops = list(DOWN.finditer(place.source.text, 0, place.start))
    if inside is None or not loops or loops[-1][1] != inside[1]:
        return ()
    loop = loops[-1]
    begin = Span(place.source, *loop.span(3))
    first = str(int(loop[3]) - 1)
    rounds = f"for {loop[1]} in range({first},{loop[4]}"
    line = place.source.position(begin.start)[0]
    help = f"is it one round less? Then write `{rounds}` in line {line}"
    return (Proposal(help, Cure((Edit(begin, first),)), last=True),)


def _named_once(statement: Span) -> tuple[Proposal, ...]:
    """`x = conv 24 1x1`, where nothing else is called `x`: the label that it would be."""
    found = ONCE.match(statement.text)
    if found is None:
        return ()
    text = statement.source.text
    begin = max((one.start() for one in DEFINITION.finditer(text, 0, statement.start)), default=0)
    after = DEFINITION.search(text, statement.end)
    if len(re.findall(rf"\b{found[1]}\b", text[begin : after.start() if after else None])) > 1:
        return ()
    line = f"{found[1]}: {found[2]}"
    return (Proposal(f"write `{line}`", Cure((Edit(statement, line),))),)
