"""Values under computed labels: a loop saves them, what comes later reads them again.

saved[f"enc{i}"] = x        # enc{i}: Double width * 2**i
x = saved[f"enc{level}"]    # from enc{level}
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from archc.emit.pytorch.expressions import NotSymbolic
from archc.emit.pytorch.layout import Line
from archc.emit.pytorch.python import ATOM, Py, text_literal
from archc.emit.pytorch.state import State
from archc.emit.pytorch.trace import Execution
from archc.emit.pytorch.values import Axes, Env, Val
from archc.language import tree


class Store(NamedTuple):
    """A label that a loop worked out, and what it named."""

    label: tree.Template
    axes: Axes
    variable: str | None  # the name in the label, if all its channels hang on is that name
    offset: int  # what the label adds to it


class Saved(State):
    """Writes labelled values into a dictionary, and reads them."""

    def read_again(self, label: tree.Template | str) -> bool:
        """Whether some text reads a label; a computed one may mean several."""
        if isinstance(label, str):
            return label in self.referenced or any(
                _number(one, label) is not None for one in self.read_templates
            )
        return any(_alike(one, label) for one in self.read_templates) or any(
            _number(label, word) is not None for word in self.referenced
        )

    def store(self, label: tree.Template, val: Val, runs: Sequence[Execution], env: Env) -> Val:
        """Saves a value under a label that differs from round to round."""
        if self.chain is not None or self.where is not self.root or self.concrete:
            raise NotSymbolic("a computed label that is read again")
        if self.saved is None:
            self.saved = self.variables.new("saved", "saved_values")
        val = self.settle(val)
        key = self.template(label, self.printer(runs, env, forward=True))
        self.do(Line(val.text, f"{self.saved}[{key.text}] = "))
        self.remember(label, val, env)
        return val

    def remember(self, label: tree.Template, val: Val, env: Env) -> None:
        """What is known of a saved value's channels."""
        variable, offset = _index(label)
        if variable is not None:
            local = env.find(variable)
            variable = local.init.text if local is not None else None
        head = val.axes[0] if val.axes else None
        changing = self.loop_names | set(self.channel_names)
        if not isinstance(head, Py) or head.names & (changing - {variable or ""}):
            head = None
        axes: Axes = (head, *(None,) * (len(val.axes) - 1))
        self.stores.append(Store(label, axes, variable, offset))

    def store_too(self, label: tree.Template, val: Val, env: Env) -> None:
        """Saves a value whose plain label a computed reference may mean."""
        word = label.plain or ""
        if all(_number(one, word) is None for one in self.read_templates):
            return
        if self.where is not self.root:
            raise NotSymbolic("a computed reference to a label of a group")
        if self.saved is None:
            self.saved = self.variables.new("saved", "saved_values")
        self.do(Line(val.text, f"{self.saved}[{text_literal(word)}] = "))
        self.remember(label, val, env)

    def recall(self, name: tree.Template | str, runs: Sequence[Execution], env: Env) -> Val | None:
        """The value that was saved under a label; `name` is worked out where it is text."""
        found: list[tuple[str, Axes]] = []
        for store in self.stores:
            if isinstance(name, str):
                number = _number(store.label, name)
                if number is None:
                    continue
                key, index = text_literal(name), Py(str(number - store.offset))
            elif _alike(store.label, name) or _number(name, store.label.plain or "") is not None:
                key = self.template(name, self.printer(runs, env, forward=True)).text
                index = self._position(store, name, runs, env)
            else:
                continue
            head = store.axes[0] if store.axes else None
            if isinstance(head, Py) and store.variable is not None:
                head = _with(head, store.variable, index)
            found.append((key, (head, *store.axes[1:])))
        if not found:
            return None
        key, axes = found[-1]
        heads = [one[0] if one else None for _, one in found]
        texts = {one.text for one in heads if isinstance(one, Py)}
        if len(texts) != 1 or not all(isinstance(one, Py) for one in heads):
            axes = (None,) * len(axes)  # which of them is meant, only the arguments tell
        return Val(f"{self.saved}[{key}]", axes)

    def _position(
        self, store: Store, name: tree.Template, runs: Sequence[Execution], env: Env
    ) -> Py:
        """The round that a reference means, in its own words."""
        part = next((one for one in name.parts if not isinstance(one, str)), None)
        if part is None or store.variable is None:
            return Py("0")
        py = self.printer(runs, env).py(part)
        if store.offset == 0:
            return py
        sign = "-" if store.offset > 0 else "+"
        return Py(f"({py.text} {sign} {abs(store.offset)})", ATOM, None, py.names)


def _index(label: tree.Template) -> tuple[str | None, int]:
    """The only name in a label, and what is added to it: `i` and 1 for `layer{i + 1}`."""
    exprs = [one for one in label.parts if not isinstance(one, str)]
    if len(exprs) != 1:
        return None, 0
    expr = exprs[0]
    if isinstance(expr, tree.Name):
        return expr.id, 0
    if isinstance(expr, tree.Binary) and isinstance(expr.left, tree.Name):
        right = expr.right
        if isinstance(right, tree.Number) and isinstance(right.value, int):
            offsets = {"+": right.value, "-": -right.value}
            if expr.operator in offsets:
                return expr.left.id, offsets[expr.operator]
    return None, 0


def _alike(one: tree.Template, other: tree.Template) -> bool:
    """Whether two computed labels have the same text around what is worked out."""
    return [part if isinstance(part, str) else None for part in one.parts] == [
        part if isinstance(part, str) else None for part in other.parts
    ]


def _number(label: tree.Template, name: str) -> int | None:
    """The number in a label that is written out: 4 in `pool4`."""
    pattern = "".join(re.escape(one) if isinstance(one, str) else r"(\d+)" for one in label.parts)
    found = re.fullmatch(pattern, name)
    return int(found[1]) if found is not None and len(found.groups()) == 1 else None


def _with(head: Py, variable: str, index: Py) -> Py:
    """A count of channels with another round's number in it."""
    if variable not in head.names:
        return head
    text = re.sub(rf"\b{re.escape(variable)}\b", lambda _: index.at(ATOM), head.text)
    text = re.sub(r"(\w)\*\*\(", r"\1 ** (", text)
    return Py(text, head.level, None, (head.names - {variable}) | index.names)
