"""The author's expressions as Python, checked against what they were worth wherever they ran."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

from archc.emit.pytorch import python
from archc.emit.pytorch.python import Py, binary, literal, number
from archc.emit.pytorch.trace import Execution
from archc.graph.evaluate import Mistake, Silence
from archc.graph.values import BlockValue, GroupValue, LayerValue, Tensor
from archc.language import tree
from archc.shapes import Open, Size

PYTHON_NUMBER = re.compile(r"\d+(_\d+)*|\d+\.\d+([eE][+-]?\d+)?|\d+[eE]-\d+")


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}

ROUNDING: dict[str, Callable[[Any], int]] = {
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
}


class NotSymbolic(Exception):
    """What cannot be said in the author's words for all calls; the code says it in numbers."""


Lookup = Callable[[tree.Name], Py | None]
Dimension = Callable[[tree.Attribute], Py | None]


class Printer:
    """Prints expressions; `lookup` gives names their Python form, `dimension` sizes of tensors."""

    def __init__(
        self,
        lookup: Lookup,
        dimension: Dimension,
        executions: Sequence[Execution],
        concrete: bool,
        uses: Callable[[str], None],
        guess: Callable[[], None],
        axes: Callable[[tree.Name], int],
    ) -> None:
        self.lookup = lookup
        self.dimension = dimension
        self.executions = executions
        self.concrete = concrete
        self.uses = uses
        self.axes = axes  # how many axes a name has that is a size
        self.dividing = False  # whether `/` may give a fraction: what is around rounds it
        self.guess = guess  # told of a number that no expression of the author's gives

    def values(self, expr: tree.Expr) -> list[Any]:
        """What an expression was worth, wherever it ran."""
        found = []
        for one in self.executions:
            try:
                found.append(one.evaluate(expr))
            except (Mistake, Silence):
                continue
        return found

    def number(self, expr: tree.Expr) -> Py:
        """The one number it always was."""
        if not constant(expr):
            self.guess()
        values = self.values(expr)
        if not values or any(value != values[0] for value in values):
            raise NotSymbolic(expr.span.text)
        value = values[0]
        if isinstance(value, Open):
            raise NotSymbolic(expr.span.text)
        if not sayable(value):
            raise NotSymbolic(expr.span.text)
        if isinstance(value, int) and not isinstance(value, bool):
            return number(value)
        return Py(literal(collapse(value)))

    def py(self, expr: tree.Expr) -> Py:
        """The expression in Python."""
        if self.concrete:
            one = self.number(expr)
            return one._replace(value=None)
        return self._py(expr)

    def whole(self, expr: tree.Expr) -> Py:
        """The expression where a whole number is needed."""
        result = self.py(expr)
        if not self.concrete and inexact(expr, self):
            return python.call("round", [result])
        return result

    def _py(self, expr: tree.Expr) -> Py:
        if isinstance(expr, tree.Number):
            text = expr.text
            if not isinstance(expr.value, int) and not PYTHON_NUMBER.fullmatch(text):
                text = literal(expr.value)
            elif isinstance(expr.value, int):
                text = text if re.fullmatch(r"[1-9]\d*(_\d+)*|0", text) else str(expr.value)
            return Py(text)
        if isinstance(expr, (tree.Text, tree.Constant)):
            return Py(literal(expr.value))
        if isinstance(expr, tree.Size):
            return self._size(expr)
        if isinstance(expr, tree.List):
            items = [self._py(item) for item in expr.items]
            text = ", ".join(item.text for item in items)
            return Py(f"[{text}]", names=_names(items))
        if isinstance(expr, tree.Name):
            found = self.lookup(expr)
            return self.number(expr) if found is None else found
        if isinstance(expr, tree.Attribute):
            found = self.dimension(expr)
            return self.number(expr) if found is None else found
        if isinstance(expr, tree.Index):
            return self._index(expr)
        if isinstance(expr, tree.Slice):
            base = self._py(expr.value)
            bounds = ["" if one is None else self._py(one).text for one in (expr.start, expr.stop)]
            return Py(f"{base.at(python.ATOM)}[{':'.join(bounds)}]", names=base.names)
        if isinstance(expr, tree.Call):
            return self._call(expr)
        if isinstance(expr, tree.Unary):
            value = self._py(expr.operand)
            if expr.operator == "not":
                return Py(f"not {value.at(python.NOT)}", python.NOT, names=value.names)
            return Py(f"-{value.at(python.SIGN)}", python.SIGN, names=value.names)
        if isinstance(expr, tree.Binary):
            return self._binary(expr)
        if isinstance(expr, tree.Comparison):
            return self._comparison(expr)
        if isinstance(expr, tree.Choice):
            condition = self._py(expr.condition)
            if condition.text in ("True", "False"):
                return self._py(expr.then if condition.text == "True" else expr.otherwise)
            parts = [self._py(expr.then), condition, self._py(expr.otherwise)]
            text = f"{parts[0].at(1)} if {parts[1].at(1)} else {parts[2].at(0)}"
            return Py(text, python.CHOICE, names=_names(parts))
        raise NotSymbolic(expr.span.text)

    def _size(self, expr: tree.Size) -> Py:
        axes = [
            Py(str(axis)) if isinstance(axis, int) else self._py(tree.Name(axis, expr.span))
            for axis in expr.axes
        ]
        if len({axis.text for axis in axes}) == 1:
            return axes[0]
        return Py(f"({', '.join(axis.text for axis in axes)})", names=_names(axes))

    def by_axis(self, expr: tree.Expr) -> list[Py] | None:
        """Arithmetic on a size, axis by axis; None where there is no size in it."""
        if isinstance(expr, tree.Name) and self.axes(expr):
            base = self._py(expr)
            return [
                Py(f"{base.text}[{place}]", names=base.names) for place in range(self.axes(expr))
            ]
        if not isinstance(expr, tree.Binary):
            return None
        left, right = self.by_axis(expr.left), self.by_axis(expr.right)
        count = len(left or right or ())
        if not count:
            return None
        lefts = left or [self._py(expr.left)] * count
        rights = right or [self._py(expr.right)] * count
        return [binary(expr.operator, a, b) for a, b in zip(lefts, rights, strict=True)]

    def _index(self, expr: tree.Index) -> Py:
        shape, index = expr.value, expr.index
        first = isinstance(index, tree.Number) and index.value == 0
        if isinstance(shape, tree.Attribute) and shape.name == "shape" and first:
            return self._py(tree.Attribute(shape.value, "channels", expr.span))
        sized = isinstance(expr.value, tree.Name) and self.axes(expr.value)
        for value in () if sized else self.values(expr.value):
            if isinstance(value, Size) and len(set(value)) == 1:
                raise NotSymbolic(expr.span.text)
        base, place = self._py(expr.value), self._py(expr.index)
        return Py(f"{base.at(python.ATOM)}[{place.text}]", names=base.names | place.names)

    def _call(self, expr: tree.Call) -> Py:
        if not isinstance(expr.function, tree.Name):
            raise NotSymbolic(expr.span.text)
        function = expr.function.id
        if function in ("floor", "ceil", "round"):
            return self._rounded(function, expr)
        arguments = [self._py(one.value) for one in expr.arguments]
        if function == "divisible":
            self.uses("divisible")
        elif function not in ("min", "max", "abs", "sum", "len", "range"):
            raise NotSymbolic(expr.span.text)
        return python.call(function, arguments)

    def _rounded(self, function: str, expr: tree.Call) -> Py:
        """`floor`, `ceil` and `round`: with whole numbers where they divide, else as `math` has it.

        The language counts exactly and Python in floats, so every value it had is tried.
        """
        inner = expr.arguments[0].value
        exact = function != "round" and isinstance(inner, tree.Binary) and inner.operator == "/"
        if exact and isinstance(inner, tree.Binary) and self._whole_parts(inner):
            left, right = self._py(inner.left), self._py(inner.right)
            if function == "floor":
                return binary("//", left, right)
            upward = f"-(-{left.at(python.SIGN)} // {right.at(python.SIGN)})"
            return Py(upward, python.SIGN, None, left.names | right.names)
        word = function if function == "round" else f"math.{function}"
        called = ROUNDING[function]
        for one in self.executions:
            with suppress(Mistake, Silence):
                if called(_floating(inner, one)) != one.evaluate(expr):
                    raise NotSymbolic(expr.span.text)
        before, self.dividing = self.dividing, True
        try:
            return python.call(word, [self._py(inner)])
        finally:
            self.dividing = before

    def _whole_parts(self, expr: tree.Binary) -> bool:
        return not _fractions(expr.left, self) and not _fractions(expr.right, self)

    def _binary(self, expr: tree.Binary) -> Py:
        axes = self.by_axis(expr)
        if axes is not None:
            return Py(f"({', '.join(one.text for one in axes)})", names=_names(axes))
        for operand in (expr.left, expr.right):
            for value in self.values(operand):
                if isinstance(value, Size) and len(set(value)) > 1:
                    raise NotSymbolic(expr.span.text)
        sign = expr.operator
        if any(_listed(value) for value in self.values(expr.left)):
            left, right = self._py(expr.left), self._py(expr.right)
            if sign == "+":  # a tuple, if it is a default, adds to no list
                items = ", ".join(filter(None, (_spread(left.text), _spread(right.text))))
                return Py(f"[{items}]", names=left.names | right.names)
            return Py(f"[*{left.text}] * {right.at(python.SIGN)}", python.PRODUCT)
        if sign == "/":
            values = self.values(expr)
            if (
                values
                and not self.dividing
                and all(_integral(value) for value in values)
                and not inexact(expr.left, self)
            ):
                sign = "//"
        if sign in ("//", "%") and _fractions(expr, self):
            return self.number(expr)
        return binary(sign, self._py(expr.left), self._py(expr.right))

    def _comparison(self, expr: tree.Comparison) -> Py:
        if any(_listed(value) for one in expr.operands for value in self.values(one)):
            raise NotSymbolic(expr.span.text)  # a list equals no tuple
        if any(self.by_axis(one) is not None for one in expr.operands):
            raise NotSymbolic(expr.span.text)
        operands = [self._py(one) for one in expr.operands]
        if all(one.value is not None for one in operands):
            return self.number(expr)
        parts = [operands[0].at(python.SUM)]
        for sign, operand in zip(expr.operators, operands[1:], strict=True):
            word = sign
            if (operand.text == "None" and sign in ("==", "!=")) or operand.text in (
                "True",
                "False",
            ):
                word = "is" if sign == "==" else "is not"
            parts += [word, operand.at(python.SUM)]
        return Py(" ".join(parts), python.COMPARE, names=_names(operands))


