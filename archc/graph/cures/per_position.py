"""Dense layers at each position of a map, as the MLP of a vision transformer has them.

There the channels stand last, and a dense layer acts on them alone; here it is a convolution of
1x1. What tells it: a branch of a sum, which keeps its shape, or a last layer that is as wide as
what came in, or a layer behind it that wants a map.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called
from archc.graph.cures.edits import after, mended, site, sites
from archc.graph.naming import Body, inner_bodies
from archc.graph.values import Tensor
from archc.language import tree
from archc.layers.arguments import ArgumentError
from archc.layers.base import LayerError
from archc.layers.registry import KINDS
from archc.shapes import Shape

POINTWISE = "conv"
ENTERING = "in.channels"
BETWEEN = ("activation", "normalisation", "regularisation")


def at_each_position(
    error: LayerError | ArgumentError, action: tree.Apply, inputs: Sequence[Tensor]
) -> Iterator[Proposal]:
    """`linear 3072 -> gelu -> linear 768` on 768x14x14: convolutions of 1x1."""
    shape = inputs[0].shape if inputs else None
    dense = meant(action, shape) if error.code == "needs-flat" and shape else []
    found = site(action.span)
    if not dense or found is None:
        return
    kernel = "x".join("1" * (len(shape or ()) - 1))
    edits: list[Edit] = []
    told: list[str] = []
    for one in dense:
        comma = "," if one.parenthesised else ""
        own = [
            Edit(one.callee.span, POINTWISE),
            after(one.arguments[0].span, f"{comma} {kernel}"),
        ]
        told.append(f"`{mended(one.span, own)}` for `{mended(one.span, [])}`")
        edits += own
    start, end = found.chain.span.start, found.chain.span.end
    if all(start <= one.span.start <= end for one in dense):
        told = [f"`{mended(found.chain.span, edits)}`"]
    yield Proposal(f"at each position: write {' and '.join(told)}", Cure(tuple(edits)))


def meant(action: tree.Apply, shape: Shape | None) -> list[tree.Apply]:
    """The dense layers from one on that are meant at each position; none where nothing tells it."""
    found = site(action.span)
    if found is None or shape is None or len(shape) < 3 or all(axis == 1 for axis in shape[1:]):
        return []
    row, added = _row(found.definition.body, action, False) or ((), False)
    dense: list[tree.Apply] = []
    behind = None
    for one in row:
        kind = kind_called(one) if isinstance(one, tree.Apply) else None
        if kind is kind_called(action) and isinstance(one, tree.Apply):
            if not one.arguments or one.arguments[0].name is not None:
                return []
            dense.append(one)
        elif kind is None or kind.group not in BETWEEN:
            behind = kind
            break
    if added or _called_in_a_sum(found.definition):
        return dense
    width = dense[-1].arguments[0].value if len(dense) > 1 else None
    keeps = isinstance(width, tree.Number) and width.value == shape[0]
    keeps = keeps or (width is not None and width.span.text == ENTERING)
    pooled = behind is not None and ("kernel" in behind.arguments or behind.group == "pooling")
    return dense if width is not None and (keeps or pooled) else []


def _called_in_a_sum(definition: tree.Block | tree.Network) -> bool:
    """Whether a block is a branch of a sum where it is called."""
    for one in sites(definition.span.source).values():
        call = one.link.action
        if isinstance(call, tree.Apply) and call.callee.span.text == definition.name.id:
            found = _row(one.definition.body, call, False)
            if found is not None and found[1]:
                return True
    return False


def _row(
    body: Body, action: tree.Apply, added: bool
) -> tuple[tuple[tree.Action, ...], bool] | None:
    """The actions from one on in its braces, and whether they are a branch of a sum."""
    for place, statement in enumerate(body):
        if not isinstance(statement, tree.Chain):
            continue
        for number, link in enumerate(statement.links):
            if link.action.span == action.span:
                rest = (one for one in body[place + 1 :] if isinstance(one, tree.Chain))
                links = (*statement.links[number:], *(link for one in rest for link in one.links))
                return tuple(one.action for one in links), added
            for inner in inner_bodies(link.action):
                merge = link.action if isinstance(link.action, tree.Braced) else None
                kind = KINDS.get(merge.word.id) if merge is not None else None
                if kind is None or not kind.many_inputs:
                    found = _row(inner, action, added)
                else:
                    sums = kind.operator == "+" and len(inner) > 1
                    branches = (_row((branch,), action, sums) for branch in inner)
                    found = next((one for one in branches if one is not None), None)
                if found is not None:
                    return found
    return None
