"""One layer of the text as a PyTorch constructor or expression, in the author's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from archc.emit.pytorch import python
from archc.emit.pytorch.expressions import NotSymbolic, Printer, constant
from archc.emit.pytorch.layout import Call, Doc
from archc.emit.pytorch.python import Py, tuple_literal
from archc.emit.pytorch.trace import Execution
from archc.graph.values import LayerValue
from archc.language import tree
from archc.layers.form import MISSING, Form, Part
from archc.layers.registry import KINDS

WORD = re.compile(r"[a-z_]+")


class Made(NamedTuple):
    """`module` constructs it, `expression` computes it from `{0}`, `{1}` …"""

    module: Call | None
    expression: str | None
    helper: str | None
    stateless: bool
    keyword: str
    parameter: Call | None = None  # a bare tensor instead of a module: `scale`


class Site(NamedTuple):
    """Where a layer stands: its text, its runs, and what reaches it."""

    action: tree.Apply
    value: LayerValue
    executions: Sequence[Execution]
    printer: Printer
    forward: Printer | None  # None where a module is wanted, not an expression
    channels: Callable[[], Py]
    features: Callable[[], Py]
    in_place: bool


def make(site: Site) -> Made:
    """The layer in Python. Raises `NotSymbolic`."""
    layers = [one.layer for one in site.executions]
    forms: list[Form] = []
    for one, layer in zip(site.executions, layers, strict=True):
        if layer is None:
            continue
        form = layer.torch_module(one.inputs)
        if form not in forms:
            forms.append(form)
    if (
        not forms
        or len({form.target for form in forms}) != 1
        or len({form.pads is None for form in forms}) != 1
    ):
        raise NotSymbolic(site.action.span.text)
    if len({any(part.name == "scale_factor" for part in form.parts) for form in forms}) != 1:
        raise NotSymbolic(site.action.span.text)
    form = forms[0]
    keyword = site.value.kind.keyword
    written = arguments(site)
    parts = [
        _part(index, part, forms, written, site)
        for index, part in (_merged(forms) if form.target and keyword != "scale" else ())
    ]
    given: list[Doc] = [text for text in parts if text is not None]
    if form.pads is not None:
        given += _pads(forms, written, site)
    if keyword == "scale":
        return _scale(site, forms)
    if site.in_place:
        given.append("inplace=True")
    target = form.target
    helper = None
    if form.pads is not None:
        target = "Padded" + target.removeprefix("nn.")
    if target and "." not in target:
        helper = target
    module = Call(f"{target}(", tuple(given)) if target else None
    expression = _expression(forms, site, written) if form.expression and site.forward else None
    stateless = all(
        not layer.weights(one.inputs)
        for one, layer in zip(site.executions, layers, strict=True)
        if layer is not None
    )
    return Made(module, expression, helper, stateless, keyword)


def arguments(site: Site) -> dict[str, tree.Expr]:
    """The author's expression for each argument that is written."""
    names = list(KINDS[site.value.kind.keyword].arguments)
    free = [name for name in names if name not in site.value.named][len(site.value.positional) :]
    result: dict[str, tree.Expr] = {}
    for argument in site.action.arguments:
        if argument.name is not None:
            result[argument.name] = argument.value
        elif free:
            result[free.pop(0)] = argument.value
    return result


def _merged(forms: list[Form]) -> list[tuple[int, Part]]:
    """Every part that some form has, in order: positional ones by place, others by name."""
    longest = max(forms, key=lambda form: len(form.parts))
    result = list(enumerate(longest.parts))
    known = {part.name for part in longest.parts}
    for form in forms:
        for index, part in enumerate(form.parts):
            if part.name not in known:
                known.add(part.name)
                result.append((index, part))
    return result


def _values(index: int, part: Part, forms: list[Form]) -> list[Any]:
    values = []
    for form in forms:
        if part.name is None:
            values.append(form.parts[index].value)
        else:
            found = [other.value for other in form.parts if other.name == part.name]
            values.append(found[0] if found else part.default)
    return values


