"""Runs a module's tree without PyTorch: constructors on numbers, forward passes on graph nodes.

A tensor is the node of the graph that gives it. A call of a module has to be some node with these
inputs: the same module of PyTorch, with the same arguments, under the same path. So what comes out
at the end is what the graph says, or the first difference is told.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from archc.emit.pytorch import ir
from archc.emit.pytorch.order import by_module
from archc.graph.functions import divisible
from archc.graph.graph import Graph, Node, entering
from archc.language.source import Span
from archc.layers.form import MISSING, Form, scaled
from archc.shapes import Open


class Different(Exception):
    """The module and the graph differ; `span` is the place in the spec, where one is known."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.span = span


class Tensor(NamedTuple):
    """The value of a node of the graph."""

    node: int


class Sum:
    """Tensors that are being added or multiplied, one after the other; in the graph one merge."""

    __slots__ = ("items", "node", "operator")

    def __init__(self, operator: str, items: tuple[Tensor, ...]) -> None:
        self.operator = operator
        self.items = items
        self.node: int | None = None  # of the graph, once something reads the whole


class Maker(NamedTuple):
    """A class, or a class of PyTorch, perhaps with arguments fixed."""

    target: str
    arguments: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()


class Module:
    """A module: of PyTorch (`target` and arguments), a container, or an instance of a class."""

    def __init__(self, target: str, arguments: Sequence[Any], named: dict[str, Any]) -> None:
        self.target = target
        self.arguments = list(arguments)
        self.named = named
        self.children: dict[str, Any] = {}
        self.values: dict[str, Any] = {}
        self.code: ir.Class | None = None
        self.path = ""
        self.frozen = False
        self.resting: tuple[str, ...] = ()  # batch norms that stay in evaluation mode, if frozen

    def freeze(self, frozen: bool) -> None:
        """Says of itself and all that it holds whether it is frozen."""
        self.frozen = frozen
        for child in self.children.values():
            if isinstance(child, Module):
                child.freeze(frozen)

    def name_paths(self, path: str) -> None:
        self.path = path
        for name, child in self.children.items():
            if isinstance(child, Module) and not child.path:
                child.name_paths(f"{path}.{name}" if path else name)


METHODS = (
    "append",
    "add_module",
    "register_parameter",
    "children",
    "train",
    "get_submodule",
    ir.FREEZE,
)
CONTAINERS = ("nn.Sequential", "nn.ModuleList", "nn.ModuleDict", "nn.Module")


