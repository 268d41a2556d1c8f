"""Two states of networks held together: which layers are the same, which changed, and the sums."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from archc.named import NamedTuple

Object = dict[str, Any]
MOST_PAIRS = 1_000_000  # about a second
Sort = Literal["same", "changed", "added", "removed"]


class LayerChange(NamedTuple):
    """A layer that is not as it was; `old` or `new` is None where there is none."""

    sort: Sort
    old: Object | None
    new: Object | None

    @property
    def itself(self) -> bool:
        """Whether the layer was changed, rather than what reaches it."""
        old, new = self.old, self.new
        return old is None or new is None or _token(old) != _token(new)


class Figure(NamedTuple):
    """A total of a network, before and after."""

    key: str
    name: str
    unit: Literal["count", "bytes"]
    old: int | None
    new: int | None

    @property
    def changed(self) -> bool:
        return self.old != self.new


class Change(NamedTuple):
    """A network that is not as it was, or is; `figures` are all, `layers` those that changed."""

    sort: Sort
    name: str
    old: Object | None
    new: Object | None
    figures: tuple[Figure, ...]
    layers: tuple[LayerChange, ...]


def _memory(name: str) -> Callable[[Object], int | None]:
    def take(network: Object) -> int | None:
        found: int | None = network["totals"]["memory"][name]
        return found

    return take


def _total(name: str) -> Callable[[Object], int | None]:
    def take(network: Object) -> int | None:
        found: int | None = network["totals"][name]
        return found

    return take


_FIGURES: tuple[tuple[str, str, Literal["count", "bytes"], Callable[[Object], int | None]], ...] = (
    ("params", "parameters", "count", _total("params")),
    ("buffers", "buffers", "count", _total("buffers")),
    ("macs", "MACs", "count", _total("macs")),
    ("flops", "FLOPs", "count", _total("flops")),
    ("activations", "activations", "count", _total("activations")),
    ("depth", "depth", "count", _total("depth")),
    ("weights_bytes", "weights", "bytes", _memory("weights")),
    ("peak_bytes", "peak memory", "bytes", _memory("peak")),
    ("saved_bytes", "kept for training", "bytes", _memory("saved_for_backward")),
)


def changes(old: Sequence[Object], new: Sequence[Object]) -> list[Change]:
    """Every network of either side, in the order of the new one and then of the old.

    Networks are the same by name; a single one on each side is the same whatever its name.
    """
    if len(old) == len(new) == 1:
        return [_change(old[0], new[0])]
    before = _by_name(old)
    found = []
    for name, network in _by_name(new).items():
        found.append(_change(before.pop(name, None), network))
    return found + [_change(network, None) for network in before.values()]


def _by_name(networks: Sequence[Object]) -> dict[str, Object]:
    """By name, and where two files have the same by number besides."""
    found: dict[str, Object] = {}
    for one in networks:
        key, number = one["name"], 1
        while key in found:
            number += 1
            key = f"{one['name']} {number}"
        found[key] = one
    return found


def _change(old: Object | None, new: Object | None) -> Change:
    figures = tuple(
        Figure(
            key,
            name,
            unit,
            None if old is None else take(old),
            None if new is None else take(new),
        )
        for key, name, unit, take in _FIGURES
    )
    one = new or old or {}
    if old is None or new is None:
        return Change("added" if old is None else "removed", one["name"], old, new, figures, ())
    layers = tuple(_layers(old["layers"], new["layers"]))
    same = not layers and not any(one.changed for one in figures)
    same = same and old["input"] == new["input"] and old["output"] == new["output"]
    return Change("same" if same else "changed", one["name"], old, new, figures, layers)


# --------------------------------------------------------------------------------------- layers


def _token(layer: Object) -> str:
    """What the author wrote of a layer."""
    return f"{layer['kind']} {json.dumps(layer['args'], sort_keys=True)}"


def _layers(old: list[Object], new: list[Object]) -> Iterator[LayerChange]:
    """The layers that changed, in the order of the text."""
    for left, right in _paired(old, new):
        if left is None or right is None:
            yield LayerChange("added" if left is None else "removed", left, right)
        elif _seen(left) != _seen(right):
            yield LayerChange("changed", left, right)


def _seen(layer: Object) -> tuple[Any, ...]:
    """Everything about a layer that is told; paths that only count on are not."""
    kind = layer["training"], layer.get("frozen", False)
    return (_token(layer), layer["shape"], layer["params"], layer["macs"], kind)


_Pairs = Iterator[tuple["Object | None", "Object | None"]]


def _paired(old: list[Object], new: list[Object]) -> _Pairs:
    """Which layer has become which; None stands for one that was not there, or is no more."""
    before, after = list(map(_token, old)), list(map(_token, new))
    start, most = 0, min(len(old), len(new))
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    yield from zip(old[:start], new[:start], strict=True)
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    if len(left) * len(right) > MOST_PAIRS:
        yield from _paths_alone(left, right)
    else:
        yield from _aligned(left, right)
    yield from zip(old[len(old) - end :], new[len(new) - end :], strict=True)


def _aligned(old: list[Object], new: list[Object]) -> _Pairs:
    """The pairs in order that are most alike in all (Needleman and Wunsch 1970, gaps are free).

    A layer that is put in does not make others of those behind it, though their paths count on.
    """
    before = [(_token(one), one["path"], one["kind"]) for one in old]
    after = [(_token(one), one["path"], one["kind"]) for one in new]
    best = [[0] * (len(new) + 1)]  # of the first layers of both sides
    for left in before:
        above, row = best[-1], [0]
        for column, right in enumerate(after):
            score = _likeness(left, right)
            along = max(above[column + 1], row[column])
            row.append(max(along, above[column] + score) if score else along)
        best.append(row)
    found: list[tuple[Object | None, Object | None]] = []
    i, j = len(old), len(new)
    while i or j:
        score = _likeness(before[i - 1], after[j - 1]) if i and j else 0
        if score and best[i][j] == best[i - 1][j - 1] + score:
            i, j = i - 1, j - 1
            found.append((old[i], new[j]))
        elif j and best[i][j] == best[i][j - 1]:
            j -= 1
            found.append((None, new[j]))
        else:
            i -= 1
            found.append((old[i], None))
    return reversed(found)


def _likeness(one: tuple[str, str, str], other: tuple[str, str, str]) -> int:
    """How much two layers are one: written alike, at one path, of one kind."""
    if one[0] == other[0]:
        return 4 if one[1] == other[1] else 3
    if one[1] == other[1]:
        return 2 if one[2] == other[2] else 1
    return one[2] == other[2]


def _paths_alone(old: list[Object], new: list[Object]) -> _Pairs:
    """For networks of many thousand layers, where an alignment would take minutes."""
    before = {one["path"]: one for one in old}
    yield from ((before.pop(one["path"], None), one) for one in new)
    yield from ((one, None) for one in before.values())
