"""Code that PyTorch would not run as the graph says is refused before it is written."""

from __future__ import annotations

from typing import Any

import pytest

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.validation.run import Machine
from archc.emit.pytorch.validation.stand_ins import runnable
from archc.emit.pytorch.validation.things import Different
from tests.emit.pytorch.compiled import compile_text
from tests.emit.pytorch.holding import hold


def runs(text: str, change: Any) -> None:
    """Runs a network's code on its graph with a change in every record."""
    result = compile_text(text)
    assert result.module is not None
    codes = {name: ir.rebuilt(code, change) for name, code in result.module.codes.items()}
    Machine(runnable(codes), result.checked.networks[0].graph).check("N")


def as_it_is(node: Any) -> Any:
    return node


def called_inside(node: Any) -> Any:
    """`x.reshape(x.shape[0], 8)` with the call in the place of `x`."""
    if isinstance(node, ir.Op) and node.twice:
        call = ir.Call(ir.own("relu"), node.inputs)
        return ir.Op(node.template, (call,), node.values)
    return node


def a_size_for_channels(node: Any) -> Any:
    if isinstance(node, ir.Make) and node.target == "nn.Conv2d":
        (name, channels), *rest = node.arguments
        return ir.Make(node.target, ((name, ir.Row((channels,) * 2, True)), *rest), node.keyword)
    return node


ASKED = "network N { input 4xHxW; relu; let t = in.shape; flatten; reshape t }\n"
PLAIN = "network N { input 4x8x8; conv 4 1 }\n"


@pytest.mark.parametrize(
    ("text", "change", "words"),
    [(ASKED, called_inside, "runs a module twice"), (PLAIN, a_size_for_channels, "nn.Conv2d")],
)
def test_what_pytorch_would_run_otherwise_is_refused(text: str, change: Any, words: str) -> None:
    runs(text, as_it_is)
    with pytest.raises(Different, match=words):
        runs(text, change)


@pytest.mark.parametrize(
    "block",
    [
        "flatten; reshape shape",
        "conv shape[0] 3 pad=1; flatten; linear shape[1] * shape[2]; reshape [1, 4, 4]",
        "for i in shape { conv i 3 pad=1 }",
        "Inner(shape)",
    ],
)
def test_a_shape_of_equal_axes_is_a_list_where_the_text_takes_it_apart(block: str) -> None:
    text = (
        "block Inner(shape) { flatten; reshape shape }\n"
        f"block Grid(shape) {{ {block} }}\n"
        "network N(w = 4) { input 3x4x4; conv w 3 pad=1; Grid(in.shape); conv 2 1 }\n"
    )
    result = compile_text(text)
    assert result.code is not None
    assert "Grid(w, (w, 4, 4))" in result.code
    assert not result.notes
    hold(text)


def test_labels_may_be_called_as_what_stands_for_pytorch_is() -> None:
    words = "machine", "holds", "resting", "made", "target", "path", "names", "operate", "layer"
    block = "block Module(holds) { if holds { resting: relu }; machine: conv 4 1 }\n"
    links = "; ".join(f"{word}: conv 4 1" for word in words)
    assert (
        compile_text(f"{block}network Layer {{ input 4x8x8; Module true; {links} }}\n").code
        is not None
    )
