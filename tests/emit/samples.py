"""Specs and findings that several tests look at."""

from __future__ import annotations

from archc.check import Checked, Network, Options
from archc.diagnostics import Diagnostic, Frame, Label
from archc.files import Files
from archc.guard import check_source
from archc.language.source import Source, Span

SMALL = '''\
"""A small network.

More about it."""

block Unit(width, stride = 1) {
    add {
        { conv1: conv width 3x3 stride=stride pad=1 bias=false -> bn1: batchnorm -> relu }
        if stride != 1 or in.channels != width {
            downsample: conv width 1x1 stride=stride bias=false
        } else {
            identity
        }
    }
}

block Head(classes) { global_avgpool -> flatten -> fc: linear classes }

network Small {
    input 3x32x32
    stem: conv 8 3x3 pad=1
    layer1: repeat 3 { Unit 8 }
    aux: output training Head 10
    layer2: { Unit 16 stride=2; repeat 2 { Unit 16 } }
    Head 10

    expect params == 8_154         "counted by hand"
    expect params ~ 8.2K
    expect params < 20K
    expect layer1.0.params == 592
}
'''

OPEN = """\
network Open {
    input 3xHxW
    conv 8 3x3 stride=2 pad=1
    maxpool 2x2
    conv_transpose 4 2x2 stride=2
}
"""

PAIR = """\
network One {
    input 1x28x28
    conv 4 5x5 -> relu -> maxpool 2x2
    flatten -> linear 10
}

network Two {
    input 1x16000
    conv 4 7 stride=2 pad=3 -> relu
}

network Three {
    input left 1x8x8
    input right 1x8x8
    from left
    a: conv 4 3x3
    from right
    share a
    add { identity; from a }
}
"""

RESNET = '''\
"""Residual blocks."""

block Bottleneck(width, stride = 1, groups = 1, base = 64) {
    let mid = width * base // 64 * groups


    # shapes of both branches meet here

    add {
        {
            conv2: conv mid 3x3 stride=stride pad=1 groups=groups -> bn2: batchnorm -> relu
            conv3: conv 4*width 1x1 bias=false -> bn3: batchnorm
        }
        if stride != 1 or in.channels != 4*width {
            downsample: { conv 4*width 1x1 stride=stride bias=false -> batchnorm }
        } else {
            identity
        }
    }
    relu
}

network ResNet(Block, depths, classes = 1000) {
    input 3x224x224
    layer1: repeat depths[0] { Block 64 }
}
'''


def checked(text: str, name: str = "sample.arch", options: Options | None = None) -> Checked:
    """A text with everything found out about it."""
    return check_source(Source(text, name), options or Options(), Files())


def network(text: str, options: Options | None = None) -> Network:
    """The first network of a text."""
    return checked(text, options=options).networks[0]


def place(source: Source, needle: str, number: int = 0) -> Span:
    """The place of a text in a source, the `number`-th of its kind."""
    start = -1
    for _ in range(number + 1):
        start = source.text.index(needle, start + 1)
    return Span(source, start, start + len(needle))


def between(source: Source, first: str, last: str) -> Span:
    """From the start of one text to the end of another."""
    start = source.text.index(first)
    return Span(source, start, source.text.index(last, start) + len(last))


def mismatch() -> Diagnostic:
    """The example of the language's page on messages."""
    source = Source(RESNET, "specs/resnet50.arch")
    return Diagnostic(
        "shape-mismatch",
        "error",
        "`add` needs equal shapes, but its branches give 512x56x56 and 512x28x28",
        place(source, "add"),
        (
            Label(place(source, "batchnorm", 1), "512x56x56 from here"),
            Label(place(source, "batchnorm", 2), "512x28x28 from here"),
        ),
        (
            Frame(
                "Bottleneck",
                (("width", "128"), ("stride", "2")),
                "layer2.0",
                place(source, "Block 64"),
            ),
        ),
        "`conv2` (line 11) keeps 56x56; with stride=stride both branches give 512x28x28",
    )
