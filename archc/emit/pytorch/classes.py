"""Which classes a module has: one for each definition, more only where its calls differ in kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from archc.emit.pytorch import ir
from archc.emit.pytorch.names import IMPORTED, Taken, identifier, snake
from archc.emit.pytorch.say import literal
from archc.emit.pytorch.watch import Instance, Note, Watcher
from archc.graph.values import UNKNOWN, BlockValue, GroupValue, LayerValue, Tensor
from archc.hints import Any
from archc.language import tree
from archc.language.source import Span
from archc.named import NamedTuple
from archc.shapes import Size

AXIS_NAMES = {
    1: ("in_width",),
    2: ("in_height", "in_width"),
    3: ("in_depth", "in_height", "in_width"),
}


class Unroll(Exception):
    """A number differs from round to round, or from call to call, beyond what the text says."""


class Argument:
    """A parameter of a block as an argument of its class."""

    __slots__ = (
        "axes",
        "default",
        "fractional",
        "kind",
        "late",
        "name",
        "python",
        "type",
        "values",
    )

    def __init__(self, parameter: tree.Parameter, python: str, values: Sequence[Any]) -> None:
        self.name = parameter.name.id
        self.python = python
        self.values = [value for value in values if value is not UNKNOWN]
        self.kind = _kind(self.values, self.name)
        if self.kind == "tensor":
            self.python += "_channels"
            self.values = [0]
        self.axes = _axes(self.values)
        self.fractional = any(map(_fractional, self.values)) or _written_float(parameter.default)
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
        found = type_of(
            [*self.values, 0.5] if self.fractional and not self._lists() else self.values
        )
        return found

    def _lists(self) -> bool:
        return any(isinstance(value, tuple) for value in self.values)

    def _take(self, default: tree.Expr) -> None:
        constant = constant_of(default)
        if constant is UNKNOWN:
            self.late = default
        else:
            self.give(constant)

    def give(self, constant: Any) -> None:
        """Makes a value the default."""
        self.late = None
        if self.axes and isinstance(constant, (int, Size)):
            row = constant if isinstance(constant, Size) else [constant] * self.axes
            self.default = ir.Row(tuple(ir.Const(one) for one in row), True)
            return
        self.default = literal(constant)
        if self.fractional and isinstance(constant, int) and not isinstance(constant, bool):
            self.default = ir.Const(float(constant))
        if isinstance(self.default, ir.Row) and not self.default.tuple:
            self.default = ir.Row(self.default.items, True)
        if constant is None and "None" not in self.type and self.type != "Any":
            self.type += " | None"


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


def _axes(values: Iterable[Any]) -> int:
    """How many axes a size has that ever differ; 0 where one number says it."""
    sizes = [value for value in values if isinstance(value, Size) and len(set(value)) > 1]
    whole = all(isinstance(value, (int, Size)) and value is not True for value in values)
    return len(sizes[0]) if sizes and whole and len({len(one) for one in sizes}) == 1 else 0


def _fractional(value: Any) -> bool:
    if isinstance(value, tuple) and not isinstance(value, Size):
        return any(map(_fractional, value))
    return isinstance(value, (float, Fraction)) and value != int(value)


def _written_float(expr: tree.Expr | None) -> bool:
    return expr is not None and any(
        isinstance(one, tree.Number) and ("." in one.text or isinstance(one.value, Fraction))
        for one in tree.within(expr)
        if not isinstance(expr, (tree.Binary, tree.Call))
    )


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


def _type(value: Any) -> str:
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
    if isinstance(value, tuple):
        inner = {_item(item) for item in value}
        if inner == {"int", "float"}:
            inner = {"float"}
        return f"Sequence[{inner.pop()}]" if len(inner) == 1 else "Sequence[Any]"
    return "Any"


def _item(value: Any) -> str:
    if isinstance(value, (LayerValue, BlockValue, GroupValue)):
        return _type(value)
    if isinstance(value, tuple) and not isinstance(value, Size):
        return f"tuple[{', '.join(_item(item) for item in value)}]" if value else "tuple[()]"
    return _type(value)


class Hole:
    """A number that the text leaves to the network around: an argument more of the class."""

    __slots__ = ("name", "values")

    def __init__(self, name: str, values: dict[int, Any]) -> None:
        self.name = name
        self.values = values  # by the identity of the instance's scope


class Lost(NamedTuple):
    """Where an argument is lost, and what the author can do to keep it."""

    span: Span
    keep: str = ""


class Plan:
    """A class to be: the calls it stands for, its arguments, and what callers need to know of it.

    `out` are the axes of what it gives, said over its arguments; `lost` are the arguments that some
    number in it hangs on without following them.
    """

    __slots__ = (
        "arguments",
        "body",
        "code",
        "definition",
        "holes",
        "instances",
        "key",
        "lost",
        "name",
        "out",
        "parts",
        "passed",
    )

    def __init__(self, name: str, instances: list[Instance]) -> None:
        first = instances[0]
        self.name = name
        self.instances = instances
        self.definition = first.definition
        self.body = first.body
        self.key = first.key
        self.arguments: list[Argument] = []
        self.holes: list[Hole] = []
        self.lost: dict[str, Lost] = {}
        self.out: tuple[Any, ...] | None = None
        self.code: ir.Class | None = None
        self.parts: list[Plan] = []  # where one class is not enough
        self.passed = False  # handed on as a value: all its arguments stay
        if not first.key[1]:
            python = python_names(first.definition.parameters)
            for parameter in first.definition.parameters:
                word = parameter.name.id
                values = [one.place.values[word] for one in instances if word in one.place.values]
                values = values or [UNKNOWN]
                self.arguments.append(Argument(parameter, python[word], values))

    @property
    def network(self) -> bool:
        """Whether it knows its own input."""
        return not self.key[1] and any(isinstance(one, tree.Input) for one in self.body)

    @property
    def real(self) -> list[Instance]:
        """The calls that ran; where none did, those that were only imagined."""
        return [one for one in self.instances if not one.phantom] or self.instances

    def argument(self, name: str) -> Argument | None:
        return next((one for one in self.arguments if one.name == name), None)


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


class Classes:
    """The classes of a module, made as they are asked for; callees come before their callers."""

    __slots__ = ("busy", "helpers", "order", "plans", "special", "taken", "watchers", "write")

    def __init__(
        self,
        watchers: Sequence[Watcher],
        taken: Iterable[str],
        write: Callable[[Plan, Classes], None],
    ) -> None:
        self.watchers = watchers
        self.write = write
        self.taken = Taken(taken)
        self.plans: dict[Any, Plan] = {}
        self.order: list[Plan] = []
        self.helpers: set[str] = set()
        self.busy: set[Plan] = set()
        self.special: dict[int, Plan] = {}  # calls whose class was divided
        every = [one for watcher in watchers for one in watcher.instances]
        groups: dict[Any, list[Instance]] = {}
        for one in sorted(every, key=lambda one: "none" in variant(one)[2]):
            groups.setdefault(self._fitting(variant(one), groups), []).append(one)
        for key, instances in groups.items():
            self.plans[key] = Plan(self._name(instances[0]), instances)

    @staticmethod
    def _fitting(key: Any, known: Iterable[Any]) -> Any:
        """The variant that a call belongs to: none fits where others have a layer or a block."""
        for other in known:
            if key[:2] != other[:2] or len(key[2]) != len(other[2]):
                continue
            if all(one in (two, "none") for one, two in zip(key[2], other[2], strict=True)):
                return other
        return key

    def _name(self, one: Instance) -> str:
        word = one.definition.name.id
        if one.key[1]:
            word += "".join(part[:1].upper() + part[1:] for part in one.key[1])
        word = identifier(word, "Block")
        return self.taken.new(word, word + "Block")

    def plan(self, one: Instance) -> Plan:
        """The class of a call."""
        if id(one.scope) in self.special:
            plan = self.special[id(one.scope)]
            while id(one.scope) in self.special and plan.parts:
                plan = next(part for part in plan.parts if one in part.instances)
            return plan
        key = self._fitting(variant(one), self.plans)
        if key not in self.plans:
            self.plans[key] = Plan(self._name(one), [one])
        return self.plans[key]

    def written(self, plan: Plan) -> Plan:
        """The same class, its code written; raises `Unroll` where its calls want several."""
        if plan.parts:
            raise Unroll
        if plan in self.busy:  # it is handed a block that calls it with another one
            self._split(plan)
            raise Unroll
        if plan.code is None:
            self.busy.add(plan)
            try:
                self.write(plan, self)
            except Unroll:
                if not plan.parts and not self._split(plan):
                    raise
                raise Unroll from None
            finally:
                self.busy.discard(plan)
            self.order.append(plan)
        return plan

    def complete(self, one: Instance) -> Plan:
        """The class of a call, written, whichever it comes to be."""
        while True:
            plan = self.plan(one)
            try:
                return self.written(plan)
            except Unroll:
                if not plan.parts:
                    raise

    def _split(self, plan: Plan) -> bool:
        """A class for each kind of call, at last for each call that is given other values."""
        for key in (_kinds_of, _layers_of, _values_of, id):
            groups: dict[Any, list[Instance]] = {}
            for one in plan.instances:
                groups.setdefault(key(one), []).append(one)
            if len(groups) > 1:
                for instances in groups.values():
                    part = Plan(
                        plan.name if not plan.parts else self._name(instances[0]), instances
                    )
                    plan.parts.append(part)
                    self.special.update((id(one.scope), part) for one in instances)
                return True
        return False

    def of(self, definition: tree.Block | tree.Network) -> list[Plan]:
        """The classes made from a definition."""
        every = [*self.plans.values(), *self.special.values()]
        return [
            one
            for one in dict.fromkeys(every)
            if one.definition is definition and not one.key[1] and not one.parts
        ]

    def notes(self, action: tree.Action) -> list[Note]:
        """Every run of an action, in every network."""
        found: list[Note] = []
        for watcher in self.watchers:
            found += watcher.notes.get(id(action), ())
        return found


def variant(one: Instance) -> Any:
    """What calls must have in common to share a class: axes, and the kinds of their values."""
    kinds = []
    values = one.place.values
    if one.key[1]:  # a group of a network knows its values as numbers
        return one.key, _rank(one), tuple(map(repr, one.place.flat().values.values()))
    if any(isinstance(each, tree.Output) for each in one.body) and one.caller is None:
        kinds.append("root")
    for parameter in one.definition.parameters:
        value = values.get(parameter.name.id)
        if isinstance(value, Tensor):
            kinds.append("tensor")
        elif isinstance(value, LayerValue):
            kinds.append("made for channels" if for_channels(value) else "layer")
        elif isinstance(value, (BlockValue, GroupValue)):
            kinds.append("block")
        else:
            kinds.append("none" if value is None else "value")
    return one.key, _rank(one), tuple(kinds)


def _rank(one: Instance) -> int:
    return -1 if one.entered is None else len(one.entered)


def _kinds_of(one: Instance) -> Any:
    return tuple(type(value).__name__ for value in one.place.values.values())


def _layers_of(one: Instance) -> Any:
    layers = [each for each in one.place.values.values() if isinstance(each, LayerValue)]
    return tuple(each.kind.keyword for each in layers)


def _values_of(one: Instance) -> Any:
    values = one.place.values
    return repr([values.get(each.name.id) for each in one.definition.parameters]), one.entered


def for_channels(value: LayerValue) -> bool:
    """Whether the module of a layer is made for a number of channels."""
    return any(part == "in.channels" for part in sources(value))


def sources(value: LayerValue) -> list[str]:
    """Where the arguments of a layer's module come from, tried on a small map."""
    from archc.layers.arguments import ArgumentError
    from archc.layers.base import LayerError
    from archc.layers.registry import bind

    named = dict(value.named)
    for name, argument in value.kind.arguments.items():
        if argument.required and name not in named and not value.positional:
            named[name] = 1
    try:
        layer = bind(value.kind.keyword, value.positional, named, 2)
        return [part.source for part in layer.torch_module([(8, 8, 8)]).parts]
    except (ArgumentError, LayerError):
        return ["in.channels"]
