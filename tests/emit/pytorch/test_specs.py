"""Every network of every bundled spec: reviewed as text, and held to the analysis."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archc.emit.pytorch.verify import verify
from tests.emit.pytorch.compiled import SPECS, compiled
from tests.specs.library import STEMS

GOLDEN = Path(__file__).parents[2] / "golden"
NAMES = sorted(path.stem for path in SPECS.glob("*.arch"))
LONGEST = {"resnet50": 125, "vgg16": 70}
MEMBERS = [("densenet", "DenseNet121"), ("dpn", "DPN92")]


@pytest.mark.parametrize("name", NAMES)
def test_code_is_as_reviewed(name: str, golden: Callable[[Path, str], None]) -> None:
    code = compiled(name).code
    assert code is not None
    golden(GOLDEN / f"{name}.py", code)


@pytest.mark.parametrize(
    "most", [1, pytest.param(None, marks=pytest.mark.campaign)], ids=["one", "all"]
)
@pytest.mark.parametrize("name", STEMS)
def test_module_equals_the_graph(name: str, most: int | None) -> None:
    """Of a family the first member, as the classes are one; all of them in the campaign."""
    result = compiled(name)
    assert result.code is not None
    networks = list(result.checked.networks)[:most]
    assert len(verify(result.code, networks)) == len(networks)


@pytest.mark.parametrize(("name", "lines"), sorted(LONGEST.items()))
def test_stays_short(name: str, lines: int) -> None:
    assert len((compiled(name).code or "").splitlines()) <= lines


@pytest.mark.parametrize(("name", "network"), MEMBERS)
def test_one_member_stays_short(name: str, network: str) -> None:
    result = compiled(name, network)
    assert len((result.code or "").splitlines()) <= 140


def test_output_is_the_same_every_time() -> None:
    before = compiled("googlenet").code
    compiled.cache_clear()
    assert compiled("googlenet").code == before