def _part(
    index: int, part: Part, forms: list[Form], written: dict[str, tree.Expr], site: Site
) -> Doc | None:
    values = _values(index, part, forms)
    same = all(value == values[0] for value in values)
    expr = written.get(part.source)
    if part.source in ("in.channels", "in.features") and isinstance(values[0], int):
        if part.name is not None and same and values[0] == part.default:
            return None
        py = site.channels() if part.source == "in.channels" else site.features()
        return _named(part, py.text)
    if part.name == "padding" and _sided(expr):
        site.printer.guess()
        expr = None
    if expr is not None and not site.printer.concrete and not constant(expr):
        if all(isinstance(value, str) for value in values) and same:
            return _named(part, python.literal(values[0]))
        if site.value.kind.keyword == "pad":
            axes = site.printer.by_axis(expr)
            if axes is not None:
                sides = ", ".join(f"{one.text}, {one.text}" for one in reversed(axes))
                return _named(part, f"({sides})")
            if isinstance(expr, tree.List):
                return _named(part, f"({', '.join(_sides(expr, site))})")
        return _named(part, _symbolic(expr, values, site))
    if part.name == "stride" and expr is not None and _follows(written.get("kernel"), site):
        return _named(part, site.printer.py(expr).text)  # else it would be the kernel's
    if not same:
        return _named(part, _mixed(part, written, site))
    if values[0] == part.default and part.default is not MISSING:
        return None
    if expr is None and not _own_default(part, values[0], site):
        site.printer.guess()
    if expr is not None and isinstance(expr, tree.Number) and isinstance(values[0], float):
        return _named(
            part,
            site.printer._py(expr).text if not site.printer.concrete else python.literal(values[0]),
        )
    if part.source == "size * alpha":
        alpha = written.get("alpha")
        layer = site.executions[0].layer
        assert layer is not None
        if alpha is not None and constant(alpha) and not site.printer.concrete:
            text = site.printer._py(alpha).at(python.PRODUCT + 1)
        else:
            text = python.literal(layer.values["alpha"])
        return _named(part, f"{layer.values['size']} * {text}")
    text = tuple_literal(values[0])
    if len(text) > 60 and isinstance(values[0], tuple):
        rows = tuple(tuple_literal(row) for row in values[0])
        return Call(_named(part, "("), rows, ")", True)
    return _named(part, text)


def _follows(expr: tree.Expr | None, site: Site) -> bool:
    """Whether an argument is an expression in the code."""
    return expr is not None and not site.printer.concrete and not constant(expr)


def _sided(expr: tree.Expr | None) -> bool:
    """Whether a padding is written as begin and end of each axis."""
    return isinstance(expr, tree.List) and any(isinstance(one, tree.List) for one in expr.items)


def _own_default(part: Part, value: Any, site: Site) -> bool:
    """Whether a value that nobody wrote is always the same: not the stride of a pooling."""
    argument = site.value.kind.arguments.get(part.source)
    fixed = part.source in ("", "size * alpha")
    return fixed or (argument is not None and argument.default == value)


def _named(part: Part, text: str) -> str:
    return text if part.name is None else f"{part.name}={text}"


def _symbolic(expr: tree.Expr, values: list[Any], site: Site) -> str:
    whole = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    if isinstance(expr, tree.List):
        items = [site.printer.whole(item).text for item in expr.items]
        return f"({', '.join(items)})"
    return (site.printer.whole(expr) if whole else site.printer.py(expr)).text


def _mixed(part: Part, written: dict[str, tree.Expr], site: Site) -> str:
    """A value made from several arguments, or one that is the window's own: `stride` of a pool."""
    source = part.source
    if source == "stride" and "kernel" in written:
        return _symbolic(written["kernel"], [1], site)
    if source and "*" in source:
        layer = site.executions[0].layer
        assert layer is not None

        def replace(match: re.Match[str]) -> str:
            word = match.group()
            if word in written:
                return site.printer._py(written[word]).at(python.ATOM)
            return python.literal(layer.values[word])

        return WORD.sub(replace, source)
    raise NotSymbolic(site.action.span.text)


