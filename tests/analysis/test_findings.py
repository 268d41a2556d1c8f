"""Warnings: what sets each off, what must not, and what they say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest

import archc
from archc.analysis.analyse import analyse
from archc.analysis.findings import findings
from archc.diagnostics import Diagnostic
from archc.graph.graph import Graph
from archc.language import parser
from archc.mend import mended
from archc.shapes import Open
from tests.analysis import networks
from tests.analysis.build import Net
from tests.each import each


def found(net: Net) -> list[Diagnostic]:
    graph = net.graph()
    return findings(graph, analyse(graph))


def mended_by_its_cure(body: str) -> bool:
    """Whether the only finding of a network has a cure that leaves none."""
    text = f"network N {{\n{body}\n}}\n"
    (one,) = archc.load(text).diagnostics
    assert one.cure is not None
    mended_text, made = mended(one.span.source, [one.cure])
    return made == 1 and not archc.load(mended_text).diagnostics


def codes(net: Net) -> list[str]:
    return [one.code for one in found(net)]


@pytest.mark.parametrize(
    "build",
    [
        networks.vgg,
        lambda: networks.vgg(norm=True),
        networks.resnet,
        lambda: networks.resnet((3, 8, 36, 3), stride_on_3x3=False),
    ],
)
def test_silence_on_published_networks(build: Callable[[], Graph]):
    graph = build()
    assert findings(graph, analyse(graph)) == []


# --------------------------------------------------------------------------------- skipped-pixels


def test_a_clean_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The text is read again on the way to a message alone."""
    read = Mock(wraps=parser.drive)
    monkeypatch.setattr(parser, "drive", read)
    text = "network N { input 3x32x32\n conv 8 3x3 pad=1\n relu\n conv 8 3 pad=1 }\n"
    file = tmp_path / "net.arch"
    file.write_text(text)
    assert not archc.load(str(file)).diagnostics
    assert read.call_count == 1


def test_alexnet_at_224_without_padding():
    net = Net(3, 224, 224)
    net.add("conv", 96, 11, stride=4, text="conv 96 11x11 stride=4")
    (one,) = found(net)
    assert one.code == "skipped-pixels"
    assert one.severity == "warning"
    assert one.span.text == "conv 96 11x11 stride=4"
    assert one.message == (
        "`conv` 11x11 with stride 4 never reads the last row and column of its input 3x224x224"
    )
    assert one.help == "an input of 227x227 fits by itself"
    assert mended_by_its_cure("input 3x224x224\nconv 96 11x11 stride=4")


@pytest.mark.parametrize(
    ("size", "pad", "fires"), [(227, 0, 0), (224, 2, 0), (224, 1, 1), (226, 0, 1)]
)
def test_the_cures_of_alexnet(size, pad, fires):
    """With padding 2 or 3 the division drops pixels of the padding alone."""
    net = Net(3, size, size)
    net.add("conv", 96, 11, stride=4, pad=pad)
    assert len(found(net)) == fires


@each("size", range(20, 40))
@each("kernel, stride, pad", [(5, 3, 0), (3, 2, 1), (4, 4, 0), (7, 5, 2)])
def test_the_advice_holds(size, kernel, stride, pad):
    net = Net(1, size, size)
    net.add("conv", 1, kernel, stride=stride, pad=pad)
    read = {
        place
        for y in range(net.nodes[1].shape[1])  # type: ignore[index, arg-type]
        for place in range(y * stride - pad, y * stride - pad + kernel)
    }
    unread = set(range(size)) - read
    warnings = found(net)
    assert bool(warnings) == bool(unread)
    if warnings:
        call = f"conv 1 {kernel}x{kernel} stride={stride} pad={pad}"
        assert mended_by_its_cure(f"input 1x{size}x{size}\n{call}")
        assert warnings[0].help is not None
        n = int(warnings[0].help.split()[3].split("x")[0])
        larger = Net(1, n, n)
        larger.add("conv", 1, kernel, stride=stride, pad=pad)
        assert found(larger) == []


