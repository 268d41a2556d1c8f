"""Messages as text: golden cases, and what must hold for any text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.diagnostics import Diagnostic, Frame, Label
from archc.emit.render import distinct, render, render_all, summary
from archc.emit.style import Style
from archc.emit.text import clean, width
from archc.language.source import Source, Span
from tests.emit.samples import RESNET, between, mismatch, place

CASES = Path(__file__).parent / "cases"
SOURCE = Source(RESNET, "resnet.arch")


def error(span: Span, *labels: Label, message: str = "something is wrong") -> Diagnostic:
    return Diagnostic("some-code", "error", message, span, labels)


def stacked() -> Diagnostic:
    return error(
        place(SOURCE, "conv2"),
        Label(place(SOURCE, "conv mid 3x3"), "the layer"),
        Label(place(SOURCE, "stride=stride"), "its stride"),
        Label(place(SOURCE, "conv2"), "the label"),
        Label(place(SOURCE, "network"), "far away"),
    )


def brackets() -> Diagnostic:
    outer = between(SOURCE, "add {", "identity\n        }\n    }")
    inner = between(SOURCE, "{\n            conv2", "bn3: batchnorm\n        }")
    return error(outer, Label(inner, "one branch"), Label(place(SOURCE, "bn2"), "a layer in it"))


def starts_late() -> Diagnostic:
    return error(
        between(SOURCE, "width, stride", "* groups"), Label(place(SOURCE, "relu", 1), "and here")
    )


def wide() -> Diagnostic:
    source = Source("x\n\tconv 日本語 e\u0301 3x3\tbad\n", "wide.arch")
    return error(place(source, "bad"), Label(place(source, "本"), "two cells"))


def steering() -> Diagnostic:
    source = Source("conv \x1b[31m \u202e3x3 \x00\r bad \x85\u2028\n", "bad\x1b[2J.arch")
    return error(
        place(source, "bad"),
        Label(place(source, "\u202e"), "a \x07 bell"),
        message="no \x1b[31m red",
    )


def long_line() -> Diagnostic:
    source = Source("let y = [" + "11, " * 60 + "culprit" + ", 22" * 60 + "]\n", "long.arch")
    return error(place(source, "culprit"), Label(place(source, "y"), "cut away"))


def long_mark() -> Diagnostic:
    source = Source("let y = [" + "11, " * 60 + "]\n", "long.arch")
    return error(between(source, "[", "]"), Label(between(source, "[", "]"), "all of it"))


def other_file() -> Diagnostic:
    other = Source("block Stem(width) {\n    conv width 3x3\n}\n", "parts.arch")
    return Diagnostic(
        "some-code",
        "warning",
        "two files",
        place(SOURCE, "Block 64"),
        (
            Label(place(other, "width"), "declared here"),
            Label(place(other, "Stem"), "in this block"),
        ),
        (Frame("Stem", (), "stem", place(other, "conv")),),
        "the first line\nand a second",
    )


def end_of_file() -> Diagnostic:
    source = Source("network N {\n", "end.arch")
    end = len(source.text)
    return error(Span(source, end, end), Label(place(source, "{"), "never closed"))


def deep() -> Diagnostic:
    frame = Frame("Unit", (("n", "1"),), "a.b", place(SOURCE, "Block 64"))
    return error(place(SOURCE, "add"))._replace(calls=(frame,) * 20)


GOLDEN = {
    "mismatch": mismatch,
    "stacked": stacked,
    "brackets": brackets,
    "starts_late": starts_late,
    "wide": wide,
    "steering": steering,
    "long_line": long_line,
    "long_mark": long_mark,
    "other_file": other_file,
    "end_of_file": end_of_file,
    "deep": deep,
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str, golden: Callable[[Path, str], None]) -> None:
    golden(CASES / f"message_{name}.txt", render(GOLDEN[name](), Style(width=100)) + "\n")


def test_the_example_of_the_language_page() -> None:
    lines = render(mismatch()).splitlines()
    assert lines[0] == (
        "error[shape-mismatch]: `add` needs equal shapes, "
        "but its branches give 512x56x56 and 512x28x28"
    )
    assert lines[1:5] == [
        "  --> specs/resnet50.arch:9:5",
        "   |",
        " 9 |     add {",
        "   |     ^^^",
    ]
    assert lines[-3:] == [
        "   |",
        "   = in Bottleneck(width=128, stride=2) at layer2.0, called at line 25",
        "   = note: `conv2` (line 11) keeps 56x56; with stride=stride both branches give 512x28x28",
    ]


def test_color_changes_nothing_but_color() -> None:
    import re

    for make in GOLDEN.values():
        painted = render(make(), Style(color=True, width=100))
        assert "\x1b[" in painted
        assert re.sub("\x1b\\[[0-9;]*m", "", painted) == render(make(), Style(width=100))


def test_summary() -> None:
    warning = mismatch()._replace(severity="warning")
    assert summary([mismatch(), warning, mismatch()]) == "2 errors, 1 warning"
    assert summary([warning]) == "1 warning"
    assert render_all([]) == ""
    assert render_all([mismatch()]).endswith("\n\n1 error\n")


def test_a_finding_of_a_shared_file_is_shown_once() -> None:
    assert len(distinct([mismatch(), mismatch(), stacked()])) == 2


TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("\n\t\r\x1b日e\u0301\u202e {}")), max_size=300
)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.data(), st.integers(40, 120))
def test_any_span_of_any_text_is_shown_safely(text: str, data: st.DataObject, cells: int) -> None:
    source = Source(text, "any.arch")

    def span() -> Span:
        start = data.draw(st.integers(0, len(text)))
        return Span(source, start, data.draw(st.integers(start, len(text))))

    labels = [Label(span(), data.draw(TEXTS)) for _ in range(data.draw(st.integers(0, 4)))]
    shown = render(
        Diagnostic("c", "error", data.draw(TEXTS), span(), tuple(labels)), Style(width=cells)
    )
    for line in shown.split("\n"):
        assert line == clean(line)
        assert line == line.rstrip() or line.endswith(": ") or "error[c]" in line or line


@given(TEXTS)
def test_clean_text_is_safe_and_stays(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert all(
        character.isprintable() or character.isspace() or ord(character) > 0xA0
        for character in once
    )
    assert not set(once) & set("\n\r\t\x1b\x00\x7f\x9b")
    assert width(once) >= 0
