"""Lines of other frameworks, papers and keyboards: each is answered with the line it stands for."""

from __future__ import annotations

import pytest

from archc.api import load
from archc.graph.cures.foreign import FOREIGN_ARGUMENTS
from archc.habits.frameworks import FUNCTIONAL, KERAS, TORCH
from archc.layers.registry import KINDS
from archc.mend import mended
from tests.each import each

BODY = """block B(w) {{ conv w 3x3 pad=1 }}
block Tower {{ relu }}
network N(classes=3) {{
    input 3x32x32
    a: relu
    c1: conv 3 1x1
    e3: conv 3 1x1
    c2: conv 3 1x1
    {}
}}
"""
START = "network N {{\n    {}\n    conv 8 3x3\n}}\n"

LINES = {
    # what is not trained
    "freeze conv 8 3": "frozen conv 8 3",
    "conv 8 3 frozen": "frozen conv 8 3",
    "stem: conv 8 3 frozen=true": "stem: frozen conv 8 3",
    "conv 8 3 trainable=false": "frozen conv 8 3",
    "conv 8 3 pad=1 requires_grad=False": "frozen conv 8 3 pad=1",
    "unfrozen conv 3 1": "conv 3 1",
    # PyTorch and Keras
    "nn.Conv2d(3, 64, 3, padding=1)": "conv 64 3x3 pad=1",
    "self.conv1 = nn.Conv2d(3, 64, kernel_size=3, bias=False)": "conv1: conv 64 3x3 bias=false",
    "nn.Conv2d(3, 64, kernel_size=(1, 7), padding=(0, 3))": "conv 64 1x7 pad=0x3",
    "nn.ConvTranspose2d(3, 8, 2, stride=2)": "conv_transpose 8 2x2 stride=2",
    "nn.MaxPool2d(kernel_size=3, stride=2, padding=1)": "maxpool 3x3 stride=2 pad=1",
    "nn.MaxPool2d(2, 2)": "maxpool 2x2",
    "nn.ZeroPad2d((0, 1, 2, 3))": "pad [[2, 3], [0, 1]]",
    "F.pad(x, (0, 1, 2, 3))": "pad [[2, 3], [0, 1]]",
    "ZeroPadding2D(((0, 1), (2, 3)))": "pad [[0, 1], [2, 3]]",
    "nn.AdaptiveAvgPool2d((1, 1))": "global_avgpool",
    "nn.BatchNorm2d(64)": "batchnorm",
    "nn.Upsample(scale_factor=2, mode='bilinear')": "upsample 2 mode=bilinear",
    "nn.Linear(512, 10)": "flatten -> linear 10",
    "x = F.relu(x)": "relu",
    "view -1 16*32*32": "flatten",
    "reshape (-1) 4096": "flatten",
    "lambda x: x * 2": "rescale 2",
    "F.max_pool2d(x, 2)": "maxpool 2x2",
    "conv 16 3x3 -> nn.ReLU()": "conv 16 3x3 -> relu",
    "nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU())": (
        "conv 8 3x3 -> batchnorm -> relu"
    ),
    "Sequential([Conv2D(8, 3, activation='relu'), Flatten()])": "conv 8 3x3 -> relu -> flatten",
    "torch.cat([c1, c2], 1)": "concat { from c1; from c2 }",
    "Conv2D(64, (3, 3), activation='relu')": "conv 64 3x3 -> relu",
    "x = layers.Conv2D(64, 3, strides=2, padding='same', use_bias=False)(x)": (
        "conv 64 3x3 stride=2 pad=same bias=false"
    ),
    "model.add(Dense(10, activation='softmax'))": "flatten -> linear 10 -> softmax",
    "x = layers.MaxPooling2D(2)(x)": "maxpool 2x2",
    "GlobalAveragePooling2D()": "global_avgpool",
    "UpSampling2D((2, 2))": "upsample 2",
    "conv 64 3x3 padding=same": "conv 64 3x3 pad=same",
    # lectures and papers
    "Conv-ReLU-Pool-Conv-ReLU-Pool-FC-SM": (
        "conv 16 3x3 pad=1 -> relu -> maxpool 2x2 -> conv 32 3x3 pad=1 -> relu -> maxpool 2x2 "
        "-> flatten -> linear 10 -> softmax"
    ),
    'tf.nn.max_pool2d(x, 2, 2, "VALID")': "maxpool 2x2",
    "view -1 3 32*32 1": "reshape [3, 32*32, 1]",
    "x = nn.avg_pool(x, window_shape=(2, 2), strides=(2, 2))": "avgpool 2x2",
    "x = x.reshape((x.shape[0], -1))": "flatten",
    "CONV -> RELU -> POOL": "conv 16 3x3 pad=1 -> relu -> maxpool 2x2",
    "conv3-64": "conv 64 3x3 pad=1",
    "7x7 conv, 64, /2": "conv 64 7x7 stride=2 pad=3",
    "7x7, 64, stride 2": "conv 64 7x7 stride=2 pad=3",
    "3x3 max pool, stride 2": "maxpool 3x3 stride=2 pad=1",
    "64@3x3": "conv 64 3x3 pad=1",
    "conv 3x3 64": "conv 64 3x3",
    "depthwise 3x3": "conv in.channels 3x3 groups=in.channels pad=1",
    "separable 64 3x3": "conv in.channels 3x3 groups=in.channels pad=1 -> conv 64 1x1",
    "pointwise 64": "conv 64 1x1",
    "dropout 50%": "dropout 0.5",
    # archc's own table
    "conv 64 7x7 /2 pad 3 no bias": "conv 64 7x7 stride=2 pad=3 bias=false",
    "conv 64 3x3 stride 2": "conv 64 3x3 stride=2",
    # other languages
    "conv1 = conv 16 3x3": "conv1: conv 16 3x3",
    "conv int(16 * 1.5) 3x3": "conv floor(16 * 1.5) 3x3",
    "conv math.ceil(16 * 1.3) 3x3": "conv ceil(16 * 1.3) 3x3",
    "conv 16 * 1.3 3x3": "conv round(16 * 1.3) 3x3",
    "conv in.channels() 3x3": "conv in.channels 3x3",
    "if training { dropout 0.5 }": "dropout 0.5",
    "c1 + c2": "add { from c1; from c2 }",
    "c1 * c2": "mul { from c1; from c2 }",
    "x = c1 + x": "add { from c1; identity }",
    "skip: x": "skip: identity",
    "conv 8 3x3 // note": "conv 8 3x3  # note",
    "For i in range(3) { relu }": "for i in range(3)",
    "Repeat 3 { relu }": "repeat 3",
    "repeat 2 B(64)": "repeat 2 { B(64) }",
    "for i in 3 { relu }": "for i in range(3)",
    "for i in 1..3 { relu }": "for i in range(1, 4)",
    "for i = 1 to 3 { relu }": "for i in range(1, 4)",
    "for i in 1 to 3 { relu }": "for i in range(1, 4)",
    "for i in 0 to classes { relu }": "for i in range(0, classes + 1)",
    "for i in 1:3 { relu }": "for i in range(1, 4)",
    "for i in 0 until 3 { relu }": "for i in range(0, 3)",
    "for i in 0..<3 { relu }": "for i in range(0, 3)",
    "for i in range(3): conv 8 3x3 pad=1": "for i in range(3) { conv 8 3x3 pad=1 }",
    "let body = { relu }": "body:",
    "let t = [(2, 64), (3, 32)]": "let t = [[2, 64], [3, 32]]",
    "linear 1,000": "flatten -> linear 1_000",
    "avgpool global": "global_avgpool",
    "concat e3": "concat { identity; from e3 }",
    "concat e3 c1": "concat { from e3; from c1 }",
    "Tower(a)": "from a -> Tower",
    "conv 8 3x3 bias=True": "conv 8 3x3 bias=true",
    "conv 8 3x3 bias=0": "conv 8 3x3 bias=false",
    "conv 64 3x3 relu": "conv 64 3x3 -> relu",
    "conv 64 3x3 bn relu": "conv 64 3x3 -> batchnorm -> relu",
    "conv 64 3x3, relu": "conv 64 3x3 -> relu",
    "conv 64 3x3 pad=valid": "conv 64 3x3",
    "conv 16 3x3 stride=(2, 2)": "conv 16 3x3 stride=2",
    "conv 16 (3, 3)": "conv 16 3x3",
    "conv 16x3x3": "conv 16 3x3",
    'conv 16 3x3 activation="relu" pad=1': "conv 16 3x3 pad=1 -> relu",
    "conv 16 3x3 pad 1 -> bn -> relu": "conv 16 3x3 pad=1 -> batchnorm -> relu",
    "loop 3 { relu }": "repeat 3",
    "foreach w in [1, 2] { relu }": "for w in [1, 2]",
    "for w in 16, 32 { conv w 1x1 }": "for w in [16, 32]",
    "repeat n=3 { relu }": "repeat 3",
    "if classes > 5: relu": "if classes > 5 { relu }",
    "if (classes > 5) then { relu }": "if (classes > 5)",
    "branch left { relu }": "left:",
    "from c1 + c2": "add { from c1; from c2 }",
    "- conv 16 3x3": "conv 16 3x3",
    "bn 8": "batchnorm",
    "ln 8": "layernorm",
    "gn 3 3": "groupnorm 3",
    "resize": "upsample 2",
    "conv 8 3x3 pad==1": "conv 8 3x3 pad=1",
    "conv 64@3x3": "conv 64 3x3",
    "Conv-BN-ReLU x3": "repeat 3 { conv 16 3x3 pad=1 -> batchnorm -> relu }",
    "[Conv-ReLU]*2-Pool-FC": (
        "conv 16 3x3 pad=1 -> relu -> conv 16 3x3 pad=1 -> relu -> maxpool 2x2 -> flatten "
        "-> linear 10"
    ),
    "INPUT -> CONV -> RELU -> POOL -> FC": (
        "conv 16 3x3 pad=1 -> relu -> maxpool 2x2 -> flatten -> linear 10"
    ),
    "64C3-MP2-10N": "conv 64 3x3 pad=1 -> maxpool 2x2 -> flatten -> linear 10",
    ".relu()": "relu",
    "expect memory.peak < 3MG": "expect memory.peak < 3MB",
    "expect memory.peak < 3*MG": "expect memory.peak < 3MB",
    "expect memory.peak < 3*MB": "expect memory.peak < 3MB",
    "expect memory.peak < 3MByte": "expect memory.peak < 3MB",
    "expect memory.peak < 3 MiBytes": "expect memory.peak < 3MiB",
    "expect memory.peak < 300 kilobytes": "expect memory.peak < 300kB",
    "expect params < 3B": "expect params < 3G",
    "expect params < 3*M": "expect params < 3M",
    "expect flops < 1 GFLOP": "expect flops < 1G",
    "slice 0:2": "slice 0 2",
    "conv classes 1x1 => classes x 32 x 32": "conv classes 1x1 => [classes, 32, 32]",
    "resize 64x64": "upsample 64x64",
    "ln": "layernorm",
    "expect output == 3x32x32": "expect output.shape == 3x32x32",
    "expect output 3x32x32": "expect output.shape == 3x32x32",
    "expect params 36": "expect params == 36",
    "expect params < 10 K": "expect params < 10K",
    "expect memory.peak < 3 MB": "expect memory.peak < 3MB",
    "expect memory.peak < 64 KB": "expect memory.peak < 64kB",
    "expect peak < 3MB": "expect memory.peak < 3MB",
    "expect memory < 3MB": "expect memory.peak < 3MB",
    "conv 16 3x3 | relu": "conv 16 3x3 -> relu",
    "conv 16 3x3 act=relu": "conv 16 3x3 -> relu",
    "conv 16 3x3 norm=batch": "conv 16 3x3 -> batchnorm",
    "conv 16 5x5 padding": "conv 16 5x5 pad=2",
    "conv 16 3x3 stride=2,2": "conv 16 3x3 stride=2x2",
    "activation relu": "relu",
    "conv 16 3x3 bias=no": "conv 16 3x3 bias=false",
    "b: c1(a)": "from a -> b: share c1",
    "upsample x2": "upsample 2",
    "interpolate 2": "upsample 2",
    "view -1": "flatten",
    "linear 3072 10": "flatten -> linear 10",
    "fc1 = linear 10": "flatten -> fc1: linear 10",
    "conv1 conv 16 3x3": "conv1: conv 16 3x3",
    "let k: 3": "let k = 3",
    "k := 3": "let k = 3",
    "k = 3": "let k = 3",
    "add (identity, relu)": "add { identity; relu }",
    "concat (c1, c2)": "concat { from c1; from c2 }",
    "expect params < 1 million": "expect params < 1M",
    "lineer 10": "flatten -> linear 10",
    "expect output.shape 3x32x32": "expect output.shape == 3x32x32",
    'conv 32 (3, 3) strides=(2, 2) padding="same" activation="relu"': (
        "conv 32 3x3 stride=2 pad=same -> relu"
    ),
    "relu(x)": "relu",
    "x = maxpool(x, 2)": "maxpool 2x2",
    "h1 = batchnorm(x)": "h1: batchnorm",
    "expect params < 5 million": "expect params < 5M",
    "conv 64 $7\\times7$ pad=3": "conv 64 7x7 pad=3",
    # lists of YAML
    "- conv: {filters: 64, kernel_size: 3, padding: same}": "conv 64 3x3 pad=same",
    "- relu": "relu",
    "- maxpool: 2": "maxpool 2x2",
    "- Conv2D:\n        filters: 8\n        kernel_size: 3": "conv 8 3x3",
    # keyboards
    "conv \uff11\uff16 3x3": "conv 16 3x3",
    "conv 16 3x3 pad\uff1d1": "conv 16 3x3 pad=1",
    "relu\uff08\uff09": "relu()",
    "\uce351: conv 16 3x3": "ceung1: conv 16 3x3",
    "\u0441onv 16 3x3": "conv 16 3x3",
    "caf\u00e9: relu": "cafe: relu",
    "\u03b1: relu": "alpha: relu",
}
INPUTS = (
    "input: 3x32x32",
    "input 3 x 32 x 32",
    "input 3 32 32",
    "Input 3x32x32",
    "INPUT 3x32x32",
    "inptu 3x32x32",
    "input 3, 32, 32",
    "input (3, 32, 32)",
    "input [None, 3, 32, 32]",
    "input = Input(shape=(32, 32, 3))",
)
HEADS = ("class N", "model N", "netwrok N", "Network N", "NETWORK N")


