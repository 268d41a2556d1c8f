"""What nobody reads: the code works it out as it does everything else, for the figures count it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archc.check import Network
from archc.emit.pytorch.compile import Compiled
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.validation.run import Machine
from archc.emit.pytorch.validation.stand_ins import runnable
from archc.emit.pytorch.validation.things import Different
from tests.emit.pytorch.compiled import compile_text

UNREAD = {
    "concat { identity; conv 4 1 }": "torch.cat([x, y], dim=1)",
    "add { identity; conv 4 1 }": "x + y",
    "add { identity; if more { conv 4 1 } }": "y + z",
    "concat { identity; if more { conv 4 1 } }": "torch.cat(branches, dim=1)",
    "if more { concat { identity; identity } } else { conv 4 1 }": "torch.cat([x, x], dim=1)",
    "mul { identity; scale }": "x * y",
    "slice 0 2": "x[:, :2]",
    "conv 4 1": "self.conv1(x)",
}


def compiled(text: str) -> tuple[Compiled, Network]:
    result = compile_text(
        f"block Aside(more = true) {{ {text}; from input }}\n"
        "network Net { input 4x8x8; Aside; Aside; conv 3 1 }\n"
    )
    assert result.code is not None
    return result, result.checked.networks[0]


@pytest.mark.parametrize("text", UNREAD)
def test_what_nobody_reads_is_worked_out(text: str) -> None:
    result, _ = compiled(text)
    assert f"= {UNREAD[text]}" in (result.code or "")


@pytest.mark.parametrize("text", ["concat { identity; conv 4 1 }", "slice 0 2", "conv 4 1"])
def test_code_that_leaves_it_out_is_refused(text: str) -> None:
    result, network = compiled(text)
    assert result.module is not None
    codes = dict(result.module.codes)
    Machine(runnable(codes), network.graph).check("Net")
    aside = codes["Aside"]
    assert isinstance(aside, ir.Class)
    codes["Aside"] = replace(aside, forward=(aside.forward or ())[-1:])
    with pytest.raises(Different, match="leaves out `0"):
        Machine(runnable(codes), network.graph).check("Net")