def test_a_pool_is_told_of_ceil():
    net = Net(4, 7, 8)
    net.add("conv", 4, 1)
    net.add("maxpool", 2)
    (one,) = found(net)
    assert one.message == "`maxpool` 2x2 with stride 2 never reads the last row of its input 4x7x8"
    assert one.help == "a map of 8x8 fits by itself"
    net = Net(4, 7, 8)
    net.add("maxpool", 2, ceil=True)
    assert found(net) == []


def test_several_rows_and_one_column():
    net = Net(1, 10, 9)
    net.add("conv", 1, 4, stride=4)
    (one,) = found(net)
    assert "never reads the last 2 rows and the last column of" in one.message


def test_open_sizes_are_no_finding():
    net = Net(3, Open("H"), Open("W"))
    net.add("conv", 96, 11, stride=4)
    assert found(net) == []


# --------------------------------------------------------------------------- stride-exceeds-window


def test_gaps_between_windows():
    net = Net(3, 32, 32)
    net.add("conv", 8, 2, stride=3, text="conv 8 2x2 stride=3")
    (one,) = found(net)
    assert one.code == "stride-exceeds-window"
    assert one.message == (
        "`conv` moves by 3, but its window spans 2x2: a pixel between neighbouring windows "
        "is never read"
    )
    assert mended_by_its_cure("input 3x32x32\nconv 8 2x2 stride=3 pad=1")


def test_a_projection_and_a_subsampling_pool_are_usual():
    net = Net(3, 32, 32)
    net.add("conv", 8, 1, stride=2)
    net.add("maxpool", 1, stride=2)
    net.add("conv", 8, (1, 3), stride=(1, 2), pad=((0, 0), (1, 1)))
    assert found(net) == []


# -------------------------------------------------------------------------------- bias-before-norm


def biased(text: str, reader: str = "batchnorm", **named) -> Net:
    net = Net(3, 8, 8)
    net.add("conv", 8, 3, text=text, **named)
    net.add(reader, text=reader)
    return net


def test_a_bias_nobody_asked_for():
    (one,) = found(biased("conv 8 3x3"))
    assert one.code == "bias-before-norm"
    assert one.span.text == "conv 8 3x3"
    assert [label.span.text for label in one.labels] == ["batchnorm"]
    assert mended_by_its_cure("input 3x8x8\nconv 8 3x3\nbatchnorm")


@pytest.mark.parametrize(
    "net",
    [
        biased("conv 8 3x3 bias=true"),
        biased("conv 8 3x3 bias = flag"),
        biased("conv 8 3x3 1 0 1 1 true"),
        biased("conv 8 3x3", bias=False),
        biased("conv 8 3x3", "relu"),
        biased("conv 8 3x3", "identity"),
        biased("Layer 8"),  # given as a parameter: its own text is elsewhere
    ],
)
def test_no_complaint_about_a_bias(net):
    assert found(net) == []


def test_a_bias_that_another_call_needs():
    net = Net(3, 8, 8)
    for reader in ("batchnorm", "relu"):
        net.add("conv", 3, 3, text="conv 3 3x3", site="conv")
        net.add(reader)
    assert found(net) == []


def test_a_bias_whose_value_something_else_reads():
    net = Net(3, 8, 8)
    x = net.add("conv", 3, 3, text="conv 3 3x3")
    y = net.add("batchnorm")
    net.add("add", inputs=(x, y))
    assert found(net) == []
    net = Net(3, 8, 8)
    net.add("conv", 3, 3, text="conv 3 3x3")
    net.result("raw")
    net.add("batchnorm")
    assert found(net) == []


# ------------------------------------------------------------------------------------ unread-value


def test_the_end_of_a_dead_branch():
    net = Net(3, 8, 8)
    x = net.add("conv", 8, 3, name="a")
    net.add("conv", 8, 3, name="dead", text="conv 8 3x3 # one")
    net.add("relu", name="end", text="relu # two")
    net.at = x
    net.add("relu")
    (one,) = found(net)
    assert (one.code, one.span.text) == ("unread-value", "relu # two")
    assert one.message == "nothing reads `end`, the output of this `relu`"


