"""Constructor arguments: from the parameters of a definition and what calls gave them."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.expressions import NotSymbolic, collapse, constant, sayable
from archc.emit.pytorch.handed import Holder, fixed_default
from archc.emit.pytorch.layout import Line, Suite
from archc.emit.pytorch.names import identifier
from archc.emit.pytorch.python import Py, literal, name
from archc.emit.pytorch.signature import (
    Parameter,
    axes_of,
    expanded,
    kind_of,
    python_names,
    type_of,
    values_of,
)
from archc.emit.pytorch.trace import Instance, tracer_of
from archc.emit.pytorch.values import Env, Local, Val
from archc.emit.pytorch.walk import Walk
from archc.language import tree


class Parameters(Walk):
    """Finds names, types and defaults."""

    network: bool
    definition: tree.Block | tree.Network
    tensor_arguments: list[str]

    def _environment(self) -> Env:
        env = Env()
        pythons = python_names(self.definition.parameters)
        for parameter in self.definition.parameters:
            if self.network and (self.definition.name.id, parameter.name.id) in self.world.dropped:
                continue
            one = self._parameter(parameter, pythons[parameter.name.id])
            if self.concrete and one.kind != "tensor":
                if one.kind == "block":
                    env.names[one.name] = Local("block", self._first(one.name))
                continue
            self.locals.names.add(one.python)
            if one.kind == "tensor":
                variable = self._tensor_argument(one.name)
                channels = Py(one.python, names=frozenset((one.python,)))
                rank = len(one.values[0].shape or ())
                axes = (None if self.concrete else channels, *(None,) * (rank - 1))
                env.names[one.name] = Local("tensor", Py(variable), tensor=Val(variable, axes))
            elif one.kind in ("block", "module"):
                env.names[one.name] = Local(one.kind, name(one.python))
            elif one.kind == "value":
                env.names[one.name] = Local("value", name(one.python), axes=one.axes)
            self.parameters.append(one)
        if self.concrete:
            return env
        for one in self.parameters:
            if one.late is not None and one.kind == "value":
                self._late(one, env)
        return env

    def _tensor_argument(self, word: str) -> str:
        """The name under which `forward` takes a tensor: `x` and `y` are its own."""
        variable = self.variables.new(identifier(word), identifier(word) + "_")
        self.tensor_arguments.append(variable)
        self.locals.names.add(variable)
        return variable

    def _first(self, word: str) -> Py:
        try:
            return self.world.reference(self.instances[0].place.values[word])
        except NotSymbolic:
            return Py(word)

    def _late(self, one: Parameter, env: Env) -> None:
        """A default that depends on what comes before it."""
        assert one.late is not None
        runs = [instance_run(instance) for instance in self.instances]
        self.current = self.entry = Val("x", (name("in_channels"),))
        py = self.printer(runs, env).py(one.late)
        self.init.append(Suite(f"if {one.python} is None", [Line(f"{one.python} = {py.text}")]))

    def _parameter(self, parameter: tree.Parameter, python: str) -> Parameter:
        word = parameter.name.id
        values = values_of(self.instances, word)
        kind = kind_of(values)
        holder = (self.definition.name.span, word)
        if holder in self.world.handed.channels:
            kind = "module"
        if kind is None:
            raise NotSymbolic(word)
        if self.concrete:
            named = python + "_channels" if kind == "tensor" else python
            return Parameter(word, named, kind, "", None, None, tuple(values), holder[0])
        if kind == "value" and not all(map(sayable, values)):
            raise NotSymbolic(word)
        default, late = None, None
        if parameter.default is not None and kind == "module":
            default = self._module_default(parameter.default, holder)
        elif parameter.default is not None and kind in ("value", "block"):
            if self.network:
                default = self._network_default(parameter, values, kind)
            elif constant(parameter.default):
                worth = instance_run(self.instances[0]).evaluate(parameter.default)
                default = tuple_default(worth)
                values = [*values, worth]
            elif kind == "block" and not fixed_default(self.definition, word):
                raise NotSymbolic(word)
            elif kind == "block":
                default = self._block_default(parameter.default)
            else:
                default, late = "None", parameter.default
        if kind == "tensor":
            return Parameter(
                word, python + "_channels", kind, "int", None, None, tuple(values), holder[0]
            )
        if kind == "block":
            return Parameter(
                word, python, kind, self._block_type(word), default, None, tuple(values), holder[0]
            )
        if kind == "module":
            none = " | None" if self.world.handed.optional[holder] else ""
            makes = f"Callable[..., nn.Module]{none}"
            return Parameter(word, python, kind, makes, default, None, tuple(values), holder[0])
        if kind == "layer":
            return Parameter(word, python, kind, "", None, None, tuple(values), holder[0])
        if late is not None:
            values = [*values, None]
        if parameter.default is not None and default is not None:
            default, values = _as_written(parameter.default, default, values)
        axes = axes_of(values) if late is None and not self.concrete else 0
        typed = f"tuple[{', '.join(['int'] * axes)}]" if axes else type_of(values)
        if axes and default is not None and parameter.default is not None:
            worth = instance_run(self.instances[0]).evaluate(parameter.default)
            default = literal(expanded(collapse(worth), axes))
        return Parameter(word, python, kind, typed, default, late, tuple(values), holder[0], axes)

    def _block_default(self, expr: tree.Expr) -> str | None:
        """None where no network of this module uses the block: it has no class here."""
        try:
            return self.world.reference(instance_run(self.instances[0]).evaluate(expr)).text
        except NotSymbolic:
            return None

    def _module_default(self, expr: tree.Expr, holder: Holder) -> str | None:
        """The layer a parameter has by itself; None where no call here makes it."""
        try:
            return self.world.default_module(instance_run(self.instances[0]).evaluate(expr), holder)
        except NotSymbolic:
            return None

    def _network_default(
        self, parameter: tree.Parameter, values: list[Any], kind: str
    ) -> str | None:
        """The default as written; in a network built by its own name, what it was built with."""
        assert parameter.default is not None
        own = [one for one in self.instances if tracer_of(one).name == self.definition.name.id]
        worth = own[0].place.values[parameter.name.id] if own else None
        if not own and constant(parameter.default):
            worth = instance_run(self.instances[0]).evaluate(parameter.default)
        elif not own and any(value != values[0] for value in values):
            return None
        elif not own:
            worth = values[0]
        if kind == "block":
            try:
                return self.world.reference(worth).text
            except NotSymbolic:
                return None
        return tuple_default(worth)

    def _block_type(self, word: str) -> str:
        """What a parameter that holds a block makes; in numbers there is no such parameter."""
        if self.concrete:
            return ""
        names: set[str] = set()
        for one in self.instances:
            for runs in one.executions.values():
                for run in runs:
                    action = run.action
                    if (
                        run.child is not None
                        and isinstance(action, tree.Apply)
                        and isinstance(action.callee, tree.Name)
                        and action.callee.id == word
                    ):
                        names.add(self.world.info(run.child).name)
        return f"Callable[..., {' | '.join(sorted(names)) or 'nn.Module'}]"


def _as_written(expr: tree.Expr, default: str, values: list[Any]) -> tuple[str, list[Any]]:
    """`1.0` stays one: the language takes it for 1, but a reader and a type checker do not."""
    if not isinstance(expr, tree.Number) or "." not in expr.text or "." in default:
        return default, values
    return (f"{default}.0" if default.isdigit() else default), [*values, float(expr.value)]


def tuple_default(worth: Any) -> str:
    """A default that nobody can change: lists become tuples."""
    value = collapse(worth)
    if isinstance(value, tuple):
        return literal(value, nested=True)
    return literal(value)


def instance_run(instance: Instance) -> Any:
    from archc.emit.pytorch.trace import Execution

    return Execution(None, instance.place, instance.input, instance.real)
