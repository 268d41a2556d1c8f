"""Layers: where they go, how `forward` runs them, what comes out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from archc.emit.pytorch.containers import Key
from archc.emit.pytorch.expressions import NotSymbolic
from archc.emit.pytorch.forms import Made, Site, arguments, make
from archc.emit.pytorch.layout import Call, Doc, Line, flat
from archc.emit.pytorch.python import ATOM, SUM, Py, binary, number, worked_out
from archc.emit.pytorch.saved import Saved
from archc.emit.pytorch.trace import Execution
from archc.emit.pytorch.values import Axes, Entry, Env, Later, Local, Unknown, Val, resolve
from archc.graph.values import LayerValue
from archc.language import tree
from archc.layers.registry import KINDS

SHAPE_KEPT = frozenset(
    (
        *("batchnorm", "lrn", "groupnorm", "layernorm", "instancenorm", "dropout", "dropout2d"),
        *("stochastic_depth", "identity", "channel_shuffle", "scale"),
    )
)
WORD = re.compile(r"[A-Za-z_]\w*")
POOLED = {"global_avgpool": "avgpool", "adaptive_avgpool": "avgpool", "adaptive_maxpool": "maxpool"}


class Calls(Saved):
    """Writes what `NAME arguments` stands for."""

    def apply(self, link: tree.Link, action: tree.Apply, val: Val, env: Env) -> Val:
        callee = action.callee
        self.current = val
        word = callee.id if isinstance(callee, tree.Name) else ""
        if word == "share":
            return self.share(action, val)
        local = env.find(word) if word and not self.concrete else None
        if local is not None and local.kind == "module":
            return self.handed(link, action, local, val, env)
        if word in KINDS:
            return self.layer(link, action, LayerValue(KINDS[word], (), {}), val, env)
        runs = self.peek(action)
        if not runs:
            raise NotSymbolic(action.span.text)
        if runs[0].child is not None:
            return self.block(link, action, val, env)
        return self.layer(link, action, self.passed_layer(callee, runs), val, env)

    def passed_layer(
        self, callee: tree.Name | tree.Attribute, runs: Sequence[Execution]
    ) -> LayerValue:
        worth = [one.evaluate(callee) for one in runs]
        if any(not isinstance(one, LayerValue) or one != worth[0] for one in worth):
            raise NotSymbolic(callee.span.text)
        found: LayerValue = worth[0]
        return found

    def handed(self, link: tree.Link, action: tree.Apply, local: Local, val: Val, env: Env) -> Val:
        """A layer or block that came as an argument: `self.act = act()`."""
        runs = self.runs(action)
        word = action.callee.id if isinstance(action.callee, tree.Name) else ""
        if not runs or any(one.value is None or not one.value.shape for one in runs):
            raise NotSymbolic(action.span.text)
        takes = self.world.handed.channels[self.home, word]
        given = (self.channels(val, runs).text,) if takes else ()
        doc = Call(f"{local.init.text}(", given)
        rank = {len(one.value.shape or ()) for one in runs if one.value is not None}
        if len(rank) != 1:
            raise NotSymbolic("ranks differ")
        same = all(
            one.value is not None
            and one.current.shape
            and one.value.shape
            and one.value.shape[0] == one.current.shape[0]
            for one in runs
        )
        head = val.axes[0] if same and val.axes else None
        axes: Axes = (head, *(None,) * (rank.pop() - 1))
        if self.chain is not None:
            self.chain.add(self._chain_key(link, runs, env), doc)
            return Val("", axes)
        stateless = all(one.layer is not None and not one.layer.weights(one.inputs) for one in runs)
        if stateless and link.label is None and not takes:
            if local.init.text not in self.pool:
                self.pool[local.init.text] = self.attributes.new(local.init.text)
                self.top.append(Line(doc, f"self.{self.pool[local.init.text]} = "))
            access = f"self.{self.pool[local.init.text]}"
        else:
            key = self.key(link.label, runs, env)
            self._once(key, link)
            self.where.add(key, doc, self.init)
            access = self.where.access(self._forward_key(key, link, runs, env))
        return self._again(lambda v: Val(Call(f"{access}(", (v.code,)), axes, False), val)

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
        if entry is not None:
            return entry.val
        name = expr if isinstance(expr, tree.Template) else None
        text = expr.id if isinstance(expr, tree.Name) else None
        if name is not None:
            text = self.label_text(name, runs)
        label = text or name
        found = None if label is None else self.recall(label, runs, env)
        if found is None:
            raise NotSymbolic(expr.span.text)
        return found

    # ------------------------------------------------------------------------------------ layers

    def layer(
        self, link: tree.Link, action: tree.Apply, value: LayerValue, val: Val, env: Env
    ) -> Val:
        runs = self.runs(action)
        if not runs or any(one.layer is None or () in one.inputs for one in runs):
            raise NotSymbolic(action.span.text)  # never reached, or with a shape nobody knows
        ranks = {
            (len(one.current.shape or ()), len(one.value.shape or ()) if one.value else 0)
            for one in runs
        }
        if len(ranks) != 1:
            raise NotSymbolic("ranks differ")
        printer = self.printer(runs, env)
        axis = -1 if runs[0].layer is not None and runs[0].layer.values.get("axis") == -1 else 0
        forward = None if self.chain is not None else self.printer(runs, env, forward=True)
        in_place = value.kind.in_place and all(self._writes_over(one) for one in runs)
        site = Site(
            action,
            value,
            runs,
            printer,
            forward,
            lambda: self.channels(val, runs, axis),
            lambda: self.channels(val, runs, axis),
            in_place,
        )
        made = make(site)
        axes = self._after(site, val, ranks.pop()[1])
        others = [self.tensor(expr, env, runs) for expr in _tensors(site)]
        return self._put(link, made, val, others, axes, runs, env)

    def _writes_over(self, run: Execution) -> bool:
        """Whether an activation runs in place; one that never ran, where the text allows it."""
        place = run.action.span
        return place in self.world.sites or (
            not run.real and place not in self.module.borrowing.calls
        )

    def _put(
        self,
        link: tree.Link,
        made: Made,
        val: Val,
        others: list[Val],
        axes: Axes,
        runs: Sequence[Execution],
        env: Env,
    ) -> Val:
        if self.chain is not None:
            if made.module is None or others:
                raise NotSymbolic("no module of its own")
            self._helper(made)
            self.chain.add(self._chain_key(link, runs, env), self._commented(made, runs, axes))
            return Val("", axes)
        codes = [flat(one.code) for one in (val, *others)]
        if made.parameter is not None:
            key = self.key(link.label, runs, env)
            self.where.add_parameter(key, made.parameter, self.init)
            access = self.where.tensor(key)
            template = made.expression or ""

            def scaled(v: Val) -> Val:
                if len(v.text) + len(access) > 76:
                    v = self.settle(v)
                operand = f"({v.text})" if _loose(v) else v.text
                return Val(template.replace("{self}", access).replace("{0}", operand), axes, False)

            return self._again(scaled, val)
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
                if text.count("{0}") > 1 or (len(v.text) + len(text) > 76 and not v.variable):
                    v = self.settle(v)
                tight = "({0}" not in text and text.strip() != "{0}"
                operand = f"({v.text})" if tight and not v.variable and _loose(v) else v.text
                filled = filled.replace("{0}", operand)
                for i, code in enumerate(codes[1:], 1):
                    filled = filled.replace(f"{{{i}}}", code)
                return Val(filled, axes, filled == v.text and v.variable)

            return self._again(express, val)
        assert made.module is not None
        self._helper(made)
        if made.stateless and link.label is None and not self._varies(made.module):
            access = self._pooled(made)
        else:
            key = self.key(link.label, runs, env)
            self._once(key, link)
            self.where.add(key, self._commented(made, runs, axes), self.init)
            access = self.where.access(self._forward_key(key, link, runs, env))
        return self._again(lambda v: Val(Call(f"{access}(", (v.code,)), axes, False), val)

    def _again(self, run: Any, val: Val) -> Val:
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

    def _commented(self, made: Made, runs: Sequence[Execution], axes: Axes) -> Call:
        """A remark where it helps: a new size, a number that looks wrong and is not."""
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
        head = axes[0] if axes else None
        if head is None or isinstance(head, Later) or (head.names and not head.text.isidentifier()):
            return made.module
        channels = head.text if head.names else str(shape[0])
        if head.names and head.text not in {one.python for one in self.parameters}:
            return made.module
        comment = " x ".join([channels, *map(str, shape[1:])])
        return made.module._replace(comment=comment)

    def _once(self, key: Key, link: tree.Link) -> None:
        """A running number that a condition moves would serve two layers at once."""
        if self.concrete or link.label is not None or not isinstance(key, str):
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

    def _pooled(self, made: Made) -> str:
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
        padded = word == "pad" and any(
            any(one.layer.values["channels"]) for one in site.executions if one.layer is not None
        )
        if word == "reshape" or padded:
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
        if begin.value != 0 and end.level == SUM and end.text.startswith(start):
            rest = end.text[len(start) :]
            return Py(rest, ATOM if rest.isidentifier() else end.level, None, end.names)
        return worked_out(binary("-", end, begin))


def _loose(val: Val) -> bool:
    """Whether code has an operator outside its brackets."""
    depth = 0
    for letter in val.text:
        depth += (letter in "([") - (letter in ")]")
        if letter == " " and depth == 0:
            return True
    return False


def _tensors(site: Site) -> list[tree.Expr]:
    kinds = site.value.kind.arguments
    return [expr for name, expr in arguments(site).items() if kinds[name].kind == "tensor"]
