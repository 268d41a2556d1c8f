"""Advice as it is given: on bundled and random networks, by flag, silenced, in every form."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import archc
from archc.diagnostics import ADVICE
from tests.advice.asked import advice
from tests.cli.conftest import Run
from tests.each import each
from tests.emit.contract.texts import plain
from tests.emit.networks import random_network
from tests.layers.examples import EXAMPLES, Example
from tests.specs.library import FILES, SPECS

BUNDLED = {
    "alexnet.arch": {"dense-head", "groups-apart"},
    "vgg16.arch": {"dense-head"},
    "resnet18.arch": {"field-past-input", "dropped-pixels"},
    "resnet50.arch": {"field-past-input", "dropped-pixels"},
    "inception_arithmetic.arch": {"large-kernel", "missing-bottleneck"},
    "stacked_3x3.arch": {"large-kernel"},
    "typical_cnn.arch": {"dense-head", "doubled-softmax"},
    "dilated.arch": set(),
}


@pytest.mark.parametrize("file", FILES)
def test_bundled_networks(file: str) -> None:
    found = archc.load(str(SPECS / file), advise=True)
    assert {one.code for one in found.diagnostics} <= ADVICE
    if file in BUNDLED:
        assert {one.code for one in found.advice} == BUNDLED[file]
    assert all(one.severity == "advice" and one.cure is None for one in found.advice)


@each("seed", range(25))
def test_random_networks(seed: int) -> None:
    text = random_network(seed).graph.program.source.text
    assert {one.code for one in advice(text)} <= ADVICE


@each("example", EXAMPLES)
def test_every_layer(example: Example) -> None:
    for one in archc.load(plain(example), advise=True).advice:
        assert one.code in ADVICE


def test_figures_are_those_of_an_image() -> None:
    for body in ("input 64x20x20; conv 64 5x5", "input 3x8x8; conv 4 3x3; relu; relu"):
        assert [one.message for one in advice(body)] == [
            one.message for one in advice(body, batch=8)
        ]


def test_a_line_that_runs_often_is_told_once_with_the_largest_figures() -> None:
    text = (
        "block B(w) { conv w 5x5 pad=2 }\n"
        "network N { input 32x16x16; B 32; conv 64 1x1 -> relu; B 64; conv 2 1x1 -> relu; B 64 }\n"
    )
    (one,) = advice(text)
    assert one.message.startswith("`conv 64 5x5 pad=2` on 64x16x16")
    assert (one.help or "").endswith(
        "\n2 of the 3 layers of this line are so; these are the figures of `3.0`"
    )
    assert one.calls[0].path == "3"


NET = """network N {
    input 3x32x32
    conv 32 3x3 pad=1 -> relu
    relu
    flatten
    linear 10
}
"""


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("net.arch").write_text(NET, encoding="utf-8")
    return "net.arch"


def test_it_is_asked_for_and_never_fails(archc: Run, net: str) -> None:
    assert archc("check", net, "-q").out == ""
    done = archc("check", net, "-q", "--advise", "--strict")
    assert done.status == 0
    assert done.out.startswith("advice[doubled-activation]: ")
    assert done.out.endswith("\n2 pieces of advice\n")
    assert " --> net.arch:4:5\n" in done.out


def test_errors_go_before_it(archc: Run, net: str) -> None:
    Path(net).write_text(NET.replace("linear 10", "linear 10 -> maxpool 2"), "utf-8")
    done = archc("check", net, "-q", "--advise", "--format", "concise")
    assert done.status == 1
    assert "advice[" not in done.out


def test_it_is_chosen_as_warnings_are(archc: Run, net: str) -> None:
    concise = ("check", net, "--advise", "--format", "concise")
    assert archc(*concise).out.count("advice[") == 2
    assert "dense-head" not in archc(*concise, "--ignore", "dense-head").out
    assert archc(*concise, "--select", "dense-head").out.count("advice[dense-head]") == 1
    assert archc(*concise, "--select", "dense-head").out.count("\n") == 1
    assert archc(*concise, "--select", "skipped-pixels").out == ""
    done = archc(*concise, "--ignore", "dense-heat")
    assert done.status == 2
    assert "did you mean `dense-head`?" in done.err
    Path("archc.toml").write_text('ignore = ["dense-head"]\n', encoding="utf-8")
    assert archc(*concise).out.count("advice[") == 1


def test_it_is_allowed_in_the_text(archc: Run, net: str) -> None:
    """Whether advice is asked for or not, an `allow` of it is no mistake; one too many is."""
    Path(net).write_text(
        NET.replace("    relu\n", "    relu  # allow: doubled-activation\n")
        + "# allow-file: dense-head\n",
        encoding="utf-8",
    )
    for flags in ((), ("--advise",)):
        done = archc("check", net, "-q", "--strict", *flags)
        assert (done.status, done.out) == (0, "")
    Path(net).write_text(NET + "# allow-file: large-kernel\n", encoding="utf-8")
    assert archc("check", net, "-q", "--strict").status == 0
    done = archc("check", net, "-q", "--strict", "--advise", "--format", "concise")
    assert done.status == 1
    assert "there is no advice `large-kernel` in this file to allow" in done.out


def test_every_form_has_it(archc: Run, net: str) -> None:
    def form(name: str) -> str:
        done = archc("check", net, "--advise", "--strict", "--format", name)
        assert done.status == 0
        return done.out

    found = json.loads(form("json"))["diagnostics"]
    assert [one["severity"] for one in found] == ["advice", "advice"]
    results = json.loads(form("sarif"))["runs"][0]["results"]
    assert [one["level"] for one in results] == ["note", "note"]
    assert all(line.startswith("::notice file=net.arch,") for line in form("github").splitlines())
    assert [one["severity"] for one in json.loads(form("gitlab"))] == ["info", "info"]
    suites = ElementTree.fromstring(form("junit"))
    assert suites.get("failures") == "0"
    assert len(list(suites.iter("system-out"))) == 2
    assert form("concise").count(": advice[") == 2


def test_it_is_explained(archc: Run) -> None:
    listed = archc("codes", "advice").out.splitlines()
    assert {line.split()[0] for line in listed} >= ADVICE
    assert archc("explain", "advice[dense-head]").out.startswith("dense-head: a dense layer on all")