class Return(Exception):
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Machine:
    """Makes modules, and runs them on one graph."""

    def __init__(self, classes: dict[str, ir.Class | ir.Member], graph: Graph) -> None:
        self.classes = classes
        self.graph = graph
        self.root: dict[int, int] = {}
        self.free: dict[tuple[int, ...], list[Node]] = {}
        self.training = True
        self.steps = 0
        self._forms: dict[int, Form] = {}
        for node in graph.nodes:
            inputs = tuple(self.root.get(one, one) for one in node.inputs)
            if node.layer is not None and node.layer.passes:
                self.root[node.index] = inputs[0]
                continue
            operator = node.layer.operator if node.layer is not None else ""
            self.free.setdefault(tuple(sorted(inputs)) if operator else inputs, []).append(node)

    # ----------------------------------------------------------------------------------- running

    def check(self, name: str, arguments: dict[str, Any] | None = None) -> Module:
        """Makes the network and runs it; gives what was made, raises `Different`."""
        try:
            module = self.make(name, (), arguments or {})
            module.name_paths("")
            self._check_state(module)
            inputs = [one for one in self.graph.nodes if one.layer is None]
            for one in inputs:
                self.free[()].remove(one)
            given = [Tensor(one.index) for one in inputs]
            result = self.call(module, given)
        except Different:
            raise
        except RecursionError:
            raise
        except (
            TypeError,
            ValueError,
            KeyError,
            IndexError,
            AttributeError,
            ArithmeticError,
        ) as error:
            raise Different(
                f"the code of `{name}` fails: {type(error).__name__}: {error}"
            ) from error
        self._check_results(result)
        needed = self._needed()
        left = [one for nodes in self.free.values() for one in nodes if one.index in needed]
        if left:
            first = min(left, key=lambda one: one.index)
            raise Different(f"the code of `{name}` leaves out `{first.path}`", first.span)
        return module

    def _needed(self) -> set[int]:
        """The nodes that some result reads; what nobody reads may be left out."""
        waiting = [one.node for one in self.graph.results]
        found: set[int] = set()
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                waiting += self.graph.nodes[index].inputs
        return found

    def _check_results(self, result: Any) -> None:
        values = (
            result
            if isinstance(result, tuple) and not isinstance(result, (Tensor, Sum))
            else (result,)
        )
        given = [self._node(one) for one in values if one is not None]
        wanted = [self.root.get(one.node, one.node) for one in self.graph.results]
        if given != wanted:
            raise Different("the code returns other values than the graph")

    def _check_state(self, module: Module) -> None:
        """Modules with weights stand in the order in which the graph makes them."""
        made = list(_stateful(module, ""))
        wanted: list[str] = []
        for node in self.graph.nodes:
            if node.layer is None:
                continue
            shapes = entering(self.graph.nodes, node)
            if shapes is not None and node.layer.weights(shapes) and node.module not in wanted[-1:]:
                wanted.append(node.module)
        seen = by_module(dict.fromkeys(wanted))
        stateful = set(seen)
        made = by_module(one for one in made if one in stateful)
        if made != seen:
            for one, two in zip([*made, None], [*seen, None], strict=False):
                if one != two:
                    found = next((each for each in self.graph.nodes if each.module == two), None)
                    has, wants = one or "nothing", two or "nothing"
                    message = f"the code has `{has}` where the graph has `{wants}`"
                    raise Different(message, found.span if found else None)

    # ------------------------------------------------------------------------------------- modules

    def make(self, name: str, arguments: Sequence[Any], named: dict[str, Any]) -> Module:
        """An instance of a class."""
        code = self.classes[name]
        if isinstance(code, ir.Member):
            env = self._bind(name, code.parameters, arguments, named)
            call = code.call
            words = [self.value(one, env) for one in call.arguments]
            named = {key: self.value(one, env) for key, one in call.named}
            made = self.make(code.base, words, named)
            made.resting += code.resting
            self.run(code.rest, {**env, "self": made})
            return made
        module = Module(name, (), {})
        module.code = code
        module.resting = code.resting
        env = self._bind(name, code.parameters, arguments, named)
        env["self"] = module
        self.run(code.init, env)
        return module

    def _bind(
        self,
        name: str,
        parameters: tuple[ir.Parameter, ...],
        arguments: Sequence[Any],
        named: dict[str, Any],
    ) -> dict[str, Any]:
        env: dict[str, Any] = {}
        names = [one.name for one in parameters]
        if len(arguments) > len(names):
            raise Different(f"`{name}` is given too many arguments")
        env.update(zip(names, arguments, strict=False))
        for key, value in named.items():
            if key not in names or key in env:
                raise Different(f"`{name}` takes no `{key}`")
            env[key] = value
        for one in parameters:
            if one.name not in env:
                if one.default is None:
                    raise Different(f"`{name}` lacks its argument `{one.name}`")
                env[one.name] = self.value(one.default, {})
        return env

    def call(self, module: Any, inputs: Sequence[Any]) -> Any:
        """A module on tensors."""
        if module.code is not None and module.code.forward is not None:
            code = module.code
            if len(code.arguments) != len(inputs):
                raise Different(f"`{code.name}` is called with {len(inputs)} tensors")
            env = dict(zip(code.arguments, inputs, strict=True))
            env["self"] = module
            try:
                self.run(code.forward, env)
            except Return as result:
                return result.value
            raise Different(f"`{code.name}` returns nothing")
        if module.code is not None or module.target == "nn.Sequential":
            if len(inputs) != 1:
                raise Different(f"a `{module.target}` is called with {len(inputs)} tensors")
            value = inputs[0]
            for child in module.children.values():
                value = self.call(child, [value])
            return value
        if module.target in CONTAINERS:
            raise Different(f"a `{module.target}` is called")
        return self._layer(module, inputs)

    def _layer(self, module: Module, inputs: Sequence[Any]) -> Tensor:
        nodes = tuple(self._node(one) for one in inputs)
        if module.target == "nn.Identity":
            return Tensor(nodes[0])
        for node in self.free.get(nodes, ()):
            assert node.layer is not None
            form = self._form(node)
            if self._is(module, form) and (not node.layer.stateful or self._at(module, node)):
                return self._take(nodes, node)
        said = f"{module.target} at `{module.path}`"
        raise Different(f"the graph has no {said} here", self._near(nodes, module))

    def _at(self, module: Module, node: Node) -> bool:
        shapes = entering(self.graph.nodes, node)
        assert shapes is not None
        weights = node.layer.weights(shapes) if node.layer is not None else ()
        return not weights or module.path == node.module

    def _near(self, nodes: tuple[int, ...], module: Module) -> Span | None:
        found = [one for one in self.graph.nodes if one.module == module.path]
        found += self.free.get(nodes, [])
        return found[0].span if found else None

    def _take(self, inputs: tuple[int, ...], node: Node) -> Tensor:
        """A node is run once, but for those whose module is shared."""
        self.free[inputs].remove(node)
        return Tensor(node.index)

    def _form(self, node: Node) -> Form:
        found = self._forms.get(node.index)
        if found is None:
            shapes = entering(self.graph.nodes, node)
            assert node.layer is not None
            assert shapes is not None
            found = self._forms[node.index] = node.layer.torch_module(shapes)
        return found

    @staticmethod
    def _is(module: Module, form: Form) -> bool:
        """Whether a constructor's call makes the module of a form."""
        target = form.target
        named = dict(module.named)
        named.pop("inplace", None)
        if form.pads is not None:
            target = "Padded" + target.removeprefix("nn.")
            if tuple(named.pop("pads", ())) != form.pads:
                return False
        if target != module.target:
            return False
        by_position = [part for part in form.parts if part.name is None]
        if len(module.arguments) > len(form.parts):
            return False
        for place, part in enumerate(form.parts):
            if place < len(module.arguments):
                given = module.arguments[place]
            elif part.name is not None and part.name in named:
                given = named.pop(part.name)
            elif part.default is not MISSING and same(part.value, part.default):
                continue
            else:
                return False
            if not same(given, part.value):
                return False
        return not named and len(by_position) >= 0

    # ------------------------------------------------------------------------------- expressions

    def _node(self, value: Any) -> int:
        if isinstance(value, Sum):
            return self._merge(value).node
        if not isinstance(value, Tensor):
            raise Different(f"{type(value).__name__} where a tensor is wanted")
        return self.root.get(value.node, value.node)

    def _merge(self, value: Sum) -> Tensor:
        if value.node is not None:
            return Tensor(value.node)
        inputs = tuple(sorted(self._node(one) for one in value.items))
        for node in self.free.get(inputs, ()):
            if node.layer is not None and node.layer.operator == value.operator:
                value.node = node.index
                return self._take(inputs, node)
        raise Different(f"the graph has no `{value.operator}` of these branches")

    def operate(self, op: ir.Op, env: dict[str, Any]) -> Any:
        """A layer that is an expression."""
        inputs = [self.value(one, env) for one in op.inputs]
        values = {name: self.value(one, env) for name, one in op.values}
        if len(inputs) == 2 and isinstance(inputs[1], Module):
            return self._layer_scaled(op.template, inputs)
        found = _operator(op.template)
        if found:
            return self._sum(found, inputs)
        if len(inputs) == 1 and isinstance(inputs[0], list):
            if len(inputs[0]) == 1:
                return inputs[0][0]
            inputs = inputs[0]
            places = ", ".join(f"{{{i}}}" for i in range(len(inputs)))
            return self._expression(op.template.replace("{0}", f"[{places}]"), inputs, values)
        return self._expression(op.template, inputs, values)

    def _sum(self, operator: str, inputs: list[Any]) -> Sum:
        items: list[Tensor] = []
        for one in inputs:
            if isinstance(one, Sum) and one.operator == operator and one.node is None:
                known = tuple(sorted(self._node(each) for each in one.items))
                if not any(
                    node.layer is not None and node.layer.operator == operator
                    for node in self.free.get(known, ())
                ):
                    items += one.items
                    continue
            items.append(Tensor(self._node(one)))
        return Sum(operator, tuple(items))

    def _layer_scaled(self, template: str, inputs: list[Any]) -> Tensor:
        nodes = (self._node(inputs[0]),)
        module = inputs[1]
        for node in self.free.get(nodes, ()):
            form = self._form(node)
            at = form.target == "Scale" and node.module == module.path
            if at and scaled(form, len(node.shape or ()) - 1) == template:
                shape, init = self._form(node).parts[0].value, self._form(node).parts[1].value
                made = module.arguments[0]
                if same(made[1], tuple(shape)) and same(float(made[2]), float(init)):
                    return self._take(nodes, node)
        raise Different(f"the graph has no `scale` at `{module.path}`")

    def _expression(self, template: str, inputs: list[Any], values: dict[str, Any]) -> Tensor:
        nodes = tuple(self._node(one) for one in inputs)
        for node in self.free.get(nodes, ()):
            form = self._form(node)
            if form.expression != template:
                continue
            parts = {part.name: part.value for part in form.parts}
            if all(same(given, parts.get(name)) for name, given in values.items()):
                return self._take(nodes, node)
        raise Different(
            f"the graph has no `{template}` here", self._near(nodes, Module("", (), {}))
        )

    def value(self, expr: ir.Expr, env: dict[str, Any]) -> Any:
        """What an expression comes out as."""
        return _VALUE[type(expr)](self, expr, env)

    # -------------------------------------------------------------------------------- statements

    def run(self, body: ir.Body, env: dict[str, Any]) -> None:
        for one in body:
            self.steps += 1
            _RUN[type(one)](self, one, env)


