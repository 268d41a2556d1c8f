"""A network whose text never ends is given up in time, whatever it does in each round."""

from __future__ import annotations

import pytest

from tests.each import each
from tests.robustness.guard import guard, guarded
from tests.robustness.hostile import network
from tests.robustness.sound import checked, small_limits  # noqa: F401  # a fixture

AGAIN = "for i in range(99999) { for j in range(99999) { @ } }"
ROUNDS = {
    "nothing": "",
    "braces": "{{{{{{}}}}}}",
    "loops": "for k in range(20) { }",
    "a value": "let a = 1",
    "a long sum": "let a = 1+2*3-4+5*6-7+8*9-10+11*12-13+14*15+16*17-18*19+20*21",
    "fractions": "let a = 1/3 + 2/7 + 5/11",
    "powers": "let a = 3**2000 % 7 * 3**2000 // 12345",
    "a list": "let a = [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]",
    "long lists": "let a = [1] * 99999",
    "sums of lists": "let a = sum(range(9999))",
    "functions": "let a = sum([1,2,3,4,5,6,7]) + max([1,2,3]) + len(range(10))",
    "texts": 'let a = "abcdefghijklm" + "nopqrstuvw"',
    "an undefined value": "let a = b",
    "conditions": "if 1 == 2 { relu } else if 2 == 3 { relu } else if 3 == 4 { relu }",
    "a value from elsewhere": "from input",
    "a label": "a: from input",
    "labels": 'b{i}_{j}: from input; "layer-number-{i * 1000 + j}": from input',
    "a reference": "from a{(i + j) % 3}",
    "a shape": "from input => 3x8x8",
    "a claim": "expect 1 == 1",
    "no layer": "nosuch",
    "a claim of an undefined name": "relu -> { crop } => H",
    "a layer that cannot be": "conv q 1x1",
    "a wrong argument": "conv 3 1x1 stride=0 pad=1 dilation=1 groups=1 bias=false",
    "an output": "o: output relu",
    "a merge": "add { relu; if 1 == 2 { relu } }",
    "an empty block": "B",
}
BLOCK = "block B { }"


def text(round: str, inside: str = "@") -> str:
    loops = AGAIN.replace("@", round)
    return network("for i in range(3) { a{i}: relu }\n" + inside.replace("@", loops), before=BLOCK)


@guarded
@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("inside", ["@", "add { relu; @ }", "nosuch 3\n @"], ids=ascii)
@each("name", ROUNDS)
def test_no_round_is_free(name: str, inside: str) -> None:
    """Within bounds a hundredth as wide, in less than a fifth of the time."""
    with guard(1):
        found = checked(text(ROUNDS[name], inside))
    assert "too-large" in {one.code for one in found.diagnostics}


@guarded
@pytest.mark.campaign
@pytest.mark.parametrize("name", ROUNDS)
def test_no_round_takes_long_within_the_true_bounds(name: str) -> None:
    with guard():
        checked(text(ROUNDS[name]))
