"""Norms whose statistics are of a single value: its mean is the value itself, and takes all of it.

PyTorch refuses them for a batch of one image ("Expected more than 1 value per channel"), and not
in training alone: group norm has no other statistics, nor has a batch norm without running ones.
"""

from __future__ import annotations

from collections.abc import Iterator

from archc.graph.graph import Graph, Node
from archc.layers.remedy import Remedy
from archc.shapes import show

ALONE = "PyTorch refuses a batch of one image"


def single_values(graph: Graph) -> Iterator[tuple[Node, str, tuple[Remedy, ...]]]:
    """`groupnorm 8` on 8x1x1, and `batchnorm track=false` on a map of one position."""
    for node in graph.nodes:
        layer, shape = node.layer, node.shape
        if layer is None or layer.group != "normalisation" or shape is None or set(shape[1:]) - {1}:
            continue
        if layer.values.get("track") is False:
            message = (
                f"`{layer.keyword} track=false` on {show(shape)} has one value a channel and "
                f"image: {ALONE}, at inference too"
            )
            yield node, message, (Remedy({"track": None}, help="with running statistics"),)
        elif layer.values.get("groups") == shape[0]:
            message = (
                f"a group of `{layer.keyword}` on {show(shape)} is one value, which is its own "
                f"mean: nothing of it is left, and {ALONE}"
            )
            whole = (Remedy({"groups": "1"}, help="one group of all channels"),)
            yield node, message, whole if shape[0] != 1 else ()
