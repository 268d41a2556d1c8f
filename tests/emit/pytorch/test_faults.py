"""Forms of text whose meaning hangs on an argument in ways that are easy to miss.

Each is held, with its own arguments and with others, to a fresh elaboration (`fresh.py`); where the
text follows an argument to the end, the class has to take it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
import torch

from archc.check import Options
from archc.emit.pytorch.compile import Compiled, compile_source
from archc.emit.pytorch.verify import load
from archc.language.source import Source
from tests.campaigns.differential import peak, values
from tests.emit.pytorch.compiled import code_of, compile_text
from tests.emit.pytorch.holding import hold

pytestmark = pytest.mark.filterwarnings(
    "ignore:input's size at dim=1", "ignore:Using padding='same' with even kernel"
)


def right(text: str) -> str:
    """The code of a text that is sound, after it was held to the text."""
    held = hold(text)
    assert held is not None, compile_text(text).diagnostics
    return code_of(text)


def arguments(code: str, name: str) -> set[str]:
    return set(inspect.signature(getattr(load(code), name)).parameters)


# ----------------------------------------------------------- branches that are not there every time

FIRST = {
    "identity": "if in.channels == width { identity }",
    "scale": "if in.channels == width { scale }",
    "batchnorm": "if in.channels == width { batchnorm }",
    "norm and activation": "if in.channels == width { batchnorm -> relu }",
    "labelled": "if in.channels == width { skip: identity }",
    "group": "if in.channels == width { { batchnorm; scale } }",
    "named group": "if in.channels == width { skip: { batchnorm; scale } }",
    "two": "if in.channels == width { identity; batchnorm }",
    "pool": "if in.channels == width { maxpool 3x3 stride=1 pad=1 }",
    "nested": "if in.channels > 0 { if in.channels == width { identity } }",
    "else if": "if in.channels > 64 { conv width 1x1 } else if in.channels == width { identity }",
    "not else": "if in.channels != width { } else { identity }",
}


CALLS = ("B 4; B 4", "B 8; B 4; B 4", "repeat 2 { B 8 }; B 4")
MERGES = ("add", "concat")


def in_turn() -> Iterator[Any]:
    """Each branch in each merge with calls that take turns; every combination with the campaign."""
    for place, (name, first) in enumerate(FIRST.items()):
        for merge, (turn, calls) in product(MERGES, enumerate(CALLS)):
            now = (place + MERGES.index(merge)) % len(CALLS) == turn
            marks = () if now else pytest.mark.campaign
            yield pytest.param(calls, merge, first, id=f"{calls}-{merge}-{name}", marks=marks)


@pytest.mark.parametrize(("calls", "merge", "first"), list(in_turn()))
def test_a_first_branch_that_is_not_always_there(first: str, merge: str, calls: str) -> None:
    if merge == "concat" and "B 4; B 4" in calls:
        calls = calls.replace("B 4; B 4", "B 4; conv 4 1x1; B 4")
    right(
        f"block B(width) {{ {merge} {{ {first}; conv width 3x3 pad=1 }} }}\n"
        f"network N {{ input 3x8x8; {calls}; conv 5 1x1 }}\n"
    )


@pytest.mark.parametrize(
    "body", ["identity", "batchnorm", "scale", "{ conv in.channels 1x1; relu }"]
)
@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_first_branch_that_is_a_loop(body: str, n: int) -> None:
    code = right(
        f"block B(n = 1) {{ add {{ repeat n {{ {body} }}; conv in.channels 3x3 pad=1 }} }}\n"
        f"network N(n = {n}) {{ input 4x8x8; B n; conv 5 1x1 }}\n"
    )
    assert arguments(code, "N") == {"n"}


def test_a_branch_of_every_sort() -> None:
    code = right(
        "block Unit(width, wide = false, residual = true) {\n"
        " add {\n  { conv width 1x1; if wide { conv 2*width 1x1 } }\n"
        "  if residual { identity }\n }\n}\n"
        "network N { input 8x8x8; Unit 4 residual=false; Unit 2 wide=true; conv 3 1x1 }\n"
    )
    assert {"in_channels", "width"} <= arguments(code, "Unit")


REPVGG = """
block Rep(width, stride = 1) {
    add {
        if stride == 1 and in.channels == width { norm: batchnorm }
        dense: { conv width 3x3 stride=stride pad=1 bias=false; batchnorm }
        point: { conv width 1x1 stride=stride bias=false; batchnorm }
    }
    relu
}
network RepVGG(depths = [2, 3], widths = [8, 16], classes = 10) {
    input 3x32x32
    stem: Rep 8 stride=2
    for i in range(len(depths)) {
        stage{i}: {
            Rep widths[i] stride=2
            repeat depths[i] - 1 { Rep widths[i] }
        }
    }
    global_avgpool -> flatten
    fc: linear classes
}
"""


def test_repvgg() -> None:
    code = right(REPVGG)
    assert arguments(code, "RepVGG") == {"depths", "widths", "classes"}
    assert arguments(code, "Rep") == {"in_channels", "width", "stride"}


# ---------------------------------------------------------------- what is kept of entering channels


@pytest.mark.parametrize(
    "test",
    [
        "let same = in.channels == width",
        "let entered = in.channels\n let same = entered == width",
        "let same = not (in.channels != width)",
        "let same = in.channels == width and width > 2",
        "let same = true if in.channels == width else false",
        "let ratio = in.channels // width\n let same = ratio == 1 and in.channels == width",
        "let same = [in.channels, 3][0] == width",
        "let same = min(in.channels, width) == max(in.channels, width)",
    ],
)
@pytest.mark.parametrize("calls", ["C 8; C 8", "C 8", "for w in rows { C w }"])
def test_a_value_that_hangs_on_entering_channels(test: str, calls: str) -> None:
    code = right(
        f"block C(width) {{\n {test}\n add {{ conv width 3x3 pad=1; if same {{ identity }} }}\n}}\n"
        f"network N(rows = [8, 8]) {{\n input 8x8x8; {calls}\n for w in rows {{ C w }}\n"
        " conv 3 1x1\n}\n"
    )
    assert arguments(code, "C") == {"in_channels", "width"}
    assert arguments(code, "N") == {"rows"}


def test_a_kept_width_is_that_of_its_place() -> None:
    right(
        "block S(reduced = 4) {\n let width = in.channels\n conv 2*width 1x1\n"
        " mul { identity; { global_avgpool -> conv reduced 1x1 -> relu -> conv 2*width 1x1 } }\n}\n"
        "network N(width = 8) { input 3x8x8; conv width 3x3; S; S; conv width 1x1 }\n"
    )


# ------------------------------------------------------------------ conditions and loops of a block


@pytest.mark.parametrize("calls", ["B 4", "B 8", "B 4; B 8"])
@pytest.mark.parametrize(
    "body",
    [
        "add { identity; conv width 3 pad=1 }; if width > 4 { relu }",
        "conv width 3 pad=1; if width > 4 { batchnorm; relu }",
        "if width > 4 { add { identity; conv width 1 } } else { conv width 3 pad=1 }",
        "if width > 4 { conv 2*width 1 }; conv width 1",
        "if width > 4 { relu }; concat { identity; conv width 1 }; conv width 1",
        "if in.channels > 4 { conv width 1 } else { conv width 3 pad=1; gelu }",
        "a{i}: conv width 1; if i > 0 and width > 4 { relu }",
        "if i == 0 { conv width 1 } else { b{i}: conv width 3 pad=1; if width > 4 { relu } }",
        "if width > 4 { c{i}: conv width 1 }",
    ],
)
def test_a_condition_in_a_loop_is_asked_every_time(body: str, calls: str) -> None:
    loop = "for i in range(2)" if "i}" in body or "i ==" in body else "repeat 2"
    code = right(
        f"block B(width) {{ conv width 1; {loop} {{ {body} }} }}\n"
        f"network N {{ input 3x8x8; {calls}; conv 3 1x1 }}\n"
    )
    assert arguments(code, "B") >= {"in_channels"}


@pytest.mark.parametrize("n", [0, 1, 2])
@pytest.mark.parametrize("last", ["false", "true"])
def test_what_stands_behind_a_loop_that_may_not_run(n: int, last: str) -> None:
    code = right(
        "block B(width, n = 1, last = false) {\n repeat n { conv width 3 pad=1; relu }\n"
        " if last { conv 2*width 1 }\n batchnorm\n}\n"
        f"network N(n = {n}, last = {last}) {{ input 4x8x8; B 8 n last; conv 3 1x1 }}\n"
    )
    assert arguments(code, "N") == {"n", "last"}


# ------------------------------------------------------------- widths that hang on sizes of the map

FLAT = {
    "stride": "conv 8 3 pad=1 stride=(2 if depth > 50 else 1); maxpool 2",
    "pad": "conv 8 3 pad=(1 if depth > 50 else 0); maxpool 2",
    "kernel": "conv 8 (5 if depth > 50 else 3); maxpool 2",
    "condition": "conv 8 3 pad=1; if depth > 50 { maxpool 2 }; maxpool 2",
    "loop": "conv 8 3 pad=1; repeat depth // 10 { maxpool 2 }",
    "arithmetic": "conv 8 3 pad=1; maxpool 2 stride=(1 + depth // 51)",
    "let": "let s = 2 if depth > 50 else 1\n conv 8 3 pad=1 stride=s; maxpool 2",
    "block": "D depth; maxpool 2",
    "table": "for s in [[1, 2], [2, 2]][min(depth // 51, 1)] { maxpool 2 stride=s }",
    "pool size": "conv 8 3; adaptive_avgpool (2 if depth > 50 else 3)",
    "width": "conv depth 3 pad=1; maxpool 2",
    "concat": "conv 8 3; concat { identity; if depth > 50 { conv 4 1 } }; maxpool 2",
}


@pytest.mark.parametrize("lines", FLAT.values(), ids=FLAT)
def test_the_width_behind_a_flatten(lines: str) -> None:
    code = right(
        "block D(depth) { conv 8 3 pad=1 stride=(2 if depth > 50 else 1) }\n"
        "network N(depth = 10, classes = 10, width = 6) {\n input 3x32x32\n conv width 3 pad=1\n"
        f" {lines}\n flatten\n linear classes\n}}\n"
    )
    assert {"classes", "width"} <= arguments(code, "N")


def test_the_width_behind_a_flatten_follows_channels() -> None:
    code = right(
        "network N(width = 8, classes = 10, kernel = 3) {\n input 3x32x32\n"
        " conv width kernel pad=kernel//2; maxpool 2; flatten; linear 2*width; linear classes\n}\n"
    )
    assert {"width", "classes"} <= arguments(code, "N")


# --------------------------------------------------------------------------------------- open sizes


@pytest.mark.parametrize(
    "lines",
    [
        "conv 4 3x3 stride=2 pad=1; upsample [H, W] mode=bilinear",
        "conv 4 3x3 stride=2 pad=1; upsample [H, W]",
        "conv 4 3x3 pad=1; crop [H // 4, W // 4]",
        "conv 4 3x3 pad=1; crop [H - 4, W // 2 + 1]",
        "a: conv 4 3x3 pad=1; conv 4 3x3 stride=2 pad=1; upsample [a.height, a.width]",
        "a: conv 4 3x3 pad=1; maxpool 2; upsample like=a; concat { identity; from a }",
        "a: conv 4 3x3 stride=2 pad=1; conv 4 3x3 stride=2 pad=1; "
        "upsample [2*a.height, 2*a.width]; conv 3 1x1",
        "let h = H // 2\n conv 4 3x3 pad=1; crop [h, h] -> relu",
        "conv 4 3x3 stride=2 pad=1; crop [in.height // 2, in.width // 2]",
        "conv classes 1x1; upsample [H, W] mode=bilinear align_corners=true",
        "U; U; upsample [H, W]",
        "conv 4 1x1; adaptive_avgpool 2; flatten; linear classes",
        "conv 4 3x3 pad=1; reshape [4, H*W]; conv 3 1",
    ],
)
def test_sizes_that_are_open(lines: str) -> None:
    right(
        "block U { let n = in.height\n conv 4 3x3 pad=1; maxpool 2; upsample [n, in.width * 2] }\n"
        f"network N(classes = 5) {{\n input 3xHxW\n {lines}\n}}\n"
    )


def test_an_open_length() -> None:
    right(
        'network N { input 2xL; conv 4 3 stride=2 pad=1; upsample [L] mode="linear"; crop [L // 2]}'
    )


@pytest.mark.parametrize("size", ["3x64x48", "3x32x32"])
def test_an_input_binds_open_sizes(size: str) -> None:
    text = "network N { input 3xHxW; conv 4 3x3 stride=2 pad=1; upsample [H, W]; crop [H // 4, W] }"
    result = compile_source(Source(text, "net.arch"), Options(input=size), _nothing)
    assert result.code is not None
    _, height, width = map(int, size.split("x"))
    model = load(result.code).N()
    assert model(torch.rand(2, 3, height, width)).shape == (2, 4, height // 4, width)


def _nothing(path: str, importer: Source) -> Source:
    raise OSError(path)


# ------------------------------------------------------------------ blocks that are given to blocks

NESTED = {
    "dead arm": (
        "block A(width) { conv width 1 }\nblock P(width, skip, Inner, n = 1) { Inner 16 }\n"
        "block Q = P(width=8)\nblock B(width) { P 8 input Inner=A }\n"
        "network N { input 4x8x8; if in.channels > 99 { B 8; Q(input, B) }; conv 3 1 }\n"
    ),
    "live arm": (
        "block A(width) { conv width 1 }\nblock P(width, skip, Inner, n = 1) { Inner 16 }\n"
        "block Q = P(width=8)\nblock B(width) { P 8 input Inner=A }\n"
        "network N { input 4x8x8; B 8; Q(input, B); conv 3 1 }\n"
    ),
    "partial of partial": (
        "block A(width, k = 1, Act = relu) { conv width k pad=k//2; Act }\nblock A3 = A(k=3)\n"
        "block A3s = A3(Act=silu)\nblock P(Inner, n = 1) { repeat n { Inner 8 } }\n"
        "network N(n = 2) { input 4x8x8; P A3s n; P A3; P Inner=A(Act=gelu); conv 3 1 }\n"
    ),
    "partial through two": (
        "block A(width, k = 1) { conv width k pad=k//2 }\n"
        "block P(width, Inner) { Inner width; relu }\nblock R(width, Outer) { Outer width }\n"
        "network N(width = 8) { input 4x8x8; R width Outer=P(Inner=A(k=3)); R 8 P(Inner=A) }\n"
    ),
    "layer as block": (
        "block P(Inner) { Inner; conv 8 1 }\nblock S(Act = relu) { P Act; P Inner=batchnorm }\n"
        "network N { input 4x8x8; S; S silu; S Act=leaky_relu(0.2) }\n"
    ),
    "default that is a block": (
        "block A(width) { conv width 1 }\nblock C(width) { conv width 3 pad=1; relu }\n"
        "block P(width, Inner = A) { Inner width; Inner in.channels }\n"
        "network N(width = 8) { input 4x8x8; P width; P width C; P 4 Inner=C }\n"
    ),
    "choice": (
        "block A(width) { conv width 1 }\nblock C(width) { conv width 3 pad=1; relu }\n"
        "block P(width, deep = false) { let Inner = C if deep else A\n Inner width }\n"
        "network N(deep = true) { input 4x8x8; P 8; P 8 deep }\n"
    ),
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_blocks_in_blocks(text: str) -> None:
    right(text)


# ----------------------------------------------------------------------- one meaning, several words


def size(code: str) -> tuple[int, int]:
    """Lines and classes."""
    return len(code.splitlines()), code.count("\nclass ")


MBCONV = """
block Conv(width, k = 1, stride = 1, groups = 1, Act = silu) {{
    conv width k stride=stride pad=k//2 groups=groups bias=false
    batchnorm
    if {test} {{ Act }}
}}
block MBConv(width, expand = 4, k = 3, stride = 1) {{
    let entered = in.channels
    add {{
        {{
            Conv entered*expand
            Conv entered*expand k stride groups=entered*expand
            Conv width Act=none
        }}
        if stride == 1 and entered == width {{ identity }}
    }}
}}
network Small(rows = [[16, 1, 3, 1, 1], [24, 4, 3, 2, 2], [40, 4, 5, 2, 2]], classes = 10) {{
    input 3x16x16
    stem: Conv 8 3 2
    for width, expand, k, stride, n in rows {{
        MBConv width expand k stride
        repeat n - 1 {{ MBConv width expand k }}
    }}
    global_avgpool -> flatten
    fc: linear classes
}}
"""


def test_a_layer_that_may_be_none_is_asked_for_in_two_ways() -> None:
    short, long = (right(MBCONV.format(test=test)) for test in ("Act", "Act != none"))
    assert size(short) == size(long)
    assert size(short)[1] <= 4
    assert arguments(short, "Small") == {"rows", "classes"}


@pytest.mark.parametrize(
    "rows",
    [
        "[[8, relu], [16, relu]]",
        "[[8, relu], [16, silu]]",
        "[[8, relu], [16, leaky_relu(0.2)], [8, relu6]]",
        "[[8, A], [16, B]]",
        "[[8, none], [16, relu]]",
    ],
)
def test_tables_of_layers_keep_the_arguments(rows: str) -> None:
    call = "A w Act" if "A]" not in rows else "Act w"
    code = right(
        "block A(w, Act = relu) { conv w 3x3 pad=1; if Act != none { Act } }\n"
        "block B(w) { conv w 1x1 }\n"
        f"network N(classes = 4) {{\n input 3x8x8\n for w, Act in {rows} {{ {call} }}\n"
        " global_avgpool -> flatten\n linear classes\n}\n"
    )
    assert "classes" in arguments(code, "N")


@pytest.mark.parametrize("flags", [("true", "false"), ("false", "true"), ("true", "true")])
def test_rows_of_members_with_flags_keep_the_family(flags: tuple[str, str]) -> None:
    one, two = flags
    code = right(
        "block B(w, se = false) {\n let c = w\n conv w 3x3 pad=1\n"
        " if se { mul { identity; { global_avgpool -> conv 4 1 -> conv c 1 -> sigmoid } } }\n}\n"
        "network Fam(rows, classes = 4) {\n input 3x8x8\n for w, se in rows { B w se }\n"
        " global_avgpool -> flatten\n linear classes\n}\n"
        f"network M = Fam([[8, {one}], [16, {two}]])\nnetwork L = Fam([[8, {two}], [16, {one}]])\n"
    )
    assert arguments(code, "M") == arguments(code, "L") == {"classes"}
    assert arguments(code, "Fam") == {"rows", "classes"}


OUTPUTS = """
block Head(classes) {{ global_avgpool -> flatten -> fc: linear classes }}
network N(aux = {aux}, classes = 10) {{
    input 3x16x16
    conv 8 3 pad=1 -> relu
    {line}
    conv 8 3 stride=2 pad=1 -> relu
    Head classes
}}
"""


@pytest.mark.parametrize("aux", ["true", "false"])
@pytest.mark.parametrize(
    "line",
    [
        "if aux { aux: output training Head classes }",
        "if aux { output training Head classes }",
        "if aux { map: output identity }",
        "if aux { aux: output training Head classes; map: output conv 4 1x1 }",
        "if aux { aux: output training Head classes } else { conv 8 1x1 }",
    ],
)
def test_outputs_behind_a_condition(aux: str, line: str) -> None:
    right(OUTPUTS.format(aux=aux, line=line))


@pytest.mark.parametrize("value", ["true", "false"])
def test_outputs_behind_a_condition_that_is_set(value: str) -> None:
    text = OUTPUTS.format(aux="true", line="if aux { aux: output training Head classes }")
    options = Options(settings=(("aux", value),))
    result: Compiled = compile_source(Source(text, "net.arch"), options, _nothing)
    assert result.code is not None, result.diagnostics
    model = load(result.code).N()
    assert ("aux.fc.weight" in model.state_dict()) == (value == "true")


@pytest.mark.parametrize("value", ["0.5", "0.25", "1.0", "2", "1e-3"])
def test_numbers_of_a_family_that_are_not_whole(value: str) -> None:
    """They are arguments of members as whole ones are."""
    code = right(
        "network F(width, rate = 0.2, eps = 1e-5, classes = 4) {\n input 3x8x8\n"
        " conv floor(8 * width) 3x3\n batchnorm eps=eps\n dropout min(rate, 1)\n"
        " global_avgpool -> flatten\n linear classes\n}\n"
        f"network M = F(1.5, rate={value})\nnetwork L = F({value if value != '1e-3' else '1'})\n"
    )
    assert arguments(code, "M") == arguments(code, "L") == {"rate", "eps", "classes"}


# ----------------------------------------------------------------------- numbers that are not whole

WIDE = {
    "width": "network N(width = 1.0) { input 3x8x8; conv 32*width 3x3; conv 8 1 }",
    "half": "network N(width = 0.5) { input 3x8x8; conv 32*width 3x3; conv 64*width 1 }",
    "int": "network N(width = 1) { input 3x8x8; conv 32*width 3x3; conv 8*width 1 }",
    "divisible": (
        "network N(width = 1.0) { input 3x8x8; conv divisible(32*width, 8) 3x3; "
        "conv divisible(20 * width, 8) 1 }"
    ),
    "kernel": "network N(k = 3.0) { input 3x8x8; conv 4 k; conv 4 [k, 1.0] pad=[1.0, 0] }",
    "repeat": "network N(n = 2.0) { input 3x8x8; repeat n { conv 4 1 }; repeat n { B 8 } }",
    "range": "network N(n = 2.0) { input 3x8x8; for i in range(n) { c{i}: conv 4 + i 1 } }",
    "thousands": "network N(w = 0.016K) { input 3x8x8; conv w 1; conv w / 2 1 }",
    "table": (
        "network N(width = 1.0) { input 3x8x8; for w in [16, 24] { conv w * width 1; relu } }"
    ),
    "block": "network N(width = 1.0) { input 3x8x8; B 8*width; B 16 * width; conv 4 * width 1 }",
    "alpha": "network N(alpha = 1.0, rho = 1.0) { input 3x8x8; M 32 alpha rho; M 64 alpha rho }",
    "division": "network N(w = 16) { input 3x8x8; conv w / 2 1; conv w / 4 * 2 1 }",
    "third": "network N(w = 12) { input 3x8x8; conv w * (1/3) 1; conv 2 * w / 3 1 }",
    "power": "network N(w = 2.0) { input 3x8x8; conv 2**w 1; conv w**3 1 }",
    "round": "network N(w = 1.25) { input 3x8x8; conv round(10*w) 1; conv ceil(4*w) 1 }",
    "condition": "network N(w = 1.0) { input 3x8x8; if w == 1 { conv 4*w 1 } else { conv 8 1 } }",
    "slice": "network N(w = 2.0) { input 8x8x8; slice 0 w; slice 0 w / 2 }",
    "groups": "network N(g = 2.0) { input 8x8x8; conv 8 1 groups=g; groupnorm g }",
}


@pytest.mark.parametrize("text", WIDE.values(), ids=WIDE)
def test_numbers_that_are_whole_in_the_end(text: str) -> None:
    blocks = (
        "block B(width) { conv width 3 pad=1; relu }\n"
        "block M(width, alpha = 1.0, rho = 0.5) {\n"
        " let w = width * alpha\n conv w 1; batchnorm; conv floor(w * rho) 1\n}\n"
    )
    code = right(blocks + text)
    assert arguments(code, "N"), "the argument of the network is followed by its text"


HANDED = {
    "to a block": "block B(w, r) { conv round(w * r) 1 }\nnetwork N(r = 1.0) { B 8 r; B 6 r }",
    "as a count": "block B(w, r) { conv w * r 1 }\nnetwork N(r = 1.0) { B 8 r; B 6 r }",
    "through two": (
        "block A(w, q) { conv floor(w * q) 1 }\nblock B(r) { A 8 r; let s = 2 * r; A 4 s }\n"
        "network N(r = 1.0) { B r }"
    ),
    "halved": "block B(r) { conv round(9 * r) 1 }\nnetwork N(r = 2) { B r / 2 }",
    "from a loop": (
        "block B(r) { conv ceil(9 * r) 1 }\nnetwork N(r = [1.0, 2.0]) { for s in r { B s } }"
    ),
    "with a block": (
        "block B(w, r) { conv round(w * r) 1 }\nblock P(Inner) { Inner 8 }\n"
        "network N(r = 1.0) { P B(r=r); B 4 r }"
    ),
    "in an arm": (
        "block A(r) { conv round(9 * r) 1 }\nblock B(r, deep = false) { if deep { A r }; relu }\n"
        "network N(r = 1.0, deep = false) { B r deep }"
    ),
}


@pytest.mark.parametrize("text", HANDED.values(), ids=HANDED)
def test_a_float_that_is_whole_is_handed_on_as_a_float(text: str) -> None:
    code = right(_with_input(text))
    assert "r" in arguments(code, "N")


def _with_input(text: str) -> str:
    """The text with an input in its network."""
    head, network, body = text.rpartition("network N")
    return head + network + body.replace(") { ", ") { input 3x8x8; ", 1)


COUNTS = {
    "a layer's": "block B(w) { concat { identity; { conv w 1; relu } } }",
    "through another": "block A(w) { conv w 1 }\nblock B(w) { relu; A w }",
}


@pytest.mark.parametrize("blocks", COUNTS.values(), ids=COUNTS)
def test_what_always_is_a_count_is_rounded_by_its_caller(blocks: str) -> None:
    code = right(f"{blocks}\nnetwork N(r = 1.0) {{ input 3x8x8; B 8 * r; B 4 * r }}\n")
    assert "w: int" in code
    assert "float" not in code.partition("class N")[0]


def test_a_table_of_the_file_with_numbers_that_are_not_whole() -> None:
    code = right(
        "let table = [[16, 0.5], [24, 1.0]]\n"
        "network N { input 3x8x8; for w, r in table { conv w * r 1; conv w 1 } }\n"
    )
    assert "round(w * r)" in code
    assert "round(w)" not in code


FORMS = {
    "pads": "block B(e) { pad e -> conv 4 3 }\nnetwork N { input 3x9x9; B [[0, 1], [1, 0]]; B 1 }",
    "pads of axes": (
        "block B(e) { pad e }\nnetwork N { input 3x9x9; B [1, 0]; B 2; B [[0, 1], [1, 1]] }"
    ),
    "of a convolution": (
        "block B(p, k = 3) { conv 4 k pad=p }\n"
        "network N { input 3x9x9; B 1; B [0, 1]; B [[0, 1], [1, 0]]; B same; B 0 1 }"
    ),
    "public": (
        "block B(e) { pad e }\nnetwork N(e = [[0, 1], [1, 0]]) { input 3x9x9; B e; B 1; B [0, 1] }"
    ),
    "through another": (
        "block A(e) { pad e -> relu }\nblock B(e) { A e; A 1 }\n"
        "network N { input 3x9x9; B [[0, 1], [1, 0]]; B [1, 0] }"
    ),
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_one_argument_in_several_forms(text: str) -> None:
    right(text)


@pytest.mark.parametrize("layer", ["scale", "shift"])
def test_what_a_bare_parameter_starts_from_is_followed(layer: str) -> None:
    code = right(
        f"block B(init) {{ add {{ identity; {{ conv in.channels 1; gamma: {layer} init }} }} }}\n"
        "network N(start = 1e-6) { input 3x8x8; B start; B 1 }\n"
    )
    assert arguments(code, "N") == {"start"}
    assert load(code).N(start=0.25).state_dict()["0.gamma"].unique().item() == 0.25


@pytest.mark.parametrize("nz", ["100", "100x1x1"])
def test_an_input_that_is_an_argument(nz: str) -> None:
    layer = "linear 10" if nz == "100" else "conv 10 1"
    code = right(f"network G(nz = {nz}) {{ input nz; {layer} }}")
    assert load(code).G() is not None


def test_an_input_that_is_a_list() -> None:
    right("network G(nz = 100, size = 4) { input [nz, size, size]; conv 10 1; conv nz 1 }")


def test_what_is_decided_is_not_written() -> None:
    code = right(
        "block B(width, groups = 8) { conv width 1 stride=(1 if groups == 8 else 2); relu }\n"
        "network N { input 8x8x8; conv 8 3 stride=(1 if 8 == 8 else 2); B 8 }\n"
    )
    assert "8 == 8" not in code


@pytest.mark.parametrize(
    "edges", ["[[0, 1], [0, 1]]", "[[1, 1], [1, 1]]", "1", "[1, 2]", "[[0, 1], [2, 0]]", "2x1"]
)
@pytest.mark.parametrize("layer", ["pad edges -> conv 4 3x3 stride=2", "conv 4 3x3 pad=edges"])
def test_paddings_that_are_arguments(edges: str, layer: str) -> None:
    right(f"block P(edges) {{ {layer} }}\nnetwork N {{ input 3x8x8; P {edges}; conv 2 1 }}\n")


@pytest.mark.parametrize("deep", ["true", "false"])
@pytest.mark.parametrize("single", ["true", "false"])
@pytest.mark.parametrize(
    "second", ["if single { b2: conv 8 1 }", "if single and not deep { b2: conv 8 1 }"]
)
def test_a_label_of_a_loop_and_the_same_one_alone(deep: str, single: str, second: str) -> None:
    text = (
        f"network N(deep = {deep}, single = {single}) {{\n input 8x8x8\n"
        f" if deep {{ for i in range(2, 4) {{ b{{i}}: conv 8 3 pad=1 }} }}\n {second}\n}}\n"
    )
    held = hold(text)
    both = deep == single == "true" and "not deep" not in second
    assert (held is None) == both  # the label would be given twice


GIVEN_ITSELF = {
    "itself": (
        "block Down(k, X) { conv k 1x1; if k > 1 { X k-1 X } }\n"
        "network N(k = 3) { input 3x8x8; Down k Down }\n"
    ),
    "itself, which it calls amid its layers": (
        "block Hour(depth, w, X) { add {\n conv w 3 pad=1 -> relu\n"
        " { maxpool 2; if depth > 1 { X depth-1 w X } else { conv w 3 pad=1 }; upsample scale=2 }\n"
        "} }\nnetwork N(depth = 3) { input 8x32x32; Hour depth 8 Hour }\n"
    ),
    "a block that calls it with another": (
        "block Leaf(width, extra = false) { conv width 1; if extra { relu } }\n"
        "block Twice(width, Inner) { Inner 16; Inner width }\n"
        "block Outer(width) {\n if in.channels != width { conv width 1 } else {\n"
        "  Twice width=8 Inner=Leaf; Twice width (Leaf(extra=(width > 8)))\n }\n conv 16 1\n}\n"
        "network F(Block, n = 1) {\n"
        " input 4x8x8; conv 8 3 pad=1; Twice 8 Block; repeat n { Block 16 }; Twice 8 Leaf\n}\n"
        "network M0 = F(Outer)\nnetwork M1 = F(Leaf)\n"
    ),
}


@pytest.mark.parametrize("given", GIVEN_ITSELF)
def test_a_block_that_is_given_itself_is_one_class(given: str) -> None:
    code = right(GIVEN_ITSELF[given])
    for name in re.findall(r"block (\w+)", GIVEN_ITSELF[given]):
        assert len(re.findall(rf"^class {name}\w*\(", code, re.MULTILINE)) == 1


def test_a_block_that_asks_for_sizes_and_is_called_by_what_it_is_given() -> None:
    code = right(
        "block Leaf(width) { conv width 1 }\n"
        "block Twice(width, Inner) { Inner width; if in.height > 4 { maxpool 2 }; Inner 8 }\n"
        "block Outer(width) {\n"
        " if in.channels != width { conv width 1 } else { Twice width Leaf }\n conv 16 1\n}\n"
        "network N { input 4x8x8; conv 16 3 pad=1; Twice 16 Outer }\n"
    )
    assert re.findall(r"class (Twice\w*)", code) == ["TwiceBlock", "Twice"]


def test_a_block_that_is_given_itself_and_counts_positions_is_told_to_be() -> None:
    result = compile_text(
        "block Down(k, X) {\n"
        " conv k 1x1; if k > 1 { maxpool 2; X k-1 X } else { flatten; linear 3 }\n}\n"
        "network N { input 3x8x8; Down 3 Down }\n"
    )
    (message,) = [one.message for one in result.diagnostics]
    assert message.endswith("cannot be written: `Down` is given itself and runs inside it")


@pytest.mark.parametrize(
    ("given", "said"),
    {
        "0.2": "self.conv(x) * 0.2",
        "shift=3": "self.conv(x) + 3",
        "2 shift=s": "self.conv(x) * 2 + self.s",
        "1 0": "self.conv(x) * 1",
        "0.5 2": "self.conv(x) * 0.5 + 2",
    }.items(),
)
def test_a_factor_of_one_and_a_shift_of_nothing_are_not_written(given: str, said: str) -> None:
    text = (
        "network N(s = 0.0) {\n input 4x8x8\n"
        f" add {{ identity; {{ conv: conv 4 1 -> rescale {given} }} }}\n}}\n"
    )
    assert f"y = {said}\n" in right(text)
    result = compile_text(text)
    assert values(text, result) == 1
    if given != "0.5 2":  # of two steps the first takes memory, which the figure counts
        assert peak(text, result) == 1


@pytest.mark.parametrize("word", ["tanh", "none"])
def test_a_word_that_means_something_else_elsewhere(word: str) -> None:
    code = right(f"network N {{ input 4x8x8; conv 4 1 -> gelu approximate={word} }}\n")
    assert ("nn.GELU()" in code) == (word == "none")


@pytest.mark.parametrize("layer", ["scale flat=true", "rescale 2 1"])
def test_axes_are_moved_behind_the_whole_product(layer: str) -> None:
    right(f"network N {{ input 4x8x8; conv 4 1; {layer}; permute [1, 2, 0]; linear 2 axis=-1 }}\n")


PYRAMIDS = {
    "of a list": (
        "(bins = [1, 2, 4], w = 4) { input 3x16x16; conv w 1; "
        "concat { for b in bins { { adaptive_maxpool b; flatten } } }; linear 3 }"
    ),
    "with the map": (
        "(bins = [1, 3], k = 2) { input 3x12x12; concat { { avgpool 4; flatten }; "
        "for b in bins { { adaptive_avgpool b * k; flatten } } }; linear 3 }"
    ),
    "alone": "(k = 3) { input 3x12x12; conv 4 1; adaptive_avgpool k; flatten; linear 3 }",
    "axes": "(k = 3) { input 3x12x12; adaptive_avgpool [k, 2]; flatten; linear 3 }",
}


@pytest.mark.parametrize("text", PYRAMIDS.values(), ids=PYRAMIDS)
def test_a_size_that_the_text_tells_is_followed_behind_a_flatten(text: str) -> None:
    code = right(f"network N{text}")
    assert {"bins", "k"} & arguments(code, "N")
    assert "range" not in code.partition("class N")[2]


def test_branches_of_rows_that_no_loop_says() -> None:
    right(
        "network N { input 3x16x16\n"
        " concat { for i in range(2) { { maxpool 2**i; flatten } } }\n linear 10 }"
    )


MIXED = {
    "moved": ("reshape [dim, -1]; permute [1, 0]; relu; permute [1, 0]; conv 5 1", {"dim"}),
    "with another": ("reshape [dim, 2, -1]; permute [2, 0, 1]; conv 5 1", {"dim"}),
    "cut": ("reshape [dim // 2, -1]; conv 5 1", {"dim"}),
    "by chance alone": ("reshape [heads, -1]; permute [1, 0]; conv 5 1", set[str]()),
}


@pytest.mark.parametrize(("lines", "kept"), MIXED.values(), ids=MIXED)
def test_an_axis_that_is_only_moved_decides_nothing(lines: str, kept: set[str]) -> None:
    code = right(
        f"network N(dim = 8, heads = 8) {{ input 3x8x8; conv dim 2 stride=2; {lines}; "
        "global_avgpool; flatten; linear 3 }\n"
    )
    assert arguments(code, "N") >= kept


def test_what_is_reshaped_is_worked_out_once() -> None:
    code = right(
        "network N { input 8x4x4; mul { identity; { mask: conv 1 1x1; reshape [-1]; softmax; "
        "reshape 1x4x4 } } }\n"
    )
    assert code.count("self.mask(") == code.count("self.softmax(") == 1


@pytest.mark.parametrize("word", ["add", "mul", "concat"])
@pytest.mark.parametrize(
    "lines",
    [
        "add {{ {0}; conv 3 1 }}",
        "a: {0}; conv 4 1; concat {{ repeat 2 {{ {0} -> conv 3 1 }} }}; conv 2 1",
        "b: {0}; conv 3 1 -> relu; from b; conv 2 1",
    ],
)
def test_a_merge_without_branches_hands_on_what_enters(word: str, lines: str) -> None:
    right(f"network N {{ input 3x8x8; {lines.format(word)} }}")


@pytest.mark.parametrize("rounds", ["G width dim", "repeat n { G width dim }"])
def test_channels_that_stand_last_and_come_from_a_part_that_may_be_missing(rounds: str) -> None:
    right(
        "block G(width, dim) {\n add {\n { linear width axis=-1; permute [2, 0, 1]\n"
        " conv in.channels 3x3 pad=1 groups=in.channels; permute [1, 2, 0]; linear dim axis=-1 }\n"
        " identity\n }\n}\n"
        "block D(w) { permute [2, 0, 1]; conv w 3x3 stride=2 pad=1; permute [1, 2, 0] }\n"
        f"block S(width, dim, n = 2, down = true) {{ if down {{ D dim }}; b: {{ {rounds} }} }}\n"
        "network N { input 12x16x16; permute [1, 2, 0]\n"
        " S 24 12 down=false; S 48 24; S 96 24 n=3 }\n"
    )
