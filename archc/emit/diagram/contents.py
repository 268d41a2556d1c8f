"""What a closed box says of what is in it: as much as a few lines have room for."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.diagram import inside, words
from archc.emit.diagram.alike import spread, stride
from archc.emit.diagram.inside import ARROW
from archc.emit.diagram.labels import DETAIL
from archc.emit.diagram.metrics import text_width, wrap
from archc.emit.diagram.ways import called, parted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.check import Network
    from archc.emit.diagram.alike import Alike
    from archc.emit.diagram.parts import Box
    from archc.graph.graph import Node, Scope

_LINES, _MORE = 5, 7  # that tell what is in a block, and where they are short
_FEW = 3  # that tell what is in a group of blocks, layer by layer
_BRIEF = 4  # that count what is in a block
_NARROW = 120  # points of short lines
_UNUSED = ["rest", "not", "used"]
_LISTED = 5  # layers that are listed where ways cross
_MARKS = ("|", ";", ARROW)  # that stand behind a piece


class Contents:
    """Says what is in the closed boxes of one network."""

    def __init__(
        self, network: Network, alike: Alike, read_by: list[list[int]], terse: bool
    ) -> None:
        self._network = network
        self._graph = network.graph
        self._alike = alike
        self._read_by = read_by
        self._terse = terse
        self._most = (_FEW, _FEW) if terse else (_LINES, _MORE)
        # Of blocks, what was told last, and which values that one read.
        self._told: dict[str, tuple[list[str], tuple[int, ...]]] = {}
        self.explained: set[str] = set()  # blocks whose ways were told

    def lines(self, box: Box, room: float) -> list[str]:
        """The lines for a box with so much room: what is in it, in what the first of several
        differs, what leaves it besides its result.

        A block that holds the same as the one of its name before it says it no second time, unless
        it stands beside that.
        """
        size = (len(box.nodes) - len(box.after)) // box.count
        rows = self._row(box, room) if box.series > 1 else []
        found = self._each(box, room) if box.series > 1 else self._one(box, size, room)
        if box.scope is not None and box.scope.kind == "block":
            reads = self._reads(box)
            last, read = self._told.get(box.scope.name, ([], ()))
            self._told[box.scope.name] = found, reads
            found = [] if found == last and reads != read else found
        found = [*rows, *found]
        if box.exception:
            found += wrapped(box.exception.split(" "), room, 3)
        if words.frozen(box.nodes):
            found.append("frozen")
        if len(self._heard(box.nodes)) < len(box.nodes) and box.series == box.count == 1:
            found += wrapped(_UNUSED, room, 2)
        if gives := self._gives(box):
            found += wrapped(gives.split(" "), room, 3)
        return found

    def _reads(self, box: Box) -> tuple[int, ...]:
        """The values outside a box that it reads."""
        own = {node.index for node in box.nodes}
        read = {index for node in box.nodes for index in node.inputs if index not in own}
        return tuple(sorted(read))

    def _row(self, box: Box, room: float) -> list[str]:
        """How many stand in a row, and from how many channels to how many."""
        first, last = box.nodes[0], box.nodes[-1]
        taken = self._graph.nodes[first.inputs[0]].shape if first.inputs else None
        said = f"{box.series} in a row"
        if not (taken and last.shape and taken[:1] == last.shape[:1]):
            grows = f"{said}: {_channels(taken)} \u2192 {_channels(last.shape)} channels"
            said = grows if text_width(grows, DETAIL) <= room else said  # arrows say it as well
        return [said]

    def _each(self, box: Box, room: float) -> list[str]:
        """What is in each of several of one structure in a row."""
        others = box.members[1:] if box.exception else box.members
        usual = others[-1]
        told = {tuple(inside.told(self._graph, nodes)) for nodes in others}
        few = self._most[room < _NARROW]
        if len(told) == 1 and (rows := self._rows([*told.pop()], room, few)):
            return self._explained(box.scope, rows)
        rows = self._rows(inside.told(self._graph, usual, widths=False), room, few + 1)
        self._explained(box.scope, rows)
        if box.like is not None:
            rows = self._like(box.like, usual, room)
        return rows or self._counted(usual, room, box.scope, box.nodes)

    def _one(self, box: Box, size: int, room: float) -> list[str]:
        """A block, a group, or several equal ones as one."""
        nodes, scope = self._heard(box.nodes[:size]), box.scope
        calls = words.calls(scope, nodes)
        block = scope is not None and scope.kind == "block"
        most = self._most[block and room < _NARROW]
        blocks = [] if scope is None else parted(scope, nodes).values()
        nested = any(one is not None for one in blocks)
        few = most if not nested else _FEW if block and calls and not self._terse else 0
        if rows := self._rows(inside.told(self._graph, nodes), room, few):
            return self._explained(scope, rows)
        if box.like is not None:
            return self._like(box.like, nodes, room)
        if calls and not block:
            return self._calls(box, nodes, calls, room)
        for widths in (True, False):
            way = inside.told(self._graph, nodes, widths, scope)
            if rows := self._rows(way, room, most + (block and not widths)):
                return self._explained(scope, rows)
        return self._counted(nodes, room, scope)

    def _explained(self, scope: Scope | None, rows: list[str]) -> list[str]:
        """The rows, which tell what is in a block."""
        if rows and scope is not None and scope.kind == "block":
            self.explained.add(scope.name)
        return rows

    def _heard(self, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        """The nodes whose values are used."""
        lost = inside.unheard(nodes, self._read_by)
        return tuple(node for node in nodes if node.index not in lost) or nodes

    def _like(self, path: str, nodes: Sequence[Node], room: float) -> list[str]:
        """What is drawn elsewhere; a stride, a dilation or widths that it has not there."""
        there = [one for one in self._graph.nodes if one.path.startswith(f"{path}.")]
        own = [said(nodes) for said in (stride, spread) if said(nodes) != said(there)]
        own = ["no stride"] if own and not any(own) else [*filter(None, own)]
        own += ["other widths"] * (_widths(nodes) != _widths(there))
        shown = f"inside as {path}"
        if text_width(shown, DETAIL) > room:
            shown = f"inside as {path.rpartition('.')[2]}"
        more = [f"but {' and '.join(own)}"] if own else []
        return wrapped(" ".join([shown, *more]).split(" "), room, 3)

    def _calls(self, box: Box, nodes: Sequence[Node], calls: str, room: float) -> list[str]:
        """The blocks of a group, and in what the first differs from the others."""
        found = wrapped(calls.split(" "), room, 3)
        blocks: dict[object, list[Node]] = {}
        for node in nodes:
            if box.scope is not None:
                blocks.setdefault(called(box.scope, node), []).append(node)
        names = {getattr(block, "name", "") for block in blocks}
        parts = list(blocks.values())
        if len(names) == 1 and len(parts) > 1:
            exception = self._alike.exception(parts)
            usual = parts[-1]
            if said := spread(usual if exception else nodes):
                found += wrapped(said.split(" "), room, 2)
            if exception is None:
                found.append("they differ")
            elif exception:
                found += wrapped(exception.split(" "), room, 3)
        elif said := spread(nodes):
            found += wrapped(said.split(" "), room, 2)
        return found

    def _counted(
        self,
        nodes: Sequence[Node],
        room: float,
        scope: Scope | None = None,
        every: Sequence[Node] = (),
    ) -> list[str]:
        """Of few layers their ways, if need be in more lines. Of many, or where ways cross, how
        many of a kind there are, which no one reads as a row; with their merges.
        Blocks with ways in them that are called in the `scope` by their names. The parameters are
        those of `every` node of a row, where these stand for one of several."""
        held = [self._network.facts.layers[node.index] for node in every or nodes]
        params = figures.total_params(held)
        blocks = {} if scope is None else parted(scope, nodes)
        nodes = [node for node in nodes if blocks.get(node.index) is None]
        names = Counter(one.name for one in dict.fromkeys(blocks.values()) if one is not None)
        counted = [node for node in nodes if node.layer is not None and node.layer.counted]
        merges = ", ".join(inside.merges(nodes))
        group = scope is None or scope.kind != "block"
        most = _FEW if self._terse and group else _LISTED
        if counted and len(counted) <= most and not names:
            for widths in (True, False):
                if rows := self._rows(inside.told(self._graph, nodes, widths), room, _LISTED + 1):
                    return self._explained(scope, rows)
        said = [f"{number} {words.TIMES} {name}" for name, number in names.items()]
        listed = self._inventory(nodes) if len(counted) <= _LISTED else words.contents(nodes)
        said += [listed, merges, stride(nodes), spread(nodes)]
        cost = f"{figures.compact(params)} parameters" if params else ""
        cost = f"{cost} in all" if cost and every else cost
        if text_width(cost, DETAIL) > room:
            cost = cost.replace("parameters", "params")
        text = ", ".join(filter(None, said))
        if cost and text_width(f"{text}, {cost}", DETAIL) <= room:
            return [f"{text}, {cost}"]
        rows = wrapped(text.split(" "), room, _MORE if room < _NARROW else _BRIEF)
        return [*rows, cost] if cost and len(rows) < _BRIEF else rows

    def _inventory(self, nodes: Sequence[Node]) -> str:
        """How many layers of a kind there are, of convolutions their kernels: `4 conv (1x1, 3x3 in
        32 groups)`."""
        found: dict[str, None] = {}
        for node in nodes:
            if node.layer is not None and node.layer.spoken == "conv":
                groups = words.grouping(self._graph, node)
                kernel = words.kernel_text(node.layer.values["kernel"])
                inner = f"in {groups}" if "groups" in groups else groups
                found.setdefault(f"{kernel} {inner}".strip())
        said = words.contents(nodes)
        return re.sub(r"\bconv\b", f"conv ({', '.join(found)})", said, count=1) if found else said

    def _rows(self, pieces: list[str], room: float, most: int) -> list[str]:
        """The pieces of what is told in lines; [] where they are too many for the room.

        Each way has its own; where there is little room, only if that keeps ways from being broken,
        for one line more at most.
        """
        if not pieces or not most:
            return []
        parts = [part for piece in pieces for part in _divided(piece, room)]
        ways = [wrap(way, room, DETAIL, most + 1) for way in _by_way(parts)]
        rows = [row for way in ways for row in way]
        unbroken = all(len(way) == 1 for way in ways[:-1])
        packed = wrap(parts, room, DETAIL, most + 1)
        if len(packed) > most:
            return []
        if self._terse:
            torn = any(row[-1] not in "|;" for row in packed[:-1])
            return rows if torn and unbroken and len(rows) <= most + 1 else packed
        return rows if len(rows) <= most else packed

    def _gives(self, box: Box) -> str:
        """What leaves a box, where that is more than one value: an arrow out of it may be any.
        Where it is all that is in it, that was said."""
        leaving = inside.leaving(box.nodes, self._read_by)
        if len(leaving) < 2 or box.count > 1 or len(leaving) == len(box.nodes):
            return ""
        names = Counter(
            inside.merge(one) if one.layer and one.layer.many_inputs else one.kind
            for one in leaving
        )
        mixed = max(names.values()) > 1  # "2 products and sum" would be two sums as well
        one = "the " if mixed else ""
        several = (
            f"{number} {name}s" if number > 1 else f"{one}{name}" for name, number in names.items()
        )
        return f"gives {' and '.join(several)}"


def _by_way(pieces: list[str]) -> Iterator[list[str]]:
    """What is told, way by way; the merge stands behind the last, what follows it begins anew."""
    current: list[str] = []
    for piece in pieces:
        current.append(piece)
        if piece.endswith("|") or (piece.count(")") > piece.count("(") and piece.endswith(ARROW)):
            yield current
            current = []
    if current:
        yield current


def _divided(said: str, room: float) -> list[str]:
    """A piece that is too long for the room in shorter ones, a mark at the end of each; where these
    are too long as well, word by word."""
    if text_width(said, DETAIL) <= room:
        return [said]
    marked = [one.strip() for one in re.findall(r".+?(?: [\u2192|]|;|$)", said)]
    if len(marked) == 1:
        marked = re.split(r"(?<=,) (?=[a-z]|\d+ groups)", said)
    if len(marked) == 1:
        *words, last = said.split(" ")
        mark = last in _MARKS and words  # no line has a mark alone
        return [*words[:-1], f"{words[-1]} {last}"] if mark else [*words, last]
    return [piece for one in marked for piece in _divided(one, room)]


def wrapped(said: list[str], room: float, lines: int) -> list[str]:
    """Pieces of text in lines; what is too long for one is divided at its marks, or its words."""
    pieces = [piece for one in said for piece in _divided(one, room)]
    return wrap(pieces, room, DETAIL, lines)


def _widths(nodes: Sequence[Node]) -> list[object]:
    """Of the layers with weights the widths that the author gave them."""
    layers = [node.layer for node in nodes if node.layer is not None and node.layer.counted]
    return [one.values.get("channels", one.values.get("features")) for one in layers]


def _channels(shape: object) -> str:
    return str(shape[0]) if isinstance(shape, tuple) and shape else "?"
