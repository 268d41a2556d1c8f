"""Which activations may write their output over their input.

An activation whose kind PyTorch can run in place (`relu`, `silu` …) does so where nobody can tell:

1. It alone reads the value: no other layer, result or view of a second reader. A view (`flatten`,
   dropout at inference) is no reader, its readers are.
2. The value is not the network's input, and was made inside the block that holds the activation (by
   its own layers or by a block called there): a block cannot know who else reads what it was given.
3. The value is all of its storage: writing over a `slice` would write into another value.
4. The layer that made the value does not need it for its backward pass (`Layer.needs_output`): a
   sigmoid or another ReLU does, autograd would raise an error.
5. Autograd can go back through it (`Layer.undoable`): not where the slope below zero is negative.
6. All this holds whatever the arguments are (`archc.graph.borrowed`): the code takes them too.

7. All that a parameter holds at the same call can do so (`act()` makes each of them alike).

All calls of one text run the same line of one generated class, so where the rule fails at one of
the nodes with the same span, or of those that share one module, it fails at all of them. Networks
of one file share the classes of its blocks: where it fails in one of them it fails in all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archc.graph.borrowed import distinct
from archc.graph.graph import Graph, Node, Scope
from archc.language.source import Span
from archc.shapes import Shape, count


def in_place(graph: Graph) -> frozenset[int]:
    """The indices of the nodes that write over their input. A merge never does."""
    nodes = graph.nodes
    if not any(node.layer is not None and node.layer.in_place for node in nodes):
        return frozenset()
    origin, readers = _readers(graph)
    candidates = []
    allowed = set()
    for node in nodes:
        layer = node.layer
        if layer is None or not layer.in_place or len(node.inputs) != 1:
            continue
        candidates.append(node)
        source = node.inputs[0]
        alone = readers[origin[source]] == 1 and node.span not in graph.borrowing.calls
        if alone and layer.undoable and _may(node, nodes, origin[source]):
            allowed.add(node.index)
    alike: dict[Span | str, list[Node]] = {}  # by the place in the text, and by the module
    for node in candidates:
        alike.setdefault(node.span, []).append(node)
        alike.setdefault(node.module, []).append(node)
    mixed = _mixed(graph)
    allowed.difference_update(node.index for node in candidates if node.span in mixed)
    refused = [node for node in candidates if node.index not in allowed]
    while refused:
        node = refused.pop()
        spans = graph.borrowing.together.get(node.span, ()) if node.span in alike else ()
        for key in (node.span, node.module, *spans):
            for other in alike.pop(key, ()):
                if other.index in allowed:
                    allowed.remove(other.index)
                    refused.append(other)
    return frozenset(allowed)


def _mixed(graph: Graph) -> set[Span]:
    """The calls of a parameter that holds, there, a layer which cannot run in place."""
    handed = graph.borrowing.together
    if not handed:
        return set()
    return {
        node.span
        for node in graph.nodes
        if node.layer is not None and not node.layer.in_place and node.span in handed
    }


def sites(graphs: Iterable[Graph]) -> frozenset[Span]:
    """The places in the text whose activation is in place in every one of the networks that run it.

    The members of a family share the classes of their blocks, so code for all of them asks here.
    """
    yes, no = _sites(graphs)
    return frozenset(yes - no)


def together(graphs: list[Graph]) -> list[Graph]:
    """The networks of one file, where none runs in place what another cannot."""
    while len(graphs) > 1:
        yes, no = _sites(graphs)
        if yes.isdisjoint(no):
            break
        refused = frozenset(yes & no)
        graphs = [_without(graph, refused) for graph in graphs]
    return graphs


def _without(graph: Graph, refused: frozenset[Span]) -> Graph:
    text = graph.borrowing
    return graph._replace(borrowing=text._replace(calls=text.calls | refused))


def _sites(graphs: Iterable[Graph]) -> tuple[set[Span], set[Span]]:
    """The places that run in place in some network, and those that in some network do not."""
    yes: set[Span] = set()
    no: set[Span] = set()
    for graph in graphs:
        writing = in_place(graph)
        for node in graph.nodes:
            if node.layer is not None and node.layer.in_place:
                (yes if node.index in writing else no).add(node.span)
        no |= _mixed(graph)
        no.update(*distinct(_together(graph, no)))
    return yes, no


def _together(graph: Graph, spans: Iterable[Span]) -> Iterator[frozenset[Span]]:
    """The calls that run in place only if those at the spans do."""
    known = graph.borrowing.together
    return (known[span] for span in spans if span in known)


def _readers(graph: Graph) -> tuple[list[int], list[int]]:
    """The node that made each value, seen through views, and how often each value is read."""
    origin: list[int] = []
    readers = [0] * len(graph.nodes)
    for node in graph.nodes:
        layer, inputs = node.layer, node.inputs
        if layer is not None and layer.view and inputs:
            origin.append(origin[inputs[0]])
            inputs = inputs[1:]
        else:
            origin.append(node.index)
        for i in inputs:
            readers[origin[i]] += 1
    for result in graph.results:
        readers[origin[result.node]] += 1
    return origin, readers


def _may(node: Node, nodes: tuple[Node, ...], made: int) -> bool:
    """Rules 2 to 4 for an activation that reads what node `made` made."""
    maker = nodes[made]
    if maker.layer is None or maker.shape is None or node.shape is None:
        return False
    if maker.layer.needs_output:
        return False
    if not _within(maker.scope, _definition(node.scope)):
        return False
    at = node.inputs[0]
    while at != made:
        view = nodes[at]
        at = view.inputs[0]
        seen = nodes[at].shape
        if view.shape is None or seen is None or not _all_of(view.shape, seen):
            return False
    return True


def _definition(scope: Scope) -> Scope:
    """The block call, or the network, whose text holds the scope."""
    while scope.kind not in ("block", "network") and scope.parent is not None:
        scope = scope.parent
    return scope


def _within(scope: Scope | None, outer: Scope) -> bool:
    while scope is not None:
        if scope is outer:
            return True
        scope = scope.parent
    return False


def _all_of(view: Shape, seen: Shape) -> bool:
    """Whether a view holds every value: with open sizes, `flatten` and `permute` do."""
    values, others = count(view), count(seen)
    if values is None or others is None:
        return len(view) != len(seen) or sorted(map(str, view)) == sorted(map(str, seen))
    return values == others
