"""No text makes the parser raise, loop or contradict itself."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archc.language.dump import dump
from archc.language.kinds import WORDS
from archc.language.parser import parse
from archc.language.printer import print_program
from archc.language.source import Source
from tests.language.plain import plain_program
from tests.language.test_tables import TEXTS

PIECES = [
    *WORDS,
    *"{}()[]=,:;.~!+-*/%<>\"'#\\ \n\t_",
    *("->", "=>", "==", '"""', "//", "**", " ", "\n", "    ", "3x3", "0x", "1e-4", "1e9999", "x1"),
    *(
        "a",
        "B",
        "enc{i}",
        "enc{",
        "# allow: a",
        "\u00d7",
        "\u2192",
        "\r\n",
        "\ufeff",
        "\0",
        "elif",
        "as",
    ),
]
EXAMPLES = settings(
    max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


def check(text: str) -> None:
    source = Source(text, "any")
    program, diagnostics = parse(source)
    for diagnostic in diagnostics:
        assert diagnostic.severity == "error"
        for span in (diagnostic.span, *(label.span for label in diagnostic.labels)):
            assert 0 <= span.start <= span.end <= len(text), (text, diagnostic)
    starts = [diagnostic.span.start for diagnostic in diagnostics]
    assert starts == sorted(starts)
    dump(program)
    if not diagnostics:
        again, problems = parse(Source(print_program(program), "printed"))
        assert not problems, (text, print_program(program), problems)
        assert plain_program(again) == plain_program(program)


@EXAMPLES
@given(st.text(max_size=200))
def test_any_characters(text: str) -> None:
    check(text)


@EXAMPLES
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_words(text: str) -> None:
    check(text)


@EXAMPLES
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_statement(text: str) -> None:
    check("network N {\n    " + text + "\n}\n")


@EXAMPLES
@given(st.data())
def test_mutated_specs(data: st.DataObject) -> None:
    """Pieces of real specs taken away, doubled, or replaced."""
    text = data.draw(st.sampled_from(TEXTS))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.sampled_from(["", *PIECES])) + text[end:]
    check(text)
