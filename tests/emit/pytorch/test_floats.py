"""What the text writes as 1.0 takes 0.5 too, wherever it is written, and a count stays a count.

Each class is made with numbers that nobody in the file gives, and held to a fresh elaboration.
"""

from __future__ import annotations

from collections import OrderedDict

import pytest
from torch import nn

from archc.check import Options
from archc.emit.pytorch.compile import compile_source
from archc.emit.pytorch.reading import classes
from archc.emit.pytorch.reading.runs import Instance
from archc.emit.pytorch.verify import load
from archc.language.source import Source
from tests.emit.pytorch.compiled import code_of, compile_text
from tests.emit.pytorch.fresh import PROBE, File, compare
from tests.emit.pytorch.holding import hold, nothing

FAMILY = "network F_(width, m) { input 3x8x8; conv width * m 3; conv floor(4 * m) 1; conv width 1 }"
TABLE = "network F_(rows) { input 3x8x8; for c, w in rows { conv c 1; conv c * w 3 pad=1 } }"
LIST = "network F_(m) { input 3x8x8; for one in m { conv 8 * one 1 } }"
HALVES = "[[8, 0.5], [16, 1.5]]"

WRITTEN = {
    "a member's": (f"{FAMILY}\nnetwork A = F_(8, 1.0)", "F_(8, 0.5)"),
    "by name": (f"{FAMILY}\nnetwork A = F_(m=1.0, width=8)", "F_(8, m=0.5)"),
    "one member's of two": (
        f"{FAMILY}\nnetwork A = F_(8, 2)\nnetwork C = F_(8, 1.0)",
        "F_(8, 1.5)",
    ),
    "a member's of a member": (f"{FAMILY}\nnetwork G = F_(m=1.0)\nnetwork A = G(8)", "F_(8, 0.5)"),
    "rows": (f"{TABLE}\nnetwork A = F_([[8, 1.0], [16, 1.0]])", f"F_({HALVES})"),
    "one row": (f"{TABLE}\nnetwork A = F_([[8, 1.0]])", "F_([[8, 0.5]])"),
    "a list": (f"{LIST}\nnetwork A = F_([1.0, 2.0])", "F_([0.5, 1.5])"),
    "a default": (TABLE.replace("rows)", "rows = [[8, 1.0]])", 1), f"F_({HALVES})"),
}


@pytest.mark.parametrize(("text", "call"), WRITTEN.values(), ids=WRITTEN)
def test_a_float_that_is_whole_wherever_it_is_given(text: str, call: str) -> None:
    assert hold(text) is not None, compile_text(text).diagnostics
    code = code_of(text)
    assert "width: int" in code or "width" not in code, "what is a count stays one"
    assert "round(c)" not in code
    graph = File(Source(text, "net.arch"), nothing).behind(f"network {PROBE} = {call}")
    assert graph is not None
    compare(graph, lambda: eval(call, vars(load(code))), call)


def test_a_family_of_another_file() -> None:
    def read(path: str, importer: Source) -> Source:
        return Source(FAMILY, "family.arch")

    text = 'from "family.arch" import F_\nnetwork A = F_(8, 1.0)\n'
    result = compile_source(Source(text, "net.arch"), Options(), read)
    graph = File(Source(text, "net.arch"), read).behind(f"network {PROBE} = F_(8, 0.5)")
    assert result.code is not None
    assert graph is not None
    compare(graph, lambda: load(result.code or "").F_(8, 0.5), "F_(8, 0.5)")


HANDED = {
    "an alias": "block Q = B(w=1.0)\nnetwork N { input 3x8x8; Q 8; Q 16 }",
    "in an argument": (
        "block P(Inner) { Inner 8 }\nnetwork N { input 3x8x8; P B(w=1.0); P Inner=B(w=2.0) }"
    ),
    "rows": "network N(rows = [[8, 1.0]]) { input 3x8x8; for c, w in rows { B c w } }",
    "rows handed on": (
        "block S(rows) { for c, w in rows { B c w } }\n"
        "network N(rows = [[8, 1.0], [16, 1.0]]) { input 3x8x8; S rows }"
    ),
    "a table of the file": (
        "let table = [[8, 1.0], [16, 2.0]]\nnetwork N { input 3x8x8; for c, w in table { B c w } }"
    ),
    "a number of the file": "let half = 1.0\nnetwork N { input 3x8x8; B 8 half; B 16 half }",
}


@pytest.mark.parametrize("text", HANDED.values(), ids=HANDED)
def test_a_block_takes_other_floats_than_its_calls_give(text: str) -> None:
    text = f"block B(c, w) {{ conv c 1; conv floor(c * w) 3 pad=1 }}\n{text}\n"
    assert hold(text) is not None, compile_text(text).diagnostics
    code = code_of(text)
    assert "c: int, w: float" in code
    probe = f"network {PROBE} {{ input 3x8x8; b: B 8 0.5 }}"
    graph = File(Source(text, "net.arch"), nothing).behind(probe)
    assert graph is not None
    module = load(code)
    compare(graph, lambda: nn.Sequential(OrderedDict(b=module.B(3, 8, 0.5))), "B(3, 8, 0.5)")


COUNTED = {
    "in a network": "{ input 3x8x8; let w = 8 * n / 2\n conv w 3; conv 2 * w 1; conv w / 2 1 }",
    "of a float": "{ input 3x8x8; let w = 8 * n * 0.5\n conv w 3 pad=1; conv 2 * w 1; B w }",
    "in a loop": "{ input 3x8x8; for i in range(2) { let w = 8*n*(i + 0.5)\n B w; conv w / 2 1 } }",
}


@pytest.mark.parametrize("body", COUNTED.values(), ids=COUNTED)
def test_a_let_that_always_is_a_count_is_rounded_once(body: str) -> None:
    text = f"block B(c) {{ conv c 3 pad=1 }}\nnetwork N(n = 4) {body}\n"
    assert hold(text) is not None, compile_text(text).diagnostics
    assert "round(w" not in code_of(text)


def test_a_default_made_of_a_float_is_a_count() -> None:
    text = (
        "block B(width, mid = width // 2) { conv (max(mid, 4)) 1; conv mid 3 pad=1 }\n"
        "network N(mult = 1.0) { input 3x8x8; B (16 * mult / 2) }\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics
    assert "mid = round(width // 2)" in code_of(text)


def test_a_let_that_is_a_count_at_times_stays_a_float() -> None:
    text = (
        "network N(n = 3, wide = true) { input 3x8x8; let w = n / 2\n conv 2 * w 1\n"
        " if wide { conv 4 * w 1 } else { conv w 1 } }\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics


@pytest.mark.parametrize(("text", "call"), WRITTEN.values(), ids=WRITTEN)
def test_validation_knows_a_float_by_its_text(
    text: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where reading overlooks one, no class leaves that takes it and computes something else."""

    def overlooked(instances: list[Instance], _: object) -> dict[int, dict[str, object]]:
        return {id(one.definition): {} for one in instances}

    monkeypatch.setattr(classes, "floats", overlooked)
    result = compile_source(Source(text, "net.arch"), Options(), nothing)  # anew
    assert result.code is not None
    assert any("the code cannot" in one for one in result.notes)
