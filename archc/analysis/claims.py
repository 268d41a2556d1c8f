"""Expectations held against the figures: `expect params ~ 138M "source"`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from archc.analysis.facts import Facts, Field
from archc.analysis.totals import group_totals, members
from archc.diagnostics import Label
from archc.graph.elaborate import literal
from archc.graph.evaluate import Mistake, Silence, compare, evaluate, text_of
from archc.graph.graph import Claim, Graph
from archc.graph.report import Report, suggestion
from archc.graph.values import describe
from archc.language import tree
from archc.language.source import Span
from archc.shapes import Open, Size, differ

COUNTS = ("params", "buffers", "macs", "flops", "connections", "neurons", "depth", "activations")
MEMORY = ("weights", "activations", "peak", "saved_for_backward")
FIELD = ("size", "stride", "padding", "center")
OTHERS = ("shape", "receptive_field", "memory", "output", "training")


class Verdict(NamedTuple):
    """An expectation held against the network; `holds` is None where it cannot be told."""

    text: str
    holds: bool | None
    actual: object
    source: str | None
    span: Span


class PerAxis(tuple[Any, ...]):
    """A figure per axis; one number compared with it means every axis."""

    __slots__ = ()


class Whole:
    """`global`: a receptive field that is the whole input."""

    def __repr__(self) -> str:
        return "global"


GLOBAL = Whole()


class _Path(NamedTuple):
    """Something of the network by its path, "" the network; `output` the last value of it."""

    path: str
    training: bool = False


class _Field(NamedTuple):
    field: Field


class _Memory(NamedTuple):
    path: str


class _Quantities:
    """What the names of a claim are worth: figures, layers by path, then the names in sight."""

    def __init__(self, claim: Claim, graph: Graph, facts: Facts) -> None:
        self._place = claim.place
        self._graph = graph
        self._facts = facts
        scope = claim.place.names.scope
        self._here = scope.path
        while scope.kind not in ("block", "network") and scope.parent is not None:
            scope = scope.parent
        self._base = scope.path

    def lookup(self, name: tree.Name) -> Any:
        word = name.id
        if word == "global":
            return GLOBAL
        if word in COUNTS or word in OTHERS:
            found = self._path(word)
            if found is None or word in COUNTS:
                return self._figure(_Path(self._base), word, name)
        found = self._path(word)
        if found is not None:
            return found
        return self._place.lookup(name)

    def template(self, reference: tree.Template) -> Any:
        word = text_of(reference, self)
        found = self._path(word)
        if found is None:
            raise self._place.undefined(word, reference)
        return found

    def call(self, call: tree.Call, function: Any) -> Any:
        return self._place.call(call, function)

    def attribute(self, value: Any, name: str, expr: tree.Attribute) -> Any:
        if isinstance(value, _Path):
            inner = f"{value.path}.{name}" if value.path else name
            if not value.training and members(self._graph, inner) and value.path:
                return _Path(inner)
            return self._figure(value, name, expr)
        if isinstance(value, _Field) and name in FIELD:
            return PerAxis(getattr(value.field, name))
        if isinstance(value, _Memory) and name in MEMORY:
            return self._memory(value.path, name)
        if isinstance(value, (_Field, _Memory)):
            known = FIELD if isinstance(value, _Field) else MEMORY
            raise _unknown(name, known, expr)
        return self._place.attribute(value, name, expr)

    def _path(self, word: str) -> _Path | None:
        """A label, looked for here and outwards up to the block's border."""
        prefix = self._here
        while True:
            path = f"{prefix}.{word}" if prefix else word
            if path in self._graph.values or members(self._graph, path):
                return _Path(path)
            if prefix == self._base or not prefix:
                return None
            prefix = prefix.rpartition(".")[0]

    def _figure(self, value: _Path, name: str, at: tree.Expr) -> Any:
        path = value.path
        if name == "training" and not value.training:
            return _Path(path, True)
        if name == "output":
            return _Path(path)
        if name == "memory":
            return _Memory(path)
        if name == "shape":
            return Size(self._shape(path))
        if name == "receptive_field":
            return self._field(path)
        if name not in COUNTS:
            known = [*COUNTS, "shape", "receptive_field", "memory"]
            below = len(path) + 1 if path else 0
            known += [node.path[below:].split(".")[0] for node in members(self._graph, path)]
            raise _unknown(name, known, at)
        totals = group_totals(self._graph, self._facts, path, value.training)
        if name in ("macs", "flops", "connections"):
            return _known(totals.work and getattr(totals.work, name))
        if name == "neurons":
            return _known(totals.conv_linear_activations)
        return _known(getattr(totals, name))

    def _node(self, path: str) -> int:
        if path:
            found = self._graph.values.get(path)
            if found is None:
                found = members(self._graph, path)[-1].index
            return found
        if not self._graph.results:
            raise Silence
        return self._graph.results[0].node

    def _shape(self, path: str) -> tuple[Any, ...]:
        shape = self._graph.nodes[self._node(path)].shape
        if shape is None:
            raise Silence
        return shape

    def _field(self, path: str) -> Any:
        if not path:
            at = self._facts.field_at
            index = next((node.index for node in self._graph.nodes if node.path == at), None)
            if index is None:
                raise Silence
        else:
            index = self._node(path)
        field = self._facts.layers[index].field
        if field is None:
            raise Silence
        return GLOBAL if field.whole else _Field(field)

    def _memory(self, path: str, name: str) -> Any:
        if not path:
            return _known(getattr(self._facts.memory, name))
        layers = [self._facts.layers[node.index] for node in members(self._graph, path)]
        column = {
            "weights": "weight_bytes",
            "activations": "output_bytes",
            "saved_for_backward": "saved_bytes",
        }
        if name == "peak":
            return max(_known(layer.live_bytes) for layer in layers)
        return sum(_known(getattr(layer, column[name])) for layer in layers)


