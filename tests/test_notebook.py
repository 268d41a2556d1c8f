"""What a notebook is given, without one."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree

import pytest

import archc
from tests.emit.report.pages import BROKEN, HOSTILE, Page
from tests.emit.samples import OPEN, PAIR, SMALL


def test_text_html_and_svg() -> None:
    network = archc.load(SMALL).network
    found = network._repr_mimebundle_()
    assert list(found) == ["text/plain", "text/html", "image/svg+xml"]
    assert found["text/plain"] == str(network)
    ElementTree.fromstring(found["image/svg+xml"])
    page = Page(found["text/html"])
    assert {"svg", "table"} <= {tag for tag, _ in page.elements}
    assert not page.of("script")
    assert len(page.of("style")) == 1  # which of the two drawings is seen
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


def test_a_file_shows_its_messages() -> None:
    found = archc.load(BROKEN)._repr_mimebundle_()
    assert "error[shape-mismatch]" in found["text/plain"]
    assert "error[shape-mismatch]" in found["text/html"]
    assert "<svg" in found["text/html"]
    assert "image/svg+xml" not in found  # it would be shown without the messages
    none = archc.load("network {")._repr_mimebundle_()
    assert "error[" in none["text/plain"]
    several = archc.load(PAIR)._repr_mimebundle_()
    assert all(name in several["text/plain"] for name in archc.load(PAIR).networks)
    fine = archc.load(SMALL)
    assert fine._repr_mimebundle_(include={"text/plain"}) == {"text/plain": str(fine.network)}


def test_messages_cannot_write_markup() -> None:
    text = 'network N { input 3x8x8; conv "<img src=x>" 3x3 }'
    page = Page(archc.load(text)._repr_mimebundle_()["text/html"])
    assert not page.of("img")


def test_long_tables_fold() -> None:
    long = archc.load("resnet:ResNet50").network._repr_mimebundle_()["text/html"]
    assert "<details><summary>" in long
    assert "<details>" not in archc.load("lenet5:LeNet5").network._repr_mimebundle_()["text/html"]


def test_a_drawing_for_light_and_one_for_dark() -> None:
    html = archc.load(SMALL).network._repr_mimebundle_()["text/html"]
    light, dark = (html.partition(f'class="archc-{one}"')[2] for one in ("light", "dark"))
    assert "#ffffff" in light.partition("</svg>")[0].lower()
    assert "#14161a" in dark.partition("</svg>")[0].lower()
    for page in ('[data-jp-theme-light="false"]', ".vscode-dark", "prefers-color-scheme: dark"):
        assert page in html


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

    monkeypatch.setattr(sys.modules["archc.emit.diagram.render"], "available", lambda: False)
    found = archc.load("lenet5:LeNet5").network._repr_mimebundle_()
    assert "Its volumes are shown instead" in found["text/html"]
    ElementTree.fromstring(found["image/svg+xml"])
