"""The figures of the bundled specs are the published ones, whatever the specs say of themselves."""

from __future__ import annotations

import pytest

from archc.analysis.facts import Totals
from tests.each import each
from tests.specs.library import agrees, inside, network, table

PUBLISHED = table("published.csv")
LAYERS = table("published_layers.csv")
FIELDS = table("receptive_field.csv")


def row_id(row):
    return f"{row['network']}-{row.get('path') or row.get('figure')}-{row.get('value', '')}"


def figure_of(totals: Totals, name: str) -> int | None:
    if name in ("macs", "connections"):
        return totals.work and getattr(totals.work, name)
    figure: int | None = getattr(totals, {"neurons": "conv_linear_activations"}.get(name, name))
    return figure


@each("row", PUBLISHED)
def test_totals(row):
    one = network(row["network"])
    of, _, name = row["figure"].rpartition(".")
    figure = figure_of(one.training if of == "training" else one.totals, name)
    assert figure is not None
    assert agrees(row["value"], figure), f"{figure:,} is not {row['value']} ({row['source']})"


@each("row", LAYERS)
def test_layers(row):
    layers = [layer.facts for layer in inside(network(row["network"]), row["path"])]
    works = [facts.work for facts in layers if facts.work is not None]
    assert len(works) == len(layers)
    sums = {
        "params": sum(facts.params or 0 for facts in layers),
        "macs": sum(work.macs for work in works),
        "connections": sum(work.connections for work in works),
    }
    for name, figure in sums.items():
        if row[name]:
            assert figure == int(row[name]), f"{name}: {row['source']}"


@each("row", FIELDS)
def test_receptive_fields(row):
    one = network(row["network"])
    node = one.graph.nodes[one.graph.values[row["path"]]]
    field = one.layers[node.path].facts.field
    assert field is not None
    assert field.aligned
    for name in ("size", "stride", "padding"):
        if row[name]:
            assert getattr(field, name) == (int(row[name]),) * 2, f"{name}: {row['source']}"


@pytest.mark.parametrize("name", sorted({row["network"] for row in FIELDS}))
def test_every_source_of_a_field_names_its_place(name):
    assert all(row["source"] for row in FIELDS if row["network"] == name)


def test_alignment_holds_throughout_the_residual_networks():
    """No path of a published residual network is off centre."""
    for name in ("ResNet18", "ResNet50", "ResNet50_v1", "ResNet152"):
        for layer in network(f"resnet.arch:{name}").layers.values():
            assert layer.facts.field is not None
            assert layer.facts.field.aligned


def test_the_place_of_the_stride_changes_work_and_field_but_no_weight():
    ours, original = network("resnet.arch:ResNet50"), network("resnet.arch:ResNet50_v1")
    assert ours.params == original.params
    assert ours.macs is not None
    assert original.macs is not None
    assert ours.macs > original.macs


def test_towers_and_groups_are_the_same_network():
    groups, towers = network("alexnet.arch:AlexNet"), network("alexnet.arch:AlexNetTowers")
    assert (groups.params, groups.macs) == (towers.params, towers.macs)


def test_three_small_windows_cost_less_than_a_large_one():
    three, one = network("stacked_3x3.arch:Three3x3"), network("stacked_3x3.arch:One7x7")
    assert three.macs is not None
    assert one.macs is not None
    assert three.macs * 49 == one.macs * 27
