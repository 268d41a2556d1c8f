"""What every check of every text must be: findings with places inside their texts, and no raise."""

from __future__ import annotations

import re

import pytest

from archc.check import Checked, Options, check
from archc.emit.render import render
from archc.explanations import codes
from archc.graph import bounds
from archc.graph.modules import ReadError
from archc.language.source import Source, Span
from tests.robustness.mutate import TEXTS

INTERNAL = re.compile(
    r"\b(?:Span|Source|Name|Network|Block|Fraction|Tensor|Open|Size|Apply|Member|LayerValue)"
    r"\((?:name|source|span|id|axes|atom|value|text|callee|layer|word|kind|label|node|family)="
    r"|\bFraction\(|<archc|object at 0x|<class|\bmappingproxy"
)
"""What a record of archc's own looks like in print."""
DIGITS = re.compile(r"\d{200}")
CODES = frozenset(codes())
FEW = 1_500  # layers of a network, instead of ten thousand and more: thirty thousand statements


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds of the elaboration so low that no text takes long."""
    monkeypatch.setattr(bounds, "FEWEST", FEW)
    monkeypatch.setattr(bounds, "EACH", 0)


def read(path: str, importer: Source) -> Source:
    """The library, whatever folder is named."""
    if path not in TEXTS:
        raise ReadError(f"there is no file {path!r}")
    return Source(TEXTS[path], path)


def checked(text: str, name: str = "broken.arch", options: Options | None = None) -> Checked:
    """Checks a text and holds the answer to what every answer must be."""
    source = Source(text, name)
    found = check(source, options or Options(), read)
    for one in found.diagnostics:
        assert one.code in CODES, one
        for said in (one.message, one.help or "", *(label.text for label in one.labels)):
            assert len(said) < 1_500, said
            assert INTERNAL.search(said) is None, said
            assert DIGITS.search(said) is None, said
        for shown in (one.message, *(label.text for label in one.labels)):
            assert shown
            assert "\n" not in shown
        for span in (one.span, *(label.span for label in one.labels)):
            assert_inside(span)
        for frame in one.calls:
            assert_inside(frame.span)
            for name, worth in frame.arguments:
                assert INTERNAL.search(worth) is None, (name, worth)
        assert render(one)
    if not all(network.graph.complete for network in found.networks):
        assert any(one.severity == "error" for one in found.diagnostics), "left out in silence"
    keys = [
        (one.code, one.message, one.span.source.name, one.span.start, one.span.end)
        for one in found.diagnostics
    ]
    assert len(keys) == len(set(keys)), "one mistake told twice"
    return found


def assert_inside(span: Span) -> None:
    assert 0 <= span.start <= span.end <= len(span.source.text)


__all__ = ["checked", "small_limits"]
