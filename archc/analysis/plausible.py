"""What is legal, and implausible where the habit of another framework explains it.

`input 224x224x3` is an image of 224 channels, `conv 3 16 3 1` has a window of 16: the channels that
come in stand first in PyTorch, and last in Keras.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from archc.analysis.heads import heads
from archc.diagnostics import Cure, Edit, Proposal
from archc.graph import cures
from archc.graph.calls import kind_called, written
from archc.graph.graph import Graph, Node
from archc.graph.inputs import FEW, IMAGE, batched, input_edit
from archc.language import tree
from archc.language.source import Span
from archc.layers.base import Layer
from archc.layers.registry import KINDS
from archc.named import NamedTuple
from archc.shapes import Shape, show

SENSORS = (*FEW, 2, 6, 9, 12)  # channels of a signal: sound, points, motion, an ECG
LONG = 100  # samples, at least
DEEP = r"(?a:\b\w+x\w+x\w+\b|\[[^\[\],]+,[^\[\],]+,[^\[\],]+\])"  # `3x3x3`
WIDE = 8  # a window that is seldom meant
_THREE_NUMBERS = r"\w+(\W+\d+\b){2}\W+\d+(x\d+)*\b"  # `conv 3 16 3`, `conv(3, 16, 3x3)`
QUOTIENT = r"(?a:\w\s*/\s*\d)"  # `conv 96 4x4 /4`
PRODUCT = r"(?<=\s)(\d)\s*\*\s*(\d)(?!\S)"  # `conv 8 3*3`
WRITTEN = r"(?a:(?:\b|\[)(\w+)(?:x|,\s*)(\w+)(?:x|,\s*)(\w+)\]?\Z)"


class Doubt(NamedTuple):
    """What was understood, and what was probably meant."""

    node: Node
    message: str
    proposal: Proposal


def doubts(graph: Graph) -> Iterator[Doubt]:
    """Inputs with their channels at the wrong place, and layers that are told what comes in."""
    yield from (Doubt(*one) for one in heads(graph))
    plain: set[Span] = set()  # calls whose text gives no reason to doubt, wherever they run
    for node in graph.nodes:
        shape = node.shape
        if node.layer is None:
            if shape is not None:
                yield from _input(graph, node, shape)
                yield from _multiplied_input(node, shape)
            continue
        if node.layer.operator == "+":
            yield from _gate_added(graph, node)
            continue
        if node.span in plain:
            continue
        if not _odd(node.span.text, node.layer):
            plain.add(node.span)
            continue
        yield from _multiplied(node)
        yield from _divided(node)
        yield from _size_as_factor(graph, node)
        if "shape" in node.layer.arguments and shape is not None and len(shape) == 3:
            yield from _channels_last(graph, node, shape)
        if len(node.inputs) == 1 and node.layer.counted and shape is not None:
            came = graph.nodes[node.inputs[0]].shape
            if came is not None:
                yield from _channels_first(node, came)


def _gate_added(graph: Graph, node: Node) -> Iterator[Doubt]:
    """One number for each channel from an activation, added to a map: a gate, which multiplies."""
    word = node.layer.keyword if node.layer is not None else ""
    shape = node.shape or ()
    if len(node.inputs) != 2 or len(shape) < 2 or not node.span.text.startswith(word):
        return
    for index in node.inputs:
        came = graph.nodes[index]
        if came.layer is None or came.layer.group != "activation" or came.shape == shape:
            continue
        if came.shape == (shape[0], *(1 for _ in shape[1:])):
            other = next(one for one, kind in KINDS.items() if kind.operator == "*")
            start = node.span.start
            edit = Edit(Span(node.span.source, start, start + len(word)), other)
            told = f"`{word}` adds what `{came.kind}` gives for each channel to all its positions"
            help = f"a gate multiplies, as in squeeze and excitation: write `{other}`"
            yield Doubt(node, told, Proposal(help, Cure((edit,))))


FACTOR = 16  # one that enlarges so much is rare
BEYOND = 8  # times the input: more than super-resolution makes of it


def _size_as_factor(graph: Graph, node: Node) -> Iterator[Doubt]:
    """`upsample 64` on 32x32: one number is a factor, and PyTorch's first argument a size."""
    factor = node.layer.values.get("size") if node.layer is not None else None
    came = graph.nodes[node.inputs[0]].shape if node.inputs else None
    if type(factor) is not int or factor < FACTOR or came is None or node.shape is None:
        return
    entered = [axis for one in graph.nodes if one.layer is None for axis in (one.shape or ())[1:]]
    here, made, input = (
        max((axis for axis in axes if isinstance(axis, int)), default=0)
        for axes in (came[1:], node.shape[1:], entered)
    )
    if here < 2 or not input or made <= BEYOND * input:
        return
    size = "x".join([str(factor)] * (len(came) - 1))
    line = re.sub(rf"\b{factor}\b", size, node.span.text, count=1)
    told = f"`{node.span.text}` makes {show(came)} into {show(node.shape)}: one number is a factor"
    proposal = Proposal(f"write `{line}`", Cure((Edit(node.span, line),)))
    yield Doubt(node, told, proposal)


