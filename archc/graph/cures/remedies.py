"""What may mend a call of a layer that its values make impossible."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called, written
from archc.graph.cures.axes import on_own_axes
from archc.graph.cures.blocks import without_first
from archc.graph.cures.depthwise import each_by_itself
from archc.graph.cures.dilated import one_padded
from archc.graph.cures.edits import ahead, given, mended, site, without
from archc.graph.cures.group_widths import of_all_groups, other_widths
from archc.graph.cures.maps import axis_added
from archc.graph.cures.own_words import by_name, on_two_axes, read_before
from archc.graph.cures.per_position import at_each_position
from archc.graph.cures.reaching import caller, expression, reaching, way_to
from archc.graph.cures.rounds import Loops, fewer_rounds, in_every_round
from archc.graph.cures.shuffled import more_channels
from archc.graph.cures.side_heads import from_the_trunk
from archc.graph.cures.tokens import last_axis
from archc.graph.cures.whole_widths import computed, whole_where_called
from archc.graph.graph import Node, Scope
from archc.graph.inputs import batched, flat_image, input_edit
from archc.graph.values import Tensor
from archc.language import tree
from archc.language.source import Span
from archc.layers.arguments import ArgumentError
from archc.layers.base import Layer, LayerError
from archc.layers.remedy import Remedy
from archc.shapes import show
from archc.suggest import near

WIDTHS = frozenset(("channels", "features"))
TOO_LARGE = frozenset(("kernel-too-large", "pool-too-large"))


def layer_proposals(
    error: LayerError | ArgumentError,
    action: tree.Apply,
    inputs: Sequence[Tensor],
    nodes: Sequence[Node],
    loops: Loops,
    scope: Scope,
) -> tuple[Proposal, ...]:
    """Cures to be tried for a layer that cannot be, the likeliest first."""
    own = _of_the_call(error, action, inputs, scope)
    if isinstance(error, ArgumentError) and error.others and error.others[0].startswith("[["):
        return own  # a begin and an end of the one axis, which the input has
    if error.code in TOO_LARGE:
        own = tuple(in_every_round(loops, own))
    rounds = fewer_rounds(loops, action.span, inputs) if error.code in TOO_LARGE else ()
    return (
        *last_axis(error, action, inputs),
        *at_each_position(error, action, inputs),
        *_on_one_axis(error, action, inputs, nodes),
        *without_batch(error, nodes, action),
        *from_the_trunk(error, action, nodes),
        *made_a_map(error, action, inputs, nodes),
        *axis_added(error, action, inputs, nodes),
        *(one_padded(action) if error.code in TOO_LARGE else ()),
        *more_channels(error, action, inputs, nodes),
        *_filled(error, action, inputs, nodes),
        *own,
        *rounds,
    )


def _filled(
    error: LayerError | ArgumentError,
    action: tree.Apply,
    inputs: Sequence[Tensor],
    nodes: Sequence[Node],
) -> Iterator[Proposal]:
    """A pad that was forgotten, with which the map is the window, as at the end of LeNet-5."""
    kind = kind_called(action)
    if error.code != "kernel-too-large" or kind is None or not inputs:
        return
    kernel = expression(action, kind, "kernel")
    if isinstance(kernel, tree.Size):
        axes = [axis for axis in kernel.axes if isinstance(axis, int)]
        for one in reaching(nodes, inputs[0].node, (None, *axes)):
            if not one.exact:
                yield one


def _on_one_axis(
    error: LayerError | ArgumentError,
    action: tree.Apply,
    inputs: Sequence[Tensor],
    nodes: Sequence[Node],
) -> Iterator[Proposal]:
    """`conv 64 3x3` on a signal, where the windows before it have one axis: `conv 64 3`."""
    kind = kind_called(action)
    if error.code != "wrong-rank" or kind is None or not inputs or "kernel" not in kind.arguments:
        return
    kernel = expression(action, kind, "kernel")
    before = (node.layer for node in way_to(nodes, inputs[0].node) if node.layer is not None)
    if not any("kernel" in layer.arguments for layer in before):
        return
    if isinstance(kernel, tree.Size) and len(set(kernel.axes)) == 1:
        edit = Edit(kernel.span, str(kernel.axes[0]))
        yield Proposal(f"write `{mended(action.span, [edit])}`", Cure((edit,)))


def _of_the_call(
    error: LayerError | ArgumentError, action: tree.Apply, inputs: Sequence[Tensor], scope: Scope
) -> tuple[Proposal, ...]:
    """Other arguments of the call that failed, or a layer before it."""
    kind = kind_called(action)
    if kind is None:
        return ()
    first = (
        *_channels_first(error, action, kind, inputs),
        *each_by_itself(error, action, inputs),
        *of_all_groups(error, action),
    )
    if isinstance(error, ArgumentError):
        return (
            *first,
            *by_name(error, action, kind),
            *read_before(error, action),
            *on_two_axes(error, action),
            *on_own_axes(error, action, inputs),
            *_values(error, action, kind, scope),
        )
    return (*first, *remedied(error.remedies, action, scope))


def without_batch(
    error: LayerError | ArgumentError, nodes: Sequence[Node], action: tree.Apply
) -> Iterator[Proposal]:
    """An input that a window does not fit: with a batch, or without its channels."""
    if error.code != "wrong-rank":
        return
    kind = kind_called(action)
    kernel = expression(action, kind, "kernel") if kind and "kernel" in kind.arguments else None
    deep = len(kernel.axes) if isinstance(kernel, tree.Size) else 0
    for node in nodes:
        volume = deep > 2 and node.shape is not None and len(node.shape) == deep
        if node.layer is None and node.shape and (volume or flat_image(node.shape)):
            right = show((1, *node.shape))
            edit = input_edit(node.span, right)
            if edit is not None:
                help = f"channels stand first: write `input {right}` in line {node.span.line}"
                yield Proposal(help, Cure((edit,)))
        if node.layer is None and node.shape is not None and batched(node.shape):
            right = show(node.shape[1:])
            edit = input_edit(node.span, right)
            if edit is not None:
                first = f"is the {node.shape[0]} the batch, which is never written?"
                help = f"{first} Then write `input {right}` in line {node.span.line}"
                yield Proposal(help, Cure((edit,)))


def made_a_map(
    error: LayerError | ArgumentError,
    action: tree.Apply,
    inputs: Sequence[Tensor],
    nodes: Sequence[Node],
) -> Iterator[Proposal]:
    """`linear 512*4*4` in front of a window: the product tells the map it stands for."""
    index = inputs[0].node if inputs else -1
    if error.code != "needs-map" or index < 0:
        return
    for node in way_to(nodes, index):
        if node.layer is None or not node.layer.counted:
            continue
        found = site(node.span)
        call = found.link.action if found is not None else None
        own = site(action.span)
        if not isinstance(call, tree.Apply) or not call.arguments or own is None:
            return
        sizes = [part.strip() for part in call.arguments[0].span.text.split("*")]
        if len(sizes) == 3 and sizes[0] == sizes[1] != sizes[2]:
            sizes = [sizes[2], *sizes[:2]]  # as Keras has it, channels last
        if len(sizes) > 1 and all(re.fullmatch(r"[\w.]+", size) for size in sizes):
            before = f"reshape [{', '.join(sizes)}] -> "
            edit = ahead(own.link.span, before)
            yield Proposal(f"put `{before[:-4]}` before it", Cure((edit,)))
        return


def remedied(remedies: Sequence[Remedy], action: tree.Apply, scope: Scope) -> tuple[Proposal, ...]:
    """What a layer says would make a call right, as cures of the text."""
    kind = kind_called(action)
    if kind is None:
        return ()
    told: list[Proposal] = []
    for number, remedy in enumerate(remedies):
        if remedy.width is None:
            told += _remedied(remedy, action, kind, scope)
            continue
        others = (
            one for more in remedies[number + 1 :] for one in _remedied(more, action, kind, scope)
        )
        beside = next(others, None)
        told += (one._replace(beside=beside) for one in other_widths(*remedy.width, action, scope))
    return tuple(told)


def _channels_first(
    error: LayerError | ArgumentError,
    action: tree.Apply,
    kind: type[Layer],
    inputs: Sequence[Tensor],
) -> Iterator[Proposal]:
    """`conv 3 64 3`, `linear 512 10`: the channels that come in, as PyTorch wants them.

    A number in the place of a flag tells it, also where another mistake hides what comes in.
    """
    unnamed = [one for one in action.arguments if one.name is None]
    shape = inputs[0].shape if inputs else None
    if not kind.counted or len(unnamed) < 2:
        return
    first, last = unnamed[0].value, unnamed[-1].value
    if isinstance(first, tree.Number) and shape and first.value in (shape[0], shape[-1]):
        why = f"the {first.text} channels that come in are known"
    else:
        argument = kind.arguments.get(getattr(error, "argument", ""))
        number = isinstance(last, tree.Number) and last.value > 1
        if argument is None or argument.kind != "flag" or not number:
            return
        why = "what comes in is known"
    edit = without(action, unnamed[0])
    yield Proposal(f"write `{mended(action.span, [edit])}`: {why}", Cure((edit,)))


def _values(
    error: ArgumentError, action: tree.Apply, kind: type[Layer], scope: Scope
) -> Iterator[Proposal]:
    """Other values of one argument: words spelt otherwise, a flag for a number."""
    argument = written(action, error.argument)
    if argument is None:
        return
    words = kind.arguments[error.argument].words
    value = argument.value
    if isinstance(value, tree.Name) and value.id in words:
        edit = Edit(value.span, f'"{value.id}"')
        text = mended(argument.span, [edit])
        help = f"`{value.id}` is the name of a value here, which hides the word: write `{text}`"
        yield Proposal(help, Cure((edit,)))
        return
    if error.code == "not-whole" and error.argument in WIDTHS and computed(value):
        width = f"divisible({value.span.text}, 8)"
        down = f"`floor({value.span.text})` rounds down"
        help = f"write `{width}`, the nearest multiple of 8; {down}"
        yield Proposal(help, Cure((Edit(value.span, width),)))
    elif error.code == "not-whole" and error.argument in WIDTHS and isinstance(value, tree.Name):
        yield from whole_where_called(value, scope)
    elif error.code == "not-whole" and error.argument == "pad" and "//" not in value.span.text:
        edit = Edit(value.span, value.span.text.replace("/", "//"))
        yield Proposal(f"write `{mended(action.span, [edit])}`", Cure((edit,)))
    elif error.code == "not-whole" and isinstance(value, tree.Binary):
        edit = Edit(value.span, f"round({value.span.text})")
        yield Proposal(f"write `{mended(action.span, [edit])}`", Cure((edit,)))
    others = error.others
    if isinstance(value, (tree.Name, tree.Text)) and words:
        word = value.id if isinstance(value, tree.Name) else value.value
        others = tuple(near(word, words, 1)) if set(others) == set(words) or not others else others
    for other in others:
        if computed(value):  # what one round gives is not what the text means
            if not (isinstance(value, tree.List) and other.startswith("[[")):
                continue
            texts = [one.span.text for one in value.items]
            pairs = [", ".join(texts[place : place + 2]) for place in range(0, len(texts), 2)]
            other = f"[{', '.join(f'[{one}]' for one in pairs)}]"
        yield from _remedied(Remedy({error.argument: other}), action, kind, scope)


def _remedied(
    remedy: Remedy, action: tree.Apply, kind: type[Layer], scope: Scope
) -> Iterator[Proposal]:
    """A changed call; where a block's parameter is the argument, the call of the block first."""
    if len(remedy.arguments) == 1 and not remedy.before:
        (name, text), *_ = remedy.arguments.items()
        call = caller(scope, expression(action, kind, name))
        if call is not None and text is not None:
            if call[2] == 1:
                yield from without_first(call[0], f" in line {call[0].span.line}")
            edit = given(call[0], call[1], text, call[2])
            told = f"write `{mended(call[0].span, [edit])}` in line {call[0].span.line}"
            yield Proposal(told, Cure((edit,)))
        if name == "channels" and not isinstance(expression(action, kind, name), tree.Number):
            return  # a width that is worked out is not one number
    edits = _edits(remedy.arguments, action, kind)
    if remedy.axis is not None:
        edits = _worked_out(action, *remedy.axis) or edits
    if edits is None:
        return
    changed = mended(action.span, edits)
    if remedy.instead:
        edits, changed = [Edit(action.span, remedy.instead)], remedy.instead
    if remedy.before:
        found = site(action.span)
        start = action.span if found is None else found.link.span
        edits.append(ahead(start, f"{remedy.before} -> "))
        changed = f"{remedy.before} -> {mended(Span(*start), edits[:-1])}"
    told = f"{remedy.help}: `{changed}`" if remedy.help else f"write `{changed}`"
    yield Proposal(told, Cure(tuple(edits), remedy.sure))


FACTOR = re.compile(r"(?<![\w.])(\d+)(?=\s*\*)|(?<=\*)(?P<space>\s*)(\d+)(?![\w.*])", re.ASCII)


def _worked_out(action: tree.Apply, place: int, have: int, want: int) -> list[Edit] | None:
    """`[ngf*8, 4, 4]` of half the size, `[ngf*4, 4, 4]`: by another factor, if there is one."""
    value = action.arguments[0].value if action.arguments else None
    if not isinstance(value, tree.List) or place >= len(value.items):
        return None
    span = value.items[place].span
    for found in FACTOR.finditer(span.text):
        number = found[1] or found[3]
        start = span.start + found.end() - len(number)
        if int(number) * want % have == 0:
            factor = str(int(number) * want // have)
            return [Edit(Span(span.source, start, start + len(number)), factor)]
    return None


def _edits(
    arguments: Mapping[str, str | None], action: tree.Apply, kind: type[Layer]
) -> list[Edit] | None:
    edits = []
    for name, text in arguments.items():
        if text is not None:
            edits.append(given(action, name, text, list(kind.arguments).index(name)))
            continue
        argument = written(action, name)
        if argument is None:
            return None
        edits.append(without(action, argument))
    return edits
