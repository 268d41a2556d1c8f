"""Networks of Darknet, `[convolutional]` with `filters=64` below it, as lines."""

from __future__ import annotations

import re
from collections.abc import Callable

from archc.diagnostics import Cure, Edit, Proposal
from archc.language.foreign_text import DARKNET
from archc.language.source import Span

SECTION = re.compile(r"^\s*\[(\w+)\]\s*$", re.ASCII)
OPTION = re.compile(r"^\s*(\w+)\s*=\s*([^#;]*)", re.ASCII)
LONGEST = 40_000  # letters that are read
TOLD = 6  # lines that a message shows

ACTIVATIONS = {"leaky": "leaky_relu 0.1", "linear": "", "logistic": "sigmoid", "swish": "silu"}
"""What Darknet calls differently than archc."""

RESULTS = ("yolo", "region", "detection", "cost")
"""Sections that read a result of the network."""

Section = dict[str, str]


def darknet_network(place: Span) -> tuple[Proposal, ...]:
    """The network that a `.cfg` stands for, where each of its sections can be written."""
    text = place.source.text
    if len(text) > LONGEST or DARKNET.match(text) is None:
        return ()
    sections = _sections(text)
    lines = _lines(sections[0][1], sections[1:]) if sections else None
    if lines is None:
        return ()
    written = "".join(f"    {line}\n" for line in lines)
    edit = Edit(Span(place.source, 0, len(text)), f"network Net {{\n{written}}}\n")
    shown = "; ".join(lines[:TOLD]) + "; …" * (len(lines) > TOLD)
    told = f"write `network Net {{ {shown} }}`, each in a line of its own"
    return (Proposal(told, Cure((edit,))),)


def _sections(text: str) -> list[tuple[str, Section]]:
    """The sections in their order, each with its options."""
    found: list[tuple[str, Section]] = []
    for line in text.split("\n"):
        head, option = SECTION.match(line), OPTION.match(line)
        if head is not None:
            found.append((head[1], {}))
        elif option is not None and found:
            found[-1][1][option[1]] = option[2].strip()
    return found


def _lines(net: Section, layers: list[tuple[str, Section]]) -> list[str] | None:
    """The statements; None where a section cannot be written."""
    axes = [net.get(name, "3" if name == "channels" else "") for name in AXES]
    if not all(one.isdigit() for one in axes):
        return None
    lines: list[str] = []
    read: set[int] = set()
    for place, (name, options) in enumerate(layers):
        if name in RESULTS:
            lines.append(f"output y{place}: identity" if place + 1 < len(layers) else "")
            continue
        make = MADE.get(name)
        sources = [one + place if one < 0 else one for one in _numbers(options)]
        if make is None or not all(0 <= one < place for one in sources):
            return None
        line = make(options, sources)
        if line is None:
            return None
        if name == "connected" and not any("flatten" in one for one in lines):
            line = f"flatten -> {line}"
        read.update(sources)
        lines.append(line)
    labelled = [f"l{at}: {_grouped(line)}" if at in read else line for at, line in enumerate(lines)]
    return [f"input {'x'.join(axes)}", *(line for line in labelled if line)]


AXES = ("channels", "height", "width")


def _numbers(options: Section) -> list[int]:
    """The layers that a section reads, counted from the first, or backwards from itself."""
    text = options.get("from", options.get("layers", ""))
    return [int(one) for one in re.findall(r"-?\d+", text)]


def _grouped(line: str) -> str:
    """A chain as the one thing that a label names."""
    return f"{{ {line} }}" if "->" in line else line


def _activated(line: str, options: Section) -> str:
    own = options.get("activation", "linear")
    act = ACTIVATIONS.get(own, own)
    return f"{line} -> {act}" if act else line


def _convolution(options: Section, _: list[int]) -> str | None:
    width, size = options.get("filters", ""), options.get("size", "1")
    if not width.isdigit() or not size.isdigit():
        return None
    pad = str(int(size) // 2) if options.get("pad") == "1" else options.get("padding", "0")
    stride, groups = options.get("stride", "1"), options.get("groups", "1")
    given = (("stride", stride, "1"), ("pad", pad, "0"), ("groups", groups, "1"))
    line = f"conv {width} {size}x{size}"
    line += "".join(f" {name}={value}" for name, value, plain in given if value != plain)
    if options.get("batch_normalize") == "1":
        line += " bias=false -> batchnorm"
    return _activated(line, options)


def _maxpool(options: Section, _: list[int]) -> str | None:
    size, stride = options.get("size", ""), options.get("stride", "1")
    if not size.isdigit() or not stride.isdigit():
        return None
    if stride == "1":
        return f"maxpool {size}x{size} stride=1 pad=same"
    hangs = int(size) % 2 and f" stride={stride} pad={int(size) // 2}"
    own = "" if size == stride else f" stride={stride}"
    return f"maxpool {size}x{size}{hangs or own}"


def _connected(options: Section, _: list[int]) -> str | None:
    width = options.get("output", "")
    return _activated(f"linear {width}", options) if width.isdigit() else None


def _shortcut(options: Section, sources: list[int]) -> str | None:
    if not sources:
        return None
    branches = "; ".join(f"from l{one}" for one in sources)
    return _activated(f"add {{ identity; {branches} }}", options)


def _route(options: Section, sources: list[int]) -> str | None:
    if not sources or "groups" in options:
        return None
    branches = "; ".join(f"from l{one}" for one in sources)
    return f"concat {{ {branches} }}" if len(sources) > 1 else f"from l{sources[0]} -> identity"


def _plain(line: str) -> Callable[[Section, list[int]], str]:
    return lambda options, sources: line


MADE: dict[str, Callable[[Section, list[int]], str | None]] = {
    "convolutional": _convolution,
    "maxpool": _maxpool,
    "connected": _connected,
    "shortcut": _shortcut,
    "route": _route,
    "avgpool": _plain("global_avgpool"),
    "softmax": _plain("softmax"),
    "dropout": lambda options, _: f"dropout {options.get('probability', '0.5')}",
    "upsample": lambda options, _: f"upsample {options.get('stride', '2')}",
}
