"""Layers and block calls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from archc.emit.pytorch.containers import Key
from archc.emit.pytorch.expressions import NotSymbolic, Printer, collapse
from archc.emit.pytorch.forms import Made, Site, arguments, make
from archc.emit.pytorch.layout import Call, Doc, Line, flat
from archc.emit.pytorch.python import ATOM, Py, binary, literal, number, worked_out
from archc.emit.pytorch.signature import Info, Parameter
from archc.emit.pytorch.state import State
from archc.emit.pytorch.trace import Execution
from archc.emit.pytorch.values import Axes, Entry, Env, Unknown, Val, resolve
from archc.graph.values import BlockValue, GroupValue, LayerValue, Tensor
from archc.language import tree
from archc.layers.registry import KINDS

SHAPE_KEPT = frozenset(
    """batchnorm lrn groupnorm layernorm instancenorm dropout dropout2d stochastic_depth identity
    channel_shuffle scale""".split()
)
WORD = re.compile(r"[A-Za-z_]\w*")
POOLED = {"global_avgpool": "avgpool", "adaptive_avgpool": "avgpool", "adaptive_maxpool": "maxpool"}


class Calls(State):
    """Writes what `NAME arguments` stands for."""

    def apply(self, link: tree.Link, action: tree.Apply, val: Val, env: Env) -> Val:
        callee = action.callee
        self.current = val
        word = callee.id if isinstance(callee, tree.Name) else ""
        if word == "share":
            return self.share(action, val)
        if word in KINDS:
            return self.layer(link, action, LayerValue(KINDS[word], (), {}), val, env)
        runs = self.peek(action)
        if not runs:
            raise NotSymbolic(action.span.text)
        if runs[0].child is not None:
            return self.block(link, action, val, env)
        return self.layer(link, action, self.passed_layer(callee, runs), val, env)

    def passed_layer(self, callee: tree.Name | tree.Attribute, runs: Sequence[Execution]) -> LayerValue:
        worth = [one.evaluate(callee) for one in runs]
        if any(not isinstance(one, LayerValue) or one != worth[0] for one in worth):
            raise NotSymbolic(callee.span.text)
        found: LayerValue = worth[0]
        return found

    def share(self, action: tree.Apply, val: Val) -> Val:
        runs = self.runs(action)
        entry = self.entry_of(action.arguments[0].value, runs)
        if entry is None or entry.again is None or self.chain is not None:
            raise NotSymbolic(action.span.text)
        result: Val = entry.again(val)
        ranks = {len(one.value.shape or ()) for one in runs if one.value is not None}
        if len(ranks) != 1:
            raise NotSymbolic(action.span.text)
        return result._replace(axes=(None,) * ranks.pop())  # another input may give another size

    def entry_of(self, expr: tree.Expr, runs: Sequence[Execution]) -> Entry | None:
        """The entry a reference names."""
        if isinstance(expr, tree.Name):
            return self.labels.find(expr.id)
        if isinstance(expr, tree.Text):
            return self.labels.find(expr.value)
        if isinstance(expr, tree.Template):
            text = self.label_text(expr, runs)
            return None if text is None else self.labels.find(text)
        if isinstance(expr, tree.Attribute):
            outer = self.entry_of(expr.value, runs)
            text = expr.name if isinstance(expr.name, str) else self.label_text(expr.name, runs)
            if outer is None or outer.inner is None or text is None:
                return None
            return outer.inner.entries.get(text)
        return None

    def tensor(self, expr: tree.Expr, env: Env, runs: Sequence[Execution]) -> Val:
        """The earlier value an expression names."""
        if isinstance(expr, tree.Name):
            if expr.id == "input":
                return self.entry
            local = env.find(expr.id)
            if local is not None and local.tensor is not None:
                return local.tensor
        entry = self.entry_of(expr, runs)
        if entry is None:
            raise NotSymbolic(expr.span.text)
        return entry.val

    # ---------------------------------------------------------------------------------------- layers

    def layer(self, link: tree.Link, action: tree.Apply, value: LayerValue, val: Val, env: Env) -> Val:
        runs = self.runs(action)
        if not runs or any(one.layer is None for one in runs):
            raise NotSymbolic(action.span.text)
        ranks = {(len(one.current.shape or ()), len(one.value.shape or ()) if one.value else 0) for one in runs}
        if len(ranks) != 1:
            raise NotSymbolic("ranks differ")
        printer = self.printer(runs, env)
        axis = -1 if runs[0].layer is not None and runs[0].layer.values.get("axis") == -1 else 0
        forward = None if self.chain is not None else self.printer(runs, env, forward=True)
        in_place = value.kind.in_place and all(one.action.span in self.world.sites for one in runs)
        site = Site(
            action, value, runs, printer, forward,
            lambda: self.channels(val, runs, axis), lambda: self.channels(val, runs, axis), in_place,
        )
        made = make(site)
        axes = self._after(site, val, ranks.pop()[1])
        others = [self.tensor(expr, env, runs) for expr in _tensors(site)]
        return self._put(link, made, val, others, axes, runs, env)

    def _put(
        self, link: tree.Link, made: Made, val: Val, others: list[Val], axes: Axes,
        runs: Sequence[Execution], env: Env,
    ) -> Val:
        if self.chain is not None:
            if made.module is None or others:
                raise NotSymbolic("no module of its own")
            self._helper(made)
            self.chain.add(self._chain_key(link, runs, env), self._commented(made, runs))
            return Val("", axes)
        codes = [flat(one.code) for one in (val, *others)]
        if made.parameter is not None:
            key = self.key(link.label, runs, env)
            if not self.muted:
                self.where.add_parameter(key, made.parameter, self.init)
            access = self.where.tensor(key)
            template = made.expression or ""

            def scaled(v: Val) -> Val:
                if len(v.text) + len(access) > 76:
                    v = self.settle(v)
                operand = f"({v.text})" if _loose(v) else v.text
                return Val(template.replace("{self}", access).replace("{0}", operand), axes, False)

            return self._again(link, runs, scaled, val)
        if made.expression is not None:
            text = made.expression
            if "center_crop" in text:
                self.world.use("center_crop")
            if "F." in text:
                self.world.use("F")
            if "torch." in text:
                self.world.use("torch")

            def express(v: Val) -> Val:
                filled = text
                if text.count("{0}") > 1 or len(v.text) + len(text) > 76 and not v.variable:
                    v = self.settle(v)
                tight = "({0}" not in text and text.strip() != "{0}"
                operand = f"({v.text})" if tight and not v.variable and _loose(v) else v.text
                filled = filled.replace("{0}", operand)
                for i, code in enumerate(codes[1:], 1):
                    filled = filled.replace(f"{{{i}}}", code)
                return Val(filled, axes, filled == v.text and v.variable)

            return self._again(link, runs, express, val)
        assert made.module is not None
        self._helper(made)
        if made.stateless and link.label is None and not self._varies(made.module):
            access = self._pooled(made, runs)
        else:
            key = self.key(link.label, runs, env)
            self._once(key, link)
            if not self.muted:
                self.where.add(key, self._commented(made, runs), self.init)
            access = self.where.access(self._forward_key(key, link, runs, env))
        return self._again(link, runs, lambda v: Val(Call(f"{access}(", (v.code,)), axes, False), val)

    def _again(self, link: tree.Link, runs: Sequence[Execution], run: Any, val: Val) -> Val:
        self.last_again = run
        result: Val = run(val)
        return result

    last_again: Any = None

    def _forward_key(self, key: Key, link: tree.Link, runs: Sequence[Execution], env: Env) -> Key:
        if isinstance(key, str) or link.label is None:
            return key
        return self.template(link.label, self.printer(runs, env, forward=True))

    def _chain_key(self, link: tree.Link, runs: Sequence[Execution], env: Env) -> Key:
        if self.chain is not None and not self.chain.named:
            return str(self.chain.count)
        return self.key(link.label, runs, env)

    def _commented(self, made: Made, runs: Sequence[Execution]) -> Call:
        """A remark where it helps: a new size in a network, a number that looks wrong and is not."""
        assert made.module is not None
        if made.keyword == "lrn":
            return made.module._replace(comment="PyTorch divides alpha by the size")
        shapes = {one.value.shape for one in runs if one.value is not None}
        if self.instances[0].key[0] != "network" or len(shapes) != 1:
            return made.module
        shape = shapes.pop()
        before = {one.current.shape[1:] for one in runs if one.current.shape}
        if not shape or len(shape) < 2 or before == {shape[1:]}:
            return made.module
        return made.module._replace(comment=" x ".join(str(axis) for axis in shape))

    def _once(self, key: Key, link: tree.Link) -> None:
        """A running number that a condition moves would serve two layers at once."""
        if self.concrete or link.label is not None or not isinstance(key, str) or self.muted:
            return
        place = (id(self.where), key)
        for earlier in self.automatic.get(place, ()):
            both = zip(earlier, self.arms, strict=False)
            if not any(one[0] == two[0] and one[1] != two[1] for one, two in both):
                raise NotSymbolic("running numbers behind a condition")
        self.automatic.setdefault(place, []).append(tuple(self.arms))

    def _helper(self, made: Made) -> None:
        if made.helper is not None:
            self.world.use(made.helper)

    def _varies(self, doc: Doc) -> bool:
        """Whether a constructor reads a name that a loop changes."""
        return bool(self.loops) and bool(set(WORD.findall(flat(doc))) & self.loop_names)

    loop_names: set[str] = set()

    def _pooled(self, made: Made, runs: Sequence[Execution]) -> str:
        """A module without state serves every place that asks for the same."""
        assert made.module is not None
        text = flat(made.module)
        if text not in self.pool:
            word = POOLED.get(made.keyword, made.keyword)
            self.pool[text] = self.attributes.new(word)
            line = Line(made.module, f"self.{self.pool[text]} = ")
            self.top.append(line)
        return f"self.{self.pool[text]}"

    def _after(self, site: Site, val: Val, rank: int) -> Axes:
        """The axes behind a layer."""
        kind = site.value.kind
        word = kind.keyword
        written = arguments(site)
        before: Axes = val.axes or (None,) * len(site.executions[0].current.shape or ())
        rest: Axes = (None,) * (rank - 1)
        if kind.group == "activation" or word in SHAPE_KEPT:
            return before
        if word in ("conv", "conv_transpose", "linear", "rbf"):
            expr = written.get("channels" if word.startswith("conv") else "features")
            made = site.printer.whole(expr) if expr is not None else None
            if made is None:
                return (None,) * rank
            return (*before[:-1], made) if word == "linear" and rank > 1 else (made, *rest)
        if word == "flatten":
            try:
                return (self.elements(val, site.executions),)
            except NotSymbolic:
                return (None,)
        if word == "permute":
            layer = site.executions[0].layer
            assert layer is not None
            return tuple(before[axis] for axis in layer.values["order"])
        if word == "slice":
            return (self._sliced(site, val, written), *rest)
        if word == "reshape" or (word == "pad" and any(any(one.layer.channels) for one in site.executions)):  # type: ignore[union-attr]
            return (None,) * rank
        return (before[0], *rest)

    def _sliced(self, site: Site, val: Val, written: dict[str, tree.Expr]) -> Py | None:
        begin = site.printer.whole(written["begin"]) if "begin" in written else number(0)
        if begin.text == "0":
            begin = number(0)
        try:
            end = site.printer.whole(written["end"]) if "end" in written else resolve(val.axes[0])
        except (Unknown, IndexError):
            return None
        start = f"{begin.at(ATOM)} + "
        if begin.value != 0 and end.text.startswith(start):
            rest = end.text[len(start) :]
            return Py(rest, ATOM if rest.isidentifier() else end.level, None, end.names)
        return worked_out(binary("-", end, begin))

    # ---------------------------------------------------------------------------------------- blocks

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
        if len(infos) > 1 and not handed or handed and any(one.concrete for one in infos):
            raise NotSymbolic(action.span.text)
        info = infos[0]
        given, tensors = self._given(action, info, infos, runs, printer, env, handed)
        doc = self._construct(action, info, given, val, runs, local.init.text if handed and local else None)
        rank = len(runs[0].value.shape or ()) if runs[0].value is not None else 0
        if any(one.value is None or len(one.value.shape or ()) != rank for one in runs):
            raise NotSymbolic("ranks differ")
        out = self._out(infos, given, val, runs, handed)
        return self._place(link, doc, val, tensors, out, rank, infos, runs, env)

    def _place(
        self, link: tree.Link, doc: Call, val: Val, tensors: list[Val], out: Py | None, rank: int,
        infos: list[Info], runs: Sequence[Execution], env: Env,
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
        if not self.muted:
            self.where.add(key, placed, self.init)
        axes: Axes = (out, *rest)
        extra = [one.code for one in tensors]
        return self._again(
            link, runs, lambda v: Val(Call(f"{access}(", (v.code, *extra)), axes, False), val
        )

    def _unit(self, doc: Call) -> tuple[str, Py]:
        """A block whose output channels are asked from it gets a name first."""
        self.flush()
        self.say(Line(doc, "unit = "))
        self.locals.names.add("unit")
        return "unit", Py("unit.out_channels", names=frozenset(("unit",)))

    def _given(
        self, action: tree.Apply, info: Info, infos: list[Info], runs: Sequence[Execution],
        printer: Printer, env: Env, handed: bool,
    ) -> tuple[dict[str, tuple[Py, bool]], list[Val]]:
        """The arguments by the parameter's name, and whether they may stand by position."""
        result: dict[str, tuple[Py, bool]] = {}
        tensors: list[Val] = []
        if info.concrete and not self.concrete:
            # The class needs nothing but its tensors.
            pass
        orders = []
        for one in runs:
            if one.child is None:
                continue
            value = one.child.value
            value = value.network if isinstance(value, GroupValue) else value
            names = [parameter.name.id for parameter in value.definition.parameters]
            fixed = {*value.named, *[n for n in names if n not in value.named][: len(value.positional)]}
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
            positional = argument.name is None and free[: place] == definition_order(runs, place)
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
        return one.parameter(name).python != info.parameter(name).python or names.index(name) != mine.index(name)

    def _concrete_tensor(self, expr: tree.Expr, runs: Sequence[Execution], env: Env) -> list[Val]:
        try:
            worth = runs[0].evaluate(expr)
        except Exception:
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
        return number(found.pop())

    def _argument(self, expr: tree.Expr, parameter: Parameter, printer: Printer, env: Env) -> Py:
        if parameter.kind == "block":
            if isinstance(expr, tree.Name) and not self.concrete:
                local = env.find(expr.id)
                if local is not None and local.kind == "block":
                    return local.init
            values = printer.values(expr)
            if not values or any(repr(value) != repr(values[0]) for value in values):
                raise NotSymbolic(expr.span.text)
            return self.world.reference(values[0])
        values = printer.values(expr)
        if self.concrete:
            return Py(literal(collapse(values[0])))
        if values and all(isinstance(value, int) for value in values):
            return printer.whole(expr)
        return printer.py(expr)

    def _construct(
        self, action: tree.Apply, info: Info, given: dict[str, tuple[Py, bool]], val: Val,
        runs: Sequence[Execution], handed: str | None,
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
        later = []
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
                later.append((parameter.name, f"{parameter.python}={self._fixed(fixed[parameter.name], parameter)}"))
            elif parameter.kind != "layer":
                later.append((parameter.name, ""))
        written = [argument.name for argument in action.arguments]
        later = [one for one in later if one[1]]
        later.sort(key=lambda one: written.index(one[0]) if one[0] in written else -1)
        return Call(f"{name}(", (*items, *[text for _, text in later]))

    def _fixed(self, value: Any, parameter: Parameter) -> str:
        if parameter.kind == "block":
            return self.world.reference(value).text
        return literal(collapse(value))

    def _out(
        self, infos: list[Info], given: dict[str, tuple[Py, bool]], val: Val, runs: Sequence[Execution],
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
        self, out: Py, info: Info, given: dict[str, tuple[Py, bool]], val: Val, runs: Sequence[Execution]
    ) -> Py | None:
        known: dict[str, Py] = {}
        for parameter in info.parameters:
            if parameter.kind == "layer":
                continue
            if parameter.name in given:
                known[parameter.python] = given[parameter.name][0]
                continue
            values = {repr(one.child.place.values.get(parameter.name)): one for one in runs if one.child}
            if len(values) != 1 or parameter.late is not None:
                continue
            child = next(iter(values.values())).child
            worth = child.place.values.get(parameter.name) if child else None
            if isinstance(worth, int):
                known[parameter.python] = Py(str(int(worth))) if not isinstance(worth, bool) else Py(str(worth))
        try:
            known["in_channels"] = self.channels(val, runs)
        except NotSymbolic:
            pass
        words = set(WORD.findall(out.text)) - {"if", "else", "and", "or", "not", "min", "max", "divisible", "sum"}
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
            if match.start() == 0 and one.level >= level:
                return one.text
            return one.at(ATOM)

        return worked_out(Py(WORD.sub(replace, out.text), level, None, names))


def _loose(val: Val) -> bool:
    """Whether code has an operator outside its brackets."""
    depth = 0
    for letter in val.text:
        depth += (letter in "([") - (letter in ")]")
        if letter == " " and depth == 0:
            return True
    return False


def definition_order(runs: Sequence[Execution], count: int) -> list[str]:
    """The first parameters of the definition that is called."""
    child = next(one.child for one in runs if one.child is not None)
    value = child.value.network if isinstance(child.value, GroupValue) else child.value
    return [parameter.name.id for parameter in value.definition.parameters][:count]


def _tensors(site: Site) -> list[tree.Expr]:
    kinds = site.value.kind.arguments
    return [expr for name, expr in arguments(site).items() if kinds[name].kind == "tensor"]


__all__ = ["BlockValue", "Calls"]
