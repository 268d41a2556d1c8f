"""What the code holds and what `check` tells of it: the module's tree, run without PyTorch."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from archc.analysis.analyse import analyse  # noqa: E402
from archc.check import Options  # noqa: E402
from archc.emit.pytorch.compile import Compiled, compile_source  # noqa: E402
from archc.emit.pytorch.verify import load  # noqa: E402
from archc.language.source import Source  # noqa: E402
from tests.analysis.held import walk  # noqa: E402
from tests.analysis.live import peak  # noqa: E402
from tests.campaigns.programs import program  # noqa: E402
from tests.emit.pytorch.compiled import compile_text  # noqa: E402

BLOCKS = """
let base = 8
block Residual(width) {
    add { { conv 2*width 1; conv width 3 pad=1 }; if in.channels == width { identity } }
    conv 4*width 1
    conv width 1
}
block Two(width, skip) { concat { conv width 1; from skip }; conv width 1 }
block Hands(width, skip) { from skip }
block Back(width) { conv 9*width 1; a: tanh; slice 0 4 -> conv 9*width 1; from a }
block Wide(width) { concat { conv 9*width 1; tanh }; conv 9*width 1 }
block Copies(more = false) { concat { if more { scale }; identity }; conv 16 1; conv 8 1 }
block Again(more = false) { concat { if more { scale }; from input }; conv 8 1 }
block Alone(more = false) { concat { if more { scale }; identity } }
block Both(more = false) {
    Alone more
    concat { if more { scale }; identity }
    conv 16 1
    Alone more
    tanh
}
block Only(more = false) { concat { if more { scale }; from input } }
block Ends(more = false) { conv 40 1; Only more }
block Chained(more = false) { Only more; Only more }
block Behind(more = false) {
    Only more
    concat { if more { scale }; from input }
    conv 8 1
}
block Lists(width) { concat { if width > 99 { scale }; conv width 3 pad=1 } }
"""
KINDS = {
    "branches in a list": "concat { conv 8 1; identity; if width > 99 { conv 4 1 } }",
    "branches by rounds": "concat { conv 8 1; for i in [1, 2] { conv 4*i 1; relu } }; relu",
    "terms by rounds": "add { if width > 99 { conv 8 1 }; repeat n { conv 8 1 }; conv 8 1 }",
    "a list of one": "concat { if width > 99 { conv 8 1 }; conv 8 1 }; relu",
    "a list of one in a block": "Lists 8; Lists 8",
    "a copy of what enters": "conv 40 1; Copies; conv 40 1",
    "a copy of what is named in a block": "conv 40 1; Again; conv 40 1; Again; tanh",
    "a call that only copies": "conv 40 1; conv 32 1; Only; conv 8 1 -> conv 40 1",
    "a call of calls that only copy": "conv 40 1; Chained; conv 40 1",
    "a copy behind a call that only copies": "conv 40 1; Behind; conv 40 1",
    "calls that only copy, by rounds": "conv 40 1; repeat 3 { Only }; conv 40 1",
    "calls that only copy, in arms": (
        "conv 40 1; for i in [0, 1, 2] { if i == 1 { Only } else { conv 40 1 } }; conv 90 1"
    ),
    "a call that only copies, shared": "conv 40 1; a: Only; share a; conv 40 1",
    "a list of a call that only copies": "conv 40 1; concat { Only; if n > 9 { scale } }; relu",
    "a copy of what a call gives": "conv 40 1; Ends; Only; conv 8 1 -> conv 40 1",
    "copies of copies": "conv 40 1; Both; conv 8 1; Both",
    "copies by rounds": "conv 40 1; repeat n { concat { repeat 1 { identity } } }; conv 40 1",
    "a term that is left out at last": (
        "add { if width > 4 { identity }; conv 8 1; if 8 > 9 { conv 8 1 } }; conv 40 1 -> conv 40 1"
    ),
    "a term that is there": "add { conv 8 1; if width > 4 { identity } }",
    "a term that is not there": "add { conv 8 1; if width > 99 { identity } }",
    "a term with layers": "add { conv 8 1; if width > 4 { conv 16 1 -> conv 8 1 } }",
    "terms in another order": "add { if width > 4 { scale }; conv 8 1; if n > 1 { conv 8 1 } }",
    "a condition of numbers": "add { conv 8 1; if 8 > 4 { conv 8 1 } }",
    "a condition of channels": (
        "conv 2*width 1; add { conv 16 1; if in.channels == 16 { conv 16 1 } }"
    ),
    "a branch that is left out reads what enters": (
        "for i in [0, 1] { concat { if i == 0 { conv 40 1 } else { conv 40 1 -> conv 8 1 }; "
        "if width > 99 { tanh } } }"
    ),
    "a term that is left out reads what enters": (
        "for i in [0, 1] { add { if i == 0 { conv 40 1 } else { conv 90 1 -> conv 40 1 }; "
        "if width > 99 { conv 40 1 } } }"
    ),
    "a shortcut by condition": "add { if width > 4 { identity } else { conv 8 1 }; conv 8 1 }",
    "rounds in a loop": "repeat 2 { add { conv 8 1; { tanh; conv 8 1 } } }",
    "rounds written out": (
        "repeat 2 { concat { identity; conv 8 1 }; if in.channels == 16 { relu } }"
    ),
    "slices in a merge": "a: conv 8 1; concat { slice 0 4; slice 4 8; slice 2 6 }",
    "a slice with a name": "concat { conv 8 1; slice 0 4; if width > 99 { conv 8 1 } }",
    "a merge in a group": "g: { conv 8 1; r: repeat 2 { add { identity; conv 8 1 } } }",
    "a group that reads a label": "a: conv 8 1; tanh; g: { Two(8, a); conv 8 1 }",
    "a block by conditions": "Residual 8; Residual 8; Residual 16",
    "a block that hands on": "a: conv 8 1; conv 8 1; Hands(8, a); conv 8 1",
    "a block that hands on in a loop": "a: conv 8 1; tanh; repeat 2 { Hands(8, a) }; conv 8 1",
    "labels that are read": (
        "a: conv 8 1; b: tanh; conv 8 1; c: conv 8 1 -> relu; add { from a; from b }"
    ),
    "a label that no arm can read": (
        "b: tanh; conv 8 1; a: conv 8 1; from b; if base > 99 { from a }; conv 24 1"
    ),
    "a label that another arm reads": (
        "b: conv 24 1 -> tanh; conv 8 1; if width > 99 { from b; conv 8 1 }; conv 24 1"
    ),
    "a label by a decided condition": (
        "b: tanh; conv 8 1; a: conv 8 1; from b; if base == 8 { from a }; conv 24 1"
    ),
    "what is shared": "a: tanh; conv 8 1; share a; conv 8 1; from a; conv 8 1",
    "what is shared and not read": "a: tanh; conv 24 1; share a; from a; conv 8 1",
    "braces that are shared": (
        "a: { b: conv 8 1; c: tanh; add { from b; from c } }; share a; conv 24 1; conv 8 1"
    ),
    "a parameter in an arm": (
        "for a in [false, n > 9] { conv 8 1; if a { scale } }; "
        "g: for a in [false, n > 9] { conv 32 1; conv 40 1; if a { scale } }"
    ),
    "what is handed back": "Back 8",
    "what is given to a block": "a: conv 8 1; conv 16 1 -> conv 8 1; Two(8, a)",
}


def spec(body: str) -> str:
    lines = body.replace("; ", "\n")
    return (
        f"{BLOCKS}\nnetwork N(width = 8, n = 2) {{\ninput 8x8x8\nconv 8 1\n{lines}\n"
        "conv 32 1\nconv 40 1\nglobal_avgpool\nflatten\nlinear 3\n}\n"
    )


def differences(result: Compiled, images: int) -> list[tuple[str, int, int]]:
    """Networks, by name: the peak that is told, and that of the code."""
    found = []
    for network in result.checked.networks:
        told = analyse(network.graph, images).memory.peak
        if told is None:  # a size is open
            continue
        held = walk(result, network.name, images)
        if told != held:
            found.append((network.name, told, held))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_peak_that_is_told_is_that_of_the_code(kind: str) -> None:
    result = compile_text(spec(KINDS[kind]))
    assert result.code is not None, result.diagnostics
    assert differences(result, 1) == differences(result, 4) == []
    module = load(result.code).N()
    assert walk(result, "N", 2) == peak(module, [torch.rand(2, 8, 8, 8)])


def test_blocks_of_another_file() -> None:
    text = """from "blocks.arch" import Wide, Two
network N {
    input 8x8x8
    a: conv 8 1
    Wide 8
    Two(8, a)
    conv 40 1
}
"""
    result = compile_source(
        Source(text, "net.arch"), Options(), lambda path, _: Source(BLOCKS, path)
    )
    assert differences(result, 1) == differences(result, 2) == []


@pytest.mark.parametrize("seed", range(300, 310))
def test_random_programs(seed: int) -> None:
    result = compile_text(program(seed))
    if result.code is not None:
        assert differences(result, 2) == []
