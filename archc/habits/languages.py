"""Statements of Python, C, JavaScript and YAML, and what they are here."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.foreign import FOREIGN_ARGUMENTS
from archc.habits.habit import Habit, habit
from archc.habits.reassigned import DEFINITION
from archc.habits.words import CURRENT
from archc.habits.words import STATEMENTS as STATEMENTS_HERE
from archc.language.source import Span
from archc.layers.abbreviations import MEANT, opposed
from archc.layers.registry import KINDS
from archc.layers.words import FOREIGN
from archc.suggest import likeness, near

SURE = 0.8
"""From this likeness on a word is a layer's, otherwise written."""

NAMED: tuple[Habit, ...] = (
    # `Conv(filters: 32, kernel: 3x3)`
    habit(r"(?<=[(,])(\s*[a-z_]\w*):\s*(?=[\w\"\[])", r"\1="),
)
"""Arguments with a colon, as Swift and YAML have them."""


def _own_word(found: re.Match[str]) -> str:
    """`dense 128 …`, `Conv2D 16 3x3 …`: the layer by its own name."""
    word = found[2].lower()
    return found[1] + FOREIGN[word] if word in FOREIGN and word not in KINDS else found[0]


HEAD = re.compile(r"((?:\w+:\s*)?)([A-Za-z]\w*)(?=\s+[\w\"(\[])", re.ASCII)


def respelt(line: str, sure: float = SURE) -> str:
    """`drop_out 20%`: a layer that is misspelt or abbreviated, where more is wrong than that."""
    found = HEAD.match(line)
    word = found[2].lower() if found is not None else ""
    if found is None or word in KINDS or word in (*STATEMENTS_HERE, *CURRENT):
        return line
    alike = [one for one in near(word, KINDS, 1) if likeness(word, one) >= sure]
    own = MEANT.get(word) or (alike[0] if alike and not opposed(word, alike[0]) else word)
    return found[1] + own + line[found.end() :]


ARGUMENT = re.compile(r"(?<=[\s(,])([a-z_]\w*)(?=\s*=)", re.ASCII)
WORD = re.compile(r"\w+", re.ASCII)
SIZE = re.compile(r"(?<=\d)X(?=\d)")


def spelt_throughout(line: str) -> str:
    """`cnov 16 3X3 padd=1`: where more than one word is misspelt, each by its own name."""
    mended = SIZE.sub("x", respelt(line, 0))
    found = HEAD.match(mended)
    kind = KINDS.get(found[2]) if found is not None else None
    if found is None or kind is None:
        return line
    arguments = kind.arguments

    def own(given: re.Match[str]) -> str:
        word = given[1]
        alike = [word, *near(word, FOREIGN_ARGUMENTS, 1)]
        known = [one for name in alike for one in FOREIGN_ARGUMENTS.get(name, ())]
        alike = [*(one for one in known if one in arguments), *near(word, arguments, 1), word]
        return word if word in arguments else alike[0]

    call, arrow, rest = mended[found.end() :].partition("->")
    mended = mended[: found.end()] + ARGUMENT.sub(own, call) + arrow + rest
    words = zip(WORD.findall(line), WORD.findall(mended), strict=False)
    changed = [one for one, other in words if one != other]
    slips = [one for one in changed if one not in FOREIGN_ARGUMENTS]
    return mended if slips and len(changed) > 1 else line


def _without_types(found: re.Match[str]) -> str:
    """`network N(classes: int = 10) -> Tensor`; what has no default stands first."""
    head = re.sub(r":\s*[A-Za-z_][\w.\[\]|]*(?=\s*[=,)])", "", found[1])
    name, _, inside = head.partition("(")
    if head == found[1] or not head.endswith(")") or re.search(r"[(\[{]", inside):
        return head
    parameters = sorted((one.strip() for one in inside[:-1].split(",")), key=lambda one: "=" in one)
    return f"{name}({', '.join(parameters)})"


