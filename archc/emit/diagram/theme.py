"""Colours: the palette of Okabe and Ito, which colour-blind readers can tell apart."""

from __future__ import annotations

from archc.named import NamedTuple

# Okabe and Ito, "Color universal design", 2008.
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILLION, PURPLE, GREY = "#0072B2", "#D55E00", "#CC79A7", "#8A8F98"
BROWN = "#A87A50"

KINDS = {
    "convolution": BLUE,
    "dense": VERMILLION,
    "pooling": GREEN,
    "merge": SKY,
    "resize": BROWN,
    "shape": GREY,
    "normalisation": YELLOW,
    "activation": PURPLE,
    "regularisation": ORANGE,
    "block": GREY,
}
TITLES = {
    "convolution": "convolution",
    "dense": "dense",
    "pooling": "pooling",
    "merge": "merge",
    "resize": "resize",
    "shape": "reshape",
    "normalisation": "normalisation",
    "activation": "activation",
    "regularisation": "regularisation",
    "block": "closed block",
}
READABLE = 4.5  # the contrast that small text needs: level AA
# What tells boxes apart where there is no colour: a bar at an end, round corners, a second border,
# and none for what is a stripe in other boxes. Kinds of one mark differ in lightness and without
# green cones.
BAR, END_BAR, ROUND, DOUBLE, FLAT = "bar", "end bar", "round", "double", "flat"
MARKS = {"pooling": BAR, "resize": END_BAR, "merge": ROUND, "block": DOUBLE}
MARKS |= dict.fromkeys(("normalisation", "activation", "regularisation"), FLAT)


class Theme(NamedTuple):
    """The colours of a picture."""

    paper: str
    ink: str
    faint: str  # names, details
    edge: str
    skip: str
    error: str
    cluster: tuple[str, str]  # fill of outer and inner clusters, in turn
    outline: str
    tints: dict[str, float]  # how much paper is in the ground of a kind
    closed: tuple[str, ...]  # grounds of closed blocks: of the kind of which there are most first
    heat: tuple[str, str]


LIGHT = Theme(
    paper="#FFFFFF",
    ink="#16181D",
    faint="#5B616B",
    edge="#3B4048",
    skip="#0072B2",
    error="#B00020",
    cluster=("#F6F7F9", "#ECEEF2"),
    outline="#C3C8D0",
    tints={
        "convolution": 0.72,
        "dense": 0.5,
        "pooling": 0.9,
        "merge": 0.86,
        "resize": 0.41,
        "shape": 0.97,
        "normalisation": 0.37,
        "activation": 0.49,
        "regularisation": 0.57,
        "block": 0.86,
    },
    closed=("#EFEFF1", "#CCCEF7", "#BFBF9C", "#9BA2B4"),
    heat=("#FFF7EC", "#C1440E"),
)
DARK = Theme(
    paper="#14161A",
    ink="#F1F3F5",
    faint="#A9B0BA",
    edge="#B4BAC4",
    skip="#56B4E9",
    error="#FF6B6B",
    cluster=("#1C1F24", "#24282F"),
    outline="#454B55",
    tints={
        "convolution": 0.74,
        "dense": 0.42,
        "pooling": 0.6,
        "merge": 0.72,
        "resize": 0.33,
        "shape": 0.66,
        "normalisation": 0.56,
        "activation": 0.54,
        "regularisation": 0.83,
        "block": 0.72,
    },
    closed=("#35383D", "#4F5394", "#626F4B", "#1C1E22"),
    heat=("#2A2420", "#F28C28"),
)
THEMES = {"light": LIGHT, "dark": DARK}


def mix(first: str, second: str, share: float) -> str:
    """A colour between two: `share` of the second."""
    parts = (
        round(int(first[i : i + 2], 16) * (1 - share) + int(second[i : i + 2], 16) * share)
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02X}" for part in parts)


def ground(kind: str, theme: Theme) -> str:
    """The colour of a kind, of a box as of a stripe."""
    return mix(KINDS[kind], theme.paper, theme.tints[kind])


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return sum(
        weight * (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4)
        for weight, part in ((0.2126, red), (0.7152, green), (0.0722, blue))
    )


def contrast(first: str, second: str) -> float:
    """From 1 to 21, as the Web Content Accessibility Guidelines have it."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def legible(wanted: str, background: str) -> str:
    """The wanted ink where it can be read on a ground, else one that can."""
    return wanted if contrast(wanted, background) >= READABLE else ink_on(background)


def ink_on(background: str) -> str:
    """Near-black or white, whichever stands out more; black where neither does enough."""
    inks = ("#16181D", "#FFFFFF")
    best = max(inks, key=lambda ink: contrast(ink, background))
    if contrast(best, background) >= READABLE:
        return best
    return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, background))
