"""From a graph to the volumes that stand for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.labels import node_text
from archc.emit.text import clean
from archc.emit.volumes.blocks import Closed, closed, stacks, towers
from archc.emit.volumes.model import Link, Part, Picture, Stripe, Unit
from archc.emit.volumes.spine import Spine, size, spine
from archc.emit.volumes.words import FUSED, kind_of, lines_of, window_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.graph.graph import Graph, Node, Scope


class _Draft:
    """A unit in the making."""

    def __init__(self, kind: str, node: Node, key: object = None) -> None:
        self.kind = kind
        self.nodes = [node.index]
        self.main = node
        self.shape = node.shape
        self.key = key
        self.scope: Scope | None = None  # of a closed block
        self.parts: list[Part] = []
        self.stripes: list[Stripe] = []
        self.names: list[str] = []
        self.count = 1
        self.ways = 0  # branches of a region
        self.towers = 1


def picture(network: Network, findings: Sequence[Diagnostic] = ()) -> Picture:
    """What there is to draw of a network."""
    graph = network.graph
    line = spine(graph)
    drafts = _merged(_drafts(graph, line, closed(graph, line)))
    names = _Names(graph, drafts)
    owner = {index: place for place, one in enumerate(drafts) for index in one.nodes}
    units = tuple(_unit(network, line, draft, names, place) for place, draft in enumerate(drafts))
    links = []
    for skip in line.skips:
        start, end = owner.get(skip.source), owner.get(skip.merge)
        if start is not None and end is not None and start < end:
            adds = not stacks(graph.nodes[skip.merge])
            layers = [graph.nodes[index].layer for index in reversed(skip.via)]
            shown = [
                layer.spoken
                for layer in layers
                if layer is not None and not layer.passes and layer.group != "regularisation"
            ]
            links.append(Link(start, end, adds, ", ".join(dict.fromkeys(shown))))
    inputs = [clean(node.path) for node in graph.nodes if node.layer is None]
    if len(inputs) > 1 and units and units[0].kind == "input":
        units = (units[0]._replace(name=", ".join(inputs)), *units[1:])
    problem, shapes = _problem(graph, line, findings)
    if line.broken is None and not graph.complete:
        units = (*units, Unit("unknown", (), None, "", (), "what follows could not be worked out"))
        problem = _stop(network, findings)
        shapes = problem.partition(": ")[2] or "unknown"
    return Picture(clean(network.name), units, tuple(links), _notes(graph, line), problem, shapes)


def _stop(network: Network, findings: Sequence[Diagnostic]) -> str:
    """Why nothing follows on the last layer: the first mistake within the network, or any."""
    errors = [one for one in findings if one.severity == "error"]
    whole = network.graph.network.span
    inside = [one for one in errors if one.span.source is whole.source
              and whole.start <= one.span.start < whole.end]  # fmt: skip
    for one in inside or errors:
        return f"line {one.span.line}: {clean(one.message).replace('`', '')}"
    return ""


def _problem(graph: Graph, line: Spine, findings: Sequence[Diagnostic]) -> tuple[str, str]:
    """What is wrong at the first layer without a shape, and the shapes that meet there."""
    if line.broken is None:
        return "", ""
    node = graph.nodes[line.broken]
    text = f"{clean(node.path)} ({clean(node_text(node))})"
    errors = [one for one in findings if one.severity == "error"]
    here = [one for one in errors if one.span.source is node.span.source
            and node.span.start <= one.span.start < node.span.end]  # fmt: skip
    if here:
        text += f": {clean(here[0].message).replace('`', '')}"
    read = [graph.nodes[index].shape for index in node.inputs]
    shapes = dict.fromkeys(figures.shape(shape) for shape in read if shape is not None)
    return text, " \u2260 ".join(shapes).replace("x", "\u00d7")


def _notes(graph: Graph, line: Spine) -> tuple[str, ...]:
    notes = []
    shown = {index for atom in line.atoms for index in atom}
    extra = [one for one in graph.results if one.node not in shown or one.training]
    if line.broken is not None:
        extra = []
    if extra:
        names = ", ".join(clean(one.name) for one in extra)
        training = " (training only)" if all(one.training for one in extra) else ""
        notes.append(f"Further outputs, not drawn: {names}{training}.")
    return tuple(notes)


# --------------------------------------------------------------------------------------- drafts


def _drafts(graph: Graph, line: Spine, shut: Closed) -> list[_Draft]:
    drafts: list[_Draft] = []
    merges = {skip.merge for skip in line.skips}
    for atom in line.atoms:
        found = towers(graph, line, atom) if shut.key(atom[0]) == shut.key(atom[-1]) else ()
        if found and shut.key(atom[0]) is not None and shut.scopes.get(atom[0]) is None:
            _stand(graph, line, found, drafts)
            continue
        for index in atom:
            node = graph.nodes[index]
            key = shut.key(index)
            last = drafts[-1] if drafts else None
            if key is not None:
                if last is not None and last.key == key:
                    last.nodes.append(index)
                    last.main, last.shape = node, node.shape
                    continue
                draft = _Draft("block", node, key)
                draft.scope = shut.scopes.get(index)
                draft.ways = _ways(graph, line, atom) if draft.scope is None else 0
                drafts.append(draft)
            elif index in merges and last is not None:
                _join(graph, last, node)
            elif last is not None and _fuses(graph, line, node):
                last.nodes.append(index)
                last.stripes += _stripes(node)
            else:
                drafts.append(_Draft(kind_of(node), node))
    return drafts


def _stand(
    graph: Graph, line: Spine, branches: tuple[tuple[int, ...], ...], drafts: list[_Draft]
) -> None:
    """Equal branches: the layers of one, each standing for all."""
    first = len(drafts)
    for nodes in zip(*branches, strict=True):
        node = graph.nodes[nodes[0]]
        if len(drafts) > first and _fuses(graph, line, node):
            drafts[-1].nodes += nodes
            drafts[-1].stripes += _stripes(node)
            continue
        draft = _Draft(kind_of(node), node)
        draft.nodes = list(nodes)
        draft.towers = len(branches)
        if node.shape is not None and draft.shape is not None:
            channels = size(node.shape[0])
            draft.parts = [Part(draft.kind, channels)] * len(branches)
            draft.shape = (channels * len(branches), *node.shape[1:])
        drafts.append(draft)


def _stripes(node: Node) -> list[Stripe]:
    """What a layer leaves on the volume that it is drawn on."""
    layer = node.layer
    return [Stripe(FUSED[layer.group], layer.spoken)] if layer and layer.group in FUSED else []


def _fuses(graph: Graph, line: Spine, node: Node) -> bool:
    """Whether a layer is drawn on the volume before it: it changes values, not their number."""
    if node.layer is None or node.shape is None or node.index == line.broken:
        return False
    layer = node.layer
    if layer.striped:
        return True
    before = next((graph.nodes[index].shape for index in line.sources[node.index]), None)
    if before is None or layer.counted or layer.many_inputs or layer.reach or layer.enlarges:
        return False
    if layer.group != "shape":
        return before == node.shape
    return len(before) == len(node.shape) > 1 and before[0] == node.shape[0]


def _join(graph: Graph, last: _Draft, merge: Node) -> None:
    """A skip arrives: what was copied stands beside what was made, as in the U-Net's figure."""
    own = last.shape
    last.nodes.append(merge.index)
    if stacks(merge) and merge.shape is not None and own is not None:
        made = size(own[0])
        copied = size(merge.shape[0]) - made
        if copied > 0:
            last.parts = [Part("copied", copied), *(last.parts or [Part(last.kind, made)])]
    last.shape = merge.shape


