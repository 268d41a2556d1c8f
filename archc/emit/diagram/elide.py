"""Rounds of a loop that differ, and still look alike: the first stands for all, the last tells what
is in it."""

from __future__ import annotations

from collections.abc import Hashable

from archc.emit.diagram.names import DASH
from archc.emit.diagram.parts import Box, Cluster, Part, Unit, automatic

LEAST = 6  # rounds, from which on those between the first and the last stay closed
_LONGEST = 12  # parts of a round


def elided(parts: list[Part], rows: bool) -> list[Part]:
    """The parts with one closed box for all rounds of a run but its first and its last.

    Layers one behind the other stay, unless `rows`: they wrap from column to column.
    """
    looks = [_look(part) for part in parts]
    result: list[Part] = []
    position = 0
    while position < len(parts):
        period, rounds = _run(looks, position)
        if rounds < LEAST or not (rows or period > 1 or not _behind(parts, position)):
            result.append(parts[position])
            position += 1
            continue
        inner = parts[position + period : position + period * (rounds - 1)]
        nodes = sorted({node for part in inner for node in part.nodes}, key=lambda one: one.index)
        result += [_first(part) for part in parts[position : position + period]]
        name = _several(inner[0].name, inner[-1].name) if period == 1 else ""
        name = name or f"{rounds - 2} more"
        result.append(Box(None, name, tuple(nodes)))
        position += period * (rounds - 1)
        result += [_closed(part) for part in parts[position : position + period]]
        position += period
    return result


def _first(part: Part) -> Part:
    """A round that stands open before closed ones, which have names, has its own."""
    if isinstance(part, Cluster) and part.scope is not None and automatic(part.scope.path):
        part.round = True
    return part


def _closed(part: Part) -> Part:
    """A round of a loop without a name stays closed: the first shows how it is made."""
    if isinstance(part, Cluster) and part.scope is not None and automatic(part.scope.path):
        return Box(part.scope, part.name, part.nodes)
    return part


def _several(first: str, last: str) -> str:
    """What is left out between two by their names: `rounds 1-18`, `skip1-18`; "" where these do not
    count."""
    stem = first.rstrip("0123456789")
    begin, end = first.removeprefix(stem), last.removeprefix(stem)
    if not (begin.isdigit() and end.isdigit()):
        return ""
    if stem:
        return f"{stem}{begin}{DASH}{end}"
    return f"rounds {begin}{DASH}{end}"


def _behind(parts: list[Part], position: int) -> bool:
    """Whether a lone layer is read by the next one."""
    first, second = parts[position : position + 2]
    if not isinstance(first, Unit) or not isinstance(second, Unit):
        return False
    return first.last.index in second.first.inputs


def _run(looks: list[Hashable], start: int) -> tuple[int, int]:
    """The length of a round and the number of rounds of the longest run that begins here."""
    best = (1, 1)
    for period in range(1, min(_LONGEST, len(looks) - start) + 1):
        first = looks[start : start + period]
        rounds = 1
        while looks[start + rounds * period : start + (rounds + 1) * period] == first:
            rounds += 1
        if rounds * period > best[0] * best[1] and rounds >= LEAST:
            best = (period, rounds)
    return best


def _look(part: Part) -> Hashable:
    """Equal for parts that a reader would take for the same but for a width or a distance."""
    if isinstance(part, Unit):
        kinds = tuple(node.kind for node in part.nodes)
        kernel = None if part.main.layer is None else part.main.layer.values.get("kernel")
        return kinds, kernel, len(part.main.inputs), part.count, part.main.training
    if not isinstance(part, Unit) and part.scope is not None and automatic(part.scope.path):
        return "round", part.count, tuple(node.kind for node in part.nodes)  # open or closed
    if isinstance(part, Cluster):
        return "open", part.count, tuple(map(_look, part.parts))
    name = part.scope.name if part.scope is not None and part.scope.kind == "block" else ""
    return "closed", name, part.count, tuple(node.kind for node in part.nodes)
