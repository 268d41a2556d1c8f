"""Layers by other names, link by link: `depthwise_conv k`, `conv3x3 64`, `batchnorm1d`."""

from __future__ import annotations

import re

from archc.layers.registry import KINDS
from archc.layers.words import FOREIGN

LINK = re.compile(r"(\s*(?:\w+:\s*)?)([A-Za-z]\w*)\b(?!:)(.*)\Z", re.ASCII | re.DOTALL)
DEPTHWISE = re.compile(r"(?:depthwise|dw)_?(?:conv\w*)?\Z", re.IGNORECASE)
SEPARABLE = re.compile(r"(?:(?:depthwise_?)?separable\w*|sep_?conv\w*)\Z", re.IGNORECASE)
POINTWISE = re.compile(r"(?:pointwise|pw)_?(?:conv\w*)?\Z", re.IGNORECASE)
PADDED = re.compile(
    r"(zero|reflect|mirror|replicat|edge)(?:s|e|ion)?_?pad(?:ding)?(?:_?[123]d)?\Z", re.IGNORECASE
)
PADS = {"reflect": "reflect", "mirror": "reflect", "replicat": "replicate", "edge": "replicate"}
BY_KERNEL = re.compile(r"conv_?(\d+)x\1\Z", re.IGNORECASE)
WITH_AXES = re.compile(r"(\w+?)_?[123]d\Z", re.IGNORECASE)
ALL_CHANNELS = re.compile(r"\bgroups\s*=\s*(?:in|all|dw|depthwise|in_channels)(?![\w.])", re.ASCII)
FLAG = re.compile(r"\s+(?:depthwise|dw)(?:\s*=\s*[tT]rue)?(?![\w=])", re.ASCII)


def apart(text: str) -> str:
    """`conv 32 3x3 relu maxpool 2`, `flatten linear 10`: every layer a link of its own."""
    label = LABEL.match(text)
    start = label.end() if label is not None else 0
    words = text[start:].split()
    first = KINDS.get(words[0]) if words else None
    if first is None or first.many_inputs:
        return text
    taken = {word for one in first.arguments.values() for word in one.words}
    links = [[words[0]]]
    for word in words[1:]:
        own = FOREIGN.get(word, word)
        if own in KINDS and word not in taken and not KINDS[own].many_inputs:
            links.append([own])
        else:
            links[-1].append(word)
    return text[:start] + " -> ".join(" ".join(link) for link in links)


LABEL = re.compile(r"\w+:\s*", re.ASCII)


def in_links(text: str) -> str:
    """The line with each layer under its own name."""
    parts = re.split(r"(\s*->\s*)", text)
    return "".join(one if place % 2 else _link(one, place > 0) for place, one in enumerate(parts))


def _link(text: str, later: bool) -> str:
    found = LINK.match(text)
    if found is None or "=>" in text:
        return text
    label, word, rest = found.groups()
    called = re.fullmatch(r"\s*\((.*)\)\s*", rest, re.DOTALL)
    if called is not None:
        rest = " " + " ".join(re.split(r"\s*,\s*(?![^()\[\]]*[)\]])", called[1]))
    if DEPTHWISE.match(word):
        line = _depthwise(rest)
    elif SEPARABLE.match(word):
        line = _separable(rest)
    elif POINTWISE.match(word):
        line = _pointwise(rest)
    elif BY_KERNEL.match(word):
        line = _by_kernel(int(word.rpartition("x")[2]), rest)
    elif padded := PADDED.match(word):
        mode = PADS.get(padded[1].lower())
        line = f"pad{rest} mode={mode}" if mode else f"pad{rest}"
    elif word == "conv":
        line = _conv(rest)
    else:
        line = _by_name(word, rest if called is None else found[3], later)
    return text if line is None else label + line


KERNEL = re.compile(
    r"(?:kernel(?:_size)?\s*=\s*|k\s*=\s*)?"
    r"(?:\(\s*(\w+)\s*,\s*\1\s*\)|\[\s*(\w+)\s*,\s*\2\s*\]|(\d+)\s*x\s*\3(?!\w)|([a-z]\w*)\s*[x*]\s*\4(?!\w)"
    r"|([a-z]\w*?)x\5(?!\w)|([a-z]\w*)(?![\w=])|(\d+)(?!\w))(?=\s|\Z)",
    re.ASCII,
)
"""`3x3`, `3`, `k`, `k x k`, `kxk`, `(k, k)`."""


