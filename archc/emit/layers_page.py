"""The reference page of the layers, `docs/layers.md`, made from the registry.

    python -m archc.emit.layers_page > docs/layers.md

Everything on it comes from the classes of the layers: what they say of themselves, their arguments,
and, for one call each, the answers they give. `EXAMPLES` only makes some of the calls more telling;
a layer that is not named there gets a call with the arguments it needs.
"""

from __future__ import annotations

import inspect
import re
import sys

from archc.check import Options, check
from archc.graph.graph import Node
from archc.language.source import Source
from archc.layers.arguments import Argument, describe, either
from archc.layers.base import Layer
from archc.layers.form import Form, Part
from archc.layers.registry import KINDS
from archc.named import NamedTuple
from archc.shapes import show

HEAD = """# Layers

This page is made from the code (`python -m archc.emit.layers_page`), and a test keeps it fresh.

An argument without a default has to be given. Arguments stand in the order of their table, by
position or by name; `conv 64 3x3 stride=2` and `conv 64 3x3 2` mean the same. What an argument
takes:

| word | values |
|---|---|
| count | a whole number, at least 1 (0 where it counts from 0) |
| number | any number |
| share | a number from 0 to 1 |
| flag | `true` or `false` |
| word | one of the words named, written bare: `mode=bilinear` |
| size | a whole number for every axis, or one an axis: `3`, `3x5`, `[3, k]` |
| pads | `1`; `1x3` or `[1, 3]` an axis; `[[0, 1], [0, 1]]` begin and end of each axis; `same` |
| pair | a begin and an end: `[0, 16]`; one number serves both |
| shape | channels first: `512x7x7`, `[64, -1]` |
| table | a list of lists: `[[0, 1], [1, 2]]` |
| tensor | the name of an earlier value: `like=enc3` |

The arithmetic below each example is the answer of `archc explain`. How work is counted is told in
[conventions.md](conventions.md); operations that are not multiply-accumulates appear in the FLOPs
under the class that is named here.
"""

SAMPLES = {"count": "8", "size": "3x3", "share": "0.1", "number": "1"}


def page() -> str:
    """The whole page."""
    groups: dict[str, list[type[Layer]]] = {}
    for kind in KINDS.values():
        groups.setdefault(kind.group, []).append(kind)
    parts = [HEAD]
    for group, kinds in groups.items():
        words = ", ".join(f"[`{kind.keyword}`](#{kind.keyword})" for kind in kinds)
        parts.append(f"- {group}: {words}\n" if parts[-1] != HEAD else f"\n- {group}: {words}\n")
    for group, kinds in groups.items():
        parts.append(f"\n## {group[0].upper()}{group[1:]}\n")
        parts += [section(kind) for kind in kinds]
    return "".join(parts)


def section(kind: type[Layer]) -> str:
    """One layer."""
    doc = inspect.getdoc(kind) or ""
    parts = [f"\n### {kind.keyword}\n\n{_prose(doc)}\n"]
    if kind.arguments:
        parts.append("\n| argument | takes | default | meaning |\n|---|---|---|---|\n")
        parts += [_row(argument) for argument in kind.arguments.values()]
    parts.append(_example(kind))
    return "".join(parts)


def _prose(doc: str) -> str:
    """A docstring as Markdown: stars of formulas are no emphasis."""
    paragraphs = []
    for paragraph in doc.split("\n\n"):
        text, source, rest = paragraph.partition("Source: ")
        pieces = re.split(r"(`[^`]*`)", text)
        pieces[::2] = [re.sub(r"([*<])", r"\\\1", piece) for piece in pieces[::2]]
        paragraphs.append(re.sub(r"\n(?=Source)", "\n\n", "".join(pieces) + source + rest))
    return "\n\n".join(paragraphs)


def _row(argument: Argument) -> str:
    default = "" if argument.required else f"`{default_text(argument)}`"
    return f"| `{argument.name}` | {takes(argument)} | {default} | {argument.doc} |\n"


def takes(argument: Argument) -> str:
    """What may be given: `size`, ``count or `same` ``."""
    words = [f"`{word}`" for word in argument.words]
    told = either(tuple(words if argument.kind == "word" else [argument.kind, *words]))
    return f"{told}, by name" if argument.keyword_only else told


def default_text(argument: Argument) -> str:
    """What stands for an argument that is not given."""
    value = argument.default
    if isinstance(value, float) and not isinstance(value, bool):
        return f"{value:g}"
    return value if isinstance(value, str) else describe(value)


def example(kind: type[Layer]) -> tuple[str, str]:
    """A call, and the shape it is tried on."""
    call = kind.example
    if not call:
        needed = [argument for argument in kind.arguments.values() if argument.required]
        call = " ".join((kind.keyword, *(SAMPLES[argument.kind] for argument in needed)))
    return call, kind.example_input


class Worked(NamedTuple):
    """A call worked out: on which input, the lines of its arithmetic, the last one PyTorch's."""

    call: str
    input: str
    lines: list[str]


def _example(kind: type[Layer]) -> str:
    call, shape, lines = worked(kind)
    arithmetic = "\n".join(lines)
    return f"\n```arch body input={shape}\n{call}\n```\n\n```text\n{arithmetic}\n```\n"


def worked(kind: type[Layer]) -> Worked:
    """The example of a kind, with what it gives."""
    call, shape = example(kind)
    text = f"network Example {{\n    input {shape}\n    {call}\n}}\n"
    checked = check(Source(text, "example.arch"), Options(), _no_imports)
    assert not checked.diagnostics, (text, checked.diagnostics)
    (network,) = checked.networks
    node = next(node for node in reversed(network.graph.nodes) if node.kind == kind.keyword)
    layer = node.layer
    assert layer is not None
    assert node.shape is not None
    before = [network.graph.nodes[index].shape for index in node.inputs]
    inputs = tuple(shape for shape in before if shape is not None)
    lines = [f"{' and '.join(map(show, inputs))} -> {show(node.shape)}"]
    lines += [f"{figure}: {text}" for figure, text in layer.explain(inputs, node.shape)]
    lines.append(f"PyTorch: {_form(layer.torch_module(inputs), node)}")
    return Worked(call, shape, lines)


def _form(form: Form, node: Node) -> str:
    if not form.target:
        return form.expression.format(*(f"x{i + 1}" for i in range(len(node.inputs))))
    call = f"{form.target}({', '.join(_part(part) for part in form.given)})"
    return call if form.helper or not form.pads else f"F.pad{form.pads}, {call}"


def _part(part: Part) -> str:
    return repr(part.value) if part.name is None else f"{part.name}={part.value!r}"


def _no_imports(path: str, importer: Source) -> Source:
    raise AssertionError(f"{importer.name} imports {path}")


if __name__ == "__main__":
    sys.stdout.write(page())
