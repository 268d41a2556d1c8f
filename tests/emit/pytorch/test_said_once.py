"""Code says a thing once, and nothing that nobody reads; docstrings tell what holds."""

from __future__ import annotations

import pytest

from tests.emit.pytorch.compiled import code_of
from tests.emit.pytorch.holding import hold


def right(text: str) -> str:
    assert hold(text) is not None
    return code_of(text)


def test_a_let_that_is_asked_twice_is_one_attribute() -> None:
    code = right(
        "block B(width) {\n let same = in.channels == width\n add {\n"
        "  { conv width 3 pad=1; if same { dropout } }\n  if same { identity }\n }\n}\n"
        "network N { input 4x8x8; B 4; B 8 }\n"
    )
    assert code.count("in_channels == width") == 1
    assert "self.same = in_channels == width" in code
    assert "same2" not in code


def test_a_let_that_the_constructor_reads_too_stays_a_variable() -> None:
    code = right(
        "block B(width) {\n let same = in.channels == width\n let out = width if same else 8\n"
        " add { conv out 3 pad=1; if same { identity } else { conv out 1 } }\n}\n"
        "network N { input 4x8x8; B 4; B 6 }\n"
    )
    assert "same = in_channels == width\n        self.same = same" in code


@pytest.mark.parametrize("rest", ["", "; from n8; conv 4 1"])
def test_a_table_of_which_the_forward_pass_reads_a_column(rest: str) -> None:
    code = right(
        'network N(k = 3) { input 3x8x8; for n, w in [["a", 8], ["b", k]] { "{n}8": conv w 1 }'
        f"{rest.replace('n8', 'a8')} }}\n"
    )
    assert 'for n in ["a", "b"]:' in code
    assert "self.k" not in code


def test_a_table_that_is_an_argument_keeps_its_columns() -> None:
    code = right(
        "network F(rows, widths) {\n input 4x8x8\n for w, Act, more in rows {\n"
        "  if more { conv 8 * len(widths) 1 }\n  B 8 input\n }\n}\n"
        "block B(width, skip) { add { conv width 1; { from skip; conv width 1 } } }\n"
        "network M = F([[16, relu6, true]], [16])\n"
    )
    assert "in self.rows:" in code


def test_a_name_for_a_tensor_that_nobody_reads() -> None:
    code = right(
        "network N(n = 2) {\n input 3x8x8\n a: conv 4 1\n from input\n b: conv 4 3 pad=1\n"
        " for i in range(n) {\n  from a\n  a{i}: relu\n  from b\n  b{i}: conv 4 1\n }\n"
        " add { from a; from b }\n}\n"
    )
    forward = code.partition("def forward")[2]
    assert "x = b\n" not in forward


def test_the_sum_of_branches_is_not_called_by_one_that_may_be_missing() -> None:
    code = right(
        "block B(width) { add { if in.channels == width { skip: batchnorm }; a: conv width 1; "
        "b: conv width 3 pad=1 } }\nnetwork N { input 3x8x8; B 4; B 4 }\n"
    )
    assert "y = a + b" in code


SHAPES = {
    "network N(nz = 100) { input [nz, 1, 1]; conv 10 1 }": "(N, nz, 1, 1) -> (N, 10, 1, 1)",
    "network N(size = 32) { input [3, size, size]; conv 10 1; global_avgpool -> flatten }": (
        "(N, 3, size, size) -> (N, 10)"
    ),
    "network N(a = 9, k = 4) { input 3x8x8; conv a * k 3 stride=k }": (
        "(N, 3, 8, 8) -> (N, a * k, ..., ...)"
    ),
    "network N(classes = 9) { input 3x8x8; conv classes 1; global_avgpool -> flatten }": (
        "(N, 3, 8, 8) -> (N, classes)"
    ),
    "network N(w = 2) { input 3x8x8; conv w 1; flatten }": "(N, 3, 8, 8) -> (N, w * 8 * 8)",
    "network N(left = 1) { input a [left, 8, 8]; input b 2x8x8; from a; conv 2 1; relu }": (
        "(N, left, 8, 8), (N, 2, 8, 8) -> (N, 2, 8, 8)"
    ),
}


@pytest.mark.parametrize(("text", "shapes"), SHAPES.items())
def test_a_docstring_tells_no_number_that_an_argument_changes(text: str, shapes: str) -> None:
    assert f'"""net.arch:1. {shapes}."""' in right(text)
