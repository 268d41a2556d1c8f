"""Calls of layers as another framework has them, written whole in the words there are here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called, written
from archc.graph.cures.edits import after, ahead, mended, site, without
from archc.graph.cures.foreign import FOREIGN_ARGUMENTS, NEEDLESS_ARGUMENTS
from archc.language import tree
from archc.layers.arguments import ArgumentError
from archc.layers.base import Layer

IMAGE = re.compile(r"\binput\s+\w+x\w+x\w+\s*$", re.ASCII | re.MULTILINE)


def in_own_words(action: tree.Apply, kind: type[Layer]) -> Iterator[Proposal]:
    """`conv filters=32 size=3 pad=1` is `conv 32 3x3 pad=1`: every argument by its own name."""
    texts = _by_own_names(action, kind)
    if texts is None:
        return
    kernel = texts.get("kernel", "")
    if kernel.isdigit() and IMAGE.search(action.span.source.text):
        yield _call(action, kind, {**texts, "kernel": f"{kernel}x{kernel}"})
    yield _call(action, kind, texts)


def _by_own_names(action: tree.Apply, kind: type[Layer]) -> dict[str, str] | None:
    """The texts of the arguments; None where one has no counterpart, or one alone is foreign."""
    places = [name for name, one in kind.arguments.items() if not one.keyword_only]
    texts: dict[str, str] = {}
    foreign = unnamed = 0
    for argument in action.arguments:
        name = argument.name
        if name is None:
            if unnamed == len(places):
                return None
            name = places[unnamed]
            unnamed += 1
        elif name not in kind.arguments:
            foreign += 1
            known = [one for one in FOREIGN_ARGUMENTS.get(name, ()) if one in kind.arguments]
            if not known and name in NEEDLESS_ARGUMENTS:
                continue
            if not known:
                return None
            name = known[0]
        if name in texts:
            return None
        text = argument.value.span.text
        texts[name] = text.lower() if text in ("True", "False", "None") else text
    return texts if foreign > 1 else None


def _call(action: tree.Apply, kind: type[Layer], texts: dict[str, str]) -> Proposal:
    rest = dict(texts)
    parts = []
    for name, argument in kind.arguments.items():
        if not argument.required or name not in rest:
            break
        parts.append(rest.pop(name))
    parts += [f"{name}={text}" for name, text in rest.items()]
    word = action.callee.span.text
    line = f"{word}({', '.join(parts)})" if action.parenthesised else " ".join((word, *parts))
    return Proposal(f"write `{line}`", Cure((Edit(action.span, line),)))


def as_one_size(action: tree.Apply, kind: type[Layer]) -> Iterator[Proposal]:
    """`reshape 1 28 28`, `crop 24 24`: numbers apart, where one size is wanted."""
    places = [one for one in kind.arguments.values() if not one.keyword_only]
    unnamed = [one for one in action.arguments if one.name is None]
    if len(places) != 1 or places[0].kind not in ("size", "shape", "numbers"):
        return
    texts = [one.span.text for one in unnamed]
    plain = all(map(str.isdigit, texts)) and places[0].kind != "numbers"
    size = "x".join(texts) if plain else f"[{', '.join(texts)}]"
    edits = (Edit(unnamed[0].span, size), *(without(action, one) for one in unnamed[1:]))
    yield Proposal(f"write `{mended(action.span, edits)}`", Cure(edits))


def on_two_axes(error: ArgumentError, action: tree.Apply) -> Iterator[Proposal]:
    """`upsample 64 64`, where a word stands behind the size."""
    unnamed = [one for one in action.arguments if one.name is None]
    argument = written(action, error.argument)
    if error.argument != "mode" or len(unnamed) != 2 or argument is not unnamed[1]:
        return
    first, second = unnamed
    if isinstance(first.value, tree.Number) and isinstance(second.value, tree.Number):
        size = f"{first.span.text}x{second.span.text}"
        edits = Edit(first.span, size), without(action, second)
        yield Proposal(f"write `{mended(action.span, edits)}`", Cure(edits))


def by_name(error: ArgumentError, action: tree.Apply, kind: type[Layer]) -> Iterator[Proposal]:
    """`conv 8 3 same`, where a stride stands: `pad=same`; `prelu 64`: a slope for each channel."""
    argument = written(action, error.argument)
    unnamed = [one for one in action.arguments if one.name is None]
    if error.code != "wrong-type" or argument is None or argument.name is not None:
        return
    value, why = argument.value, ""
    name, text = error.argument, value.span.text.strip('"').lower()
    takers = [one for one, other in kind.arguments.items() if text in other.words]
    if isinstance(value, (tree.Name, tree.Text)) and takers and name not in takers:
        name = takers[0]
    elif kind.arguments[name].kind == "flag" and isinstance(value, tree.Number) and not unnamed[1:]:
        why, text = f": the {text} that enter are known", "true"
    else:
        return
    edits: tuple[Edit, ...] = (Edit(argument.span, f"{name}={text}"),)
    if argument is not unnamed[-1] and not action.parenthesised:
        edits = without(action, argument), after(action.span, f" {name}={text}")
    yield Proposal(f"write `{mended(action.span, edits)}`{why}", Cure(edits))


def read_before(error: ArgumentError, action: tree.Apply) -> Iterator[Proposal]:
    """`upsample p5 2`: a layer reads the current tensor, so `from p5 -> upsample 2`."""
    argument = written(action, error.argument)
    found = site(action.span)
    if error.code != "wrong-type" or argument is None or found is None:
        return
    if not isinstance(argument.value, (tree.Name, tree.Attribute)) or argument.name is not None:
        return
    if found.chain.links[0] is not found.link:
        return
    edits = (
        ahead(found.link.span, f"from {argument.span.text} -> "),
        without(action, argument),
    )
    yield Proposal(f"write `{mended(found.link.span, edits)}`", Cure(edits))


CAUSAL = "causal"


def before_alone(action: tree.Apply, given: tree.Argument) -> Iterator[Proposal]:
    """`pad=causal`, as Keras has it, and `causal=true`: as many zeros before the signal as the
    window is long.
    """
    kind, kernel = kind_called(action), written(action, "kernel")
    flag = given.name == CAUSAL and given.value.span.text.lower() == "true"
    named = given.value.span.text.strip("\"'").lower() == CAUSAL
    if kind is None or kernel is None or not (flag or named) or "pad" not in kind.arguments:
        return
    if flag and written(action, "pad") is not None:
        return
    dilation = written(action, "dilation")
    step = dilation.value if dilation is not None else None
    size = kernel.value
    gaps = str(int(size.value) - 1) if isinstance(size, tree.Number) else f"({size.span.text} - 1)"
    if step is None:
        before = gaps.strip("()")
    else:
        simple = isinstance(step, (tree.Name, tree.Number)) or "**" in step.span.text
        text = step.span.text if simple or gaps == "1" else f"({step.span.text})"
        before = text if gaps == "1" else f"{text}*{gaps}"
    pads = f"[[{before}, 0]]"
    edit = Edit(given.span, f"pad={pads}") if flag else Edit(given.value.span, pads)
    yield Proposal(f"zeros before the signal alone: `{mended(action.span, [edit])}`", Cure((edit,)))