def _stateful(module: Module, path: str) -> Any:
    for name, child in module.children.items():
        here = f"{path}.{name}" if path else name
        if isinstance(child, Module):
            yield here
            yield from _stateful(child, here)


def same(given: Any, wanted: Any) -> bool:
    """Whether PyTorch would take one for the other: a float is no count."""
    if isinstance(wanted, Open) or isinstance(given, Open):
        return bool(given == wanted)
    if isinstance(wanted, (tuple, list)) or isinstance(given, (tuple, list)):
        if isinstance(given, (tuple, list)) and not isinstance(wanted, (tuple, list)):
            return len(given) > 1 and all(same(one, wanted) for one in given)
        if not isinstance(given, (tuple, list)):
            return False
        return len(given) == len(wanted) and all(
            same(one, two) for one, two in zip(given, wanted, strict=True)
        )
    if isinstance(wanted, bool) or isinstance(given, bool):
        return given is wanted
    if isinstance(wanted, Fraction):
        wanted = float(wanted)
    if isinstance(wanted, int) and not isinstance(given, int):
        return False
    if isinstance(wanted, float) and isinstance(given, (int, float)):
        return math.isclose(given, wanted, rel_tol=1e-12)
    return bool(given == wanted)


def _operator(template: str) -> str:
    words = template.split()
    signs, fields = words[1::2], words[::2]
    plain = len(set(signs)) == 1 and signs[0] in ("+", "*", "-")
    return signs[0] if plain and all(word.startswith("{") for word in fields) else ""


