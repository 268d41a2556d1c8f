"""Values that a merge reads by name: side by side, or one behind the other, as the author meant."""

from __future__ import annotations

import re

from archc import load
from tests.each import each

HEAD = "block B(w) {{\n{}}}\nnetwork N {{\n    input 4x8x8\n    B 2\n}}\n"
POINT, WINDOW, LATE = 4 * 2 + 2, 4 * 2 * 9 + 2, 2 * 2 * 9 + 2
"""What `conv 2 1x1` and `conv 2 3x3` hold on 4 channels, and `conv 2 3x3` on 2."""

CASES = [
    (f"    b1 {sign} conv w 1x1\n    b2 {sign} conv w 3x3 pad=1\n    {merge}\n", channels)
    for sign, merge, channels in (
        ("=", "concat(b1, b2)", 4),
        (":", "concat(b1, b2)", 4),
        ("=", "concat([b1, b2], dim=1)", 4),
        (":", "concat b1 b2", 4),
        ("=", "concat { b1; b2 }", 4),
        ("=", "concat {\n        b1\n        b2\n    }", 4),
        ("=", "y = concat(b1, b2)", 4),
        ("=", "add(b1, b2)", 2),
        (":", "b1 + b2", 2),
    )
]


def _mended(text: str, line: str) -> str:
    """The text with what a line of the help says, word by word."""
    found = re.search(r"write `(.*)` (?:for lines|in line) (\d+)(?: to (\d+))?\Z", line)
    assert found is not None, line
    lines = text.splitlines()
    lines[int(found[2]) - 1 : int(found[3] or found[2])] = [found[1]]
    return "\n".join(lines)


@each("body, channels", [(body.replace(" :", ":"), channels) for body, channels in CASES])
def test_both_readings_are_told_and_are_what_they_say(body: str, channels: int) -> None:
    text = HEAD.format(body)
    (error,) = load(text).errors
    assert error.help is not None
    side_by_side, one_behind_the_other = error.help.splitlines()
    assert side_by_side.startswith("if `b1` and `b2` read the same value: ")
    assert one_behind_the_other.startswith("if `b2` reads `b1`: ")
    for line, params in (
        (side_by_side, POINT + WINDOW),
        (one_behind_the_other, POINT + LATE),
    ):
        file = load(_mended(text, line))
        assert not file.errors
        network = file.network
        assert network.params == params
        assert network.output == (channels, 8, 8)


def test_a_reading_that_does_not_fit_is_not_told() -> None:
    """Two halvings make a quarter, which is no branch beside a half."""
    body = "    b1 = conv w 3x3 stride=2 pad=1\n    b2 = conv w 3x3 stride=2 pad=1\n"
    for stem in ("", "    stem = relu\n"):
        *_, error = load(HEAD.format(f"{stem}{body}    concat(b1, b2)\n")).errors
        assert error.help is not None
        (line,) = error.help.splitlines()
        assert line.startswith("if `b1` and `b2` read the same value: ")


def test_a_line_that_says_what_it_reads_is_not_doubted() -> None:
    body = "    b1 = conv w 1x1\n    b2 = conv w 3x3 pad=1 b1\n    concat(b1, b2)\n"
    assert all("if `" not in str(one.help) for one in load(HEAD.format(body)).errors)
