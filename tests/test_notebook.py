"""What a notebook is given, without one."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree

import pytest

import archc
from tests.emit.report.pages import HOSTILE, Page
from tests.emit.samples import OPEN, SMALL


def test_text_html_and_svg() -> None:
    network = archc.load(SMALL).network
    found = network._repr_mimebundle_()
    assert list(found) == ["text/plain", "text/html", "image/svg+xml"]
    assert found["text/plain"] == str(network)
    ElementTree.fromstring(found["image/svg+xml"])
    page = Page(found["text/html"])
    assert {"svg", "table"} <= {tag for tag, _ in page.elements}
    assert not page.of("script")
    assert not page.of("style")
    assert "8,154" in found["text/html"]
    assert found == network._repr_mimebundle_()


def test_only_what_is_asked_for() -> None:
    network = archc.load(SMALL).network
    assert list(network._repr_mimebundle_(include={"text/plain"})) == ["text/plain"]
    assert "text/html" not in network._repr_mimebundle_(exclude={"text/html"})


def test_specs_cannot_write_markup() -> None:
    page = Page(archc.load(HOSTILE).network._repr_mimebundle_()["text/html"])
    assert not {"script", "img", "b", "iframe"} & {tag for tag, _ in page.elements}
    assert not [name for _, one in page.elements for name in one if name.startswith("on")]


def test_open_sizes() -> None:
    assert "3\u00d7H\u00d7W" in archc.load(OPEN).network._repr_mimebundle_()["text/html"]


def test_text_is_always_there(monkeypatch: pytest.MonkeyPatch) -> None:
    network = archc.load(SMALL).network
    for name in [name for name in sys.modules if name.startswith("archc.emit.report")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "markupsafe", None)
    assert list(network._repr_mimebundle_()) == ["text/plain"]


def test_without_graphviz_the_volumes(monkeypatch: pytest.MonkeyPatch) -> None:
    import archc.emit.diagram

    monkeypatch.setattr(sys.modules["archc.emit.diagram.render"], "_commands", lambda *_: [])
    found = archc.load("lenet5:LeNet5").network._repr_mimebundle_()
    assert "Its volumes are shown instead" in found["text/html"]
    ElementTree.fromstring(found["image/svg+xml"])
