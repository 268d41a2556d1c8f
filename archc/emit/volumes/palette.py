"""Colours by role: the palette of Okabe and Ito; a box has a lighter top and a darker side."""

from __future__ import annotations

from archc.emit.diagram import heat
from archc.emit.diagram import theme as themes
from archc.emit.volumes.heat import STEPS
from archc.emit.volumes.shades import SHADES

_KINDS = {
    "input": themes.GREY,
    "conv": themes.SKY,
    "pool": themes.GREEN,
    "dense": themes.ORANGE,
    "up": themes.VERMILLION,
    "block": themes.BLUE,
    "block2": "#B3A1D9",
    "block3": "#C9D7B5",
    "block4": "#0A4A6E",
    "merge": themes.GREY,
    "other": themes.GREY,
    "unknown": themes.GREY,
    "sum": themes.GREY,
    "tag": themes.GREY,
    "turn": themes.GREY,
    "door": themes.GREY,
    "copied": "#FFFFFF",
    "activation": themes.PURPLE,
    "normalisation": themes.YELLOW,
    "activation2": "#F9E3EF",
    "activation3": "#5B2A86",
    "activation4": "#A3195B",
    "normalisation2": "#8F7A12",
    "normalisation3": "#FEFDEA",
    "dropout": "#4A4F57",
    "dropout2": "#1B1E24",
}
# How much paper is in a colour. Kinds that stand beside each other differ in lightness as well, so
# that they can be told apart in grey.
_PAPER = {"activation": 0.0, "normalisation": 0.25, "dropout": 0.12, "up": 0.1, "dense": 0.0}
_PAPER |= {f"{kind}{n}": 0.0 for kind in SHADES for n in range(2, SHADES[kind] + 1)}
_PAPER |= {"conv": 0.5, "block": 0.12}
_PAPER |= dict.fromkeys(("merge", "other", "sum"), 0.05)
_NIGHT = {"input": 0.5, "conv": 0.13, "block": 0.0, "activation": 0.12, "normalisation": 0.1}
_NIGHT |= dict.fromkeys(("merge", "other", "sum"), 0.1)
_AT_NIGHT = {"block2": "#9384CB", "block3": "#33402A", "block4": "#B9C98F"}
TITLES = {
    "input": "input",
    "conv": "convolution",
    "pool": "pooling",
    "dense": "dense",
    "up": "upsampling",
    "block": "block",
    "merge": "merge",
    "other": "other",
    "unknown": "unknown",
    "sum": "result of a sum",
    "tag": "reshaping",
    "turn": "turn",
    "door": "door",
    "copied": "part copied by a skip",
    "activation": "activation",
    "normalisation": "normalisation",
    "dropout": "dropout",
}


def palette(name: str) -> dict[str, str]:
    """Every role's colour in a theme."""
    theme = themes.THEMES[name]
    dark = name == "dark"
    colors = {
        "paper": theme.paper,
        "ink": theme.ink,
        "faint": theme.faint,
        "error": theme.error,
        "line": "#0B0C0E" if dark else themes.mix(theme.ink, theme.paper, 0.25),
        "wire": themes.mix(theme.ink, theme.paper, 0.3),
        "skip": theme.skip,
        "frame": theme.cluster[0],
        "frame2": theme.cluster[1],
        "outline": theme.outline,
        "window": themes.VERMILLION if not dark else "#FF9E5E",
        "fan": themes.mix(theme.paper, themes.ORANGE, 0.16 if not dark else 0.2),
    }
    kinds = _KINDS | (_AT_NIGHT if dark else {})
    for step in range(STEPS):
        kinds[f"heat{step}"] = heat.colour(step / (STEPS - 1), theme)
    for kind, base in kinds.items():
        share = 0.0 if kind.startswith(("heat", "copied")) else _PAPER.get(kind, 0.42)
        front = themes.mix(base, theme.paper, _NIGHT.get(kind, 0.8 * share) if dark else share)
        colors[f"{kind}.front"] = front
        colors[f"{kind}.top"] = themes.mix(front, "#FFFFFF", 0.42 if not dark else 0.14)
        colors[f"{kind}.side"] = themes.mix(front, "#000000", 0.13 if not dark else 0.22)
    return colors
