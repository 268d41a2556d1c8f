"""The gallery is what the specs say now. `--update` draws it anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from archc.emit.diagram import render
from tests.emit.diagram.dots import labels, texts
from tests.emit.diagram.gallery import (
    MANIFEST,
    PAGE,
    PICTURES,
    VOLUMES,
    manifest,
    page,
    pictures,
    scaled_file,
    volumes,
)
from tests.emit.diagram.test_render import words

MOST = 3_000_000  # bytes of all pictures together
DRAWN = [line.split()[1] for line in MANIFEST.read_text(encoding="utf-8").splitlines()]
SCALED = [scaled_file(spec) for spec in VOLUMES]


def test_pictures_are_up_to_date(update: bool, golden: Callable[[Path, str], None]) -> None:
    """They were made from this DOT text; rendering again would depend on the machine's fonts."""
    if update:
        pytest.importorskip("pygraphviz")
        PICTURES.mkdir(exist_ok=True)
        known = MANIFEST.read_text(encoding="utf-8") if MANIFEST.exists() else ""
        for picture in pictures():
            path = PICTURES / picture.file
            if not path.exists() or manifest([picture]) not in known:
                path.write_bytes(render(picture.dot, "svg"))
        for path in PICTURES.glob("*.svg"):
            if path.name not in {picture.file for picture in pictures()} | set(SCALED):
                path.unlink()
    golden(MANIFEST, manifest(pictures()))


@pytest.mark.parametrize("file", SCALED)
def test_volumes_are_up_to_date(file: str, golden: Callable[[Path, str], None]) -> None:
    golden(PICTURES / file, volumes()[file].svg)


def test_page_is_up_to_date(golden: Callable[[Path, str], None]) -> None:
    golden(PAGE, page())


@pytest.mark.parametrize("file", DRAWN)
def test_pictures_say_what_the_networks_say(file: str) -> None:
    (picture,) = [one for one in pictures() if one.file == file]
    said = Counter(text for label in labels(picture.dot) for text in texts(label))
    shown = Counter(words((PICTURES / file).read_bytes()))
    turns = {text for text in shown if text in "1234567"}
    assert {text.strip() for text in shown} - turns == {text.strip() for text in said} - turns


def test_pictures_are_small():
    sizes = {path.name: path.stat().st_size for path in PICTURES.glob("*.svg")}
    assert set(sizes) == {picture.file for picture in pictures()} | set(SCALED)
    assert sum(sizes.values()) < MOST
