"""Sizes that the text asks of a value: the forward pass asks the tensor, so no argument is lost."""

from __future__ import annotations

import inspect
import sys

import pytest
import torch

from archc.emit.pytorch.verify import load
from tests.analysis import live
from tests.emit.pytorch.compiled import compile_text
from tests.emit.pytorch.holding import hold

BLOCKS = {
    "behind lets": "let h = in.height\n let v = in.width\n"
    " maxpool 2; upsample [h, v] mode=bilinear",
    "of a label": "a: conv w 3 pad=1; maxpool 2; relu; upsample [a.height, a.width]; relu",
    "of what enters": "conv w 1; maxpool 2; upsample [input.height, input.width]",
    "of the current map": "conv w 1; upsample [2*in.height, 2*in.width]",
    "of another value": "a: conv w 1; maxpool 2; add { upsample [a.height, a.width]; from a }",
    "in a branch": "let h = in.height\n let v = in.width\n concat { conv w 1\n"
    " { global_avgpool -> upsample [h, v] } }",
    "in braces": "g: { conv w 1; a: relu; maxpool 2; upsample [a.height, a.width]; conv w 1 }",
    "in arms": "a: conv w 1; maxpool 2; if w > 2 { upsample [a.height, a.width] } else { relu }",
    "in rounds": "for i in range(2) { a{i}: conv w 1\n maxpool 2\n"
    " upsample [a{i}.height, a{i}.width] }",
    "of a crop": "conv w 3 pad=1; crop [in.height // 2, in.width // 2]; relu",
    "of a reshape": "conv w 1; a: relu; reshape [w, a.height * a.width]\n"
    " reshape [in.channels, a.height, a.width]; conv w 1",
    "in a row with arms": "let h = in.height\n conv w 1; if w > 9 { relu -> conv w 1 }\n"
    " crop [h // 2, h // 2]; conv w 1",
    "of channels too": "conv w 1; reshape [in.shape[0], in.shape[1] * in.shape[2]]; conv w 1",
}


@pytest.mark.parametrize("body", BLOCKS.values(), ids=BLOCKS)
def test_sizes_that_are_asked_of_values(body: str) -> None:
    text = (
        f"block B(w) {{ {body} }}\n"
        "network N(stride = 2, w = 4) { input 3x16x16; conv 4 3 pad=1 stride=stride; B w }\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics
    result = compile_text(text)
    assert result.code is not None
    assert not result.notes
    module = load(result.code)
    try:
        assert set(inspect.signature(module.N).parameters) == {"stride", "w"}
        found = live.peak(module.N(), [torch.rand(1, 3, 16, 16)])
        memory = result.checked.networks[0].facts.memory
        assert memory is not None
        assert found == memory.peak
    finally:
        sys.modules.pop(module.__name__, None)


SHAPES = {
    "of the map": "let s = in.shape\n flatten; reshape s",
    "of its axes": "let s = [in.channels, in.height, in.width]\n flatten; reshape s",
    "of numbers": "let s = [2, 8, 16]\n flatten; reshape s",
    "of a row": "let s = [[4, 64], [2, 8, 16]]\n flatten; reshape s[1]",
}


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_a_shape_is_given_by_the_name_of_a_list(body: str) -> None:
    text = f"network N(w = 5) {{ input 3x8x8; conv 4 1; {body}; conv w 1 }}\n"
    assert hold(text) is not None, compile_text(text).diagnostics


SHAPED = {
    "of the map": "let t = in.shape; flatten; reshape t",
    "after another": "let s = in.shape; flatten; reshape [w, s[1], s[2]]\n"
    " let t = in.shape; flatten; reshape t",
    "of axes": "let t = [in.channels, in.height, in.width]; flatten; reshape t",
    "of other axes": "let t = [2 * in.channels, in.height // 2, in.width]; flatten; reshape t",
    "of a label": "b: relu; flatten; reshape b.shape",
    "by another name": "let t = in.shape; let u = t; flatten; reshape u",
    "number by number": "let t = in.shape; flatten; reshape [t[0], t[1], t[2]]",
    "in an arm": "if w > 2 { let t = in.shape; flatten; reshape t }",
    "in rounds": "repeat 2 { let t = in.shape; flatten; reshape t; conv w 1 }",
    "with channels": "let t = in.shape; flatten; reshape t; conv 2*t[0] 1",
}
WHERE = {
    "block": "block B(w) {{ conv w 3 pad=1; maxpool 2; {} \n conv w 1 }}\n"
    "network N(stride = 2, w = 4) {{ input 3x32x48; conv 4 3 pad=1 stride=stride; B w; B 6 }}\n",
    "network": "network N(w = 4) {{ input 3xHxW; conv w 3 pad=1; maxpool 2; {} \n conv w 1 }}\n",
}


@pytest.mark.parametrize("around", WHERE.values(), ids=WHERE)
@pytest.mark.parametrize("body", SHAPED.values(), ids=SHAPED)
def test_a_shape_behind_a_name_loses_no_argument(body: str, around: str) -> None:
    text = around.format(body)
    assert hold(text) is not None, compile_text(text).diagnostics
    assert not compile_text(text).notes


@pytest.mark.parametrize(
    "given", ["(in.shape)", " [in.channels, in.height, in.width]", "(t)"], ids=str.strip
)
def test_a_block_is_given_a_shape(given: str) -> None:
    """Its class takes numbers: what decides them is told."""
    body = f"conv w 3 pad=1; maxpool 2; let t = in.shape; Grid{given}; conv w 1"
    text = (
        "block Grid(shape) { flatten; reshape shape; relu }\n"
        f"block B(w) {{ {body} }}\n"
        "network N(stride = 2, w = 4)"
        " { input 3x16x24; conv 4 3 pad=1 stride=stride; B w; B 6; Grid [6, 2, 3] }\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics
    assert any("`stride`" in note for note in compile_text(text).notes)


def test_a_block_is_given_no_open_shape() -> None:
    text = (
        "block Grid(shape) { flatten; reshape shape }\n"
        "network N { input 3xHxW; conv 4 1; Grid(in.shape) }\n"
    )
    (error,) = compile_text(text).diagnostics
    assert error.message.endswith("Python cannot say `in.shape` here")


def test_the_size_of_a_part_of_a_called_module_is_a_number() -> None:
    text = (
        "network N(stride = 1) { input 3x16x16; g: { conv 4 1 stride=stride; a: relu; maxpool 2 }\n"
        " upsample [g.a.height, g.a.width]; conv 2 1 }\n"
    )
    assert hold(text) is not None
    (note,) = compile_text(text).notes
    assert "`stride`" in note


def test_a_number_is_made_of_a_size_that_is_asked() -> None:
    """As attention has it: the heads share a width, and each width decides a factor."""
    text = (
        "block Attend(heads = 4) {\n let each = in.width // heads\n"
        " reshape [in.channels * in.height, heads, each]\n"
        " matmul { permute [1, 0, 2]; permute [1, 2, 0] }; rescale each**(-1/2) shift=-each\n}\n"
        "network N(heads = 2) { input 1x6x16; Attend heads }\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics
    code = compile_text(text).code
    assert code is not None
    assert "x * each ** (-1 / 2) + -each" in code
