"""The whole module: docstring, imports, helpers, classes, members."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from archc.bundled import templates_folder
from archc.check import Network
from archc.emit.pytorch.describe import class_paragraphs, docstring, figures, shape, totals
from archc.emit.pytorch.expressions import NotSymbolic, collapse
from archc.emit.pytorch.layout import Call, Doc, Line, lines
from archc.emit.pytorch.mark import MARK
from archc.emit.pytorch.names import BUILTINS, IMPORTED
from archc.emit.pytorch.parameters import tuple_default
from archc.emit.pytorch.python import literal
from archc.emit.pytorch.signature import expanded
from archc.emit.pytorch.trace import Tracer
from archc.emit.pytorch.world import Classes, Demote
from archc.emit.pytorch.writer import Code
from archc.language import tree
from archc.shapes import Size

CONVENTION = "weights of convolutions and linear layers"
LONG = 60  # a list that is longer has each row on a line of its own, where that is needed
RANK = re.compile(r"([123])d$")


class Member(NamedTuple):
    """A network of the file: its class, and the family's class it is made from, if another."""

    name: str
    base: str | None
    lines: tuple[str, ...]


class Built(NamedTuple):
    """The module's text, its classes, and the networks written in numbers with the reasons."""

    text: str
    codes: tuple[Code, ...]
    numbered: tuple[tuple[str, str], ...]


def build(
    networks: Sequence[Network],
    tracers: Sequence[Tracer],
    dropped: frozenset[tuple[str, str]] = frozenset(),
) -> Built:
    """The module for the networks of one file, without the parameters that are `dropped`."""
    folder = templates_folder()
    by_name = {one.name: one for one in networks}
    for one in tracers:
        one.root = networks[0].graph.program if one.root is None else one.root
    chosen = [one for one in tracers if one.graph is not None and one.name in by_name]
    sources = _helper_sources(folder)
    classes = Classes(chosen, helper_names(sources) | {"math"}, dropped)
    while True:
        codes = classes.build()
        try:
            members = _members(classes, codes, by_name)
            break
        except Demote as demotion:
            if demotion.group in classes.numbered:
                raise NotSymbolic(classes.reasons[demotion.group]) from None
            classes.numbered.add(demotion.group)
    helpers = _helpers(sources, classes.used)
    used = set(classes.used)
    text = "\n".join(["\n".join(helpers), *["\n".join(one.lines) for one in members]])
    for code in codes:
        text += "\n" + "\n".join([*code.signature, *code.init])
        if code.forward:
            text += "\n" + "\n".join([*code.forward, code.result, *code.arguments])
        text += ": Tensor" if code.outputs else ""
    text += "\n" + "\n".join(made for _, made in classes.aliases.values())
    written = _render(
        folder,
        {
            "docstring": docstring(_module_paragraphs(networks), 0),
            "imports": _imports(text, used),
            "constants": classes.constants(),
            "helpers": helpers,
            "classes": [_view(code, classes, place) for place, code in enumerate(codes)],
            "members": members,
        },
    )
    return Built(written, tuple(codes), tuple(classes.numbers()))


def _render(folder: str, values: dict[str, Any]) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,
    )
    text = environment.get_template("module.py.jinja").render(**values)
    return text.rstrip("\n") + "\n"


def _view(code: Code, classes: Classes, place: int) -> dict[str, Any]:
    aliases = [f"{name} = {made}" for name, (at, made) in classes.aliases.items() if at == place]
    laid = []
    for alias in aliases:
        head, _, rest = alias.partition("(")
        laid += list(lines([Line(Call(f"{head}(", tuple(rest[:-1].split(", "))))], 0))
    return {
        "aliases": laid,
        "first": place == 0,
        "name": code.name,
        "base": code.base,
        "docstring": docstring(class_paragraphs(code), 4),
        "init": list(_def("__init__", ("self", *code.signature), "None")),
        "init_lines": code.init,
        "forward": list(_def("forward", ("self", *code.arguments), code.result))
        if code.forward
        else [],
        "forward_lines": code.forward,
        "outputs": code.outputs,
        "tuple_name": code.tuple_name,
    }


def _def(name: str, arguments: tuple[str, ...], result: str) -> list[str]:
    return [*lines([Line(Call(f"def {name}(", arguments), "", f" -> {result}:")], 4)]


# --------------------------------------------------------------------------------------- members


