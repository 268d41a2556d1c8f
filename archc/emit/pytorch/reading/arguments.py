"""The parameters of a block as the arguments of its class: names, types and defaults in Python."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from itertools import chain
from typing import Any

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.names import IMPORTED, Taken, identifier, snake
from archc.emit.pytorch.reading.runs import Instance
from archc.emit.pytorch.reading.say import arguments_of
from archc.emit.pytorch.reading.sight import NO_FLOATS, Floats, floats_held, literal, unchanging
from archc.graph.values import UNKNOWN, BlockValue, GroupValue, LayerValue, Tensor
from archc.language import tree
from archc.layers.registry import KINDS
from archc.shapes import Size


class Argument:
    """A parameter of a block as an argument of its class."""

    def __init__(
        self,
        parameter: tree.Parameter,
        python: str,
        values: Sequence[Any],
        listed: bool = False,
        floats: Floats = NO_FLOATS,
    ) -> None:
        self.name = parameter.name.id
        self.python = python
        self.values = [value for value in values if value is not UNKNOWN]
        self.kind = _kind(self.values, self.name)
        if self.kind == "tensor":
            self.python += "_channels"
            self.values = [0]
        self.axes = _axes(self.values, listed)
        self.floats = reduce(Floats.joined, map(floats_held, self.values), floats)
        self.default: ir.Expr | None = None
        self.late: tree.Expr | None = None  # a default that is worked out in the constructor
        self.type = "Callable[..., nn.Module]" if self.kind == "maker" else self._type()
        if self.kind == "maker" and any(value is None for value in self.values):
            self.type += " | None"
        if parameter.default is not None:
            self._take(parameter.default)

    def _type(self) -> str:
        if self.axes:
            return f"tuple[{', '.join(['int'] * self.axes)}]"
        return type_of(map(self.as_meant, self.values))

    def as_meant(self, value: Any) -> Any:
        """A value with a float wherever another call may have one."""
        if self.floats.anywhere:
            return _as_floats(value)
        if type(value) is not tuple or not self.floats:
            return value
        return tuple([self._row_as_meant(row) for row in value])

    def _row_as_meant(self, row: Any) -> Any:
        if type(row) is not tuple:
            return row
        columns = self.floats.columns
        return tuple([_as_floats(one) if i in columns else one for i, one in enumerate(row)])

    def _take(self, default: tree.Expr) -> None:
        constant = constant_of(default)
        if constant is UNKNOWN:
            self.late = default
        else:
            self.give(constant)

    def give(self, constant: Any) -> None:
        """Makes a value the default."""
        self.late = None
        self.default = unchanging(widened(literal(self.as_meant(constant)), self))
        if constant is None and "None" not in self.type and self.type != "Any":
            self.type += " | None"


def widened(said: ir.Expr, argument: Argument) -> ir.Expr:
    """A number where the class takes one an axis."""
    if argument.axes and isinstance(said, ir.Const):
        return ir.Row((said,) * argument.axes, True)
    return said


def _as_floats(value: Any) -> Any:
    """A number, or a list of numbers alone, as floats, for another may be one."""
    if isinstance(value, tuple) and not isinstance(value, Size):
        items = [_as_floats(one) for one in value]
        return tuple(items) if all(isinstance(one, float) for one in items) else value
    whole = isinstance(value, (int, Fraction)) and not isinstance(value, bool)
    return float(value) if whole else value


def constant_of(expr: tree.Expr) -> Any:
    """The worth of an expression of plain numbers and texts; UNKNOWN for any other."""
    if isinstance(expr, (tree.Number, tree.Text, tree.Constant)):
        return expr.value
    if isinstance(expr, tree.Size) and all(isinstance(axis, int) for axis in expr.axes):
        return Size(axis for axis in expr.axes if isinstance(axis, int))
    if isinstance(expr, tree.Unary) and expr.operator == "-":
        value = constant_of(expr.operand)
        return -value if isinstance(value, (int, Fraction)) else UNKNOWN
    if isinstance(expr, tree.List):
        items = tuple([constant_of(item) for item in expr.items])
        return UNKNOWN if any(item is UNKNOWN for item in items) else items
    return UNKNOWN


def _kind(values: Iterable[Any], name: str) -> str:
    for value in values:
        if isinstance(value, Tensor):
            return "tensor"
        if isinstance(value, (LayerValue, BlockValue, GroupValue)):
            return "maker"
    return "maker" if name[0].isupper() else "value"


def _axes(values: Iterable[Any], listed: bool) -> int:
    """How many axes a size has that ever differ, or is a list once; 0 where one number says it.

    One that the text takes apart, as it does a list, has all its axes.
    """
    rows = [value for value in values if type(value) in (tuple, Size)]
    differ = [one for one in rows if listed or type(one) is tuple or len(set(one)) > 1]
    sizes = any(isinstance(one, Size) for one in rows)
    numbers = [value for value in values if type(value) not in (tuple, Size)]
    whole = all(isinstance(one, int) and one is not True for one in (*numbers, *chain(*rows)))
    return len(differ[0]) if differ and sizes and whole and len({*map(len, differ)}) == 1 else 0


def type_of(values: Iterable[Any]) -> str:
    """The type of a plain parameter, from what it was given."""
    found: list[str] = []
    for value in values:
        one = _type(value)
        if one not in found:
            found.append(one)
    if "float" in found and "int" in found:
        found.remove("int")
    if "Any" in found:
        return "Any"
    if "None" in found:
        found.remove("None")
        found.append("None")
    rows = [one for one in found if one.startswith("Sequence")]
    if len(rows) > 1:
        found = [one for one in found if one not in rows]
        found.insert(0, "Sequence[Any]")
    return "Any" if found in ([], ["None"]) else " | ".join(found)


def _type(value: Any, inside: bool = False) -> str:
    """The type of a value; a list that is `inside` another one is a tuple."""
    if isinstance(value, (LayerValue, BlockValue, GroupValue)):
        return "Callable[..., nn.Module]"
    if value is None:
        return "None"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    if isinstance(value, (float, Fraction)):
        return "int" if isinstance(value, Fraction) and value.denominator == 1 else "float"
    if isinstance(value, str):
        return "str"
    if isinstance(value, Size):
        whole = len(set(value)) == 1
        return "int" if whole else f"tuple[{', '.join(['int'] * len(value))}]"
    if isinstance(value, tuple) and inside:
        return f"tuple[{', '.join(_type(item, True) for item in value) or '()'}]"
    if isinstance(value, tuple):
        inner = {_type(item, True) for item in value}
        if inner == {"int", "float"}:
            inner = {"float"}
        return f"Sequence[{inner.pop()}]" if len(inner) == 1 else "Sequence[Any]"
    return "Any"


def lists(one: Instance, known: dict[int, frozenset[str]]) -> frozenset[str]:
    """The names that a text takes apart as lists, or takes as shapes, itself or in what it calls.

    `known` holds those of definitions by their identity.
    """
    if id(one.body) in known:
        return known[id(one.body)]
    known[id(one.body)] = frozenset()  # a block may be handed to itself
    found: list[tree.Expr] = []
    for each in tree.within(one.body):
        match each:
            case tree.Index(value=value) | tree.Slice(value=value) | tree.For(iterable=value):
                found.append(value)
            case tree.Call(function=tree.Name(id="len" | "sum"), arguments=given):
                found += [argument.value for argument in given]
            case tree.Apply(callee=tree.Name(id=word)) if word in KINDS:
                kinds = KINDS[word].arguments
                words = arguments_of(each, kinds).items()
                found += [expr for name, expr in words if kinds[name].kind == "shape"]
            case tree.Apply():
                calls = (note.instance for note in one.watcher.notes.get(id(each), ()))
                for call in {id(call.body): call for call in calls if call is not None}.values():
                    words = arguments_of(each, call.free).items()
                    found += [expr for name, expr in words if name in lists(call, known)]
    known[id(one.body)] = frozenset(one.id for one in found if isinstance(one, tree.Name))
    return known[id(one.body)]


def python_names(parameters: Iterable[tree.Parameter]) -> dict[str, str]:
    """The arguments of a definition in Python; the same for every class made from it."""
    taken = Taken((*IMPORTED, "self", "in_channels", "x"))
    result = {}
    names = [one.name.id for one in parameters]
    for name in names:
        wanted = identifier(snake(name) if name[0].isupper() else name)
        if wanted != name and wanted in names:
            wanted += "_"
        result[name] = taken.new(wanted, wanted + "_")
    return result
