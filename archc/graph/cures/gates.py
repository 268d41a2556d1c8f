"""Gates of dense layers: `flatten` before them, the width of what they gate, and a map again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called
from archc.graph.cures.edits import after, ahead, given, mended
from archc.graph.cures.widths import ASKED, free_name, own_line
from archc.graph.values import Tensor
from archc.language import tree
from archc.layers.registry import KINDS
from archc.shapes import Shape

MAP = "reshape"
FLAT = "flatten"


def dense_gate(action: tree.Braced, branches: Sequence[Tensor]) -> Iterator[Proposal]:
    """`{ global_avgpool -> linear 4 -> relu -> linear 64 -> sigmoid }` beside 32 maps."""
    kind = KINDS.get(action.word.id)
    shapes = [one.shape for one in branches]
    if kind is None or kind.operator != "*" or len(action.body) != 2 or len(branches) != 2:
        return
    for statement, own, other in zip(action.body, shapes, reversed(shapes), strict=True):
        links = list(_links(statement))
        dense = [link for link in links if _is_dense(link)]
        if not dense or own is None or other is None or len(other) < 2:
            continue
        if links[-1] in dense[:-1] or not isinstance(other[0], int):
            continue
        yield from _mended(action, statement, links, dense, own, other)


def _mended(
    merge: tree.Braced,
    statement: tree.Statement,
    links: list[tree.Link],
    dense: list[tree.Link],
    own: Shape,
    other: Shape,
) -> Iterator[Proposal]:
    edits: list[Edit] = []
    first, last = links.index(dense[0]), dense[-1].action
    if first and not any(_word(link) == FLAT for link in links[:first]):
        edits.append(ahead(dense[0].span, f"{FLAT} -> "))
    assert isinstance(last, tree.Apply)
    width = last.arguments[0].value.span.text
    before = ""
    if own[0] != other[0]:
        asked = ASKED.search(width) is not None
        name = free_name(merge.word.span.source.text)
        indent = own_line(merge.word.span)
        if not (asked or width.isdigit()) or (asked and (name is None or indent is None)):
            return
        if asked and name is not None:
            before = f"let {name} = in.channels"
            edits.append(ahead(merge.word.span, f"{before}\n{indent}"))
        width = ASKED.sub(name or "", width) if asked else str(other[0])
        edits.append(given(last, next(iter(KINDS[_word(dense[-1])].arguments)), width, 0))
    ones = ", 1" * (len(other) - 1)
    if _word(links[-1]) == MAP:
        edits.append(Edit(links[-1].span, f"{MAP} [{width}{ones}]"))
    else:
        edits.append(after(links[-1].span, f" -> {MAP} [{width}{ones}]"))
    line = mended(statement.span, edits)
    lets = f"`{before}` before the merge, and " if before else ""
    yield Proposal(f"write {lets}`{line}` in line {statement.span.line}", Cure(tuple(edits)))


def _links(statement: tree.Statement) -> Iterator[tree.Link]:
    """The links of a branch, those of its braces one by one."""
    for link in statement.links if isinstance(statement, tree.Chain) else ():
        if isinstance(link.action, tree.Group):
            for inner in link.action.body:
                yield from _links(inner)
        else:
            yield link


def _word(link: tree.Link) -> str:
    kind = kind_called(link.action) if isinstance(link.action, tree.Apply) else None
    return kind.keyword if kind is not None else ""


def _is_dense(link: tree.Link) -> bool:
    kind = KINDS.get(_word(link))
    if kind is None or not isinstance(link.action, tree.Apply) or not link.action.arguments:
        return False
    unnamed = link.action.arguments[0].name is None
    return kind.counted and "kernel" not in kind.arguments and unnamed
