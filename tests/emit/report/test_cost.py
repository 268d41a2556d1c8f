"""What a page takes, counted in calls and in runs of Graphviz: load does not move them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from archc.emit.report import pictures
from archc.emit.report.page import _network as shown
from tests.emit.networks import bundled_networks, drawn_networks


def calls(work: Callable[[], object]) -> int:
    """The calls of functions that work takes."""
    count = 0

    def called(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def test_a_long_network_is_shown_in_little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """DenseNet-201: 1.1 million calls are about half a second; two layouts for four drawings."""
    network = dict(bundled_networks())["densenet:DenseNet201"]
    runs: list[str] = []
    graphviz = importlib.import_module("archc.emit.diagram.render")
    run: Callable[..., bytes] = graphviz._run

    def counted(dot: str, engine: str, format: str, dpi: str = "") -> bytes:
        runs.append(format)
        return run(dot, engine, format, dpi)

    monkeypatch.setattr(graphviz, "_run", counted)
    assert calls(lambda: shown(network, "DenseNet201", "n1", (), {})) < 1_500_000
    assert len(runs) <= 4
    assert runs.count("json0") <= 2  # the rest only draw


def test_a_tangled_network_is_drawn_in_little_work() -> None:
    network = dict(drawn_networks())["hrnet"]
    assert calls(lambda: pictures.diagram(network, (), "n1")) < 2_000_000  # most to straighten it
