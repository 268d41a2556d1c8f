"""Font files of this machine: a face like Helvetica, and faces for letters that it lacks."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from archc.named import NamedTuple

# Family, upright and bold, the first that is there; all are sans serif and have the widths of
# Helvetica, or less than the room that a picture leaves.
_FACES = (
    ("Liberation Sans", "LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("Arimo", "Arimo-Regular.ttf", "Arimo-Bold.ttf"),
    ("Arial", "Arial.ttf", "Arial Bold.ttf"),
    ("Arial", "arial.ttf", "arialbd.ttf"),
    ("Noto Sans", "NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("DejaVu Sans", "DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"),
    ("DejaVu Sans", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
)
_OTHERS = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf",
    "NotoSansJP-Regular.otf", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "ipag.ttf",
    "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf", "NotoSansDevanagari-Regular.ttf",
    "Arial Unicode.ttf", "msyh.ttc", "msgothic.ttc", "malgun.ttf", "NotoSansSymbols2-Regular.ttf",
)  # fmt: skip
_FOLDERS = (
    "~/.local/share/fonts", "~/.fonts", "/usr/local/share/fonts", "/usr/share/fonts",
    "~/Library/Fonts", "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip


_LATIN = 0x250  # letters below this code are in every face


class Fonts(NamedTuple):
    """A face with its files, and files of others by preference."""

    family: str
    regular: Path
    bold: Path
    others: tuple[Path, ...]

    @property
    def condensed(self) -> bool:
        """Whether it is the narrow cut of its family."""
        return "Condensed" in self.regular.name


def fonts() -> Fonts | None:
    """What is installed; None where there is no face that will do."""
    known = _files()
    for family, regular, bold in _FACES:
        if regular in known and bold in known:
            own = known[regular]
            others = tuple(known[name] for name in _OTHERS if name in known and known[name] != own)
            return Fonts(family, own, known[bold], others)
    return None


def covering(letters: str, known: Fonts) -> tuple[tuple[Path, ...], str]:
    """Further fonts of this machine for letters that the known ones lack, and what none has.

    Raises `ModuleNotFoundError` without fontTools, which comes with fpdf2.
    """
    missing = {ord(letter) for letter in letters if ord(letter) >= _LATIN}
    for path in (known.regular, *known.others):
        missing -= _codes(path) if missing else set()
    more = []
    for _, path in sorted(_files().items()) if missing else ():
        found = missing & _codes(path)
        if found:
            more.append(path)
            missing -= found
    return tuple(more), "".join(map(chr, sorted(missing)))


def lacking(letters: str) -> str:
    """The letters that no font of this machine has; "" where that cannot be told."""
    found = fonts()
    if found is None or all(ord(letter) < _LATIN for letter in letters):
        return ""
    try:
        return covering(letters, found)[1]
    except ModuleNotFoundError:
        return ""


@cache
def _codes(path: Path) -> frozenset[int]:
    """The letters that a font file has; none where it cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return frozenset(font.getBestCmap() or {})
    except (TTLibError, OSError, ValueError, KeyError):
        return frozenset()


def _files() -> dict[str, Path]:
    """Font files by name; of two with one name the first."""
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for place, folders, names in os.walk(os.path.expanduser(folder)):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".ttf", ".ttc", ".otf")):
                    found.setdefault(name, Path(place) / name)
    return found
