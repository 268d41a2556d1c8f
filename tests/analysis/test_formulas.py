"""Formulas of open sizes agree with the figures in numbers, at every size that is tried."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given, settings

from archc import load
from archc.analysis.analyse import analyse
from archc.analysis.sizes import accepted
from archc.analysis.sizes.formulas import Formulas, formulas
from archc.analysis.sizes.walk import Walk
from archc.graph.graph import Graph
from archc.shapes import at
from tests.analysis.test_sizes import nets
from tests.specs.library import STEMS, networks


def in_numbers(graph: Graph, sizes: dict[str, int]) -> tuple[int | None, ...]:
    """The figures of a network whose nodes have the shapes of other sizes."""
    shapes = Walk(graph).at(sizes).shapes
    nodes = tuple(node._replace(shape=shapes.get(node.index, node.shape)) for node in graph.nodes)
    totals = analyse(graph._replace(nodes=nodes)).totals
    assert totals.work is not None
    return totals.work.macs, totals.work.flops, totals.activations


def agree(found: Formulas, figures: tuple[int | None, ...], sizes: dict[str, int]) -> None:
    for formula, figure in zip(found, figures, strict=True):
        if formula is not None:
            assert formula.at(sizes) == figure, (str(formula), sizes)


@settings(max_examples=60, deadline=None)
@given(nets(2))
def test_random_programs(graph: Graph) -> None:
    sizes = accepted(graph)
    assume(not sizes.empty)
    found = formulas(graph, sizes)
    assert found.macs is not None
    assert found.activations is not None
    for one in itertools.islice(sizes.together, 3):
        some = [
            [n for n in (one[letter].above(at) for at in (1, 2, 23, 50, 77, 101)) if n]
            for letter in sizes.letters
        ]
        for pair in itertools.islice(zip(some[0], reversed(some[1]), strict=False), 5):
            named = dict(zip(sizes.letters, pair, strict=True))
            agree(found, in_numbers(graph, named), named)


@pytest.mark.parametrize("name", STEMS)
def test_the_bundled_networks(name: str) -> None:
    """Built and analysed anew at other sizes."""
    for number, network in enumerate(networks(name).values()):
        if number and len(network.layers) > 60:
            continue
        sizes = network.sizes
        if not sizes.letters:
            continue
        found = formulas(network.graph, sizes)
        own = [
            found.macs and found.macs.at(sizes.native),
            found.flops and found.flops.at(sizes.native),
            found.activations and found.activations.at(sizes.native),
        ]
        assert own[0] == network.macs
        assert own[1] in (None, network.flops)
        assert own[2] == network.totals.activations
        for start in (131,) if number else (90, 131):
            near = sizes.near(dict.fromkeys(sizes.letters, start))[-1:]
            for one in near:
                shape = "x".join(map(str, [(network.input or ())[0], *one.values()]))
                other = load(name, network=network.name, input=shape).networks[network.name]
                agree(found, (other.macs, other.flops, other.totals.activations), one)


def test_what_a_formula_looks_like() -> None:
    text = "network N {\n    input 3xHxW\n    conv 8 3x3 stride=2 pad=1 -> relu\n    conv 4 1x1\n}"
    graph = load(text).network.graph
    found = formulas(graph, accepted(graph))
    assert str(found.macs) == "248*((H + 1) // 2)*((W + 1) // 2)"
    assert found.macs is not None
    assert found.macs.at({"H": 7, "W": 8}) == 248 * 4 * 4
    assert at(graph.nodes[-1].shape[1], {"H": 7}) == 4  # type: ignore[index]


def test_factors_that_are_equal_at_the_start_alone_are_told_apart() -> None:
    text = "network N {\n    input 2xHxW\n    conv_transpose 2 1x1 stride=2\n}"
    graph = load(text).network.graph
    found = formulas(graph, accepted(graph))
    assert str(found.flops) == "2*(2*H - 1)*(2*W - 1) + 8*H*W"


MERGES = {
    "the second is larger": "add { conv 4 3 stride=4 pad=1; conv 4 1 }",
    "the one, then the other": (
        "conv 4 3 pad=1 stride=2; add { identity; { maxpool 2 ceil=true; upsample 2 } }; "
        "add { identity; { maxpool 3 stride=3 ceil=true; upsample 3 } }; conv 4 3 stride=2 pad=1"
    ),
    "ones at the start": (
        "a: conv 4 3 pad=1 stride=2; b: conv 4 3 pad=1 stride=2; conv 4 3 pad=1 stride=2; "
        "upsample 2; add { from b; identity }; upsample 2; add { from a; identity }; conv 2 1"
    ),
    "neither is always larger": (
        "conv 4 1; mul { maxpool 5 stride=2 pad=2; maxpool 5 stride=3 pad=2 }; conv 5 1; upsample 3"
    ),
    "three of them": (
        "add { conv 3 3 stride=7 pad=1; maxpool 5 stride=5 ceil=true; conv 3 3 stride=3 pad=1 }"
    ),
    "a gate": "mul { conv 4 1; { adaptive_avgpool 1; conv 4 1 } }; conv 3 3 pad=1",
}


@pytest.mark.parametrize("name", MERGES)
def test_an_axis_of_one_that_is_stretched(name: str) -> None:
    """The formulas against the network at each size that is taken."""
    text = "network N {\n    input 3xHxW\n    " + MERGES[name].replace("; ", "\n    ") + "\n}"
    graph = load(text).network.graph
    sizes = accepted(graph)
    found = formulas(graph, sizes)
    assert found.macs is not None
    taken = [[n for n in range(1, 65) if n in sizes.along[letter].sizes] for letter in "HW"]
    assert taken[0], "it takes some size"
    for place, n in enumerate(taken[0]):
        one = {"H": n, "W": taken[1][(7 * place) % len(taken[1])]}
        other = load(text, input=f"3x{one['H']}x{one['W']}").network
        agree(found, (other.macs, other.flops, other.totals.activations), one)
        for outputs in (sizes.outputs[0][1], graph.nodes[graph.results[0].node].shape or ()):
            assert tuple(at(axis, one) for axis in outputs) == other.output
