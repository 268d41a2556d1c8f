"""The bundled specs as the tests see them: every file checked once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

import archc
from archc.check import Checked, Options
from archc.files import Files
from archc.guard import check_source

ROOT = Path(__file__).resolve().parents[2]
SPECS = ROOT / "specs"
DATA = ROOT / "tests" / "data"

FILES = sorted(path.name for path in SPECS.glob("*.arch"))

# Files whose networks are members of a family in another file; long tests see that one alone.
MEMBERS = (
    "resnet18",
    "resnet50",
    "resnet152",
    "vgg16",
    "vgg_a",
    "vgg_b",
    "vgg_c",
    "vgg_d",
    "vgg_e",
)
STEMS = [
    pytest.param(stem, marks=pytest.mark.campaign) if stem in MEMBERS else stem
    for stem in (file.removesuffix(".arch") for file in FILES)
]


@cache
def checked(stem: str) -> Checked:
    """A bundled file as the core tells of it."""
    files = Files()
    return check_source(files.source(str(SPECS / f"{stem}.arch")), Options(), files)


@cache
def load(file: str) -> archc.File:
    """A bundled file with everything found out about it."""
    return archc.File(checked(file.removesuffix(".arch")))


def networks(stem: str) -> Mapping[str, archc.Network]:
    """The networks of a bundled file, by their names."""
    return load(f"{stem}.arch").networks


def network(name: str) -> archc.Network:
    """A network by its file and name, `vgg.arch:VGG16`."""
    file, _, wanted = name.partition(":")
    return load(file).networks[wanted]


def inside(one: archc.Network, path: str) -> list[archc.Layer]:
    """The layer of that path, or the layers of that group."""
    found = [
        layer for name, layer in one.layers.items() if name == path or name.startswith(f"{path}.")
    ]
    assert found, f"{one.name} has no {path}"
    return found


def table(file: str) -> list[dict[str, str]]:
    """The rows of a table of published figures."""
    with open(DATA / file, encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def agrees(published: str, figure: int) -> bool:
    """Whether a figure is the published one; with a letter, `15.47G`, to the digits written."""
    letter = published[-1]
    if letter.isdigit():
        return figure == int(published)
    scale = {"M": 10**6, "G": 10**9}[letter]
    unit = Fraction(scale, 10 ** len(published[:-1].partition(".")[2]))
    return abs(figure - Fraction(published[:-1]) * scale) <= unit / 2