def _kernel(text: str) -> tuple[str, str, str] | None:
    """A kernel at the begin of arguments, the padding that keeps the size, and the rest."""
    found = KERNEL.match(text)
    if found is None:
        return None
    side = next(one for one in found.groups() if one is not None)
    rest = text[found.end() :]
    if side.isdigit():
        return f"{side}x{side}", str(int(side) // 2), rest
    return side, f"{side}//2", rest


def _padded(kernel: tuple[str, str, str]) -> str:
    given = re.search(r"\bpad(?:ding)?\b", kernel[2])
    return "" if given or kernel[1] == "0" else f" pad={kernel[1]}"


def _depthwise(rest: str) -> str | None:
    """`depthwise 3x3 stride=2`, `depthwise_conv w k`: each channel by itself."""
    text = rest.strip()
    first, _, behind = text.partition(" ")
    two = re.fullmatch(r"\w+", first) and _kernel(behind.lstrip()) and not first[:1].isdigit()
    numbers = re.match(r"\d+\s+\d+(?:x\d+)?(?=\s|\Z)", text)
    apart = re.match(r"([a-z]\w*)\s+x\s+\1(?!\w)", text)
    if (two and not apart) or numbers:
        kernel = _kernel(behind.lstrip())
        width = first
    else:
        kernel, width = _kernel(text), "in.channels"
    if kernel is None:
        return None
    return f"conv {width} {kernel[0]} groups=in.channels{_padded(kernel)}{kernel[2]}"


def _separable(rest: str) -> str | None:
    width, _, behind = rest.strip().partition(" ")
    kernel = _kernel(behind.lstrip())
    if kernel is None:
        return None
    own = f"conv in.channels {kernel[0]} groups=in.channels{_padded(kernel)}{kernel[2]}"
    return f"{own} -> conv {width} 1x1"


def _pointwise(rest: str) -> str | None:
    width, _, behind = rest.strip().partition(" ")
    behind = re.sub(r"\A1(?:x1)?(?=\s|\Z)\s*", "", behind.lstrip())
    return f"conv {width} 1x1 {behind}".strip() if width else None


def _by_kernel(side: int, rest: str) -> str | None:
    """`conv3x3 64 stride=2`, as ResNet's code has it: padded by one."""
    width, _, behind = rest.strip().partition(" ")
    if not width or "=" in width:
        return None
    pad = "" if side < 3 or "pad" in behind else f" pad={side // 2}"
    return f"conv {width} {side}x{side}{pad} {behind}".strip()


def _conv(rest: str) -> str | None:
    """`conv w k x k`, `conv w 3x3 groups=all`, `conv in 3x3 groups=in`."""
    text = rest.strip()
    alone = FLAG.sub("", f" {text}").strip()
    if alone != text:
        words = alone.split(" ", 1)
        if len(words) == 2 and _kernel(words[1]) is not None and _kernel(words[0]) is not None:
            return _depthwise(words[1])
        return _depthwise(alone)
    text = ALL_CHANNELS.sub("groups=in.channels", text)
    text = re.sub(r"\Ain(?=\s)", "in.channels", text)
    width, _, behind = text.partition(" ")
    found = KERNEL.match(behind.lstrip())
    kernel = _kernel(behind.lstrip()) if found is not None and not found[6] else None
    if kernel is not None and not kernel[0][:1].isdigit():
        text = f"{width} {kernel[0]}{kernel[2]}"
    return f"conv {text}" if text != rest.strip() else None


def _by_name(word: str, rest: str, later: bool) -> str | None:
    """`conv1d 32 80`, and behind an arrow any foreign name."""
    if word in KINDS:
        return None
    axes = WITH_AXES.match(word)
    bare = axes[1].lower() if axes is not None else word
    own = bare if bare in KINDS else FOREIGN.get(word.lower()) or FOREIGN.get(bare)
    if own is None or not (later or (axes is not None and word[:1].islower())):
        return None
    if word[:1].isupper() and axes is None:
        return None
    if getattr(KINDS[own], "group", "") == "normalisation" and re.fullmatch(
        r"[\s(]*\d+[\s)]*", rest
    ):
        return own  # `batchnorm2d(64)`: the channels that come in are known
    return f"{own}{rest}"
