"""Texts that unfold into as many layers as they may: of just under 2 kB, and of any length."""

from __future__ import annotations

from archc.graph.bounds import MOST_NODES, bounds
from tests.robustness.hostile import doubled, nest, network

LENGTH = 1_999  # characters: what is small ends here
ROOM = bounds(LENGTH).nodes - 100
SUM = ROOM // 39  # layers of one of 39 networks
HALF, THIRD = ROOM // 2, ROOM // 3


def padded(text: str, length: int = LENGTH) -> str:
    """The same with a comment at the end, so that it may have more layers."""
    return text + "#" * (length - len(text) - 1) + "\n"


def long(text: str) -> str:
    """As long as a text has to be for the most layers that any may have."""
    length = next(n for n in range(0, 10**6, 1_000) if bounds(n).nodes == MOST_NODES)
    return padded(text, length)


FULL: dict[str, str] = {
    name: padded(text)
    for name, text in {
        "convolutions": network(f"repeat {ROOM} {{ conv 3 1x1 }}"),
        "deep": network(nest("a@: { ", f"repeat {ROOM} {{ conv 3 1x1 }}", 62)),
        "deep, with layers": network(nest("a@: { relu; ", f"repeat {ROOM - 62} {{ relu }}", 62)),
        "wide sum": network(f"add {{ for i in range({ROOM}) {{ conv 3 1x1 }} }}"),
        "wide concat": network(f"concat {{ for i in range({ROOM}) {{ identity }} }}"),
        "family": "network F(n) { input 3x8x8\n repeat n { conv 3 1x1 } }\n"
        + "".join(f"network A{i} = F({SUM})\n" for i in range(39)),
        "claims": network(f"repeat {ROOM} {{ conv 3 1x1 }}\n" + "expect params == 1\n" * 45),
        "by bits": network(
            f"for i in range({ROOM}) {{ if i // 2 % 2 {{ relu }} else {{ tanh }} }}"
        ),
        "irregular": network(
            f"for i in range({ROOM}) {{ if i*i*i % 1009 % 2 {{ relu }} else {{ conv 3 1x1 }} }}"
        ),
        "widths": network(f"for i in range({ROOM}) {{ conv 1 + i*i % 1009 1x1 }}"),
        "labels": network(f"for i in range({ROOM}) {{ a{{i}}: conv 3 1x1 }}"),
        "labelled groups": network(f"for i in range({HALF}) {{ g{{i}}: {{ conv 3 1x1; relu }} }}"),
        "dense": network("for i in range(2000) { a{i}: concat { identity; conv 1 1x1 } }"),
        "all earlier": network(
            "a0: relu\n for i in range(1, 200) { a{i}: add { for j in range(i) { from a{j} } } }"
        ),
        "far skips": network(
            f"for i in range({THIRD}) {{ e{{i}}: relu }}\n"
            f" for i in range({THIRD}) {{ add {{ identity; from e{{{THIRD - 1} - i}} }} }}"
        ),
        "from one": network(f"a: relu\n for i in range({ROOM}) {{ from a; conv 3 1x1 }}"),
        "blocks": network(
            f"repeat {THIRD} {{ B }}", before="block B { add { identity; conv 3 1x1 } }"
        ),
        "blocks in blocks": network(
            f"repeat {ROOM // 21} {{ B20 }}",
            before=doubled("block B@ { relu }", "block B@ { conv 3 1x1; B@@ }", 20),
        ),
        "outputs": network(f"for i in range({ROOM}) {{ o{{i}}: output conv 3 1x1 }}"),
        "outputs without names": network(f"for i in range({ROOM}) {{ output conv 3 1x1 }}"),
        "shared": network(f"a: conv 3 1x1\n repeat {ROOM} {{ share a }}"),
        "shared twice each": network(
            doubled("s@: { conv 3 1x1 }", "s@: { share s@@; share s@@ }", 13)
        ),
        "doubling groups": network(nest("a@: repeat 2 { ", nest("b@: { ", "relu", 40), 13)),
        "nested loops": network(nest("repeat 2 { ", "relu", 14)),
        "open sizes": network(f"repeat {HALF} {{ conv 3 3x3 pad=1; relu }}", "3xHxW"),
        "open sizes that shrink": network("repeat 1000 { conv 3 3x3; relu }", "3xHxW"),
        "trained": network(f"repeat {THIRD} {{ conv 3 3x3 pad=1 -> batchnorm -> dropout 0.5 }}"),
        "mismatches": network(f"repeat {THIRD} {{ add {{ conv 3 1x1; conv 4 1x1 }}; conv 3 1x1 }}"),
        "mismatches far apart": network(
            f"a: conv 4 1x1\n repeat {THIRD} {{ add {{ conv 3 1x1; from a }}; conv 3 1x1 }}"
        ),
        "aliases": network(
            "A13",
            before="block F(X, Y) { X; Y }\n"
            + doubled("block A@ = F(relu, relu)", "block A@ = F(A@@, A@@)", 13),
        ),
        "up and down": network(f"repeat {HALF // 2} {{ upsample 2 -> maxpool 2 }}"),
        "pools of all sizes": network(
            "for i in range(3000) { adaptive_avgpool [4093 - i, 4091 - i] }", "[3, 99991, 99989]"
        ),
        "parts": network(f"repeat {ROOM // 4} {{ concat {{ {{ slice 0 1 }}; {{ slice 1 3 }} }} }}"),
        "values": network("for i in range(90000) { let a = i * i + 3 }"),
        "empty rounds": network("repeat 10**9 { }"),
        "no such values": network("for i in range(25000) { conv q 1x1 }"),
    }.items()
}
"""Nothing that is asked of them may take longer than of any other small text."""

LARGE: dict[str, str] = {
    name: long(text)
    for name, text in {
        "equal layers": network("repeat 99999 { relu }"),
        "convolutions": network("repeat 99999 { conv 3 1x1 }"),
        "beyond the layers": network("repeat 10**6 { conv 3 1x1 }"),
        "loops": network("repeat 60 { repeat 60 { repeat 27 { relu } } }"),
        "loops beyond": network("repeat 60 { repeat 60 { repeat 69 { relu } } }"),
        "empty loops": network("repeat 1400 { repeat 1400 { } }"),
        "wide sum": network("add { for i in range(40000) { conv 3 1x1 } }"),
        "family": "network F(n) { input 3x8x8\n repeat n { relu } }\n"
        + "".join(f"network A{i} = F(3800)\n" for i in range(39)),
        "claims": network("repeat 99999 { conv 3 1x1 }\n" + "expect params == 1\n" * 45),
        "by bits": network("for i in range(20000) { if i // 2 % 2 { relu } else { tanh } }"),
        "labelled groups": network("for i in range(3000) { g{i}: { conv 3 1x1; relu } }"),
        "dense": network("for i in range(700) { a{i}: concat { identity; conv 1 1x1 } }"),
        "shared twice each": network(
            doubled("s@: { conv 3 1x1 }", "s@: { share s@@; share s@@ }", 17)
        ),
        "deep and long": network(nest("a@: { ", "repeat 99999 { conv 3 1x1 }", 62)),
        "doubling groups": network(nest("a@: repeat 2 { ", nest("b@: { ", "relu", 40), 16)),
        "nested loops": network(nest("repeat 2 { ", "relu", 63)),
        "labels": network("for i in range(40000) { a{i}: conv 3 1x1 }"),
        "wide sums": network("repeat 20000 { add { identity; conv 3 1x1 } }"),
    }.items()
}
"""Up to a hundred thousand layers, or beyond: each text is long enough for them."""
