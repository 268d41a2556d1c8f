"""Cures put forward for calls of blocks whose arguments do not fit the parameters."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import after, ahead, mended, sites, without
from archc.graph.cures.foreign import FOREIGN_ARGUMENTS
from archc.graph.cures.parameters import head
from archc.graph.cures.text import ENTERING
from archc.graph.cures.undefined import typical
from archc.language import tree
from archc.language.source import Span
from archc.suggest import nearest

WIDTH = 8
"""The least number that is taken for channels where another would do."""


def without_first(action: tree.Apply, where: str = "") -> Iterator[Proposal]:
    """`Basic 64 128 2` for `Basic(width, stride)`: told first what comes in, as in PyTorch."""
    unnamed = [one for one in action.arguments if one.name is None]
    if len(unnamed) < 2 or not _channels(unnamed[0].value) or not _channels(unnamed[1].value):
        return
    if isinstance(second := unnamed[1].value, tree.Number) and second.value < WIDTH:
        return  # a window
    if len(unnamed) > 2 and unnamed[-1].value.span.text == unnamed[-2].value.span.text:
        last = without(action, unnamed[-1])  # `Fire 16 64 64`: both widths of what is one here
        yield Proposal(f"write `{mended(action.span, [last])}`{where}", Cure((last,)))
    edit = without(action, unnamed[0])
    help = f"write `{mended(action.span, [edit])}`{where}: what comes in is known"
    yield Proposal(help, Cure((edit,)))


def without_entering(action: tree.Apply, argument: tree.Argument) -> Iterator[Proposal]:
    """`Fire(in_channels=64, squeeze=16)` for `Fire(squeeze)`: the channels that come in."""
    if argument.name is not None and ENTERING.fullmatch(argument.name):
        edit = without(action, argument)
        help = f"write `{mended(action.span, [edit])}`: what comes in is known"
        yield Proposal(help, Cure((edit,)))


def without_truth(action: tree.Apply) -> Iterator[Proposal]:
    """`Block(16, 2, True)` for `Block(width, stride)`: a flag of another block of that name."""
    last = action.arguments[-1]
    if last.name is None and last.value.span.text.lower() in ("true", "false"):
        edit = without(action, last)
        yield Proposal(f"write `{mended(action.span, [edit])}`", Cure((edit,)))


def _channels(value: tree.Expr) -> bool:
    """Whether an argument may be a number of channels."""
    if isinstance(value, tree.Number):
        return value.value in (1, 3) or value.value >= WIDTH
    if isinstance(value, tree.Name) and re.search(rf"\b{value.id}:", value.span.source.text):
        return False  # a label: an earlier value
    return not isinstance(value, (tree.Constant, tree.Text, tree.Size, tree.List))


WIDTHS = ("width", "channels", "features", "filters", "planes", "out", "maps", "size", "w", "n")
"""What a block calls the channels it gives."""

LETTERS = {"s": "stride", "k": "kernel", "p": "pad", "d": "dilation", "g": "groups"}


def in_own_words(action: tree.Apply, definition: tree.Block | tree.Network) -> Iterator[Proposal]:
    """`Conv out_channels=64 s=2` for `Conv(width, stride)`: every foreign name, all at once."""
    parameters = [one.name.id for one in definition.parameters]
    unnamed = sum(one.name is None for one in action.arguments)
    free = parameters[unnamed:]
    edits = []
    taken: dict[str, str] = {}
    needed = [one.name.id for one in definition.parameters if one.default is None]
    named = [one.name for one in action.arguments if one.name is not None]
    foreign = [name for name in named if name not in parameters]
    lacking = [name for name in free if name in needed and name not in named]
    in_order = dict(zip(foreign, lacking, strict=False)) if len(foreign) == len(lacking) else {}
    for place, argument in enumerate(action.arguments):
        if argument.name is None:
            continue
        if argument.name in free:
            free.remove(argument.name)
            continue
        value = argument.value.span.text
        before = _meant(argument.name, list(taken))
        if before is not None and taken[before] == value:
            edits.append(without(action, argument))  # both widths of what is one here
            continue
        name = _meant(argument.name, free) or in_order.get(argument.name)
        if name is None or name not in free:
            return
        free.remove(name)
        taken[name] = value
        start, end = argument.span.start, argument.value.span.start
        first = place == 0 and name == parameters[0]
        edits.append(Edit(Span(argument.span.source, start, end), "" if first else f"{name}="))
    if edits and not set(needed) & set(free):
        yield Proposal(f"write `{mended(action.span, edits)}`", Cure(tuple(edits)))


def _meant(name: str, free: list[str]) -> str | None:
    """The parameter that an argument's name stands for."""
    known = FOREIGN_ARGUMENTS.get(name, (LETTERS.get(name, ""),))
    if "channels" in known:
        known = (*known, *WIDTHS)
    return next((one for one in known if one in free), None) or nearest(name, free)


