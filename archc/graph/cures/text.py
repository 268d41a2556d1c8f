"""Cures put forward for a finding, as edits of the text; archc/trial.py tries them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import after, ahead, called, mended, renamed, sites
from archc.language import tree
from archc.language.source import Span
from archc.layers.abbreviations import MEANT, opposed
from archc.layers.registry import KINDS
from archc.suggest import likeness, near

MOST_LINES = 4
SURE = 0.8
"""From this likeness on a word is taken to be a slip of the other."""


def instead(span: Span, text: str, help: str | None = None, sure: bool = False) -> Proposal:
    """Another text at a place."""
    return Proposal(help or f"write `{text}`", Cure((Edit(span, text),), sure))


def spelt(span: Span, word: str, words: Iterable[str], write: str = "{}") -> tuple[Proposal, ...]:
    """The words most like one that means nothing; `write` is how one is written at the place."""
    return tuple(
        meant(span, other, _sure(word, other), write.format(other))
        for other in near(word, words)
        if other not in KINDS or not opposed(word, other)
    )


NUMBERED = re.compile(r"(.*?)(\d+)", re.ASCII)


def numbered(span: Span, word: str, words: Iterable[str]) -> tuple[Proposal, ...]:
    """The name of the nearest number, where only the numbers differ: `c2` for `c3`."""
    found = NUMBERED.fullmatch(word)
    if found is None:
        return ()
    alike = [one for one in map(NUMBERED.fullmatch, words) if one and one[1] == found[1]]
    alike.sort(key=lambda one: (abs(int(one[2]) - int(found[2])), int(one[2])))
    return tuple(meant(span, one[0], False, one[0]) for one in alike[:1])


ENTERING = re.compile(
    r"(?:in|inp|input|num_in)_?(?:channels|planes|ch|chan|chans|c|dim|dims|features|filters|width)"
    r"|c_?in|n_?in|channels_?in|num_channels|n_channels",
    re.ASCII | re.IGNORECASE,
)
SIDES = {
    **dict.fromkeys(("in_height", "input_height", "h_in", "in_h"), "in.height"),
    **dict.fromkeys(("in_width", "input_width", "w_in", "in_w"), "in.width"),
}


SQUEEZED = frozenset(("SE", "SELayer", "SEBlock", "SEModule", "SqueezeExcite", "SqueezeExcitation"))


def excited(callee: tree.Name) -> tuple[Proposal, ...]:
    """Squeeze and excitation, which is a block here: its text, in front of the definitions."""
    text = callee.span.source.text
    first = re.search(r"^(?:network|block)\b", text, re.MULTILINE)
    if callee.id not in SQUEEZED or first is None:
        return ()
    gate = "global_avgpool -> conv max(c // r, 1) 1x1 -> relu -> conv c 1x1 -> sigmoid"
    body = f"    let c = in.channels\n    mul {{ identity; {{ {gate} }} }}\n"
    block = f"block {callee.id}(r = 16) {{\n{body}}}\n\n"
    place = Span(callee.span.source, first.start(), first.start())
    said = " ".join(block.replace("channels\n", "channels;").split())
    return (Proposal(f"define it: `{said}`", Cure((Edit(place, block),))),)


def entering(span: Span, word: str) -> tuple[Proposal, ...]:
    """`in_channels`, what a module of PyTorch is told and a block knows: `in.channels`."""
    side = SIDES.get(word.lower())
    if side is None and not ENTERING.fullmatch(word):
        return ()
    others = (side,) if side and side != "in.width" else (side, "in.channels") if side else ()
    return tuple(instead(span, one) for one in others or ("in.channels",))


def read_or_run(span: Span, word: str) -> tuple[Proposal, ...]:
    """A label as a statement: its value, or its layers again where another tensor is current."""
    told = f"write `from {word}`: it makes that value the current tensor"
    read = instead(span, f"from {word}", told)
    again = f"`share {word}` runs it again, on the current tensor"
    run = instead(span, f"share {word}", again)
    before = span.source.text[: span.start].rstrip(" \t")
    labelled = re.search(r"\w+:\Z", before) is not None
    lines = [line.strip() for line in before.splitlines() if line.strip()]
    behind = re.match(r"from\s", lines[-2 if labelled else -1]) if len(lines) > 1 else None
    return (run, read) if labelled or behind else (read,)


def run_on(action: tree.Apply) -> tuple[Proposal, ...]:
    """`branch left`, `share branch left`, all of them labels: what ran there, on that value."""
    names = [one.value.id for one in action.arguments if isinstance(one.value, tree.Name)]
    if action.callee.span.text != "share":
        names.insert(0, action.callee.span.text)
    if len(names) != 2 or len(action.arguments) > 2:
        return ()
    line = f"from {names[1]} -> share {names[0]}"
    return (instead(action.span, line, f"write `{line}`: the same weights run again"),)


def _sure(word: str, other: str) -> bool:
    return len(word) > 2 and likeness(word, other) >= SURE


def meant(span: Span, word: str, sure: bool = True, text: str | None = None) -> Proposal:
    """A word known to stand for another, as from another framework; `text` is how it is written."""
    return Proposal(f"did you mean `{word}`?", Cure((Edit(span, text or word),), sure))


def abbreviated(span: Span, word: str) -> tuple[Proposal, ...]:
    """`lrelu`, `mp`, `global_maxpool`: the layer as it is written here."""
    line = MEANT.get(word.lower())
    if line is None:
        return ()
    return (meant(span, line),) if line in KINDS else (instead(span, line),)


RESIDUALS = ("residual", "shortcut", "skip")


def shortcut_added(action: tree.Braced, word: str) -> tuple[Proposal, ...]:
    """`residual { conv …; relu }` as the merge that is called so: one path, and its shortcut."""
    if not word or not action.body:
        return ()
    first, last = action.body[0].span, action.body[-1].span
    edits = [Edit(action.word.span, word), ahead(first, "identity; ")]
    if first is not last and action.word.id.lower() in RESIDUALS:
        edits = [edits[0], ahead(first, "identity; { "), after(last, " }")]
        return (Proposal(f"write `{word} {{ identity; {{ … }} }}`", Cure(tuple(edits))),)
    return (Proposal(f"write `{word} {{ identity; … }}`", Cure(tuple(edits))),)


def tail(span: Span, word: str) -> Span:
    """The last part of a path, where it is written as it is: `pool3` in `features.pool3`."""
    if span.text.endswith(word):
        return Span(span.source, span.end - len(word), span.end)
    return span


def rename(span: Span, other: str, help: str | None = None) -> Proposal:
    """A name written otherwise in the whole file."""
    return _everywhere(span, other, renamed(span.source, span.text, other), help)


def rename_definition(name: Span) -> tuple[Proposal, ...]:
    """A block or network with a capital, where it is called as well.

    Of the name of a layer, calls inside its own braces, and perhaps all others, are of the layer.
    """
    other = f"{name.text[0].upper()}{name.text[1:]}"
    calls = called(name.source, name.text, other)
    if name.text not in KINDS:
        return (_everywhere(name, other, calls),)
    around = _braces(name)
    elsewhere = tuple(one for one in calls if not around.start < one.span.start < around.end)
    alone = tuple(one for one in calls if one.span == name)
    return (_everywhere(name, other, elsewhere), _everywhere(name, other, alone))


def _braces(name: Span) -> Span:
    """From the name of a definition to its last `}`."""
    text = name.source.text
    depth = 0
    for place in range(name.end, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0 and text[place] == "}":
            return Span(name.source, name.start, place)
    return name


def _everywhere(
    span: Span, other: str, edits: tuple[Edit, ...], help: str | None = None
) -> Proposal:
    lines = sorted({edit.span.line for edit in edits} - {span.line})
    also = f", and in line{'s' * (len(lines) > 1)} {listed(lines)} as well" if lines else ""
    return Proposal((help or f"write `{other}`") + also * (help is None), Cure(edits))


def listed(lines: list[int]) -> str:
    """`3, 5 and 8`; of many the first ones."""
    shown = [str(line) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        return ", ".join([*shown, "…"])
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def imported_word(there: tree.Name, here: tree.Name, names: Iterable[str]) -> tuple[Proposal, ...]:
    """A word of an import that the other file lacks, mended where it is used as well."""
    if here.span != there.span:
        return spelt(there.span, there.id, names)
    return tuple(
        rename(there.span, other, f"did you mean `{other}`?") for other in near(there.id, names)
    )


def braced(link: Span, last: Span | None = None) -> tuple[Proposal, ...]:
    """A labelled link in braces with those behind it: with all, or up to one of them."""
    found = next((one for one in sites(link.source).values() if one.link.span == link), None)
    if found is None or found.link.label is None:
        return ()
    links = found.chain.links
    end = last or links[-1].span
    label = found.link.label.span.text
    edits = (ahead(found.link.action.span, "{ "), after(end, " }"))
    inside = Span(link.source, found.link.action.span.start, end.end)
    return (Proposal(f"write `{label}: {mended(inside, edits)}`", Cure(edits)),)


def without_line(statement: Span) -> tuple[Proposal, ...]:
    """A statement taken out, with its line where it has one to itself."""
    text = statement.source.text
    start, end = text.rfind("\n", 0, statement.start) + 1, text.find("\n", statement.end)
    if end < 0 or text[start : statement.start].strip() or text[statement.end : end].strip():
        return ()
    line = Span(statement.source, start, end + 1)
    return (Proposal("take the line away", Cure((Edit(line, ""),))),)


def one_off(reference: tree.Template) -> tuple[Proposal, ...]:
    """`enc{depth - i}` for `enc{depth - i - 1}`: rounds are counted from 0."""
    span = reference.span
    end = span.text.rfind("}")
    if end < 0 or span.text.count("{") != 1:
        return ()
    at = Span(span.source, span.start + end, span.start + end)
    edits = [Edit(at, " - 1"), Edit(at, " + 1")]
    return tuple(
        made(f"rounds are counted from 0: write `{mended(span, [one])}`", one) for one in edits
    )


def made(help: str, *edits: Edit) -> Proposal:
    """Edits with the words that tell them."""
    return Proposal(help, Cure(edits))


def itself(reference: tree.Attribute, name: str) -> tuple[Proposal, ...]:
    """`down1.out`: what a label names is its result."""
    if name not in ("out", "output", "outputs", "result", "value", "x", "y"):
        return ()
    label = reference.value.span.text
    return (instead(reference.span, label, f"`{label}` is its result: write `{label}`"),)


def required_first(parameters: Sequence[tree.Parameter]) -> tuple[Proposal, ...]:
    """The parameters of a head, those that must be given in front."""
    ordered = sorted(parameters, key=lambda one: one.default is not None)
    source = parameters[0].span.source
    text = ", ".join(one.span.text for one in ordered)
    whole = Span(source, parameters[0].span.start, parameters[-1].span.end)
    return (instead(whole, text, f"write `({text})`"),)


def without_value(parameter: Span) -> tuple[Proposal, ...]:
    """A parameter that may be left out, as it has nothing then."""
    help = f"write `{parameter.text} = none`, where it may be left out"
    return (made(help, after(parameter, " = none")),)


def calls_of(block: tree.Name) -> tuple[Proposal, ...]:
    """The labels that calls of a block bear, above the place where its name stands."""
    found = re.findall(rf"\b(\w+):\s*(?:frozen\s+)?{block.id}\b", block.span.source.text)
    labels = dict.fromkeys(found)
    return tuple(instead(block.span, label, f"write `share {label}`") for label in labels)[:3]


def left_out(statement: tree.Output) -> tuple[Proposal, ...]:
    """A last statement without its `output`."""
    source, end = statement.span.source, statement.body.span.start
    word = re.search(r"\boutput\s+\Z", source.text[:end])
    if word is None:
        return ()
    edit = Edit(Span(source, word.start(), end), "")
    return (Proposal(f"write `{mended(statement.span, [edit])}`", Cure((edit,))),)


def in_braces(first: Span, last: Span) -> tuple[Proposal, ...]:
    """Statements from the first to the last as one path."""
    lines = f"lines {first.line} to {last.line}" if first.line < last.line else "them"
    edits = (ahead(first, "{ "), after(last, " }"))
    return (Proposal(f"put {lines} into braces, as one path: `{{ … }}`", Cure(edits)),)


def in_braces_each(pairs: Sequence[tuple[tree.Chain, tree.Chain]]) -> tuple[Proposal, ...]:
    """Statements of which each two are one path: all pairs, and then each alone."""
    if not pairs:
        return ()
    edits: list[Edit] = []
    for first, last in pairs:
        edits += (ahead(first.span, "{ "), after(last.span, " }"))
    told = [f"{first.span.line} to {last.span.line}" for first, last in pairs]
    lines = f"lines {', and '.join(told)}," if len(told) > 1 else f"lines {told[0]}"
    help = f"put {lines} into braces, each as one path: `{{ … }}`"
    if len(pairs) == 1:
        return in_braces(pairs[0][0].span, pairs[0][1].span)
    single = [one for first, last in pairs for one in in_braces(first.span, last.span)]
    return (Proposal(help, Cure(tuple(edits))), *single)


def chained(pairs: Sequence[tuple[tree.Chain, tree.Chain]]) -> tuple[Proposal, ...]:
    """Statements that stand below the branch they belong to, each behind `->`."""
    edits: list[Edit] = []
    if not pairs:
        return ()
    for before, lone in pairs:
        between = Span(before.span.source, before.span.end, lone.span.start)
        if "#" in between.text:
            return ()
        edits.append(Edit(between, " -> "))
    head, first = pairs[0]
    lines = sorted({lone.span.line for _, lone in pairs} - {first.span.line})
    also = f", and line{'s' * (len(lines) > 1)} {listed(lines)} alike" if lines else ""
    help = f"write `{mended(head.span, [])} -> {mended(first.span, [])}`{also}"
    return (Proposal(help, Cure(tuple(edits))),)