def test_an_input_that_is_never_read():
    net = Net(3, 8, 8)
    net.add("conv", 8, 3)
    x = net.at
    net.input("mask", 1, 8, 8)
    net.at = x
    assert [one.message for one in found(net)] == ["nothing reads the input `mask`"]


def test_results_are_read_and_broken_files_are_not_judged():
    net = Net(3, 8, 8)
    net.add("conv", 8, 3)
    net.result("side")
    net.at = 0
    net.add("conv", 8, 3)
    assert found(net) == []
    net.at = 0
    net.add("conv", 8, 9)  # larger than its input
    net.at = 0
    net.add("conv", 8, 3)
    assert found(net) == []


def test_a_text_that_some_call_reads_is_no_dead_text():
    net = Net(3, 8, 8)
    net.add("conv", 3, 3, site="conv")
    net.add("conv", 3, 3, site="conv")
    x = net.at
    net.add("conv", 3, 3, site="conv")
    net.at = x
    assert found(net) == []


# --------------------------------------------------------------------------------- stride-mismatch


def test_branches_of_different_strides():
    net = Net(1, 32, 32)
    a = net.add("conv", 1, 2, stride=2, text="conv 1 2x2 stride=2")
    net.at = 0
    b = net.add("crop", (16, 16), text="crop 16x16")
    net.add("add", inputs=(a, b), text="add { … }")
    (one,) = found(net)
    assert one.code == "stride-mismatch"
    assert one.span.text == "add { … }"
    assert one.message == (
        "the branches of `add` step by 2 and 1 input pixels: equal positions do not see the "
        "same place"
    )
    assert [(label.span.text, label.text) for label in one.labels] == [
        ("conv 1 2x2 stride=2", "one step here is 2 input pixels"),
        ("crop 16x16", "one step here is 1 input pixel"),
    ]


# ------------------------------------------------------------------------------------------ places


def test_one_message_a_place_with_the_first_call():
    net = Net(3, 30, 30)
    for i in range(3):
        with net.inside(f"stage{i}", "block"):
            net.add("conv", 8, 3, text="conv 8 3x3", site="conv")
            net.add("batchnorm", site="norm")
    (one,) = found(net)
    assert [(frame.definition, frame.path) for frame in one.calls] == [("stage0", "stage0")]


def test_only_the_call_that_skips_is_named():
    net = Net(3, 28, 28)
    for i in range(3):  # 28, 14, 7
        with net.inside(f"stage{i}", "block"):
            net.add("maxpool", 2, site="pool")
    (one,) = found(net)
    assert one.calls[0].path == "stage2"


def test_findings_come_in_the_order_of_execution():
    net = Net(3, 224, 224)
    net.add("conv", 8, 3, text="conv 8 3x3")
    net.add("batchnorm")
    net.add("conv", 8, 2, stride=3)
    net.add("maxpool", 2)
    x = net.at
    net.add("sigmoid")
    net.at = x
    assert codes(net) == [
        "bias-before-norm",
        "stride-exceeds-window",
        "unread-value",
    ]


# ------------------------------------------------------------------------------------ short-memory


@pytest.mark.parametrize(
    ("momentum", "told"), [(0.1, False), (0.5, False), (None, False), (0.51, True), (0.99, True)]
)
def test_a_momentum_that_keeps_little_of_what_was_known(momentum, told):
    net = Net(3, 8, 8)
    net.add("batchnorm", momentum=momentum)
    assert [one.code for one in found(net)] == ["short-memory"] * told


# ------------------------------------------------------------------------------- window-in-padding


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"kernel": (1, 1), "pad": (1, 1)}, True),
        ({"kernel": (3, 3), "pad": (2, 2)}, False),
        ({"kernel": (3, 3), "pad": (3, 3)}, True),
        ({"kernel": (3, 3), "pad": (3, 3), "dilation": (2, 2)}, False),
        ({"kernel": (3, 1), "pad": (1, 1)}, True),
        ({"kernel": (3, 3), "pad": "same"}, False),
    ],
)
def test_as_much_padding_as_a_window_spans(options, told):
    net = Net(3, 16, 16)
    net.add("conv", channels=4, **options)
    assert [one.code for one in found(net)] == ["window-in-padding"] * told
