"""Layers given as arguments, `conv 8 3x3 act=relu norm=nn.BatchNorm2d(8)`: links of a chain."""

from __future__ import annotations

import re

from archc.graph.cures.foreign import FOREIGN_ARGUMENTS
from archc.habits.frameworks import framework_call, layer_call
from archc.layers.registry import KINDS
from archc.layers.words import FOREIGN

CALL = re.compile(r"((?:\w+:\s*)?([a-z]\w*)\b)(.*)\Z", re.ASCII | re.DOTALL)
GIVEN = re.compile(
    r"[\s,]\s*(\w+)\s*=\s*\"?([A-Za-z_][\w.]*)\"?(\([^()]*\))?(?=[\s,)]|\Z)", re.ASCII
)
ORDER = ("normalisation", "activation")


def behind(found: re.Match[str]) -> str:
    """The line with each of them behind `->`: a norm first, then an activation, then the rest."""
    line = found[0]
    call = CALL.match(line)
    kind = KINDS.get(call[2]) if call is not None else None
    if call is None or kind is None:
        return line
    links: list[tuple[int, str]] = []

    def taken(argument: re.Match[str]) -> str:
        names = (argument[1], *FOREIGN_ARGUMENTS.get(argument[1], ()))
        layer = None if any(name in kind.arguments for name in names) else _layer(argument)
        if layer is None:
            return argument[0]
        group = getattr(KINDS.get(layer.split()[0]), "group", "")
        links.append((ORDER.index(group) if group in ORDER else len(ORDER), layer))
        return ""

    head, arrow, tail = call[3].partition("->")
    rest = GIVEN.sub(taken, head).rstrip().removesuffix("()")
    chain = "".join(f" -> {layer}" for _, layer in sorted(links, key=lambda one: one[0]))
    return f"{call[1]}{rest}{chain}{f' {arrow}{tail}' if arrow else ''}" if links else line


def _layer(argument: re.Match[str]) -> str | None:
    """What is given, as a layer; a pool of a mode is none."""
    word, inside = argument[2], argument[3]
    if inside:
        return framework_call(f"{word}{inside}") or layer_call(
            word.rpartition(".")[2], inside[1:-1]
        )
    last = word.rpartition(".")[2]
    if last[:1].isupper():
        return framework_call(f"{last}()") or last
    known = KINDS.get(FOREIGN.get(last, last))
    return known.keyword if known is not None and known.group != "pooling" else None
