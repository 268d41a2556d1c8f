"""A longer text may unfold into more layers; networks that people write stay far below."""

from __future__ import annotations

import pytest

from archc.check import Checked, Options, check, elaborate, linked
from archc.graph import bounds
from archc.language.source import Source
from tests.robustness.full import FULL, LENGTH, padded
from tests.robustness.hostile import network
from tests.robustness.sound import read
from tests.specs.library import STEMS
from tests.specs.library import checked as bundled

RESNET = """block Basic(channels, stride=1) {
    add {
        {
            conv channels 3x3 stride=stride pad=1 bias=false -> batchnorm -> relu
            conv channels 3x3 pad=1 bias=false -> batchnorm
        }
        if stride == 1 { identity } else { conv channels 1x1 stride=stride bias=false -> batchnorm }
    }
    relu
}

network ResNet1202(n=200) {
    input 3x32x32
    conv 16 3x3 pad=1 bias=false -> batchnorm -> relu
    repeat n { Basic 16 }
    Basic 32 2
    repeat n - 1 { Basic 32 }
    Basic 64 2
    repeat n - 1 { Basic 64 }
    global_avgpool -> flatten -> linear 10
}
"""
DENSENET = """block Layer(k) {
    concat {
        identity
        {
            batchnorm -> relu -> conv 4 * k 1x1 bias=false
            batchnorm -> relu -> conv k 3x3 pad=1 bias=false
        }
    }
}

network DenseNet1001(k=12) {
    input 3x32x32
    conv 2 * k 3x3 pad=1 bias=false
    repeat 166 { Layer k }
    batchnorm -> relu -> conv in.channels // 2 1x1 bias=false -> avgpool 2
    repeat 166 { Layer k }
    batchnorm -> relu -> conv in.channels // 2 1x1 bias=false -> avgpool 2
    repeat 166 { Layer k }
    batchnorm -> relu -> global_avgpool -> flatten -> linear 10
}
"""
"""The deepest networks of their papers, and their texts are short."""


def found(text: str) -> Checked:
    return check(Source(text, "full.arch"), Options(), read)


def layers(one: Checked) -> int:
    return sum(len(network.graph.nodes) for network in one.networks)


@pytest.mark.parametrize("text", [RESNET, DENSENET], ids=["ResNet-1202", "DenseNet-1001"])
def test_the_deepest_networks_have_room(text: str) -> None:
    one = found(text)
    assert not [each for each in one.diagnostics if each.severity == "error"]
    assert 3_900 < layers(one) < 0.5 * bounds.bounds(len(text)).nodes


@pytest.mark.parametrize("stem", STEMS)
def test_bundled_networks_use_a_tenth_at_most(stem: str) -> None:
    one = bundled(stem)
    room = bounds.bounds(len(one.program.source.text))
    assert layers(one) < 0.13 * room.all_nodes


def test_a_longer_text_may_have_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "FEWEST", 20)
    monkeypatch.setattr(bounds, "EACH", 1)
    text = network("repeat 100 { relu }")
    small, large = padded(text, 70), padded(text, 81)
    assert [one.code for one in found(small).diagnostics] == ["too-large"]
    assert found(large).diagnostics == ()
    (one,) = found(padded(text, 79)).diagnostics
    assert one.message == "the network has more than 99 layers"
    assert "20 layers, and 1 more for each of the 79 characters of its text" in (one.help or "")


def test_imports_are_text_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "FEWEST", 0)
    monkeypatch.setattr(bounds, "EACH", 1)

    def reader(path: str, importer: Source) -> Source:
        return Source("block B { relu; relu; relu; relu }\n" + "#" * 400, path)

    text = 'from "other.arch" import B\n' + network("repeat 100 { B }")
    assert check(Source(text, "full.arch"), Options(), reader).diagnostics == ()
    alone = text.partition("\n")[2].replace("B }", "relu; relu; relu; relu }")
    assert [one.code for one in found(alone).diagnostics] == ["too-large"]


def test_networks_of_a_file_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "FEWEST", 100)
    monkeypatch.setattr(bounds, "EACH", 0)
    one = "network N@ { input 3x8x8\n repeat 60 { relu } }\n"
    assert found("".join(one.replace("@", str(n)) for n in range(2))).diagnostics == ()
    (said,) = found("".join(one.replace("@", str(n)) for n in range(3))).diagnostics
    assert said.message == "the networks of the file have more than 150 layers together"
    assert "one by one" in (said.help or "")


@pytest.mark.parametrize("name", ["deep", "wide sum", "labels"])
def test_the_full_texts_are_full(name: str) -> None:
    """They ask for nearly all that they may, and for no more."""
    graph = elaborate(linked(Source(FULL[name], "full.arch"), read), Options())
    assert graph is not None
    assert len(graph.nodes) > 0.98 * bounds.bounds(LENGTH).nodes
