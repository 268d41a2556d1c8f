"""What eyes and printers make of colours: lightness, and the sight of those who lack green cones.

CIE 1976 (L*, a*, b*) for D65; deuteranopia after Machado, Oliveira and Fernandes, "A
physiologically-based model for simulation of color vision deficiency", 2009, severity 1.
"""

from __future__ import annotations

from math import dist

DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)


def linear(colour: str) -> tuple[float, ...]:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)


def lab(light: tuple[float, ...]) -> tuple[float, float, float]:
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.95047, 1.0, 1.08883)

    def f(t: float) -> float:
        return t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116

    x, y, z = (
        f(max(0.0, sum(a * b for a, b in zip(row, light, strict=True))) / one)
        for row, one in zip(rows, white, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def lightness(colour: str) -> float:
    """From 0, black, to 100, white: all that is left in grey."""
    return lab(linear(colour))[0]


def without_green(first: str, second: str) -> float:
    """How far two colours are apart for who lacks green cones; 2.3 is just seen."""

    def seen(colour: str) -> tuple[float, float, float]:
        light = linear(colour)
        return lab(tuple(sum(a * b for a, b in zip(r, light, strict=True)) for r in DEUTERANOPIA))

    return dist(seen(first), seen(second))
