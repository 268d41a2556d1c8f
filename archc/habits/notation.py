"""The notation of lectures and papers: `Conv-ReLU-Pool-FC`, `conv3-64`, `7x7 conv, 64, /2`."""

from __future__ import annotations

import re

WIDTHS_ARE_YOURS = "with widths of your own"
SEPARATOR = re.compile(r"\s*(?:->|,)\s*|\s+-\s+|(?<!\d)-(?=[A-Za-z])|\s*\+\s*(?=[A-Za-z])")
STRIDE = r"(?:,?\s*(?:/|stride\s*=?\s*|s)(?P<stride>\d+))?"


class Chain:
    """Layers one by one; what the notation leaves out is made up, and `invented` remembers it."""

    def __init__(self) -> None:
        self.width = 16
        self.flat = False
        self.invented = False

    def layer(self, word: str, last: bool) -> str | None:
        """One element of the notation as statements; None where it is none."""
        word = word.strip().strip("[]()")
        for pattern, method in ELEMENTS:
            found = re.fullmatch(pattern, word, re.IGNORECASE | re.ASCII)
            if found is not None:
                return method(self, found, last)
        return None

    def conv(self, found: re.Match[str], last: bool) -> str:
        """`conv`, `conv3-64`, `conv 64 3x3`, `3x3 conv, 64, /2`."""
        parts = found.groupdict()
        kernel = int(parts.get("kernel") or 3)
        width = parts.get("width")
        if width is None:
            width, self.invented = str(self.width), True
        stride = parts.get("stride")
        text = f"conv {width} {kernel}x{kernel}"
        text += f" stride={stride}" if stride and stride != "1" else ""
        return text + (f" pad={kernel // 2}" if kernel > 1 else "")

    def pool(self, found: re.Match[str], last: bool) -> str:
        parts = found.groupdict()
        self.width *= 2
        keyword = "avgpool" if (parts.get("kind") or "").lower().startswith("a") else "maxpool"
        kernel = int(parts.get("kernel") or 2)
        text = f"{keyword} {kernel}x{kernel}"
        stride = parts.get("stride")
        if stride and int(stride) != kernel:
            text += f" stride={stride}" + (f" pad={kernel // 2}" if kernel % 2 else "")
        return text

    def dense(self, found: re.Match[str], last: bool) -> str:
        width = found.groupdict().get("width")
        if width is None:
            width, self.invented = "10" if last else "128", True
        begin, self.flat = "" if self.flat else "flatten -> ", True
        return f"{begin}linear {width}"

    def average(self, found: re.Match[str], last: bool) -> str:
        self.flat = True
        return "global_avgpool -> flatten"

    def flatten(self, found: re.Match[str], last: bool) -> str:
        self.flat = True
        return "flatten"

    def word(self, found: re.Match[str], last: bool) -> str:
        return WORDS[found[0].lower()]


WORDS = {
    "relu": "relu",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "softmax": "softmax",
    "sm": "softmax",
    "bn": "batchnorm",
    "batchnorm": "batchnorm",
    "lrn": "lrn 5",
    "norm": "batchnorm",
    "dropout": "dropout",
    "drop": "dropout",
    "gelu": "gelu",
    "silu": "silu",
    "swish": "silu",
}
ELEMENTS = (
    (r"c(?:onv(?:olution)?)?(?:2d)?", Chain.conv),
    (r"conv\s*(?P<kernel>\d+)x\d+", Chain.conv),
    (r"conv(?P<kernel>\d+)-(?P<width>\d+)", Chain.conv),
    (r"conv\s*(?P<kernel>\d+)x\d+(?:\s*[-,@x]\s*|\s+)(?P<width>\d+)" + STRIDE, Chain.conv),
    (r"(?P<kernel>\d+)\s*x\s*\d+(?:\s*conv)?\s*[,@]?\s*(?P<width>\d+)" + STRIDE, Chain.conv),
    (r"(?P<width>\d+)\s*[@c]\s*(?P<kernel>\d+)(?:x\d+)?", Chain.conv),
    (r"(?P<kind>max|avg|average)?[\s_-]?p(?:ool(?:ing)?)?(?:2d)?", Chain.pool),
    (
        r"(?P<kernel>\d+)\s*x\s*\d+\s*(?P<kind>max|avg|average)?[\s-]?pool(?:ing)?" + STRIDE,
        Chain.pool,
    ),
    (r"gap|global[\s_-]?(?:average|avg)[\s_-]?pool(?:ing)?|average pool", Chain.average),
    (r"(?:fc|dense)", Chain.dense),
    (r"(?:fc|dense)[- ]?(?P<width>\d+)", Chain.dense),
    (r"(?P<width>\d+)(?:-d)?\s+(?:fc|dense)", Chain.dense),
    (r"(?P<width>\d+)(?:n|fc)", Chain.dense),
    (r"(?P<kind>max|m|a)p(?P<kernel>\d+)", Chain.pool),
    (r"flatten", Chain.flatten),
    ("|".join(WORDS), Chain.word),
)
"""Patterns of one layer; `average pool` alone is the global one, as tables of papers have it."""


TIMES = re.compile(r"([^\[\](){}]+?)\s+[x*]\s*(\d+)\Z", re.ASCII)
GROUP = re.compile(r"[\[(]([^\[\](){}]+)[\])]\s*[x*]\s*(\d+)", re.ASCII)
"""`Conv-BN-ReLU x3`, `[Conv-ReLU]*2`."""

LONGEST, MOST_ROUNDS = 400, 12
"""Letters that are unrolled, and rounds."""


def expanded(text: str) -> tuple[str, list[str]] | None:
    """Lecture notation as a chain of layers, with a note where numbers had to be made up."""
    text = re.sub(r"(?i)\Ainput\s*(?:->|-)\s*", "", text)
    if re.fullmatch(r"\d+C\d+(?:-\w+)+", text):
        text = text.replace("-", "->")  # `64C3-MP2-10N`, where `conv3-64` is one layer
    times = TIMES.match(text)
    if times is not None:
        inside = expanded(times[1])
        if inside is None or (" -> " not in inside[0] and "-" not in times[1]):
            return None
        return f"repeat {times[2]} {{ {inside[0]} }}", inside[1]
    while len(text) < LONGEST and (group := GROUP.search(text)) is not None:
        again = "->".join([group[1]] * min(int(group[2]), MOST_ROUNDS))
        text = text[: group.start()] + again + text[group.end() :]
    words = [word for word in SEPARATOR.split(_joined(text)) if word.strip()]
    chain = Chain()
    layers = []
    for place, word in enumerate(words):
        dense = not any(re.match(r"(?i)fc|dense|linear", later) for later in words[place + 1 :])
        layer = chain.layer(word, dense)
        if layer is None:
            return None
        layers.append(layer)
    if not layers:
        return None
    return " -> ".join(layers), [WIDTHS_ARE_YOURS] if chain.invented else []


def _joined(text: str) -> str:
    """Commas that belong to one layer of a table, `3x3 conv, 64, /2`, separate nothing."""
    text = re.sub(r"(?i)(pool(?:ing)?|conv|\d)\s*,\s*(?=/?\s*\d+\b|stride|s\d)", r"\1 ", text)
    return re.sub(r"\s*/\s*(\d)", r" /\1", text)
