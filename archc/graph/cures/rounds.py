"""The round of a loop in which a mistake stands, and the cure where rounds are too many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Label, Proposal
from archc.graph.cures.edits import Site, after, ahead, mended, site, sites, without
from archc.graph.values import Tensor
from archc.language import tree
from archc.language.source import Span
from archc.shapes import show

Loops = list[tuple[Span, int]]
"""The loops that run, the innermost last, and the numbers of their rounds, from 1."""
ROUND = "in round "


def round_label(loops: Loops, span: Span) -> tuple[Label, ...]:
    """Which round of the innermost loop runs, where one stands around a place, or around a call."""
    loop, number = _running(loops, span)
    if loop is None or number == 1:
        return ()
    word = re.match(r"\w+", loop.text)
    head = Span(loop.source, loop.start, loop.start + (word.end() if word else 1))
    return (Label(head, f"{ROUND}{number} of this loop"),)


def _running(loops: Loops, span: Span) -> tuple[Span | None, int]:
    """The innermost loop that runs, and the number of its round; one of another file is no help."""
    if loops and loops[-1][0].source is span.source:
        return loops[-1]
    return None, 0


def _around(loops: Loops, span: Span) -> tuple[Span | None, int]:
    """The innermost loop around a place, and the number of its round."""
    if loops:
        loop, number = loops[-1]
        if loop.source is span.source and loop.start <= span.start <= span.end <= loop.end:
            return loop, number
    return None, 0


def fewer_rounds(loops: Loops, span: Span, inputs: Sequence[Tensor]) -> Iterator[Proposal]:
    """The rounds before the one in which a window does not fit; what enters there tells why."""
    loop, failed = _running(loops, span)
    found = None if loop is None else site(loop)
    shape = inputs[0].shape if inputs else None
    if loop is None or found is None or not shape or failed < 2:
        return
    edit = _shortened(found.link.action, failed - 1)
    if edit is None:
        return
    head, _, _ = loop.text.partition("{")
    end = edit.span.end - loop.start
    written = head[: edit.span.start - loop.start] + edit.text + head[end:]
    count = f"{failed - 1} rounds fit" if failed > 2 else "one round fits"
    help = f"round {failed} has a map of {show(shape[1:])} left; {count}: `{written.strip()}`"
    yield Proposal(help, Cure((edit,)), last=True)


def in_every_round(loops: Loops, proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """What is changed in a loop is so in the rounds as well that came to no harm."""
    loop, failed = loops[-1] if loops else (None, 1)
    for one in proposals:
        places = [edit.span for edit in one.cure.edits]
        inside = loop is not None and all(
            span.source is loop.source and loop.start <= span.start and span.end <= loop.end
            for span in places
        )
        told = f"{one.help}, which changes every round" if inside and failed > 1 else one.help
        yield one._replace(help=told)


def counted_by(loops: Loops, index: Span) -> Iterator[Proposal]:
    """`for i in range(4)` over a list of three: the loop that runs as often as the list is long."""
    loop, _ = _around(loops, index)
    found = None if loop is None else site(loop)
    items = re.search(r"([\w.]+)\[\s*\Z", index.source.text[: index.start])
    if found is None or items is None or not isinstance(found.link.action, tree.For):
        return
    yield from _but_in_the_last(found.link.action, f"{items[1]}[{index.text}]", index)
    rows = found.link.action.iterable
    if found.link.action.targets[0].id != index.text or not isinstance(rows, tree.Call):
        return
    if rows.function.span.text == "range" and len(rows.arguments) == 1:
        edit = Edit(rows.arguments[0].span, f"len({items[1]})")
        help = f"write `for {index.text} in range(len({items[1]}))` in line {rows.span.line}"
        yield Proposal(help, Cure((edit,)))


def _but_in_the_last(loop: tree.For, item: str, index: Span) -> Iterator[Proposal]:
    """`conv dims[i + 1]` in each round: in all but the last, which has no next item."""
    chains = [one for one in loop.body if isinstance(one, tree.Chain)]
    inside = [one for one in chains if one.span.start <= index.start and index.end <= one.span.end]
    if not inside or not re.match(rf"{loop.targets[0].id}\s*\+", index.text):
        return
    condition = f"if {index.text} < len({item.partition('[')[0]})"
    edits = (ahead(inside[0].span, f"{condition} {{ "), after(inside[0].span, " }"))
    line = f"{condition} {{ {inside[0].span.text} }}"
    help = f"the last round has no `{item}`: write `{line}`"
    yield Proposal(help, Cure(edits))


def strided_once(action: tree.Action) -> Iterator[Proposal]:
    """`repeat 4 { B 128 stride=2 }`: the stride in the first round alone."""
    body = action.body if isinstance(action, tree.Repeat) else ()
    chain = body[0] if len(body) == 1 else None
    if not isinstance(action, tree.Repeat) or not isinstance(chain, tree.Chain):
        return
    call = chain.links[0].action
    if len(chain.links) > 1 or not isinstance(call, tree.Apply):
        return
    stride = next((one for one in call.arguments if one.name == "stride"), None)
    if stride is None:
        return
    count = action.count.span.text
    rest = str(int(count) - 1) if count.isdigit() else f"{count} - 1"
    plain = mended(call.span, [without(call, stride)])
    text = f"{{ {chain.span.text}; repeat {rest} {{ {plain} }} }}"
    help = f"the stride is taken in each round: write `{text}`"
    yield Proposal(help, Cure((Edit(action.span, text),)))


def strided_in_the_first(loop: Span) -> Iterator[Proposal]:
    """The stride in the first round alone, of all loops of a definition that stride in each."""
    found = site(loop)
    edit = None if found is None else _first_apart(found)
    if found is None or edit is None:
        return
    alike = {
        other.link.action.span.start: _first_apart(other)
        for other in sites(loop.source).values()
        if other.definition is found.definition
    }
    edits = [one for _, one in sorted(alike.items()) if one is not None]
    outer = [one for one in edits if not any(_holds(other, one) for other in edits)]
    lines = [str(one.span.line) for one in outer if one.span != edit.span]
    also = f", and line{'s' * (len(lines) > 1)} {' and '.join(lines)} alike" if lines else ""
    help = f"the stride is taken in each round: write `{edit.text}`"
    if edit in outer:
        yield Proposal(f"{help}{also}", Cure(tuple(outer)))
    yield Proposal(help, Cure((edit,)))


def _holds(outer: Edit, inner: Edit) -> bool:
    return (
        outer.span != inner.span
        and outer.span.start <= inner.span.start
        and inner.span.end <= outer.span.end
    )


def count(loop: Span) -> int | None:
    """How often a loop runs, where its head has the number."""
    found = site(loop)
    number = None if found is None else _number(found.link.action)
    return int(number.text) if number is not None and number.span.text.isdigit() else None


def _number(action: tree.Action) -> tree.Number | None:
    number = action.count if isinstance(action, tree.Repeat) else None
    rows = action.iterable if isinstance(action, tree.For) else None
    if isinstance(rows, tree.Call) and rows.function.span.text == "range":
        number = rows.arguments[0].value if len(rows.arguments) == 1 else None
    return number if isinstance(number, tree.Number) else None


def _first_apart(found: Site) -> Edit | None:
    """A loop behind its first round, which has the stride that the others lose."""
    action = found.link.action
    number = _number(action)
    if number is None or not number.text.isdigit() or int(number.text) < 2:
        return None
    assert isinstance(action, (tree.For, tree.Repeat))
    if isinstance(action, tree.For) and _reads(action):
        return None
    strides = [
        without(other.link.action, one)
        for span, other in sites(action.span.source).items()
        if action.span.start < span.start and span.end <= action.span.end
        if isinstance(other.link.action, tree.Apply)
        for one in other.link.action.arguments
        if one.name == "stride" and one.value.span.text != "1"
    ]
    if not strides:
        return None
    body = Span(action.span.source, action.body[0].span.start, action.body[-1].span.end)
    rest = Edit(number.span, str(int(number.text) - 1))
    text = f"{mended(body, [])}; {mended(action.span, [rest, *strides])}"
    alone = len(found.chain.links) == 1 and found.link.label is None
    return Edit(action.span, text if alone else f"{{ {text} }}")


def _reads(loop: tree.For) -> bool:
    """Whether a round depends on its number."""
    body = loop.span.source.text[loop.body[0].span.start : loop.span.end] if loop.body else ""
    return any(re.search(rf"\b{one.id}\b", body) for one in loop.targets)


def one_round_more_or_less(action: tree.Action) -> Iterator[Proposal]:
    """`repeat 6 { … } => 84x32x32`, which five rounds give."""
    count = action.count if isinstance(action, tree.Repeat) else None
    rows = action.iterable if isinstance(action, tree.For) else None
    if isinstance(rows, tree.Call) and rows.function.span.text == "range":
        count = rows.arguments[-1].value if len(rows.arguments) < 3 else None
    if not isinstance(count, tree.Number) or not count.text.isdigit():
        return
    for rounds in (int(count.text) - 1, int(count.text) + 1):
        if rounds > 0:
            edit = Edit(count.span, str(rounds))
            head = Span(action.span.source, action.span.start, action.span.end)
            written = mended(head, [edit]).partition("{")[0].strip()
            help = f"one round {'less' if rounds < int(count.text) else 'more'}: `{written}`"
            yield Proposal(help, Cure((edit,)))


def _shortened(action: tree.Action, rounds: int) -> Edit | None:
    """The head of a loop with so many rounds, where the text tells their number."""
    count = action.count if isinstance(action, tree.Repeat) else None
    rows = action.iterable if isinstance(action, tree.For) else None
    if isinstance(rows, tree.Call) and rows.function.span.text == "range":
        count = rows.arguments[0].value if len(rows.arguments) == 1 else None
    if isinstance(count, tree.Number):
        return Edit(count.span, str(rounds))
    if isinstance(rows, tree.List) and rounds < len(rows.items):
        last, end = rows.items[rounds - 1].span, rows.items[-1].span
        return Edit(Span(last.source, last.end, end.end), "")
    return None
