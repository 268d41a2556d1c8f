"""What several operations say together, and what no output needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from archc.importer.operations import Operation, spread

PADDED = ("conv", "std_conv")
OVER_CHANNELS = ("layernorm", "rmsnorm")
Pads = tuple[tuple[int, int], ...]


def idioms(operations: list[Operation]) -> list[Operation]:
    """The operations with what several of them say together said by one."""
    return padded(cut(normalised(untwisted(operations))))


def untwisted(operations: list[Operation]) -> list[Operation]:
    """Two changes of axes in a row are one, and none at all where the second undoes the first."""
    read = {value for one in operations for value in one.inputs}
    made = {one.output: one for one in operations}
    same: dict[str, str] = {}
    result = []
    for one in operations:
        one = one._replace(inputs=tuple(same.get(value, value) for value in one.inputs))
        before = made.get(one.inputs[0]) if one.word == "permute" else None
        if before is not None and before.word == "permute":
            first, second = (dict(x.arguments)["order"] for x in (before, one))
            order = tuple(first[axis] for axis in second)
            if order == tuple(range(len(order))) and one.output in read:
                same[one.output] = before.inputs[0]
                continue
            one = one._replace(
                arguments=(("order", order),), inputs=before.inputs, entering=before.entering
            )
        made[one.output] = one
        result.append(one)
    return needed(result, {one.output for one in operations} - read)


def padded(operations: list[Operation]) -> list[Operation]:
    """Zeros around a map before a convolution that adds none are the convolution's own."""
    readers = Counter(value for one in operations for value in one.inputs)
    made = {one.output: one for one in operations}
    gone: set[str] = set()
    result = []
    for one in operations:
        before = made.get(one.inputs[0]) if one.word in PADDED and one.inputs else None
        given = dict(one.arguments)
        if before is not None and before.word == "pad" and readers[before.output] == 1:
            pads = dict(before.arguments)
            if set(pads) == {"pad"} and "pad" not in given:
                given["pad"] = "same" if is_same(before, given) else even(pads["pad"])
                gone.add(before.output)
                one = one._replace(
                    arguments=tuple(given.items()),
                    inputs=before.inputs,
                    entering=before.entering,
                )
        result.append(one)
    return [one for one in result if one.output not in gone]


def cut(operations: list[Operation]) -> list[Operation]:
    """What is cut off a map twice is cut once; off a transposed convolution, by itself."""
    readers = Counter(value for one in operations for value in one.inputs)
    made: dict[str, Operation] = {}
    for one in operations:
        before = made.get(one.inputs[0]) if one.inputs else None
        sides = only_cut(one)
        own = cut_by(before) if before is not None else None
        if before is not None and sides and own and readers[before.output] == 1:
            both = tuple((a + c, b + d) for (a, b), (c, d) in zip(own, sides, strict=True))
            given = dict(before.arguments)
            given["pad"] = same_cut(given, both) if before.word != "pad" else negative(both)
            del made[before.output]
            one = before._replace(
                arguments=tuple(given.items()), output=one.output, shape=one.shape
            )
        made[one.output] = one
    return list(made.values())


def same_cut(given: dict[str, Any], pads: Pads) -> Pads | str:
    """`same` where a transposed convolution cuts what that says."""
    axes = zip(
        *(spread(given.get(name, 1), len(pads)) for name in ("kernel", "stride", "dilation")),
        strict=True,
    )
    over = [d * (k - 1) + 1 - s for k, s, d in axes]
    same = tuple((n // 2, n - n // 2) for n in over)
    return "same" if pads == same and "output_pad" not in given else pads


def negative(pads: Pads) -> Pads:
    return tuple((-begin, -end) for begin, end in pads)


def only_cut(one: Operation) -> Pads | None:
    """What a `pad` cuts off each end of the axes, where it does nothing else."""
    given = dict(one.arguments)
    if one.word != "pad" or set(given) != {"pad"} or max(max(pair) for pair in given["pad"]) > 0:
        return None
    return negative(given["pad"])


def cut_by(one: Operation) -> Pads | None:
    """What an operation cuts off already, if it can cut more."""
    if one.word != "conv_transpose":
        return only_cut(one)
    pads = dict(one.arguments).get("pad", (0,) * (len(one.shape) - 1))
    return tuple((pad, pad) if isinstance(pad, int) else pad for pad in pads)


def is_same(pad: Operation, given: dict[str, Any]) -> bool:
    """Whether these are the zeros of `pad=same`."""
    return bool(same_pads(pad.entering[1:], given) == dict(pad.arguments)["pad"])


def same_pads(sizes: Sequence[int], given: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    """The zeros of `pad=same` for a map of these sizes, begin and end of each axis.

    The output is ceil(n / stride), and the odd zero stands at the end.
    """
    axes = len(sizes)
    kernel, stride, dilation = (
        (value,) * axes if isinstance(value, int) else value
        for value in (given["kernel"], given.get("stride", 1), given.get("dilation", 1))
    )
    wanted = []
    for n, k, s, d in zip(sizes, kernel, stride, dilation, strict=True):
        total = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
        wanted.append((total // 2, total - total // 2))
    return tuple(wanted)


def even(pads: tuple[tuple[int, int], ...]) -> Any:
    """One number an axis where begin and end have as much."""
    return tuple(begin for begin, _ in pads) if all(a == b for a, b in pads) else pads


def normalised(operations: list[Operation]) -> list[Operation]:
    """A layer norm between two changes of axes that undo each other is one over the channels."""
    readers = Counter(value for one in operations for value in one.inputs)
    made = {one.output: one for one in operations}
    gone: set[str] = set()
    result = []
    for one in operations:
        norm = made.get(one.inputs[0]) if one.word == "permute" else None
        first = (
            made.get(norm.inputs[0]) if norm is not None and norm.word in OVER_CHANNELS else None
        )
        if norm is not None and first is not None and first.word == "permute":
            last = len(one.shape) - 1
            there, back = (dict(x.arguments)["order"] for x in (first, one))
            ours = ("axis", -1) in norm.arguments and there == (*range(1, last + 1), 0)
            if (
                ours
                and back == (last, *range(last))
                and readers[first.output] == 1 == readers[norm.output]
            ):
                gone |= {first.output, norm.output}
                kept = tuple(x for x in norm.arguments if x[0] != "axis")
                result.append(
                    norm._replace(
                        arguments=kept,
                        inputs=first.inputs,
                        output=one.output,
                        shape=one.shape,
                        entering=first.entering,
                    )
                )
                continue
        result.append(one)
    return [one for one in result if one.output not in gone]


def needed(operations: list[Operation], outputs: set[str]) -> list[Operation]:
    """Without what no output needs."""
    wanted = set(outputs)
    kept = []
    for one in reversed(operations):
        if one.output in wanted:
            wanted.update(one.inputs)
            kept.append(one)
    return kept[::-1]
