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
}


@pytest.mark.parametrize("what", sorted(FORMS))
def test_form_works(what: str) -> None:
    result = compile_text(FORMS[what])
    assert result.code is not None, [one.message for one in result.diagnostics]
    verify(result.code, list(result.checked.networks), {})
    hold(result)


def test_a_fallback_to_numbers_is_told() -> None:
    layers = "if f { conv 4 1 }; conv 4 1; add { identity; conv 4 1 }"
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
        assert told or member or parameters <= set(taken)


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
    verify(result.code, list(result.checked.networks), {})
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