def stride_by_name(action: tree.Action) -> Iterator[Proposal]:
    """`Res 64 2` for `Res(width, expansion, stride)`: the last number was meant as the stride."""
    if not isinstance(action, tree.Apply) or len(action.arguments) < 2:
        return
    last = action.arguments[-1]
    source = action.span.source.text
    head = re.search(rf"\bblock\s+{re.escape(action.callee.span.text)}\(([^)]*)\)", source)
    if head is None or last.name is not None or not isinstance(last.value, tree.Number):
        return
    names = re.findall(r"(\w+)\s*(?:=[^,]*)?(?:,|\Z)", head[1])
    place = len(action.arguments) - 1
    if "stride" in names and place < len(names) and names.index("stride") > place:
        edit = Edit(last.span, f"stride={last.span.text}")
        help = f"`{last.span.text}` is `{names[place]}` here: write `{mended(action.span, [edit])}`"
        yield Proposal(help, Cure((edit,)))


def one_parameter_more(
    definition: tree.Block | tree.Network, name: str, read: Edit | None = None
) -> Iterator[Proposal]:
    """`block Up(width)` that reads `skip`, and is called `Up 8 enc`: `block Up(width, skip)`.

    Only where each call gives one value more than there are parameters; `read` is the name as the
    block should read it.
    """
    parameters = [one.name.id for one in definition.parameters]
    calls = [
        [one.name for one in found.link.action.arguments]
        for found in sites(definition.name.span.source).values()
        if isinstance(found.link.action, tree.Apply)
        and found.link.action.callee.span.text == definition.name.id
    ]
    if not calls or any(one != [None] * (len(parameters) + 1) for one in calls):
        return
    edits = [head(definition, name), *([read] if read is not None else [])]
    also = f", and `{read.text}`" if read is not None else ""
    written = f"block {definition.name.id}({', '.join([*parameters, name])})"
    yield Proposal(f"write `{written}`{also}", Cure(tuple(edits)))


def read_and_undefined(definition: tree.Block | tree.Network) -> str | None:
    """The one name that the text of a block reads by `from` and that stands for nothing there."""
    text = definition.span.text
    known = {one.name.id for one in definition.parameters}
    names = dict.fromkeys(re.findall(r"\bfrom ([a-z]\w*)", text))
    free = [one for one in names if one not in known and not re.search(rf"\b{one}:", text)]
    return free[0] if len(free) == 1 else None


