"""Every argument of every layer, given values that no layer expects."""

from __future__ import annotations

import pytest

from archc.layers.registry import KINDS
from tests.robustness.sound import checked

INPUTS = ("5", "5x9", "5x9x9", "5x9x9x9", "5xHxW")
ODD = (
    *("2**4095", "(-2)**4095", "10**310", "10**(-400)", "1/3", "2**63"),
    *("a", "B", "relu", "in", "in.shape", "none", "true", '"same"'),
    *("[]", "[1]", "[1, 3]", "[[0, 1], [1, 0]]", "[2**4095, 1]", "[a, 1]"),
)


def calls(keyword: str, value: str) -> list[str]:
    """Calls with a value at each argument, by name; alone, and after plain values of the others."""
    names = list(KINDS[keyword].arguments)
    found = [f"{keyword} {value}", f"{keyword} 3 {value}", f"{keyword} nosuch={value}"]
    for name in names:
        others = [
            f"{other}=1"
            for other, argument in KINDS[keyword].arguments.items()
            if argument.required and other != name
        ]
        found.append(" ".join((keyword, *others, f"{name}={value}")))
        found.append(" ".join((keyword, *others, f"{name}={value}", "stride=[1, 2]", "pad=[1]")))
    return found


def text(keyword: str, value: str, shapes: tuple[str, ...]) -> str:
    """Every call, in a network for each shape."""
    body = "\n    ".join(f"from a -> {call}" for call in calls(keyword, value))
    networks = [
        f"network N{number} {{\n    input {shape}\n    let n = 2\n    a: identity\n"
        f"    {body}\n    relu\n}}\n"
        for number, shape in enumerate(shapes)
    ]
    return "block B(p = 1) { relu }\n" + "".join(networks)


@pytest.mark.parametrize("keyword", sorted(KINDS))
def test_no_value_is_too_odd(keyword: str) -> None:
    """A fifth of the values at each layer, each on one shape, in turn; the campaign has all."""
    turn = sorted(KINDS).index(keyword)
    for number, value in enumerate(ODD[turn % 5 :: 5]):
        checked(text(keyword, value, (INPUTS[(number + turn) % len(INPUTS)],)))


@pytest.mark.campaign
@pytest.mark.parametrize("keyword", sorted(KINDS))
def test_no_value_is_too_odd_on_any_shape(keyword: str) -> None:
    for value in ODD:
        checked(text(keyword, value, INPUTS))


@pytest.mark.parametrize("size", ["2**63", "2**1100", "10**1200"])
@pytest.mark.parametrize("axes", ["[@, 8, 8]", "[3, @, 8]", "[3, h*@, 8]"])
def test_no_axis_is_longer_than_a_tensor_can_be(size: str, axes: str) -> None:
    shape = axes.replace("@", size)
    found = checked(
        f"network N(h = 8) {{\n    input {shape}\n    conv 3 1x1\n}}\n"
        f"network M {{\n    input 3xhxW\n    relu => {shape.replace('h', 'H')}\n}}\n"
    )
    assert "number-too-large" in {one.code for one in found.diagnostics if one.span.line == 2}
