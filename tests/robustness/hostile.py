"""Small texts that ask for much, or for what cannot be: each under two thousand letters.

Sizes are chosen so that each verb is done with each of them in a moment; those in `full.py` come
close to the stated limits, and run under the campaign's guard alone.
"""

from __future__ import annotations


def network(body: str, shape: str = "3x8x8", before: str = "") -> str:
    return f"{before}\nnetwork N {{\n    input {shape}\n    {body}\n}}\n"


def nest(opening: str, inner: str, depth: int) -> str:
    """A text inside so many braces; `@` in the opening is their number."""
    heads = "".join(opening.replace("@", str(number)) for number in range(depth))
    return heads + inner + " }" * depth


def tower(calls: int, opening: str, braces: int) -> str:
    """Blocks that call each other, each time inside braces."""
    lines = [f"block B0 {{ {nest(opening, 'conv 3 1x1', braces)} }}"]
    lines += [f"block B{i} {{ {nest(opening, f'B{i - 1}', braces)} }}" for i in range(1, calls)]
    return network(f"B{calls - 1}", before="\n".join(lines))


def doubled(first: str, step: str, times: int) -> str:
    """A text in which each line is two of the one before."""
    lines = [first.replace("@", "0")]
    lines += [step.replace("@@", str(i)).replace("@", str(i + 1)) for i in range(times)]
    return "\n".join(lines)


