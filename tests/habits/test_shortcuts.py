"""Sums with what has entered a block: the network is the one with a branch beside its shortcut."""

from __future__ import annotations

from archc import load
from archc.mend import mended
from tests.each import each

LAYERS = "conv w 3x3 pad=1 -> relu; conv w 3x3 pad=1"
BLOCK = "block B(w) {{ {} }}\nnetwork N {{ input 4x8x8; conv 4 1x1; B 4; relu }}\n"
MEANT = load(BLOCK.format(f"add {{ {{ {LAYERS} }}; identity }}")).network

FORMS = (
    *("x += identity", "x = x + identity", "out += shortcut", "out = out + residual"),
    *("x + identity", "identity + x", "+ identity", "+= skip", "x += inp", "y = skip + y"),
)


def _mended(text: str) -> str:
    (error,) = load(text).errors
    assert error.cure is not None
    return mended(error.span.source, [error.cure])[0]


@each("form", FORMS)
def test_the_value_that_entered_the_block_is_added(form: str) -> None:
    file = load(_mended(BLOCK.format(f"{LAYERS}; {form}")))
    assert not file.diagnostics
    assert (file.network.params, file.network.flops) == (MEANT.params, MEANT.flops)


@each("form", FORMS)
def test_in_braces_it_goes_around_what_stands_in_them(form: str) -> None:
    text = f"network N {{ input 4x8x8; conv 4 1x1; repeat 1 {{ {LAYERS}; {form} }}; relu }}\n"
    file = load(_mended(text.replace("w", "4").replace("net4ork", "network")))
    assert not file.diagnostics
    assert (file.network.params, file.network.flops) == (MEANT.params, MEANT.flops)


@each("form", FORMS)
def test_in_a_network_it_begins_where_the_help_says(form: str) -> None:
    lines = ("conv 4 1x1", "conv 4 3x3 pad=1 -> relu", "conv 4 3x3 pad=1", form, "relu")
    file = load(
        _mended(
            "network N {\n    input 4x8x8\n    {}\n}}\n".replace(
                "{}\n}}", "\n    ".join(lines) + "\n}"
            )
        )
    )
    assert not file.diagnostics
    assert (file.network.params, file.network.flops) == (MEANT.params, MEANT.flops)


def test_a_value_of_that_name_is_read_by_it() -> None:
    for before in ("skip: conv w 1x1; relu", "from input -> skip: conv w 1x1; relu"):
        text = BLOCK.format(f"{before}; x += skip")
        assert "from skip" in _mended(text)
