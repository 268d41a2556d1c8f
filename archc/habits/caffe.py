"""Layers of Caffe in a network, `layer { name: "conv1" type: "Convolution" … }`, as lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from archc.diagnostics import Cure, Edit, Proposal
from archc.language.source import Source, Span

OPENED = re.compile(r"\blayers?[ \t]*\{", re.ASCII)
FIELD = re.compile(r"\b([a-z_]+)\s*:\s*(?:\"([^\"\n]*)\"|([\w.+-]+))", re.ASCII)
WORD = re.compile(r"\W+", re.ASCII)
Fields = dict[str, list[str]]
"""The values of a layer by their names, in the order in which they are written."""

PLAIN = {
    **{"RELU": "relu", "PRELU": "prelu per_channel=true", "SIGMOID": "sigmoid", "TANH": "tanh"},
    **{"ELU": "elu", "SOFTMAX": "softmax", "BATCHNORM": "batchnorm", "FLATTEN": "flatten"},
    **{"ABSVAL": "absolute", "SPLIT": "identity"},
}
NEEDLESS = {
    "SCALE": "a `batchnorm` here scales and shifts as well",
    "ACCURACY": "archc trains nothing",
    "SOFTMAXWITHLOSS": "archc trains nothing",
    "SOFTMAX_LOSS": "archc trains nothing",
    "EUCLIDEANLOSS": "archc trains nothing",
    "SILENCE": "a value that nobody reads is a result",
}
"""Layers of Caffe that are no layer of a network here, and why."""


LINE = re.compile(r"(?:(\w+):\s*)?([A-Za-z_]+)((?:\s+\w+\s*=\s*\S+)+)\Z", re.ASCII)
TYPES = ("Convolution", "Deconvolution", "Pooling", "InnerProduct", "LRN", "Dropout")
SUMS = re.compile(
    r"(?:(\w+):\s*)?[eE]ltwise((?:\s+[a-z_]\w*(?!\s*=)){2,})(?:\s+operation\s*=\s*\"?(\w+)\"?)?\Z",
    re.ASCII,
)


def caffe_line(statement: Span) -> tuple[Proposal, ...]:
    """`conv1: Convolution num_output=96 kernel_size=11`, `eltwise a b operation=SUM`."""
    found, joined = LINE.match(statement.text), SUMS.match(statement.text)
    fields: Fields = {}
    if joined is not None:
        kind = "ELTWISE"
        fields = {"bottom": joined[2].split(), "operation": [(joined[3] or "SUM").upper()]}
        fields["name"] = [joined[1] or ""]
    elif found is not None and found[2] in TYPES:
        kind = found[2].upper()
        pairs = re.findall(r"(\w+)\s*=\s*(\S+)", found[3])
        fields = {name: [value.strip("\"'")] for name, value in pairs}
        fields["name"] = [found[1] or ""]
    else:
        return ()
    return tuple(
        Proposal(f"write `{line}`", Cure((Edit(statement, line),))) for line in _lines(kind, fields)
    )


def caffe_layer(place: Span) -> tuple[Proposal, ...]:
    """The layer of Caffe in which a place stands, as the line that it is here."""
    found = next((one for one in _blocks(place.source) if one[0] <= place.start < one[1]), None)
    if found is None:
        return ()
    span = Span(place.source, *found)
    fields: Fields = {}
    for name, text, word in FIELD.findall(span.text):
        fields.setdefault(name, []).append(text or word)
    kind = _first(fields, "type").upper().replace("_PRODUCT", "PRODUCT")
    why = NEEDLESS.get(kind)
    if why is not None:
        help = f"take the layer `{_first(fields, 'name')}` away: {why}"
        return (Proposal(help, Cure((Edit(span, ""),))),)
    return tuple(
        Proposal(f"a layer is a line here: write `{line}`", Cure((Edit(span, line),)))
        for line in _lines(kind, fields)
    )


@lru_cache(maxsize=4)
def _blocks(source: Source) -> tuple[tuple[int, int], ...]:
    """Where `layer { … }` stands, from the word to its last brace."""
    found = []
    for opened in OPENED.finditer(source.text):
        depth = 0
        for brace in re.compile(r"[{}]").finditer(source.text, opened.start()):
            depth += 1 if brace[0] == "{" else -1
            if depth == 0:
                if re.search(r"\btype\s*:", source.text[opened.start() : brace.end()]):
                    found.append((opened.start(), brace.end()))
                break
    return tuple(found)


def _lines(kind: str, fields: Fields) -> Iterator[str]:
    make = MADE.get(kind)
    line = make(fields) if make is not None else PLAIN.get(kind)
    if line is None:
        return
    name = WORD.sub("_", _first(fields, "name")).strip("_")
    label = f"{name}: " if name and not name[0].isdigit() and not line.startswith("input") else ""
    if kind == "INNERPRODUCT":
        yield f"flatten -> {label}{line}"
    yield label + line


def _first(fields: Fields, name: str, otherwise: str = "") -> str:
    return fields.get(name, [otherwise])[0]


def _options(fields: Fields, *known: tuple[str, str, str]) -> str:
    """Arguments by their names here, without those that are what they are anyway."""
    given = [(here, _first(fields, there, plain), plain) for there, here, plain in known]
    return "".join(f" {here}={value}" for here, value, plain in given if value != plain)


def _window(fields: Fields) -> str | None:
    sides = [_first(fields, name) for name in ("kernel_h", "kernel_w")]
    size = _first(fields, "kernel_size")
    axes = [size, size] if size else sides
    return "x".join(axes) if all(one.isdigit() for one in axes) else None


def _convolution(word: str) -> Callable[[Fields], str | None]:
    def made(fields: Fields) -> str | None:
        width, window = _first(fields, "num_output"), _window(fields)
        if not width or window is None:
            return None
        known = (("stride", "stride", "1"), ("pad", "pad", "0"), ("dilation", "dilation", "1"))
        options = _options(fields, *known, ("group", "groups", "1"), ("bias_term", "bias", "true"))
        return f"{word} {width} {window}{options}"

    return made


def _pooling(fields: Fields) -> str | None:
    word = {"MAX": "maxpool", "AVE": "avgpool"}.get(_first(fields, "pool", "MAX"))
    if word == "avgpool" and _first(fields, "global_pooling") == "true":
        return "global_avgpool"
    window = _window(fields)
    if word is None or window is None:
        return None
    stride, pad = _first(fields, "stride", "1"), _first(fields, "pad", "0")
    if set(window.split("x")) == {stride}:
        return f"{word} {window}" + ("" if pad == "0" else f" pad={pad}")
    options = f" stride={stride}" + ("" if pad == "0" else f" pad={pad}")
    return f"{word} {window}{options}" + (" ceil=true" if stride != "1" else "")


def _dense(fields: Fields) -> str | None:
    width = _first(fields, "num_output")
    bias = _options(fields, ("bias_term", "bias", "true"))
    return f"linear {width}{bias}" if width else None


def _dropout(fields: Fields) -> str:
    return f"dropout {_first(fields, 'dropout_ratio', '0.5')}"


def _response(fields: Fields) -> str:
    known = (("alpha", "alpha", ""), ("beta", "beta", ""), ("k", "k", ""))
    return f"lrn {_first(fields, 'local_size', '5')}{_options(fields, *known)}"


def _merged(word: str) -> Callable[[Fields], str | None]:
    def made(fields: Fields) -> str | None:
        operation = _first(fields, "operation", "SUM")
        merge = word or {"SUM": "add", "PROD": "mul"}.get(operation, "")
        names = [WORD.sub("_", one).strip("_") for one in fields.get("bottom", [])]
        branches = "; ".join(f"from {one}" for one in names)
        return f"{merge} {{ {branches} }}" if merge and len(names) > 1 else None

    return made


def _input(fields: Fields) -> str | None:
    axes = fields.get("dim", [])
    return f"input {'x'.join(axes[1:])}" if len(axes) in (2, 4) else None


MADE: dict[str, Callable[[Fields], str | None]] = {
    "CONVOLUTION": _convolution("conv"),
    "DECONVOLUTION": _convolution("conv_transpose"),
    "POOLING": _pooling,
    "INNERPRODUCT": _dense,
    "DROPOUT": _dropout,
    "LRN": _response,
    "CONCAT": _merged("concat"),
    "ELTWISE": _merged(""),
    "INPUT": _input,
}