# ------------------------------------------------------------------------------- kinds of records


def _name(machine: Machine, expr: ir.Name, env: dict[str, Any]) -> Any:
    if expr.id in env:
        return env[expr.id]
    if expr.id in machine.classes:
        return Maker(expr.id)
    if expr.id in _FUNCTIONS or expr.id in (
        "super",
        "getattr",
        "isinstance",
        "partial",
        "OrderedDict",
    ):
        return expr.id
    if expr.id in ("math", "torch", "nn", "itertools"):
        return expr.id
    if expr.id[0].isupper() or "." in expr.id:
        return Maker(expr.id)
    raise Different(f"the code reads `{expr.id}`, which is not set")


def _attr(machine: Machine, expr: ir.Attr, env: dict[str, Any]) -> Any:
    value = machine.value(expr.value, env)
    if isinstance(value, Module):
        if expr.name in value.values:
            return value.values[expr.name]
        if expr.name in value.children:
            return value.children[expr.name]
        if expr.name == "training":
            return machine.training
        if expr.name == "_modules":
            return value.children
        if expr.name == "_parameters":
            return {}  # here they are among the children
        if expr.name == "out_channels" and value.target.startswith("nn.Conv"):
            return [*value.arguments, None, None][1]
        if expr.name in METHODS:
            return value, expr.name
        raise Different(f"`{value.target}` has no `{expr.name}`")
    if isinstance(value, (Tensor, Sum)) and expr.name == "shape":
        shape = machine.graph.nodes[machine._node(value)].shape
        return (1, *(shape or ()))
    if isinstance(value, list) and expr.name == "append":
        return value, "append"
    if isinstance(value, str):
        return f"{value}.{expr.name}"
    raise Different(f"no `{expr.name}` in {type(value).__name__}")


