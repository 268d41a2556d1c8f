"""Claims of figures that others have: `expect field == 63`, `accuracy`, `size`, `conv1.param`."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.text import without_line
from archc.habits.habit import Habit, apply, everywhere, habit
from archc.habits.writing import in_bytes, unit_joined, units
from archc.language.source import Span
from archc.language.tolerance import TOLERANCE, tolerated
from archc.layers.registry import KINDS

FIELD = re.compile(r"(?<=expect\s)(?:rf|(?:receptive_?)?field(?:_size)?)\b", re.ASCII)
SIZE = re.compile(
    r"expect\s+(?:(?:model|file|weights?|disk)_?)?(?:size|weights)\s*([<>=~!]=?)\s*"
    r"(\d[\d_.]*)\s*([kKMG])(i?)B(?:y?tes?)?\s*\Z",
    re.ASCII,
)
LEARNT = re.compile(
    r"expect\s+((?:\w+_)?(?:acc|accuracy|top_?[15]|loss|error|f1|auc|map|iou|bleu|perplexity))\b",
    re.ASCII | re.IGNORECASE,
)
TIMED = re.compile(
    r"expect\s+((?:\w+_)?(?:latency|time|runtime|fps|speed|throughput|energy|power))\b",
    re.ASCII | re.IGNORECASE,
)
COUNTED = re.compile(
    r"(expect\s+)(?:(?:num|n|total|conv|weight|weighted)_)?(?:layers?(?:_count)?|len\(layers\))(?=\s*[<>=~!])",
    re.ASCII,
)
OF_A_LAYER = re.compile(r"(expect\s+)([a-z_]+?)_?(\d+)\.(\w+)", re.ASCII)
FIGURES: dict[str, str] = {
    "param": "params",
    "parameters": "params",
    "weights": "params",
    "mac": "macs",
}
FIGURES |= {"flop": "flops", "output": "shape", "out": "shape", "size": "shape"}
OUTPUT = r"(?:output|outputs|out|y|logits)"
INPUT = r"(?:input|in|x)"
SHAPE = r"(?:\.(?:shape|size\(\)|size))?"
SAME = r"(?:={1,2}|same\s+(?:shape\s+)?as|matches|equals|like|is)"
SAME_SHAPE = re.compile(
    rf"expect\s+(?:{OUTPUT}{SHAPE}\s*{SAME}\s*{INPUT}{SHAPE}"
    rf"|{INPUT}{SHAPE}\s*{SAME}\s*{OUTPUT}{SHAPE})\s*\Z",
    re.ASCII,
)
AXES = {"channels": 0, "features": 0, "length": 1, "height": 1, "width": 2}
OTHERWISE: tuple[Habit, ...] = (
    habit(r"\A(expect\s+[\w.\[\]]+\s*)(?:=|is|equals)(?=\s)(?!=)", r"\1=="),
    habit(
        r"\A(expect\s+)(?:(?:total|the|number\s+of|num|no\.?\s+of|count\s+of)[\s_]+)+"
        r"(param|mac|flop|neuron|layer)\w*",
        lambda found: f"{found[1]}{found[2]}s",
    ),
    habit(r"\A(expect\s+)(?:n_|num_)?(param|mac|flop)(?:eter)?s?_?(?:count|total|num)\b", r"\1\2s"),
    habit(
        r"\A(expect)\s+(\d[\d_.]*[KMG]?)\s+(params|macs|flops|parameters)\Z",
        lambda found: f"expect {FIGURES.get(found[3], found[3])} == {found[2]}",
    ),
    habit(r"\A(expect\s+)parameters?\b", r"\1params"),
    habit(
        r"(?<=\d[KMG])\s+(?:params|parameters|macs|flops)\Z|(?<=\d)\s+(?:params|macs|flops)\Z", ""
    ),
    habit(r"\A(expect)\s+\"([^\"]*[<>=~][^\"]*)\"\Z", r"\1 \2"),
    habit(r"\A(expect\s+[\w.]+)\s*:\s*(?=\d)", r"\1 == "),
    habit(r"\A(expect\s+)(?:totals?|model|net|network|self|summary)\.(?=[a-z])(?!shape)", r"\1"),
    habit(
        r"\A(expect\s+)([\w.]+)\s+(?:in|between|within|from)\s+[\[(]?\s*(\d[\w.]*)"
        r"\s*(?:,|and|to|-|\.\.)\s*(\d[\w.]*)\s*[\])]?\Z",
        r"\1\3 <= \2 <= \4",
    ),
    habit(r"(?<=[\w)\]])\s+(?:under|below|less\s+than|fewer\s+than)\s+(?=\d)", " < "),
    habit(r"(?<=[\w)\]])\s+(?:at\s+most|up\s+to|no\s+more\s+than)\s+(?=\d)", " <= "),
    habit(r"(?<=[\w)\]])\s+(?:over|above|more\s+than|greater\s+than)\s+(?=\d)", " > "),
    habit(r"(?<=[\w)\]])\s+(?:at\s+least|no\s+less\s+than)\s+(?=\d)", " >= "),
    habit(r"\s*(?:~=|=~|~~|\u2248)\s*", " ~ "),
    habit(
        r"(\d+(?:\.\d+)?)\s*%\s*of\s+(?:the\s+)?(?=[a-z])",
        lambda found: f"{float(found[1]) / 100:g} * ",
    ),
    habit(r"\A(expect\s+(?:in|out)put)[\s_]*(?:shape|size)\b", r"\1.shape"),
    habit(r"\A(expect\s+)(?:receptive\s+field|rf)\b", r"\1receptive_field"),
    habit(r"\A(expect\s+[\w.]+)\s+(?:of\s+|is\s+)?(?=\d[\w.]*\Z)", r"\1 == "),
    habit(r"\A(expect\s+)(?:shape|size)\((?:of\s+)?(\w+)\)", r"\1\2.shape"),
    habit(r"\A(expect\s+)(?:shape|size)\s+of\s+(\w+)", r"\1\2.shape"),
    habit(rf"\A(expect\s+){OUTPUT}\b(?!\.params)", r"\1output"),
    habit(r"\A(expect\s+\w+)\.(?:out|output)\b", r"\1"),
    habit(r"\A(expect\s+[\w.]+)\.size(?:\(\))?(?=\s*[=<>~])", r"\1.shape"),
    habit(
        r"\A(expect\s+[\w.]+)\.(channels|features|length|height|width)\b",
        lambda found: f"{found[1]}.shape[{AXES[found[2]]}]",
    ),
    habit(
        r"\A(expect\s+(?!params|macs|depth|flops|receptive_field|memory|shape)\w+)(?=\s*=)(?!\s*==?\s*\d[\d_]*\Z)",
        r"\1.shape",
    ),
    habit(r"\A(expect\s+output)(?=\s*==?\s*)", r"\1.shape"),
    habit(
        r"(?<=[=\s])\((\d+(?:\s*,\s*\d+)+)\)\Z",
        lambda found: "x".join(re.findall(r"\d+", found[1])),
    ),
)
"""Figures by the names that others give them."""
CLAIMED: tuple[Habit, ...] = (
    habit(r"(?<=[\w)\]])\s+within\s+(\d+(?:\.\d+)?)\s*%\s+of\s+(\d[\w.]*)\Z", r" == \2 +- \1%"),
    habit(TOLERANCE.pattern, tolerated),
    habit(
        r"(?i)(\d)\s*([kmgt])(?:flops?|macs?|params?|parameters)\b", lambda m: m[1] + m[2].upper()
    ),
    habit(r"\Aexpect\s+(?:params|macs|flops|memory|peak|weights|depth)\b.*\Z", units, in_bytes),
    habit(r"\A(expect\s+[\w.]+)\s+(?:is|equals|eq)\s+", r"\1 == "),
    habit(
        r"(?i)(\d)\s*(thousand|million|mio|billion)\b",
        lambda m: m[1] + {"t": "K", "m": "M", "b": "G"}[m[2][0].lower()],
    ),
    habit(r"\A(expect\s.*?\d)\s+([kKMGT]i?B?)(?=\s|\Z)", unit_joined),
    habit(r"\A(expect\s+)(peak|weights)\b", r"\1memory.\2"),
    habit(r"\A(expect\s+memory)\s*(?=[<>=~!])", r"\1.peak "),
    habit(r"\A(expect\s.*?\d)\s+(?:million|mio|mn)\Z", r"\1M"),
    habit(r"\A(expect\s.*?\d)\s+(?:billion|bn)\Z", r"\1G"),
    habit(r"\A(expect\s.*?\d)\s+thousand\Z", r"\1K"),
)
"""Claims of figures that there are, written otherwise."""

NUMBER = re.compile(r"\A(expect\s+[\w.]+)\s*==\s*(?=\d[\d_.]*[kKMGT](?:i?B)?\b)", re.ASCII)
SEVERAL = re.compile(r"expect\s+([^\"]*?)\s+(?:and|&&|&)\s+([^\"]*)\Z", re.ASCII)


LIMIT = re.compile(
    r"(?:budget|limit|ensure|verify|must|max)[\s_]+(params|macs|flops|memory(?:\.\w+)?)"
    r"(?:\s*(?:<=?|[:=])\s*|\s+)(\d[\d_.]*[a-zA-Z]*)\Z",
    re.ASCII,
)


BARE = re.compile(r"(?:params|macs|flops|depth|memory(?:\.\w+)?|peak|weights)\s*(?:[<>~]|[!=]=)")


def limited(statement: Span) -> tuple[Proposal, ...]:
    """`budget params 1M`, `max_params = 1M`, `params < 1M`."""
    found = LIMIT.match(statement.text)
    if found is None and BARE.match(statement.text):
        return (_written(statement, apply(CLAIMED, f"expect {statement.text}")[0]),)
    if found is None:
        return ()
    figure = "memory.peak" if found[1] == "memory" else found[1]
    return (_written(statement, f"expect {figure} <= {found[2]}"),)


IN_BRACES = re.compile(r"\bexpect\s*\{([^{}]*)\}", re.ASCII)


def claims_in_braces(place: Span) -> tuple[Proposal, ...]:
    """`expect { params < 1M; depth == 5 }`, where each claim has a line of its own."""
    text = place.source.text
    every = everywhere(IN_BRACES, place.source)
    found = [one for one in every if one.start() <= place.start < one.end()]
    if not found:
        return ()
    claims = [one.strip() for one in re.split(r"[\n;,]", found[0][1]) if one.strip()]
    lines = [f"expect {claim.removeprefix('expect ')}" for claim in claims]
    lines = [apply(OTHERWISE, line)[0] for line in lines]
    begin = text.rfind("\n", 0, found[0].start()) + 1
    margin = text[begin : found[0].start()]
    apart = f"\n{margin}" if not margin.strip() else "; "
    edit = Edit(Span(place.source, *found[0].span()), apart.join(lines))
    return (Proposal(f"write `{'; '.join(lines)}`", Cure((edit,))),)


def claimed(statement: Span) -> tuple[Proposal, ...]:
    """The claim that was meant, or why there is none."""
    text = statement.text
    if not text.startswith("expect"):
        return ()
    field = FIELD.sub("receptive_field", text)
    if field != text:
        return (_written(statement, field),)
    size = SIZE.match(text)
    if size is not None:
        sign, number, letter, binary = size.groups()
        unit = letter.lower() if letter in "kK" and not binary else letter.upper()
        return (_written(statement, f"expect memory.weights {sign} {number}{unit}{binary}B"),)
    for pattern, why in (
        (LEARNT, "archc trains nothing"),
        (TIMED, "archc runs nothing, and `--device` tells bounds of the time"),
    ):
        found = pattern.match(text)
        if found is not None:
            help = f"take the line away: there is no `{found[1]}` here, for {why}"
            return tuple(one._replace(help=help) for one in without_line(statement))
    counted = COUNTED.sub(r"\1depth", text)
    if counted != text:
        help = f"write `{counted}`: `depth` counts the layers with weights on the longest way"
        return (_written(statement, counted)._replace(help=help),)
    several = SEVERAL.match(text) if "between" not in text else None
    if several is not None:
        claims = re.split(r"\s+(?:and|&&|&)\s+", text[len("expect") :].strip())
        lines = [apply(OTHERWISE, f"expect {one}")[0] for one in claims]
        return (_written(statement, "; ".join(lines)),)
    line, _ = apply(OTHERWISE, text)
    about = NUMBER.sub(r"\1 ~ ", line)  # `138M` is mostly rounded
    lines = [one for one in dict.fromkeys((about, line)) if one != text]
    return (
        *_as_the_input(statement),
        *(_written(statement, one) for one in lines if line != text),
        *_of_a_layer(statement),
    )


def _as_the_input(statement: Span) -> tuple[Proposal, ...]:
    """`expect output == input`: the shape that stands behind the word `input`."""
    text = statement.source.text
    if SAME_SHAPE.match(statement.text) is None:
        return ()
    begin = max((one.start() for one in HEAD.finditer(text, 0, statement.start)), default=0)
    entry = ENTRY.search(text, begin, statement.start)
    if entry is None:
        return ()
    line = f"expect output.shape == {entry[1].strip()}"
    help = f"write `{line}`, the shape of the input"
    return (Proposal(help, Cure((Edit(statement, line),))),)


ENTRY = re.compile(r"^[ \t]*input[ \t]+([^\n#;{}=>]+?)[ \t]*(?=->|#|;|$)", re.ASCII | re.MULTILINE)


def _written(statement: Span, line: str) -> Proposal:
    return Proposal(f"write `{line}`", Cure((Edit(statement, line),)))


def _of_a_layer(statement: Span) -> tuple[Proposal, ...]:
    """`conv1.param`, where the first `conv` bears no label: one for it."""
    found = OF_A_LAYER.match(statement.text)
    if found is None or found[2] not in KINDS:
        return ()
    text, word, number = statement.source.text, found[2], int(found[3])
    begin = max((one.start() for one in HEAD.finditer(text, 0, statement.start)), default=0)
    calls = re.compile(rf"(?:^|[;{{])[ \t]*({word})\b", re.MULTILINE)
    places = [one.start(1) for one in calls.finditer(text, begin, statement.start)]
    name = f"{word}{number}"
    if not 0 < number <= len(places) or re.search(rf"\b{name}:", text):
        return ()
    start = places[number - 1]
    figure = FIGURES.get(found[4], found[4])
    claim = f"{found[1]}{name}.{figure}{statement.text[found.end() :]}"
    edits = [Edit(Span(statement.source, start, start), f"{name}: ")]
    if claim != statement.text:
        edits.append(Edit(statement, claim))
    line = statement.source.position(start)[0]
    also = f", and `{name}.{figure}`" if len(edits) > 1 else ""
    help = f"give the layer in line {line} this label: `{name}: {word} …`{also}"
    return (Proposal(help, Cure(tuple(edits))),)


HEAD = re.compile(r"^(?:network|block)\b", re.MULTILINE)
