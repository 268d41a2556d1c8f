"""Graphs made by hand: a `Net` chains layers, as the elaborator would for a text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from archc.graph.graph import Graph, Node, Result, Scope
from archc.language import tree
from archc.language.source import Source, Span
from archc.layers.base import Layer, LayerError
from archc.layers.registry import bind
from archc.shapes import Shape

NOWHERE = Source("\n", "test.arch")


def span(text: str = "", source: Source | None = None) -> Span:
    """A place of its own whose text is `text`."""
    own = source or Source(text, "test.arch")
    return Span(own, 0, len(own.text))


def layer(kind: str, *positional: Any, rank: int = 2, **named: Any) -> Layer:
    return bind(kind, positional, named, rank)


class Net:
    """A network under construction; `at` is the current value, an index of a node."""

    def __init__(self, *shape: Any, name: str = "Test") -> None:
        self.name = name
        self.nodes: list[Node] = []
        self.results: list[Result] = []
        self.complete = True
        self.root = Scope("network", name, "", (), span(f"network {name}"), None, False)
        self.scopes = [self.root]
        self.scope = self.root
        self.training = False
        self.counters: dict[str, int] = {}
        self.spans: dict[str, Span] = {}
        self.at = -1
        if shape:
            self.input("input", *shape)

    def input(self, name: str, *shape: Any) -> int:
        return self._node(None, (), tuple(shape), name, name, span(f"input {name}"))

    @contextmanager
    def inside(self, name: str, kind: Any = "group", sequence: bool = False) -> Iterator[Scope]:
        outer = self.scope
        path = f"{outer.path}.{name}" if outer.path else name
        self.scope = Scope(kind, name, path, (), span(name), outer, sequence)
        self.scopes.append(self.scope)
        yield self.scope
        self.scope = outer

    def add(
        self,
        kind: str | Layer,
        *positional: Any,
        inputs: tuple[int, ...] | None = None,
        name: str | None = None,
        text: str | None = None,
        site: str | None = None,
        module: str | None = None,
        **named: Any,
    ) -> int:
        """A layer on the current value, or on `inputs`; `site` names a text several calls run."""
        sources = (self.at,) if inputs is None else inputs
        shapes = [self.nodes[i].shape for i in sources]
        known = [shape for shape in shapes if shape is not None]
        if isinstance(kind, Layer):
            one = kind
        else:
            one = layer(kind, *positional, rank=len(known[0]) - 1 if known else 2, **named)
        shape: Shape | None = None
        if len(known) == len(shapes):
            try:
                shape = one.output(known)
            except LayerError:
                self.complete = False
        word = f"{one.keyword} {' '.join(map(str, positional))}" if text is None else text
        place = self.spans.setdefault(site, span(word)) if site else span(word)
        if name is None:
            key = f"{self.scope.path}/{one.keyword}"
            self.counters[key] = self.counters.get(key, 0) + 1
            name = f"{one.keyword}{self.counters[key]}"
        path = f"{self.scope.path}.{name}" if self.scope.path else name
        return self._node(one, sources, shape, path, name, place, module)

    def _node(
        self,
        one: Layer | None,
        inputs: tuple[int, ...],
        shape: Shape | None,
        path: str,
        label: str,
        place: Span,
        module: str | None = None,
    ) -> int:
        index = len(self.nodes)
        self.nodes.append(
            Node(
                index,
                path,
                module or path,
                one,
                inputs,
                shape,
                label,
                place,
                self.scope,
                self.training,
            )
        )
        self.at = index
        return index

    def result(self, name: str = "out", training: bool = False) -> int:
        self.results.append(Result(name, self.at, training, span(name)))
        return self.at

    def graph(self) -> Graph:
        if not any(result.name == "out" for result in self.results):
            self.results.insert(0, Result("out", self.at, False, span("out")))
        name = tree.Name(self.name, span(self.name))
        network = tree.Network(name, (), None, (), span(self.name))
        program = tree.Program(NOWHERE, None, (network,), ())
        return Graph(
            self.name,
            program,
            network,
            {},
            tuple(self.nodes),
            tuple(self.results),
            tuple(self.scopes),
            {},
            (),
            self.complete,
        )
