"""Axes taken together: means, sums and largest values."""

from __future__ import annotations

from typing import Any

from archc.importer.model import Node, Ref
from archc.importer.operations import Opaque, Reading, base_name

OVER_MAPS = {"mean": "global_avgpool", "max": "adaptive_maxpool"}
"""What is the same over all axes behind the channels."""


class Reductions(Reading):
    """Over the axes of a map they are poolings; over another one it comes to the front."""

    def _mean(self, node: Node) -> None:
        self._reduce(node, "mean")

    def _sum(self, node: Node) -> None:
        self._reduce(node, "sum")

    def _amax(self, node: Node) -> None:
        self._reduce(node, "max")

    def _max(self, node: Node) -> None:
        """The values alone can be said, not their places."""
        given = {**node.arguments, "dim": [node.arguments["dim"]]}
        self._reduce(self.first_of_several(node)._replace(arguments=given), "max")

    def _adaptive_max_pool2d(self, node: Node) -> None:
        node = self.first_of_several(node)
        self.add(node, "adaptive_maxpool", {"size": (node.shape or ())[2:]})

    _adaptive_max_pool1d = _adaptive_max_pool3d = _adaptive_max_pool2d

    def first_of_several(self, node: Node) -> Node:
        """An operation of which only the first result is wanted."""
        results = {ref.name for _, ref in self.exported.outputs}
        for reader in self.readers[node.name]:
            taken = self.readers[reader.name] or reader.name in results
            if base_name(reader.target) != "getitem" or (taken and reader.arguments["1"] != 0):
                raise Opaque
        return node._replace(shape=node.shapes[0])

    def _reduce(self, node: Node, word: str) -> None:
        value = node.arguments["self"]
        rank = len(self.shape(self.value(value)))
        axes = sorted(axis % rank for axis in (node.arguments.get("dim") or []))
        if word in OVER_MAPS and axes == list(range(2, rank)):
            self._reduced(node, OVER_MAPS[word], value)
        elif word in OVER_MAPS and axes == list(range(1, rank - 1)) and rank > 3:
            self._reduced(node, OVER_MAPS[word], self.fronted(node, value, rank - 1))
        elif len(axes) == 1:
            self._reduced(node, word, self.fronted(node, value, axes[0]))
        else:
            raise Opaque

    def _reduced(self, node: Node, word: str, ref: Any) -> None:
        """A pooling, and the shape that is wanted of it."""
        whole = self.shape(self.value(ref))
        ones = (1,) * (len(whole) - 2)
        shape = (*whole[:2], *ones) if word in OVER_MAPS.values() else (whole[0], 1, *whole[2:])
        given = {"size": ones} if word == "adaptive_maxpool" else {}
        if shape == node.shape:
            self.add(node, word, given, [ref])
            return
        made = f"{node.name}.{word}"
        self.add(node, word, given, [ref], output=made, shape=shape)
        if len(node.shape or ()) == 2:
            self.add(node, "flatten", {}, [Ref(made)])
        else:
            self.add(node, "reshape", {"shape": (node.shape or ())[1:]}, [Ref(made)])
