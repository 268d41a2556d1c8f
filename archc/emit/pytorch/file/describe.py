"""Docstrings: where a class comes from, what goes in and out, and what it all sums up to."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from functools import partial, reduce
from typing import Any

from archc.analysis.facts import Facts
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.printer import text as printed
from archc.emit.pytorch.reading.number import Flat, hangs_of, said_of
from archc.emit.pytorch.reading.plan import Plan
from archc.emit.pytorch.reading.runs import Instance
from archc.language import tree
from archc.layers.base import LayerError
from archc.shapes import Open, Shape

WIDTH = 100
LONGEST = 40  # letters that say an axis
PLAIN = str.maketrans("\u00d7\u2013\u2014\u2212\u2018\u2019\u201c\u201d", "x---''\"\"")


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


def class_paragraphs(plan: Plan) -> list[str]:
    """Where the class comes from, and its shapes."""
    text = plan.definition
    span = text.name.span
    place = f"{span.source.name.rsplit('/', 1)[-1]}:{span.line}."
    shapes = _shapes(plan)
    if len(place) + len(shapes) + 12 > WIDTH:  # the last axis goes like the one before it
        shapes = re.sub(r"(ceil\(H / (\w+)\)), ceil\(W / \2\)\)$", r"\1, ...)", shapes)
    result = [f"{place} {shapes}."]
    if text.docstring is not None:
        words = " ".join(text.docstring.value.split())
        if words:
            result.append(words)
    return result


def _shapes(plan: Plan) -> str:
    roots = [one for one in plan.instances if one.graph is not None]
    ins = [one.entered for one in plan.instances]
    outs = [one.left for one in plan.instances]
    if roots:
        graphs = [one.graph for one in roots if one.graph is not None]
        ins = [graph.nodes[0].shape if graph.nodes else None for graph in graphs]
        outs = [one.left for one in roots]
        fixed = [shape(node.shape) for node in graphs[0].nodes if node.layer is None]
        fixed = fixed if len(fixed) > 1 else [_union(ins, "C")]
        inputs = [one for one in plan.body if isinstance(one, tree.Input)]
        if len(inputs) == len(fixed):
            fixed = [_asked(plan, one, text) for one, text in zip(inputs, fixed, strict=True)]
        return f"{', '.join(fixed)} -> {_result(plan, outs)}"
    if any(one is None for one in (*ins, *outs)):
        return "(N, ...) -> (N, ...)"
    return f"{_entry(plan, ins)} -> {_exit(plan, ins, outs)}"


def _head(plan: Plan) -> str | None:
    """The channels it gives, in its arguments' words."""
    if plan.out is None or not isinstance(plan.out[0], int):
        return None
    said = said_of(plan.out[0])
    return None if said is None else printed(said)


def _asked(plan: Plan, one: tree.Input, text: str) -> str:
    """What enters a network; an argument that says an axis stands for its number."""
    axes = text.removeprefix("(N, ").removesuffix(")").split(", ")
    items = one.shape.items if isinstance(one.shape, tree.List) else (one.shape,)
    kept = _kept(plan)
    if len(items) != len(axes):
        return text
    for place, item in enumerate(items):
        argument = plan.argument(item.id) if isinstance(item, tree.Name) else None
        if argument is not None and argument.python in kept:
            axes[place] = argument.python
    return f"(N, {', '.join(axes)})"


def _result(plan: Plan, outs: list[Shape | None]) -> str:
    """What a network gives; what hangs on an argument is said by it, else it is no number."""
    kept = _kept(plan)
    text = _union(outs, "classes" if "classes" in kept else "...")
    axes = text.removeprefix("(N, ").removesuffix(")").split(", ")
    if plan.out is None or len(axes) != len(plan.out):
        return text
    for place, axis in enumerate(plan.out):
        if not hangs_of(axis) & kept:
            continue
        said = _said(axis)
        words = printed(said) if said is not None and ir.names(said) <= kept else "..."
        axes[place] = words if len(words) <= LONGEST else "..."
    return f"(N, {', '.join(axes)})"


def _said(axis: Any) -> ir.Expr | None:
    """How an axis is said; behind a flatten by what its axes are."""
    if not isinstance(axis, Flat):
        return said_of(axis) if isinstance(axis, int) else None
    every = [_said(one) for one, _ in axis.axes if one != 1]
    found = [one for one in every if one is not None]
    if len(found) < len(every) or not found:
        return None
    return reduce(partial(ir.Binary, "*"), found)


