"""What changed between two states: layers are found again, sums tell the difference."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

import archc
from archc.emit.diff import render
from archc.emit.diff.changes import Change, LayerChange, Object, changes
from archc.emit.diff.state import NotAState, read
from archc.emit.json import json as written

BASE = """\
network N {
    input 3x16x16
    stem: { conv 8 3x3 pad=1; batchnorm; relu }
    conv 16 3x3 pad=1
    relu
    global_avgpool -> flatten
    head: linear 10
}
"""


def state(text: str, **options: Any) -> list[Object]:
    networks = archc.load(text, **options).networks.values()
    return [one.as_dict() for one in networks]


def change(old: str, new: str) -> Change:
    (found,) = changes(state(old), state(new))
    return found


def told(layers: tuple[LayerChange, ...], itself: bool = True) -> list[tuple[str, str, str]]:
    def path(one: Object | None) -> str:
        return "" if one is None else one["path"]

    return [(one.sort, path(one.old), path(one.new)) for one in layers if one.itself is itself]


def test_nothing_changed() -> None:
    for text in (BASE, BASE.replace("    ", "  "), "# a remark\n" + BASE):
        found = change(BASE, text)
        assert (found.sort, found.layers) == ("same", ())
        assert not any(one.changed for one in found.figures)


def test_an_argument_changed() -> None:
    found = change(BASE, BASE.replace("conv 16 3x3", "conv 32 3x3"))
    assert told(found.layers) == [("changed", "conv1", "conv1")]
    others = [path for _, path, _ in told(found.layers, itself=False)]
    assert others == ["relu1", "global_avgpool1", "flatten1", "head"]


def test_a_layer_put_in_does_not_make_others_of_those_behind() -> None:
    found = change(BASE, BASE.replace("    conv 16", "    dropout 0.5\n    conv 16"))
    assert told(found.layers) == [("added", "", "dropout1")]
    assert told(found.layers, itself=False) == []
    found = change(BASE.replace("    relu\n", ""), BASE)
    assert told(found.layers) == [("added", "", "relu1")]
    found = change(BASE, BASE.replace("stem: {", "stem: { dropout 0.5;"))
    assert told(found.layers) == [("added", "", "stem.0")]
    assert told(found.layers, itself=False) == []  # though the numbers behind it count on
    found = change(BASE, BASE.replace("batchnorm; ", ""))
    assert told(found.layers) == [("removed", "stem.1", "")]


def test_every_layer_may_change() -> None:
    """Where nothing is written alike, the paths tell which layer is which."""
    old = "network N { input 3x8x8; a: conv 4 3x3; b: conv 8 3x3; c: conv 16 3x3 }\n"
    new = "network N { input 3x8x8; a: conv 5 3x3; b: conv 9 3x3; c: conv 17 3x3 }\n"
    assert told(change(old, new).layers) == [("changed", one, one) for one in "abc"]
    new = "network N { input 3x8x8; x: conv 5 3x3; y: conv 9 3x3; z: relu }\n"
    sorts = [sort for sort, _, _ in told(change(old, new).layers)]
    assert sorted(sorts) == ["added", "changed", "changed", "removed"]


@pytest.mark.parametrize("name", ["resnet50", "vgg16", "googlenet:GoogLeNet", "lenet5:LeNet5"])
def test_all_layers_of_both_sides_are_accounted_for(name: str) -> None:
    """Whatever is taken out or put in: old less removed and new less added are the same many."""
    (old,) = state(name)
    for step in (2, 3, 7):
        new = copy.deepcopy(old)
        del new["layers"][::step]
        for one in new["layers"][::5]:
            one["args"] = {**one["args"], "changed": step}
        for before, after in ((old, new), (new, old)):
            (found,) = changes([before], [after])
            sorts = [one.sort for one in found.layers]
            kept = len(before["layers"]) - sorts.count("removed")
            assert kept == len(after["layers"]) - sorts.count("added")
            if step == 7:
                assert kept > len(before["layers"]) * 0.8


def test_figures_tell_the_difference() -> None:
    found = change(BASE, BASE.replace("linear 10", "linear 20"))
    figures = {one.key: (one.old, one.new) for one in found.figures if one.changed}
    assert figures["params"][1] == (figures["params"][0] or 0) + 17 * 10
    assert "depth" not in figures
    shown = render.table([found])
    assert "+170" in shown
    assert "output" in shown


def test_networks_are_found_by_name() -> None:
    two = BASE + BASE.replace("network N", "network M")
    more = BASE.replace("conv 16", "conv 24") + BASE.replace("network N", "network L")
    found = changes(state(two), state(more))
    assert [(one.name, one.sort) for one in found] == [
        ("N", "changed"),
        ("L", "added"),
        ("M", "removed"),
    ]
    renamed = changes(state(BASE), state(BASE.replace("network N", "network Other")))
    assert [one.sort for one in renamed] == ["same"]
    twice = changes(state(BASE) * 2, state(BASE) * 2)
    assert [(one.name, one.sort) for one in twice] == [("N", "same"), ("N", "same")]


def test_long_networks_are_quick() -> None:
    (old,) = state("network N { input 1x1x1; repeat 1200 { relu } }\n")
    (new,) = state("network N { input 1x1x1; sigmoid; repeat 1200 { relu } }\n")
    (found,) = changes([old], [new])
    assert found.sort == "changed"
    assert [one.sort for one in found.layers] == ["added"]


def test_runs_of_consequences_are_a_row() -> None:
    found = change(BASE, BASE.replace("input 3x16x16", "input 3x20x20"))
    assert "layers, by what reaches them" in render.table([found])
    assert "8x16x16 → 8x20x20" in render.table([found], expand=True)
    assert "layers, by what reaches them" not in render.markdown([found], expand=True)


def test_markdown_is_a_table_for_a_pull_request() -> None:
    found = change(BASE, BASE.replace("head: linear 10", '"a|b": linear 9'))
    text = render.markdown([found])
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(row.replace("\\|", "").count("|") in (4, 6) for row in rows)
    assert "a\\|b" in text
    assert "| depth |" not in text


def test_a_state_is_read_as_it_was_written() -> None:
    file = archc.load("resnet")
    networks = [one._network for one in file.networks.values()]
    assert read(written(networks, [])) == [one.as_dict() for one in file.networks.values()]
    open_sized = archc.load("network N { input 3xHxW; conv 4 3x3 }").network
    two = archc.load(
        "network T { input a 1x8x8; input b 1x8x8; concat { from a; from b } }"
    ).network
    assert len(read(written([open_sized._network, two._network], []))) == 2


@pytest.mark.parametrize(
    "text",
    ["", "[", "[]", "{}", '{"networks": 3}', '{"networks": [], "schema": 2}', "[" * 100_000],
)
def test_what_is_no_state(text: str) -> None:
    with pytest.raises(NotAState):
        read(text)


def test_a_state_that_lacks_something_is_none() -> None:
    small = "network N { input 3x8x8; conv 4 3x3 }\n"
    document = json.loads(written([archc.load(small).network._network], []))
    now = state(small)

    def broken(at: Any) -> None:
        """Takes every key out, and puts nonsense into every value, one at a time."""
        for key in list(at) if isinstance(at, dict) else range(len(at)):
            kept = at[key]
            for value in ("nonsense", [1.5], {"x": 1}, 1.5, True):
                at[key] = value
                try:
                    found = changes(read(json.dumps(document)), now)
                except NotAState:
                    continue
                render.table(found), render.markdown(found), render.json(found)
            at[key] = kept
            if isinstance(kept, (dict, list)):
                broken(kept)

    broken(document["networks"])