def cure(text: str, line: str) -> None:
    """Every error of the line has this cure, and with it there is none."""
    file = load(text)
    assert file.errors
    for error in file.errors:
        assert error.help is not None
        assert error.help.startswith(f"write `{line}`"), (error.message, error.help)
        assert error.cure is not None
        repaired, _ = mended(error.cure.edits[0].span.source, [error.cure])
        assert not load(repaired).errors


@each("written", LINES)
def test_the_line_they_should_have_written(written: str) -> None:
    cure(BODY.format(written), LINES[written])


@pytest.mark.parametrize("written", INPUTS)
def test_inputs(written: str) -> None:
    cure(START.format(written), "input 3x32x32")


@pytest.mark.parametrize("written", HEADS)
def test_the_head_of_a_network(written: str) -> None:
    cure(f"{written} {{\n    input 3x8x8\n    relu\n}}\n", "network N")


def test_a_label_is_no_name_for_the_current_tensor() -> None:
    text = "network N { input 3x8x8; x: relu; y: conv 3 1x1; add { x; y } }"
    assert [one.help for one in load(text).errors] == [
        f"write `from {label}`: it makes that value the current tensor" for label in "xy"
    ]


def test_branches_between_commas() -> None:
    for written in ("conv 3 3x3 pad=1, identity", "from c1, from c2"):
        (error,) = load(BODY.format(f"add {{ {written} }}")).errors
        assert error.help == f"write `{written.replace(', ', '; ')}`"


