"""The page: complete in itself, well formed, accessible, the same on every run."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest

from archc.check import Options
from archc.emit.diagram import Options as Drawing
from archc.emit.report import Chapter, report
from archc.emit.report.pictures import drawn
from tests.emit.report.pages import Page, chapter, page
from tests.emit.samples import SMALL, checked

NAMES = [
    ("small",),
    ("open",),
    ("pair",),
    ("broken",),
    ("hostile",),
    ("bounded",),
    ("lenet5",),
    ("resnet152",),
    ("googlenet",),
    ("small", "lenet5", "vgg16"),
]


@pytest.fixture(params=NAMES, ids=" ".join)
def text(request: pytest.FixtureRequest) -> str:
    return page(*request.param)


def test_well_formed_with_links_that_lead_somewhere(text: str) -> None:
    found = Page(text)
    ids = [one["id"] for _, one in found.elements if "id" in one]
    assert len(ids) == len(set(ids))
    for link in found.of("a"):
        assert link["href"].startswith("#")
        assert link["href"][1:] in ids
    for _, one in found.elements:
        for name in ("aria-labelledby", "aria-describedby", "for", "data-copy"):
            for word in one.get(name, "").split():
                assert word in ids


def test_nothing_is_loaded(text: str) -> None:
    found = Page(text)
    for tag, one in found.elements:
        assert tag not in ("iframe", "object", "embed", "img", "base", "form")
        assert not {"src", "srcset", "action", "formaction", "xlink:href"} & set(one)
        if tag == "link":
            assert one["href"] == "data:,"
    (style,) = [data for tag, data in found.texts if tag == "style"]
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in style


def test_only_our_script_may_run(text: str) -> None:
    found = Page(text)
    for _, one in found.elements:
        assert not [name for name in one if name.startswith("on")]
        assert "javascript:" not in one.get("href", "")
    (script,) = [data for tag, data in found.texts if tag == "script"]
    assert len(found.of("script")) == 1
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = [one for one in found.of("meta") if "http-equiv" in one]
    assert f"script-src 'sha256-{digest}'" in policy["content"]
    assert policy["content"].startswith("default-src 'none'")


def test_accessible(text: str) -> None:
    found = Page(text)
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert found.of("html")[0]["lang"] == "en"
    assert len(found.of("main")) == 1
    for head in found.of("th"):
        assert head["scope"] in ("col", "row")
    for drawing in found.of("svg"):
        assert drawing["role"] == "img"
        assert "aria-labelledby" in drawing or drawing.get("aria-label")
    for table in re.findall(r"<table class=\"\w+\"[^>]*>\s*<(\w+)", text):
        assert table == "caption"
    for one in found.of("textarea"):
        assert "readonly" in one


def test_drawings_are_xml(text: str) -> None:
    for drawing in re.findall(r"<svg\b.*?</svg>", text, re.DOTALL):
        root = ElementTree.fromstring(drawing)
        assert root.find("{*}title") is not None or root.find(".//{*}title") is not None


def test_no_rest_of_a_template_or_of_python(text: str) -> None:
    (script,) = re.findall(r"<script>.*</script>", text, re.DOTALL)
    shown = "".join(data for tag, data in Page(text.replace(script, "")).texts if tag != "style")
    assert "Markup(" not in shown
    assert "object at 0x" not in shown
    assert ">None<" not in text


def test_specs_cannot_write_markup() -> None:
    found = Page(page("hostile"))
    tags = {tag for tag, _ in found.elements}
    assert not tags & {"img", "iframe"}
    assert len(found.of("script")) == 1
    said = "".join(data for _, data in found.texts)
    assert "</script><script>alert(1)</script><img src=x onerror=alert(2)>" in said
    assert "{{ 7*7 }} {% raw %}" in said
    assert "</title><svg onload=alert(1)> {{ config }}" in said
    assert "</script><script>alert(4)</script>" in said


def test_a_name_of_a_file_cannot_write_markup() -> None:
    result = checked(SMALL, "<img src=x onerror=alert(1)>.arch")
    found = Page(report([Chapter(result)]))
    assert not found.of("img")


def test_same_bytes() -> None:
    code = (
        "from tests.emit.report.pages import page; import sys;"
        "sys.stdout.buffer.write(page('small', 'googlenet').encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "1"},  # this process has another
        capture_output=True,
        check=True,
    )
    assert done.stdout == page("small", "googlenet").encode()


def test_small_enough() -> None:
    assert len(page("resnet152").encode()) < 1_500_000


def test_everything_is_there() -> None:
    text = page("lenet5")
    for words in (
        "60,000",
        "Learnable numbers, each tensor once",
        "The most in one layer: C5 has 80.2 % of the parameters",
        "At most 75.74 kB, at C3",
        "Just the whole input from C5 on",
        "(5 \u00d7 5 \u00d7 1 + 1) \u00d7 6 = 156",
        "17 of 17 expectations hold",
        "LeCun et al. 1998, II.B",
        "\\begin{table}",
        "| C1 ",
        "specs/lenet5.arch,LeNet5,C1,conv",
    ):
        assert words in text, words


def test_a_broken_network_is_shown_with_its_mistake() -> None:
    text = page("broken")
    assert "An error left a part of this network out" in text
    assert "shape-mismatch" in text
    assert 'href="#s1-4"' in text


def test_repeats_share_their_arithmetic() -> None:
    text = page("resnet152")
    assert "34 more, but for the receptive field" in text
    assert "layer3.35.conv2" in text


def test_other_views_stand_beside_the_diagram() -> None:
    """Closed, so that they cost no room: the groups alone, and the volumes."""
    found = Page(page("resnet152"))
    said = "".join(data for tag, data in found.texts if tag == "summary")
    assert "The groups alone" in said
    assert "Volumes, drawn to scale" in said
    assert "The groups alone" not in page("lenet5")


def test_dark_is_light_in_other_colours() -> None:
    """It is not laid out again, and is what Graphviz would have drawn."""
    network = checked(SMALL).networks[0]
    (light, dark), _ = drawn(network, (), ("light", "dark"), Drawing())
    (own,), _ = drawn(network, (), ("dark",), Drawing())
    assert dark == own
    assert light != dark


def test_open_sizes_leave_plots_out() -> None:
    text = page("open")
    assert "Arithmetic intensity" not in text
    assert "3\u00d7H\u00d7W" in text


def test_a_device_gets_its_roofline() -> None:
    """A dot for each layer that computes, with its figures; the same told in words."""
    found = chapter("bounded").checked.networks[0]
    assert found.answers is not None
    roofline = found.answers.roofline
    assert roofline is not None
    text = page("bounded")
    drawing = text[text.index('aria-labelledby="n1-roof-t"') :].partition("</svg>")[0]
    pairs = zip(found.graph.nodes, roofline.layers, strict=True)
    computing = [node.path for node, one in pairs if one is not None and one.traffic.intensity]
    assert computing
    assert drawing.count("<circle") == len(computing)
    assert all(f"<title>{path}\n" in drawing for path in computing)
    assert "Roofline: A &lt;box&gt; &amp; more, float32" in drawing
    assert "4 GFLOP/s (by &lt;hand&gt;) or 1 GB/s; from 4 FLOPs a byte on" in drawing
    assert "on A &lt;box&gt; &amp; more, a bound" in text
    assert "A lower bound, no prediction" in text
    assert "Roofline" not in page("small")
    assert "no prediction" not in page("small")


def test_intensity_counts_a_batch_once() -> None:
    """FLOPs and values grow with the batch; a network without weights has the same ratio."""
    text = "network N { input 2x8x8; relu; avgpool 2 }"
    drawn = [
        re.findall(
            r"<title>0\n([\d.]+) FLOPs a byte", report([Chapter(checked(text, options=one))])
        )
        for one in (Options(), Options(batch=8))
    ]
    assert drawn == [["0.125"], ["0.125"]]


def test_batch_and_dtype_are_named() -> None:
    result = checked(SMALL, options=Options(batch=8, dtype="float16"))
    assert "per batch of 8, float16" in report([Chapter(result)])


def test_no_network_at_all() -> None:
    result = checked("network {\n")
    text = report([Chapter(result, "", "There is no code.")])
    Page(text)
    assert result.diagnostics[0].code in text


def test_contrast() -> None:
    """AA: 4.5 between any text and what it stands on, in both themes."""
    text = page("small")
    blocks = re.findall(r"--paper: #[^}]*", text)
    themes = [dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in blocks]
    assert len(themes) == 3
    for theme in themes:
        for name in ("ink", "faint", "error", "link", "good", "warn", "string", "word", "label"):
            for ground in ("paper", "soft", "soft2"):
                assert _contrast(theme[name], theme[ground]) >= 4.5, (name, ground, theme)
        for name in ("params", "macs"):
            assert _contrast(theme[name], theme["paper"]) >= 4.5, (name, theme)
        for name in ("memory", "field"):
            assert _contrast(theme[name], theme["paper"]) >= 3, (name, theme)


def _contrast(one: str, two: str) -> float:
    low, high = sorted((_luminance(one), _luminance(two)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
