"""Forms that the classes cannot always say in the author's words: they work all the same."""

from __future__ import annotations

import inspect

import pytest

from archc.emit.pytorch.verify import load, verify
from tests.emit.pytorch.compiled import compile_text
from tests.emit.pytorch.reference import hold

FORMS = {
    "a loop in a merge": """
network N {
 input 3x8x8
 concat { for i in [2, 3] { conv i 1x1 } }
}
""",
    "a loop whose length differs by call, in a sum": """
block B(n) {
 add { identity; repeat n { conv in.channels 3x3 pad=1; } }
 relu
}
network N {
 input 3x8x8
 B 2
 B 3
}
""",
    "the same in a concatenation": """
block B(n) {
 concat { repeat n { conv 4 3x3 pad=1 -> relu } }
}
network N {
 input 3x8x8
 B 2
 B 3
}
""",
    "a labelled merge": """
network N {
 input 3x8x8
 m: concat { for i in [2, 3] { b{i}: conv i 1x1 } }
 conv 2 1x1
}
""",
    "a labelled loop in a merge": """
network N {
 input 3x8x8
 concat { m: for i in [2, 3] { conv i 1x1 } }
 conv 2 1x1
}
""",
    "a condition with two branches": """
network N(f=true) {
 input 3x8x8
 concat { identity; if f { a: conv 2 1x1; b: conv 3 1x1 } }
 conv 2 1x1
}
""",
    "a labelled repeat in a merge": """
network N {
 input 3x8x8
 concat { m: repeat 2 { conv 2 1x1; batchnorm } }
 conv 2 1x1
}
""",
    "a count that is an argument": """
network N(n=2) {
 input 3x8x8
 concat { identity; repeat n { conv 2 1x1 -> batchnorm } }
 conv 2 1x1
}
""",
    "a block with fixed arguments for several classes": """
block BN(c, Norm = batchnorm, Act = relu6) {
 conv c 3x3 pad=1 bias=false
 Norm
 Act
}
network N(Conv = BN) {
 input 3x32x32
 Conv 8
 Conv 16
}
network NG = N(Conv=BN(Act=silu))
""",
    "rows of a table, and a repeat that never runs": """
block MB(e, c, stride = 1, k = 3) {
 let mid = e * in.channels
 add {
 if stride == 1 and in.channels == c { identity }
 {
 if e != 1 { conv mid 1x1 bias=false; batchnorm; silu }
 conv mid k stride=stride pad=1 groups=mid bias=false; batchnorm; silu
 conv c 1x1 bias=false; batchnorm
 }
 }
}
network N(rows = [[1, 16, 1, 1], [6, 24, 2, 2]]) {
 input 3x32x32
 conv 32 3x3 stride=2 pad=1
 for e, c, n, s in rows { MB e c stride=s; repeat n - 1 { MB e c } }
}
""",
    "a shared group that is read from inside": """
network N {
 input l 1x8x8
 input r 1x8x8
 from l
 g: { a: conv 4 3x3; b: relu }
 from r
 share g
 concat { identity; from g.a }
}
""",
    "a layer by default that hangs on another": """
block B(w, Act = relu, Gate = Act) { conv w 1; Act; conv w 1; Gate }
network N { input 3x8x8; B 8; B 8 silu; B 8 silu sigmoid; conv 4 1 }
""",
    "a block by default that hangs on another": """
block I(w) { conv w 1 }
block J(w) { conv w 3 pad=1; relu }
block B(w, First = I, Second = First) { First w; Second w }
network N { input 3x8x8; B 8; B 8 J; conv 4 1 }
""",
    "an activation handed on to where it may not write over its input": """
block U(w, Act = relu) { conv w 1; add { identity; Act } }
block X = U(Act=silu)
block V(w, Unit = U, Act = relu) { conv w 1; Act; Unit w Act=Act; X w Act=Act }
network N { input 3x8x8; V 6; conv 4 1 }
""",
    "a stride that equals the kernel once": """
block K(w, kernel = 1) { maxpool kernel stride=1 pad=kernel//2; conv w 1 }
network N { input 3x8x8; K 4; K 4 3; K 4 5 }
""",
    "sizes and numbers for one parameter": """
block K(w, k = 1) { conv w k pad=k//2 }
block P(w, k = 2) { pad k; conv w 1 }
block S(w, s = 2) { upsample s; conv w 1 }
network N(j = 3) {
 input 3x8x8
 K 4 j; K 4 3x1; for k in [1, 3] { K 4 k }; P 4; P 4 1x2; S 4; S 4 64x40
}
""",
    "values of several loops under one label": """
network N(n = 2) {
 input 4x8x8
 for i in range(n) { l{i}: conv 4 1 }
 for i in range(n, 2*n) { l{i}: conv 6 1 }
 from l0
 last: conv in.channels 1
}
""",
    "a plain label that a computed one reads": """
network N {
 input 4x8x8
 l0: conv 4 1
 for i in range(1, 3) { l{i}: conv 4 1; add { identity; from l{i - 1} } }
}
""",
    "a table of layers": """
let table = [[4, relu, 1], [6, silu, 3], [8, prelu, 1]]
block B(w, Act = relu, k = 1) { conv w k pad=k//2; Act }
network N(rows = table) { input 3x8x8; for w, A, k in rows { B w A k }; conv 4 1 }
""",
    "a parameter called like a module of Python": """
network N(math = 3) { input 3x8x8; conv ceil(math * 1.5) 1 }
""",
    "sums of channels in a product": """
block Grow { concat { conv 8 1; identity } }
block Half { concat { conv in.channels // 2 1; identity } }
block Both { Grow; Half; conv in.channels 1 }
network N { input 4x8x8; Both; Both; conv 4 1 }
""",
    "blocks that are asked for their channels, side by side": """
block A(w) { conv w 1 }
block B(w, n = 2) { for i in range(n) { conv w + i 1 } }
network N(Unit = A) {
 input 4x8x8
 g: { concat { Unit 3; B 5; { Unit 6; B 2 } }; conv in.channels 1 }
 conv in.channels 1
}
network M = N(B)
""",
    "branches in branches in loops": """
network N(n = 1) {
 input 4x8x8
 add { identity; for a in range(n) { add { identity; for b in range(n) { add { identity;
 for c in range(n) { add { identity; for d in range(n) { conv 4 1 } } } } } } } }
}
""",
}


