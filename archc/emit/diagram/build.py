"""From the graph's scopes to the parts of a picture: what is folded, closed, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.chained import passes
from archc.emit.diagram.elide import elided
from archc.emit.diagram.fuse import enlarged, fuse
from archc.emit.diagram.ground import Ground
from archc.emit.diagram.parallel import gathered, together
from archc.emit.diagram.parts import Box, Cluster, Part, Unit, automatic, leaves
from archc.emit.diagram.series import series
from archc.emit.diagram.spans import span_name
from archc.graph.fold import tree
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.emit.diagram.options import Options
    from archc.graph.fold import Row
    from archc.graph.graph import Graph, Node

MUCH = 26  # layers that still read well when all are drawn
TOO_MUCH = 70
FEW = 0.6  # of what there is to look at: rounds that look alike are left out where so much is left
LISTED = 3  # layers that a closed group still names one by one


class UnknownName(ValueError):
    """A block or path to be expanded that the network does not have."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no block and no path `{name}`")
        self.name = name
        self.known = known


class Policy(NamedTuple):
    """How much is shown.

    `once`: a structure drawn already stays closed when it comes again. `layers`: lone layers in a
    row fold as well. `elide`: of many rounds that look alike the first and the last are drawn,
    with `rows` also of layers one behind the other. `shown`: the only scopes that may be open, by
    their paths. `parallel`: equal layers beside each other stand as one. `wide`: closed blocks in a
    row stand as one although they are given other arguments. `low`: what enlarges the map behind a
    closed block is a stripe of it.
    """

    fold: bool = True
    layers: bool = True
    elide: bool = False
    rows: bool = False
    once: bool = False
    depth: int | None = None
    opened: frozenset[str] = frozenset()
    shown: frozenset[str] | None = None
    parallel: bool = False
    wide: bool = False
    low: bool = False


class View(NamedTuple):
    """The parts, and for each node that is folded away the one that stands for it.

    `folds` holds the nodes of each round of each folded run.
    """

    parts: tuple[Part, ...]
    alias: dict[int, int]
    folds: tuple[tuple[tuple[int, ...], ...], ...]


class TooLarge(ValueError):
    """A picture that nobody could read, and that would take long."""

    hint = "loops and blocks are folded; `--depth 1` closes groups, FILE:NETWORK draws one network"


MOST_BOXES = 500
MOST_LAYERS = 10_000


def view(graph: Graph, options: Options, layers: bool = True, much: int = MUCH) -> View:
    """The parts of one picture, as `Views` makes them."""
    return Views(graph).view(options, layers, much)


