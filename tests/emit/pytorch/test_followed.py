"""The class of a block takes an argument exactly when its code follows it, for callers too.

A number that hangs on an argument in a way that no constructor says is one argument more; what is
decided once and for all takes the argument away.
"""

from __future__ import annotations

import inspect

import pytest

from archc.emit.pytorch.verify import load
from tests.emit.pytorch.compiled import compile_text
from tests.emit.pytorch.holding import hold

BLOCKS = {
    "condition": "if in.height > 5 { relu -> conv 4 1 }",
    "rounds": "repeat in.height // 3 { conv 4 1 }",
    "features": "flatten; linear 3",
    "kernel": "avgpool in.height; flatten; linear 3",
    "width": "conv (4 if in.height > 5 else 6) 1; conv 3 1",
    "last axis": "linear 3 axis=-1; linear 2 axis=-1",
    "an arm that no map fits": "if in.height > 7 { reshape 8x16 }",
}
AROUND = {
    "called": "network N { input 3x8x8; B 3 }",
    "called twice": "network N { input 3x8x8; a: B 3; from input; B 2 }",
    "through another": "block C(m) { conv 4 1; B m }\nnetwork N { input 3x8x8; C 3 }",
    "handed on": "block C(m, X) { conv 4 1; X m }\nnetwork N { input 3x8x8; C 3 B }",
    "family": "network N(m) { input 3x8x8; B m }\nnetwork P = N(3)\nnetwork Q = N(2)",
    "network's own": "network N(m = 3) { input 3x8x8; B m }",
}


@pytest.mark.parametrize(
    ("block", "around"),
    [
        *((block, "called twice") for block in BLOCKS),
        *(("features", around) for around in AROUND),
        *(("condition", around) for around in AROUND),
    ],
)
def test_what_hangs_on_the_size_of_a_map(block: str, around: str) -> None:
    lines, around = BLOCKS[block], AROUND[around]
    text = f"block B(k) {{ conv 8 k; {lines} }}\n{around}\n"
    assert hold(text) is not None, compile_text(text).diagnostics


def test_it_is_an_argument_of_all_classes_between() -> None:
    text = (
        "block A(k) { conv 8 k; flatten; linear 10 }\nblock B(m) { conv 4 1; A m }\n"
        "network N { input 3x8x8; B 3 }\n"
    )
    code = compile_text(text).code
    assert code is not None
    for name in ("A", "B"):
        assert "positions" in inspect.signature(getattr(load(code), name)).parameters
    assert "B(3, positions=6, m=3)" in code


def test_rounds_that_are_written_out_are_no_argument_of_the_class_that_has_them() -> None:
    text = (
        "block A(w) { conv w 1; if w > 4 { conv 2*w 1 } }\n"
        "block B(width, widths = [8, 16]) {\n"
        "    for w in widths { A w; if in.channels != width { add { identity; conv 2*w 1 } } }\n"
        "}\nnetwork N { input 4x8x8; B 8 [8]; B 4 [12, 8] }\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics


def test_a_class_that_a_member_hands_on_keeps_an_argument_that_it_does_not_read() -> None:
    text = (
        "block A(width, End = relu) { conv width 1 }\n"
        "block B(width) { if in.channels != width { A(width=16, End=none) } else { A 16 silu } }\n"
        "network Fam(Block, widths, n = 1) {\n"
        "    input 4x8x8\n    stem: conv 8 3 pad=1\n"
        "    for w in widths { repeat n { Block w } }\n    conv 3 1\n}\n"
        "network P = Fam(B, [8], n=0)\nnetwork Q = Fam(A(End=silu), [8], n=0)\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics


HIDDEN = "flatten; if hidden > 0 { linear hidden; relu }; linear classes"


@pytest.mark.parametrize(
    "text",
    [
        f"network N(hidden = 0, width = 4, classes = 3) {{ input 3x8x8; conv width 1; {HIDDEN} }}\n"
        "network M = N(6)\n",
        f"block B(classes, hidden = 0) {{ {HIDDEN} }}\n"
        "network N(hidden = 0, width = 4) { input 3x8x8; conv width 1; B 3 hidden }\n",
    ],
)
def test_a_row_behind_an_arm_is_said(text: str) -> None:
    assert hold(text) is not None
    result = compile_text(text)
    assert not result.notes
    assert "in_features" not in (result.code or "")


def test_a_network_and_its_member_of_another_size() -> None:
    text = (
        "network N(k = 5, size = 12) {\n input [1, size, size]\n conv 4 k; flatten; linear 3\n}\n"
        "network Small = N(3, size=8)\n"
    )
    assert hold(text) is not None


@pytest.mark.parametrize(
    "arm",
    ["if n > 0 { groupnorm n }", "if n != 0 { conv 4 // n 1; relu }", "if n > 0 { conv n 1 }"],
)
def test_an_arm_that_stands_for_no_zero_is_written(arm: str) -> None:
    text = (
        f"block B(n = 0) {{ conv 4 1; {arm}; relu }}\n"
        "network N(n = 0) { input 3x8x8; B n; conv 3 1 }\n"
    )
    held = hold(text)
    assert held is not None
    assert held.settings
    assert not compile_text(text).notes


def test_a_row_with_an_arm_that_takes_a_second_tensor_is_called_part_by_part() -> None:
    text = (
        "block Two(skip) { conv skip.channels 1; add { identity; from skip } }\n"
        "network N(n = 0) {\n    input 4x8x8\n"
        "    a: { conv 4 3 pad=1; if n > 0 { Two(input) } else { conv 4 1 } }\n    conv 3 1\n}\n"
    )
    assert hold(text) is not None
    assert not compile_text(text).notes


def test_a_condition_that_a_lost_argument_decides_is_not_asked() -> None:
    text = (
        "block Two(skip) { conv skip.channels 1; add { identity; from skip } }\n"
        "network N(n = 0) {\n    input 4x8x8\n"
        "    a: { conv 4 1; if n > 0 { Two(input) } else { maxpool 2 } }\n"
        "    flatten; linear 3\n}\n"
    )
    result = compile_text(text)
    assert result.notes
    assert result.code is not None
    assert "if " not in result.code.split("class N")[1]


REFUSED = {
    "taken if set": "if deep {\n  upsample 2 mode=how\n }",
    "the other arm": "if not deep { conv 4 1 } else {\n  upsample 2 mode=how\n }",
}


@pytest.mark.parametrize("lines", REFUSED.values(), ids=REFUSED)
def test_why_an_arm_that_nobody_takes_is_not_followed(lines: str) -> None:
    """The note has the words of the check of a network that takes it."""
    text = f'network N(how = "bilinear", deep = false) {{ input 3x16\n {lines}\n conv 4 1\n}}\n'
    taken = compile_text(text.replace("deep = false", "deep = true"))
    wrong = [one for one in taken.diagnostics if one.severity == "error"]
    assert [one.span.line for one in wrong] == [3]
    (note,) = [one for one in compile_text(text).notes if "`deep`" in one]
    assert f"line 3 would be refused: {wrong[0].message}" in note
