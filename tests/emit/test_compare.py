"""Networks side by side."""

from __future__ import annotations

import csv as reader
import io
import json as loader
from pathlib import Path

import pytest

from archc.check import Network, Options, check
from archc.emit import compare
from archc.emit.style import Style
from archc.emit.text import width
from archc.files import Files
from tests.emit.report.pages import HOSTILE, chapter
from tests.emit.samples import OPEN, PAIR, SMALL, checked, network


def networks() -> list[Network]:
    return [
        *chapter("vgg16").checked.networks,
        *chapter("resnet50").checked.networks,
        *chapter("googlenet").checked.networks,
    ]


def test_ratios_are_to_the_first() -> None:
    figures = {one.key: one for one in compare.compared(networks()[:2])}
    params = figures["params"]
    assert params.values == (138_357_544, 25_557_032)
    assert params.shown == ("138,357,544", "25,557,032")
    assert params.short == ("138.4 M", "25.56 M")
    assert params.ratios == (1.0, 25_557_032 / 138_357_544)
    assert figures["buffers"].ratios == (None, None)


def test_ratios_as_text() -> None:
    found = [compare.ratio(value) for value in (1.0, 2.187, 12.34, 123.4, 0.0042, None)]
    assert found == ["\u00d71.00", "\u00d72.19", "\u00d712.3", "\u00d7123", "\u00d70.004", ""]
    assert compare.ratio(2.0, Style(unicode=False)) == "x2.00"


def test_table() -> None:
    text = compare.table(networks()[:2])
    rows = {line.split()[0]: line for line in text.splitlines() if line.strip()}
    assert rows["parameters"].split() == ["parameters", "138,357,544", "25,557,032", "\u00d70.18"]
    assert "in proportion to VGG16" in text


def test_a_narrow_terminal_gets_several_tables() -> None:
    text = compare.table(networks(), Style(width=60))
    assert text.count("\n  parameters") == 3
    assert all(width(line) <= 60 for line in text.splitlines())


def test_markdown() -> None:
    text = compare.markdown(networks()[:2])
    lines = text.splitlines()
    assert lines[0] == "|  | VGG16 | ResNet50 |"
    assert lines[4] == "| parameters | 138,357,544 | 25,557,032 (\u00d70.18) |"
    assert {line.count("|") for line in lines if line.startswith("|")} == {4}


def test_csv() -> None:
    rows = list(reader.DictReader(io.StringIO(compare.csv(networks()), newline="")))
    assert [row["network"] for row in rows][:2] == ["VGG16", "ResNet50"]
    assert rows[1]["params"] == "25557032"
    assert float(rows[1]["params_ratio"]) == 0.184717
    assert rows[0]["params_ratio"] == "1"


def test_json() -> None:
    document = loader.loads(compare.json(networks()[:2]))
    assert document["schema"] == 1
    one, two = document["networks"]
    assert one["ratios"]["params"] == 1
    assert two["totals"]["params"] == 25_557_032
    assert "layers" not in one


def test_unknown_figures() -> None:
    both = [network(OPEN), network(SMALL)]
    assert "?" in compare.table(both)
    rows = list(reader.DictReader(io.StringIO(compare.csv(both), newline="")))
    assert rows[0]["macs"] == ""
    assert rows[1]["macs_ratio"] == ""
    compare.markdown(both)
    compare.latex(both)


def test_what_shares_a_name_is_told_apart() -> None:
    first = checked(SMALL, "a.arch").networks[0]
    second = checked(SMALL, "b.arch", Options(batch=2)).networks[0]
    text = compare.table([first, second])
    assert "a.arch:Small" in text
    assert "per batch of 2, float32" in text


def test_several_and_hostile() -> None:
    found = [*checked(PAIR).networks, network(HOSTILE)]
    for make in (compare.table, compare.markdown, compare.csv, compare.json, compare.latex):
        assert make(found) == make(found)


def test_a_lower_bound_is_no_measure() -> None:
    text = 'network Half { input 3x8x8; conv 4 3x3; opaque "aten.fft" => 4x6x6 }'
    both = [*checked(text).networks, network(SMALL)]
    for pair in (both, both[::-1]):
        half = pair.index(both[0])
        for figure in compare.compared(pair):
            assert figure.ratios[1] is None
            if figure.key == "field":
                assert figure.shown[half] == "?"
            elif figure.values[half] is not None:
                assert figure.shown[half].startswith("\u2265 ")
                assert figure.short[half].startswith("\u2265 ")
    assert "in proportion" not in compare.table(both)
    rows = list(reader.DictReader(io.StringIO(compare.csv(both), newline="")))
    assert rows[0]["status"] == "lower bound"
    assert {rows[1][key] for key in rows[1] if key.endswith("_ratio")} == {""}


def test_a_network_with_an_error_has_no_figures() -> None:
    text = "network Half { input 3x8x8; conv 4 3x3; conv 4 9x9; linear 10 }"
    both = [*checked(text).networks, network(SMALL)]
    for figure in compare.compared(both):
        assert figure.values[0] is None
        assert figure.shown[0] == "?"


def test_a_bundled_spec_is_called_alike_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = Files()
    source = files.targets("resnet152")[0].source
    found = check(source, Options(), files.imported)
    assert found.networks
    assert found.program.source.name == "specs/resnet152.arch"
    assert str(tmp_path) not in compare.csv(found.networks)
    places = {node.span.source.name for node in found.networks[0].graph.nodes}
    assert places <= {"specs/resnet152.arch", "specs/resnet.arch"}
