"""What random programs found that nobody had thought of, each as small as it goes."""

from __future__ import annotations

import inspect

import pytest

from archc.emit.pytorch.verify import load
from tests.emit.pytorch.compiled import code_of, compile_text
from tests.emit.pytorch.holding import hold

TEXTS = {
    "a block that nobody gives": (
        "block B(width, End = none) { conv width 1; if End { End } }\n"
        "network N(End = none) { input 4x8x8; B 8; if End != none { End } }\n"
    ),
    "nor to a block that is handed on": (
        "block B(width, End = none) { conv width 1; if End { End } }\n"
        "network Fam(Block, width) { input 4x8x8; Block width; conv 5 1 }\n"
        "network N = Fam(B(End=none), 8)\n"
    ),
    "`input` is the last one": (
        "network N { input left 4x8x8; input right 3x8x8; from input; conv 2 1 }\n"
    ),
    "a numbered loop of bare tensors": (
        "block B { y: repeat 2 { scale } }\nnetwork N { input 4x8x8; B; repeat 2 { scale } }\n"
    ),
    "a condition on what a block gives": (
        "block B { for t in [16] { conv t 1 } }\n"
        "network N(width = 8) {\n input 4x8x8\n"
        " if in.channels != width { B; concat { if in.channels > 8 { relu }; identity } }\n}\n"
    ),
    "and in a round of a loop": (
        "block B(width, k = 3) { }\nblock C(width, Inner) {\n for i in [0, 1] {\n"
        "  if in.channels > 8 { c{i}: relu -> conv width 1 } else { }\n  Inner width\n }\n}\n"
        "network N(width = 8) { input 4x8x8; C width B(k=5) }\n"
    ),
    "a block that no round calls in one network": (
        "block B(width) { conv width 1 }\nblock C(width) { conv width 3 pad=1; relu }\n"
        "network Fam(Block, widths, n = 1) {\n input 4x8x8\n"
        " for w in widths { repeat n { Block w } }\n conv 5 1\n}\n"
        "network M = Fam(B, [8], n=0)\nnetwork M1 = Fam(C, [8])\n"
    ),
    "or no arm": (
        "block B(width) { conv width 1 }\nblock C(width) { conv width 3 pad=1; relu }\n"
        "network Fam(Block, width, deep = false) {\n input 4x8x8\n"
        " if deep { Block width }\n conv 5 1\n}\n"
        "network M = Fam(B, 8)\nnetwork M1 = Fam(C, 8, deep=true)\n"
    ),
    "a list of numbers that are floats on the way": (
        "block B(widths = [8, 16]) { conv sum(widths) 1 }\n"
        "network N(width = 8, mult = 1.0) {\n input 4x8x8\n"
        " B widths=[16 * mult / 2, 8 * mult]; B widths=[4, width]\n}\n"
    ),
    "labels in a loop with a label": (
        "block B(width) { c: for i in range(2) { b{i}: { conv width 3 }; conv width 1 } }\n"
        "network N { input 4x8x8; B 8 }\n"
    ),
    "a default that hangs on another argument": (
        "block B(width, mid = width // 2) { conv (mid // 2 * 2) 3 }\n"
        "network N(classes = 4) { input 4x8x8; B 8; flatten; linear classes }\n"
    ),
    "a shared layer without weights, on other channels": (
        "network N(width = 4) {\n input 4x8x8\n a: instancenorm -> relu -> conv 2*width 3\n"
        " share a\n b: layernorm affine=false\n conv 6 1\n share a; share b; conv 2 1\n}\n"
    ),
    "an arm that would be wrong with the defaults": (
        "network N(widths = [8, 16], classes = 4) {\n input 4x8x8; conv 1 1\n"
        " if len(widths) > 1 { relu } else { tanh -> conv 16 1 groups=2 }\n conv classes 1\n}\n"
    ),
    "and a loop": (
        "network N(n = 0, classes = 4) {\n input 4x8x8\n"
        " repeat n { conv 16 1 groups=3; relu }\n conv classes 1\n}\n"
    ),
    "a block that is called and handed on, in a class for each": (
        "block B(width, widths = [8, 16]) {\n for w in widths {\n"
        "  if in.channels != width { scale -> conv 4 1 }\n }\n}\n"
        "network Fam(Block, widths) {\n input 4x8x8; B 8 [8]\n"
        " for i in range(len(widths)) { stage{i + 1}: Block widths[i] }\n conv 3 1\n}\n"
        "network M = Fam(B, [8])\n"
    ),
    "a shared layer, group or call inside a call": (
        "block Stem { c: conv 6 1 }\n"
        "block B(width, extra = true) {\n"
        " a: { conv width 3 pad=1; relu }\n n: batchnorm\n"
        " if extra { w: conv width 1 }\n s: Stem; conv width 1\n}\n"
        "network N(width = 4, classes = 3) {\n input 4x8x8; one: B width; two: B 2 extra=false\n"
        " from one; share one.a; share one.n; share one.w; share one.s.c; conv 2 1\n"
        " g: { three: B 2; conv 6 1 }\n conv 2 1; share g.three.s; conv classes 1\n}\n"
    ),
    "channels that a reshape infers, in another place by call": (
        "block B(shape) { reshape(shape=shape); conv 3 1 }\n"
        "network N {\n input 12; B [4, -1]; flatten; linear 12; B [-1, 4]; flatten; linear 12\n"
        " B [6, 2]\n}\n"
    ),
    "a table of connections that is handed on": (
        "block B(width, table) { conv width 3 connect=table; relu }\n"
        "network N { input 2x8x8; B 2 [[0], [0, 1]]; B 3 [[0, 1], [1], [0]] }\n"
    ),
    "what is run and not read": (
        "block B { let w = in.channels; add { conv w 3 }; groupnorm 2; from input }\n"
        "network N { input 4x8x8; B }\n"
    ),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_what_random_programs_found(text: str) -> None:
    assert hold(text) is not None, compile_text(text).diagnostics


FAMILY = """
network Fam(widths, n = 1, classes = 4) {
    input 4x8x8
    if n > 1 { maxpool 2 }
    conv widths[0] 1 -> flatten
    linear classes
}
network M = Fam([8])
network M0 = Fam([8], n=0)
"""


def test_a_number_that_members_decide_in_ways_no_code_says_is_an_argument_of_their_class() -> None:
    assert hold(FAMILY) is not None
    module = load(code_of(FAMILY))
    assert [*inspect.signature(module.M).parameters] == ["classes"]
    assert [*inspect.signature(module.Fam).parameters] == ["positions", "widths", "n", "classes"]
    assert "`n` of `Fam`" in " ".join(compile_text(FAMILY).notes)
