"""What a closed group says of the blocks in it: a stage of a network is 3 bottlenecks to its
reader, not 10 convolutions and 3 sums."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from archc.emit.diagram.parts import Box
from archc.emit.diagram.ways import called, parted
from archc.emit.volumes.words import held
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.emit.diagram.alike import Alike
    from archc.graph.graph import Node, Scope

_LEAST = 2  # blocks that make a row
UP = "up"  # an upsampling, where there is little room: the legend says it


class Inner(NamedTuple):
    """A block in a group: what is in one, and how many there are."""

    name: str
    holds: str
    number: int
    places: frozenset[int]  # of all their layers


def staged(part: Box, alike: Alike) -> Box:
    """The part as the blocks in a row that it is; itself where it is anything else, or where there
    are no words for how the first block differs from the others."""
    scope = part.scope
    if scope is None or scope.kind == "block" or max(part.count, part.series) > 1:
        return part
    blocks: dict[Scope | None, list[Node]] = {}
    for node in part.nodes:
        blocks.setdefault(called(scope, node), []).append(node)
    first = next(iter(blocks))
    members = tuple(tuple(nodes) for nodes in blocks.values())
    names = {"" if block is None else block.name for block in blocks}
    if first is None or len(names) > 1 or len(members) < _LEAST or not _chained(members):
        return part
    exception = alike.exception(members)
    if exception is None:
        return part
    row = Box(first, part.name, part.nodes, 1, members, exception=exception)
    row.after = part.after
    return row


def _chained(members: tuple[tuple[Node, ...], ...]) -> bool:
    """Whether each block reads the one before it alone."""
    for before, block in pairwise(members):
        own = {node.index for node in block}
        read = {index for node in block for index in node.inputs} - own
        if not read <= {node.index for node in before}:
            return False
    return True


def inner_blocks(scope: Scope, nodes: tuple[Node, ...]) -> tuple[Inner, ...]:
    """The blocks with ways in them that are called in a group."""
    found: dict[str, dict[Scope, list[Node]]] = {}
    blocks = parted(scope, nodes)
    for node in nodes:
        if (block := blocks[node.index]) is not None:
            found.setdefault(block.name, {}).setdefault(block, []).append(node)
    return tuple(
        Inner(
            name,
            held(tuple(next(iter(several.values())))),
            len(several),
            frozenset(node.index for one in several.values() for node in one),
        )
        for name, several in found.items()
    )


def grouped(nodes: tuple[Node, ...], inner: tuple[Inner, ...]) -> str:
    """What is in a group, `1 conv, Stream`: layers by kind, blocks by name."""
    told = frozenset[int]().union(*(one.places for one in inner))
    rest = tuple(node for node in nodes if node.index not in told)
    layers = any(node.layer is not None and not node.layer.striped for node in rest)
    blocks = (one.name if one.number == 1 else f"{one.number} {one.name}" for one in inner)
    return ", ".join((*[held(rest)] * layers, *blocks))


def listed(said: str) -> list[str]:
    """What is in a group, one kind a line, with the commas of a list. A long word is short, for
    where many ways cross no room is left for it: `2 up,`."""
    return said.replace("upsample", UP).replace(", ", ",\n").split("\n")
