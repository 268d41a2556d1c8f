"""Products of matrices, and the attention that is made of them."""

from __future__ import annotations

from typing import Any

from archc.importer.model import Node, Ref
from archc.importer.operations import Opaque, Reading


class Matrices(Reading):
    """Both sides are values; the product with a parameter is no layer."""

    def _matmul(self, node: Node) -> None:
        given = node.arguments
        right = given["other"] if "other" in given else given["mat2"]
        self.multiplied(node, given["self"], right)

    _bmm = _matmul

    def multiplied(
        self,
        node: Node,
        left: Any,
        right: Any,
        output: str | None = None,
        shape: tuple[int, ...] | None = None,
    ) -> None:
        one, other = (self.shape(self.value(ref)) for ref in (left, right))
        if len(one) < 3 or one[:-2] != other[:-2]:
            raise Opaque
        self.add(node, "matmul", {}, [left, right], output=output, shape=shape)

    def _scaled_dot_product_attention(self, node: Node) -> None:
        """softmax(query * key^T * scale) * value, along the last axis."""
        given = node.arguments
        query, key, value = (given[name] for name in ("query", "key", "value"))
        shape, keys = (self.shape(self.value(ref)) for ref in (query, key))
        plain = given.get("attn_mask") is None and not given.get("is_causal")
        if not plain or given.get("dropout_p") or given.get("enable_gqa") or len(shape) < 3:
            raise Opaque
        rank, places = len(shape) - 1, (*shape[:-1], keys[-2])
        order = (*range(rank - 2), rank - 1, rank - 2)
        turned = self.permuted(node, key, order, f"{node.name}.turned")
        self.multiplied(node, query, turned, f"{node.name}.alike", places)
        scale = given.get("scale") or shape[-1] ** -0.5
        made = node._replace(name=f"{node.name}.shares", shape=places)
        self.rescale(made._replace(name=f"{node.name}.scaled"), Ref(f"{node.name}.alike"), scale, 0)
        self.along(made, "softmax", {}, [Ref(f"{node.name}.scaled")], rank)
        self.multiplied(node, Ref(made.name), value)
