"""A shape claim holds, or is refused: there is no third way."""

from __future__ import annotations

import pytest

from tests.each import each
from tests.robustness.sound import checked

# Behind `input 3x8x8` or `input 3xHxW`, with a tensor `a`, a block `B`, and a `let n = 3`.
TRUE = ("3x8x8", "[3, 8, 8]", "[n, 8, n + 5]", "a.shape", "[_, 8, 8]", "[a.channels, _, _]", "s")
FALSE = (
    *("relu", "B", "B(1)", "a", "in", "[3, a, 8]", "[3, B, 8]", "[3, relu, 8]", "[a, a, a]"),
    *("[3, 1/2, 999.5]", "[3, 8, 8.5]", '"3x8x8"', "true", "[3, 8, true]", "none", "[[3, 8, 8]]"),
    *("[]", "3", "3x8", "[_]", "3x8x8x1", "[3, 8, none]", "[3, 2**80, 8]", "global", "f", "g"),
)
OPEN_TRUE = ("3xHxW", "[3, H, W]", "[3, 2*H//2, W]", "a.shape", "[3, _, W + 1 - 1]", "in.shape")
OPEN_FALSE = ("3x8x8", "3xWxH", "[3, H, 8]", "[3, H + 1, W]", "[3, H // 2, W]", "[3, H*W, W]", "s")


def codes(input: str, claim: str) -> list[str]:
    found = checked(
        "let s = [3, 8, 8]\nlet f = [3, [8], 8]\nlet g = 8\nblock B(p = 1) { relu }\n"
        f"network N {{\n    input {input}\n    let n = 3\n    a: relu\n    tanh => {claim}\n}}\n"
    )
    return [one.code for one in found.diagnostics if one.severity == "error"]


@pytest.mark.parametrize("claim", TRUE)
def test_what_is_true_passes(claim: str) -> None:
    assert codes("3x8x8", claim) == []


@each("claim", FALSE)
def test_what_is_false_or_no_shape_is_an_error(claim: str) -> None:
    assert codes("3x8x8", claim)


@pytest.mark.parametrize("claim", OPEN_TRUE)
def test_what_is_true_for_every_size_passes(claim: str) -> None:
    assert codes("3xHxW", claim) == []


@pytest.mark.parametrize("claim", OPEN_FALSE)
def test_what_is_true_for_some_sizes_is_an_error(claim: str) -> None:
    assert codes("3xHxW", claim)
