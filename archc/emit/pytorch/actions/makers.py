"""Layers and blocks as values: what makes their modules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.arguments import widened
from archc.emit.pytorch.reading.classes import tried
from archc.emit.pytorch.reading.say import arguments_of, say
from archc.emit.pytorch.reading.sight import TooLong, Unsaid, constant, literal
from archc.graph.values import BlockValue, GroupValue, LayerValue
from archc.language import tree

PARTIAL = ir.Name("partial")
LONGEST = 1_000  # layers and blocks in one argument


def maker(writer: Writer, value: Any, expr: tree.Expr) -> ir.Expr:
    """`nn.ReLU`, `Bottleneck`, `partial(Bottleneck, groups=32)`."""
    if isinstance(value, LayerValue):
        return _layer(writer, value, expr)
    if isinstance(value, (BlockValue, GroupValue)):
        return _block(writer, value, expr)
    raise Unsaid(expr.span)


def _layer(writer: Writer, value: LayerValue, expr: tree.Expr) -> ir.Expr:
    rank = _rank(writer, value)
    kind = value.kind
    fixed = {*list(kind.arguments)[: len(value.positional)], *value.named}
    said = _said(writer, expr, kind.arguments)
    form = tried(value, rank)
    if form is None or not form.target or form.pads is not None or kind.bare:
        raise Unsaid(expr.span)
    target: ir.Expr = ir.Name(form.target)
    positional: list[ir.Expr] = []
    keywords: list[tuple[str, ir.Expr]] = []
    for part in form.parts:
        if part.source not in fixed or part.value == part.default:
            continue
        one = said.get(part.source, literal(part.value))
        if part.name is None and len(positional) == form.parts.index(part):
            positional.append(one)
        elif part.name is None:
            raise Unsaid(expr.span)
        else:
            keywords.append((part.name, one))
    if not positional and not keywords:
        return target
    return ir.Call(PARTIAL, (target, *positional), tuple(keywords))


def _said(writer: Writer, expr: tree.Expr, names: Iterable[str]) -> dict[str, ir.Expr]:
    """What `leaky_relu(slope)`, `Bottleneck(groups=g)` fix in the author's words."""
    given = arguments_of(expr, names).items() if isinstance(expr, tree.Call) else ()
    words = {name: say(value, writer) for name, value in given}
    return {name: one for name, one in words.items() if ir.names(one)}


def _rank(writer: Writer, value: LayerValue) -> int:
    """How many axes the maps have on which such a layer runs, wherever it is handed to."""
    here = max(len(writer.at.current.dims) - 1, 1)
    ranks = writer.classes.ranks(value)
    return here if here in ranks or not ranks else max(ranks)


def _block(writer: Writer, value: BlockValue | GroupValue, expr: tree.Expr) -> ir.Expr:
    if isinstance(value, GroupValue):
        raise Unsaid(expr.span)
    if _length(value, {}) > LONGEST:
        what = f"{LONGEST:,} layers and blocks in one argument"
        raise TooLong(expr.span, what, "call them in a block of their own: `block B { A; A }`")
    plans = writer.classes.able(value)
    if len(plans) > 1:
        kinds = [one for one in plans if _fits(writer, one)]
        plans = writer.classes.called(value) or kinds or plans
    if not plans:  # all that anybody asks is whether it is none
        writer.signature.uncalled.append(value)
        return ir.Name("nn.Identity")
    plan = writer.classes.complete(plans[0].instances[0])
    target: ir.Expr = ir.Name(plan.name)
    words = _said(writer, expr, [one.name.id for one in value.definition.parameters])
    named = []
    for name, worth in value.named.items():
        argument = plan.argument(name)
        if argument is None:
            continue  # none, where the class is never given any
        said = words.get(name) or constant(worth, writer, expr)
        named.append((argument.python, widened(said, argument)))
    if not named:
        return target
    return ir.Call(PARTIAL, (target,), tuple(named))


def _length(value: Any, known: dict[int, int]) -> int:
    """How many layers and blocks are named where a value is written out."""
    if isinstance(value, tuple) and not isinstance(value, (BlockValue, LayerValue)):
        return sum(_length(one, known) for one in value)
    if not isinstance(value, BlockValue):
        return 1
    if id(value) not in known:
        known[id(value)] = 1 + sum(_length(one, known) for one in value.named.values())
    return known[id(value)]


def _fits(writer: Writer, plan: Any) -> bool:
    entered = plan.instances[0].entered
    return entered is None or len(entered) == len(writer.at.current.dims)
