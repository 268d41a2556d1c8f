"""Formats that servers read: what they list of a run, and that nothing of a finding is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from archc.diagnostics import Cure, Diagnostic, Edit
from archc.emit.github import github
from archc.emit.gitlab import gitlab
from archc.emit.json import document
from archc.emit.junit import junit
from archc.emit.sarif import sarif
from archc.language.source import Source
from tests.emit.samples import SMALL, checked, mismatch, place

CALLS = """\
block Inner(width) { conv width 9x9 }
block Outer(width) { Inner 2 * width }
network N {
    input 3x8x8
    Outer 4
}
"""
CLAIM = """\
network N {
    input 3x8x8
    relu
    conv 4 3x3 stride=2
    expect params == 1  "Nobody et al. 2020, Table 7"
    expect depth == 1
}
"""


def strings(value: Any) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str):
        yield value


def junit_texts(findings: tuple[Diagnostic, ...]) -> list[str]:
    root = ElementTree.fromstring(junit([], findings, strict=True))
    return [text for one in root.iter() for text in (one.text, *one.attrib.values()) if text]


TEXTS = {
    "github": lambda found: [github(found)],
    "gitlab": lambda found: strings(json.loads(gitlab(found))),
    "junit": junit_texts,
    "sarif": lambda found: strings(json.loads(sarif(found))),
}


@pytest.mark.parametrize("format", TEXTS)
def test_calls_and_sources_are_kept(format: str) -> None:
    told = "\n".join(TEXTS[format](checked(CALLS).diagnostics))
    assert "in Inner(width=8) at" in told
    assert "in Outer(width=4) at" in told
    told = "\n".join(TEXTS[format](checked(CLAIM).diagnostics))
    assert "Nobody et al. 2020, Table 7" in told
    assert "the claim's source" in told
    told = "\n".join(TEXTS[format]((mismatch(),)))
    assert "512x56x56 from here" in told
    assert (mismatch().help or "?") in told.replace("%0A", "\n")


def test_the_way_to_a_finding_in_sarif() -> None:
    (found,) = checked(CALLS).diagnostics
    (result,) = json.loads(sarif([found]))["runs"][0]["results"]
    (flow,) = result["codeFlows"][0]["threadFlows"]
    lines = [
        one["location"]["physicalLocation"]["region"]["startLine"] for one in flow["locations"]
    ]
    assert lines == [5, 2, 1]
    assert (
        flow["locations"][-1]["location"]["physicalLocation"]
        == (result["locations"][0]["physicalLocation"])
    )


def test_cures_are_kept() -> None:
    source = Source("conv 8 3x3\nrelv\n", "a.arch")
    cure = Cure((Edit(place(source, "relv"), "relu"),), sure=True)
    found = Diagnostic("unknown-layer", "error", "m", place(source, "relv"), help="h", cure=cure)
    (result,) = json.loads(sarif([found]))["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "a.arch"
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 5},
            "insertedContent": {"text": "relu"},
        }
    ]
    (told,) = document([], [found])["diagnostics"]
    assert told["cure"]["sure"] is True
    assert [(one["text"], one["line"], one["column"]) for one in told["cure"]["edits"]] == [
        ("relu", 2, 1)
    ]
    assert document([], [mismatch()])["diagnostics"][0]["cure"] is None


def cases(text: str, strict: bool = False) -> dict[str, list[str]]:
    """The names of the cases by what became of them; the counts are held to them."""
    found = checked(text)
    root = ElementTree.fromstring(junit(found.networks, found.diagnostics, strict))
    (suite,) = root
    for one in (root, suite):
        assert int(one.attrib["tests"]) == len(list(root.iter("testcase")))
        assert int(one.attrib["failures"]) == len(list(root.iter("failure")))
        assert int(one.attrib["skipped"]) == len(list(root.iter("skipped")))
    told: dict[str, list[str]] = {}
    for case in suite:
        assert case.attrib["file"] == suite.attrib["name"] == "sample.arch"
        told.setdefault(case[0].tag if len(case) else "good", []).append(case.attrib["name"])
    return told


def test_junit_lists_networks_claims_and_findings() -> None:
    assert cases(SMALL)["good"][0] == "Small"
    assert "Small: expect params == 8_154" in cases(SMALL)["good"]
    told = cases(CLAIM)
    assert told["good"] == ["N", "N: expect depth == 1"]
    assert told["failure"] == ["broken-expectation at 5:12"]
    assert told["system-out"] == ["skipped-pixels at 4:5"]
    strict = cases(CLAIM, strict=True)
    assert strict["failure"] == ["skipped-pixels at 4:5", "broken-expectation at 5:12"]


def test_junit_takes_any_text() -> None:
    name = '<a & "b">\x00\x1b\ud800\ufffe.arch'
    source = Source("x\n", name)
    hostile = Diagnostic("c", "error", "]]><!--\x07\t\n" + name, place(source, "x"))
    root = ElementTree.fromstring(junit([], [hostile], strict=False).encode("utf-8"))
    assert root[0].attrib["name"] == '<a & "b">\\x00\\x1b\\ud800\ufffd.arch'
    assert "]]><!--\\x07    \n<a" in (root[0][0][0].text or "")


def test_gitlab_has_what_its_readers_need() -> None:
    once = json.loads(gitlab(checked(CLAIM).diagnostics))
    assert [one["location"] for one in once] == [
        {"path": "sample.arch", "lines": {"begin": 4, "end": 4}},
        {"path": "sample.arch", "lines": {"begin": 5, "end": 5}},
    ]
    assert [one["severity"] for one in once] == ["minor", "major"]
    moved = json.loads(gitlab(checked("# moved\n" + CLAIM).diagnostics))
    assert [one["fingerprint"] for one in moved] == [one["fingerprint"] for one in once]
    twice = json.loads(gitlab([mismatch(), mismatch()]))
    assert len({one["fingerprint"] for one in twice}) == 2
    assert json.loads(gitlab([])) == []