@pytest.mark.parametrize("what", sorted(FORMS))
def test_form_works(what: str) -> None:
    result = compile_text(FORMS[what])
    assert result.code is not None, [one.message for one in result.diagnostics]
    verify(result.code, list(result.checked.networks))
    hold(result)


def test_a_fallback_to_numbers_is_told() -> None:
    layers = "if f { maxpool 2 }; flatten; linear 4"
    result = compile_text(f"network N(f = true) {{\n input 4x8x8\n {layers}\n}}\n")
    assert len(result.notes) == 1
    assert "`f` of `N`" in result.notes[0]


@pytest.mark.parametrize("what", sorted(FORMS))
def test_a_parameter_that_is_no_argument_is_told(what: str) -> None:
    result = compile_text(FORMS[what])
    module = load(result.code or "")
    for one in result.checked.networks:
        taken = inspect.signature(getattr(module, one.name)).parameters
        parameters = {parameter.name.id.lower() for parameter in one.graph.network.parameters}
        told = any(f"`{one.name}`" in note for note in result.notes)
        member = one.graph.network.name.id != one.name  # has fixed what it was given
        assert told or member or parameters <= {word.rstrip("_") for word in taken}


def test_members_keep_what_a_caller_may_change() -> None:
    text = (
        "network F(n, flag = false, classes = 10) {\n input 3x8x8\n conv n 3x3\n"
        " if flag { batchnorm }\n global_avgpool; flatten; linear classes\n}\n"
        "network A = F(4)\nnetwork B = F(4, flag=true)\n"
    )
    result = compile_text(text)
    assert result.code is not None
    assert "def __init__(self, flag: bool = False, classes: int = 10) -> None:" in result.code
    assert "def __init__(self, flag: bool = True, classes: int = 10) -> None:" in result.code
    verify(result.code, list(result.checked.networks))
    hold(result)


def test_docstrings_say_how_sizes_round() -> None:
    def first(block: str) -> str:
        text = f"block B(s) {{\n {block}\n}}\nnetwork N(c = 7) {{\n input 3x32x32\n B 2\n"
        text += " flatten; linear c\n}\n"
        result = compile_text(text)
        assert result.code is not None
        assert "-> (N, c)" in result.code
        return next(line for line in result.code.splitlines() if "(N, in_channels" in line)

    assert "ceil(H / s)" in first("conv 4 3x3 stride=s pad=1")
    assert "H // s, W // s" in first("conv 4 2x2 stride=s")
    assert "/" not in first("upsample s").split("->")[1]
