"""Values that are read again, and sizes that are asked of tensors, in the forward pass."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from archc.emit.pytorch.drafts.flow import Braces, Flow, Value
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.labels import word_in
from archc.emit.pytorch.reading.number import Said, said_of, unsaid
from archc.emit.pytorch.reading.say import by_axis, say, text, whole
from archc.emit.pytorch.reading.sight import Bound, Unsaid
from archc.graph.asked import word_of
from archc.graph.evaluate import AXES
from archc.graph.values import Tensor
from archc.language import tree

SAVED = ir.Name("saved")
CHANNELS = ir.Name("saved_channels")


def remember(
    writer: Writer,
    label: tree.Template,
    flow: Flow,
    inside: Braces[Value],
    again: Callable[[Writer, Flow], Flow] | None = None,
) -> Flow:
    """Keeps what a label names, if some text reads it; the flow goes on from there."""
    reads = writer.signature.reads
    word = label.plain
    value: ir.Expr | None = flow.value
    kept = flow.dims
    if reads.in_dictionary(label):
        name = text(label, writer)
        value = ir.Index(SAVED, writer.in_forward(name))
        writer.forward.append(ir.Assign(value, flow.value))
        channels = flow.dims[0]
        if isinstance(channels, int):
            said = channels.said if isinstance(channels, Said) else ir.Const(channels)
            if said is not None:
                writer.init.append(ir.Assign(ir.Index(CHANNELS, name), said))
        value = value if word is not None else None
    elif reads.reads(label) and word is not None:
        value = _variable(writer, word)
        if flow.value != value:
            writer.forward.append(ir.Assign(value, flow.value))
        flow = flow._replace(value=value)
        kept = writer.frozen(flow, word).dims
    else:
        value = None
    if value is None and word_of(label) in writer.signature.asked.labels:
        _keep_size(writer, label, flow)
    if word is not None:
        writer.labels[-1][word] = Value(value, kept, inside, again)
    return flow


def _keep_size(writer: Writer, label: tree.Template, flow: Flow) -> None:
    """Keeps the size of what a label names, in sight of these braces."""
    word = word_of(label)
    name = ir.Name(writer.local_of(label, f"{label.plain or word.partition('{')[0]}_size"))
    writer.forward.append(ir.Assign(name, spatial(flow.value)))
    writer.scopes[-1][f"{word}.size"] = Bound(name)


def spatial(value: ir.Expr) -> ir.Expr:
    """The size of a tensor, in the forward pass."""
    return ir.Cut(ir.Attr(value, "shape"), ir.Const(2), None)


def _variable(writer: Writer, word: str) -> ir.Expr:
    key = writer.labels[-1].same, word
    variables = writer.names.variables
    if key not in variables:  # the arms of an `if` share one
        variables[key] = ir.Name(writer.local(word))
    return variables[key]


def read_saved(writer: Writer, expr: tree.Expr) -> Value:
    """A value that is kept under a computed name."""
    name = text(expr, writer) if isinstance(expr, tree.Template) else ir.Const(word_in(expr))
    worth = writer.worth(expr)
    if name == ir.Const(None) or not isinstance(worth, Tensor) or worth.shape is None:
        raise Unsaid(expr.span)
    channels = worth.shape[0]
    if isinstance(channels, int):
        channels = Said(channels, ir.Index(CHANNELS, name))
    hangs = frozenset(one.python for one in writer.plan.arguments)
    dims = (channels, *(unsaid(axis, hangs) for axis in worth.shape[1:]))
    return Value(ir.Index(SAVED, writer.in_forward(name)), dims, Braces())


class Runtime:
    """What an expression can ask where the forward pass works it out."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    def bound(self, name: str) -> Bound | None:
        size = self.writer.signature.sizes.get(name)
        if size is not None:
            return Bound(size)
        bound = self.writer.bound(name)
        if bound is None or bound.said is None:
            return bound
        return bound._replace(said=self.writer.in_forward(bound.said))

    def worth(self, expr: tree.Expr) -> Any:
        return self.writer.worth(expr)

    def dimension(self, expr: tree.Attribute) -> Any:
        dims = self.writer.dims_of(expr.value)
        if expr.name == "channels":
            return self._channels(expr.value, dims[0])
        size = self._size(expr.value)
        if expr.name == "shape":
            every = (_item(size, place) for place in range(len(dims) - 1))
            return (self._channels(expr.value, dims[0]), *every)
        axes = AXES.get(len(dims) - 1, ())
        if expr.name not in axes:
            raise Unsaid(expr.span)
        return _item(size, axes.index(str(expr.name)))

    def _channels(self, expr: tree.Expr, known: Any) -> Any:
        try:
            asked: ir.Expr = ir.Attr(self.writer.tensor(expr).value, "shape")
        except Unsaid:  # it is not kept
            said = said_of(known)
            return known if said is None else Said(known, self.writer.in_forward(said))
        return Said(1, ir.Index(asked, ir.Const(1)))

    def _size(self, expr: tree.Expr) -> ir.Expr:
        """The size of a value that is in sight, or the variable that keeps it."""
        word = expr.id if isinstance(expr, tree.Name) else ""
        if isinstance(expr, tree.Template):
            word = word_of(expr)
        kept = self.writer.bound(f"{word}.size")
        if kept is not None and kept.said is not None:
            return kept.said
        if isinstance(expr, tree.Template) and not self.writer.signature.reads.reads(expr):
            raise Unsaid(expr.span)
        return spatial(self.writer.tensor(expr).value)

    def maker(self, value: Any, expr: tree.Expr) -> ir.Expr:
        return self.writer.maker(value, expr)


def _item(size: ir.Expr, place: int) -> Said:
    if isinstance(size, ir.Cut):
        return Said(1, ir.Index(size.value, ir.Const(2 + place)))
    return Said(1, ir.Index(size, ir.Const(place)))


def asked(writer: Writer, expr: tree.Expr, value: Any) -> ir.Expr:
    """What is made of sizes that are asked, in the forward pass: a size, or one number."""
    if isinstance(value, tuple):
        return _size_asked(writer, expr, len(value))
    said = say if isinstance(value, (float, Fraction)) else whole
    return said(expr, Runtime(writer))


def _size_asked(writer: Writer, expr: tree.Expr, axes: int) -> ir.Expr:
    """All of the axes of one value are its size."""
    items = tuple(by_axis(expr, axes, Runtime(writer)))
    whole = items[0].value if isinstance(items[0], ir.Index) else ir.SELF
    for size in (ir.Cut(whole, ir.Const(2), None), whole):
        if items == tuple([_item(size, place).said for place in range(axes)]):
            return size
    return ir.Row(items, True)
