"""Cures of a call whose arguments no values can make right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.diagnostics import Cure, Proposal
from archc.graph.cures.edits import after, without
from archc.graph.cures.foreign import FOREIGN_ARGUMENTS, NEEDLESS_ARGUMENTS
from archc.graph.cures.own_words import as_one_size, in_own_words
from archc.graph.cures.text import instead, meant, spelt
from archc.language import tree
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
        drop = Cure((without(action, found),))
        if found.name in NEEDLESS_ARGUMENTS:
            help = f"leave `{found.name}` out: {NEEDLESS_ARGUMENTS[found.name]}"
            proposals.insert(0, Proposal(help, drop))
        elif kind.arguments.keys().isdisjoint(known):
            proposals.append(Proposal(f"leave `{found.name}` out", drop, last=True))
        return tuple(in_own_words(action, kind)) or tuple(proposals)
    if problem.code == "missing-argument" and kind.group == "pooling":
        return tuple(_whole_or_window(action, word))
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
