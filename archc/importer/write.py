"""Blocks and statements as text; the layout is made afterwards, by the printer of all specs."""

from __future__ import annotations

import re
import struct
from textwrap import wrap
from typing import Any

from archc.importer.blocks import Block, Spec
from archc.importer.parameters import Parameter
from archc.importer.references import OWN
from archc.importer.statements import Body, Code, Statement
from archc.importer.unify import ACTIVATIONS, OMITTED

POSITIONAL = {
    "conv": ("channels", "kernel"),
    "conv_transpose": ("channels", "kernel"),
    "std_conv": ("channels", "kernel"),
    "linear": ("features",),
    "maxpool": ("kernel",),
    "avgpool": ("kernel",),
    "blurpool": ("size", "stride"),
    "adaptive_avgpool": ("size",),
    "adaptive_maxpool": ("size",),
    "dropout": ("p",),
    "dropout2d": ("p",),
    "stochastic_depth": ("p",),
    "slice": ("begin", "end"),
    "reshape": ("shape",),
    "permute": ("order",),
    "channel_shuffle": ("groups",),
    "groupnorm": ("groups",),
    "lrn": ("size",),
    "upsample": ("size",),
    "pad": ("pad",),
    "leaky_relu": ("slope",),
    "hardtanh": ("low", "high"),
    "softplus": ("beta", "threshold"),
    "rescale": ("factor",),
    "pixel_shuffle": ("factor",),
    "pixel_unshuffle": ("factor",),
}
PLAIN = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*", re.ASCII)
MEMBER = re.compile(r"\w+", re.ASCII)
TEMPLATE = re.compile(r"(?:[A-Za-z_]\w*)(?:\{[^{}]*\}\w*)+", re.ASCII)
FOLLOWERS = ACTIVATIONS | {"batchnorm", "dropout"}
BIASED = ("conv", "conv_transpose", "linear")
ORDER = ("stride", "pad", "output_pad", "dilation", "groups", "bias")


def spec_text(
    name: str,
    spec: Spec,
    sizes: list[str],
    claims: list[str],
    docstring: str,
    notes: list[str],
    inputs: dict[str, str],
) -> str:
    """The whole file, before it is laid out; `inputs` are the names of several inputs."""
    parts = [f'"""{docstring}"""']
    signatures = {block.name: block for block in spec.blocks}
    for block in spec.blocks:
        given = ", ".join(map(parameter_text, block.parameters))
        lines = Writer(signatures, block.name).body(block.body)
        parts.append(f"block {block.name}{f'({given})' if given else ''} {{\n{lines}\n}}")
    body = Writer(signatures, name, inputs).body(spec.body)
    entering = "\n".join(f"input {size}" for size in sizes)
    comments = "".join(f"# {line}\n" for note in notes for line in wrap(note, 96))
    expectations = "\n".join(claims)
    parts.append(f"{comments}network {name} {{\n{entering}\n\n{body}\n\n{expectations}\n}}")
    return "\n\n".join(parts) + "\n"


def parameter_text(parameter: Parameter) -> str:
    if parameter.default is OMITTED:
        return parameter.name
    return f"{parameter.name} = {value_text(parameter.default)}"


class Writer:
    """Text of statements of the definition `name`; `blocks` tells how each block is called."""

    def __init__(
        self, blocks: dict[str, Block], name: str, inputs: dict[str, str] | None = None
    ) -> None:
        self.blocks = blocks
        self.name = name
        self.inputs = inputs or {}

    def body(self, body: Body) -> str:
        lines: list[str] = []
        for index, statement in enumerate(body):
            text = self.statement(statement)
            before = body[index - 1] if index else None
            if statement.word == "batchnorm" and before is not None and before.word in BIASED:
                lines[-1] = with_bias(lines[-1], before)
            if before is not None and follows(before, statement):
                lines[-1] += (" -> " if before.label else "; ") + text
            else:
                lines.append(text)
        return "\n".join(lines)

    def statement(self, statement: Statement) -> str:
        label = f"{label_text(statement.label)}: " if statement.label else ""
        return label + self.action(statement)

    def action(self, statement: Statement) -> str:
        given = statement.arguments
        if statement.kind == "let":
            return f"let {statement.word} = {value_text(given['value'])}"
        if statement.kind == "output":
            return "output identity"
        if statement.kind in ("from", "share"):
            return f"{statement.kind} {self.reference(statement)}"
        if statement.kind == "merge":
            branches = "\n".join(map(self.branch, statement.bodies))
            return f"{statement.word} {{\n{branches}\n}}"
        if statement.kind == "group":
            (inner,) = statement.bodies
            if (
                statement.label
                and len(inner) == 1
                and inner[0].kind == "loop"
                and not inner[0].label
            ):
                return self.action(inner[0])
            return f"{{\n{self.body(inner)}\n}}"
        if statement.kind == "if":
            arms = [f"if {given['condition']} {{\n{self.body(statement.bodies[0])}\n}}"]
            arms += [f"{{\n{self.body(inner)}\n}}" for inner in statement.bodies[1:]]
            return " else ".join(arms)
        if statement.kind == "loop":
            return f"{loop_header(statement)} {{\n{self.body(statement.bodies[0])}\n}}"
        if statement.kind == "call":
            return self.call(statement)
        if statement.word == "opaque":
            return self.opaque(statement)
        return layer_text(statement)

    def opaque(self, statement: Statement) -> str:
        given = dict(statement.arguments)
        shape = given.pop("gives")
        words = ["opaque", f'"{given.pop("name")}"']
        if statement.reads:
            words.append(f"reads=[{', '.join(map(self.reference, statement.reads))}]")
        words += [f"{name}={value_text(value)}" for name, value in given.items()]
        return f"{' '.join(words)} => {value_text(shape)}"

    def branch(self, body: Body) -> str:
        if not body:
            return "identity"
        if not one_branch(body):
            return f"{{\n{self.body(body)}\n}}"
        only = body[0]
        if only.kind == "if" and not all(map(one_branch, only.bodies)):
            only = only.copy()  # the statements of an arm would be a branch each
            only.bodies = [arm if one_branch(arm) else [braces(arm)] for arm in only.bodies]
        return self.statement(only)

    def call(self, statement: Statement) -> str:
        parameters = self.blocks[statement.word].parameters if statement.word in self.blocks else []
        words = [statement.word]
        by_position = True
        for parameter in parameters:
            value = statement.arguments.get(parameter.name, parameter.default)
            if value is OMITTED or value_text(value) == value_text(parameter.default):
                by_position = False
                continue
            text = spaced(statement.arguments[parameter.name])
            required = parameter.default is OMITTED
            words.append(text if by_position and required else f"{parameter.name}={text}")
        return " ".join(words)

    def reference(self, statement: Statement) -> str:
        source = statement.source
        if source is None:
            return self.inputs.get(statement.value, "input")
        path = [self.name if one == OWN else one for one in statement.path]
        first, *rest = path
        behind = (one if MEMBER.fullmatch(one) else label_text(one) for one in rest)
        return ".".join((label_text(first), *behind))


