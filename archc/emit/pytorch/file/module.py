"""The whole module: docstring, imports, helpers, classes, members."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from archc.check import Network
from archc.emit.pytorch.file.describe import class_paragraphs, docstring, figures, shape, totals
from archc.emit.pytorch.file.helpers import helper_names, helpers, sources
from archc.emit.pytorch.file.mark import MARK
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.layout import Call, Doc, Line, lines
from archc.emit.pytorch.python.names import BUILTINS, IMPORTED
from archc.emit.pytorch.python.printer import doc, lay_out
from archc.emit.pytorch.reading.plan import Plan
from archc.emit.pytorch.reading.runs import Watcher
from archc.emit.pytorch.settling.members import member_docstring
from archc.named import NamedTuple

FUNCTION = re.compile(r"([a-z]\w*)\(")
CONVENTION = "weights of convolutions and linear layers"


class Module(NamedTuple):
    """The module as a tree: classes in their order, and members made from them."""

    plans: tuple[Plan, ...]
    members: tuple[ir.Class, ...]
    networks: tuple[Network, ...]
    watchers: tuple[Watcher, ...]

    @property
    def codes(self) -> dict[str, ir.Class]:
        """Every class by its name."""
        return {one.name: one for one in (*(plan.code for plan in self.plans), *self.members)}


class _Part(NamedTuple):
    """The lines of a class; what its docstring says needs no import."""

    head: str
    docstring: list[str]
    body: list[str]


def printed(module: Module) -> str:
    """The module's text."""
    brought = helpers(sources(), _used(module))
    told = [(one.code, class_paragraphs(one)) for one in module.plans]
    told += [(one, _member_paragraphs(one, module)) for one in module.members]
    parts = [part for code, paragraphs in told for part in _class(code, paragraphs)]
    code = "\n".join([*brought, *(line for part in parts for line in (part.head, *part.body))])
    heading = [*docstring(_module_paragraphs(module.networks), 0), ""]
    heading += ["from __future__ import annotations", "", *imports(code)]
    made = ["\n".join([one.head, *one.docstring, "", *one.body]) for one in parts]
    return "\n\n\n".join(["\n".join(heading), *brought, *made]) + "\n"


def _used(module: Module) -> set[str]:
    """The functions and classes that a module has to bring along."""
    found: set[str] = set()
    for one in ir.within(tuple(module.codes.values())):
        if isinstance(one, ir.Make):
            found.add(one.target)
        elif isinstance(one, ir.Name):
            found.add(one.id)
        elif isinstance(one, ir.Op) and (function := FUNCTION.match(one.template)):
            found.add(function.group(1))
    return found & helper_names(sources())


def reserved() -> set[str]:
    """Names that no class may have."""
    return set(helper_names(sources()) | IMPORTED | BUILTINS | {"math"})


def _class(code: ir.Class, paragraphs: Sequence[str]) -> Iterator[_Part]:
    """A class, behind that of its results if it has several."""
    always = any(not training for _, training, _ in code.results)
    outputs = f"{code.name}Outputs"
    result = outputs if always else f"Tensor | {outputs}" if code.results else "Tensor"
    if code.results:
        when = "" if always else " in training"
        fields = ["    out: Tensor"]
        for name, _, none in code.results:
            fields.append(f"    {name}: Tensor{' | None' if none else ''}")
        said = [f'    """What {code.name} returns{when}."""']
        yield _Part(f"class {outputs}(NamedTuple):", said, fields)
    body = _method("__init__", map(parameter, code.parameters), "None", code.init)
    if code.forward is not None:
        tensors = (f"{one}: Tensor" for one in code.arguments)
        body += ["", *_method("forward", tensors, result, code.forward)]
    head = f"class {code.name}({code.base}):"
    yield _Part(head, docstring(paragraphs, 4), [*body, *_train_method(code)])


def parameter(one: ir.Parameter) -> Doc:
    """`stride: int = 1`; a long table is broken into its rows."""
    said = f"{one.name}: {one.type}"
    if one.default is None:
        return said
    default = doc(one.default)
    if isinstance(default, Call):
        return default._replace(head=f"{said} = {default.head}")
    return f"{said} = {default}"


def _method(name: str, arguments: Iterable[Doc], result: str, body: ir.Body) -> list[str]:
    begin = Line(Call(f"def {name}(", ("self", *arguments)), "", f" -> {result}:")
    return [*lines([begin], 4), *lines(lay_out(body), 8)]


def _member_paragraphs(one: ir.Class, module: Module) -> list[str]:
    network = next(each for each in module.networks if each.name == one.name)
    watcher = module.watchers[module.networks.index(network)]
    span, words = member_docstring(network, watcher)
    place = f"{span.source.name.rsplit('/', 1)[-1]}:{span.line}."
    return [f"{place} {totals(network.facts)}.", *filter(None, [words])]


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


STANDARD = {
    "import itertools": r"\bitertools\.",
    "import math": r"\bmath\.",
    "from collections import OrderedDict": r"\bOrderedDict[(\[]",
    "from collections.abc import Callable, Sequence": r"\b(?:Callable|Sequence)(?=\[)",
    "from functools import partial": r"\bpartial(?=\()",
    "from typing import Any, NamedTuple": r"\b(?:Any|NamedTuple)\b",
}
TORCH = {
    "import torch": r"\btorch\.",
    "import torch.nn.functional as F": r"\bF\.",
    "from torch import Tensor, nn": r"\b(?:Tensor|nn)\b",
}
"""What each import is needed for."""


def imports(code: str) -> list[str]:
    """The imports that a text needs, sorted as ruff sorts them."""
    standard = list(_imports(STANDARD, code))
    return [*standard, *([""] if standard else []), *_imports(TORCH, code)]


def _imports(known: dict[str, str], code: str) -> Iterator[str]:
    for line, needed in known.items():
        found = set(re.findall(needed, code))
        start, _, names = line.partition(" import ")
        if found:
            read = [name for name in names.split(", ") if name in found]
            yield f"{start} import {', '.join(read)}" if "," in names else line


def _train_method(code: ir.Class) -> list[str]:
    """The lines of `train`, none where no batch norm rests."""
    if not code.resting:
        return []
    kinds = ", ".join(code.resting)
    kinds = f"({kinds})" if len(code.resting) > 1 else kinds
    return [
        "",
        f"    def train(self, mode: bool = True) -> {code.name}:",
        '        """Frozen batch norms stay in evaluation mode: their statistics do not move."""',
        "        super().train(mode)",
        "        for module in self.modules():",
        f"            norm = isinstance(module, {kinds}) and module.affine",
        "            if norm and not module.weight.requires_grad:",
        "                module.eval()",
        "        return self",
    ]
