"""Cures put into a text: whole or not at all, and never two at one place."""

from __future__ import annotations

from archc.diagnostics import Cure, Edit
from archc.language.source import Source, Span
from archc.mend import mended

SOURCE = Source("conv 8 3x3\nrelu\n", "a.arch")


def edit(start: int, end: int, text: str, source: Source = SOURCE) -> Edit:
    return Edit(Span(source, start, end), text)


def test_edits_are_made_together() -> None:
    cure = Cure((edit(0, 4, "convolution"), edit(10, 10, " pad=1"), edit(11, 15, "")))
    assert mended(SOURCE, [cure]) == ("convolution 8 3x3 pad=1\n\n", 1)


def test_a_cure_that_touches_an_earlier_one_waits() -> None:
    first = Cure((edit(5, 6, "16"),))
    across = Cure((edit(0, 6, "conv 4"), edit(11, 15, "selu")))
    assert mended(SOURCE, [first, across]) == ("conv 16 3x3\nrelu\n", 1)
    insertions = [Cure((edit(10, 10, " pad=1"),)), Cure((edit(10, 10, " pad=2"),))]
    assert mended(SOURCE, insertions) == ("conv 8 3x3 pad=1\nrelu\n", 1)


def test_neighbours_do_not_touch() -> None:
    cures = [Cure((edit(0, 4, "linear"),)), Cure((edit(4, 10, " 8"),))]
    assert mended(SOURCE, cures) == ("linear 8\nrelu\n", 2)


def test_an_edit_that_two_cures_share_is_made_once() -> None:
    shared = edit(0, 4, "linear")
    assert mended(SOURCE, [Cure((shared,)), Cure((shared, edit(5, 6, "9")))]) == (
        "linear 9 3x3\nrelu\n",
        2,
    )


def test_another_file_is_left_alone() -> None:
    other = Source("relu\n", "b.arch")
    assert mended(SOURCE, [Cure((edit(0, 4, "selu", other),)), Cure(())]) == (SOURCE.text, 0)
