"""`archc fmt`: one layout, in which comments, docstrings and blank lines stay."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archc import bundled
from archc.language.comments import comments
from archc.language.layout import layout
from archc.language.parser import parse
from archc.language.source import Source
from tests.docs.pages import blocks
from tests.each import each
from tests.language.plain import plain_program
from tests.language.test_tables import TEXTS

HERE = Path(__file__).parents[2]
SPECS = [Path(str(bundled.spec(name))) for name in bundled.spec_names()]


def laid_out(text: str) -> str:
    """The text in the layout, which is held to its promises on the way."""
    source = Source(text, "before")
    printed, problems = layout(source)
    assert printed is not None, problems
    after = Source(printed, "after")
    program, diagnostics = parse(after)
    assert not diagnostics, printed
    assert plain_program(program) == plain_program(parse(source)[0]), printed
    assert [one.text for one in comments(after)] == [one.text for one in comments(source)]
    assert layout(after)[0] == printed
    return printed


@each("path", SPECS)
def test_bundled_specs_are_fixed_points(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert laid_out(text) == text
    assert all(len(line) <= 100 for line in text.splitlines())


@each("text", TEXTS)
def test_every_case(text: str) -> None:
    source = Source(text, "case")
    if not parse(source)[1]:
        laid_out(text)


def test_every_example_of_the_language() -> None:
    examples = [
        block for block in blocks(HERE / "docs" / "language.md") if block.language == "arch"
    ]
    assert len(examples) > 30
    for block in examples:
        text = block.text
        if "body" in block.options:
            text = f"network N {{\n    input 3x64x64\n{text}\n}}\n"
        if not parse(Source(text, "example"))[1]:
            laid_out(text)


LINES = (
    "conv 8 3x3",
    "conv 8 3x3 pad=1; relu",
    "a: conv 8 1x1 -> relu => 8x4x4",
    "conv 16 3x3 connect=[[0, 1], [1, 2]]",
    "Block(1, [2, 3], x=4)",
    "for i in range(3) { conv i 1x1 }",
    "if a { relu } else { tanh }",
    "add { identity; { conv 8 1x1 } }",
    'expect params == 3 "as said"',
    "let k = 2 * (3 + n)",
    "from input",
)
pieces = st.one_of(
    st.sampled_from(LINES),
    st.just(""),
    st.sampled_from(["# alone", "# allow: skipped-pixels"]),
    st.sampled_from(LINES).map(lambda line: f"{line}  # behind"),
    st.sampled_from(LINES).map(
        lambda line: line.replace("[", "[  # open\n").replace(",", ",  # c\n")
    ),
    st.sampled_from(LINES).map(
        lambda line: line.replace("{", "{  # in\n").replace("}", "\n# out\n}")
    ),
    st.sampled_from(LINES).map(lambda line: line.replace(" ->", "  # link\n# own\n ->")),
)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(st.lists(pieces, max_size=8), st.lists(pieces, max_size=4), st.integers(0, 60))
def test_comments_and_blank_lines_anywhere(top: list[str], inner: list[str], wide: int) -> None:
    body = "\n".join([*top, "group: {", *inner, "}", f"conv {'w' * wide} 3x3 pad=1 -> batchnorm"])
    text = f"# first\n\n\nnetwork N(a, # one\n b) {{ # two\ninput 3x4x4\n{body}\n\n}}\n# last"
    if not parse(Source(text, "made"))[1]:
        laid_out(text)


def test_one_layout_whatever_the_author_did() -> None:
    one = "network N(n=2){input 3x8x8;a:{conv 8 3x3\nrelu}\nrepeat n{\nrelu}\nconv 4*n 1x1=>8x6x6}"
    two = "network N( n = 2 )\n{\n  input 3x8x8\n  a : { conv 8 3x3 ; relu }\n".replace("a :", "a:")
    two += "  repeat n { relu }\n  conv 4 * n 1x1\n     => 8x6x6 }\n"
    expected = (
        "network N(n = 2) {\n"
        "    input 3x8x8\n"
        "    a: { conv 8 3x3; relu }\n"
        "    repeat n { relu }\n"
        "    conv 4*n 1x1                => 8x6x6\n"
        "}\n"
    )
    assert laid_out(one) == laid_out(two) == expected


def test_what_is_too_long_breaks() -> None:
    words = " ".join(f"argument{number}=value{number}" for number in range(6))
    text = (
        f"network N {{\n    Block {words} -> relu\n    relu -> Call({words.replace(' ', ', ')})\n"
    )
    text += f'    expect {" + ".join(["neurons"] * 8)} == 8 "said there"\n}}\n'
    assert laid_out(text).splitlines() == [
        "network N {",
        "    Block(",
        "        argument0=value0,",
        "        argument1=value1,",
        "        argument2=value2,",
        "        argument3=value3,",
        "        argument4=value4,",
        "        argument5=value5",
        "    ) -> relu",
        "    relu -> Call(",
        "        argument0=value0,",
        "        argument1=value1,",
        "        argument2=value2,",
        "        argument3=value3,",
        "        argument4=value4,",
        "        argument5=value5",
        "    )",
        "    expect (",
        f"        {' + '.join(['neurons'] * 8)}",
        '    ) == 8  "said there"',
        "}",
    ]


def test_a_warning_stays_allowed_where_it_was() -> None:
    text = "network N { input 3x8x8\nconv 8 3x3 stride=2; relu # allow: skipped-pixels\n}"
    printed = laid_out(text)
    assert "    conv 8 3x3 stride=2; relu   # allow: skipped-pixels\n" in printed


def test_a_text_with_mistakes_is_left_alone() -> None:
    text, problems = layout(Source("network N { conv 8", "broken"))
    assert text is None
    assert problems
