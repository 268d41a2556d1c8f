"""A class of PyTorch in a spec: the block that it is, written from `__init__` and `forward`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.functional import called_as_functions
from archc.habits.habit import everywhere
from archc.habits.lists import in_a_list
from archc.habits.shortcuts import shortcuts
from archc.habits.words import CURRENT
from archc.language.functions_of_python import ENTERS, parameters
from archc.language.indentation import deeper_end
from archc.language.source import Source, Span

CLASS = re.compile(r"^class[ \t]+(\w+)[ \t]*\([ \t]*(?:\w+\.)*Module[ \t]*\)[ \t]*:", re.M)
INIT = re.compile(r"^[ \t]+def[ \t]+__init__\(([^()]*)\)[^:\n]*:", re.M)
FORWARD = re.compile(r"^[ \t]+def[ \t]+forward\(\s*self\s*,\s*(\w+)[^()\n]*\)[^:\n]*:", re.M)
NAMED = re.compile(r"self\.\w+\s*=", re.ASCII)
VALUE = re.compile(r"([a-z_]\w*)\s*=\s*([\w\s.*/+()-]+)\Z", re.ASCII)
RESULT = re.compile(rf"return\s+(?:{'|'.join(CURRENT)})\Z", re.ASCII)
ENTERING = re.compile(r"\b(?:in_channels|inplanes|in_planes|in_ch)\b")


def module_of_pytorch(place: Span) -> tuple[Proposal, ...]:
    """The block that a class stands for, where each line of it can be written."""
    text = place.source.text
    before = [one for one in everywhere(CLASS, place.source) if one.start() <= place.start]
    found = before[-1] if before else None
    end = deeper_end(text, found.start()) if found is not None else None
    if found is None or end is None or end <= place.start:
        return ()
    body = text[found.end() : end]
    init, forward = INIT.search(body), FORWARD.search(body)
    if forward is None:
        return ()
    made = list(_statements(_lines(body, init.end()))) if init is not None else []
    taken = parameters(init[1]) if init is not None else ""
    lines = _written(made, list(_statements(_lines(body, forward.end()))))
    if lines is None:
        return ()
    used = ENTERING.search("\n".join(lines))
    if used is not None and used[0] in ENTERS:
        lines.insert(0, f"let {used[0]} = in.channels")
    head = f"block {found[1]}{taken}"
    block = "".join(f"    {line}\n" for line in lines)
    edit = Edit(Span(place.source, found.start(), end), f"{head} {{\n{block}}}")
    told = f"write `{head} {{ {'; '.join(lines)} }}`, each in a line of its own"
    return (Proposal(told, Cure((edit,))),)


def _lines(body: str, start: int) -> str:
    """The lines of a function from behind its head on."""
    end = deeper_end(body, body.rfind("\n", 0, start) + 1)
    return body[start : end if end is not None else start]


def _statements(text: str) -> Iterator[str]:
    """The statements of lines, each on one line, without comments."""
    whole = ""
    for line in text.split("\n"):
        whole = f"{whole} {line.partition('#')[0].strip()}".strip()
        if whole and whole.count("(") + whole.count("[") == whole.count(")") + whole.count("]"):
            yield whole
            whole = ""


def _written(made: list[str], run: list[str]) -> list[str] | None:
    """The lines of the block; None where one is of another kind."""
    lines = []
    for line in made:
        value = VALUE.match(line)
        if value is not None:
            lines.append(f"let {value[1]} = {value[2].strip()}")
        elif not NAMED.match(line) and not line.startswith(("super", '"""', "'''")):
            return None
    source = Source("network N {\n" + "".join(f"    {one}\n" for one in (*made, *run)) + "}\n", "")
    start = 0
    for line in (*made, *run):
        start = source.text.index(line, start)
        span = Span(source, start, start + len(line))
        start = span.end
        if line in run and not RESULT.match(line):
            proposals = (*shortcuts(span), *in_a_list(span), *called_as_functions(span, True))
            if not proposals:
                return None
            lines.append(proposals[0].cure.edits[0].text)
    return [line for line in lines if line]