def _known(figure: Any) -> Any:
    if figure is None:
        raise Silence
    return figure


def _unknown(name: str, known: Any, at: tree.Expr) -> Mistake:
    close = suggestion(name, known)
    hint = f"did you mean `{close}`?" if close else f"there is {', '.join(dict.fromkeys(known))}"
    return Mistake("undefined-name", f"there is no figure or layer `{name}`", at.span, hint)


# ------------------------------------------------------------------------------------- verdicts


def hold(graph: Graph, facts: Facts, applicable: bool, report: Report) -> tuple[Verdict, ...]:
    """A verdict for every expectation; a broken one is reported at its own line."""
    return tuple([_verdict(claim, graph, facts, applicable, report) for claim in graph.claims])


def _verdict(claim: Claim, graph: Graph, facts: Facts, applicable: bool, report: Report) -> Verdict:
    expect = claim.expect
    text = " ".join(expect.claim.span.text.split())
    source = expect.source.value if expect.source is not None else None
    actual: Any = None
    holds: bool | None = None
    if applicable and graph.complete:
        try:
            holds, actual = _judge(expect.claim, _Quantities(claim, graph, facts))
        except Mistake as error:
            calls = claim.place.names.scope.frames()
            report.add(error.code, str(error), error.span, calls=calls, help=error.help)
        except Silence:
            pass
    verdict = Verdict(text, holds, actual, source, expect.span)
    if holds is False:
        _broken(claim, verdict, graph, facts, report)
    return verdict


def _judge(claim: tree.Expr, quantities: _Quantities) -> tuple[bool, Any]:
    """Whether a claim holds, and the figure it is about."""
    if not isinstance(claim, tree.Comparison):
        raise Mistake(
            "not-a-claim",
            "`expect` wants a comparison",
            claim.span,
            "for example `expect params == 60_000` or `expect macs ~ 4.09G`",
        )
    values = [_plain(evaluate(operand, quantities)) for operand in claim.operands]
    written = [literal(operand) for operand in claim.operands]
    actual = values[written.index(False)] if False in written else values[0]
    holds = True
    for place, operator in enumerate(claim.operators):
        left, right = claim.operands[place], claim.operands[place + 1]
        if operator == "~":
            holds = holds and _about(values[place], left, values[place + 1], right)
        else:
            holds = holds and _compare(operator, values[place], values[place + 1], claim.span)
    return holds, actual


def _plain(value: Any) -> Any:
    if isinstance(value, _Field):
        return PerAxis(value.field.size)
    if isinstance(value, (_Path, _Memory)):
        raise Silence
    return value