def _pads(forms: list[Form], written: dict[str, tree.Expr], site: Site) -> list[str]:
    expr = written.get("pad")
    same = all(form.pads == forms[0].pads for form in forms)
    if expr is not None and not site.printer.concrete and not constant(expr):
        return [f"pads=({', '.join(_sides(expr, site))})"]
    if not same:
        raise NotSymbolic(site.action.span.text)
    site.printer.guess()  # `same` hangs on kernel, stride and dilation
    return [f"pads={tuple_literal(forms[0].pads)}"]


def _sides(expr: tree.Expr, site: Site) -> list[str]:
    """Begin and end of each axis in the author's words, the last axis first."""
    if not isinstance(expr, tree.List):
        raise NotSymbolic(expr.span.text)
    sides: list[str] = []
    for item in expr.items:
        if isinstance(item, tree.List) and len(item.items) == 2:
            pair = [site.printer.whole(side).text for side in item.items]
        elif isinstance(item, tree.List):
            raise NotSymbolic(expr.span.text)
        else:
            pair = [site.printer.whole(item).text] * 2
        sides = [*pair, *sides]
    return sides


def _expression(forms: list[Form], site: Site, written: dict[str, tree.Expr]) -> str | None:
    """The layer as an expression, its arguments filled in; None where it has several."""
    expression = forms[0].expression
    if site.value.kind.keyword == "slice":
        return _slice(forms, site, written)
    if any(form.expression != expression for form in forms):
        return None
    for part in forms[0].parts:
        field = f"{{{part.name}}}"
        if part.name is None or field not in expression:
            continue
        values = [next(p.value for p in form.parts if p.name == part.name) for form in forms]
        expr = written.get(part.source)
        if expr is not None and not site.printer.concrete and not constant(expr):
            assert site.forward is not None
            text = _symbolic(expr, values, site._replace(printer=site.forward))
        elif any(value != values[0] for value in values):
            raise NotSymbolic(site.action.span.text)
        else:
            text = tuple_literal(values[0])
            if expr is None:
                site.printer.guess()
        expression = expression.replace(field, text)
    return expression


def _slice(forms: list[Form], site: Site, written: dict[str, tree.Expr]) -> str:
    """`x[:, :64]`, with spaces around the colon where ruff wants them."""
    bounds = []
    assert site.forward is not None
    for part in range(2):
        values = [form.parts[part].value for form in forms]
        expr = written.get("begin" if part == 0 else "end")
        if expr is not None and not site.printer.concrete and not constant(expr):
            bounds.append(site.forward.whole(expr).text)
        elif any(value != values[0] for value in values):
            raise NotSymbolic(site.action.span.text)
        else:
            bounds.append(str(values[0] or ""))
    simple = all(bound.isidentifier() or bound.isdigit() or not bound for bound in bounds)
    begin, end = bounds
    if simple:
        return f"{{0}}[:, {begin}:{end}]"
    return f"{{0}}[:, {begin + ' ' if begin else ''}:{' ' + end if end else ''}]"


def _scale(site: Site, forms: list[Form]) -> Made:
    """A bare parameter: its name in the state is the label itself."""
    ranks = {len(form.parts[0].value) for form in forms}
    inits = {form.parts[1].value for form in forms}
    if len(ranks) != 1 or len(inits) != 1:
        raise NotSymbolic(site.action.span.text)
    channels = site.channels().text
    shape = ", ".join([channels, *["1"] * (ranks.pop() - 1)])
    init = inits.pop()
    if init == 1:
        maker = f"torch.ones({shape})"
    else:
        whole = f"({shape})" if "," in shape else f"({shape},)"
        maker = f"torch.full({whole}, {float(init)!r})"
    return Made(None, "{0} * {self}", None, False, "scale", Call("nn.Parameter(", (maker,)))