def _members(classes: Classes, codes: list[Code], networks: dict[str, Network]) -> list[Member]:
    """Small subclasses: `class ResNet50(ResNet)`."""
    result = []
    written = {code.name for code in codes}
    for tracer in classes.tracers:
        instance = next(one for one in tracer.instances if one.key[0] == "network")
        code = next(code for code in codes if code.info is classes.info(instance))
        if code.name == tracer.name:
            continue
        name = (
            classes.names.new(tracer.name, tracer.name + "Net")
            if tracer.name in written
            else tracer.name
        )
        try:
            result.append(_member(name, tracer, code, classes, networks[tracer.name]))
        except NotSymbolic as reason:
            raise classes.demotion(instance, reason) from None
    return result


def _member(name: str, tracer: Tracer, code: Code, classes: Classes, network: Network) -> Member:
    instance = next(one for one in tracer.instances if one.key[0] == "network")
    assert tracer.graph is not None
    definition = tracer.graph.network
    defaults = {one.name.id for one in definition.parameters if one.default is not None}
    signature: list[str] = []
    given: list[tuple[str, str, bool]] = []  # argument, value, whether a name is needed or wanted
    rows: dict[str, Call] = {}  # long lists, a row a line
    by_name = _by_name(tracer)
    skipped = False
    for parameter in code.info.parameters:
        value = instance.place.values[parameter.name]
        if parameter.kind == "layer":
            continue
        if parameter.kind in ("block", "module"):
            text = classes.module_text(value, (parameter.home, parameter.name))
        else:
            text = literal(expanded(collapse(value), parameter.axes))
            if parameter.type == "float" and text.isdigit():
                text += ".0"
        free = parameter.name in defaults and parameter.kind == "value" and _small(value)
        usual = parameter.default is not None and parameter.default in (text, tuple_default(value))
        if free:  # the member's value is what a caller may change
            signature.append(f"{parameter.python}: {parameter.type} = {text}")
            given.append((parameter.python, parameter.python, skipped or not usual))
        elif usual:
            skipped = True
        else:
            given.append((parameter.python, text, skipped or parameter.name in by_name))
            if isinstance(value, tuple) and len(text) > LONG and not isinstance(value, Size):
                rows[parameter.python] = Call("[", tuple(literal(one, True) for one in value), "]")
    arguments = _arguments(given, skipped)
    span = tracer.span
    assert span is not None
    place = f"{span.source.name.rsplit('/', 1)[-1]}:{span.line}."
    paragraphs = [f"{place} {totals(network.facts)}."]
    words = _member_docstring(tracer)
    if words:
        paragraphs.append(words)
    out = [f"class {name}({code.name}):", *docstring(paragraphs, 4)]
    out.append("")
    out += _def("__init__", ("self", *signature), "None")
    docs = [
        _rows(argument, text, rows.get(word))
        for argument, (word, text, _) in zip(arguments, given, strict=True)
    ]
    out += lines([Line(Call("super().__init__(", tuple(docs)))], 8)
    return Member(name, code.name, tuple(out))


def _rows(argument: str, text: str, rows: Call | None) -> Doc:
    """An argument, `name=` before it or not; a long list of rows is one that can be broken up."""
    if rows is None:
        return argument
    return rows._replace(head=f"{argument.removesuffix(text)}[")


def _arguments(given: list[tuple[str, str, bool]], needed: bool) -> list[str]:
    """Names as the author of the member wrote them, if that leaves the call on one line."""
    result: list[str] = []
    named = False
    for word, text, wanted in given:
        named = named or wanted
        result.append(f"{word}={text}" if named else text)
    short = len(", ".join(result)) + 27 <= 100
    return result if short or needed else [text for _, text, _ in given]


def _by_name(tracer: Tracer) -> set[str]:
    """The arguments that the author of a member gave by name."""
    for one in tracer.root.definitions if tracer.root is not None else ():
        if (
            isinstance(one, tree.Member)
            and one.name.id == tracer.name
            and isinstance(one.family, tree.Call)
        ):
            return {argument.name for argument in one.family.arguments if argument.name is not None}
    return set()


def _small(value: Any) -> bool:
    return isinstance(value, (bool, int, float, str))


def _member_docstring(tracer: Tracer) -> str:
    assert tracer.root is not None
    for one in tracer.root.definitions:
        if isinstance(one, (tree.Member, tree.Network)) and one.name.id == tracer.name:
            text = one.docstring
            return " ".join(text.value.split()) if text is not None else ""
    return ""


# ---------------------------------------------------------------------------- around the classes


