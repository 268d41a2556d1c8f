"""Docstrings: where a class comes from, what goes in and out, and what it all sums up to."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Sequence

from archc.analysis.facts import Facts
from archc.emit.pytorch.trace import Instance, tracer_of
from archc.emit.pytorch.writer import Code
from archc.graph.values import GroupValue
from archc.language import tree
from archc.layers.base import LayerError
from archc.shapes import Open, Shape

WIDTH = 100
PLAIN = str.maketrans(
    {
        "\u00d7": "x",
        "\u2013": "-",
        "\u2014": "-",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2212": "-",
    }
)


def clean(text: str) -> str:
    """Text that can stand in a docstring and that no linter takes for something else."""
    kept = []
    for letter in text.translate(PLAIN):
        if letter == "\n" or (letter.isprintable() and unicodedata.category(letter) != "Cf"):
            kept.append(letter)
        else:
            kept.append(" " if letter.isspace() else "?")
    return "".join(kept).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def shape(axes: Shape | None) -> str:
    """`(N, 3, 224, 224)`."""
    if axes is None:
        return "(N, ...)"
    return f"(N, {', '.join(str(axis) for axis in axes)})"


def docstring(paragraphs: Sequence[str], indent: int) -> list[str]:
    """The lines of a docstring, quotes included."""
    margin = " " * indent
    first = clean(paragraphs[0]).rstrip()
    if len(paragraphs) == 1 and len(first) + indent + 6 <= WIDTH:
        return [f'{margin}"""{first}{" " if first.endswith(chr(34)) else ""}"""']
    result: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        text = clean(paragraph)
        start = f'{margin}"""' if number == 0 else margin
        if number:
            result.append("")
        if "\n" in text:
            rows = text.splitlines()
            result += [f"{start if i == 0 else margin}{row}".rstrip() for i, row in enumerate(rows)]
            continue
        result += textwrap.wrap(
            text,
            WIDTH if len(paragraphs) > 1 else min(WIDTH, len(start) + len(text) - 1),
            initial_indent=start,
            subsequent_indent=margin,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [start.rstrip()]
    return [*result, f'{margin}"""']


def definition(one: Instance) -> tree.Block | tree.Network:
    value = one.value.network if isinstance(one.value, GroupValue) else one.value
    found: tree.Block | tree.Network = (
        value if isinstance(value, tree.Network) else value.definition
    )
    return found


def class_paragraphs(code: Code) -> list[str]:
    """Where the class comes from, and its shapes."""
    one = code.instances[0]
    text = definition(one)
    span = text.name.span
    place = f"{span.source.name.rsplit('/', 1)[-1]}:{span.line}."
    shapes = _shapes(code)
    if len(place) + len(shapes) + 12 > WIDTH:  # the last axis goes like the one before it
        shapes = re.sub(r"(ceil\(H / (\w+)\)), ceil\(W / \2\)\)$", r"\1, ...)", shapes)
    result = [f"{place} {shapes}."]
    if text.docstring is not None:
        words = " ".join(text.docstring.value.split())
        if words:
            result.append(words)
    return result


def _shapes(code: Code) -> str:
    ins = [one.input.shape for one in code.instances]
    outs = [one.output.shape if one.output is not None else None for one in code.instances]
    if code.instances[0].key[0] == "network":
        graphs = [graph for one in code.instances if (graph := tracer_of(one).graph) is not None]
        ins = [graph.nodes[0].shape if graph.nodes else None for graph in graphs]
        fixed = (
            [shape(node.shape) for node in graphs[0].nodes if node.layer is None]
            if graphs[0].nodes
            else []
        )
        if len(fixed) > 1:
            return f"{', '.join(fixed)} -> {_result(code, outs)}"
        return f"{_union(ins, 'C')} -> {_result(code, outs)}"
    if any(one is None for one in (*ins, *outs)):
        return "(N, ...) -> (N, ...)"
    return f"{_entry(code, ins)} -> {_exit(code, ins, outs)}"


def _result(code: Code, outs: list[Shape | None]) -> str:
    """What a network gives; an argument that says the channels stands for their number."""
    out = code.info.out
    arguments = {one.python for one in code.info.parameters if one.kind == "value"}
    if out is None or out.text not in arguments:
        return _union(outs, "classes")
    _, comma, rest = _union(outs, "classes").removeprefix("(N, ").partition(", ")
    return f"(N, {out.text}{comma}{rest}" if comma else f"(N, {out.text})"


def _union(shapes: list[Shape | None], channels: str) -> str:
    known = [one for one in shapes if one is not None]
    if not known or len({len(one) for one in known}) != 1:
        return "(N, ...)"
    axes = []
    for place, values in enumerate(zip(*known, strict=True)):
        same = len(set(values)) == 1
        axes.append(str(values[0]) if same else (channels if place == 0 else "..."))
    return f"(N, {', '.join(axes)})"


LETTERS = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}


