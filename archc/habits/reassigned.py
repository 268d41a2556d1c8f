"""A value that an author changes round by round, `width = width * 2`: a loop over its values."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.braces import closing
from archc.language.source import Span

CHANGE = re.compile(
    r"(?:let\s+)?(\w+)\s*(?:=\s*\1\s*([*+])\s*(\d+)|([*+])=\s*(\d+)|=\s*(\d+)\s*([*+])\s*\1)\Z",
    re.ASCII,
)
COUNT = r"(\d+|[a-z_]\w*)"
LOOP = re.compile(rf"(?:for\s+(\w+)\s+in\s+range\({COUNT}\)|repeat\s+{COUNT})\s*(?=\{{)", re.ASCII)
DEFINITION = re.compile(r"^(?:network|block)\b", re.MULTILINE)
MOST_ROUNDS = 12


def loop_over_values(statement: Span) -> tuple[Proposal, ...]:
    """The loop around a change of a value, with the values written out that it would go through."""
    change = _change(statement)
    text = statement.source.text
    if change is None:
        return ()
    name, sign, step = change
    loop = _around(text, statement.start)
    first = re.compile(rf"^[ \t]*let {name}\s*=\s*(\d+)[ \t]*\n", re.MULTILINE)
    lets = list(first.finditer(text, 0, statement.start))
    if loop is None or not lets or lets[-1].start() > loop.start():
        return ()
    count = loop[2] or loop[3]
    if not count.isdigit():
        return ()
    rest = re.split(r"^(?:network|block)\b", text[statement.end :], maxsplit=1, flags=re.MULTILINE)
    elsewhere = text[lets[-1].end() : loop.start()] + rest[0]
    if re.search(rf"\b{name}\b", elsewhere):
        return ()
    rounds = int(count)
    body = text[loop.end() : statement.start]
    if not 0 < rounds <= MOST_ROUNDS or (loop[1] and re.search(rf"\b{loop[1]}\b", body)):
        return ()
    values = [int(lets[-1][1])]
    while len(values) < rounds:
        values.append(values[-1] * step if sign == "*" else values[-1] + step)
    head = f"for {name} in [{', '.join(map(str, values))}]"

    def edit(start: int, end: int, new: str) -> Edit:
        return Edit(Span(statement.source, start, end), new)

    start = len(text[: statement.start].rstrip(" \t;\n"))
    edits = (
        edit(lets[-1].start(), lets[-1].end(), ""),
        edit(loop.start(), loop.end(), f"{head} "),
        edit(start, statement.end, ""),
    )
    return (Proposal(f"a loop over its values: `{head}`", Cure(edits)),)


def _change(statement: Span) -> tuple[str, str, int] | None:
    """The name that is changed, by which sign, and by how much."""
    found = CHANGE.match(statement.text)
    if found is None:
        return None
    name, *texts = found.groups()
    signs = [one for one in texts if one in ("*", "+")]
    return name, signs[0], int(next(one for one in texts if one and one.isdigit()))


def value_by_round(statement: Span) -> tuple[Proposal, ...]:
    """The value worked out of the round, where it is a parameter, or read behind the loop too."""
    change = _change(statement)
    text = statement.source.text
    loop = _around(text, statement.start) if change is not None else None
    if change is None or loop is None:
        return ()
    name, sign, step = change
    close = closing(text, loop.end())
    begin = max((one.start() for one in DEFINITION.finditer(text, 0, loop.start())), default=0)
    own = loop[1] or next(
        one for one in ("i", "j", "n", "round") if not re.search(rf"\b{one}\b", text[begin:close])
    )

    def worth(place: str) -> str:
        factor = f"{step}**{place}" if sign == "*" else f"{step}*{place}"
        return f"({name}{sign}{factor})"

    def edit(start: int, end: int, new: str) -> Edit:
        return Edit(Span(statement.source, start, end), new)

    edits = []
    if not loop[1]:
        edits.append(edit(loop.start(), loop.end(), f"for {own} in range({loop[3]}) "))
    word = re.compile(rf"(?<![\w.]){name}(?![\w.])")
    after = DEFINITION.search(text, close)
    end = after.start() if after is not None else len(text)
    for found in word.finditer(text, loop.end(), end):
        if not statement.start <= found.start() < statement.end:
            place = own if found.start() < close else loop[2] or loop[3]
            edits.append(edit(found.start(), found.end(), worth(place)))
    start = len(text[: statement.start].rstrip(" \t;\n"))
    edits.append(edit(start, statement.end, ""))
    head = loop[0].strip() if loop[1] else f"for {own} in range({loop[3]})"
    help = f"work it out of the round: write `{worth(own)}` for `{name}` in `{head} {{ … }}`"
    return (Proposal(help, Cure(tuple(edits))),)


ASSIGNED = re.compile(r"(?:let\s+)?([a-z_]\w*)\s*=\s*(?=[\w(\[])([^={}]+)\Z", re.ASCII)


def renewed(statement: Span) -> tuple[Proposal, ...]:
    """`x = 8` below `let x = 4`: the first one, where nothing reads it, else another name."""
    found = ASSIGNED.match(statement.text)
    text = statement.source.text
    if found is None:
        return ()
    name, value = found.groups()
    word = re.compile(rf"(?<![\w.]){name}(?![\w.])")
    begin = max((one.start() for one in DEFINITION.finditer(text, 0, statement.start)), default=0)
    first = re.compile(rf"\blet\s+{name}\s*=\s*([^\n;{{}}#]+)")
    lets = list(first.finditer(text, begin, statement.start))
    if not lets or word.search(value):
        return ()
    source, before = statement.source, lets[-1]
    between = text[before.end() : statement.start]
    nested = between.count("{") - between.count("}")
    if not nested and not word.search(between):
        number = source.position(before.start())[0]
        start = len(text[: statement.start].rstrip(" \t;\n"))
        edits = (
            Edit(Span(source, *before.span(1)), value),
            Edit(Span(source, start, statement.end), ""),
        )
        return (Proposal(f"write `let {name} = {value}` in line {number}, once", Cure(edits)),)
    after = DEFINITION.search(text, statement.end)
    whole = after.start() if after is not None else len(text)
    end = min(_scope_end(text, statement.end), whole)
    if nested and word.search(text, end, whole):
        return ()  # what an arm or a round changes for all that is behind it takes another way
    other = next(f"{name}{i}" for i in range(2, 100) if not re.search(rf"\b{name}{i}\b", text))
    places = [one.span() for one in word.finditer(text, statement.end, end)]
    line = f"let {other} = {value}"
    uses = tuple(Edit(Span(source, *one), other) for one in places)
    help = f"write `{line}`, and `{other}` for `{name}` behind it"
    return (Proposal(help, Cure((Edit(statement, line), *uses))),)


def _scope_end(text: str, place: int) -> int:
    """Where the braces in which a place stands are closed."""
    depth = 0
    for found in re.compile(r"[{}]").finditer(text, place):
        depth += 1 if found[0] == "{" else -1
        if depth < 0:
            return found.start()
    return len(text)


NAME = re.compile(r"[a-z_]\w*\Z", re.ASCII)
SPREAD = re.compile(r"((?:\w+:\s*)?[A-Z]\w*)\s*\(?\s*\*\s*([a-z_]\w*)\s*\)?\Z", re.ASCII)


def loop_over_items(statement: Span) -> tuple[Proposal, ...]:
    """`for row in rows { Block *row }`: a loop over the items by the names the block has."""
    found = SPREAD.match(statement.text)
    text = statement.source.text
    if found is None:
        return ()
    call, row = found.groups()
    heads = list(re.finditer(rf"\bfor\s+{row}\s+in\b", text[: statement.start]))
    block = re.search(rf"^block\s+{call.split()[-1]}\s*\(([^()]*)\)", text, re.MULTILINE)
    if not heads or block is None:
        return ()
    names = [one.partition("=")[0].strip() for one in block[1].split(",")]
    if not all(map(NAME.match, names)):
        return ()
    head = f"for {', '.join(names)} in"
    edits = (
        Edit(Span(statement.source, *heads[-1].span()), head),
        Edit(statement, f"{call} {' '.join(names)}"),
    )
    help = f"name what is in a row: `{head} … {{ {edits[1].text} }}`"
    return (Proposal(help, Cure(edits)),)


def _around(text: str, place: int) -> re.Match[str] | None:
    """The loop in whose own braces a place stands."""
    for loop in reversed(list(LOOP.finditer(text, 0, place))):
        inside = text[loop.end() + 1 : place]
        if inside.count("{") == inside.count("}"):
            return loop
    return None