def _call(machine: Machine, expr: ir.Call, env: dict[str, Any]) -> Any:
    if expr.function == ir.Attr(ir.Call(ir.Name("super")), "__init__"):
        given: list[Any] = []
        for one in expr.arguments:
            value = machine.value(one.value if isinstance(one, ir.Star) else one, env)
            given += (
                list(value.values() if isinstance(value, dict) else value)
                if isinstance(one, ir.Star)
                else [value]
            )
        env["self"].children.update({str(i): one for i, one in enumerate(given)})
        return None
    function = machine.value(expr.function, env)
    arguments: list[Any] = []
    for one in expr.arguments:
        if isinstance(one, ir.Star):
            arguments += machine.value(one.value, env)
        else:
            arguments.append(machine.value(one, env))
    named = {name: machine.value(one, env) for name, one in expr.named}
    if isinstance(function, Maker):
        return _made(machine, function, arguments, named)
    if isinstance(function, Module):
        return machine.call(function, arguments)
    if isinstance(function, tuple):
        return _method(function[0], function[1], arguments)
    return _builtin(machine, function, arguments, named)


def _made(machine: Machine, maker: Maker, arguments: list[Any], named: dict[str, Any]) -> Any:
    arguments = [*maker.arguments, *arguments]
    named = {**dict(maker.named), **named}
    if maker.target in machine.classes:
        return machine.make(maker.target, arguments, named)
    if maker.target.endswith("Outputs"):
        return (*arguments, *named.values())
    return Module(maker.target, arguments, named)


def _method(owner: Any, name: str, arguments: list[Any]) -> Any:
    if isinstance(owner, list):
        owner.append(arguments[0])
    elif name == "append":
        owner.children[str(len(owner.children))] = arguments[0]
    elif name in ("add_module", "register_parameter"):
        owner.children[arguments[0]] = arguments[1]
    elif name == "children":
        return iter(list(owner.children.values()))
    elif name == ir.FREEZE:
        owner.freeze(not arguments[0])
        return owner
    elif name == "get_submodule":
        for word in arguments[0].split("."):
            owner = owner.children[word]
        return owner
    return None


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "range": range,
    "len": len,
    "min": min,
    "max": max,
    "abs": abs,
    "sum": sum,
    "round": round,
    "str": str,
    "dict": dict,
    "list": list,
    "iter": lambda value: iter(
        list(value.children.values()) if isinstance(value, Module) else value
    ),
    "next": next,
    "divisible": divisible,
    "itertools.count": itertools.count,
    "math.floor": math.floor,
    "math.ceil": math.ceil,
    "torch.ones": lambda *shape: ("parameter", shape, 1.0),
    "torch.full": lambda shape, init: ("parameter", shape, init),
}


def _builtin(machine: Machine, name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
    if name == "isinstance":
        return True
    if name == "partial":
        maker = arguments[0]
        fixed = {**dict(maker.named), **named}
        return Maker(maker.target, (*maker.arguments, *arguments[1:]), tuple(fixed.items()))
    if name == "OrderedDict":
        return dict(named)
    if name == "getattr":
        owner, word = arguments
        if word in owner.children:
            return owner.children[word]
        raise Different(f"`{owner.target}` has no module `{word}`")
    if name == "list" and isinstance(arguments[0], Module):
        return list(arguments[0].children.values())
    if name not in _FUNCTIONS:
        raise Different(f"the code calls `{name}`")
    if name == "divisible":
        arguments[0] = Fraction(arguments[0]).limit_denominator(10**9)
    return _FUNCTIONS[name](*arguments)


def _make(machine: Machine, expr: ir.Make, env: dict[str, Any]) -> Module:
    arguments: list[Any] = []
    named: dict[str, Any] = {}
    for name, one in expr.arguments:
        if isinstance(one, ir.Star):
            arguments += machine.value(one.value, env)
        elif name is None:
            arguments.append(machine.value(one, env))
        else:
            named[name] = machine.value(one, env)
    module = Module(expr.target, arguments, named)
    if expr.target in CONTAINERS:
        if len(arguments) == 1 and isinstance(arguments[0], dict):
            module.children.update(arguments[0])
        else:
            module.children.update({str(i): one for i, one in enumerate(arguments)})
        module.arguments = []
    return module


def _index(machine: Machine, expr: ir.Index, env: dict[str, Any]) -> Any:
    value, index = machine.value(expr.value, env), machine.value(expr.index, env)
    if isinstance(value, Module):
        if isinstance(index, int):
            return list(value.children.values())[index]
        return value.children[index]
    return value[index]


def _cut(machine: Machine, expr: ir.Cut, env: dict[str, Any]) -> Any:
    start = None if expr.start is None else machine.value(expr.start, env)
    stop = None if expr.stop is None else machine.value(expr.stop, env)
    return machine.value(expr.value, env)[start:stop]


_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
    "is": lambda a, b: a is b,
    "is not": lambda a, b: a is not b,
}