SMALL: dict[str, str] = {
    # Loops, braces and calls inside each other.
    "loops in loops": network(nest("repeat 1 { ", "relu", 60)),
    "loops that double": network(nest("repeat 2 { ", "relu", 8)),
    "labelled loops": network(nest("g@: repeat 1 { ", "relu", 60)),
    "labelled loops that double": network(nest("g@: repeat 2 { ", "relu", 8)),
    "groups in groups": network(nest("g@: { ", "conv 3 1x1; relu", 62)),
    "braces in braces": network(nest("{ ", "relu", 62)),
    "merges in merges": network(nest("add { identity; ", "conv 3 1x1", 40)),
    "labelled merges": network(nest("a@: add { identity; ", "conv 3 1x1", 40)),
    "choices in choices": network(nest("if 1 == 1 { ", "relu", 60)),
    "calls in calls": tower(30, "g: { ", 2),
    "calls beyond the limit": tower(60, "g: { ", 2),
    "calls of merges": tower(20, "add { relu; ", 2),
    "blocks that double": tower(8, "{ ", 1).replace("B0 }", "B0; B0 }").replace("B1 }", "B1; B1 }"),
    "too many braces": "{" * 65,
    "braces and nothing": "}" * 500,
    "open networks": "network N {\n" * 150,
    "open brackets": network("conv " + "(" * 250),
    "brackets of all kinds": network("conv ([{" * 60),
    # Many of a kind.
    "equal layers": network("repeat 900 { relu }"),
    "equal pairs": network("repeat 50 { conv 3 1x1 -> relu }"),
    "unequal layers": network("for i in range(300) { if i * i % 7 < 3 { relu } else { tanh } }"),
    "by bits": network("for i in range(300) { if i // 2 % 2 { relu } else { tanh } }"),
    "labels": network("for i in range(150) { a{i}: conv 3 1x1 }"),
    "labelled groups": network("for i in range(150) { g{i}: { conv 3 1x1; relu } }"),
    "wide sum": network("add { for i in range(300) { conv 3 1x1 } }"),
    "wide concat": network("concat { for i in range(300) { identity } }"),
    "dense": network("for i in range(60) { a{i}: concat { identity; conv 1 1x1 } }"),
    "all earlier": network(
        "a0: relu\n for i in range(1, 25) { a{i}: add { for j in range(i) { from a{j} } } }"
    ),
    "crossing skips": network(
        "for i in range(40) { e{i}: relu }\n"
        " for i in range(40) { add { identity; from e{39 - i} } }"
    ),
    "from one": network("a: relu\n for i in range(50) { from a; conv 3 1x1 }"),
    "blocks": network("repeat 200 { B }", before="block B { add { identity; conv 3 1x1 } }"),
    "members": "network F(n=1) { input 3x8x8\n conv n 1x1 }\n"
    + "".join(f"network A{i} = F({i + 1})\n" for i in range(30)),
    "outputs": network("for i in range(40) { o{i}: output conv 3 1x1 }"),
    "shared": network("a: conv 3 1x1\n repeat 60 { share a }"),
    "shared twice each": network(
        doubled("s@: { conv 3 1x1 }", "s@: { share s@@; share s@@ }", 6), "3x8x8"
    ),
    "claims": network("conv 3 1x1\n" + "expect params == 1\n" * 60),
    "claims in blocks": network("repeat 100 { B }", before="block B { relu\n expect params == 1 }"),
    "mismatches": network("repeat 12 { add { conv 3 1x1; conv 4 1x1 }; conv 3 1x1 }"),
    "windows too large": network("repeat 10 { conv 3 99x99 }"),
    "undefined names": network("\n".join(f"conv undefined{i} 1x1" for i in range(60))),
    "near names": network(
        "\n".join(f"name{i}: relu" for i in range(60))
        + "".join(f"\nfrom nam{i}e" for i in range(8))
    ),
    "arms": network(
        "if n == 0 { relu }" + "".join(f" else if n == {i} {{ relu }}" for i in range(40)),
        before="let n = 39",
    ),
    # Numbers.
    "a huge channel": network("conv 2**1100 1x1"),
    "a huge kernel": network("conv 3 [2**1100, 1] pad=2**1100"),
    "a huge input": network("relu", "[3, 2**1100, 8]"),
    "a large input": network("conv 10**9 1x1 -> linear 10**9 axis=1", "[10**9, 10**9, 10**9]"),
    "a huge open size": network("upsample [H * 2**4000 * 2**4000, W]", "3xHxW"),
    "a huge claim": network("conv 3 1x1\n expect params == 2**4000"),
    "a huge share": network("dropout 2**4095 -> leaky_relu 10**400 -> batchnorm eps=10**310"),
    "long digits": network("conv " + "9" * 1500 + " 1x1"),
    "open products": network(
        doubled("let a@ = H", "let a@ = a@@ * a@@", 30) + "\nupsample [a30, a30]", "3xHxW"
    ),
    "strides": network("repeat 20 { conv 3 1x1 stride=2 -> upsample 2 }"),
    "zero": network("conv 0 0x0", "0x0x0"),
    "pools of huge maps": network("maxpool 3 stride=2 ceil=true", "[3, 10**12, 10**9]"),
    "pools of all sizes": network(
        "for i in range(60) { adaptive_avgpool [4093 - i, 4091 - i] }", "[3, 99991, 99989]"
    ),
    "gaps in huge maps": network(
        "conv 3 3x3 dilation=7 stride=5 -> conv 3 1x1 stride=2", "[3, 10**12, 10**9]"
    ),
    "a product of many": network("mul { for i in range(2000) { sigmoid } }"),
    "a shape that is claimed": network(
        "conv 8 3x3 => [8, 2, 9]\n reshape 16x9\n reshape [144] => 144\n add { relu; identity }"
    ),
    # Lists and texts.
    "a list of millions": network("relu", before="let a = [1] * 100000\nlet b = [a] * 40"),
    "lists of lists": network(
        "conv a30 1x1", before=doubled("let a@ = [0, 0]", "let a@ = [a@@, a@@]", 30)
    ),
    "texts": network("relu", before=doubled('let a@ = "ab"', "let a@ = a@@ + a@@", 30)),
    "aliases": network(
        "A6",
        before="block F(X, Y) { X; Y }\n"
        + doubled("block A@ = F(relu, relu)", "block A@ = F(A@@, A@@)", 6),
    ),
    # Words where they do not belong.
    "no layer before": "network M { input 3x8x8; conv 3; identity }\n",
    "claims of things": network("relu => relu\n a: relu => a\n relu => [3, 1/2, 999.5]"),
    "values as arguments": network("a: relu; elu e=a; upsample h=a; conv a a; dropout relu"),
    "a flat input": network("conv 4 [] pad=[1]\n conv 8 [1, 3]\n maxpool [] stride=[1, 2]", "3"),
    "a group of nothing": network("d: {}\n e: repeat 0 { relu }\n f: if 1 == 2 { relu }"),
    "nothing at all": "network N { }\n",
    "only an input": "network N { input 3x8x8 }\n",
    "only a result": network("o: output relu"),
    "a block given itself": network("A(A)", before="block A(B) { B(B) }"),
    "circles": "block A { B }\nblock B { A }\nnetwork N = M\nnetwork M = N\nlet a = b\nlet b = a\n",
    "many inputs": "network N {\n"
    + "".join(f"  input i{i} 3x8x8\n" for i in range(40))
    + " relu }",
    "training only": network("a: output training relu\n b: output from a\n from a -> relu"),
    "imports of itself": 'from "self.arch" import N\n' + network("relu"),
    "no text": "",
    "no spec": "\x7fELF\x02\x01\x01\0" + "\0\xff" * 300,
    "strange signs": "@" * 1500,
    "quotes": '"' * 1500,
    "curly quotes": "\u201c" * 1500,
    "one long line": network(" -> ".join(["relu"] * 200)),
    "comments": "# allow: x\n" * 150,
}
