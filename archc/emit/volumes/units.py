"""From a view of the graph to the volumes that stand for it."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.axes import size
from archc.emit.diagram.alike import Alike
from archc.emit.diagram.build import Views
from archc.emit.diagram.closed import GROUP
from archc.emit.diagram.closed import kind as closed_kind
from archc.emit.diagram.faithful import hold
from archc.emit.diagram.fuse import readers
from archc.emit.diagram.inside import unheard
from archc.emit.diagram.metrics import wrap
from archc.emit.diagram.names import round_of
from archc.emit.diagram.parts import Box, Cluster, automatic, leaves
from archc.emit.diagram.parts import Unit as Layer
from archc.emit.diagram.scene import bundled, scene, source
from archc.emit.diagram.shared import shared
from archc.emit.diagram.words import title as title_of
from archc.emit.labels import node_text
from archc.emit.text import clean
from archc.emit.volumes.course import course_of
from archc.emit.volumes.differs import Differences
from archc.emit.volumes.doors import gathered, with_doors
from archc.emit.volumes.heat import heated
from archc.emit.volumes.join import join, summed
from archc.emit.volumes.layout import TEXT
from archc.emit.volumes.model import MARKS, Frame, Part, Picture, Stripe, Unit, frames
from archc.emit.volumes.outputs import UNUSED
from archc.emit.volumes.rounds import Rounds
from archc.emit.volumes.shades import shaded
from archc.emit.volumes.stages import grouped, inner_blocks, listed, staged
from archc.emit.volumes.words import (
    CHANNELS,
    CONCAT,
    FUSED,
    cuts,
    dilation_of,
    held,
    kind_of,
    lines_of,
    named,
    phrases,
    resized,
    stacks,
    window_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options
    from archc.graph.graph import Node

_SHORT = 66.0  # of a line that says in what the first of several differs


class Pictures:
    """Makes the pictures of one network; what several have in common is worked out once."""

    def __init__(self, network: Network, findings: Sequence[Diagnostic] = ()) -> None:
        self.network = network
        self.views = Views(network.graph)
        self._findings = findings
        self._differences = Differences(network.graph)
        self._whole: dict[tuple[Options, int, bool, bool], Picture] = {}

    def picture(
        self, options: Options, much: int = 26, brief: bool = False, parted: bool = True
    ) -> Picture:
        """What there is to draw of the network, about `much` of it, as `brief` as it may be; it is
        held to the graph. Values are `parted` inside the frames they enter; only then the open
        round of a loop has one."""
        key = options, much, brief, parted
        if key not in self._whole:
            self._whole[key] = self._made(*key)
        return gathered(with_doors(self._whole[key], parted))

    def _made(self, options: Options, much: int, brief: bool, parted: bool) -> Picture:
        network, graph = self.network, self.network.graph
        built = self.views.view(options, False, much)
        drawn = join(graph, list(leaves(built.parts)), built.folds, brief)
        seen = scene(graph, built, drawn)
        hold(graph, seen)
        maker = _Maker(network, built.parts if parted else (), drawn, self._differences)
        units = [maker.unit(place) for place in range(len(drawn))]
        units = shaded(units)
        if options.color != "kind":
            units = heated(network, units, seen.folds, options.color)
        place = {id(part): number for number, part in enumerate(drawn)}
        clusters = frames(built.parts, place, parted)
        named = [_in_groups(unit, number, clusters) for number, unit in enumerate(units)]
        arrows = [arrow for arrow in bundled(seen) if not arrow.size]
        if not graph.complete and all(unit.shape is not None for unit in named):
            named.append(Unit("unknown", (), None, "", (), "what follows could not be worked out"))
        problem, shapes = _problem(network, self._findings)
        return Picture(
            clean(network.name), tuple(named), tuple(arrows), tuple(clusters), (), problem, shapes,
            seen,
        )  # fmt: skip


def _in_groups(unit: Unit, place: int, clusters: list[Frame]) -> Unit:
    """A unit with the groups around it; it has the name of the one in which it is alone."""
    around = [one for one in clusters if one.first <= place <= one.last]
    alone = [one for one in around if one.first == one.last and not automatic(one.name)]
    several = tuple(one.name for one in around if one not in alone)
    name = alone[0].name if alone and unit.kind not in MARKS else unit.name
    return unit._replace(name=name, groups=several)


class _Maker:
    """Makes the units of one picture."""

    def __init__(
        self,
        network: Network,
        parts: tuple[Layer | Box | Cluster, ...],
        drawn: list[Layer | Box],
        differences: Differences,
    ) -> None:
        self.network = network
        self.differences = differences
        self.graph = network.graph
        alike = Alike(self.graph)
        self.rounds = Rounds(alike, parts)
        self.drawn = [staged(one, alike) if isinstance(one, Box) else one for one in drawn]
        self.home = {node.index: n for n, part in enumerate(self.drawn) for node in part.nodes}
        self.read_by = readers(self.graph)
        self.shared = shared(drawn)
        self.outputs: dict[int, list[str]] = {}
        results = self.graph.results
        for one in results:
            node = self.graph.nodes[source(self.graph, one.node)]
            unnamed = one.name == "out"
            label = clean(node.label or "") if unnamed else clean(one.name)
            if len(results) > 1:
                self.outputs.setdefault(node.index, []).append(label or "output")

    def unit(self, place: int) -> Unit:
        part = self.drawn[place]
        nodes = part.nodes
        drawn = nodes if isinstance(part, Box) else tuple(takewhile(_unflattened, nodes))
        last = next(filter(_unflattened, reversed(drawn)), nodes[-1])
        made = self._closed(part) if isinstance(part, Box) else self._layer(part)
        outputs = (name for node in nodes for name in self.outputs.get(node.index, ()))
        unit = made._replace(
            nodes=tuple(node.index for node in nodes),
            shape=last.shape,
            detail=self._detail(nodes),
            path=nodes[0].path,
            training=all(node.training for node in nodes),
            outputs=tuple(outputs),
            shared=self.shared.get(place, 0),
        )
        if not any(self.read_by[node.index] for node in nodes):
            unit = unit._replace(unused=True)
        if unit.name in unit.outputs:
            unit = unit._replace(name="")
        own = Part(unit.kind, _channels(unit), unit.called)
        return unit if unit.parts else unit._replace(parts=(own,))

    def _layer(self, part: Layer) -> Unit:
        main = part.main
        read = self.graph.nodes[main.inputs[0]].shape if main.inputs else None
        kind = kind_of(main)
        if main.layer is None:
            single = sum(node.layer is None for node in self.graph.nodes) == 1
            name, words = ("", ("input",)) if single else (clean(main.path), ())
            return Unit(kind, (), None, name, words, "")
        name = _shown(part.name, main.kind, main.label)
        lines = lines_of(main, read)
        if any(stacks(node) for node in part.after):
            lines = (*lines, CONCAT)
        if kind == "tag":
            lines = (resized(main) or clean(title_of(main)).removeprefix(CHANNELS),)
        return Unit(
            kind, (), None, name, lines, "", self._parts(part), _stripes(part.before),
            _stripes(part.after), window_of(main), slices=part.count,
            stacks=any(map(stacks, part.nodes)), enlarged=_enlarged(part),
            dilated=bool(dilation_of([main])),
        )  # fmt: skip

    def _closed(self, part: Box) -> Unit:
        block = part.scope is not None and part.scope.kind == "block"
        name = clean(part.name.rpartition(".")[2] if part.count == part.series == 1 else part.name)
        number = max(part.count, part.series)
        if part.scope is None:
            name = clean(named(part.nodes)) or name if part.name.endswith(" more") else name
        elif name.isdigit() and automatic(part.scope.path):
            name = round_of(name)
        words = clean(part.scope.name) if block and part.scope is not None else ""
        used, idle = self._used(part.nodes) if number == 1 else (part.nodes, ())
        inner = () if words or part.scope is None else inner_blocks(part.scope, used)
        again = self.rounds.again(part.nodes)
        lines = [words] if words else [again] if again else listed(grouped(used, inner))
        if part.count > 1:
            lines.append(f"\u00d7 {part.count}")
        elif part.series > 1:
            lines.append(f"{part.series} in a row")
        usual = part.members[-1] if part.members else part.nodes[: len(part.nodes) // part.count]
        if dilated := dilation_of(usual if part.exception else used):
            lines = [*lines[:-1], lines[-1] + "," * (not words), *dilated]
        single = "" if number > 1 else self.differences.of(part)
        unlike = part.exception or single
        lines += wrap(phrases(unlike, _SHORT), _SHORT, TEXT, 4) if unlike else []
        lines += [f"{UNUSED}:", *listed(held(idle))] if idle else []
        shown = "" if automatic(name) else _shown(name, words or "?")
        course = course_of(self.graph, part.nodes)
        if course:
            lines.append(" \u2192 ".join(map(str, course)))
        return Unit(
            "block", (), None, shown, tuple(lines), "", slices=number, course=course,
            called=closed_kind(part) or GROUP,
            holds="" if single else held(usual),
            inner=tuple((one.name, one.holds) for one in inner),
            resized=self._resized(part.nodes) and not (number == 1 and "stride" in unlike),
        )  # fmt: skip

    def _resized(self, nodes: tuple[Node, ...]) -> bool:
        """Whether a closed part gives maps of another size than all that it reads."""
        own, given = {node.index for node in nodes}, nodes[-1].shape
        read = {
            shape[1:]
            for node in nodes
            for index in node.inputs
            if index not in own and (shape := self.graph.nodes[index].shape) is not None
        }
        return given is not None and len(given) > 1 and bool(read) and given[1:] not in read

    def _used(self, nodes: tuple[Node, ...]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        """What is in a closed part, and what of it leads to nothing where other things do not."""
        lost = unheard(nodes, self.read_by)
        used = tuple(node for node in nodes if node.index not in lost)
        return (used, tuple(node for node in nodes if node.index in lost)) if used else (nodes, ())

    def _parts(self, part: Layer) -> tuple[Part, ...]:
        """What a concatenation was put together from."""
        merge = next((node for node in part.nodes if stacks(node)), None)
        if merge is None:
            return ()
        found = []
        for index in merge.inputs:
            node = self.graph.nodes[source(self.graph, index)]
            if node.shape is None:
                return ()
            found.append(self._origin(part, node)._replace(channels=size(node.shape[0])))
        return tuple(found)

    def _origin(self, part: Layer, node: Node) -> Part:
        """Where a value that comes to a concatenation is from; `copied` where others read it too,
        as what passes by does. Slices of one value have none of it in common."""
        home = self.drawn[self.home[node.index]] if node.index in self.home else None
        if isinstance(home, Box):
            return Part("block", 1, closed_kind(home) or GROUP)
        kind = kind_of(home.main) if home is not None else "other"
        if node in part.nodes or kind not in ("input", "sum", "tag", "merge", "other"):
            return Part(kind, 1)
        readers = [self.graph.nodes[n] for n in self.read_by[node.index] if n >= 0]
        if kind == "sum" and len(readers) < 2:
            return Part("sum", 1)
        if kind == "tag" and home is not None and home.main.inputs:
            before = self.graph.nodes[source(self.graph, home.main.inputs[0])]
            others = [self.graph.nodes[n] for n in self.read_by[before.index] if n >= 0]
            if all(map(cuts, (home.main, *others))):
                return self._origin(part, before)
        return Part("copied", 1)

    def _detail(self, nodes: tuple[Node, ...]) -> str:
        if len(nodes) <= 6:
            what = "; ".join(f"{clean(node.path)}: {clean(node_text(node))}" for node in nodes)
        else:
            what = f"{clean(nodes[0].path)} to {clean(nodes[-1].path)}, {len(nodes)} layers"
        facts = self.network.facts.layers
        params = figures.total_params([facts[node.index] for node in nodes])
        weights = f"; {figures.number(params)} parameters" if params else ""
        return f"{what}; {figures.shape(nodes[-1].shape)}{weights}"


def _shown(name: str, kind: str, label: str | None = None) -> str:
    """A name as it stands in a picture; "" for running numbers, `3`, or `conv3` if not a label."""
    own = clean(name.rpartition(".")[2].partition("@")[0])
    first = own.partition("\u2013")[0].strip()
    automatic = first.rstrip("0123456789") == kind and label is None
    return "" if first.isdigit() or automatic else own


def _stripes(nodes: tuple[Node, ...]) -> tuple[Stripe, ...]:
    """What is drawn of layers fused into another one."""
    return tuple(
        Stripe(FUSED[node.layer.group], node.layer.spoken)
        for node in nodes
        if node.layer is not None and node.layer.group in FUSED
    )


def _enlarged(part: Layer) -> str:
    """What enlarges one of the maps that a sum adds up, where that is joined to it."""
    up = part.before[0] if part.before and summed(part.main) else None
    return " ".join(lines_of(up, None)) if up is not None else ""


def _unflattened(node: Node) -> bool:
    """Whether a layer, drawn on a map, does more than to lay it out flat: a map with a dropout
    behind that is a map as well."""
    return node.layer is None or not (node.layer.striped and node.layer.group == "shape")


def _channels(unit: Unit) -> int:
    return size(unit.shape[0]) if unit.shape else 1


def _problem(network: Network, findings: Sequence[Diagnostic]) -> tuple[str, str]:
    """What is wrong at the first layer without a shape, and the shapes that meet there."""
    graph = network.graph
    broken = next((n for n in graph.nodes if n.shape is None and not n.training), None)
    errors = [one for one in findings if one.severity == "error"]
    if broken is None:
        if graph.complete:
            return "", ""
        problem = _stop(network, errors)
        return problem, problem.partition(": ")[2] or "unknown"
    text = f"{clean(broken.path)} ({clean(node_text(broken))})"
    span = broken.span
    here = [one for one in errors if one.span.source is span.source
            and span.start <= one.span.start < span.end]  # fmt: skip
    if here:
        text += f": {clean(here[0].message).replace('`', '')}"
    read = [graph.nodes[index].shape for index in broken.inputs if index >= 0]
    shapes = dict.fromkeys(figures.shape(shape) for shape in read if shape is not None)
    return text, " \u2260 ".join(shapes).replace("x", "\u00d7")


def _stop(network: Network, errors: list[Diagnostic]) -> str:
    """Why nothing follows on the last layer: the first mistake within the network, or any."""
    whole = network.graph.network.span
    inside = [one for one in errors if one.span.source is whole.source
              and whole.start <= one.span.start < whole.end]  # fmt: skip
    for one in inside or errors:
        return f"line {one.span.line}: {clean(one.message).replace('`', '')}"
    return ""
