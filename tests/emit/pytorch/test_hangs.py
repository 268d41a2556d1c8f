"""What a condition or a number hangs on is followed to the arguments, through whatever carries it.

An argument that the code cannot follow is no argument of the class, and a note says so; one that
stays does what the text says, for other values as well.
"""

from __future__ import annotations

import inspect

import pytest

from archc.emit.pytorch.verify import load
from tests.emit.pytorch.compiled import compile_text
from tests.emit.pytorch.holding import hold

AUX = "{ aux: output conv 4 1 }"
HEAD = "global_avgpool; flatten; linear 3"
WIDTH = "network N(width = 16) { input 3x8x8; "
LOST = {
    "a result, by the channels": f"{WIDTH}conv width 1; if in.channels != 8 {AUX}; {HEAD} }}",
    "a result, by channels that rounds change": (
        "network N(width = 2) { input 3x8x8; conv 8 1; repeat width { conv 2*in.channels 1 };"
        f" if in.channels > 20 {AUX}; {HEAD} }}"
    ),
    "a result, by channels that arms change": (
        f"{WIDTH}if width > 8 {{ conv width 1 }} else {{ conv 4 1; relu }};"
        f" if in.channels == 4 {AUX}; {HEAD} }}"
    ),
    "a result, by the channels of a sum": (
        "network N(width = 3) { input 3x8x8; concat { repeat width { conv 4 1 }; conv 8 1 };"
        f" if in.channels > 16 {AUX}; {HEAD} }}"
    ),
    "a result, by the channels of a block": (
        "block B(width) { conv width 1; relu }\n"
        f"{WIDTH}trunk: {{ conv 4 1; B width }}; if in.channels > 8 {AUX}; {HEAD} }}"
    ),
    "an arm of a block that fits no map, by its channels": (
        "block B { if in.channels == 6 { reshape 4x16 } else if in.channels > 99 { reshape 7x7 }; "
        "relu }\n"
        f"{WIDTH}conv width 1; B; {HEAD} }}"
    ),
}


@pytest.mark.parametrize("text", LOST.values(), ids=LOST)
def test_what_cannot_be_followed_is_no_argument(text: str) -> None:
    result = compile_text(text + "\n")
    assert hold(text + "\n") is not None, result.diagnostics
    assert result.code is not None
    assert list(inspect.signature(load(result.code).N).parameters) == []
    assert any("`width` of `N` is written as the value it has" in one for one in result.notes)


FOLLOWED = {
    "a layer that cannot run in place, in an arm not taken": (
        "block B(width, Act = relu) { conv width 1 -> Act -> conv in.channels 1 }\n"
        "network N(rows = [8, 16]) { input 4x8x8; "
        "if len(rows) > 1 { B 8 relu } else { B 8 gelu }; conv 3 1 }\n"
    ),
    "an arm behind others that always holds": (
        "network N(width = 8) { input 4x8x8; one: identity; conv 8 1; "
        "concat { identity; from one; from one }; "
        "if in.channels != width { } else if in.channels == 16 { softmax } }\n"
    ),
}


@pytest.mark.parametrize("text", FOLLOWED.values(), ids=FOLLOWED)
def test_what_can_be_followed_does_as_the_text_says(text: str) -> None:
    held = hold(text)
    assert held is not None, compile_text(text).diagnostics
    assert held.settings > 0


LOOPS = {
    "a shortcut in a table": (
        "network N(widths = [8, 16], n = 2) { input 3x8x8; conv 8 1; for w in widths { repeat n { "
        "add { if in.channels == w { identity } else { conv w 1 }; conv w 3 pad=1 }; relu } } }\n"
    ),
    "a layer more where it narrows": (
        "network N(n = 3) { input 3x8x8; repeat n { conv in.channels + 8 1; "
        "add { identity; { relu; conv in.channels 1 } }; if in.channels > 20 { conv 4 1 } } }\n"
    ),
    "three ways": (
        "network N(widths = [8, 16, 4]) { input 3x8x8; conv 8 1; for w in widths { "
        "if in.channels < w { conv w 1 } else if in.channels > w { conv w 3 pad=1 } "
        "else { batchnorm }; add { identity; { relu; conv in.channels 1 } } } }\n"
    ),
}


@pytest.mark.parametrize("text", LOOPS.values(), ids=LOOPS)
def test_a_condition_on_the_channels_of_a_round_keeps_the_loop(text: str) -> None:
    held = hold(text)
    assert held is not None, compile_text(text).diagnostics
    assert held.settings > 0
    code = compile_text(text).code
    assert code is not None
    assert " in block" in code


def test_what_decides_channels_alone_is_not_lost_behind_a_flatten() -> None:
    text = (
        "network N(r = 4, gate = true, deep = false) { input 3x8x8; conv 16 3 pad=1; repeat 2 { "
        "conv 16 3 pad=1; if gate { mul { identity; { global_avgpool; conv 16 // r 1; relu; "
        "conv 16 1; sigmoid } } }; maxpool (4 if deep else 2) }; flatten; linear 3 }\n"
    )
    assert hold(text) is not None
    code = compile_text(text).code
    assert code is not None
    assert list(inspect.signature(load(code).N).parameters) == ["r", "gate"]


def test_a_long_table_as_a_default_is_broken_into_rows() -> None:
    rows = ", ".join(f"[6, {24 + n}, 2, 2]" for n in range(5))
    text = (
        f"network N(rows = [{rows}]) {{ input 3x32x32; for t, c, n, s in rows {{ repeat n {{ "
        "conv t*in.channels 1; conv c 3 pad=1 stride=s } } }\n"
    )
    code = compile_text(text).code
    assert code is not None
    assert "            (6, 24, 2, 2),\n" in code
    assert max(map(len, code.splitlines())) <= 100


def test_members_whose_code_is_the_same_have_one_class() -> None:
    text = (
        "network F(n, classes = 4) { input 4x8x8; conv 8 1; repeat n { concat { identity; "
        "conv in.channels 1; if in.channels > 99 { relu6 } else if in.channels > 98 { silu } } }; "
        "conv classes 1 }\n"
        "network A = F(2)\nnetwork B = F(1)\nnetwork C = B(classes=5)\n"
    )
    assert hold(text) is not None
    code = compile_text(text).code
    assert code is not None
    assert code.count("\nclass F_") == 2


GIVEN_ITSELF = (
    "block A(width) { conv width 1 }\nblock B(width, Inner) { Inner width }\n"
    "block C(width) { B width Inner=A }\n"
    "network N(width = 8) { input 4x8x8; conv width 1; if in.channels > %d { B width Inner=C } }\n"
)


def test_a_block_that_is_given_one_which_calls_it() -> None:
    assert hold(GIVEN_ITSELF % 7) is not None


def test_such_a_call_in_an_arm_that_no_network_takes() -> None:
    assert hold(GIVEN_ITSELF % 8) is not None
