"""Cures of a call whose arguments no values can make right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import after, mended, without
from archc.graph.cures.foreign import FOREIGN_ARGUMENTS, NEEDLESS_ARGUMENTS, OTHER_PADDING
from archc.graph.cures.own_words import as_one_size, before_alone, in_own_words
from archc.graph.cures.text import instead, meant, spelt
from archc.language import tree
from archc.language.source import Span
from archc.layers.abbreviations import WHOLE
from archc.layers.registry import KINDS, Problem
from archc.suggest import near


def argument_proposals(action: tree.Apply, problem: Problem, word: str) -> tuple[Proposal, ...]:
    """What may mend a call whose arguments no values can make right."""
    kind = KINDS[word]
    if problem.code == "unknown-argument":
        found = next(one for one in action.arguments if one.name == problem.argument)
        assert found.name is not None
        span = found.name_span or found.span
        known = FOREIGN_ARGUMENTS.get(found.name, ())
        proposals = [meant(span, name) for name in known if name in kind.arguments]
        proposals += spelt(span, found.name, kind.arguments)
        foreign = [FOREIGN_ARGUMENTS[word] for word in near(found.name, FOREIGN_ARGUMENTS, 1)]
        proposals += [
            meant(span, one, False) for names in foreign for one in names if one in kind.arguments
        ]
        if isinstance(found.value, tree.Name) and found.value.id[:1].isupper():
            return (_behind(action, found, found.value.id), *proposals)
        meant_as = KINDS.get(found.value.id) if isinstance(found.value, tree.Name) else None
        if meant_as is not None and meant_as.group != "pooling":  # `mode=max` is none
            return (_behind(action, found, meant_as.keyword), *proposals)
        if causal := tuple(before_alone(action, found)):
            return causal
        if found.name in OTHER_PADDING:  # without it other values would be added
            return ()
        drop = Cure((without(action, found),))
        if found.name in NEEDLESS_ARGUMENTS:
            help = f"leave `{found.name}` out: {NEEDLESS_ARGUMENTS[found.name]}"
            proposals.insert(0, Proposal(help, drop))
        elif kind.arguments.keys().isdisjoint(known):
            proposals.append(Proposal(f"leave `{found.name}` out", drop, last=True))
        return tuple(in_own_words(action, kind)) or tuple(proposals)
    if problem.code == "missing-argument" and kind.group == "pooling":
        return tuple(_whole_or_window(action, word))
    if problem.code == "missing-argument":
        return tuple(_filled_in(action, word))
    if problem.code == "repeated-argument":
        found = [one for one in action.arguments if one.name == problem.argument][-1]
        without_it = Proposal(f"leave `{found.span.text}` out", Cure((without(action, found),)))
        return (without_it,)
    if problem.code == "too-many-arguments" and problem.position is not None:
        unnamed = [one for one in action.arguments if one.name is None]
        beyond = unnamed[problem.position :]
        if len(beyond) == 1 and isinstance(beyond[0].value, tree.Name):
            layer = beyond[0].value.id
            if layer in KINDS:
                return (_behind(action, beyond[0], layer),)
        sized = tuple(as_one_size(action, kind))
        edits = tuple(without(action, one) for one in beyond)
        shown = " ".join(one.span.text for one in beyond)
        return (*sized, Proposal(f"leave `{shown}` out", Cure(edits)))
    return ()


TYPICAL = {"kernel": "3x3", "channels": "64", "features": "10", "groups": "8", "factor": "2"}
"""Values that arguments may begin with which have no default."""


def _filled_in(action: tree.Apply, word: str) -> Iterator[Proposal]:
    """`conv 32`: with a window of the author's own, padded as most are."""
    kind = KINDS[word]
    names = [name for name, one in kind.arguments.items() if one.required]
    given = [one for one in action.arguments if one.name is None]
    named = {one.name for one in action.arguments}
    lacking = [name for name in names[len(given) :] if name not in named]
    if not lacking or any(name not in TYPICAL for name in lacking):
        return
    for window in ("3x3", "3") if "kernel" in lacking else ("",):
        texts = [window if name == "kernel" else TYPICAL[name] for name in lacking]
        if len(given) + len(texts) < len(names):  # some are given by name
            texts = [f"{name}={text}" for name, text in zip(lacking, texts, strict=True)]
        pads = "pad" in kind.arguments and "output_pad" not in kind.arguments
        if window and pads and "pad" not in named:
            texts.append("pad=1")
        if action.parenthesised:
            end = action.span.end - 1
            inside = Span(action.span.source, end, end)
            begin = ", " if action.arguments else ""
            edit = Edit(inside, begin + ", ".join(texts))
        else:
            edit = after(action.span, "".join(f" {text}" for text in texts))
        own = "a window" if lacking == ["kernel"] else "numbers"
        line = mended(action.span, [edit])
        yield Proposal(f"write `{line}`, with {own} of your own", Cure((edit,)))


FLAT = re.compile(r"\s*(?:->|\n|;)\s*(?:flatten|linear|conv \w+ 1x1)")


def _whole_or_window(action: tree.Apply, word: str) -> Iterator[Proposal]:
    """A pool without a window: averages in front of a classifier take the whole map."""
    span = action.span
    whole = WHOLE.get(word)
    halves = f"write `{word} 2x2`, with a window of your own"
    if whole is None:
        yield instead(span, f"{word} 2x2", halves)
        return
    window = instead(span, f"{word} 2x2", f"{halves}; `{whole}` takes the whole map")
    told = f"`{whole}` takes the whole map; `{word} 2x2` halves it"
    takes = instead(span, whole, told)
    last = word.startswith("avg") and FLAT.match(span.source.text, span.end)
    yield from (takes, window) if last else (window, takes)


def _behind(action: tree.Apply, argument: tree.Argument, layer: str) -> Proposal:
    """A layer given as an argument becomes the next of the chain."""
    return Proposal(
        f"a layer of its own stands behind `->`: `-> {layer}`",
        Cure((without(action, argument), after(action.span, f" -> {layer}"))),
    )
