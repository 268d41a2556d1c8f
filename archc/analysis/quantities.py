"""What the names of a claim are worth: figures, layers and groups by their path, names in sight."""

from __future__ import annotations

from typing import Any

from archc.analysis.facts import Facts, Field, Totals
from archc.analysis.totals import group_totals
from archc.diagnostics import Label
from archc.graph import cures
from archc.graph.evaluate import Mistake, Silence, text_of
from archc.graph.graph import Claim, Graph, Node
from archc.language import tree
from archc.named import NamedTuple
from archc.shapes import Size

COUNTS = (
    *("params", "trainable", "buffers", "macs", "flops", "connections"),
    *("neurons", "depth", "activations"),
)
EXACT = (
    *("shape", "output", "training", "memory", "params", "trainable", "buffers"),
    *("neurons", "activations"),
)
"""What an operation that is not understood leaves known; the others are lower bounds with it."""
MEMORY = ("weights", "activations", "peak", "saved_for_backward")
FIELD = ("size", "stride", "padding", "center", "hull")
OTHERS = ("shape", "receptive_field", "memory", "output", "training")


class PerAxis(tuple[Any, ...]):
    """A figure per axis; one number compared with it means every axis."""

    __slots__ = ()


class Whole:
    """`global`: a receptive field that is the whole input."""

    def __repr__(self) -> str:
        return "global"


GLOBAL = Whole()


class PathOf(NamedTuple):
    """Something of the network by its path, "" the network; `output` the last value of it."""

    path: str
    training: bool = False


class FieldOf(NamedTuple):
    field: Field


class MemoryOf(NamedTuple):
    path: str


class Parts:
    """Which nodes a path names, and their sums; each found once, so that many claims are cheap."""

    def __init__(self, graph: Graph, facts: Facts) -> None:
        self.graph = graph
        self.facts = facts
        self._names: set[str] = set()
        self._members: dict[str, list[Node]] = {}
        self._totals: dict[tuple[str, bool], Totals] = {}
        self._largest: dict[str, str | None] = {}

    def named(self, path: str) -> bool:
        """Whether a node has this path, or one below it."""
        names = self._names
        if not names:
            for node in self.graph.nodes:
                above = node.path
                while above and above not in names:
                    names.add(above)
                    above = _outer(above)
        return path in names

    def members(self, path: str) -> list[Node]:
        """The nodes at or below a path, second runs of shared layers included."""
        if not path:
            return list(self.graph.nodes)
        if not self._members:
            above: dict[str, list[list[Node]]] = {"": []}  # of a path and those above it
            for node in self.graph.nodes:
                for members in self._above(node.path, above):
                    members.append(node)
        return self._members.get(path, [])

    def _above(self, path: str, known: dict[str, list[list[Node]]]) -> list[list[Node]]:
        """The members of a path and of all paths above it, to be added to."""
        found = known.get(path)
        if found is None:
            own = self._members.setdefault(path, [])
            found = known[path] = [own, *self._above(_outer(path), known)]
        return found

    def totals(self, path: str, training: bool) -> Totals:
        """The sums over a path."""
        found = self._totals.get((path, training))
        if found is None:
            inside = self.members(path)
            found = group_totals(self.graph, self.facts, path, training, inside)
            self._totals[path, training] = found
        return found

    def largest(self, what: str) -> str | None:
        """The layers that contribute most to a total, in words."""
        if what not in self._largest:
            self._largest[what] = largest(what, self.graph, self.facts)
        return self._largest[what]


def _outer(path: str) -> str:
    """The path of what is around."""
    return path[: max(path.rfind("."), path.rfind("@"), 0)]


def largest(what: str, graph: Graph, facts: Facts) -> str | None:
    """The layers that contribute most to a total of the network, in words."""
    if what not in ("params", "macs", "flops", "connections"):
        return None
    figures: list[tuple[int, str]] = []
    for node, layer in zip(graph.nodes, facts.layers, strict=True):
        figure = layer.params if what == "params" else layer.work and getattr(layer.work, what)
        if figure and not node.training:
            figures.append((figure, node.path))
    figures.sort(key=lambda pair: -pair[0])
    if not figures:
        return None
    return "most of it: " + ", ".join(f"`{path}` {figure:,}" for figure, path in figures[:3])