def _entry(code: Code, ins: list[Shape | None]) -> str:
    first = ins[0] or ()
    head = "in_channels" if not code.info.network and not code.info.concrete else str(first[0])
    letters = LETTERS.get(len(first) - 1, ())
    return f"(N, {', '.join((head, *letters))})"


def _exit(code: Code, ins: list[Shape | None], outs: list[Shape | None]) -> str:
    first_in, first = ins[0] or (), outs[0] or ()
    channels = {one[0] for one in outs if one}
    if code.info.out is not None:
        head = code.info.out.text
    else:
        head = str(channels.pop()) if len(channels) == 1 else "out_channels"
    if len(first) == 1:
        return f"(N, {head})"
    letters = LETTERS.get(len(first) - 1, ())
    if len(first) != len(first_in):
        return f"(N, {', '.join((head, *letters))})"
    axes = []
    for axis, letter in enumerate(letters, 1):
        axes.append(
            _axis(code, [(i or ())[axis] for i in ins], [(o or ())[axis] for o in outs], letter)
        )
    return f"(N, {', '.join((head, *axes))})"


def _axis(code: Code, before: list[int | Open], after: list[int | Open], letter: str) -> str:
    """An output size in terms of the input's, as far as the calls bear it out."""
    if before == after:
        return letter
    if (
        len(set(after)) == 1
        and isinstance(after[0], int)
        and (after[0] == 1 or all(map(_fixes_size, code.instances)))
    ):
        return str(after[0])
    candidates = [
        (one.python, one.name)
        for one in code.info.parameters
        if one.kind == "value" and any(_passes(each, one.name) for each in code.instances)
    ]
    for python, name in [*candidates, ("2", "")]:
        pairs: list[tuple[int, int, int]] = []
        for n, m, one in zip(before, after, code.instances, strict=True):
            factor = one.place.values.get(name) if name else 2
            if isinstance(n, int) and isinstance(m, int) and isinstance(factor, int) and factor > 0:
                pairs.append((n, m, factor))
        if len(pairs) < len(before):
            continue
        up = {one for each in code.instances for one in _rounds(each)}
        if up == {True} and all(-(-n // f) == m for n, m, f in pairs):
            return f"ceil({letter} / {python})"
        if up == {False} and all(n // f == m for n, m, f in pairs):
            return f"{letter} // {python}"
        if not up and all(n * f == m for n, m, f in pairs):
            return f"{python} * {letter}"
    return f"{letter}'"


def _fixes_size(one: Instance) -> bool:
    """Whether a call gives one size whatever it gets."""
    return any(
        (run.layer is not None and run.layer.keyword.startswith("adaptive"))
        or (run.child is not None and _fixes_size(run.child))
        for runs in one.executions.values()
        for run in runs
        if run.real
    )


def _passes(one: Instance, name: str) -> bool:
    """Whether a block hands a parameter on as a stride or a factor."""
    return any(
        isinstance(argument.value, tree.Name)
        and argument.value.id == name
        and argument.name in ("stride", "factor", "scale", None)
        for runs in one.executions.values()
        for run in runs
        if isinstance(run.action, tree.Apply)
        for argument in run.action.arguments
    )


def _rounds(one: Instance) -> set[bool]:
    """Whether the strided layers of a call round up; both where they differ."""
    found: set[bool] = set()
    for runs in one.executions.values():
        for run in runs:
            if run.child is not None:
                found |= _rounds(run.child)
            strides = getattr(run.layer, "strides", ())
            if run.layer is None or not run.inputs or not run.real:
                continue
            step = max((each for each in strides if isinstance(each, int)), default=1)
            if step < 2:
                continue
            sizes = []
            for size in (16 * step, 16 * step + 1):
                probe = (run.inputs[0][0], *[size] * (len(run.inputs[0]) - 1))
                try:
                    sizes.append(run.layer.output([probe])[-1])
                except (LayerError, IndexError):  # a layer of several inputs, or too small a probe
                    return {True, False}
            found |= {sizes[1] == 17} if sizes[0] == 16 else {True, False}
    return found


def totals(facts: Facts) -> str:
    """`25,557,032 parameters; 4,089,184,256 multiply-accumulates`."""
    params = facts.training.params
    work = facts.totals.work
    parts = [f"{params:,} parameters" if params is not None else "parameters not known"]
    if params != facts.totals.params and facts.totals.params is not None:
        parts[0] += f" ({facts.totals.params:,} without the training outputs)"
    if work is not None:
        parts.append(f"{work.macs:,} multiply-accumulates")
    return "; ".join(parts)


def figures(facts: Facts) -> tuple[str, str]:
    """Parameters, those of training outputs included, and multiply-accumulates."""
    params, work = facts.training.params, facts.totals.work
    return (
        f"{params:,}" if params is not None else "?",
        f"{work.macs:,}" if work is not None else "?",
    )
