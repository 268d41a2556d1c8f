"""`conv width 3x3 groups=in.channels` of another width: what is told is the separable pair."""

from __future__ import annotations

from archc import load
from archc.mend import mended
from tests.each import each

PAIR = (8 * 9 + 8) + (8 * 12 + 12)
"""Howard et al. 2017: a window for each of 8 channels, then 12 sums of 8; biases of both."""

BODIES = (
    "conv w 3x3 pad=1 groups=in.channels; conv w 1x1",
    "conv w 3x3 pad=1 groups=in.channels -> relu6; conv w 1x1",
    "conv(w, 3x3, pad=1, groups=in.channels)",
    "conv w 3x3 pad=1 groups=n; conv w 1x1",
    "conv w 3x3 pad=1 groups=in.channels",
)


@each("body", BODIES)
def test_the_pair_is_told(body: str) -> None:
    text = f"block B(w, n = 8) {{ {body} }}\nnetwork N {{ input 8x8x8; B 12 }}\n"
    (error,) = load(text).errors
    assert error.cure is not None
    file = load(mended(error.span.source, [error.cure])[0])
    assert not file.errors
    assert file.network.params == PAIR
    assert file.network.output == (12, 8, 8)