def _module_paragraphs(networks: Sequence[Network]) -> list[str]:
    program = networks[0].graph.program
    name = program.source.name
    where = f"{MARK} {name}."
    if len(networks) == 1:
        one = networks[0]
        ins = ", ".join(shape(node.shape) for node in one.graph.nodes if node.layer is None)
        outs = ", ".join(
            shape(one.graph.nodes[result.node].shape) for result in one.graph.results[:1]
        )
        work = totals(one.facts)
        return [f"{one.name}.", f"{where} Input {ins}, output {outs}. {work} ({CONVENTION})."]
    heads = ("network", "parameters", "multiply-accumulates")
    cells = [heads, *[(one.name, *figures(one.facts)) for one in networks]]
    widths = [max(len(row[i]) for row in cells) for i in range(3)]
    rows = [f"    {a:<{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}" for a, b, c in cells]
    title = ", ".join(one.name for one in networks)
    if len(title) > 90:
        title = f"{networks[0].name} to {networks[-1].name}"
    return [f"{title}.", where, "\n".join(rows), f"Multiply-accumulates: {CONVENTION}."]


def _imports(text: str, used: set[str]) -> list[str]:
    """The imports, sorted as ruff sorts them."""
    standard = []
    if re.search(r"\bfunctools\.", text):
        standard.append("import functools")
    if re.search(r"\bmath\.", text):
        standard.append("import math")
    if re.search(r"\bOrderedDict[(\[]", text):
        standard.append("from collections import OrderedDict")
    abstract = [word for word in ("Callable", "Sequence") if re.search(rf"\b{word}\[", text)]
    if abstract:
        standard.append(f"from collections.abc import {', '.join(abstract)}")
    if re.search(r"\bpartial\(", text):
        standard.append("from functools import partial")
    typing = [
        word for word in ("Any", "NamedTuple") if re.search(rf"\b{word}\b", text) or word in used
    ]
    if typing:
        standard.append(f"from typing import {', '.join(typing)}")
    third = []
    if re.search(r"\btorch\.", text):
        third.append("import torch")
    if re.search(r"\bF\.", text):
        third.append("import torch.nn.functional as F")
    names = ["Tensor"] if re.search(r"\bTensor\b", text) else []
    third.append(f"from torch import {', '.join([*names, 'nn'])}")
    return [*standard, *([""] if standard else []), *third]


def _helper_sources(folder: str) -> str:
    with open(os.path.join(folder, "layers.py.jinja"), encoding="utf-8") as file:
        return file.read()


def helper_names(sources: str) -> frozenset[str]:
    """Every name that a helper may have in the module."""
    words = re.findall(r"\{# (\w+) #\}", sources)
    return frozenset([*words, *(f"{word}{n}d" for word in words for n in (1, 2, 3))])


def reserved_names() -> frozenset[str]:
    """What no network of a module can be called."""
    return helper_names(_helper_sources(templates_folder())) | IMPORTED | BUILTINS | {"math"}


BEFORE = ("same_pads", "divisible", "center_crop")


def _helpers(source: str, used: set[str]) -> list[str]:
    """The source of each class that PyTorch lacks, in the order of the file."""
    import jinja2

    blocks: dict[str, str] = {}
    for block in source.split("{# ---- #}\n"):
        found = re.match(r"\{# (\w+) #\}\n", block)
        if found is not None:
            blocks[found.group(1)] = block[found.end() :]
    asked = {word for word in used if word in blocks or RANK.sub("", word) in blocks}
    for word in list(asked):
        if word.startswith("Same"):
            asked.add("same_pads")
        if "SparseConv" in word:
            asked.add(word[word.index("Sparse") :])
    order = list(blocks)

    def place(word: str) -> tuple[int, int, str]:
        kind = word if word in blocks else RANK.sub("", word)
        return (0 if word in BEFORE else 1, order.index(kind), word)

    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)
    result = []
    for word in sorted(asked, key=place):
        rank = RANK.search(word)
        n = int(rank.group(1)) if rank else 0
        kind = word if word in blocks else RANK.sub("", word)
        text = environment.from_string(blocks[kind]).render(n=n, **_ranked(n))
        result.append(text.strip("\n"))
    return result


def _ranked(n: int) -> dict[str, str]:
    """What differs with the number of axes."""
    axes = ", ".join(["int"] * n)
    pair = f"(kernel,) * {n} if isinstance(kernel, int) else tuple(kernel)"
    return {
        "kernel": f"int | tuple[{axes}]",
        "pair": pair,
        "stride_pair": pair.replace("kernel", "stride"),
        "ones": ", 1" * n,
    }
