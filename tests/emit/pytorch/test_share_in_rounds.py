"""`share` under a computed label: the modules that had it run again, in a loop where it is one."""

from __future__ import annotations

import pytest

from tests.emit.pytorch.compiled import code_of, compile_text
from tests.emit.pytorch.holding import hold

CELLS = "for i in range(n) { a{i}: conv 8 3 pad=1 -> relu }"
LOOPS = {
    "in rounds": f"{CELLS}\n for i in range(n) {{ share a{{i}} -> relu }}",
    "under another name": f"{CELLS}\n for j in range(n) {{ share a{{j}} }}",
    "one of them": f"{CELLS}\n share a0\n share a{{n - 1}}",
    "in the round itself": "for i in range(n) { a{i}: conv 8 1\n relu; share a{i} }",
    "of the round before": "for i in range(n) { a{i}: conv 8 1\n if i > 0 { share a{i - 1} } }",
    "blocks": "for i in range(n) { a{i}: B 8 }\n repeat 2 { for i in range(n) { share a{i} } }",
    "braces": "for i in range(n) { a{i}: { q: conv 8 1; add { identity; conv 8 1 } } }\n"
    " for i in range(n) { share a{i} }",
    "in labelled braces": "g: { for i in range(n) { a{i}: conv 8 1 } }\n"
    " for i in range(n) { share g.a{i} }",
    "widths of a list": "x0: identity\n let w = [8, 4]\n"
    " for i in range(n) { a{i}: { from x0; conv w[i] 1 } }\n"
    " for i in range(n) { from x0; share a{i}; conv 8 1 }",
    "several numbers": "for i in range(n) { for j in range(2) { a{i}_{j}: conv 8 1 } }\n"
    " for i in range(n) { add { for j in range(2) { share a{i}_{j} } } }",
    "a share of a share": f"{CELLS}\n for i in range(n) {{ t{{i}}: share a{{i}} ; share t{{i}} }}",
}
BLOCK = "block B(width, k = 3) { conv width k pad=k//2; relu }\n"


@pytest.mark.parametrize("lines", LOOPS.values(), ids=LOOPS)
def test_what_has_a_computed_label_runs_again(lines: str) -> None:
    text = f"{BLOCK}network N(n = 2) {{ input 8x8x8\n {lines}\n}}\n"
    held = hold(text)
    assert held is not None, compile_text(text).diagnostics
    assert held.settings
    assert not compile_text(text).notes


def test_what_other_columns_of_a_table_decide_is_written_out() -> None:
    text = (
        f"{BLOCK}network N(r = 2) {{ input 8x8x8\n"
        " for i, k in [[0, 1], [1, 3]] { c{i}: conv 8 k pad=k//2; b{i}: B 8 k }\n"
        " repeat r { for i in range(2) { share c{i}; relu; share b{i} } }\n}\n"
    )
    held = hold(text)
    assert held is not None
    assert held.settings
    code = code_of(text)
    assert "for _ in range(self.r)" in code
    assert "self.c1(x)" in code