def _binary(machine: Machine, expr: ir.Binary, env: dict[str, Any]) -> Any:
    left = machine.value(expr.left, env)
    if expr.operator == "and":
        return left and machine.value(expr.right, env)
    if expr.operator == "or":
        return left or machine.value(expr.right, env)
    return _BINARY[expr.operator](left, machine.value(expr.right, env))


def _compare(machine: Machine, expr: ir.Compare, env: dict[str, Any]) -> bool:
    left = machine.value(expr.operands[0], env)
    for operator, operand in zip(expr.operators, expr.operands[1:], strict=True):
        right = machine.value(operand, env)
        if not _COMPARE[operator](left, right):
            return False
        left = right
    return True


def _choice(machine: Machine, expr: ir.Choice, env: dict[str, Any]) -> Any:
    test = machine.value(expr.condition, env)
    return machine.value(expr.then if test else expr.otherwise, env)


def _unary(machine: Machine, expr: ir.Unary, env: dict[str, Any]) -> Any:
    value = machine.value(expr.operand, env)
    return not value if expr.operator == "not" else -value


def _row(machine: Machine, expr: ir.Row, env: dict[str, Any]) -> Any:
    items = [machine.value(one, env) for one in expr.items]
    return tuple(items) if expr.tuple else items


def _text(machine: Machine, expr: ir.Text, env: dict[str, Any]) -> str:
    return "".join(
        one if isinstance(one, str) else str(machine.value(one, env)) for one in expr.parts
    )


_VALUE: dict[type, Callable[[Machine, Any, dict[str, Any]], Any]] = {
    ir.Const: lambda machine, expr, env: expr.value,
    ir.Name: _name,
    ir.Attr: _attr,
    ir.Index: _index,
    ir.Cut: _cut,
    ir.Call: _call,
    ir.Unary: _unary,
    ir.Binary: _binary,
    ir.Compare: _compare,
    ir.Choice: _choice,
    ir.Row: _row,
    ir.Text: _text,
    ir.Make: _make,
    ir.Op: lambda machine, expr, env: machine.operate(expr, env),
}


def _assign(machine: Machine, one: ir.Assign, env: dict[str, Any]) -> None:
    value = machine.value(one.value, env)
    target = one.target
    if isinstance(target, ir.Name):
        env[target.id] = value
    elif isinstance(target, ir.Attr):
        owner = machine.value(target.value, env)
        owner.values.pop(target.name, None)
        if isinstance(value, Module):
            owner.children[target.name] = value
        else:
            owner.children.pop(target.name, None)
            owner.values[target.name] = value
    elif isinstance(target, ir.Index):
        owner, key = machine.value(target.value, env), machine.value(target.index, env)
        if isinstance(owner, Module):
            owner.children[key] = value
        else:
            owner[key] = value


def _if(machine: Machine, one: ir.If, env: dict[str, Any]) -> None:
    machine.run(one.then if machine.value(one.condition, env) else one.otherwise, env)


def _for(machine: Machine, one: ir.For, env: dict[str, Any]) -> None:
    iterable = machine.value(one.iterable, env)
    if isinstance(iterable, Module):
        iterable = list(iterable.children.values())
    for number, item in enumerate(iterable):
        if one.counter is not None:
            env[one.counter] = number
        if len(one.targets) == 1:
            env[one.targets[0]] = item
        else:
            if len(item) != len(one.targets):
                raise Different("a row of a table has another length than the loop wants")
            env.update(zip(one.targets, item, strict=True))
        machine.run(one.body, env)


def _return(machine: Machine, one: ir.Return, env: dict[str, Any]) -> None:
    raise Return(machine.value(one.value, env))


_RUN: dict[type, Callable[[Machine, Any, dict[str, Any]], None]] = {
    ir.Assign: _assign,
    ir.Do: lambda machine, one, env: machine.value(one.value, env),
    ir.If: _if,
    ir.For: _for,
    ir.Assert: lambda machine, one, env: machine.value(one.condition, env),
    ir.Return: _return,
}