class Views:
    """Makes the views of one graph; what they have in common is worked out once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._grounds: dict[bool, Ground] = {}
        self._sizes: dict[tuple[bool, Policy], int] = {}

    def view(self, options: Options, layers: bool = True, much: int = MUCH) -> View:
        """The parts of the picture that the options ask for; where `layers` is false, lone layers
        in a row stay apart. With more than `much` to look at, what is drawn already stays closed.
        Raises `UnknownName` and `TooLarge`.
        """
        graph = self._graph
        _check_names(graph, frozenset(options.expand))
        if len(graph.nodes) > MOST_LAYERS:
            number = f"{len(graph.nodes):,} layers, more than {MOST_LAYERS:,}"
            raise TooLarge(f"a network of {number}, is too large for a picture")
        built = self._made(options, layers, much)
        boxes = size(built)
        if boxes > MOST_BOXES:
            raise TooLarge(f"the picture would have {boxes:,} boxes, more than {MOST_BOXES:,}")
        return built

    def _ground(self, fused: bool) -> Ground:
        if fused not in self._grounds:
            self._grounds[fused] = Ground(self._graph, fused)
        return self._grounds[fused]

    def _size(self, ground: Ground, policy: Policy) -> int:
        """How many things there are to look at in a view that several others begin with."""
        key = ground.fused, policy
        if key not in self._sizes:
            self._sizes[key] = size(_built(ground, policy))
        return self._sizes[key]

    def _made(self, options: Options, layers: bool, much: int) -> View:
        words = frozenset(options.expand)
        ground = self._ground(options.fuse)
        if "all" in words:
            return _built(ground, Policy(fold=False, depth=options.depth))
        opened = frozenset(words - {"none"})
        depth = 1 if "none" in words else options.depth
        policy = Policy(layers=layers, depth=depth, opened=opened, parallel=options.parallel)
        if options.shown is not None:  # what is drawn once in the whole is drawn once in a part
            wide = options.terse or not layers
            once = self._size(ground, policy) > much
            policy = policy._replace(shown=options.shown, once=once, wide=wide)
            high = options.room is not None and options.room.height > options.room.width
            policy = policy._replace(low=options.terse and high)
        built = _built(ground, policy)
        if size(built) > much and "none" not in words:
            return self._shorter(ground, policy, built, much, bool(opened))
        return built

    def _shorter(self, ground: Ground, policy: Policy, built: View, much: int, asked: bool) -> View:
        """A view with what is drawn already closed where it comes again, and less where even that
        is too much, unless it was `asked` for."""
        policy, whole = policy._replace(once=True), policy
        built = built if policy == whole else _built(ground, policy)
        level = min(6, ground.deepest())  # below that nothing is left to close
        while size(built) > TOO_MUCH and level > 0 and policy.depth is None and not asked:
            built = _built(ground, policy._replace(depth=level))
            level -= 1
        if size(built) > much and not asked:
            far = size(built) > TOO_MUCH
            short = _built(ground, policy._replace(elide=True, rows=far))
            if far or size(short) <= FEW * size(built):
                built = short
        return built


def _check_names(graph: Graph, words: frozenset[str]) -> None:
    """Raises `UnknownName` for a word that names nothing."""
    if not words - {"all", "none"}:
        return
    known = {scope.path: None for scope in graph.scopes if scope.path}
    known |= {row.path: None for _, row in tree(graph).walk() if row.node is None and row.path}
    known |= {scope.name: None for scope in graph.scopes if scope.kind == "block"}
    for word in sorted(words - {"all", "none"}):
        if word not in known:
            raise UnknownName(word, tuple(known))


def size(built: View) -> int:
    """How many things there are to look at."""
    return sum(1 for _ in leaves(built.parts))


def summed(nodes: tuple[Node, ...]) -> tuple[Node, ...] | None:
    """The convolutions and dense layers of a group, where they are few enough to be listed."""
    counted = tuple(node for node in nodes if node.layer is not None and node.layer.counted)
    merges = any(len(node.inputs) != 1 for node in nodes)
    return counted if len(counted) <= LISTED and not merges else None


def _built(ground: Ground, policy: Policy) -> View:
    return _Builder(ground, policy).run()


class _Builder:
    def __init__(self, ground: Ground, policy: Policy) -> None:
        self.ground = ground
        self.graph = ground.graph
        self.policy = policy
        self.fused = ground.fused
        self.root = ground.root
        self.read_by = ground.read_by
        self.alias: dict[int, int] = {}
        self.folds: list[tuple[tuple[int, ...], ...]] = []
        self.drawn: dict[int, str] = {}  # structures drawn in detail, and where

    def run(self) -> View:
        parts = self._level(self.root, "", 1, False) if self.root.rows else []
        return View(tuple(parts), self.alias, tuple(self.folds))

    # ------------------------------------------------------------------------------ one scope

    def _level(self, outer: Row, prefix: str, depth: int, in_block: bool) -> list[Part]:
        """What is in a scope; `prefix` is the path of the cluster around it."""
        result: list[Part] = []
        rows = outer.rows
        position = 0
        for number in self._groups(outer):
            run = rows[position : position + number]
            position += number
            result += self._run(run, prefix, depth, in_block)
        if self.policy.once or self.policy.shown is not None:
            result = series(result, self.read_by, self.ground.alike, self.policy.wide)
        result = fuse(result, self.read_by) if self.fused else result
        result = enlarged(result, self.read_by) if self.fused and self.policy.low else result
        result = gathered(result, self.read_by) if self.policy.parallel else result
        return elided(result, self.policy.rows) if self.policy.elide else result

    def _groups(self, outer: Row) -> list[int]:
        """How many neighbours fold into one, for each run."""
        if not self.policy.fold:
            return [1] * len(outer.rows)
        result = []
        for members, chained in self.ground.runs(outer):
            count = len(members)
            alone = members[0].node is not None and not self.policy.layers
            if count > 1 and (alone or not chained or self._wanted(members)):
                result += [1] * count
            else:
                result.append(count)
        return result

    def _wanted(self, rows: tuple[Row, ...]) -> bool:
        """Whether one of the rows is to be opened by its path."""
        return any(
            path == row.path or path.startswith(f"{row.path}.")
            for row in rows
            for path in self.policy.opened
        )

    # ------------------------------------------------------------------------------- one run

    def _run(self, rows: tuple[Row, ...], prefix: str, depth: int, in_block: bool) -> list[Part]:
        """A row, or several equal ones that stand as one."""
        row = rows[0]
        count = len(rows)
        if count > 1:
            self._fold_away(rows)
        name = self._name(rows, prefix)
        if row.node is not None:
            return [] if passes(row.node) else [Unit(row.node, name, count)]
        nodes = self._nodes(rows)
        shape = self.ground.form(row)
        wanted = self._opened(row)
        seen = self.drawn.get(shape)
        scope = row.scope
        block = scope is not None and scope.kind == "block"
        inline = not block and in_block and count == 1
        closed_by_depth = self._shut(row, depth, inline)
        closed = closed_by_depth
        if (
            self.policy.once
            and seen is not None
            and (block or not (inline or automatic(row.path) or summed(nodes) is None))
        ):
            closed = True
        known = dict(self.drawn) if closed and not wanted else {}
        inner_depth = depth if inline else depth + 1
        parts = self._level(row, prefix if inline else row.path, inner_depth, block or in_block)
        if not parts:
            return []
        if len(parts) == 1 and isinstance(parts[0], Unit) and parts[0].count == 1:
            only = parts[0]
            only.name, only.count = name, count
            return [only]
        if count == 1 and (one := self._in_parallel(parts, closed and not wanted)):
            one.name, one.scope = name, scope
            return [one]
        if closed and not wanted:
            self.drawn = known
            return [
                Box(scope, name, nodes, count, like=seen if block or not closed_by_depth else None)
            ]
        if inline:
            return parts
        if len(row.nodes) > 1:
            self.drawn.setdefault(shape, row.path)
        return [Cluster(scope, name, nodes, tuple(parts), count, self._name(rows, ""))]

    def _in_parallel(self, parts: list[Part], closed: bool) -> Box | None:
        """The box for all that is in a scope, where it is nothing but layers in parallel."""
        only = parts[0] if len(parts) == 1 else None
        if isinstance(only, Box) and only.parallel:
            return only
        return together(parts, self.read_by) if closed else None

    def _shut(self, row: Row, depth: int, inline: bool) -> bool:
        """Whether a scope is too deep to be open, or not among those that may be; what stands in
        a block without a frame of its own is open with it."""
        policy = self.policy
        if policy.shown is not None and not inline and row.path not in policy.shown:
            return True
        return policy.depth is not None and depth >= policy.depth

    def _opened(self, row: Row) -> bool:
        opened = self.policy.opened
        if not opened:
            return False
        if self._wanted((row,)):
            return True
        return any(
            inner.scope is not None and inner.scope.kind == "block" and inner.scope.name in opened
            for _, inner in row.walk()
        )

    def _fold_away(self, rows: tuple[Row, ...]) -> None:
        self.folds.append(tuple(tuple(row.nodes) for row in rows))
        for row in rows[1:]:
            for index, first in zip(row.nodes, rows[0].nodes, strict=True):
                self.alias[index] = first

    def _nodes(self, rows: tuple[Row, ...]) -> tuple[Node, ...]:
        return self.graph.nodes[rows[0].nodes.start : rows[-1].nodes.stop]

    def _name(self, rows: tuple[Row, ...], prefix: str) -> str:
        start = f"{prefix}." if prefix else ""
        first = rows[0].path.removeprefix(start)
        if len(rows) == 1:
            return first
        return span_name(first, rows[-1].path.removeprefix(start))