def _ways(graph: Graph, line: Spine, atom: tuple[int, ...]) -> int:
    merges = [index for index in atom if len(line.sources[index]) > 1]
    return len(line.sources[merges[-1]]) if merges else 0


def _merged(drafts: list[_Draft]) -> list[_Draft]:
    """Blocks of one name in a row become one volume, where their maps are of one size."""
    whole = _uniform(drafts)
    result: list[_Draft] = []
    for draft in drafts:
        last = result[-1] if result else None
        if last is not None and _alike(last, draft, whole):
            last.nodes += draft.nodes
            last.shape, last.main = draft.shape, draft.main
            last.stripes += draft.stripes
            last.count += 1
        else:
            result.append(draft)
    return result


def _uniform(drafts: list[_Draft]) -> set[int]:
    """Groups that hold blocks of one name and one size of map, and nothing else."""
    seen: dict[int, set[object]] = {}
    for draft in drafts:
        scope = draft.scope.parent if draft.scope is not None else draft.main.scope
        sizes = draft.shape[1:] if draft.shape is not None else None
        what = (draft.scope.name, sizes) if draft.scope is not None else None
        while scope is not None and scope.parent is not None:
            seen.setdefault(id(scope), set()).add(what)
            scope = scope.parent
    return {key for key, found in seen.items() if len(found) == 1 and None not in found}


def _alike(last: _Draft, draft: _Draft, whole: set[int]) -> bool:
    first, second = last.scope, draft.scope
    if first is None or second is None or first.name != second.name:
        return False
    if first.parent is not second.parent or last.shape is None or draft.shape is None:
        return False
    if id(second.parent) in whole:
        return True
    numbered = re.fullmatch(re.escape(second.name) + r"\d*|\d+", second.path.rpartition(".")[2])
    return last.shape == draft.shape and (numbered is not None or second.kind != "block")


# ---------------------------------------------------------------------------------------- units


