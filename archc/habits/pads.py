"""Padding with something else than zeros, which others give as an argument of a convolution."""

from __future__ import annotations

import re

from archc.graph.cures.foreign import OTHER_PADDING

MODES = {
    **dict.fromkeys(("zeros", "zero", "constant"), ""),
    **dict.fromkeys(("reflect", "mirror"), "reflect"),
    **dict.fromkeys(("replicate", "replication", "edge", "nearest"), "replicate"),
}
"""What others call the kinds of padding; a `pad` layer has no other ones."""

MODE = re.compile(rf"[\s,]\s*(?:{'|'.join(OTHER_PADDING)})\s*=\s*[\"']?(\w+)[\"']?", re.ASCII)
PAD = re.compile(r"[\s,]\s*pad(?:ding)?\s*=\s*(\w+)", re.ASCII)
CALL = re.compile(r"((?:\w+:\s*)?conv\w*\b)([^>]*)(.*)\Z", re.ASCII | re.DOTALL)


def padded_first(pad: str | None, mode: str) -> str:
    """The layer in front that pads so; "" where zeros do, or where there is no such layer."""
    own = MODES.get(mode)
    return f"pad {pad} mode={own}" if own and pad not in (None, "0", "same") else ""


def with_zeros(line: str) -> list[str]:
    """What is said where a convolution has to pad with zeros instead."""
    mode = MODE.search(line)
    if mode is None or mode[1] in MODES:
        return []
    return [f"which pads with zeros: `pad` has no mode `{mode[1]}`"]


def padded_by_mode(line: str) -> str:
    """`conv 8 3x3 pad=1 padding_mode=reflect`: a `pad` layer in front of a bare convolution."""
    found = CALL.match(line)
    mode = MODE.search(found[2]) if found is not None else None
    if found is None or mode is None:
        return line
    rest = MODE.sub("", found[2])
    pad = PAD.search(rest)
    first = padded_first(pad[1] if pad is not None else None, mode[1])
    rest = PAD.sub("", rest) if first else rest
    return " -> ".join(part for part in (first, f"{found[1]}{rest}{found[3]}") if part)


FIRST = re.compile(r"(pad \S+ mode=\w+ -> )(?=conv)", re.ASCII)


def labelled(label: str, line: str) -> str:
    """A line under a label, which names the convolution and not the padding in front of it."""
    found = FIRST.match(line)
    return label + line if found is None else f"{found[1]}{label}{line[found.end() :]}"