def _kept(plan: Plan) -> frozenset[str]:
    """The arguments that the code follows."""
    return frozenset(one.python for one in plan.arguments if one.kind == "value") - {*plan.lost}


def _union(shapes: list[Shape | None], channels: str) -> str:
    known = [one for one in shapes if one is not None]
    if not known or len({len(one) for one in known}) != 1:
        return "(N, ...)"
    names = (channels, *["..."] * len(known[0]))
    every = zip(names, zip(*known, strict=True), strict=False)
    axes = [str(values[0]) if len(set(values)) == 1 else name for name, values in every]
    return f"(N, {', '.join(axes)})"


LETTERS = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}


def _entry(plan: Plan, ins: list[Shape | None]) -> str:
    first = ins[0] or ()
    head = str(first[0]) if plan.network else "in_channels"
    letters = LETTERS.get(len(first) - 1, ())
    return f"(N, {', '.join((head, *letters))})"


def _exit(plan: Plan, ins: list[Shape | None], outs: list[Shape | None]) -> str:
    first_in, first = ins[0] or (), outs[0] or ()
    channels = {one[0] for one in outs if one}
    head = _head(plan)
    if head is None or len(head) > LONGEST:
        fixed = len(channels) == 1 and not (plan.out and hangs_of(plan.out[0]))
        head = str(channels.pop()) if fixed else "out_channels"
    if len(first) == 1:
        return f"(N, {head})"
    letters = LETTERS.get(len(first) - 1, ())
    if len(first) != len(first_in):
        return f"(N, {', '.join((head, *letters))})"
    axes = []
    for axis, letter in enumerate(letters, 1):
        before = [(one or ())[axis] for one in ins]
        after = [(one or ())[axis] for one in outs]
        axes.append(_axis(plan, before, after, letter))
    return f"(N, {', '.join((head, *axes))})"


def _axis(plan: Plan, before: list[int | Open], after: list[int | Open], letter: str) -> str:
    """An output size in terms of the input's, as far as the calls bear it out."""
    if before == after:
        return letter
    if len(set(after)) == 1 and after[0] == 1:
        return "1"
    candidates = [
        (one.python, one.name)
        for one in plan.arguments
        if one.kind == "value" and _passes(plan, one.name)
    ]
    up = {one for each in plan.instances for one in _rounds(each)}
    for python, name in [*candidates, ("2", "")]:
        pairs: list[tuple[int, int, int]] = []
        for n, m, one in zip(before, after, plan.instances, strict=True):
            factor = one.place.values.get(name) if name else 2
            if isinstance(n, int) and isinstance(m, int) and isinstance(factor, int) and factor > 0:
                pairs.append((n, m, factor))
        if len(pairs) < len(before):
            continue
        if up == {True} and all(-(-n // f) == m for n, m, f in pairs):
            return f"ceil({letter} / {python})"
        if up == {False} and all(n // f == m for n, m, f in pairs):
            return f"{letter} // {python}"
        if not up and all(n * f == m for n, m, f in pairs):
            return f"{python} * {letter}"
    return f"{letter}'"


def _passes(plan: Plan, name: str) -> bool:
    """Whether a block hands a parameter on as a stride or a factor."""
    return any(
        isinstance(one, tree.Argument)
        and isinstance(one.value, tree.Name)
        and one.value.id == name
        and one.name in ("stride", "factor", "scale", None)
        for one in tree.within(plan.body)
    )


def _rounds(one: Instance) -> set[bool]:
    """Whether the strided layers of a call round up; both where they differ."""
    found: set[bool] = set()
    prefix = f"{one.scope.path}."
    nodes = one.watcher.nodes
    for node in nodes:
        if node.layer is None or not node.module.startswith(prefix):
            continue
        step = max((each for each in node.layer.strides if isinstance(each, int)), default=1)
        entered = nodes[node.inputs[0]].shape if node.inputs else None
        if step < 2 or entered is None:
            continue
        sizes = []
        for size in (16 * step, 16 * step + 1):
            probe = (entered[0], *[size] * (len(entered) - 1))
            try:
                sizes.append(node.layer.output([probe])[-1])
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