def _odd(text: str, layer: Layer) -> bool:
    """Whether a call is looked at: a shape, a product of digits, a large factor, three numbers."""
    product = "*" in text and re.search(PRODUCT, text)
    quotient = "/" in text and "kernel" in layer.arguments and re.search(QUOTIENT, text)
    large = layer.enlarges and re.search(r"\b\d{2}", text)
    odd = "shape" in layer.arguments or product or quotient or large
    return bool(odd or re.match(_THREE_NUMBERS, text))


def _input(graph: Graph, node: Node, shape: Shape) -> Iterator[Doubt]:
    if not all(isinstance(axis, int) for axis in shape):
        return
    sizes = [axis for axis in shape if isinstance(axis, int)]
    if len(sizes) == 2 and sizes[1] in SENSORS and sizes[0] >= LONG and _slid_over(graph, node):
        right = show((sizes[1], sizes[0]))
        told = f"{sizes[0]} channels of {sizes[1]}: channels stand first"
        yield from _rewritten(node, right, told)
    if len(sizes) == 4 and sizes[0] != 1:
        last = sizes[3] in FEW and min(sizes[1:3]) >= IMAGE
        frames = sizes[1] in FEW[:2] and sizes[0] not in FEW and min(sizes[2:]) >= IMAGE
        if last or (frames and _deep_windows(graph)):
            place = 3 if last else 1
            rest = sizes[:place] + sizes[place + 1 :]
            told = f"{sizes[0]} channels of {show(tuple(sizes[1:]))}: channels stand first"
            yield from _rewritten(node, show((sizes[place], *rest)), told)
            return
    if len(sizes) == 3 and sizes[2] in FEW and min(sizes[:2]) >= IMAGE:
        right = show((sizes[2], *sizes[:2]))
        told = f"{sizes[0]} channels of {show(sizes[1:])}: channels stand first"
        yield from _rewritten(node, right, told)
    if batched(shape) and (sizes[0] == 1 or sizes[1] == 3):
        channels = "one channel" if sizes[0] == 1 else f"{sizes[0]} channels"
        told = f"a volume, {sizes[1]} deep, of {channels}: the batch is never written"
        yield from _rewritten(node, show(sizes[1:]), told)


def _deep_windows(graph: Graph) -> bool:
    """Whether the text has windows of three axes: a clip is meant, and not a batch of images."""
    return any(node.layer is not None and re.search(DEEP, node.span.text) for node in graph.nodes)


def _channels_last(graph: Graph, node: Node, shape: Shape) -> Iterator[Doubt]:
    """`reshape 7x7x256` in front of windows: a map of 7 channels, as Keras would not have it."""
    found = re.search(WRITTEN, node.span.text)
    if found is None or not all(isinstance(axis, int) for axis in shape):
        return
    high, wide, deep = (axis for axis in shape if isinstance(axis, int))
    square = high == wide != deep and (deep > high or (deep in FEW and high >= IMAGE))
    if not (square or deep >= 4 * max(high, wide)) or not _slid_over(graph, node):
        return
    axes = [found[1], found[2], found[3]]
    listed = found[0].startswith("[")
    right = f"[{axes[2]}, {axes[0]}, {axes[1]}]" if listed else "x".join((axes[2], *axes[:2]))
    edit = Edit(_within(node, found), right)
    told = f"`{' '.join(node.span.text.split())}` has {high} channels of {show((wide, deep))}"
    yield Doubt(
        node,
        f"{told}: channels stand first",
        Proposal(f"write `{node.kind} {right}`", Cure((edit,))),
    )


def _slid_over(graph: Graph, node: Node) -> bool:
    """Whether windows move over a tensor, layers between that keep its shape or not."""
    reached = {node.index}
    for other in graph.nodes[node.index + 1 :]:
        if other.layer is None or not reached & set(other.inputs):
            continue
        if "kernel" in other.layer.arguments or "scale" in other.layer.arguments:
            return True
        if other.shape == node.shape:
            reached.add(other.index)
    return False


def _rewritten(node: Node, right: str, told: str) -> Iterator[Doubt]:
    edit = input_edit(node.span, right)
    if edit is None:
        return
    message = f"`{' '.join(node.span.text.split())}` is {told}"
    yield Doubt(node, message, Proposal(f"write `input {right}`", Cure((edit,))))


def _multiplied_input(node: Node, shape: Shape) -> Iterator[Doubt]:
    """`input 3*32*32`: a product is one number."""
    found = re.search(r"\d+(?:\s*\*\s*\d+)+\Z", node.span.text) if len(shape) == 1 else None
    if found is None:
        return
    right = re.sub(r"\s*\*\s*", "x", found[0])
    told = f"`{' '.join(node.span.text.split())}` is a flat tensor of {show(shape)}: `*` multiplies"
    edit = Edit(_within(node, found), right)
    yield Doubt(node, told, Proposal(f"write `input {right}`", Cure((edit,))))