def _names(parts: list[Py]) -> frozenset[str]:
    return frozenset().union(*(part.names for part in parts)) if parts else frozenset()


def _floating(expr: tree.Expr, run: Execution) -> Any:
    """What Python makes of an expression, whose fractions are floats there."""
    if isinstance(expr, tree.Binary) and expr.operator in ARITHMETIC:
        left, right = _floating(expr.left, run), _floating(expr.right, run)
        return ARITHMETIC[expr.operator](left, right)
    value = run.evaluate(expr)
    return float(value) if isinstance(value, Fraction) and value.denominator > 1 else value


def sayable(value: Any) -> bool:
    """Whether a value is made of numbers, text and the like, and nothing else."""
    if isinstance(value, (Tensor, BlockValue, LayerValue, GroupValue, Open)):
        return False
    return not isinstance(value, tuple) or all(sayable(item) for item in value)


def _spread(text: str) -> str:
    """The items of a list inside another."""
    inner = text[1:-1]
    return inner if text[:1] == "[" and text[-1:] == "]" and "]" not in inner else f"*{text}"


def _listed(value: object) -> bool:
    return type(value) is tuple


def _integral(value: object) -> bool:
    return not isinstance(value, Fraction) or value.denominator == 1


def _fractions(expr: tree.Expr, printer: Printer) -> bool:
    """Whether something inside an expression was not whole: floats would round it."""
    if isinstance(expr, tree.Number):
        return not isinstance(expr.value, int)
    if isinstance(expr, (tree.Name, tree.Attribute, tree.Index)):
        return not all(_integral(value) for value in printer.values(expr))
    if isinstance(expr, tree.Binary):
        if not all(_integral(value) for value in printer.values(expr)):
            return True
        return _fractions(expr.left, printer) or _fractions(expr.right, printer)
    if isinstance(expr, tree.Call):
        return any(_fractions(one.value, printer) for one in expr.arguments)
    if isinstance(expr, tree.Choice):
        return _fractions(expr.then, printer) or _fractions(expr.otherwise, printer)
    if isinstance(expr, tree.Unary):
        return _fractions(expr.operand, printer)
    return False


def inexact(expr: tree.Expr, printer: Printer) -> bool:
    """Whether Python would give a float where the language has a whole number."""
    if isinstance(expr, tree.Call):
        return False
    return _fractions(expr, printer)


def collapse(value: Any) -> Any:
    """`7x7` as 7, as PyTorch's layers take it."""
    if isinstance(value, Size):
        return value[0] if len(set(value)) == 1 else value
    return value


def constant(expr: tree.Expr) -> bool:
    """Whether an expression has no names in it."""
    if isinstance(expr, (tree.Number, tree.Text, tree.Constant)):
        return True
    if isinstance(expr, tree.Size):
        return all(isinstance(axis, int) for axis in expr.axes)
    if isinstance(expr, tree.List):
        return all(constant(item) for item in expr.items)
    if isinstance(expr, tree.Unary):
        return constant(expr.operand)
    if isinstance(expr, tree.Binary):
        return constant(expr.left) and constant(expr.right)
    if isinstance(expr, tree.Call):
        return (
            isinstance(expr.function, tree.Name)
            and expr.function.id[0].islower()
            and all(constant(one.value) for one in expr.arguments)
        )
    return False
