"""Every code has a page, and every page's examples do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import archc
from archc.check import Checked, Options, check
from archc.diagnostics import ADVICE
from archc.explanations import WARNINGS, codes, examples, page, severity_of, title
from archc.graph.modules import ReadError
from archc.language.source import Source
from tests.each import each

PARTS = "block Stem(width) { conv width 3x3 }\n"
CODE = re.compile(r'"([a-z]+(?:-[a-z]+)+)"')
NO_CODES = {"utf-8", "a-b", "mult-adds"}


def read(path: str, importer: Source) -> Source:
    if path == "parts.arch":
        return Source(PARTS, "parts.arch")
    if path == importer.name:
        return importer
    raise ReadError(f"there is no file `{path}`")


def checked(text: str, code: str) -> Checked:
    return check(Source(text, "example.arch"), Options(advise=code in ADVICE), read)


def found(text: str, code: str) -> list[str]:
    return sorted({diagnostic.code for diagnostic in checked(text, code).diagnostics})


@each("code", codes())
def test_bad_examples_give_exactly_the_code(code: str) -> None:
    for text in examples(code)[0]:
        assert found(text, code) == [code]


@each("code", codes())
def test_severities_are_what_is_said_of_them(code: str) -> None:
    """`WARNINGS` holds the codes of warnings and no others, `ADVICE` those of advice."""
    for text in examples(code)[0]:
        severities = {one.severity for one in checked(text, code).diagnostics}
        assert severities == {severity_of(code)}


def test_severities_have_their_codes() -> None:
    assert set(codes()) >= WARNINGS | ADVICE
    assert not WARNINGS & ADVICE


@pytest.mark.parametrize("code", sorted(ADVICE))
def test_advice_is_given_only_where_it_is_asked_for(code: str) -> None:
    for text in examples(code)[0]:
        assert check(Source(text, "example.arch"), Options(), read).diagnostics == ()


@each("code", codes())
def test_good_examples_are_clean(code: str) -> None:
    for text in examples(code)[1]:
        assert found(text, code) == []


@each("code", codes())
def test_pages_have_a_title_and_examples_in_pairs(code: str) -> None:
    assert (page(code) or "").startswith(f"# {code}: ")
    assert title(code)
    bad, good = examples(code)
    assert len(bad) == len(good)


def test_every_code_has_a_page() -> None:
    package = Path(archc.__file__).parent
    named = set()
    for folder in ("advice", "analysis", "graph", "language", "layers"):
        for file in (package / folder).rglob("*.py"):
            named |= set(CODE.findall(file.read_text(encoding="utf-8")))
    named |= set(CODE.findall((package / "check.py").read_text(encoding="utf-8")))
    assert sorted(named - NO_CODES - set(codes())) == []


def test_pages_name_only_themselves() -> None:
    assert page("../secret") is None
    assert page("") is None
    assert page("no-such-code") is None
