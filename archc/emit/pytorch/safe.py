"""What the code cannot say: found before a line is written, and told at the author's own place."""

from __future__ import annotations

from collections.abc import Iterable

from archc.diagnostics import Diagnostic
from archc.emit.pytorch.python.names import PRIVATE
from archc.graph.graph import Graph
from archc.shapes import Open


def problems(graphs: Iterable[Graph]) -> list[Diagnostic]:
    """Labels that PyTorch keeps for itself, and layers that need a size that is open."""
    found: list[Diagnostic] = []
    seen: set[object] = set()
    for graph in graphs:
        for node in graph.nodes:
            if node.layer is None:
                continue
            if not node.layer.understood and node.span not in seen:
                seen.add(node.span)
                message = f"nothing is known of `{node.layer.values['name']}` but its shape"
                found.append(Diagnostic("cannot-express", "error", message, node.span))
            for word in node.module.split("."):
                if word in PRIVATE and (word, node.span) not in seen:
                    seen.add((word, node.span))
                    message = f"`{word}` is an attribute of every PyTorch module"
                    found.append(Diagnostic("bad-label", "error", message, node.span))
            shapes = [graph.nodes[i].shape or () for i in node.inputs]
            for weight in node.layer.weights(shapes):
                if any(isinstance(axis, Open) for axis in weight.shape) and node.span not in seen:
                    seen.add(node.span)
                    message = f"the weights of `{node.module}` depend on an open size"
                    found.append(
                        Diagnostic(
                            "open-size",
                            "error",
                            message,
                            node.span,
                            help="give the input's size as a number, or with --input",
                        )
                    )
    return found
