"""Pictures show what the graph says: a scene is run like a program and must give the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

import pytest

from archc.check import Network
from archc.emit.diagram import Options
from archc.emit.diagram.build import view
from archc.emit.diagram.chained import passes
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.faithful import WrongPicture, hold
from archc.emit.diagram.parts import Box as Closed
from archc.emit.diagram.parts import leaves
from archc.emit.diagram.scene import (
    Arrow,
    Box,
    Scene,
    Slot,
    bundled,
    only_size,
    scene,
    source,
)
from archc.emit.volumes.crossings import crossings
from archc.emit.volumes.draw import Drawing, drawing
from archc.emit.volumes.solid import Solid
from archc.graph.graph import Graph, Node
from tests.emit.networks import bundled_networks, drawn_networks, each_kind, random_network
from tests.emit.volumes import drawn
from tests.emit.volumes.reading import at, hold_fused, hold_merges

EACH = 10  # random networks of one test
NETWORKS = each_kind((*bundled_networks(), *drawn_networks()))
CHOICES = (
    Options(),
    Options(expand=("none",)),
    Options(depth=2),
    Options(fuse=False),
    Options(expand=("all",)),
)


def pictured(network: Network, options: Options) -> Scene:
    built = view(network.graph, options)
    return scene(network.graph, built, list(leaves(built.parts)))


class Values:
    """Symbols for what layers compute: equal where equal layers ran on equal values."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def of(self, what: Hashable) -> int:
        return self._known.setdefault(what, len(self._known))

    def layer(self, node: Node, read: list[int]) -> int:
        if node.layer is None:
            return self.of(("input", node.path))
        return self.of((node.layer, node.shape, node.training, *read))


def meant(graph: Graph, values: Values) -> list[int]:
    """What each node computes."""
    found: list[int] = []
    for node in graph.nodes:
        read = [
            values.of(("size", source(graph, index))) if only_size(node, position) else found[index]
            for position, index in enumerate(node.inputs)
            if index >= 0
        ]
        found.append(read[0] if passes(node) else values.layer(node, read))
    return found


class Run:
    """Runs a scene: its boxes in order, what is folded as often as it says, arrow by arrow."""

    def __init__(self, graph: Graph, picture: Scene, values: Values) -> None:
        self.graph = graph
        self.picture = picture
        self.values = values
        self.found: dict[int, int] = {}
        self.left: dict[int, int] = {}  # what the round before of a fold gave
        self.arrows = {slot: arrow for arrow in picture.arrows for slot in arrow.slots}
        self.folds = [
            [n for n, fold in enumerate(picture.folds) if set(box.nodes) & set(fold[0])]
            for box in picture.boxes
        ]
        for around in self.folds:  # outermost first
            around.sort(key=lambda n: (-len(picture.folds[n][0]), n))
        self.run(list(range(len(picture.boxes))), 0)

    def run(self, boxes: list[int], depth: int) -> None:
        position = 0
        while position < len(boxes):
            around = self.folds[boxes[position]]
            if len(around) <= depth:
                self.box(self.picture.boxes[boxes[position]])
                position += 1
                continue
            fold = around[depth]
            inside = [n for n in boxes[position:] if fold in self.folds[n]]
            position += len(inside)
            for _ in self.picture.folds[fold]:
                self.run(inside, depth + 1)
                for index in self.exits(fold):
                    self.left[fold] = self.found[index]
            self.left.pop(fold, None)

    def exits(self, fold: int) -> set[int]:
        nodes = set(self.picture.folds[fold][0])
        arrows = {
            arrow.source
            for arrow in self.picture.arrows
            if arrow.source in nodes and not nodes.issuperset(slot.reader for slot in arrow.slots)
        }
        return arrows | {node for _, node in self.picture.results if node in nodes}

    def box(self, box: Box) -> None:
        for node in (self.graph.nodes[index] for index in box.nodes):
            read = [self.read(node, position) for position in range(len(node.inputs))]
            self.found[node.index] = read[0] if passes(node) else self.values.layer(node, read)

    def read(self, node: Node, position: int) -> int:
        arrow = self.arrows.get(Slot(node.index, position))
        if arrow is None:  # within a box
            index = node.inputs[position]
            if only_size(node, position):
                return self.values.of(("size", source(self.graph, index)))
            while index not in self.found:
                index = self.graph.nodes[index].inputs[0]
            return self.found[index]
        for fold in sorted(arrow.entries, key=lambda n: len(self.picture.folds[n][0])):
            if fold in self.left:
                return self.left[fold]
        if arrow.size:  # read before it is made, where both are drawn as one
            return self.values.of(("size", arrow.source))
        return self.found[arrow.source]