def one_branch(body: Body) -> bool:
    """Whether it is one branch without braces: the rounds of a loop would be one each."""
    return len(body) == 1 and (body[0].kind != "loop" or bool(body[0].label))


def braces(body: Body) -> Statement:
    """Statements as one."""
    return Statement("group", bodies=[body])


def follows(before: Statement, statement: Statement) -> bool:
    """Whether a statement stands on the line of the one before: an activation, a normalisation."""
    if statement.label or statement.kind != "layer" or before.kind not in ("layer",):
        return False
    if not (statement.word in FOLLOWERS or statement.word[:1].isupper()):
        return False
    return before.word != "identity" and (not before.label or statement.word in ACTIVATIONS)


def with_bias(line: str, layer: Statement) -> str:
    """A bias before a normalisation is written out, for it has no use there but to be loaded."""
    return line if "bias" in layer.arguments else f"{line} bias=true"


def layer_text(statement: Statement) -> str:
    words = [statement.word]
    positional = by_position(statement)
    words += [spaced(statement.arguments[name]) for name in positional]
    named = [name for name in statement.arguments if name not in positional]
    named.sort(key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    words += [f"{name}={spaced(statement.arguments[name])}" for name in named]
    return " ".join(words)


def by_position(statement: Statement) -> tuple[str, ...]:
    """The arguments that need no name: the first ones, without a gap, and none with a sign."""
    found: list[str] = []
    for name in POSITIONAL.get(statement.word, ()):
        value = statement.arguments.get(name)
        if name not in statement.arguments or value_text(value).startswith("-"):
            break
        if statement.word == "upsample" and shrinks(value, statement.entering):
            break  # by position the size is one to grow to
        found.append(name)
    return tuple(found)


def shrinks(size: Any, entering: tuple[int, ...]) -> bool:
    return isinstance(size, tuple) and any(a < b for a, b in zip(size, entering[1:], strict=False))


def loop_header(loop: Statement) -> str:
    given = loop.arguments
    if "rows" in given:
        rows = given["rows"]
        if isinstance(rows, Code):
            return f"for {loop.word} in {rows}"
        single = len(rows[0]) == 1
        texts = [value_text(list(row) if not single else row[0]) for row in rows]
        lined = ",\n".join(texts) if len(rows) > 3 and not single else ", ".join(texts)
        return f"for {loop.word} in [{lined}]"
    count = given["count"]
    if not loop.word:
        return f"repeat {count}"
    start = given["start"]
    if isinstance(count, Code) or isinstance(start, Code):
        end = f"{count} + {start}" if start else str(count)
    else:
        end = str(start + count)
    return f"for {loop.word} in range({f'{start}, ' if start else ''}{end})"


def spaced(value: Any) -> str:
    text = value_text(value)
    bare = " " not in text or text.startswith("[")
    return text if bare or not isinstance(value, Code) else f"({text})"


def value_text(value: Any) -> str:
    """A value in the language's own writing."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(value_text, value)) + "]"
    if isinstance(value, tuple):
        if any(isinstance(one, tuple) for one in value):
            return value_text([list(one) if isinstance(one, tuple) else one for one in value])
        if len(value) == 1:
            return value_text(value[0])
        if all(type(one) is int and one >= 0 for one in value):
            return "x".join(map(str, value))
        return value_text(list(value))
    if isinstance(value, float):
        return shortest(value)
    return str(value)


def shortest(value: float) -> str:
    """The fewest digits that give the same number in single precision, which models hold."""
    for digits in range(1, 17):
        text = f"{value:.{digits}g}"
        if single(float(text)) == single(value):
            break
    return (
        str(int(value)) if value == int(value) and abs(value) < 1e6 else text.replace("e-0", "e-")
    )


def single(value: float) -> bytes:
    return struct.pack("f", value)


def label_text(label: str) -> str:
    if PLAIN.fullmatch(label) or TEMPLATE.fullmatch(label):
        return label
    escaped = label.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
