"""What fuzzers found: texts that ended in a traceback, in silence, or in a message of no use."""

from __future__ import annotations

from archc.check import Options, check
from archc.emit.pytorch.compile import compile_source
from archc.language.source import Source
from tests.each import each
from tests.robustness.full import FULL
from tests.robustness.guard import guard, guarded
from tests.robustness.hostile import SMALL, doubled, network
from tests.robustness.sound import checked, read

MISTAKES = {
    "a layer that never was is shared": (
        network("a: conv 10**30 1x1\n share a"),
        {"number-too-large"},
    ),
    "a block whose layer never was is shared": (
        network("b: B\n share b", before="block B { conv 10**30 1x1; relu }"),
        {"number-too-large"},
    ),
    "an item far beyond a list": (network("conv [][10**300] 1x1"), {"index-out-of-range"}),
    "an input that is a layer": (network("relu", "flatten"), {"not-whole"}),
    "an input that is a block": (network("relu", "B", "block B { relu }"), {"not-whole"}),
    "an input that is the network": (network("relu", "N"), {"not-whole"}),
    "an empty list, very often": (network("conv (10**30 * [])[0] 1x1"), {"index-out-of-range"}),
    "a list, less than never": (network("conv ([1] * -10**30)[0] 1x1"), {"index-out-of-range"}),
    "a sign behind a number": (
        network('conv 3 1x1\n expect depth == 1  \u00d7 "source"'),
        {"bad-character"},
    ),
    "a shape of a huge number": (
        network('a: opaque "roll" => 1e300\n conv in.height 1x1'),
        {"undefined-name"},
    ),
    "an index of huge numbers": (network("conv [1, 2][10**300 * 3x3] 1x1"), {"not-whole"}),
    "a name of a huge number": (
        network("add { identity; from e{10**300} }"),
        {"undefined-name"},
    ),
    "a shape without channels": (network("relu => []"), {"wrong-type"}),
    "an operation without channels": (
        network('a: opaque "roll" => []\n conv in.channels 1x1'),
        {"wrong-type"},
    ),
    "a part of an open size by nothing": (
        network("crop [H // 0, W // (4 * 0)]", "3xHxW"),
        {"division-by-zero"},
    ),
    "a reshape behind a shape that is wrong": (
        network("conv 4 3x3 => 4x1x9\n reshape 4x9"),
        {"wrong-shape"},
    ),
    "a misspelt merge in an arm that nobody takes": (
        network("if in.channels == 9 { Add { relu; if 1 == 2 { relu } } }"),
        {"unknown-layer"},
    ),
    "a label that runs inside itself": (
        network("a: { relu; b: { share a } }"),
        {"undefined-name"},
    ),
    "a formula without end": (
        network(doubled("let a@ = H", "let a@ = a@@ * a@@", 9) + "\nupsample [a9, a9]", "3xHxW"),
        {"number-too-large"},
    ),
}

OUTPUTS = """network N {{
    input 3x8x8
    for i in range({}) {{ o{{i}}: output conv 3 1x1 }}
}}
"""


@each("name", MISTAKES)
def test_one_mistake_one_message(name: str) -> None:
    text, wanted = MISTAKES[name]
    errors = [one.code for one in checked(text).diagnostics if one.severity == "error"]
    assert errors == sorted(wanted)


def test_inputs_may_differ_in_their_axes() -> None:
    """A film, a picture and a row of numbers."""
    found = checked(
        "network N {\n    input film 1x16x32x32\n    input picture 1x28x28\n    input row 7\n"
        "    a: { from film -> conv 8 3x3x3 pad=1 -> global_avgpool -> flatten }\n"
        "    b: { from picture -> conv 8 3x3 stride=2 pad=1 -> global_avgpool -> flatten }\n"
        "    concat { from a; from b; from row -> linear 3 }\n}\n"
    )
    assert found.diagnostics == ()
    (network,) = found.networks
    fields = {
        node.path: field.size
        for node, field in zip(
            network.graph.nodes, [one.field for one in network.facts.layers], strict=True
        )
        if field is not None
    }
    assert fields["a.conv1"] == (3, 3, 3)
    assert fields["b.conv1"] == (3, 3)


def test_a_row_of_layers_behind_several_inputs_is_no_sequential() -> None:
    text = "network N {\n    input a 3x8x8\n    input b 3x8x8\n    relu\n    conv 3 1x1\n}\n"
    made = compile_source(Source(text, "rows.arch"), Options(), read)
    assert made.code is not None
    assert "def forward(self, a: Tensor, b: Tensor)" in made.code


def test_what_python_does_not_nest_is_said() -> None:
    made = compile_source(Source(SMALL["loops in loops"], "deep.arch"), Options(), read)
    assert made.code is None
    (one,) = made.diagnostics
    assert "Python nests no more than 20 loops and conditions" in one.message


@guarded
def test_blocks_that_hold_blocks_are_written_out_in_time() -> None:
    text = FULL["aliases"].replace("    A13\n", "    A7\n")
    with guard():
        made = compile_source(Source(text, "aliases.arch"), Options(), read)
    assert made.code is not None
    assert made.code.count("partial(") == 2**8 - 2


@guarded
def test_blocks_that_hold_too_many_blocks_are_refused_in_time() -> None:
    text = FULL["aliases"].replace("    A13\n", "    A10\n")
    with guard():
        made = compile_source(Source(text, "aliases.arch"), Options(), read)
    assert made.code is None
    assert "1,000 layers and blocks in one argument" in made.diagnostics[-1].message


@guarded
def test_mismatches_in_many_rounds_are_told_once_in_time() -> None:
    with guard():
        found = check(Source(FULL["mismatches far apart"], "far.arch"), Options(), read)
    assert [one.code for one in found.diagnostics] == ["shape-mismatch"]


@guarded
def test_rounds_are_written_out_in_time() -> None:
    with guard():
        made = compile_source(Source(OUTPUTS.format(1_200), "outputs.arch"), Options(), read)
    assert made.code is not None
    assert "self.o1199 = nn.Conv2d" in made.code


def test_rounds_that_fill_too_many_pages_are_refused() -> None:
    made = compile_source(
        Source(OUTPUTS.format(2_000).replace("o{i}: ", ""), "outputs.arch"), Options(), read
    )
    assert made.code is None
    (one,) = made.diagnostics
    assert "10,000 statements of loops that are written out" in one.message
    assert one.span.line == 3
