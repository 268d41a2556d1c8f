"""Values by their bare names: `output a, b`, `concat { a; b }`, `x1, x2 = chunk(x, 2)`."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.habit import everywhere
from archc.language.source import Span

OUTPUTS = re.compile(r"(?:output|return)\s+[(\[]?\s*(\w+(?:[\s,]+\w+)*)\s*[)\]]?\Z", re.ASCII)
MERGE = re.compile(r"\b(?:concat|add|mul)\s*\{([^{}]*)\}", re.ASCII)
BRANCH = re.compile(r"(?<![^\s;])([A-Za-z_]\w*)(?=\s*(?:[;\n]|\Z))", re.ASCII)
FROM = re.compile(r"\bfrom\b")
CLAIMS = re.compile(r"\s*(?:output\b|expect\b|#|\Z)", re.ASCII)
PARTS = re.compile(
    r"(\w+(?:\s*,\s*\w+)+)\s*=\s*(?:(?:torch|tf|np|F)\.)?(?:(?P<of>\w+)\.)?(?:chunk|split)\s*\(.*\)\Z",
    re.ASCII,
)


def values_by_name(statement: Span) -> tuple[Proposal, ...]:
    """The lines that were meant where labels stand for their values."""
    return (*_outputs(statement), *_branches(statement), *_parts(statement))


def _label(text: str, name: str) -> re.Match[str] | None:
    return re.search(rf"(?<![\w\"]){name}:(?!\w)", text, re.ASCII)


def _outputs(statement: Span) -> tuple[Proposal, ...]:
    """`output a, b`: a line for each, below the last of them."""
    found = OUTPUTS.match(statement.text)
    names = re.findall(r"\w+", found[1]) if found is not None else []
    start, end = _around(statement)
    text = statement.source.text[start:end]
    places = [(label.start(), name) for name in names if (label := _label(text, name))]
    if not names or len(places) < len(names):
        return ()
    if statement.text.startswith("return") and len(names) == 1:
        return ()
    last, own = max(places)
    close = text.find("\n", last)
    close = len(text) if close < 0 else close
    below = text[close:].rstrip().removesuffix("}")
    result = len(names) > 1 and all(map(CLAIMS.match, below.splitlines()))
    lines = [f"output from {name}" for name in names if not (result and name == own)]
    told = f"one result per `output`: write `{'; '.join(lines)}`" if len(lines) > 1 else ""
    told = told or f"write `{lines[0]}`"
    why = f": `{own}` is the last tensor, and so a result itself" if result else ""
    above = next((one for one in names if re.search(rf"\b{one}:.*\n\s*{own}:", text)), None)
    if result and above is not None:
        why += f"; it reads `{above}`, the line above it, unless `from VALUE ->` begins it"
    here = statement.start - start
    if last < here:
        indent = _indent(statement)
        edit = Edit(statement, f"\n{indent}".join(lines))
        return (Proposal(f"{told}{why}", Cure((edit,))),)
    inside = text[last:close]
    at = start + close
    line = _line(statement)
    if inside.count("{") != inside.count("}") or line is None or "#" in inside:
        return ()
    indent = _indent(statement)
    added = "".join(f"\n{indent}{one}" for one in lines)
    number = statement.source.position(start + last)[0]
    edits = (Edit(line, ""), Edit(Span(statement.source, at, at), added))
    return (Proposal(f"{told}, below line {number}{why}", Cure(edits)),)


HEAD = re.compile(r"^(?:network|block)\b", re.MULTILINE)


def _around(statement: Span) -> tuple[int, int]:
    """The text of the network or block in which a statement stands."""
    text = statement.source.text
    starts = [0, *(head.start() for head in everywhere(HEAD, statement.source)), len(text)]
    start = max(one for one in starts if one <= statement.start)
    return start, min((one for one in starts if one > statement.start), default=len(text))


def _indent(statement: Span) -> str:
    text = statement.source.text
    begin = text.rfind("\n", 0, statement.start) + 1
    before = text[begin : statement.start]
    return before if not before.strip() else "    "


def _line(statement: Span) -> Span | None:
    """The line of a statement that has one to itself."""
    text = statement.source.text
    begin, end = text.rfind("\n", 0, statement.start) + 1, text.find("\n", statement.end)
    if end < 0 or text[begin:end].strip() != statement.text:
        return None
    return Span(statement.source, begin, end + 1)


def _branches(statement: Span) -> tuple[Proposal, ...]:
    """`concat { a; b }`: each branch that is a label reads its value."""
    source = statement.source
    if not re.fullmatch(r"[a-z_]\w*(?:[ \t]+[a-z_]\w*)*", statement.text, re.ASCII):
        return ()
    merges = MERGE.finditer(source.text)
    within = (
        one for one in merges if one.start(1) <= statement.start <= statement.end <= one.end(1)
    )
    found = next(within, None)
    if found is None:
        return ()
    inside, file = found[1], source.text
    if all(_label(file, one) for one in statement.text.split()):  # `add { a b }`
        inside = inside.replace(statement.text, "; ".join(statement.text.split()))
    text = BRANCH.sub(lambda one: _read(one, file, inside), inside)
    branches = [one.strip() for one in re.split(r"[;\n]", text) if one.strip()]
    if len(branches) == 1 and branches[0].startswith("from "):
        text = text.replace(branches[0], f"identity; {branches[0]}")
        branches.insert(0, "identity")  # beside what comes in
    elif len(FROM.findall(text)) - len(FROM.findall(inside)) < 2:
        return ()
    head = found[0].partition("{")[0].strip()
    place = Span(source, found.start(1), found.end(1))
    help = f"write `{head} {{ {'; '.join(branches)} }}`"
    return (Proposal(help, Cure((Edit(place, text),))),)


def _read(found: re.Match[str], text: str, inside: str) -> str:
    """A branch that is one word, and a label: read by `from`."""
    before = inside[: found.start()].rstrip(" \t")
    alone = not before or before[-1] in ";\n"
    return f"from {found[1]}" if alone and _label(text, found[1]) else found[1]


def _parts(statement: Span) -> tuple[Proposal, ...]:
    """`x1, x2 = chunk(x, 2)`: a `slice` of the same tensor for each."""
    found = PARTS.match(statement.text)
    if found is None:
        return ()
    names = re.findall(r"\w+", found[1])
    count = len(names)
    text = statement.source.text
    whole = next(one for one in ("whole", "entering", "all_channels") if one not in text)
    lines = [f"{whole}: identity"]
    for place, name in enumerate(names):
        begin, end = _share(place, count), _share(place + 1, count)
        start = f"from {whole} -> " if place else ""
        lines.append(f"{start}{name}: slice {begin}{f' {end}' if place + 1 < count else ''}")
    told = "; ".join(lines)
    edit = Edit(statement, f"\n{_indent(statement)}".join(lines))
    return (Proposal(f"write `{told}`", Cure((edit,))),)


def _share(place: int, count: int) -> str:
    """The channel with which one of several equal parts begins."""
    if place == 0:
        return "0"
    return f"in.channels*{place}//{count}" if place > 1 else f"in.channels//{count}"