def test_the_shortcut_of_a_residual_is_written() -> None:
    (error,) = load(BODY.format("residual { conv 3 3x3 pad=1 }")).errors
    assert error.help == "write `add { identity; … }`"
    assert error.cure is not None
    mended_text, _ = mended(error.span.source, [error.cure])
    assert "add { identity; conv 3 3x3 pad=1 }" in mended_text
    assert not load(mended_text).errors


def test_a_head_in_capitals_hides_no_mistake_of_its_network() -> None:
    text = "Network N {\n    Input 3x8x8\n    ReLU\n}\nBLOCK B { Gelu }\n"
    assert [(one.span.line, one.help) for one in load(text).errors] == [
        (1, "write `network N`"),
        (2, "write `input 3x8x8`"),
        (3, "write `relu`"),
        (5, "write `block B`"),
        (5, "write `gelu`"),
    ]


def test_a_line_of_another_script_has_one_message() -> None:
    text = BODY.format("\uce35\uff11\uff1a conv \uff11\uff16 \uff13x\uff13")
    assert [one.code for one in load(text).errors] == ["bad-character"]


@pytest.mark.parametrize(
    "written", ["conv 64 7x7 /2 pad 3 no bias -> bn", "Conv2D(64, (3, 3), activation='relu')"]
)
def test_a_line_that_is_written_anew_is_told_of_once(written: str) -> None:
    assert len(load(BODY.format(written)).errors) == 1


def test_the_tables_speak_of_layers_that_there_are() -> None:
    for call in (*TORCH.values(), *KERAS.values(), *FUNCTIONAL.values()):
        if call.keyword:
            arguments = KINDS[call.keyword].arguments
            assert set(call.arguments) <= {"", "in", *arguments}, call
    names = {name for kind in KINDS.values() for name in kind.arguments}
    for known in FOREIGN_ARGUMENTS.values():
        assert set(known) <= names | {"factor"}, known