class _Names:
    """What a volume is called: the label of the outermost scope that is its alone, or its own."""

    def __init__(self, graph: Graph, drafts: list[_Draft]) -> None:
        self._graph = graph
        self._drafts: dict[int, set[int]] = {}
        for place, draft in enumerate(drafts):
            blocks = draft.kind == "block"
            for index in draft.nodes if blocks else draft.nodes[: draft.towers]:
                scope: Scope | None = graph.nodes[index].scope
                while scope is not None and scope.parent is not None:
                    self._drafts.setdefault(id(scope), set()).add(place)
                    scope = scope.parent

    def name(self, draft: _Draft, place: int) -> str:
        scope = draft.scope
        if scope is not None and draft.count > 1:
            scope = scope.parent
        if scope is None or scope.parent is None:
            own = self._graph.nodes[draft.nodes[0] if not draft.ways else draft.nodes[-1]]
            given = own.label is not None and draft.scope is None and not draft.ways
            path = own.path if given else ""
            scope = own.scope if draft.scope is None else None
        else:
            path = scope.path if self._alone(scope, place) else ""
        while scope is not None and scope.parent is not None and self._alone(scope, place):
            path = scope.path
            scope = scope.parent
        name = path.rpartition(".")[2]
        return "" if name.isdigit() else clean(name)

    def _alone(self, scope: Scope, place: int) -> bool:
        return self._drafts.get(id(scope)) == {place}

    def groups(self, draft: _Draft, place: int) -> tuple[str, ...]:
        """The groups of several volumes around this one, outermost first."""
        nodes = draft.nodes[: draft.towers]
        around = [self._around(draft.scope or self._graph.nodes[i].scope, place) for i in nodes]
        depth = min(map(len, around))
        return tuple(
            clean(", ".join(dict.fromkeys(one[level] for one in around))) for level in range(depth)
        )

    def _around(self, scope: Scope | None, place: int) -> list[str]:
        found: list[str] = []
        while scope is not None and scope.parent is not None:
            if not self._alone(scope, place) and scope.path and scope.path not in found:
                found.append(scope.path)
            scope = scope.parent
        return found[::-1]


def _unit(network: Network, line: Spine, draft: _Draft, names: _Names, place: int) -> Unit:
    graph = network.graph
    main = graph.nodes[draft.nodes[0]] if draft.kind != "block" else draft.main
    shape = draft.shape
    called = names.name(draft, place)
    if draft.kind == "block":
        if draft.scope is not None and draft.scope.kind == "block":
            words = clean(draft.scope.name)
        else:
            merge = next((i for i in reversed(draft.nodes) if len(line.sources[i]) > 1), None)
            kind = graph.nodes[merge].kind if merge is not None else ""
            words = f"{kind} of {draft.ways}" if draft.ways else kind
        lines: tuple[str, ...] = (words,) if words else ()
        if draft.count > 1:
            lines = (*lines, f"\u00d7 {draft.count}")
    else:
        read = [graph.nodes[index].shape for index in line.sources[main.index]]
        lines = lines_of(main, read[0] if read else None)
        if draft.towers > 1 and draft.kind == "conv":
            lines = (*lines, f"{draft.towers} towers")
        if main.layer is None and not called:
            lines = ("input",)
    channels = size(shape[0]) if shape else 1
    return Unit(
        kind=draft.kind,
        nodes=tuple(draft.nodes),
        shape=shape,
        name=called,
        lines=lines,
        detail=_detail(network, draft),
        parts=tuple(draft.parts) or (Part(draft.kind, channels),),
        stripes=tuple(dict.fromkeys(draft.stripes)),
        window=window_of(main) if draft.kind != "block" else (),
        taps=tuple(
            clean(one.name)
            for one in graph.results
            if one.training and _tapped(graph, one.node, draft)
        ),
        groups=names.groups(draft, place),
        slices=draft.count,
        towers=draft.towers,
        call=draft.scope is not None and draft.scope.kind == "block",
    )


def _tapped(graph: Graph, node: int, draft: _Draft) -> bool:
    """Whether a training output leaves the main line here."""
    while graph.nodes[node].training and graph.nodes[node].inputs:
        node = graph.nodes[node].inputs[0]
    return node in draft.nodes


def _detail(network: Network, draft: _Draft) -> str:
    nodes = [network.graph.nodes[index] for index in draft.nodes]
    if len(nodes) <= 6:
        what = "; ".join(f"{clean(node.path)}: {clean(node_text(node))}" for node in nodes)
    else:
        what = f"{clean(nodes[0].path)} to {clean(nodes[-1].path)}, {len(nodes)} layers"
    params = figures.total_params([network.facts.layers[index] for index in draft.nodes])
    weights = f"; {figures.number(params)} parameters" if params else ""
    return f"{what}; {figures.shape(draft.shape)}{weights}"
