"""What is drawn: volumes, marks of merges, and the arrows between them."""

from __future__ import annotations

from archc.emit.diagram.parts import Cluster
from archc.emit.diagram.scene import Arrow, Scene
from archc.named import NamedTuple
from archc.shapes import Shape

CONTINUED = ", continued"  # said of a group that began in the row above
SHORT = ", cont."  # the same where there is little room
MARKS = ("sum", "tag", "turn", "door")  # what is drawn flat, small, and without a size


class Part(NamedTuple):
    """A share of a volume's channels: `copied` from elsewhere, or of the kind that made it, of a
    closed block with its name."""

    kind: str
    channels: int
    block: str = ""


class Stripe(NamedTuple):
    """A layer fused into a volume: its colour, which is that of its class, and its keyword."""

    kind: str
    word: str


class Unit(NamedTuple):
    """A layer with what is fused into it, a closed block, or a mark.

    `leading` are the layers fused into it that run before it, `stripes` those that run behind it,
    both in order. `window` is the kernel with which the layer reads the
    unit before it. `groups` are the names of the clusters around it, outermost first.
    """

    kind: str
    nodes: tuple[int, ...]
    shape: Shape | None
    name: str
    lines: tuple[str, ...]  # kernel, stride, and what else is worth a word
    detail: str  # the whole truth, for the tooltip
    parts: tuple[Part, ...] = ()
    leading: tuple[Stripe, ...] = ()
    stripes: tuple[Stripe, ...] = ()
    window: tuple[int, ...] = ()
    dilated: bool = False  # not all pixels of the window are read
    groups: tuple[str, ...] = ()
    slices: int = 1  # how many blocks in a row the volume stands for
    shared: int = 0  # the number of the weights that it has in common with others, from 1
    training: bool = False
    path: str = ""  # of its first layer
    outputs: tuple[str, ...] = ()  # results of the network that leave here
    course: tuple[int, ...] = ()  # sizes of the maps inside, where they shrink and grow unseen
    enlarged: str = ""  # how a map is made larger on its way into this sum
    stacks: bool = False  # it puts channels of several others beside each other
    called: str = ""  # the block that is closed, or that it is a group
    inner: tuple[tuple[str, str], ...] = ()  # blocks that a group names, and what is in one
    holds: str = ""  # and what is in it
    gathers: int = 0  # how many arrows come to it
    resized: bool = False  # its maps are of another size than those it reads, and it says no stride
    unused: bool = False  # nothing reads its value, and it is no result


class Picture(NamedTuple):
    """A network as volumes; arrows and clusters speak of places in `units`.

    Units stand in the order of execution; `arrows` are those of the scene but for sizes alone.
    """

    title: str
    units: tuple[Unit, ...]
    arrows: tuple[Arrow, ...]
    clusters: tuple[Frame, ...]
    notes: tuple[str, ...]  # what the picture leaves out
    problem: str  # where the spec is broken, else ""
    shapes: str = ""  # the shapes that do not go together there
    scene: Scene | None = None  # what was held to the graph


class Frame(NamedTuple):
    """A cluster: its places, how often it stands in a row, and how deep it lies.

    `cut` tells that a part of it stands in another row, `continued` that it began in one above.
    """

    name: str
    call: str
    first: int
    last: int
    times: int
    depth: int
    cut: bool = False
    continued: bool = False

    def holds(self, place: int) -> bool:
        """Whether a unit is inside."""
        return self.first <= place <= self.last

    def drawn(self, levels: bool) -> bool:
        """Whether there is a border around it: not around one volume, nor on the `levels` of a U
        around what stands for itself alone."""
        return (self.first < self.last or self.cut) and (self.times > 1 or not levels)


def cut(unit: Unit) -> bool:
    """Whether a mark tells which channels pass."""
    return unit.kind == "tag" and unit.lines[0][0].isdigit()


def frames(
    parts: tuple[object, ...], place: dict[int, int], rounds: bool, depth: int = 0
) -> list[Frame]:
    """The clusters of a view with the places of what is in them, outermost first; `rounds` that
    closed ones follow as well."""
    from archc.emit.diagram import words
    from archc.emit.diagram.names import round_of
    from archc.emit.diagram.parts import automatic, leaves

    found: list[Frame] = []
    for part in parts:
        if not isinstance(part, Cluster):
            continue
        unnamed = part.scope is not None and automatic(part.scope.path)
        if part.count == 1 and unnamed and not (rounds and part.round):
            found += frames(part.parts, place, rounds, depth)
            continue
        inside = [place[id(leaf)] for leaf in leaves(part.parts) if id(leaf) in place]
        if inside:
            name, _ = words.call(part.scope)
            shown = part.path if part.name[:1].isdigit() and part.path else part.name
            shown = round_of(part.name) if rounds and part.round else shown
            found.append(Frame(shown, name, min(inside), max(inside), part.count, depth))
        found += frames(part.parts, place, rounds, depth + 1)
    return found
