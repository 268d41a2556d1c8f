"""What is printed reads back as the same program, and prints the same again."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from archc.language import tree
from archc.language.dump import dump
from archc.language.parser import parse
from archc.language.printer import print_program
from archc.language.source import Source
from tests.each import each
from tests.language.plain import plain_program
from tests.language.programs import programs
from tests.language.test_tables import TEXTS

# Such a program is large, and takes minutes to make smaller: what is printed of it tells enough.
EXAMPLES = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],
)


@EXAMPLES
@given(programs())
def test_generated_programs(program: tree.Program) -> None:
    hold(program)


@pytest.mark.campaign
@settings(EXAMPLES, max_examples=2000)
@given(programs())
def test_many_generated_programs(program: tree.Program) -> None:
    hold(program)


def hold(program: tree.Program) -> None:
    printed = print_program(program)
    again, diagnostics = parse(Source(printed, "printed"))
    assert not diagnostics, (printed, diagnostics)
    assert plain_program(again) == plain_program(program), printed
    assert print_program(again) == printed
    assert calls_alike(dump(again)) == calls_alike(dump(program))


def calls_alike(dumped: str) -> str:
    """A call that is too long for its line is printed in brackets, which the dump tells."""
    return dumped.replace("call", "apply")


@each("text", TEXTS)
def test_written_programs(text: str) -> None:
    program, problems = parse(Source(text, "written"))
    printed = print_program(program)
    again, diagnostics = parse(Source(printed, "printed"))
    # A comment that is wrong stays a comment.
    assert {one.message for one in diagnostics} <= {one.message for one in problems}
    assert plain_program(again) == plain_program(program)
    assert print_program(again) == printed


def test_allowances_stay_with_their_lines() -> None:
    text = "network N {\n    conv 3      # allow: a, b\n    { relu }    # allow: c\n}\n"
    program, _ = parse(Source(text, "allowances"))
    assert print_program(program) == text
    assert [(a.code, a.line) for a in program.allowances] == [("a", 2), ("b", 2), ("c", 3)]


def test_allowances_of_a_file_stay_where_they_are() -> None:
    text = "# allow-file: a, b\nlet x = 1   # allow: c\n"
    program, _ = parse(Source(text, "allowances"))
    assert print_program(program) == text
    assert [(a.code, a.line) for a in program.allowances] == [("a", 0), ("b", 0), ("c", 2)]
    late = "let x = 1   # allow: c\n# Why so. # allow-file: a, b\n"
    assert print_program(parse(Source(late, "late"))[0]) == late


def test_canonical_style() -> None:
    text = "let a=-(1+2)*3\nnetwork N(x=1){ input 3x2x2; l:conv (4 * x) 3x3 k = (-1)->relu=>3x3 }"
    program, _ = parse(Source(text, "style"))
    assert print_program(program) == (
        "let a = -(1 + 2) * 3\n"
        "\n"
        "network N(x = 1) {\n"
        "    input 3x2x2\n"
        "    l: conv 4*x 3x3 k=-1 -> relu    => 3x3\n"
        "}\n"
    )


def test_a_merge_without_braces_stays_apart_from_a_group() -> None:
    group = "    { relu }\n"
    text = "network N {\n    add;\n" + group + "    identity\n" + group + "}\n"
    program, diagnostics = parse(Source(text, "apart"))
    assert not diagnostics
    words = "network N apply add group apply relu apply identity group apply relu"
    assert dump(program).split() == words.split()
    assert print_program(program) == text