def same(network: Network, picture: Scene) -> bool:
    values = Values()
    wanted = meant(network.graph, values)
    run = Run(network.graph, picture, values)
    results = [wanted[result.node] for result in network.graph.results]
    return [run.found[node] for _, node in picture.results] == results


@pytest.mark.parametrize("network", NETWORKS)
def test_a_scene_computes_what_the_graph_does(network):
    for options in CHOICES:
        picture = pictured(network, options)
        hold(network.graph, picture)
        assert same(network, picture)


def test_a_scene_of_layers_in_parallel_computes_the_same():
    for name in ("deeplabv3", "wavenet", "three_branches"):
        network = dict(drawn_networks())[name]
        for options in (Options(parallel=True), Options(parallel=True, shown=frozenset())):
            picture = pictured(network, options)
            hold(network.graph, picture)
            assert same(network, picture)
    parts = view(dict(drawn_networks())["deeplabv3"].graph, Options(parallel=True)).parts
    assert any(isinstance(part, Closed) and len(part.parallel) == 3 for part in leaves(parts))


@pytest.mark.parametrize("start", range(0, 80, 20))
def test_random_networks(start):
    for seed in range(start, start + EACH):
        network = random_network(seed)
        for options in CHOICES:
            picture = pictured(network, options)
            hold(network.graph, picture)
            assert same(network, picture), seed


def changed(picture: Scene) -> list[tuple[str, Scene]]:
    """Scenes that say something else."""
    arrows = picture.arrows
    first, last = arrows[0], arrows[-1]
    found = [
        ("an arrow less", picture._replace(arrows=arrows[1:])),
        ("an arrow from elsewhere", picture._replace(arrows=(*arrows[:-1], elsewhere(last)))),
        ("another end", picture._replace(arrows=(first._replace(head=last.head), *arrows[1:]))),
        ("a box less", picture._replace(boxes=picture.boxes[:-1])),
        ("another result", picture._replace(results=((0, 0), *picture.results[1:]))),
        ("an arrow more", picture._replace(arrows=(*arrows, more(picture)))),
    ]
    entered = [n for n, arrow in enumerate(arrows) if arrow.entries]
    if entered:
        others = list(arrows)
        others[entered[-1]] = others[entered[-1]]._replace(entries=())
        found.append(("all rounds read one value", picture._replace(arrows=tuple(others))))
    if picture.folds:
        fewer = tuple(fold[:-1] for fold in picture.folds)
        found.append(("a round less", picture._replace(folds=fewer)))
    return found


def elsewhere(arrow: Arrow) -> Arrow:
    return arrow._replace(tail=0, source=0)


def more(picture: Scene) -> Arrow:
    return picture.arrows[0]._replace(slots=(Slot(picture.arrows[-1].slots[0].reader, 9),))


@pytest.mark.parametrize("name", ["resnet:ResNet50", "alexnet:AlexNetTowers", "unet", "hrnet"])
def test_every_change_is_found(name):
    network = dict((*bundled_networks(), *drawn_networks()))[name]
    for options in (Options(), Options(expand=("none",)), Options(expand=("all",))):
        picture = pictured(network, options)
        for what, wrong in changed(picture):
            assert refused(network, wrong), what


def refused(network: Network, picture: Scene) -> bool:
    try:
        hold(network.graph, picture)
    except WrongPicture:
        return True
    return False


def dot_arrows(picture: Picture) -> Counter[tuple[int, int]]:
    """The arrows of the DOT text from box to box, through doors and from column to column."""
    ends = []
    for line in picture.text().splitlines():
        tail, arrow, rest = line.strip().partition(" -> ")
        if arrow and "style=invis" not in rest:  # that says where boxes stand
            both = tail.partition(":")[0], rest.partition(" ")[0].partition(":")[0]
            ends.append(both[::-1] if "dir=back" in rest else both)
    before: dict[str, list[str]] = {}
    for tail, head in ends:
        before.setdefault(head, []).append(tail)

    def start(name: str) -> int:
        while name[0] in "ij":
            (name,) = before["o" + name[1:] if name[0] == "i" else name]
        return int(name[1:])

    return Counter((start(tail), int(head[1:])) for tail, head in ends if head[0] == "n")


@pytest.mark.parametrize("network", NETWORKS)
def test_dot_shows_the_scene(network):
    for options in CHOICES[:2]:
        picture = Picture(network, options)
        wanted = Counter((arrow.tail, arrow.head) for arrow in bundled(picture.plan.scene))
        assert dot_arrows(picture) == wanted


