"""No folded picture runs in a circle, whatever repeats within repeats."""

from __future__ import annotations

import random

from archc.emit.diagram import Options, draw
from tests.each import each
from tests.emit.diagram.dots import backward, checked, drawn, read

BLOCKS = """\
block R(w) { add { conv w 3x3 pad=1; identity }; relu }
block S(w) { R w; conv w 1x1; R w }
block C(w) { concat { identity; conv w 3x3 pad=1 }; conv w 1x1 }
"""
NESTED = """\
network N1 { input 16x32x32
    a: repeat 2 { R 16 }
    b: repeat 2 { R 16 }
}"""


def test_equal_groups_of_equal_blocks():
    picture = drawn(f"{BLOCKS}{NESTED}")
    assert not backward(picture)
    assert picture.text.count("\u00d7 2") == 2


def _body(chance: random.Random, depth: int) -> str:
    said = []
    for _ in range(chance.randint(1, 3)):
        kind = chance.randint(0, 8 if depth else 4)
        if kind < 3:
            said.append(f"{chance.choice('RSC')} 8")
        elif kind < 5:
            said.append(chance.choice(["conv 8 3x3 pad=1", "relu", "conv 8 1x1 -> relu"]))
        elif kind < 8:
            label = f"g{chance.randrange(10**9)}: "
            inner = _body(chance, depth - 1)
            again = (
                f"\nh{chance.randrange(10**9)}: repeat 2 {{\n{inner}\n}}"
                if chance.random() < 0.5
                else ""
            )
            said.append(f"{label}repeat {chance.randint(1, 3)} {{\n{inner}\n}}{again}")
        else:
            said.append(f"add {{\n{{\n{_body(chance, depth - 1)}\n}}\nidentity\n}}")
    return "\n".join(said)


@each("seed", range(30))
def test_nested_repeats(seed):
    text = f"{BLOCKS}network N {{\ninput 8x16x16\n{_body(random.Random(seed), 3)}\n}}"
    result = checked(text)
    assert all(
        one.code == "duplicate-label" for one in result.diagnostics if one.severity == "error"
    )
    for options in (Options(), Options(depth=2), Options(fuse=False), Options(expand=("none",))):
        picture = read(draw(result.networks[0], options))
        assert not backward(picture), text
        ends = {name for arrow in picture.arrows for name in arrow}
        assert not set(picture.boxes) - ends - {"legend"}, text
