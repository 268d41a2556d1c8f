"""Forms that the classes say in the author's words: nothing in them becomes a number."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from archc.emit.pytorch.verify import verify
from tests.emit.pytorch import holding
from tests.emit.pytorch.compiled import code_of, compile_text
from tests.emit.pytorch.reference import hold


class Form(NamedTuple):
    """A spec, the words its code has, and those it has not."""

    text: str
    words: tuple[str, ...]
    never: tuple[str, ...] = ()


FORMS = {
    "a branch behind a condition": Form(
        """
block Inverted(width, stride = 1) {
    let residual = stride == 1 and in.channels == width
    add {
        { conv in.channels * 2 1 -> relu6; conv width 3 stride=stride pad=1 }
        if residual { identity }
    }
}
network N(width = 8) {
    input 3x16x16
    Inverted width
    Inverted width
    Inverted 2*width stride=2
    conv 4 1
}
""",
        (
            "x = y + x if self.residual else y",
            "self.residual = stride == 1 and in_channels == width",
        ),
        ("InvertedBlock", "chosen"),
    ),
    "a label with a dot, read from outside its group": Form(
        """
network N {
    input 3x8x8
    fpn: {
        blocks.0: conv 4 1x1
        blocks.1: conv 4 3x3 pad=1
    }
    add { identity; from fpn.blocks.0 }
}
""",
        ("x = fpn + blocks_",),
    ),
    "channels on the last axis": Form(
        """
block Pointwise {
    let width = in.channels
    permute [1, 2, 0]
    layernorm axis=-1
    linear 4*width axis=-1
    linear width axis=-1
    permute [2, 0, 1]
    gamma: scale
}
network N {
    input 8x6x6
    Pointwise
    conv 16 1x1
    Pointwise
}
""",
        ("nn.LayerNorm(in_channels)", "nn.Linear(4 * width, width)", "torch.ones(width, 1, 1)"),
        ("in_features",),
    ),
    "values under computed labels": Form(
        """
network UNet(width = 4, depth = 2, classes = 2) {
    input 3x16x16
    for i in range(depth) {
        enc{i + 1}: conv width * 2**i 3 pad=1 -> relu
        maxpool 2
    }
    for i in range(depth) {
        let level = depth - i
        up{level}: conv_transpose width * 2**(level - 1) 2 stride=2
        concat { identity; from enc{level} }
        dec{level}: conv width * 2**(level - 1) 3 pad=1 -> relu
    }
    add { identity; { from enc1; conv width 1 } }
    conv classes 1
}
""",
        (
            'saved[f"enc{i + 1}"] = x',
            'x = torch.cat([x, saved[f"enc{self.depth - i}"]], dim=1)',
            'self.conv1(saved["enc1"])',
        ),
    ),
    "sizes that differ by axis": Form(
        """
block Conv(width, kernel = 1) { conv width kernel pad=kernel//2 -> relu }
network N(width = 4) {
    input 3x8x8
    Conv width; Conv width 3; Conv width 1x5; Conv 2*width 5x1
}
""",
        (
            "kernel: tuple[int, int] = (1, 1)",
            "padding=(kernel[0] // 2, kernel[1] // 2)",
            "Conv(width, width, (3, 3))",
        ),
    ),
    "rounding": Form(
        """
block Ghost(width, ratio = 2) {
    conv ceil(width / ratio) 1
    conv floor(in.channels * 0.75) 1
    conv round(width / 2) 1
}
network N(width = 12) { input 3x8x8; Ghost width; Ghost 2*width 3; conv 4 1 }
""",
        ("-(-width // ratio)", "math.floor(", "round(width / 2)"),
    ),
    "conditions that hold": Form(
        """
block Shortcut(width, stride = 1) {
    if stride != 1 { avgpool 2 stride=stride }
    conv width 1
}
network N(stride = 2, drop = 0.2, k = 1) {
    input 3x16x16
    Shortcut 8 stride
    if drop > 0 { dropout drop }
    conv 4 k pad=k//2
}
""",
        ("if stride != 1:", "if drop > 0:", "padding=k // 2"),
    ),
}


@pytest.mark.parametrize("what", sorted(FORMS))
def test_the_words_are_the_author_s(what: str) -> None:
    form = FORMS[what]
    result = compile_text(form.text)
    assert result.code is not None, [one.message for one in result.diagnostics]
    assert not result.notes
    for word in form.words:
        assert word in result.code
    for word in form.never:
        assert word not in result.code
    verify(result.code, list(result.checked.networks))
    hold(result)
    assert holding.hold(form.text) is not None


def test_an_activation_writes_over_nothing_that_an_argument_could_make_another_s() -> None:
    result = compile_text(
        "block B(f = true) { if f { conv in.channels 1 }; relu }\n"
        "block C(n = 1) { repeat n { conv in.channels 1 }; silu }\n"
        "network N(f = true, n = 1) {\n input 3x8x8\n conv 8 3\n"
        " add { identity; B f }\n add { identity; C n }\n}\n"
    )
    assert result.code is not None
    assert "inplace" not in result.code
    assert not result.checked.networks[0].facts.in_place
    held = holding.hold(result.checked.program.source.text)
    assert held is not None
    assert held.settings >= 2


def test_a_layer_that_is_handed_over_runs_in_place_everywhere_or_nowhere() -> None:
    begin, end = "block B(w, Act = relu) { conv w 1; Act; ", " }\n"
    network = "network N { input 4x8x8; B 4; conv 4 1 }\n"
    everywhere = compile_text(f"{begin}conv w 1; Act{end}{network}")
    assert everywhere.code is not None
    assert "inplace=True" in everywhere.code
    assert len(everywhere.checked.networks[0].facts.in_place) == 2
    shared = compile_text(f"{begin}add {{ identity; Act }}{end}{network}")
    assert shared.code is not None
    assert "inplace=True" not in shared.code
    assert not shared.checked.networks[0].facts.in_place


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("if hidden > 0 { add { identity; conv 4 1 } }", "self.has_hidden = hidden > 0"),
        ('if mode == "deep" { repeat 2 { conv 4 1 } }', 'self.is_deep = mode == "deep"'),
        ("if hidden == 2 { repeat 2 { conv 4 1 } }", "self.hidden_is_2 = hidden == 2"),
    ],
)
def test_a_condition_is_called_by_what_it_asks(line: str, word: str) -> None:
    text = (
        'network N(hidden = 1, mode = "deep") { input 3x8x8; a: conv 4 1\n'
        f" {line} else {{ relu; conv 4 1 }}\n add {{ identity; from a }} }}\n"
    )
    assert holding.hold(text) is not None
    assert word in code_of(text)


def test_a_value_has_no_second_name_where_it_is_returned() -> None:
    text = (
        "block B(w, more = true) { add { conv w 3 pad=1; if more { conv w 1 } } }\n"
        "network N(more = true) { input 4x8x8; B 4 more; p: identity\n repeat 2 { relu }\n"
        " add { identity; from p } }\n"
    )
    assert holding.hold(text) is not None
    code = code_of(text)
    assert "return y" in code
    assert "x = y\n" not in code
    assert "x = p\n" not in code


def test_a_factor_that_is_divided_out_is_not_written() -> None:
    text = (
        "network N(scale = 2, w = 4) { input 3x8x8; conv w*scale*scale 1; pixel_shuffle scale\n"
        " conv 3 1 }\n"
    )
    assert holding.hold(text) is not None
    assert "nn.Conv2d(w, 3, 1)" in code_of(text)