class Quantities:
    """What the names of a claim are worth: figures, layers by path, then the names in sight."""

    def __init__(self, claim: Claim, parts: Parts) -> None:
        self._place = claim.place
        self._parts = parts
        self._graph = parts.graph
        self._facts = parts.facts
        scope = claim.place.names.scope
        self._here = scope.path
        while scope.kind not in ("block", "network") and scope.parent is not None:
            scope = scope.parent
        self._base = scope.path

    def lookup(self, name: tree.Name) -> Any:
        word = name.id
        if word == "global":
            return GLOBAL
        if word == "in":
            raise Mistake("undefined-name", "there is no figure or layer `in`", name.span)
        if word in COUNTS or word in OTHERS:
            found = self._path(word)
            if found is None or word in COUNTS:
                return self._figure(PathOf(self._base), word, name)
        found = self._path(word)
        if found is not None:
            return found
        try:
            return self._place.lookup(name)
        except Mistake as error:
            raise self._did_not_run(word, error) from None

    def _did_not_run(self, word: str, error: Mistake) -> Mistake:
        """A claim is judged when all has run: what has not by then stands in another arm."""
        stands = self._place.names.later(word)
        if stands is None or error.code != "undefined-name":
            return error
        return Mistake(
            "undefined-name",
            f"`{word}` did not run in this network",
            error.span,
            "a claim may stand in the arm that it is about",
            (Label(stands, "it stands here"),),
        )

    def template(self, reference: tree.Template) -> Any:
        word = text_of(reference, self)
        found = self._path(word)
        if found is None:
            raise self._did_not_run(word, self._place.undefined(word, reference))
        return found

    def call(self, call: tree.Call, function: Any) -> Any:
        return self._place.call(call, function)

    def attribute(self, value: Any, name: str, expr: tree.Attribute) -> Any:
        if isinstance(value, PathOf):
            inner = f"{value.path}.{name}" if value.path else name
            if not value.training and value.path and self._parts.members(inner):
                return PathOf(inner)
            return self._figure(value, name, expr)
        if isinstance(value, FieldOf) and name in FIELD:
            return PerAxis(getattr(value.field, name))
        if isinstance(value, MemoryOf) and name in MEMORY:
            return self._memory(value.path, name)
        if isinstance(value, (FieldOf, MemoryOf)):
            known = FIELD if isinstance(value, FieldOf) else MEMORY
            raise _unknown(name, known, expr)
        if isinstance(expr.value, (tree.Number, tree.Text)):
            found = self._path(expr.value.span.text.strip('"'))
            if found is not None:
                return self.attribute(found, name, expr)
        return self._place.attribute(value, name, expr)

    def spend(self, items: int) -> None:
        self._place.spend(items)

    def _path(self, word: str) -> PathOf | None:
        """A label, looked for here and outwards up to the block's border."""
        prefix = self._here
        while True:
            path = f"{prefix}.{word}" if prefix else word
            if path in self._graph.values or self._parts.named(path):
                return PathOf(path)
            if prefix == self._base or not prefix:
                return None
            prefix = prefix.rpartition(".")[0]

    def _figure(self, value: PathOf, name: str, at: tree.Expr) -> Any:
        path = value.path
        if name == "training" and not value.training:
            return PathOf(path, True)
        if name == "output":
            return PathOf(path)
        if name == "memory":
            return MemoryOf(path)
        if name == "shape":
            return Size(self._shape(path))
        if name not in EXACT and self._opaque(path):
            return _known(None)
        if name == "receptive_field":
            return self._field(path)
        if name not in COUNTS:
            known = [*COUNTS, "shape", "receptive_field", "memory"]
            below = len(path) + 1 if path else 0
            known += [node.path[below:].split(".")[0] for node in self._parts.members(path)]
            raise _unknown(name, known, at)
        totals = self._parts.totals(path, value.training)
        if name in ("macs", "flops", "connections"):
            return _known(totals.work and getattr(totals.work, name))
        if name == "neurons":
            return _known(totals.conv_linear_activations)
        return _known(getattr(totals, name))

    def node(self, value: Any) -> int | None:
        """The node that something of a claim stands for, if it is a layer or group."""
        return self._node(value.path) if isinstance(value, PathOf) else None

    def _node(self, path: str) -> int:
        if path:
            found = self._graph.values.get(path)
            if found is None:
                found = self._parts.members(path)[-1].index
            return found
        if not self._graph.results:
            raise Silence
        return self._graph.results[0].node

    def _shape(self, path: str) -> tuple[Any, ...]:
        shape = self._graph.nodes[self._node(path)].shape
        if shape is None:
            raise Silence
        return shape

    def _field(self, path: str) -> Any:
        if not path:
            at = self._facts.field_at
            index = next((node.index for node in self._parts.members(at or "") if at), None)
            if index is None:
                raise Silence
        else:
            index = self._node(path)
        field = self._facts.layers[index].field
        if field is None:
            raise Silence
        return FieldOf(field)

    def _opaque(self, path: str) -> bool:
        """Whether a part of it is not understood, so that some of its figures are lower bounds."""
        members = self._parts.members(path)
        return any(one.layer is not None and not one.layer.understood for one in members)

    def _memory(self, path: str, name: str) -> Any:
        if name in ("peak", "saved_for_backward") and self._opaque(path):
            raise Silence
        if not path:
            return _known(getattr(self._facts.memory, name))
        layers = [self._facts.layers[node.index] for node in self._parts.members(path)]
        column = {"weights": "weight_bytes", "saved_for_backward": "saved_bytes"}
        if name == "activations":  # what has memory of its own: no views, nothing in place
            elements = _known(self._parts.totals(path, False).activations)
            whole = self._facts.totals.activations
            return elements * _known(self._facts.memory.activations) // whole if whole else 0
        if name == "peak":
            return max(_known(layer.live_bytes) for layer in layers)
        return sum(_known(getattr(layer, column[name])) for layer in layers)


def _known(figure: Any) -> Any:
    if figure is None:
        raise Silence
    return figure


def _unknown(name: str, known: Any, at: tree.Expr) -> Mistake:
    return Mistake(
        "undefined-name",
        f"there is no figure or layer `{name}`",
        at.span,
        f"there is {', '.join(dict.fromkeys(known))}",
        proposals=cures.text.spelt(cures.text.tail(at.span, name), name, known),
    )
