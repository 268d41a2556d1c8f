"""Calls of blocks: the class, its arguments, the channels it gives."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from itertools import chain, count
from typing import Any

from archc.emit.pytorch.calls import WORD, Calls
from archc.emit.pytorch.expressions import NotSymbolic, Printer, collapse, constant
from archc.emit.pytorch.layout import Call, Doc, Line
from archc.emit.pytorch.python import ATOM, SUM, Py, literal, number, worked_out
from archc.emit.pytorch.signature import Info, Parameter, expanded
from archc.emit.pytorch.trace import Execution
from archc.emit.pytorch.values import Axes, Env, Unknown, Val, resolve
from archc.graph.mistakes import Mistake, Silence
from archc.graph.values import GroupValue, Tensor
from archc.language import tree


class Blocks(Calls):
    """Writes what a call of a block stands for."""

    def block(self, link: tree.Link, action: tree.Apply, val: Val, env: Env) -> Val:
        runs = self.runs(action)
        children = [one.child for one in runs if one.child is not None]
        infos: list[Info] = []
        for child in children:
            info = self.world.info(child)
            if info not in infos:
                infos.append(info)
        if not infos:
            raise NotSymbolic(action.span.text)
        printer = self.printer(runs, env)
        local = env.find(action.callee.id) if isinstance(action.callee, tree.Name) else None
        handed = local is not None and local.kind == "block" and not self.concrete
        if (len(infos) > 1 and not handed) or (handed and any(one.one_of_many for one in infos)):
            raise NotSymbolic(action.span.text)
        info = infos[0]
        expressions = [argument.value for argument in action.arguments]
        if any(one.one_of_many for one in infos) or self.world.is_special(children):
            self.guess()  # which class serves a call may hang on an argument
        numbers = info.concrete and not self.concrete
        if numbers and any(self._hands_on(one, env) for one in expressions):
            raise NotSymbolic(action.span.text)  # the class takes no arguments
        given, tensors = self._given(action, info, infos, runs, printer, env, handed)
        doc = self._construct(
            action, info, given, val, runs, local.init.text if handed and local else None
        )
        rank = len(runs[0].value.shape or ()) if runs[0].value is not None else 0
        if any(one.value is None or len(one.value.shape or ()) != rank for one in runs):
            raise NotSymbolic("ranks differ")
        out = self._out(infos, given, val, runs, handed)
        return self._place(link, doc, val, tensors, out, rank, infos, runs, env)

    def _place(
        self,
        link: tree.Link,
        doc: Call,
        val: Val,
        tensors: list[Val],
        out: Py | None,
        rank: int,
        infos: list[Info],
        runs: Sequence[Execution],
        env: Env,
    ) -> Val:
        ask = out is None and not self.concrete and all(one.states for one in infos)
        rest: Axes = (None,) * max(rank - 1, 0)
        placed: Doc = doc
        if self.chain is not None:
            chain = self.chain
            uniform = chain.kind != "nn.Module" and not chain.named
            if tensors:
                raise NotSymbolic("a chain passes one tensor on")
            if ask and not uniform:
                placed, out = self._unit(doc)
            chain.add(self._chain_key(link, runs, env), placed)
            if ask and uniform:
                self.flush()
                out = Py(f"{chain.local}[-1].out_channels", names=frozenset((chain.local,)))
            return Val("", (out, *rest))
        key = self.key(link.label, runs, env)
        self._once(key, link)
        access = self.where.access(self._forward_key(key, link, runs, env))
        if ask and isinstance(key, str) and self.where is self.root and access == f"self.{key}":
            out = Py(f"{access}.out_channels", names=frozenset(("self",)))
        elif ask:
            placed, out = self._unit(doc)
        self.where.add(key, placed, self.init)
        axes: Axes = (out, *rest)
        extra = [one.code for one in tensors]
        return self._again(lambda v: Val(Call(f"{access}(", (v.code, *extra)), axes, False), val)

    def _unit(self, doc: Call) -> tuple[str, Py]:
        """A block whose output channels are asked from it gets a name first."""
        names = chain(("unit",), (f"unit{n}" for n in count(2)))
        busy = self.held | {one.python for one in self.parameters}
        unit = next(one for one in names if one not in busy)
        self.flush(unit)
        self.say(Line(doc, f"{unit} = "))
        self.locals.names.add(unit)
        return unit, Py(f"{unit}.out_channels", names=frozenset((unit,)))

    def _given(
        self,
        action: tree.Apply,
        info: Info,
        infos: list[Info],
        runs: Sequence[Execution],
        printer: Printer,
        env: Env,
        handed: bool,
    ) -> tuple[dict[str, tuple[Py, bool]], list[Val]]:
        """The arguments by the parameter's name, and whether they may stand by position."""
        result: dict[str, tuple[Py, bool]] = {}
        tensors: list[Val] = []
        orders = []
        for one in runs:
            if one.child is None:
                continue
            value = one.child.value
            value = value.network if isinstance(value, GroupValue) else value
            names = [parameter.name.id for parameter in value.definition.parameters]
            fixed = {
                *value.named,
                *[n for n in names if n not in value.named][: len(value.positional)],
            }
            orders.append([name for name in names if name not in fixed])
        free = orders[0]
        count = sum(argument.name is None for argument in action.arguments)
        if any(order[:count] != free[:count] for order in orders) and not handed:
            raise NotSymbolic(action.span.text)
        definition = [one.name for one in info.parameters]
        place = 0
        for argument in action.arguments:
            name = argument.name
            if name is None:
                name = free[place]
                place += 1
            if name not in definition:
                tensors += self._concrete_tensor(argument.value, runs, env)
                continue
            parameter = info.parameter(name)
            if handed and any(self._other(one, info, name) for one in infos):
                raise NotSymbolic(action.span.text)
            positional = argument.name is None and free[:place] == definition_order(runs, place)
            if parameter.kind == "tensor":
                tensor = self.tensor(argument.value, env, runs)
                tensors.append(tensor)
                result[name] = (self._tensor_channels(tensor, argument.value, runs), positional)
            elif parameter.kind != "layer":
                result[name] = (self._argument(argument.value, parameter, printer, env), positional)
        return result, tensors

    @staticmethod
    def _other(one: Info, info: Info, name: str) -> bool:
        """Whether two blocks that may stand here call or order a parameter differently."""
        names = [parameter.name for parameter in one.parameters]
        if name not in names:
            return True
        mine = [parameter.name for parameter in info.parameters]
        return one.parameter(name).python != info.parameter(name).python or names.index(
            name
        ) != mine.index(name)

    def _concrete_tensor(self, expr: tree.Expr, runs: Sequence[Execution], env: Env) -> list[Val]:
        try:
            worth = runs[0].evaluate(expr)
        except (Mistake, Silence):
            return []
        return [self.tensor(expr, env, runs)] if isinstance(worth, Tensor) else []

    def _tensor_channels(self, tensor: Val, expr: tree.Expr, runs: Sequence[Execution]) -> Py:
        if tensor.axes and not self.concrete:
            try:
                return resolve(tensor.axes[0])
            except Unknown:
                pass
        found = {one.evaluate(expr).shape[0] for one in runs}
        if len(found) != 1:
            raise NotSymbolic(expr.span.text)
        self.guess()
        return number(found.pop())

    def _argument(self, expr: tree.Expr, parameter: Parameter, printer: Printer, env: Env) -> Py:
        if parameter.kind in ("block", "module"):
            if isinstance(expr, tree.Name) and not self.concrete:
                local = env.find(expr.id)
                if local is not None and local.kind in ("block", "module"):
                    return local.init
            values = printer.values(expr)
            if not values or any(repr(value) != repr(values[0]) for value in values):
                raise NotSymbolic(expr.span.text)
            if not self.concrete and self._hands_on(expr, env):
                raise NotSymbolic(expr.span.text)
            self.guess()  # numbers in it may hang on an argument
            return Py(self.world.module_text(values[0], (parameter.home, parameter.name)))
        values = printer.values(expr)
        if self.concrete:
            return Py(literal(expanded(collapse(values[0]), parameter.axes)))
        if parameter.axes:
            if constant(expr):
                return Py(literal(expanded(collapse(values[0]), parameter.axes)))
            if printer.by_axis(expr) is None:
                if not all(isinstance(value, int) for value in values):
                    raise NotSymbolic(expr.span.text)
                one = printer.whole(expr)
                return Py(f"({', '.join([one.text] * parameter.axes)})", names=one.names)
        if values and all(isinstance(value, int) for value in values):
            return printer.whole(expr)
        return printer.py(expr)

    def _hands_on(self, expr: tree.Expr, env: Env) -> bool:
        """Whether a layer or block that was handed here is a part of an expression."""
        locals_ = (env.find(one.id) for one in tree.within(expr) if isinstance(one, tree.Name))
        return any(one is not None and one.kind in ("module", "block") for one in locals_)

    def _construct(
        self,
        action: tree.Apply,
        info: Info,
        given: dict[str, tuple[Py, bool]],
        val: Val,
        runs: Sequence[Execution],
        handed: str | None,
    ) -> Call:
        if info.concrete:
            return Call(f"{info.name}(", ())
        name = handed
        fixed: dict[str, Any] = {}
        child = next(one.child for one in runs if one.child is not None)
        value = child.value.network if isinstance(child.value, GroupValue) else child.value
        if name is None:
            word = action.callee.id if isinstance(action.callee, tree.Name) else ""
            name = self.world.alias(self.module, word) if word and not self.concrete else None
            if name is None:
                name = info.name
                names = [parameter.name.id for parameter in value.definition.parameters]
                free = [one for one in names if one not in value.named]
                fixed = {**dict(zip(free, value.positional, strict=False)), **value.named}
        items = [] if info.network else [self.channels(val, runs).text]
        later: list[tuple[str, str]] = []
        order = []
        for parameter in info.parameters:
            if parameter.name in given:
                py, positional = given[parameter.name]
                if positional and not later:
                    items.append(py.text)
                    order.append(parameter.name)
                else:
                    later.append((parameter.name, f"{parameter.python}={py.text}"))
            elif parameter.name in fixed and parameter.kind != "layer":
                later.append(
                    (
                        parameter.name,
                        f"{parameter.python}={self._fixed(fixed[parameter.name], parameter)}",
                    )
                )
            elif parameter.kind == "module" and parameter.default is None:
                worth = child.place.values[parameter.name]
                text = self.world.module_text(worth, (parameter.home, parameter.name))
                later.append((parameter.name, f"{parameter.python}={text}"))
        written = [argument.name for argument in action.arguments]
        later = [one for one in later if one[1]]
        later.sort(key=lambda one: written.index(one[0]) if one[0] in written else -1)
        return Call(f"{name}(", (*items, *[text for _, text in later]))

    def _fixed(self, value: Any, parameter: Parameter) -> str:
        if parameter.kind in ("block", "module"):
            return self.world.module_text(value, (parameter.home, parameter.name))
        return literal(expanded(collapse(value), parameter.axes))

    def _out(
        self,
        infos: list[Info],
        given: dict[str, tuple[Py, bool]],
        val: Val,
        runs: Sequence[Execution],
        handed: bool,
    ) -> Py | None:
        """The output channels of a call in the caller's words, if the callee's text says them."""
        if self.concrete:
            return None
        found: list[Py] = []
        for info in infos:
            out = info.out
            if out is None:
                return None
            if handed and not any(out.text == one.python for one in info.parameters):
                return None
            one = self._substitute(out, info, given, val, runs)
            if one is None:
                return None
            found.append(one)
        return found[0] if all(one.text == found[0].text for one in found) else None

    def _substitute(
        self,
        out: Py,
        info: Info,
        given: dict[str, tuple[Py, bool]],
        val: Val,
        runs: Sequence[Execution],
    ) -> Py | None:
        known: dict[str, Py] = {}
        for parameter in info.parameters:
            if parameter.kind == "layer":
                continue
            if parameter.name in given:
                known[parameter.python] = given[parameter.name][0]
                continue
            values = {
                repr(one.child.place.values.get(parameter.name)): one for one in runs if one.child
            }
            if len(values) != 1 or parameter.late is not None:
                continue
            child = next(iter(values.values())).child
            worth = child.place.values.get(parameter.name) if child else None
            if isinstance(worth, int):
                known[parameter.python] = (
                    Py(str(int(worth))) if not isinstance(worth, bool) else Py(str(worth))
                )
        with contextlib.suppress(NotSymbolic):
            known["in_channels"] = self.channels(val, runs)
        words = set(WORD.findall(out.text)) - {
            "if",
            "else",
            "and",
            "or",
            "not",
            "min",
            "max",
            "divisible",
            "sum",
        }
        if not words <= set(known):
            return None
        if out.text in known:
            return known[out.text]
        names: frozenset[str] = frozenset()
        for word in words:
            names |= known[word].names
        level = out.level

        def replace(match: re.Match[str]) -> str:
            one = known.get(match.group())
            if one is None:
                return match.group()
            sums = level == SUM and out.text[match.end() :].startswith((" + ", " - "))
            if match.start() == 0 and sums and one.level >= SUM:
                return one.text
            return one.at(ATOM)

        return worked_out(Py(WORD.sub(replace, out.text), level, None, names))


def definition_order(runs: Sequence[Execution], count: int) -> list[str]:
    """The first parameters of the definition that is called."""
    child = next(one.child for one in runs if one.child is not None)
    value = child.value.network if isinstance(child.value, GroupValue) else child.value
    return [parameter.name.id for parameter in value.definition.parameters][:count]