def _compare(operator: str, left: Any, right: Any, span: Span) -> bool:
    if left is GLOBAL or right is GLOBAL:
        return (left is right) == (operator != "!=")
    for one, other in ((left, right), (right, left)):
        if isinstance(one, PerAxis):
            axes = (
                other
                if isinstance(other, tuple) and not isinstance(other, Open)
                else (other,) * len(one)
            )
            if len(axes) != len(one):
                return operator == "!="
            pairs = [(a, b) if one is left else (b, a) for a, b in zip(one, axes, strict=True)]
            results = [compare(operator, a, b, span) for a, b in pairs]
            return any(results) if operator == "!=" else all(results)
    if operator in ("==", "!=") and isinstance(left, tuple) and isinstance(right, (tuple, int)):
        axes = right if isinstance(right, tuple) and not isinstance(right, Open) else (right,)
        if not isinstance(left, Open):
            same = len(left) == len(axes) and not any(
                differ(a, b) for a, b in zip(left, axes, strict=True)
            )
            return same == (operator == "==")
    return compare(operator, left, right, span)


def _about(left: Any, left_expr: tree.Expr, right: Any, right_expr: tree.Expr) -> bool:
    """`~`: equal to the digits written. `138M` stands for 137.5 to 138.5 million."""
    for value, written, expr in ((left, right, right_expr), (right, left, left_expr)):
        if not isinstance(expr, tree.Number):
            continue
        unit = last_digit(expr.text)
        axes = value if isinstance(value, PerAxis) else (value,)
        if any(isinstance(axis, (tuple, str)) or axis is GLOBAL for axis in axes):
            break
        return all(2 * abs(Fraction(axis) - Fraction(written)) <= unit for axis in axes)
    raise Mistake(
        "wrong-type",
        "`~` wants a figure on one side and a number written out on the other",
        right_expr.span,
        "for example `expect params ~ 138M`",
    )


def last_digit(text: str) -> Fraction:
    """The worth of one step in the last digit written: `4.09G` -> 10,000,000."""
    digits = text.replace("_", "")
    unit = Fraction(1)
    if digits[-1] in "KMGTP":
        unit = Fraction(1000) ** ("KMGTP".index(digits[-1]) + 1)
        digits = digits[:-1]
    mantissa, _, exponent = digits.lower().partition("e")
    if exponent:
        unit *= Fraction(10) ** int(exponent)
    return unit / Fraction(10) ** len(mantissa.partition(".")[2])


# ------------------------------------------------------------------------------------- messages


def show_figure(value: Any) -> str:
    """A figure as a reader wants it: `138,357,544`, `64x55x55`."""
    if isinstance(value, PerAxis):
        parts = [show_figure(axis) for axis in value]
        return parts[0] if len(set(parts)) == 1 else " x ".join(parts)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return repr(value) if value is GLOBAL else describe(value)


def _broken(claim: Claim, verdict: Verdict, graph: Graph, facts: Facts, report: Report) -> None:
    expect = claim.expect
    assert isinstance(expect.claim, tree.Comparison)
    operands = expect.claim.operands
    named = next((operand for operand in operands if not literal(operand)), operands[0])
    what = " ".join(named.span.text.split())
    message = f"{what} is {show_figure(verdict.actual)}; the file expects `{verdict.text}`"
    labels: tuple[Label, ...] = ()
    if expect.source is not None:
        labels = (Label(expect.source.span, "the claim's source"),)
    report.add(
        "broken-expectation",
        message,
        expect.claim.span,
        labels=labels,
        calls=claim.place.names.scope.frames(),
        help=_largest(what, graph, facts),
    )


def _largest(what: str, graph: Graph, facts: Facts) -> str | None:
    """The layers that contribute most to a total."""
    if what not in ("params", "macs", "flops", "connections"):
        return None
    figures: list[tuple[int, str]] = []
    for node, layer in zip(graph.nodes, facts.layers, strict=True):
        figure = layer.params if what == "params" else layer.work and getattr(layer.work, what)
        if figure and not node.training:
            figures.append((figure, node.path))
    figures.sort(key=lambda pair: -pair[0])
    if not figures:
        return None
    return "most of it: " + ", ".join(f"`{path}` {figure:,}" for figure, path in figures[:3])
