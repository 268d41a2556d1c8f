"""A pool that is missing in front of a claim: the map there is twice as large as it should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Proposal
from archc.graph.cures.edits import after, ahead, site
from archc.graph.cures.flow import Flow, output
from archc.graph.cures.reaching import Wanted
from archc.graph.graph import Node
from archc.language import tree
from archc.shapes import Shape, show


def pool_missing(
    nodes: Sequence[Node], index: int, wanted: Wanted, link: tree.Link
) -> Iterator[Proposal]:
    """Another pool like the others of the network, where the last window is none."""
    if index < 0 or len(nodes[index].inputs) != 1:
        return
    node, flat = nodes[index], len(wanted) == 1
    before = nodes[node.inputs[0]] if flat else node
    shape = before.shape
    flow = Flow(nodes, before.index, frozenset())
    windows = [one for one in flow.texts() if one.layer and "kernel" in one.layer.arguments]
    pools = [one for one in windows if one.layer and one.layer.group == "pooling"]
    found = site(link.action.span)
    if shape is None or found is None or not pools or windows[0] in pools:
        return
    convolutions = [one.layer for one in windows if one.layer and one not in pools]
    if any(max(layer.strides, default=1) > 1 for layer in convolutions):
        return
    for pool in pools:
        assert pool.layer is not None
        smaller = output(pool.layer, {}, [shape])
        if smaller is None or not _fits(smaller, wanted, flat):
            continue
        line = " ".join(pool.span.text.split())
        if flat:
            edit, where = ahead(found.link.action.span, f"{line} -> "), "before it"
        else:
            edit, where = after(found.link.action.span, f" -> {line}"), "behind it"
        help = f"is a pool missing? `{line}` {where} would give {_told(smaller, flat)}"
        yield Proposal(help, Cure((edit,)), exact=True)
        return


def _fits(shape: Shape, wanted: Wanted, flat: bool) -> bool:
    if flat:
        return _product(shape) == wanted[0]
    if len(shape) != len(wanted):
        return False
    return all(want in (None, have) for have, want in zip(shape, wanted, strict=True))


def _product(shape: Shape) -> int:
    number = 1
    for axis in shape:
        assert isinstance(axis, int)
        number *= axis
    return number


def _told(shape: Shape, flat: bool) -> str:
    return f"{_product(shape)}, from {show(shape)}" if flat else show(shape)
