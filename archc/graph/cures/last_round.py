"""What the last round of a loop does too often: no transition ends the last block of DenseNet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import after, ahead, sites
from archc.graph.cures.flow import output
from archc.graph.cures.reaching import Wanted, way_to
from archc.graph.graph import Node, Scope
from archc.language import tree
from archc.language.source import Source, Span
from archc.shapes import Shape

Ending = tuple[tree.For | tree.Repeat, tree.Link | tree.Chain]
"""A loop, and what stands last in it."""
MOST_BEFORE = 1_000  # nodes in which an earlier call is looked for


def but_in_the_last(
    nodes: Sequence[Node], index: int, wanted: Wanted, link: tree.Link
) -> Iterator[Proposal]:
    """The last call of a loop under a condition, where a claim behind it holds without it."""
    way = way_to(nodes, index)
    for place, node in enumerate(way):
        for loop, last in _loops(node):
            if loop.span.start < link.action.span.start < loop.span.end:
                continue
            run = [one for one in way[place:] if _within(one, last.span)]
            begin = nodes[run[-1].inputs[0]]
            if way[place : place + len(run)] != run or _within(begin, last.span):
                continue
            if _fits(_behind(way[:place], begin.shape), wanted):
                yield from _under_a_condition(loop, last)
                return


def halved(nodes: Sequence[Node], index: int, wanted: Wanted) -> str | None:
    """Where the channels that are claimed went: the last call on the way that changes them."""
    for node in way_to(nodes, index) if wanted else ():
        have = node.shape[0] if node.shape else None
        before = nodes[node.inputs[0]].shape
        entering = before[0] if before else None
        if have == entering:
            continue
        if not isinstance(have, int) or entering is None or entering != wanted[0]:
            return None
        if len(before or ()) != len(node.shape or ()):
            return None  # a flat number holds the places of the map as well
        span = _calls(node)[-1]
        end = node.inputs[0] + 1
        again = any(
            span in _calls(one) and node.span in _calls(one)
            for one in nodes[max(end - MOST_BEFORE, 0) : end]
        )
        times = " the last time" if again else ""
        which = f"halves them to {have}" if entering == 2 * have else f"makes {have} of them"
        call = " ".join(span.text.split())
        return f"{entering} enter `{call}` in line {span.line}{times}, which {which}"
    return None


def _calls(node: Node) -> list[Span]:
    """A layer and the calls of blocks around it, the outermost last."""
    found = [node.span]
    scope: Scope | None = node.scope
    while scope is not None:
        if scope.kind == "block":
            found.append(scope.span)
        scope = scope.parent
    return found


def _within(node: Node, span: Span) -> bool:
    return any(
        one.source is span.source and span.start <= one.start and one.end <= span.end
        for one in _calls(node)
    )


def _loops(node: Node) -> Iterator[Ending]:
    """The loops whose last call, or last statement, holds a layer."""
    for source in dict.fromkeys(span.source for span in _calls(node)):
        for loop, last in _endings(source):
            if _within(node, last.span):
                yield loop, last


@lru_cache(maxsize=8)
def _endings(source: Source) -> tuple[Ending, ...]:
    """The loops of a text, each with its last call and its last statement, behind others."""
    found: list[Ending] = []
    for one in sites(source).values():
        loop = one.link.action
        if not isinstance(loop, (tree.For, tree.Repeat)):
            continue
        end = loop.body[-1] if loop.body else None
        if isinstance(end, tree.Chain) and len(loop.body) + len(end.links) > 2:
            if not isinstance(end.links[-1].action, tree.If):
                found.append((loop, end.links[-1]))
            if len(loop.body) > 1 and not isinstance(end.links[0].action, tree.If):
                found.append((loop, end))
    return tuple(found)


def _behind(way: Sequence[Node], shape: Shape | None) -> Shape | None:
    """What layers give for another shape, the last of them first."""
    for node in reversed(way):
        shape = output(node.layer, {}, [shape]) if node.layer is not None else None
    return shape


def _fits(shape: Shape | None, wanted: Wanted) -> bool:
    if shape is None or len(shape) != len(wanted):
        return False
    return all(want in (None, have) for have, want in zip(shape, wanted, strict=True))


def _under_a_condition(
    loop: tree.For | tree.Repeat, last: tree.Link | tree.Chain
) -> Iterator[Proposal]:
    """`if i < 3 { Transition }`, and a head that counts the rounds where none does."""
    made = _condition(loop)
    if made is None:
        return
    condition, edits, told = made
    wrapped = (ahead(last.span, f"if {condition} {{ "), after(last.span, " }"))
    text = " ".join(last.span.text.split())
    help = f"is it left out in the last round? Then write `if {condition} {{ {text} }}`"
    yield Proposal(f"{help} in line {last.span.line}{told}", Cure((*edits, *wrapped)))


def _condition(loop: tree.For | tree.Repeat) -> tuple[str, tuple[Edit, ...], str] | None:
    """What holds in every round but the last, in the loop's own names; else with new ones."""
    if isinstance(loop, tree.Repeat):
        return _counted(loop, loop.count.span, None)
    name, rows = loop.targets[0].id, loop.iterable
    if isinstance(rows, tree.Call) and rows.function.span.text == "range":
        if len(rows.arguments) > 2:
            return None
        return f"{name} < {_less(rows.arguments[-1].span.text)}", (), ""
    if isinstance(rows, tree.List):
        firsts = [
            one.items[0] if isinstance(one, tree.List) and one.items else one for one in rows.items
        ]
        texts = [one.span.text for one in firsts]
        if texts and isinstance(firsts[-1], tree.Number) and texts.count(texts[-1]) == 1:
            return f"{name} != {texts[-1]}", (), ""
    return _counted(loop, rows.span, name) if len(loop.targets) == 1 else None


def _counted(
    loop: tree.For | tree.Repeat, rows: Span, name: str | None
) -> tuple[str, tuple[Edit, ...], str] | None:
    """The loop by the numbers of its rounds; what each was given is read by them."""
    source = loop.span.source
    free = [one for one in ("i", "j", "k") if not re.search(rf"\b{one}\b", source.text)]
    if not free:
        return None
    i = free[0]
    count = rows.text
    if name is not None:
        items = loop.iterable if isinstance(loop, tree.For) else None
        count = str(len(items.items)) if isinstance(items, tree.List) else f"len({rows.text})"
    head = f"for {i} in range({count})"
    edits = [Edit(Span(source, loop.span.start, rows.end), head)]
    told = f" and `{head}` in line {loop.span.line}"
    if name is not None:
        given = f"let {name} = {rows.text}[{i}]"
        edits.append(ahead(loop.body[0].span, f"{given}; "))
        told = f"{told}, with `{given}`"
    return f"{i} < {_less(count)}", tuple(edits), told


def _less(count: str) -> str:
    """One less than a count, as it is written."""
    return str(int(count) - 1) if count.isdigit() else f"{count} - 1"
