"""Global response normalisation, which modules write as eight operations."""

from __future__ import annotations

from typing import Any

from archc.importer.model import Node, Ref
from archc.importer.operations import Opaque, Reading, base_name


class Responses(Reading):
    """x + (bias + weight * (x * share)), with the share of a channel's strength in their mean."""

    def responded(self, node: Node, left: Any, right: Any) -> bool:
        """Whether a sum is that; every part of it is looked at."""
        try:
            self._respond(node, left, right)
        except (Opaque, KeyError, AttributeError):
            return False
        return True

    def _respond(self, node: Node, left: Any, right: Any) -> None:
        value = self.value(left)
        product = self._made(right, "addcmul")
        scaled = self._made(product["tensor2"], "mul")
        share = self._made(scaled["other"], "div")
        strength = self._made(share["self"], "linalg_vector_norm")
        total = self._made(share["other"], "add")
        mean = self._made(total["self"], "mean")
        weight, bias = (Ref(self.views.get(product[key].name, "")) for key in ("tensor1", "self"))
        owner = self.owner(weight)
        rank = len(self.shape(value))
        axis = mean["dim"][0] % rank
        others = [place for place in range(1, rank) if place != axis]
        same = all(self.value(one["self"]) == value for one in (scaled, strength))
        fits = (
            *(same, self.owner(bias, "bias") == owner, mean["self"] == share["self"]),
            *(strength["ord"] == 2, sorted(one % rank for one in strength["dim"]) == others),
            *(strength["keepdim"], mean["keepdim"], len(mean["dim"]) == 1),
            *(product.get("value", 1) == 1, total.get("alpha", 1) == 1),
            isinstance(total["other"], float),
        )
        if not all(fits):
            raise Opaque
        eps = {} if total["other"] == 1e-6 else {"eps": total["other"]}
        self.along(node, "grn", eps, [left], axis, owner)
        self.used.update((weight.name, bias.name))

    def _made(self, ref: Any, kind: str) -> dict[str, Any]:
        """The arguments of the operation that made a value, which must be of this kind."""
        node = self.nodes[ref.name]
        if base_name(node.target) != kind:
            raise Opaque
        return node.arguments