def _multiplied(node: Node) -> Iterator[Doubt]:
    """`conv 8 3*3`: a window of 9x9."""
    found = re.search(PRODUCT, node.span.text)
    if found is None or node.layer is None:
        return
    kernel = node.layer.values.get("kernel")
    if not isinstance(kernel, tuple) or {*kernel} != {int(found[1]) * int(found[2])}:
        return
    edit = Edit(_within(node, found), f"{found[1]}x{found[2]}")
    told = f"`{node.span.text}` has a window of {show(kernel)}: `*` multiplies"
    help = f"write `{cures.edits.mended(node.span, [edit])}`"
    yield Doubt(node, told, Proposal(help, Cure((edit,))))


def _divided(node: Node) -> Iterator[Doubt]:
    """`conv 96 4x4 /4`: a window of 1x1, where `/4` is a stride in the tables of papers."""
    found = cures.edits.site(node.span) if "/" in node.span.text else None
    action = found.link.action if found is not None else None
    if not isinstance(action, tree.Apply) or node.layer is None:
        return
    argument = written(action, "kernel")
    value = argument.value if argument is not None else None
    if not isinstance(value, tree.Binary) or value.operator != "/":
        return
    if not isinstance(value.left, (tree.Size, tree.Number)) or not isinstance(
        value.right, tree.Number
    ):
        return
    size, by = value.left.span.text, value.right.span.text
    separator = ", " if action.parenthesised else " "
    stride = "" if written(action, "stride") else f"{separator}stride={by}"
    edit = Edit(value.span, f"{size}{stride}")
    window = show(node.layer.values["kernel"])
    told = f"`{value.span.text}` divides the window, which is {window}: a stride has its name"
    help = f"write `{cures.edits.mended(action.span, [edit])}`"
    yield Doubt(node, told, Proposal(help, Cure((edit,))))


def _within(node: Node, found: re.Match[str]) -> Span:
    start = node.span.start
    return Span(node.span.source, start + found.start(), start + found.end())


def _channels_first(node: Node, came: Shape) -> Iterator[Doubt]:
    if not re.match(_THREE_NUMBERS, node.span.text):  # the text is read again for these alone
        return
    found = cures.edits.site(node.span)
    action = found.link.action if found is not None else None
    if not isinstance(action, tree.Apply) or not isinstance(action.callee, tree.Name):
        return
    unnamed = [one for one in action.arguments if one.name is None]
    kind = KINDS.get(action.callee.id)
    if len(unnamed) < 3 or kind is None or node.layer is None or kind is not type(node.layer):
        return
    values = [one.value.value for one in unnamed[:2] if isinstance(one.value, tree.Number)]
    last = unnamed[2].value
    window = max(last.axes) if isinstance(last, tree.Size) else getattr(last, "value", None)
    if len(values) < 2 or not isinstance(window, int):
        return
    if values[0] != came[0] or not _window_third(values, window, isinstance(last, tree.Size)):
        return
    edit = cures.edits.without(action, unnamed[0])
    first, second, third = list(kind.arguments)[:3]
    said = cures.edits.mended(action.span, [])
    message = f"`{said}` has {first}={values[0]}, {second}={values[1]} and {third}={last.span.text}"
    enter = f"the {values[0]} that enter{' are' if values[0] != 1 else 's is'} known"
    alike = [cures.edits.without(one, one.arguments[0]) for one in _told_alike(action, kind)]
    lines = dict.fromkeys(f"line {one.span.line}" for one in alike)
    also = f", and {' and '.join(lines)} alike" if alike else ""
    help = f"write `{cures.edits.mended(action.span, [edit])}`{also}: {enter}"
    yield Doubt(node, message, Proposal(help, Cure((edit, *alike))))


def _told_alike(action: tree.Apply, kind: type[Layer]) -> Iterator[tree.Apply]:
    """Calls further below that begin with what the one above gives: `conv 6 16 5x5`."""
    gives = action.arguments[1].value
    third = list(kind.arguments)[2]
    after = action.span.start
    calls = sorted(cures.edits.sites(action.span.source).items(), key=lambda one: one[0].start)
    own = cures.edits.site(action.span)
    for span, found in calls:
        other = found.link.action
        if own is None or found.definition is not own.definition or span.start <= after:
            continue
        if not isinstance(other, tree.Apply) or kind_called(other) is not kind:
            continue
        unnamed = [one for one in other.arguments if one.name is None]
        if len(unnamed) < 3 or unnamed[0].value.span.text != gives.span.text:
            return
        if written(other, third) not in unnamed:
            return  # what is wrong there is said there
        yield other
        gives = unnamed[1].value


def _window_third(values: list[int | Fraction], third: int, size: bool) -> bool:
    """Whether the third of `1 6 5x5` is a window, and what is read as the window is a width.

    Of small widths the third tells it: strides are seldom odd, and one that is written as windows
    are, or that one of few channels takes, is no stride that others overlap.
    """
    if values[1] >= WIDE:
        return third < values[1]
    few = values[0] in FEW and third > 3
    return third % 2 == 1 and third > 1 and third != values[1] and (size or few)
