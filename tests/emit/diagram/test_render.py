# ruff: noqa: RUF001  (a picture has true times signs)
"""From DOT to pictures: which renderer is taken, and what its SVG becomes."""

from __future__ import annotations

import json
import os
import stat
import struct
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from archc.emit.diagram import NoRenderer, Options, RenderError, draw, metrics, render
from archc.emit.diagram import render as package_render
from archc.emit.diagram.svg import tidy
from archc.emit.sizing import place
from tests.emit.diagram.dots import checked
from tests.emit.diagram.placed import NETWORKS
from tests.emit.diagram.test_draw import BROKEN, HOSTILE, hostile, network

module = sys.modules["archc.emit.diagram.render"]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def library():
    pytest.importorskip("pygraphviz")


@pytest.fixture
def nothing(monkeypatch):
    """No renderer is there."""
    monkeypatch.setattr(module, "find_spec", lambda name: None)


def words(svg: bytes) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def titles(svg: bytes) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}title")]


# --------------------------------------------------------------------------------- the library


def test_svg(library):
    svg = render(draw(network("LeNet5")), "svg")
    assert {"LeNet5", "conv 5×5, 6", "6×28×28", "C1", "scaled tanh"} <= set(words(svg))
    tree = ElementTree.fromstring(svg)
    assert tree.get("role") == "img"
    assert "LeNet5" in (tree.get("aria-label") or "")
    assert "C1: conv 6 5x5 → 6×28×28\nscaled_tanh1: scaled_tanh → 6×28×28" in titles(svg)
    for noise in (b"<!--", b"DOCTYPE", b"graphviz", b" id=", b"href", b"xlink"):
        assert noise not in svg


def test_the_same_bytes_on_every_run(library):
    for name, format in (("ResNet50", "svg"), ("LeNet5", "png"), ("LeNet5", "pdf")):
        dot = draw(network(name))
        assert render(dot, format) == render(dot, format)


def test_png_and_pdf(library):
    dot = draw(network("LeNet5"))
    png, pdf = render(dot, "png"), render(dot, "pdf")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    assert 300 < width < 2000
    assert 500 < height < 4000
    assert pdf.startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["ResNet152", "DenseNet201", "DPN92", "VGG16", "LeNet5"])
def test_pictures_fit_a_page(library, name):
    tree = ElementTree.fromstring(render(draw(network(name)), "svg"))
    width, height = (
        float((tree.get(side) or "").removesuffix("pt")) for side in ("width", "height")
    )
    scale = min(1.0, 523 / width, 770 / height)
    assert scale > 0.65, f"{width:g} x {height:g}"  # letters of 10 points get 6.5 or more


def test_text_is_held_where_it_is_meant(library):
    tree = ElementTree.fromstring(render(draw(network("LeNet5")), "svg"))
    anchors = {"".join(one.itertext()): one.get("text-anchor") for one in tree.iter(f"{SVG}text")}
    assert anchors["scaled tanh"] == "middle"
    assert anchors["C1"] == "end"
    assert anchors["conv 5×5, 6"] == "start"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(library, text):
    for one in checked(hostile(text)).networks:
        for options in (Options(), Options(expand=("none",))):
            svg = render(draw(one, options), "svg")
            tree = ElementTree.fromstring(svg)
            assert {part.tag.removeprefix(SVG) for part in tree.iter()} <= {
                *("svg", "g", "title", "text", "polygon", "path", "ellipse", "polyline"),
            }
            assert not any(name.startswith("on") for part in tree.iter() for name in part.attrib)
            assert "evaluate" not in words(svg)


def test_backslashes_are_not_escapes_of_graphviz(library):
    (one,) = checked(hostile("\\\\G\\\\N\\\\\\\\")).networks
    assert any("note=\\G\\N\\\\" in text for text in titles(render(draw(one), "svg")))
    (one,) = checked(r'network N { input 3x8x8; "\\G\\N": conv 4 1x1 }').networks
    assert r"\G\N" in words(render(draw(one), "svg"))


def test_a_broken_network(library):
    result = checked(BROKEN)
    svg = render(draw(result.networks[0], None, result.diagnostics), "svg")
    assert {"16×32×32", "16×16×16"} <= set(words(svg))
    assert b'stroke="#b00020"' in svg


def test_text_that_is_no_dot(library):
    with pytest.raises(RenderError):
        render("digraph {", "svg")


# ------------------------------------------------------------------------------ which renderer


def test_without_a_renderer(nothing):
    dot = draw(network("LeNet5"))
    assert render(dot, "dot") == dot.encode()
    with pytest.raises(NoRenderer, match="-m pip install pygraphviz"):
        render(dot, "svg")


def test_another_graphviz_on_the_path_is_left_alone(library, tmp_path, monkeypatch):
    """It would place the same boxes otherwise: same file, same bytes."""
    if os.name == "nt":
        pytest.skip("programs are no shell scripts here")
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\ncat > /dev/null; echo '<svg a=\"1\"/>'\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert b'a="1"' not in render("digraph { a }", "svg")


@pytest.mark.parametrize("name", ["lenet5:LeNet5", "deeplabv3", "fpn"])
def test_text_has_room_in_the_fonts_of_this_machine(name):
    """Cells have the widths of `metrics`; in a wider font their text would reach into others."""
    pytest.importorskip("pygraphviz")
    dot = draw(NETWORKS[name], Options(room=place("column")))
    tree = json.loads(module._run(dot, "dot", "json"))
    wide = []
    for text, width, size, bold in _texts(tree):
        room = metrics.text_width(text, size, bold)
        if len(text) > 1 and width > room + 2:  # a cell has at least two points to spare
            wide.append((text, width, room))
    assert not wide


def _texts(tree):
    """What is written, how wide it is there, its size, and whether it is bold."""
    size, bold = 0.0, False
    for one in [tree, *tree.get("objects", ())]:
        for stroke in one.get("_ldraw_", ()):
            match stroke["op"]:
                case "F":
                    size = stroke["size"]
                case "t":
                    bold = bool(stroke["fontchar"] & 1)
                case "T":
                    yield stroke["text"].strip(), stroke["width"], size, bold


def test_tidy_takes_any_svg():
    assert tidy('<svg width="1"></svg>').startswith("<svg role=")
    assert package_render is render
