"""What is said of parameters that are set from outside and are none, or have no such value."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection

from archc.graph.cures.edits import sites
from archc.graph.cures.parameters import mended_head
from archc.language import tree
from archc.suggest import nearest


def no_parameter(name: str, value: str, known: Collection[str], program: tree.Program) -> str:
    """The parameter that is meant, the block that has it, or what networks have."""
    close = nearest(name, known)
    if close is not None:
        return f"; did you mean `{close}`?"
    told = f"; there is {', '.join(sorted(known))}" if known else ": there are none here"
    return f"{told}{_of_a_block(name, program) or _first(name, value, known, program)}"


def _of_a_block(name: str, program: tree.Program) -> str:
    """`planes` is a parameter of the block `Basic`: where the network gives it."""
    blocks = {
        parameter.name.id: block.name.id
        for block in reversed(program.definitions)
        if isinstance(block, tree.Block)
        for parameter in block.parameters
    }
    own = name if name in blocks else nearest(name, blocks)
    if own is None:
        return ""
    calls = [
        one.link.action
        for one in sites(program.source).values()
        if isinstance(one.definition, tree.Network)
        and isinstance(one.link.action, tree.Apply)
        and one.link.action.callee.span.text == blocks[own]
    ]
    given = f", which is given it in line {calls[0].span.line}" if calls else ""
    return f"; `{own}` is a parameter of the block `{blocks[own]}`{given}"


def _first(name: str, value: str, known: Collection[str], program: tree.Program) -> str:
    """The head of the only network with its first parameter."""
    networks = [one for one in program.definitions if isinstance(one, tree.Network)]
    if known or len(networks) != 1:
        return ""
    line = f"{mended_head(networks[0], f'{name} = {value}')} {{"
    return f"; it would have one as `{line}` in line {networks[0].span.line}"


ITEMS = re.compile(r"\s*([\[({]?)((?:[-\w.]+[\s,]*)+)[\])}]?\s*")
"""A list in other brackets, without one of them, or without its commas."""


def settings_meant(name: str, text: str) -> str | None:
    """`1,2`, `(1, 2)` or `[1 2` for a list, `range(3` without its bracket, `10,depth=3`."""
    parts = re.split(r",\s*(?=[A-Za-z_]\w*=)", f"{name}={text}")
    if len(parts) > 1:
        return " ".join(f"--set {shlex.quote(one)}" for one in parts)
    value = text.strip().removeprefix("=").strip()
    if (found := ITEMS.fullmatch(value)) is not None:
        value = ", ".join(re.split(r"[\s,]+", found[2].strip(" ,")))
        value = f"[{value}]" if found[1] or "," in value else value
    elif value.count("(") > value.count(")"):
        value += ")" * (value.count("(") - value.count(")"))
    return f"--set '{name}={value}'" if value != text.strip() else None
