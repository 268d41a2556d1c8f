"""Layers that are handed to blocks: `act: Callable[..., nn.Module] = nn.ReLU`.

A parameter that holds a layer is an argument of the class where its text only calls it, and where
all it ever held can be called alike: with nothing, `act()`, or with the channels, `norm(width)`.
Elsewhere the layer is worked into the class.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from archc.emit.pytorch.python import tuple_literal
from archc.emit.pytorch.trace import Execution, Instance, Tracer
from archc.graph.values import BlockValue, GroupValue, LayerValue
from archc.language import tree
from archc.language.source import Span
from archc.layers.arguments import ArgumentError
from archc.layers.base import LayerError
from archc.layers.form import Form
from archc.layers.registry import KINDS, bind
from archc.shapes import Shape

Holder = tuple[Span, str]
"""A parameter: the place of its definition, and its name."""
CHANNELS = ("in.channels", "in.features")


class Handed:
    """Which parameters are arguments that make modules, and how they are called."""

    def __init__(self, tracers: Sequence[Tracer], sites: frozenset[Span]) -> None:
        self.sites = sites
        self.channels: dict[Holder, bool] = {}  # whether the call gives the channels
        self.unused: set[Holder] = set()  # parameters that no run of the text calls
        self.optional: dict[Holder, bool] = {}  # whether it may be none
        self._texts: dict[tuple[Holder, str], str] = {}
        self._inputs: dict[Holder, list[tuple[Shape, ...]]] = {}
        self._together: dict[Holder, frozenset[Span]] = {}
        calls: dict[Holder, list[Execution]] = {}
        values: dict[Holder, list[Any]] = {}
        definitions: dict[Span, tree.Block | tree.Network] = {}
        for one in (each for tracer in tracers for each in tracer.instances):
            definition = definition_of(one)
            definitions[definition.name.span] = definition
            for word, value in one.place.values.items():
                holder = (definition.name.span, word)
                values.setdefault(holder, []).append(value)
            for runs in one.executions.values():
                for run in runs:
                    action = run.action
                    if isinstance(action, tree.Apply) and isinstance(action.callee, tree.Name):
                        holder = (definition.name.span, action.callee.id)
                        calls.setdefault(holder, []).append(run)
        for holder, held in values.items():
            if any(isinstance(value, LayerValue) for value in held):
                runs = calls.get(holder, [])
                definition = definitions[holder[0]]
                if _called_only(definition, holder[1]) and fixed_default(definition, holder[1]):
                    self._consider(holder, held, runs)
                if not runs and not _handed_on(definitions[holder[0]], holder[1]):
                    self.channels.pop(holder, None)
                    self.unused.add(holder)

    def _consider(self, holder: Holder, held: list[Any], runs: list[Execution]) -> None:
        ways = set()
        if any(isinstance(value, (BlockValue, GroupValue)) for value in held):
            ways.add(True)
        if not all(value is None or isinstance(value, (LayerValue, BlockValue)) for value in held):
            return
        self.optional[holder] = None in held
        texts: dict[str, set[str]] = {}
        for run in runs:
            value = run.place.value(holder[1])
            if run.layer is None or not isinstance(value, LayerValue):
                continue
            text, way = _made(run.layer.torch_module(run.inputs), run.layer.keyword)
            if text is None:
                return
            texts.setdefault(repr(value), set()).add(text)
            self._inputs.setdefault(holder, []).append(run.inputs)
            if run.layer.keyword != "identity":
                ways.add(way)
            spans = run.place.module.borrowing.together.get(run.action.span, frozenset())
            self._together[holder] = spans | {run.action.span}
        if len(ways) > 1 or any(len(one) > 1 for one in texts.values()):
            return
        self.channels[holder] = ways == {True}
        for name, found in texts.items():
            self._texts[holder, name] = found.pop()

    def text(self, value: LayerValue, holder: Holder) -> str | None:
        """What is handed over for a layer: its class, or a `partial` of it; None if unknown."""
        text = self._texts.get((holder, repr(value)))
        spans = self._together.get(holder, frozenset())
        if text is None:  # only handed on from here
            others = [one for one, name in self._texts if name == repr(value)]
            texts = {self._texts[one, repr(value)] for one in others}
            texts |= set() if texts else self._unseen(value, holder)
            if len(texts) != 1:
                return None
            text = texts.pop()
            spans = frozenset().union(*(self._together[one] for one in others))
        head, _, rest = text.partition("(")
        options = [rest] if rest else []
        if value.kind.in_place and spans & self.sites:
            options.append("inplace=True")
        return f"partial({head}, {', '.join(options)})" if options else head

    def _unseen(self, value: LayerValue, holder: Holder) -> set[str]:
        """A default that every call replaced, made where another layer runs."""
        for inputs in self._inputs.get(holder) or [((8, 8, 8),)]:
            try:
                kind = value.kind.keyword
                layer = bind(kind, value.positional, value.named, len(inputs[0]) - 1)
                text, way = _made(layer.torch_module(inputs), kind)
            except (ArgumentError, LayerError):
                return set()
            if text is not None and way == self.channels[holder]:
                return {text}
        return set()


def definition_of(one: Instance) -> tree.Block | tree.Network:
    """The text that a call runs."""
    value = one.value.network if isinstance(one.value, GroupValue) else one.value
    found: tree.Block | tree.Network = (
        value if isinstance(value, tree.Network) else value.definition
    )
    return found


def fixed_default(definition: tree.Block | tree.Network, word: str) -> bool:
    """Whether a default is the same for every call, and hangs on no other parameter."""
    names = {one.name.id for one in definition.parameters} | {"in"}
    default = next((one.default for one in definition.parameters if one.name.id == word), None)
    return not any(isinstance(one, tree.Name) and one.id in names for one in tree.within(default))


def _called_only(definition: tree.Block | tree.Network, word: str) -> bool:
    """Whether the text calls what a parameter holds, without arguments, or hands it on."""
    fit = set(_fit(definition, word))
    names = [one for one in tree.within(definition.body) if isinstance(one, tree.Name)]
    return all(id(one) in fit for one in names if one.id == word)


def _fit(definition: tree.Block | tree.Network, word: str) -> Iterator[int]:
    for one in tree.within(definition.body):
        if not isinstance(one, tree.Apply) or not isinstance(one.callee, tree.Name):
            continue
        if one.callee.id == word and not one.arguments:
            yield id(one.callee)
        if one.callee.id not in KINDS and one.callee.id != "share":
            yield from (id(argument.value) for argument in one.arguments)
    for one in tree.within(definition.body):  # `if Act != none`
        if isinstance(one, tree.Comparison) and any(map(_is_none, one.operands)):
            yield from (id(part) for part in one.operands)


def _handed_on(definition: tree.Block | tree.Network, word: str) -> bool:
    return any(
        isinstance(argument.value, tree.Name) and argument.value.id == word
        for one in tree.within(definition.body)
        if isinstance(one, tree.Apply)
        for argument in one.arguments
    )


def _is_none(expr: tree.Expr) -> bool:
    return isinstance(expr, tree.Constant) and expr.value is None


def _made(form: Form, keyword: str) -> tuple[str | None, bool]:
    """`nn.GroupNorm(32` for a layer, without its channels, and whether it takes them last."""
    positional = [part for part in form.parts if part.name is None]
    takes = [part.source in CHANNELS for part in positional]
    if not form.target.startswith("nn.") or form.pads is not None or keyword == "scale":
        return None, False
    if any(takes[:-1]):
        return None, False
    parts = [tuple_literal(part.value) for part in positional if part.source not in CHANNELS]
    parts += [f"{part.name}={tuple_literal(part.value)}" for part in form.given if part.name]
    return f"{form.target}({', '.join(parts)}" if parts else form.target, any(takes)