STATEMENTS: tuple[Habit, ...] = (
    habit(r"\A((?:\w+:\s*)?)([A-Za-z]\w*)(?=\s+[\w\"])", _own_word),
    habit(r"(?<=\))\((?:x|out|y|h)\)\Z", ""),
    habit(r"\A((?:\w+:\s*)?(?:conv|conv_transpose|linear)\()\d+\s*,\s*(?=\d+\b)", r"\1"),
    habit(r"\Areturn\s+(?=\w+\s*(?:->|[ (]\S))", ""),
    habit(r"\A(?!let\b)([a-z_]\w*)\s*=\s*(?:in|x|input|inputs|out)\Z", r"\1: identity"),
    habit(r"\Ainput\s+([a-z_]\w*)\s*[:=]\s*(?=[\w\[])", r"input \1 "),
    habit(r"\A\[(.*)\]\s*[x*\u00d7]\s*(\d+)\Z", r"repeat \2 { \1 }"),
    habit(r"\A(?:assert|require)\s+", "expect "),
    habit(r"\A((?:network|block)\s+\w+\(.*\))(?:\s*->\s*[\w.\[\], ]+)?\Z", _without_types),
)

COUNTED = re.compile(
    r"for\s*\(\s*(?:(?:int|let|var|auto|size_t)\s+)?(\w+)\s*=\s*(\w+)\s*;"
    r"\s*\1\s*(<=?)\s*([\w.]+)\s*;[^();{}\n]*\)",
    re.ASCII,
)
RESULT = re.compile(r"(?:return|yield)\s+(\w+)\Z", re.ASCII)
SHOWN = re.compile(r"(?:print|console\.log|printf)\s*\(.*\)\Z", re.ASCII)
NEEDLESS = (
    (SHOWN, "`archc check` shows the shape behind each layer"),
    (re.compile(r"\w+\.summary\(.*\)\Z"), "`archc check` shows the table"),
    (
        re.compile(r"\w+\s*=\s*(?:\w+\.)*(?:Sequential|Model)\([\w\s=,\[\]]*\)\Z", re.ASCII),
        "a network is what stands in its braces",
    ),
    (
        re.compile(
            r"\w+\.(?:compile|fit|build|eval|train|to|cuda)\(.*\)\Z"
            r"|(?:optimizer|criterion|loss\w*|device)\s*=\s*[\w.]+\(.*\)\Z",
            re.ASCII | re.DOTALL,
        ),
        "a spec describes a network, not its training",
    ),
    (re.compile(r"(?:end\w*|fi|done|od|pass)\Z", re.ASCII), "a `}` ends what a `{` begins"),
    (re.compile(r"super\(.*\)\.__init__\(.*\)\Z", re.ASCII), "a network has nothing to inherit"),
    (
        re.compile(
            r"import\s+[\w.]+(?:\s+as\s+\w+)?\Z|from\s+[\w.]+\s+import\s+[\w*, ]+\Z", re.ASCII
        ),
        "the layers are known without an import",
    ),
)
"""What other programs want and a network does not, and why."""

TIMES = re.compile(r"\}[ \t]*([*x\u00d7])[ \t]*(\d+)", re.ASCII)


CALL = r"[A-Z]\w*(?:\([^()]*\))?"
COMPOSED = re.compile(rf"network\s+(\w+)\s*=\s*({CALL}(?:\s*(?:->|>>|\+|,)\s*{CALL})+)\Z", re.ASCII)


def chained(statement: Span) -> tuple[Proposal, ...]:
    """`network Both = Encoder -> Decoder`: one network of others, with the input of the first."""
    found = COMPOSED.match(statement.text)
    if found is None:
        return ()
    name, chain = found.groups()
    parts = [one.removesuffix("()") for one in re.findall(CALL, chain)]
    first = parts[0].partition("(")[0]
    head = rf"\bnetwork\s+{first}\b[^{{}}]*\{{[^{{}}]*?\b(input\s[^\n;{{}}#-]+)"
    entry = re.search(head, statement.source.text)
    if entry is None:
        return ()
    line = f"network {name} {{ {'; '.join((entry[1].strip(), *parts))} }}"
    return (Proposal(f"write `{line}`", Cure((Edit(statement, line),))),)


