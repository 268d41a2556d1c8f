"""Conditions on channels that a loop carries: the constructor asks them, round by round."""

from __future__ import annotations

import inspect

import pytest

from archc.emit.pytorch.verify import load
from tests.emit.pytorch.compiled import code_of, compile_text
from tests.emit.pytorch.holding import hold

BODIES = {
    "residual": "add { conv w 3 pad=1; if in.channels == w { identity } }",
    "projection": "add { conv w 3 pad=1; if in.channels != w { conv w 1 } else { identity } }",
    "layers": "if in.channels != w { conv w 1 -> batchnorm }; relu",
    "both ways": "if in.channels < w { conv w 1 } else { conv w 3 pad=1 -> relu }",
    "two": "if in.channels < w { conv w 1 }; add { conv w 1; if in.channels > 4 { identity } }",
    "one in the other": "if in.channels < w { conv w 1; if in.channels > 6 { relu }; scale }",
    "concat": "concat { conv w 1; if in.channels > 8 { identity } }",
    "labelled": "if in.channels != w { shrink{w}: conv w 1 }; relu",
    "three ways": "if in.channels < w { conv w 1 } else if in.channels > w { conv w 1 -> relu }",
    "inner loop": "repeat 2 { add { conv w 1; if in.channels == w { identity } } }",
    "module": "A w; if in.channels != 16 { conv w 1 }",
}
AROUND = {
    "network": "network N(ws = [4, 8, 12]) { input 4x8x8; for w in ws { %s }; conv 2 1 }",
    "nested": "network N(ws = [4, 8], n = 2) "
    "{ input 4x8x8; conv 6 1; repeat n { for w in ws { %s } }; conv 2 1 }",
    "label": "network N(ws = [4, 8]) { input 4x8x8; a: { for w in ws { %s } }; conv 2 1 }",
    "block": "block B(ws) { for w in ws { %s } }\n"
    "network N { input 4x8x8; B [4, 8]; B [6]; conv 2 1 }",
    "twice": "network N(ws = [4, 8]) "
    "{ input 4x8x8; for w in ws { %s }; relu; for w in ws { %s }; conv 2 1 }",
    "behind a condition": "network N(ws = [4, 8], deep = true) "
    "{ input 4x8x8; if deep { for w in ws { %s } }; conv 2 1 }",
}
A = "block A(w) { conv w 1; if w > 4 { conv 2*w 1 } }\n"


@pytest.mark.parametrize(
    ("body", "around"),
    [
        *((body, "network") for body in BODIES),
        *(("residual", around) for around in AROUND),
        *(("one in the other", around) for around in AROUND),
    ],
)
def test_what_is_asked(body: str, around: str) -> None:
    text = A + AROUND[around].replace("%s", BODIES[body])
    result = compile_text(text)
    assert hold(text) is not None, result.diagnostics


def test_the_table_stays_an_argument_and_the_loop_a_loop() -> None:
    text = AROUND["network"].replace("%s", BODIES["residual"])
    code = code_of(text)
    assert "ws" in inspect.signature(load(code).N).parameters
    assert "self.use_residual.append(channels == w)" in code
    assert "x = y + x if next(use_residual) else y" in code
