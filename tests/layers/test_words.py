"""Words of arguments are written bare, whatever else they may mean: `mode=linear`."""

from __future__ import annotations

from archc.api import load
from archc.layers.registry import KINDS
from tests.each import each

WORDS = [
    (keyword, argument.name, word)
    for keyword, kind in KINDS.items()
    for argument in kind.arguments.values()
    for word in argument.words
]
RANKS = {"linear": "3x32", "trilinear": "3x8x8x8"}


@each("keyword, argument, word", WORDS)
def test_a_bare_word_is_the_word(keyword: str, argument: str, word: str) -> None:
    call = {"upsample": "upsample 2", "pad": "pad 1", "conv": "conv 4 3x3"}.get(keyword, keyword)
    if keyword.endswith("_conv") or keyword == "conv_transpose":
        call = f"{keyword} 4 3x3"
    if keyword.endswith("pool"):
        call = f"{keyword} 2x2"
    text = f"network N {{\n    input {RANKS.get(word, '3x8x8')}\n    {call} {argument}=VALUE\n}}\n"
    bare, quoted = (load(text.replace("VALUE", value)) for value in (word, f'"{word}"'))
    assert [one.message for one in bare.errors] == []
    assert bare.network.output == quoted.network.output
    assert [one.args for one in bare.network.layers.values()] == [
        one.args for one in quoted.network.layers.values()
    ]


def test_a_word_that_is_none_is_answered_with_those_that_are() -> None:
    for word in ("cubic", "min"):
        (error,) = load(f"network N {{ input 3x8x8; upsample 2 mode={word} }}").errors
        assert error.message == (
            f"`mode` of `upsample` is nearest, linear, bilinear, bicubic or trilinear, not `{word}`"
        )
