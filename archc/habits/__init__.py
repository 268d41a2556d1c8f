"""What authors bring along from elsewhere, answered with the line they should have written.

The statement in which a finding stands is looked through for habits of other frameworks, papers,
lists and keyboards (`lines.py`, `frameworks.py`, `notation.py`, `yaml.py`, `signs.py`), for all of
them at once: one line may have several. What comes out is a proposal like any other:
`archc/trial.py` tries it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from archc.diagnostics import Cure, Diagnostic, Edit, Proposal
from archc.graph.functions import FUNCTIONS as CALLABLE
from archc.habits.assigned import assigned
from archc.habits.bundled import bundled_networks
from archc.habits.caffe import caffe_layer, caffe_line
from archc.habits.claims import claimed, claims_in_braces, limited
from archc.habits.darknet import darknet_network
from archc.habits.frameworks import framework_chain, spaced_call
from archc.habits.functional import called_as_functions
from archc.habits.habit import apply, everywhere
from archc.habits.inputs import sizes_in_braces
from archc.habits.json import json_network
from archc.habits.languages import (
    NAMED,
    chained,
    layer_as_value,
    of_another_language,
    respelt,
    spelt_throughout,
)
from archc.habits.languages import STATEMENTS as OTHERS
from archc.habits.layout import braces_by_layout
from archc.habits.lines import HABITS, OBJECTS
from archc.habits.links import apart
from archc.habits.lists import in_a_list, repeated_by_comprehension
from archc.habits.loops import loops_of_python
from archc.habits.modules import module_of_pytorch
from archc.habits.named_bodies import arrow_to_braces, named_body
from archc.habits.nested import moved_out
from archc.habits.notation import expanded
from archc.habits.pads import labelled, with_zeros
from archc.habits.parallel import side_by_side
from archc.habits.reassigned import (
    loop_over_items,
    loop_over_values,
    renewed,
    value_by_round,
)
from archc.habits.results import values_by_name
from archc.habits.several_lines import FUNCTIONS, joined_lines, over_several_lines, sections
from archc.habits.shortcuts import shortcuts
from archc.habits.signs import of_the_file, plain
from archc.habits.table import SHOWN, as_shown
from archc.habits.towers import towers
from archc.habits.while_loops import while_loops
from archc.habits.words import BARE, BRANCH, CURRENT, LAYERS, STATEMENTS
from archc.habits.writing import in_own_names
from archc.habits.yaml import item_at, layer_of, yaml_network
from archc.language import kinds as k
from archc.language.lexer import Lexer
from archc.language.source import Source, Span
from archc.layers.registry import KINDS
from archc.suggest import likeness, near

BORDERS = frozenset((k.END, k.BRACE, k.BRACE_CLOSE, k.END_OF_FILE))
CALLS = frozenset(("missing-argument", "too-many-arguments", "unknown-argument"))
"""What is said of a block that there is."""

SIGNS = frozenset(("bad-character", "bad-number"))
"""What may be said of letters and signs of another keyboard."""

UNREAD = frozenset(("syntax", "undefined-name", "wrong-type", *SIGNS))
"""What may be said of a comment that begins with `//`; elsewhere that is a division."""

DENSE = "linear"
"""What wants `flatten` before it."""

TWICE_FLAT = re.compile(r"\bflatten -> flatten\b")
"""`gap -> flatten`, of which the first is flat already as others have it."""

DENSE_FIRST = re.compile(rf"(?:\w+: )?{DENSE}\b")

OWN = ("share", "frozen", "opaque", "else", "allow")
"""Further words with which a statement may begin."""

WORKED_OUT = re.compile(r"[a-z_]\w*\s*=\s*(?=.*[-+*/%(])[-+*/%\w.()\[\], ]+\Z", re.ASCII)
"""`hidden = round(width * 2)`, which is worked out, and no layer."""

CALLED = re.compile(r"([\w.]+)\(", re.ASCII)

LONGEST = 500  # letters of a statement that is looked through


def meant(finding: Diagnostic) -> tuple[Proposal, ...]:
    """The statement of a finding as it may have been meant, the likeliest first."""
    signs = of_the_file(finding.span) if finding.code in SIGNS else ()
    return (
        *signs,
        *yaml_network(finding.span),
        *json_network(finding.span),
        *darknet_network(finding.span),
        *bundled_networks(finding.span),
        *module_of_pytorch(finding.span),
        *braces_by_layout(finding.span),
        *loops_of_python(finding.span),
        *while_loops(finding.span),
        *named_body(finding.span),
        *moved_out(finding.span),
        *arrow_to_braces(finding.span),
        *sizes_in_braces(finding.span),
        *claims_in_braces(finding.span),
        *joined_lines(finding.span),
        *sections(finding.span),
        *caffe_layer(finding.span),
        *side_by_side(statement(finding.span) or finding.span),
        *_statement_meant(finding),
    )


def _statement_meant(finding: Diagnostic) -> tuple[Proposal, ...]:
    item = item_at(finding.span)
    span = item or statement(finding.span)
    if span is None or len(span.text) > LONGEST or _labelled(span):
        return ()
    changed = (
        *(loop_over_values(span) or loop_over_items(span)),
        *value_by_round(span),
        *chained(span),
        *towers(span),
        *assigned(span),
        *layer_as_value(span),
        *shortcuts(span),
        *caffe_line(span),
        *(repeated_by_comprehension(span) or in_a_list(span)),
        *called_as_functions(span),
        *values_by_name(span),
        *claimed(span),
        *limited(span),
        *renewed(span),
        *over_several_lines(finding.span, span),
        *of_another_language(finding.span, span),
    )
    if changed:
        return changed
    lines: list[tuple[str, list[str]]] = []
    read = _values_read(span)
    own = finding.code in CALLS and span.text[:1].isupper()
    readings = _items(span.text) if item else _readings(_reading_label(span), own, _flat(span))
    divides = finding.code not in UNREAD and "//" in span.text
    for reading, notes in readings:
        if divides and "#" in reading:
            continue
        line = TWICE_FLAT.sub("flatten", reading)
        if line == span.text or not _begins(line) or line in [other for other, _ in lines]:
            continue
        if not any(_word(name, line) is None for name in read):
            lines.append((line, notes))
    return tuple(
        Proposal(
            f"write `{line}`" + "".join(f", {note}" for note in notes),
            Cure((Edit(span, line),), sure=not span.text.isascii() and line == plain(span.text)),
        )
        for line, notes in lines
    )


def _word(name: str, text: str) -> re.Match[str] | None:
    return re.search(rf"\b{name}\b", text, re.ASCII)


LABELLED = re.compile(r"\b([a-z_]\w*):", re.ASCII)


def _values_read(span: Span) -> list[str]:
    """The arguments of a statement that are labels of the file: no other word stands for one."""
    words = re.findall(r"(?<=\s)[a-z_]\w*(?!\w|\s*[=:({])", span.text, re.ASCII)
    if not words or "lambda" in span.text:  # whose colon makes no label
        return []
    labels = {found[1] for found in everywhere(LABELLED, span.source)}
    return [one for one in words if one in labels and one not in KINDS and one not in CURRENT]


LABEL = re.compile(r"\w+:\s*", re.ASCII)
HEAD = re.compile(r"([a-z_]\w*)(\.?)", re.ASCII)


def _begins(line: str) -> bool:
    """Whether a line begins as a statement may: not with a small word that means nothing here."""
    label = LABEL.match(line)
    head = HEAD.match(line, label.end() if label else 0)
    return head is None or (not head[2] and head[1] in (*KINDS, *STATEMENTS, *OWN))


READS = re.compile(
    rf"(?P<head>(?:\w+\s*[:=]\s*)?)(?P<layer>(?:{LAYERS})"
    r"\b[^\n{}+]*?)\s+(?P<read>[a-z_]\w*)\Z",
    re.ASCII,
)


def _reading_label(span: Span) -> str:
    """`conv 8 3x3 skip`, where `skip` is what the file calls an earlier value."""
    found = READS.match(span.text)
    if found is None or found["read"] in KINDS or found["read"] in CURRENT[:6]:
        return span.text
    assigned = re.compile(rf"^[ \t]*{found['read']}\s*[:=]", re.MULTILINE)
    lines = span.source.text[: _line_start(span)].rstrip().splitlines()
    if not assigned.search(span.source.text) or not lines:
        return span.text
    start = "" if assigned.match(lines[-1]) else f"from {found['read']} -> "
    return f"{found['head']}{start}{found['layer']}"


def _labelled(span: Span) -> bool:
    """Whether a statement is one word that is a label of the file: no name for what is read."""
    word = span.text.removeprefix("from ").partition("->")[0].strip()
    return word in CURRENT and re.search(rf"\b{word}:", span.source.text) is not None


FLAT = re.compile(rf"\b(?:[Ff]latten|{DENSE}|[Dd]ense|fc)\b|\binput\s+\d+\s*$", re.MULTILINE)


def _flat(span: Span) -> bool:
    """Whether the text says that no map is left here, also where a mistake hides the shape."""
    before = span.source.text[: span.start]
    return FLAT.search(before, max(before.rfind("network"), before.rfind("block"), 0)) is not None


def _readings(text: str, own: bool = False, flat: bool = True) -> list[tuple[str, list[str]]]:
    """`own` tells that a block of the file is called, whatever a framework calls so.

    `flat` tells that no map is left, so that a dense layer needs no `flatten`.
    """
    text = plain(text)
    readings: list[tuple[str, list[str]]] = []
    heads = text.startswith(("network ", "block "))
    bare, _ = apply(OBJECTS if heads else (*NAMED, *OBJECTS), text)
    label, colon, rest = _label(bare)
    shown = None if own else as_shown(rest)
    if shown:
        readings.append((label + colon + shown, [SHOWN]))
    call = None if own else framework_chain(rest) or spaced_call(rest)
    if call:
        readings.append((labelled(label + colon, call), with_zeros(rest)))
    line, notes = apply((*FUNCTIONS, *HABITS), bare)
    if line != text:  # a foreign name alone is mended as a misspelt one is
        line = in_own_names(line)
    readings.append((line, notes))
    other, _ = apply(OTHERS, bare)
    if other != bare and not own:
        found = in_own_names(apply(HABITS, other)[0])
        if not flat and DENSE_FIRST.match(found):
            readings.append((f"flatten -> {found}", []))
        readings.append((found, []))
    spelt = respelt(bare)
    if spelt != bare and not own:
        mended, more = apply(HABITS, spelt)
        readings += [(in_own_names(mended), more)] if mended != spelt else []
    throughout = spelt_throughout(bare)
    if throughout not in (bare, spelt) and not own:
        readings.append((throughout, []))
    chain = None if own or _lacks_windows(rest) else expanded(rest)
    if chain is not None:
        readings.append((label + colon + chain[0], chain[1]))
    readings += [
        (f"flatten -> {one}", more)
        for one, more in readings
        if one != text and DENSE_FIRST.match(one)
    ]
    head, space, rest = line.partition(" ")
    if space and head.lower() not in KINDS:
        for word in near(head, STATEMENTS, 1):
            if likeness(head, word) >= 0.7:
                readings.append((f"{word} {rest}", notes))
        if DENSE in near(head, KINDS, 1):
            readings.append((f"flatten -> {DENSE} {rest}", notes))
    readings += [(BRANCH.sub("; ", text), []), (text, [])]
    split = apart(text)
    if "->" in split and not own and "->" not in text:
        readings.append((apply(HABITS, split)[0], []))
    if WORKED_OUT.match(text) and {"int", *CALLABLE}.issuperset(CALLED.findall(text)):
        readings.append((f"let {apply(FUNCTIONS, text)[0]}", []))
    return readings


def _lacks_windows(line: str) -> bool:
    """Whether a chain lacks the windows of its pools alone: it is no notation of papers."""
    parts = [part.strip() for part in line.split("->")]
    bare = [part for part in parts if part in KINDS and part not in BARE]
    return bool(bare) and all(KINDS[part].group == "pooling" for part in bare)


def _items(text: str) -> list[tuple[str, list[str]]]:
    """An item of a list as a line."""
    line = layer_of(text)
    plain_line = re.fullmatch(r"-\s+([a-z_]\w*(?:\s+[^:\n]*)?)", text)
    if line is None and plain_line is not None and plain_line[1].split()[0] in KINDS:
        line = plain_line[1]
    return [] if line is None else [(one, []) for one in (line, f"flatten -> {line}")]


def _label(line: str) -> tuple[str, str, str]:
    """A label in front of a statement, what separates it, and the statement."""
    for separator in (": ", " = ", "="):
        label, found, rest = line.partition(separator)
        if found and label.isidentifier() and rest:
            return label, ": ", rest
    return "", "", line


def statement(span: Span) -> Span | None:
    """The statement in which a place stands: its head alone where braces belong to it."""
    starts, ends, kinds = _tokens(span.source)
    first = last = max(bisect_right(starts, span.start) - 1, 0)
    while kinds[first] in BORDERS and first and starts[first - 1] >= _line_start(span):
        first = last = first - 1  # what is missing is noticed at the end, or at the `{`
    while first > 0 and kinds[first - 1] not in BORDERS:
        first -= 1
    if kinds[last] in BORDERS and last > first:
        last -= 1
    while last + 1 < len(kinds) and kinds[last + 1] not in BORDERS:
        last += 1
    if kinds[first] in BORDERS:
        return None
    end = max(ends[last], _strange_end(span.source.text, ends[last]))
    found = Span(span.source, starts[first], end)
    return found if found.start < found.end else None


def _line_start(span: Span) -> int:
    return span.source.text.rfind("\n", 0, span.start) + 1


def _strange_end(text: str, end: int) -> int:
    """The end of what belongs to a statement, but is made of no token."""
    while end < len(text) and not text[end].isascii() and not text[end].isspace():
        end += 1
    return end


@lru_cache(maxsize=4)
def _tokens(source: Source) -> tuple[list[int], list[int], list[int]]:
    lexer = Lexer(source)
    lexer.run()
    return lexer.starts, lexer.ends, lexer.kinds
