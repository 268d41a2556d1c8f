"""The whole module: docstring, imports, helpers, classes, members."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from archc.bundled import templates_folder
from archc.check import Network
from archc.emit.pytorch.file.describe import class_paragraphs, docstring, figures, shape, totals
from archc.emit.pytorch.file.helpers import helper_names, helpers, sources
from archc.emit.pytorch.file.mark import MARK
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.layout import Call, Doc, Line, lines
from archc.emit.pytorch.python.names import BUILTINS, IMPORTED
from archc.emit.pytorch.python.printer import doc, lay_out
from archc.emit.pytorch.reading.classes import Plan
from archc.emit.pytorch.reading.runs import Watcher
from archc.emit.pytorch.settling.members import member_docstring
from archc.named import NamedTuple

if TYPE_CHECKING:
    from jinja2 import Template

FUNCTION = re.compile(r"([a-z]\w*)\(")
CONVENTION = "weights of convolutions and linear layers"


class Module(NamedTuple):
    """The module as a tree: classes in their order, and members made from them."""

    plans: tuple[Plan, ...]
    members: tuple[ir.Member, ...]
    networks: tuple[Network, ...]
    watchers: tuple[Watcher, ...]

    @property
    def codes(self) -> dict[str, ir.Class | ir.Member]:
        """Every class by its name."""
        return by_name((*(plan.code for plan in self.plans), *self.members))


def by_name(codes: Iterable[ir.Class | ir.Member | None]) -> dict[str, ir.Class | ir.Member]:
    """Classes by their names."""
    return {one.name: one for one in codes if one is not None}


def printed(module: Module) -> str:
    """The module's text."""
    classes = [_view(plan) for plan in module.plans if plan.code is not None]
    made = [_member(one, module) for one in module.members]
    brought = helpers(sources(), _used(module))
    body = "\n".join([*brought, *["\n".join(one["lines"]) for one in made]])
    for one in classes:
        for key in ("init", "init_lines", "forward", "forward_lines"):
            body += "\n" + "\n".join(one[key])
        body += ": Tensor NamedTuple" if one["outputs"] else ""
    rendered = _template().render(
        docstring=docstring(_module_paragraphs(module.networks), 0),
        imports=imports(body),
        helpers=brought,
        classes=classes,
        members=made,
    )
    return rendered.rstrip("\n") + "\n"


def _used(module: Module) -> set[str]:
    """The functions and classes that a module has to bring along."""
    found: set[str] = set()
    for one in ir.within((*(plan.code for plan in module.plans), *module.members)):
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


@cache
def _template() -> Template:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder()),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,
    )
    return environment.get_template("module.py.jinja")


def _view(plan: Plan) -> dict[str, Any]:
    code = plan.code
    assert code is not None
    outputs = [
        (name, "Tensor | None" if training and _some_always(code) else "Tensor")
        for name, training in code.results
    ]
    result = "Tensor"
    if code.results:
        every = any(not training for _, training in code.results)
        result = f"{code.name}Outputs" if every else f"Tensor | {code.name}Outputs"
    forward = code.forward
    return {
        "name": code.name,
        "base": code.base,
        "docstring": docstring(class_paragraphs(plan), 4),
        "init": list(_def("__init__", ("self", *map(parameter, code.parameters)), "None")),
        "init_lines": list(lines(lay_out(code.init), 8)),
        "forward": list(
            _def("forward", ("self", *(f"{one}: Tensor" for one in code.arguments)), result)
        )
        if forward is not None
        else [],
        "forward_lines": list(lines(lay_out(forward), 8)) if forward is not None else [],
        "train": _train_method(code),
        "outputs": outputs,
        "tuple_name": f"{code.name}Outputs" if code.results else None,
    }


def _some_always(code: ir.Class) -> bool:
    return any(not training for _, training in code.results)


def parameter(one: ir.Parameter) -> Doc:
    """`stride: int = 1`; a long table is broken into its rows."""
    said = f"{one.name}: {one.type}"
    if one.default is None:
        return said
    default = doc(one.default)
    if isinstance(default, Call):
        return default._replace(head=f"{said} = {default.head}")
    return f"{said} = {default}"


def _def(name: str, arguments: tuple[Doc, ...], result: str) -> list[str]:
    return [*lines([Line(Call(f"def {name}(", arguments), "", f" -> {result}:")], 4)]


def _member(one: ir.Member, module: Module) -> dict[str, Any]:
    network = next(each for each in module.networks if each.name == one.name)
    watcher = module.watchers[module.networks.index(network)]
    span, words = member_docstring(network, watcher)
    place = f"{span.source.name.rsplit('/', 1)[-1]}:{span.line}."
    paragraphs = [f"{place} {totals(network.facts)}."]
    if words:
        paragraphs.append(words)
    out = [f"class {one.name}({one.base}):", *docstring(paragraphs, 4), ""]
    out += _def("__init__", ("self", *map(parameter, one.parameters)), "None")
    out += lines(lay_out((ir.Do(one.call), *one.rest)), 8)
    method = _train_method(one)
    out += ["", *method] if method else []
    return {"lines": out}


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


def imports(body: str) -> list[str]:
    """The imports that a text needs, sorted as ruff sorts them."""
    standard = []
    if re.search(r"\bitertools\.", body):
        standard.append("import itertools")
    if re.search(r"\bmath\.", body):
        standard.append("import math")
    if re.search(r"\bOrderedDict[(\[]", body):
        standard.append("from collections import OrderedDict")
    abstract = [word for word in ("Callable", "Sequence") if re.search(rf"\b{word}\[", body)]
    if abstract:
        standard.append(f"from collections.abc import {', '.join(abstract)}")
    if re.search(r"\bpartial\(", body):
        standard.append("from functools import partial")
    typing = [word for word in ("Any", "NamedTuple") if re.search(rf"\b{word}\b", body)]
    if typing:
        standard.append(f"from typing import {', '.join(typing)}")
    third = []
    if re.search(r"\btorch\.", body):
        third.append("import torch")
    if re.search(r"\bF\.", body):
        third.append("import torch.nn.functional as F")
    names = ["Tensor"] if re.search(r"\bTensor\b", body) else []
    third.append(f"from torch import {', '.join([*names, 'nn'])}")
    return [*standard, *([""] if standard else []), *third]


def _train_method(code: ir.Class | ir.Member) -> list[str]:
    """The lines of `train`, none where no batch norm rests."""
    if not code.resting:
        return []
    kinds = ", ".join(code.resting)
    kinds = f"({kinds})" if len(code.resting) > 1 else kinds
    return [
        f"    def train(self, mode: bool = True) -> {code.name}:",
        '        """Frozen batch norms stay in evaluation mode: their statistics do not move."""',
        "        super().train(mode)",
        "        for module in self.modules():",
        f"            norm = isinstance(module, {kinds}) and module.affine",
        "            if norm and not module.weight.requires_grad:",
        "                module.eval()",
        "        return self",
    ]
