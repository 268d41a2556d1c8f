"""Dense layers at each position of a map: what is told keeps the shapes, and has their weights."""

from __future__ import annotations

from archc import load
from archc.mend import mended
from tests.each import each

MLP = (8 * 32 + 32) + (32 * 8 + 8)
"""Dosovitskiy et al. 2021, equation 3: two dense layers on the channels of each token."""

LINES = (
    "add { identity; { linear 32 -> gelu -> linear 8 } }",
    "add { identity; { linear 32; gelu; dropout 0.1; linear 8 } }",
    "add { identity; Mlp }",
    "linear 32 -> gelu -> linear 8; add { identity; from input }",
)


@each("line", LINES)
def test_the_map_is_kept(line: str) -> None:
    text = f"block Mlp {{ linear 32 -> gelu; linear 8 }}\nnetwork N {{ input 8x4x4; {line} }}\n"
    (error,) = load(text).errors
    assert error.cure is not None
    file = load(mended(error.span.source, [error.cure])[0])
    assert not file.errors
    assert (file.network.params, file.network.output) == (MLP, (8, 4, 4))


def test_a_classifier_is_flattened() -> None:
    (error,) = load("network N { input 8x4x4; linear 32 -> gelu -> linear 10 }").errors
    assert error.help == "put `flatten` before it: `flatten -> linear 32`"
