"""What is said when the branches of a merge do not fit together."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import TYPE_CHECKING

from archc.diagnostics import Cure, Label, Proposal
from archc.graph.cures.conditions import conditions
from archc.graph.cures.crops import MOST_BEHIND, cropped
from archc.graph.cures.decoders import enlarged, gate_width, like_the_other, stretched
from archc.graph.cures.dense import beside_the_shortcut
from archc.graph.cures.dilated import all_padded as padded_by_gaps
from archc.graph.cures.edits import site, sites
from archc.graph.cures.gates import dense_gate
from archc.graph.cures.oblong import padded_along
from archc.graph.cures.projections import (
    Branch,
    flattened,
    lateral,
    own_width,
    projected,
    wider,
)
from archc.graph.cures.reaching import expression_text, reaching
from archc.graph.cures.short_labels import lines_read
from archc.graph.cures.skips import before_the_pool, other_skips, wanted_beside
from archc.graph.cures.spread import spread
from archc.graph.cures.text import chained, in_braces, in_braces_each
from archc.graph.cures.tokens import as_wide_tokens
from archc.graph.cures.unpadded import all_padded
from archc.graph.cures.widths import named_before
from archc.graph.graph import Node
from archc.graph.lone_layers import lone_layers, one_path, reductions
from archc.graph.place import Place
from archc.graph.values import Tensor
from archc.language import tree
from archc.layers.base import LayerError
from archc.layers.registry import KINDS
from archc.shapes import Shape, show

if TYPE_CHECKING:
    from archc.graph.run import Run

MOST_BRANCHES = 8  # more are a table, where one change mends nothing


def merge_problem(
    run: Run, error: LayerError, action: tree.Braced, branches: list[Tensor], place: Place
) -> None:
    """Reports a mismatch at the merge's word, with the end of each branch and cures to be tried.

    A merge that said so in another round or call says it once, and no cure is sought again.
    """
    if run.report.told(error.code, action.word.span):
        return
    path = one_path(action)
    labels = tuple(
        Label(tensor.origin, f"{show(tensor.shape)} from here")
        for tensor in branches
        if tensor.shape
    )
    run.report.add(
        error.code,
        error.message,
        action.word.span,
        labels=labels,
        calls=place.names.scope.frames(),
        help=error.help,
        proposals=(
            *chained(lone_layers(action)),
            *lines_read(action, place),
            *(in_braces(path[0].span, path[1].span) if path else ()),
            *beside_the_shortcut(action, branches),
            *dense_gate(action, branches),
            *as_wide_tokens(run.nodes, branches),
            *before_the_pool(branches),
            *other_skips(branches, action.word.id, place),
            *_cropped_or_padded(run, branches, action.word),
        ),
    )


def reduced(node: Node) -> tuple[Proposal, ...]:
    """Reductions that stand as branches of a concatenation whose channels are too many."""
    for one in sites(node.span.source).values() if node.layer and node.layer.many_inputs else ():
        action = one.link.action
        if isinstance(action, tree.Braced) and node.span in (action.span, action.word.span):
            return in_braces_each(reductions(action))
    return ()


def _cropped_or_padded(run: Run, branches: list[Tensor], word: tree.Name) -> Iterator[Proposal]:
    """Where nothing is padded on purpose, a crop first: what it leaves may want another."""
    crops = tuple(cropped(run.nodes[-MOST_BEHIND:], run.nodes, branches))
    yield from crops
    for one in _proposals(run, branches, word):
        yield one._replace(last=True) if crops else one


def _proposals(run: Run, branches: list[Tensor], name: tree.Name) -> Iterator[Proposal]:
    """One branch made to fit the others; where strides differ, the larger map first."""
    if len(branches) > MOST_BRANCHES:
        return
    border = frozenset(_common(run.nodes, branches))
    ways = _ways(run.nodes, branches, border)
    word = name.id
    yield from named_before(name.span, ways)
    yield from padded_along(ways)
    gaps = tuple(padded_by_gaps(ways))
    yield from gaps
    if KINDS[word].operator != "*":
        yield from spread(branches, gaps)
    shapes = [tensor.shape for tensor in branches]
    order = sorted(range(len(branches)), key=lambda number: -_size(shapes[number]))
    if not _strides_differ(shapes):
        order.reverse()
    joins = KINDS[word].channels_from == "sum"
    if joins:
        order.sort(key=lambda number: not any(map(_stride_forgotten, ways[number])))
    pairs = []
    for number in order:
        others = {_compared(shape, joins) for place, shape in enumerate(shapes) if place != number}
        shape = shapes[number]
        other = next(one for place, one in enumerate(shapes) if place != number)
        if len(others) > 1 or other is None or shape is None or branches[number].node < 0:
            continue
        place = next(i for i in range(len(branches)) if i != number and shapes[i] == other)
        here = Branch(branches[number], ways[number], shape)
        pairs.append((here, Branch(branches[place], ways[place], other)))
    if not pairs:
        yield from _all_odd(run, branches, ways, word, border)
    if pairs:
        yield from all_padded(run.nodes, branches, border, joins)
        yield from like_the_other(*pairs[0])
        yield from enlarged(*pairs[0])
        if KINDS[word].operator == "*":
            yield from gate_width(run.nodes, *pairs[0])
    if not joins:
        for here, there in pairs:
            yield from own_width(run.nodes, here, there)
        for here, there in pairs:
            yield from conditions(here, there)
        for here, there in pairs if KINDS[word].operator == "+" else ():
            yield from lateral(here, there)
    for here, there in pairs:
        shape, other = here.shape, there.shape
        if len(other) != len(shape):
            yield from flattened(here, other, word)
            continue
        if not joins and (shape[0] != other[0] or here.width is None):
            yield from projected(run.scopes, here, there, word)
            yield from wider(run.nodes, here, there)
        strides = tuple(dict.fromkeys(_stride_texts(there.way)))
        wanted = wanted_beside(word, shape, other)
        for one in reaching(run.nodes, here.tensor.node, wanted, border, strides):
            yield one._replace(exact=False)  # what is behind a merge was hidden by it
    if pairs:
        yield from stretched(*pairs[0])


def _all_odd(
    run: Run,
    branches: list[Tensor],
    ways: list[list[Node]],
    word: str,
    border: frozenset[int],
) -> Iterator[Proposal]:
    """Where several branches are unlike the most: the first change of each, made together."""
    joins = KINDS[word].channels_from == "sum"
    compared = [_compared(tensor.shape, joins) for tensor in branches]
    most = max(compared, key=compared.count)
    if most is None or compared.count(most) < 2:
        return
    model = branches[compared.index(most)].shape or ()
    found: list[Proposal] = []
    for tensor, own in zip(branches, compared, strict=True):
        if own == most:
            continue
        if tensor.shape is None or len(tensor.shape) != len(model):
            return
        wanted = wanted_beside(word, tensor.shape, model)
        found += islice(reaching(run.nodes, tensor.node, wanted, border, ("1",)), 1)
    if len(found) == sum(one != most for one in compared):
        help = " and ".join(one.help.partition(" would give")[0] for one in found)
        edits = tuple(edit for one in found for edit in one.cure.edits)
        yield Proposal(f"{help} would give {show(most)}", Cure(edits))


def _stride_forgotten(node: Node) -> bool:
    """Whether a pool moves by its window, which a branch of a concatenation seldom does."""
    layer = node.layer
    return layer is not None and layer.group == "pooling" and layer.values.get("stride", 1) is None


def _compared(shape: Shape | None, joins: bool) -> Shape | None:
    """What has to be equal in all branches."""
    return shape[1:] if joins and shape else shape


def _strides_differ(shapes: list[Shape | None]) -> bool:
    """Whether some map is at least half again as large as another: a stride, not a rim."""
    sizes = [_size(shape) for shape in shapes]
    return min(sizes) * 3 <= max(sizes) * 2


def _size(shape: Shape | None) -> int:
    return next((axis for axis in (shape or ())[1:] if isinstance(axis, int)), 1)


def _stride_texts(way: list[Node]) -> Iterator[str]:
    """How the strides of a branch are written."""
    for node in way:
        found = site(node.span)
        if found is None or not isinstance(found.link.action, tree.Apply) or node.layer is None:
            continue
        if "stride" in node.layer.arguments:
            text = expression_text(found.link.action, type(node.layer), "stride")
            if text is not None:
                yield text


def _common(nodes: list[Node], branches: list[Tensor]) -> set[int]:
    """The last nodes that all branches come from; of branches that part far away, fewer.

    A node stands behind its inputs, so the highest node that waits has met all its readers.
    """
    readers: dict[int, int] = {}  # of a node that waits, the branches that come from it, as bits
    for number, tensor in enumerate(branches):
        readers[tensor.node] = readers.get(tensor.node, 0) | 1 << number
    readers.pop(-1, None)
    everyone = (1 << len(branches)) - 1
    waiting = [-index for index in readers]
    heapify(waiting)
    apart = sum(bits != everyone for bits in readers.values())
    found: set[int] = set()
    for _ in range(MOST_BEHIND):
        if not apart:
            break
        index = -heappop(waiting)
        bits = readers.pop(index)
        if bits == everyone:
            found.add(index)
        else:
            apart -= 1
        for one in nodes[index].inputs:
            before = readers.get(one)
            if before is None:
                heappush(waiting, -one)
            readers[one] = now = (before or 0) | bits
            apart += (now != everyone) - (before is not None and before != everyone)
    return found.union(index for index, bits in readers.items() if bits == everyone)


def _ways(nodes: list[Node], branches: list[Tensor], common: frozenset[int]) -> list[list[Node]]:
    """The nodes of each branch, last first, back to where the branches part."""
    ways = []
    for tensor in branches:
        way: list[Node] = []
        index = tensor.node
        while index >= 0 and index not in common and len(way) < MOST_BEHIND:
            way.append(nodes[index])
            index = nodes[index].inputs[0] if nodes[index].inputs else -1
        ways.append(way)
    return ways