ASSIGNED = re.compile(rf"(?:let\s+)?([A-Za-z_]\w*)\s*:?=\s*((?:{'|'.join(KINDS)})\b[^\n{{}}>]*)\Z")


def layer_as_value(statement: Span) -> tuple[Proposal, ...]:
    """`activation = relu`, which stands in chains below: a layer that a `let` names."""
    found = ASSIGNED.match(statement.text)
    if found is None:
        return ()
    name, layer = found.groups()
    called = re.fullmatch(r"(\w+)\((.*)\)", layer.strip())
    if called is not None:
        layer = " ".join((called[1], *(one.strip() for one in called[2].split(","))))
    source = statement.source
    uses = re.compile(rf"(?:(?<=->)[ \t]*|^[ \t]*)({name})(?=[ \t]*(?:->|;|\}}|#|$))", re.MULTILINE)
    places = [one for one in uses.finditer(source.text) if one.start() > statement.end]
    if not places:
        return ()
    own = name[:1].upper() + name[1:]
    word, *arguments = layer.split()
    call = f"({', '.join(arguments)})" if arguments else ""
    line = f"let {own} = {word}{call}"
    spans = [Span(source, *one.span(1)) for one in places]
    edits = (Edit(statement, line), *(Edit(span, own) for span in spans if own != name))
    told = f", and `{own}` where it runs" if own != name else ""
    return (Proposal(f"write `{line}`{told}", Cure(edits)),)


def of_another_language(place: Span, statement: Span) -> tuple[Proposal, ...]:
    """What is no line by itself here: a loop of C, `return x`, `print(…)`, `{ … } * 3`."""
    source, text = place.source, place.source.text
    start = text.rfind("\n", 0, place.start) + 1
    end = text.find("\n", place.start)
    line = text[start : end if end >= 0 else len(text)]
    loop = COUNTED.search(line)
    if loop is not None:
        name, low, sign, high = loop.groups()
        high = f"{high} + 1" if sign == "<=" else high
        head = f"for {name} in range({high if low == '0' else f'{low}, {high}'})"
        where = Span(source, start + loop.start(), start + loop.end())
        return (Proposal(f"write `{head}`", Cure((Edit(where, head),))),)
    result = RESULT.match(statement.text)
    if result is not None and re.search(rf"\b{result[1]}:", text):
        read = f"from {result[1]}"
        return (Proposal(f"write `{read}`", Cure((Edit(statement, read),))),)
    if result is not None:
        help = "take the line away: the last tensor is the result"
        return (Proposal(help, Cure((Edit(statement, ""),))),)
    inside = DEFINITION.search(text, 0, place.start) is not None
    for pattern, why in NEEDLESS:
        if inside and pattern.match(statement.text):
            return (Proposal(f"take the line away: {why}", Cure((Edit(statement, ""),))),)
    return _times(source.text, start, line, place)


def _times(text: str, start: int, line: str, place: Span) -> tuple[Proposal, ...]:
    """`name: { … } * 3`: a loop."""
    found = TIMES.search(line)
    if found is None:
        return ()
    close = start + found.start()
    depth = 0
    for opened in range(close, -1, -1):
        depth += (text[opened] == "}") - (text[opened] == "{")
        if depth == 0:
            head = f"repeat {found[2]} "
            edits = (
                Edit(Span(place.source, opened, opened), head),
                Edit(Span(place.source, close + 1, start + found.end()), ""),
            )
            return (Proposal(f"write `{head}{{ … }}`", Cure(edits)),)
    return ()