def handed_in(
    block: tree.Block, definition: tree.Block | tree.Network, name: tree.Name, path: str
) -> Iterator[Proposal]:
    """`from enc1` in a block: `block Up(width, enc1)`, and `Up 16 enc1` in the network.

    Only where one definition calls the block, as its label means nothing elsewhere.
    """
    calls = [
        found
        for found in sites(block.span.source).values()
        if isinstance(found.link.action, tree.Apply)
        and found.link.action.callee.span.text == block.name.id
    ]
    if len(calls) != 1 or any(one.definition.name.id != definition.name.id for one in calls):
        return
    if any(one.default is not None for one in block.parameters) or name.id != path:
        return
    action = calls[0].link.action
    if not isinstance(action, tree.Apply) or any(one.name for one in action.arguments):
        return
    word = "skip" if not re.search(r"\bskip\b", block.span.text) else name.id
    parameters = [one.name.id for one in block.parameters]
    head = Edit(block.name.span._replace(start=block.name.span.end), f"({word})")
    if block.parameters:
        head = after(block.parameters[-1].name.span, f", {word}")
    call = after(action.span, f" {path}")
    if action.parenthesised:
        end = action.span.end - 1
        inside = Span(action.span.source, end, end)
        call = Edit(inside, f", {path}" if action.arguments else path)
    edits = (head, Edit(name.span, word), call)
    written = f"block {block.name.id}({', '.join([*parameters, word])})"
    told = f"write `{written}`, `from {word}`, and `{mended(action.span, [call])}`"
    yield Proposal(f"{told} in line {action.span.line}", Cure(edits))


def forgotten_block(
    definition: tree.Network | tree.Member, program: tree.Program
) -> Iterator[Proposal]:
    """`ResNet([2, 2])` for `ResNet(Basic, [2, 2])`: the block that another member gives."""
    call = definition.family if isinstance(definition, tree.Member) else None
    if not isinstance(call, tree.Call) or not call.arguments:
        return
    blocks = [one.name.id for one in program.definitions if isinstance(one, tree.Block)]
    for one in reversed(program.definitions):
        other = one.family if isinstance(one, tree.Member) else None
        if isinstance(other, tree.Call) and other.function.span.text == call.function.span.text:
            given = other.arguments[0].value if other.arguments else None
            if isinstance(given, tree.Name) and given.id in blocks:
                blocks.insert(0, given.id)
    for block in dict.fromkeys(blocks):
        edit = ahead(call.arguments[0].span, f"{block}, ")
        yield Proposal(f"write `{mended(call.span, [edit])}`", Cure((edit,)))


def with_missing(
    action: tree.Apply, definition: tree.Block | tree.Network, missing: Sequence[tree.Parameter]
) -> Iterator[Proposal]:
    """`Conv` for `Conv(width)`: the values of another call, or such as numbers are there."""
    parameters = list(definition.parameters)
    unnamed = sum(one.name is None for one in action.arguments)
    if unnamed != len(action.arguments) or parameters[unnamed : unnamed + len(missing)] != missing:
        return
    values = []
    for place, one in enumerate(missing, unnamed):
        elsewhere = next(given_elsewhere(action, place), None)
        width = "64" if one.name.id in WIDTHS else None
        value = elsewhere or width or typical(definition.span, one.name.id)
        if value is None:
            return
        values.append({"stride": "1"}.get(LETTERS.get(one.name.id, one.name.id), value))
    edit = after(action.span, "".join(f" {value}" for value in values))
    if action.parenthesised:
        end = Span(action.span.source, action.span.end - 1, action.span.end - 1)
        edit = Edit(end, (", " if unnamed else "") + ", ".join(values))
    numbers = "a number" if len(values) == 1 else "numbers"
    help = f"write `{mended(action.span, [edit])}`, with {numbers} of your own"
    yield Proposal(help, Cure((edit,)))


def given_elsewhere(action: tree.Apply, place: int) -> Iterator[str]:
    """What other calls of a block give by position."""
    for found in sites(action.span.source).values():
        other = found.link.action
        if not isinstance(other, tree.Apply) or other.callee.span.text != action.callee.span.text:
            continue
        unnamed = [one for one in other.arguments if one.name is None]
        if place < len(unnamed) and isinstance(unnamed[place].value, tree.Number):
            yield unnamed[place].span.text


def abbreviated(span: Span, name: str, parameters: Collection[str]) -> Iterator[Proposal]:
    """`stride=2` of a block that calls it `s`, and the other way round."""
    alike = [one for one in parameters if one.startswith(name) or name.startswith(one)]
    if len(alike) == 1:
        help = f"it is called `{alike[0]}` here: write `{alike[0]}=`"
        yield Proposal(help, Cure((Edit(span, alike[0]),)))
