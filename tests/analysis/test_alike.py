"""Forward passes that are alike are followed once, and hold what each would if it were followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from archc.analysis import alike
from archc.analysis.in_place import in_place
from archc.analysis.memory import storages
from archc.analysis.uses import Followed
from archc.check import Options, check
from archc.files import Files
from archc.graph.graph import Graph
from archc.language.source import Source
from tests.emit.pytorch.random_specs import spec

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.arch"))
REPEATED = ("densenet", "resnet", "resnet152", "resnext")
UNLIKE = """
block Unit(width, wide = false, Act = relu) {
    seen: conv width 1x1
    add {
        identity
        if wide { conv width 3x3 pad=1; Act }
        repeat 2 { conv width 1x1 }
    }
    concat { from seen; { dropout 0.5; Act }; maxpool 3x3 stride=1 pad=1 }
    conv width 1x1
}

network N {
    input 4x8x8
    Unit 4
    Unit 4
    first: Unit 4 wide=true
    Unit 4 Act=identity
    for i in range(3) { Unit 4 wide=(i % 2 == 0) Act=sigmoid }
    concat { from first; Unit 4; Unit 4 }
}
"""


def graphs(text: str, name: str = "text") -> list[Graph]:
    networks = check(Source(text, name), Options(), Files().imported).networks
    return [one.graph for one in networks]


def held(graph: Graph) -> list[object]:
    """What variables hold at inference, and where every value takes memory of its own."""
    roots = [storages(graph.nodes, in_place(graph)), list(range(len(graph.nodes)))]
    return [Followed(graph).variables(root) for root in roots]


def spared(found: list[Graph], monkeypatch: pytest.MonkeyPatch) -> int:
    """How many forward passes need not be followed; what graphs hold must not hang on that."""
    follow, count = alike.follow, 0

    def counted(*given: object) -> alike.Followed:
        nonlocal count
        count += 1
        return follow(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(alike, "follow", counted)
        once = [held(one) for one in found]
        few, count = count, 0
        patched.setattr(alike, "likeness", lambda *_: (object(),))
        assert [held(one) for one in found] == once
    return count - few


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_bundled_networks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = graphs(path.read_text(encoding="utf-8"), str(path))
    assert spared(found, monkeypatch) > 0 or path.stem not in REPEATED


def test_calls_that_are_not_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    (graph,) = graphs(UNLIKE)
    assert graph.complete
    assert spared([graph], monkeypatch) > 0


def test_random_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(spared(graphs(spec(seed)), monkeypatch) for seed in range(25)) > 0
