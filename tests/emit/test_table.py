"""The table, its summary and the explanations: golden cases and what adds up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archc.check import Options
from archc.emit import dump, figures, totals
from archc.emit.explain import explain, paths
from archc.emit.markdown import markdown
from archc.emit.style import Style
from archc.emit.summary import summary
from archc.emit.table import table
from archc.emit.text import width
from tests.emit.networks import bundled_networks
from tests.emit.samples import OPEN, PAIR, SMALL, checked, network

CASES = Path(__file__).parent / "cases"
Golden = Callable[[Path, str], None]


def test_small(golden: Golden) -> None:
    golden(CASES / "table_small.txt", table(network(SMALL), Style(width=110)))


def test_expanded(golden: Golden) -> None:
    golden(CASES / "table_expanded.txt", table(network(SMALL), Style(width=110), expand=True))


def test_depth_and_ascii(golden: Golden) -> None:
    style = Style(width=110, unicode=False)
    text = table(network(SMALL), style, depth=1)
    assert text.isascii()
    golden(CASES / "table_ascii.txt", text)


def test_open_sizes(golden: Golden) -> None:
    golden(CASES / "table_open.txt", table(network(OPEN), Style(width=110)))


def test_batch_and_dtype(golden: Golden) -> None:
    options = Options(batch=4, dtype="float16", input="3x64x64")
    golden(CASES / "table_batch.txt", table(network(SMALL, options), Style(width=110)))


def test_summary(golden: Golden) -> None:
    networks = list(checked(PAIR).networks)
    golden(CASES / "summary.txt", summary(networks, Style(width=110)))


def test_markdown(golden: Golden) -> None:
    golden(CASES / "markdown.md", markdown([network(SMALL)]))


def test_stages(golden: Golden) -> None:
    golden(CASES / "stage_graph.txt", dump.graph(network(SMALL)))
    golden(CASES / "stage_facts.txt", dump.facts(network(SMALL)))


@pytest.mark.parametrize("path", ["stem", "layer1.0.conv1", "layer2", "layer2.0.add1", "Head1.fc"])
def test_explanations(path: str, golden: Golden) -> None:
    found = network(SMALL)
    known = paths(found)
    path = path if path in known else next(name for name in known if name.endswith(".fc"))
    golden(CASES / f"explain_{path.replace('.', '_')}.txt", explain(found, path))


@pytest.mark.parametrize("cells", [40, 60, 80, 100, 200])
@pytest.mark.parametrize("text", [SMALL, OPEN])
def test_lines_fit_the_terminal(cells: int, text: str) -> None:
    shown = table(network(text), Style(width=cells))
    grid = shown.split("\n\n")[1]
    assert max(map(width, grid.splitlines())) <= max(cells, 60)


GROWS = """block Grow(growth) { concat { identity; { batchnorm; relu; conv growth 3x3 pad=1 } } }
network N {
    input 4x16x16
    dense: repeat 7 { Grow 2 }
    conv 8 1x1
    Grow 3
    Grow 2
    expect params == 1_126 "a paper of many words whose title goes on for a while, Table 12"
    expect out == 8x16x16
}"""


def test_blocks_in_a_row_on_other_shapes_are_one() -> None:
    """The first in full, the others in one row with their sums; what is not alike stays apart."""
    found = network(GROWS)
    shown = table(found, Style(width=110))
    assert shown.count("batchnorm1 ") == 3  # of the first in the row, and of two that differ
    (row,) = [line for line in shown.splitlines() if "6 in a row, Grow growth=2" in line]
    facts = found.facts.layers
    later = [n.index for n in found.graph.nodes if n.path.startswith("dense.")]
    later = [index for index in later if not found.graph.nodes[index].path.startswith("dense.0")]
    params = sum(facts[index].params or 0 for index in later)
    assert "18x16x16" in row
    assert f" {params:,} " in row
    assert "--expand shows each" in shown
    every = table(found, Style(width=110), expand=True)
    assert every.count("batchnorm1 ") == 9
    assert "in a row" not in every


def test_tables_of_long_networks_are_short() -> None:
    networks = dict(bundled_networks())
    for name, most in (("densenet:DenseNet201", 110), ("dpn:DPN92", 240)):
        assert len(table(networks[name], Style(width=120)).splitlines()) < most


@pytest.mark.parametrize("cells", [60, 80, 100])
def test_expectations_fit_the_terminal(cells: int) -> None:
    shown = totals.expectations(network(GROWS).expectations, Style(width=cells))
    assert max(map(width, shown)) <= cells
    assert " ".join(" ".join(shown).split()).count("a while, Table 12") == 1


@pytest.mark.parametrize("cells", [60, 80, 120])
def test_summary_fits_the_terminal(cells: int) -> None:
    shown = summary(list(checked(PAIR).networks), Style(width=cells))
    assert max(map(width, shown.splitlines())) <= cells


def test_every_path_can_be_explained() -> None:
    for text in (SMALL, OPEN, PAIR):
        for found in checked(text).networks:
            for path in paths(found):
                assert path in explain(found, path)


def test_color_changes_nothing_but_color() -> None:
    import re

    painted = table(network(SMALL), Style(color=True))
    assert re.sub("\x1b\\[[0-9;]*m", "", painted) == table(network(SMALL))


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "?"), (0, "0"), (99_999, "99,999"), (123_456, "123.5 K"), (138_357_544, "138.4 M")],
)
def test_compact(value: int | None, text: str) -> None:
    assert figures.compact(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "?"), (999, "999 B"), (1000, "1.00 kB"), (25_690_112, "25.69 MB")]
)
def test_size(value: int | None, text: str) -> None:
    assert figures.size(value) == text


def test_claims_that_another_input_leaves_out_are_counted() -> None:
    text = "network N { input 3x32x32; conv 4 1x1 => 4x32x32; maxpool 2x2 => 4x16x16; relu }"
    other = totals.totals(network(text, Options(input="3x8x8")), Style(), False)
    assert "claims             2  behind" in other
    assert "claims" not in totals.totals(network(text), Style(), False)