def test_many_arrows_as_one_have_their_number():
    network = dict(drawn_networks())["wavenet"]
    picture = Picture(network, Options())
    whole = picture.plan.scene
    several = [arrow for arrow in bundled(whole) if arrow.times > 1]
    assert [arrow.times for arrow in several] == [18, 18]
    for arrow in several:
        pair = (arrow.tail, arrow.head)
        assert sum((one.tail, one.head) == pair for one in whole.arrows) == 18
    arrows = [line for line in picture.text().splitlines() if " -> " in line]
    for said in ("\u00d7 18", "18 products"):  # the second beside the result of its box
        assert sum(said in line for line in arrows) == 1
    assert len(picture.drawn) < 30


# -------------------------------------------------------------------------------------- volumes

VOLUMES = (*CHOICES[:4], Options(columns=2))


def drawn_arrows(found: Drawing) -> Counter[tuple[tuple[int, ...], tuple[int, ...]]]:
    """What the routes of a drawing join: through doors, and from row to row."""
    units, arrows = found.picture.units, found.picture.arrows
    before = {route.head: route.tail for route in found.routes}
    turns = {unit.lines[0]: place for place, unit in enumerate(units)
             if unit.kind == "turn" and place in before}  # fmt: skip

    def start(place: int) -> tuple[int, ...]:
        unit = units[place]
        if unit.kind == "door":
            return start(before[place])
        if unit.kind == "turn":
            return start(before[turns[unit.lines[0]]])
        return unit.nodes

    assert [(route.tail, route.head) for route in found.routes] == [
        (arrow.tail, arrow.head) for arrow in arrows
    ]
    return Counter(
        (start(route.tail), units[route.head].nodes)
        for route in found.routes
        if units[route.head].kind not in ("door", "turn")
    )


def check_volumes(network: Network, options: Options) -> Drawing:
    return check_drawing(network, options, drawing(network, options))


def check_drawing(network: Network, options: Options, found: Drawing) -> Drawing:
    picture = found.picture.scene
    assert picture is not None
    assert same(network, picture)
    boxes = picture.boxes
    wanted = Counter(
        (boxes[arrow.tail].nodes, boxes[arrow.head].nodes)
        for arrow in bundled(picture)
        if not arrow.size
    )
    assert drawn_arrows(found) == wanted
    if options.color == "kind":
        hold_fused(network.graph, found)
    for route in found.routes:
        one, two = found.layout.solids[route.tail], found.layout.solids[route.head]
        if not route.points:  # two volumes that touch
            assert 0 < two.x - one.right <= one.depth + 6
            assert abs(two.axis - one.axis) < 1
            continue
        assert on(one, route.points[0]), route
        bars = (bar for bar in found.bars if at(bar, route))
        assert any(bars) or on(two, route.points[-1]), route
    return found


def on(solid: Solid, point: tuple[float, float]) -> bool:
    """Whether a point lies on a volume or just beside it, words below it included."""
    x, y = point
    across = solid.x - 3 <= x <= solid.right + solid.depth + 3
    return across and solid.summit - 3 <= y <= solid.bottom + 110


@pytest.mark.parametrize("network", NETWORKS)
def test_volumes_show_the_scene(network, request):
    found = check_drawing(network, Options(), drawn.volumes(request.node.callspec.id))
    assert not crossings(found.layout, found.routes, found.bars)
    hold_merges(found)


@pytest.mark.parametrize(
    "network", [pytest.param(network, id=name) for name, network in drawn_networks()]
)
def test_volumes_with_options(network):
    for options in VOLUMES[1:]:
        check_volumes(network, options)


@pytest.mark.parametrize("start", [0, 20, 40])
def test_volumes_of_random_networks(start):
    for seed in range(start, start + EACH):
        network = random_network(seed)
        for options in VOLUMES[:2]:
            found = check_volumes(network, options)
            if not options.expand:
                hold_merges(found)


def test_parallel_stays_parallel():
    """Three branches stand beside each other, and none leads to another."""
    network = dict(drawn_networks())["three_branches"]
    found = check_volumes(network, Options())
    place = {unit.name: number for number, unit in enumerate(found.picture.units) if unit.name}
    heights = {found.layout.solids[place[name]].axis for name in ("a", "c", "f")}
    assert len(heights) == 3
    pairs = {(route.tail, route.head) for route in found.routes}
    branches = [place[name] for name in "acef"]
    assert {(a, b) for a, b in pairs if a in branches and b in branches} == {
        (place["e"], place["f"])
    }
