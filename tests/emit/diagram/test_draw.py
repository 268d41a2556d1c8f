# ruff: noqa: RUF001  (a picture has true times signs)
"""What is drawn, and what is folded, fused, closed and marked."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import archc
from archc.emit.diagram import Options, UnknownName, draw
from archc.emit.diagram.options import COLORS, DIRECTIONS, THEMES
from archc.emit.diagram.theme import contrast
from tests.emit.diagram.dots import BLOCK, backward, checked, drawn, labels, read
from tests.emit.networks import bundled_networks, each_kind

NETWORKS = each_kind(bundled_networks())


def network(name):
    return next(one for _, one in bundled_networks() if one.name == name)


# --------------------------------------------------------------------------------------- boxes


def test_a_layer_says_kernel_width_stride_and_padding():
    picture = drawn(
        "network N { input 3x32x32; c: conv 8 5x3 stride=2 pad=[1, 0] groups=1 -> relu }"
    )
    (box,) = picture.find("conv")
    assert picture.boxes[box] == ["conv 5×3, 8", "stride 2, pad 1×0", "c", "ReLU", "8×15×15"]


def test_shapes_stand_at_the_arrows():
    picture = drawn("network N { input 3x32x32; conv 8 3x3; maxpool 2x2; flatten; linear 10 }")
    shapes = [texts[-1] for name, texts in picture.boxes.items() if name.startswith("n")]
    assert shapes == ["3×32×32", "8×30×30", "1800", "10"]


def test_open_sizes_are_drawn():
    assert (
        "8×(H // 2)×(W // 2)"
        in drawn("network N { input 3xHxW; conv 8 3x3 pad=1; maxpool 2x2; conv 1 1x1 }").text
    )


def test_stripes_and_no_fuse():
    text = (
        "network N { input 3x8x8; conv 8 3x3 -> batchnorm -> relu; dropout 0.5; flatten; linear 2 }"
    )
    fused, apart = drawn(text), drawn(text, Options(fuse=False))
    assert len(fused.find("conv", "batch norm", "ReLU", "dropout 0.5", "flatten")) == 1
    assert not apart.find("conv", "batch norm")
    assert len(apart.boxes) == len(fused.boxes) + 4


def test_stripes_in_front_where_a_network_normalises_first():
    text = """network N { input 3x8x8
        add { identity; { batchnorm; relu; conv 3 3x3 pad=1; batchnorm; relu; conv 3 3x3 pad=1 } }
    }"""
    boxes = drawn(text)
    first, second = boxes.find("conv")
    for name in (first, second):
        assert boxes.boxes[name][:2] == ["batch norm", "ReLU"]


def test_a_layer_read_twice_keeps_its_activation_apart():
    text = (
        "network N { input 3x8x8; a: conv 3 1x1; b: relu; add { from a; from b } }  # two readers"
    )
    assert len(drawn(text).find("conv", "ReLU")) == 0


def test_skips_are_arrows_and_do_nothing_else():
    picture = drawn(BLOCK + "network N { input 8x8x8; Unit 8 }")
    assert not picture.find("identity")
    (add,) = picture.find("sum")
    assert "color=" in picture.arrows["j0", add]  # a skip, from where both ways part
    assert picture.arrows["n1", add].startswith("weight")


def test_extra_outputs_are_dashed():
    text = """block Head { flatten; fc: linear 2; relu; fc2: linear 2 }
    network N { input 3x8x8; conv 4 3x3; aux: output training Head; conv 4 3x3 }"""
    picture = drawn(text)
    (result,) = picture.find("aux")
    (last,) = picture.find("fc2")
    assert "style=dashed" in picture.arrows[last, result]
    assert picture.dot.count('STYLE="DASHED"') == 3  # two layers and the result
    assert "in training only" in picture.text


# -------------------------------------------------------------------------------------- folding


def test_equal_blocks_fold():
    picture = drawn(BLOCK + "network N { input 8x8x8; repeat 3 { Unit 8 }; Unit 16 stride=2 }")
    assert picture.text.count("× 3") == 1
    assert len(picture.find("conv 3×3, 8")) == 1
    assert len(picture.find("conv 3×3, 16")) == 1


@pytest.mark.parametrize("other", ["Unit 9", "conv 8 1x1; Unit 8", "conv 8 3x3; Unit 8"])
def test_what_differs_is_drawn_apart(other):
    picture = drawn(BLOCK + f"network N {{ input 8x8x8; Unit 8; {other} }}")
    assert "× 2" not in picture.text


def test_parallel_branches_do_not_fold():
    text = """block Tower { conv 4 3x3; conv 4 3x3 }
    network N { input 3x16x16; concat { left: Tower; right: Tower } }"""
    picture = drawn(text)
    assert "× 2" not in picture.text
    assert len(picture.find("conv 3×3, 4")) == 4


def test_a_repeat_read_from_its_middle_does_not_fold():
    text = """block Two { conv 4 3x3 pad=1; conv 4 3x3 pad=1 }
    network N { input 4x8x8; a: Two; b: Two; c: Two; concat { from b; from c } }"""
    picture = drawn(text)
    assert "× 3" not in picture.text
    (concat,) = picture.find("concat")
    assert sum(head == concat for _, head in picture.arrows) == 2


def test_no_arrow_runs_back_in_a_folded_run():
    picture = read(draw(network("ResNet50")))
    names = list(picture.boxes)
    for tail, head in picture.arrows:
        if tail in names and head in names and tail != "legend":
            assert names.index(tail) < names.index(head) or head.startswith("r")


def test_a_structure_is_drawn_once():
    picture = read(draw(network("ResNet152")))
    assert "× 35" in picture.text
    assert picture.find("Bottleneck", "1\u00d71 128 \u2192 3\u00d73 128, stride 2", "sum")
    assert picture.find("Bottleneck", "1\u00d71 128 \u2192 3\u00d73 128", "identity; sum")
    assert len([texts for texts in picture.clusters if "Bottleneck" in texts]) == 2


def test_growing_blocks_are_no_repeats():
    picture = read(draw(network("DenseNet201")))
    assert "×" not in " ".join(
        text for texts in picture.clusters for text in texts if "dense" in text
    )
    assert "48 in a row: 256 → 1792 channels" in picture.text


@pytest.mark.parametrize("name", ["ResNet152", "DenseNet201"])
def test_large_networks_stay_small(name):
    picture = read(draw(network(name)))
    assert len(picture.boxes) < 32


# -------------------------------------------------------------------------------------- options


def test_expand_none_shows_the_outermost_pieces():
    picture = read(draw(network("ResNet50"), Options(expand=("none",))))
    assert len(picture.find("layer")) == 4
    assert not picture.find("conv 3×3")


def test_expand_all_draws_every_layer():
    one = network("DenseNet121")
    picture = read(draw(one, Options(expand=("all",), fuse=False)))
    nodes = [node for node in one.graph.nodes if node.kind != "identity"]
    assert len([name for name in picture.boxes if name.startswith("n")]) == len(nodes)


def test_expand_opens_a_path_and_a_block():
    one = network("ResNet152")
    by_path = read(draw(one, Options(expand=("layer3.7",))))
    assert len(by_path.find("conv 3×3, 256")) == 1
    by_block = read(draw(one, Options(expand=("Bottleneck",))))
    assert not by_block.find("inside as")
    assert by_block.find("conv 3×3, 512")


def test_expand_wants_a_name_that_is_there():
    with pytest.raises(UnknownName) as error:
        draw(network("ResNet50"), Options(expand=("Bottlneck",)))
    assert "Bottleneck" in error.value.known


def test_depth_closes_groups():
    shallow = read(draw(network("ResNet50"), Options(depth=1)))
    deeper = read(draw(network("ResNet50"), Options(depth=2)))
    assert shallow.find("layer1", "3 \u00d7 Bottleneck")
    assert len(shallow.find("Bottleneck")) == 4
    assert not deeper.find("\u00d7 Bottleneck")
    assert not deeper.find("conv 3×3, 64")


def test_columns():
    assert "cluster_column1" in draw(network("ResNet152"))
    assert "cluster_column1" not in draw(network("ResNet152"), Options(columns=1))
    assert "cluster_column2" in draw(network("VGG16"), Options(columns=3))
    assert "cluster_column1" not in draw(network("LeNet5"))


def test_heat_names_costs():
    picture = read(draw(network("VGG16"), Options(color="params")))
    assert "102.8 M parameters" in picture.text
    memory = read(draw(network("VGG16"), Options(color="memory")))
    assert "12.85 MB" in memory.text  # the ReLU writes over it


def test_heat_of_equal_blocks_is_that_of_one():
    picture = read(draw(network("ResNet50"), Options(color="macs")))
    assert "2 × 51.38 M MACs" in picture.text
    assert "5 × 218.4 M MACs" in picture.text


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("color", COLORS)
def test_all_text_in_boxes_can_be_read(color, theme):
    dot = draw(network("ResNet50"), Options(color=color, theme=theme))
    for label in labels(dot):
        for ground, ink, text in inks(ElementTree.fromstring(label), ""):
            assert contrast(ground, ink) >= 4.5, text


def inks(element, ground):
    """The ground and colour of each text that has a ground of its own or around it."""
    ground = element.get("BGCOLOR", ground)
    for inner in element:
        if inner.tag == "FONT" and ground:
            yield ground, inner.get("COLOR"), "".join(inner.itertext())
        yield from inks(inner, ground)


def test_a_stride_is_always_written():
    picture = drawn("network N { input 3x8x8; maxpool 2x2 -> avgpool 3x3 }")
    assert "max pool 2×2 stride 2" in picture.text
    assert "average pool 3×3 stride 3" in picture.text
    assert "subsample 2×2 stride 2" in drawn("network N { input 3x8x8; subsample 2x2 }").text


def test_closed_blocks_have_a_double_border():
    dot = draw(network("ResNet50"))
    assert dot.count('CELLSPACING="1" CELLPADDING="0" COLOR="#8A8F98"') == 6 + 1
    legend = " ".join(read(dot).boxes["legend"])
    assert "closed block" in legend


def test_a_continued_cluster_says_so():
    picture = drawn(f"network N {{ input 3x256x256\nfeatures: {{ {'conv 8 3x3; ' * 30} }} }}")
    assert any("(cont.)" in " ".join(texts) for texts in picture.clusters)


def test_without_legend():
    assert "legend" in draw(network("LeNet5"))
    assert "legend" not in draw(network("LeNet5"), Options(legend=False))


@pytest.mark.parametrize("one", NETWORKS)
def test_every_bundled_network_is_drawn(one):
    for options in (
        Options(),
        Options(expand=("none",)),
        Options(direction="LR", theme="dark", color="macs"),
        Options(fuse=False, color="memory"),
        Options(depth=2),
    ):
        picture = read(draw(one, options))
        ends = {name for arrow in picture.arrows for name in arrow}
        lost = set(picture.boxes) - ends - {"legend"}
        assert not lost, "a box without an arrow"
        inner = {name for name in ends if name[0] in "nr"}
        assert inner <= set(picture.boxes), "an arrow to nowhere"
        assert not backward(picture), "an arrow up, or in a circle"


def test_choices_are_those_of_the_options():
    one = network("LeNet5")
    for direction in DIRECTIONS:
        for color in COLORS:
            for theme in THEMES:
                options = Options(direction=direction, color=color, theme=theme)  # type: ignore[arg-type]
                labels(draw(one, options))


# ------------------------------------------------------------------------------------- mistakes

BROKEN = """network Broken {
    input 3x32x32
    conv1: conv 8 3x3 pad=1
    add {
        conv 16 3x3 pad=1
        conv 16 3x3 pad=1 stride=2
    }
    relu
}
"""


def test_a_merge_that_does_not_fit_is_red_with_both_shapes():
    picture = drawn(BROKEN)
    (add,) = picture.find("sum")
    wrong = {tail: text for (tail, head), text in picture.arrows.items() if head == add}
    assert len(wrong) == 2
    assert all('color="#B00020"' in text for text in wrong.values())
    assert [picture.boxes[tail][-1] for tail in wrong] == ["16×32×32", "16×16×16"]
    assert picture.dot.count('COLOR="#B00020"><B>16×') == 2
    across = drawn(BROKEN, Options(direction="LR"))
    assert sum("16×" in text for text in across.arrows.values()) >= 2
    assert "✗" in " ".join(picture.boxes[add])
    assert "does not fit" in picture.text


def test_what_is_known_up_to_a_mistake_is_drawn():
    picture = drawn("network N { input 3x8x8; conv 8 3x3; conv 8 9x9; conv 8 3x3 }")
    assert picture.find("conv 3×3, 8", "8×6×6") or picture.find("conv 3×3, 8")
    (wrong,) = picture.find("✗")
    assert "9×9" in " ".join(picture.boxes[wrong])


def test_a_shape_that_is_not_the_authors():
    picture = drawn("network N { input 3x8x8; conv 8 3x3 => 8x8x8; conv 8 3x3 }")
    (wrong,) = picture.find("✗")
    assert "8x6x6" in " ".join(picture.boxes[wrong])


def test_only_the_call_at_fault_is_marked():
    text = """block Two(size) { conv 4 size; conv 4 3x3 }
    network N { input 3x8x8; a: Two 1x1; b: Two 9x9; c: Two 1x1 }"""
    assert len(drawn(text).find("✗")) == 1


UNKNOWN_LAYER = "network N { input 3x32x32; c1: conv 16 3x3; c2: convv 16 3x3; c3: conv 8 3x3 }"
SYNTAX = """block B(w) { conv w 3x3; conv w 3x }
    network N { input 3x32x32; c1: conv 16 3x3; c2: B 16; c3: conv 8 3x3 }"""


@pytest.mark.parametrize(
    ("text", "said"),
    [(UNKNOWN_LAYER, "there is no layer convv"), (SYNTAX, "lacks an axis")],
)
def test_a_picture_that_breaks_off_says_so(text, said):
    for options in (Options(), Options(direction="LR"), Options(expand=("all",), fuse=False)):
        picture = drawn(text, options)
        assert said in " ".join(picture.boxes["x0"])
        (tail,) = (tail for tail, head in picture.arrows if head == "x0")
        assert max(picture.find("conv 3×3, 16")) == tail
        assert "#B00020" in picture.arrows[tail, "x0"]
        assert "3×32×32 → ? · ? parameters" in picture.text
        assert "mistake" in " ".join(picture.boxes["legend"])


def test_another_network_s_mistake_is_not_this_one_s():
    text = "network M { input 3x8x8; conv 4 3x3 }\n" + UNKNOWN_LAYER
    assert "x0" not in drawn(text, number=0).boxes
    assert "x0" in drawn(text, number=1).boxes


def test_a_total_that_nobody_knows():
    heading = drawn("network N { input 3xHxW; conv 8 3x3 }").clusters[0]
    assert "? MACs" in heading[1]
    assert "224 parameters" in heading[1]


@pytest.mark.parametrize("text", ["", "network N { }", "network N { input 3x8x8 }", "network N {"])
def test_hardly_anything_is_drawn_all_the_same(text):
    for one in checked(text).networks:
        labels(draw(one))


# ----------------------------------------------------------------------------- hostile, stable

HOSTILE = [
    "</title><script>alert(1)</script>",
    "<TABLE><TR><TD>x</TD></TR></TABLE>",
    "--><!-- ]]> &amp; &lt; &#60; &",
    "\\\\N \\\\G \\\\E \\\\n \\\\",
    "\\\"quoted\\\" 'too'",
    "\u202eevil\u2066",
    "\x07\x1b[31m\x7f\x00",
    "עברית العربية 中文 🙂 e\u0301",
    "a" * 5000,
    "a\\nb\\tc",
    "%s %n ${x} $(rm) `ls` | ; { }",
]


def hostile(text: str) -> str:
    return f"""block Evil(note) {{ conv 4 1x1; conv 4 1x1 }}
    network N {{ input 3x8x8; a: Evil "{text}"; b: Evil "{text}"; flatten; linear 2 }}"""


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    result = checked(hostile(text))
    for one in result.networks:
        for options in (Options(), Options(expand=("none",)), Options(direction="LR")):
            dot = draw(one, options, result.diagnostics)
            for label in labels(dot):
                assert "<script" not in label.lower()
            assert dot.replace("\n", "").isprintable()
            assert len(dot) < 40_000


def test_the_same_bytes_on_every_run():
    code = (
        "from archc.api import load\n"
        "from archc.emit.diagram import draw\n"
        "from archc import bundled\n"
        "from archc.check import Options, check\n"
        "from archc.files import Files\n"
        "files = Files()\n"
        "for name in ('googlenet', 'lenet5'):\n"
        "    source = files.source(bundled.spec(name))\n"
        "    for one in check(source, Options(), files.imported).networks:\n"
        "        print(draw(one))\n"
    )
    root = Path(archc.__file__).parent.parent
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(seen) == 1
