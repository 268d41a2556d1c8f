"""The campaign of pictures: what it draws, and that it tells what a reader would object to."""

from __future__ import annotations

import pytest

from archc.emit import sizing
from archc.emit.diagram import TooLarge
from archc.emit.sizing import Sized
from tests.campaigns import pictures
from tests.campaigns.pictures import STYLES, Campaign, Case, Made, cases, faults, main, networks

PART = 19  # pictures of one test
PDF = b"%PDF-1.7 /MediaBox [0 0 238 90]"
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="238pt" height="90pt" viewBox="0 0 238 90">
<text x="9" y="40" font-size="7">conv</text></svg>"""
CASE = Case("unet", "column")
MADE = Made(SVG, PDF, Sized(1.0, 7.0, ()))


@pytest.mark.campaign
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("part", range(-(-len(cases("flow")) // PART)))
def test_every_picture_at_every_place(style: str, part: int) -> None:
    campaign = Campaign(style)
    campaign.run(PART * part, PART, float("inf"))
    assert not campaign.failed


@pytest.mark.parametrize("style", STYLES)
def test_every_network_is_drawn_at_every_place_and_with_every_flag(style: str) -> None:
    several = cases(style)
    assert len(several) == len(set(several))
    for flags, places in (("", 1 + len(sizing.PLACES)), ("--depth 1", 1)):
        assert sum(case.flags == flags for case in several) == places * len(networks())


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (MADE, ""),
        (MADE._replace(svg=SVG.replace(b"238pt", b"239.2pt")), "239 x 90 pt are more"),
        (MADE._replace(svg=SVG.replace(b'"7"', b'"5"')), "text of 5.00 pt, where 7.00 are told"),
        (MADE._replace(sized=Sized(1.0, 5.0, ())), "text of 5.00 pt, where 6 are needed"),
        (MADE._replace(pdf=PDF.replace(b"238", b"300")), "a PDF of 300 x 90 pt"),
        (MADE._replace(pdf=b""), "no PDF"),
    ],
)  # fmt: skip
def test_a_fault_is_told(made: Made, fault: str) -> None:
    told = faults(CASE, made)
    assert [one[: len(fault)] for one in told] == [fault] * bool(fault)


def test_who_says_what_is_to_be_seen_may_get_small_text() -> None:
    made = MADE._replace(svg=SVG.replace(b'"7"', b'"5"'), sized=Sized(1.0, 5.0, ()))
    assert not faults(CASE._replace(flags="--expand all"), made)


def test_what_fails_is_told_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    several: list[Exception | Made] = [MADE, ValueError("no\nplace"), TooLarge("600 boxes"), MADE]

    def draw(case: Case) -> Made:
        found = several[cases("flow").index(case)]
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setitem(pictures.STYLES, "flow", draw)
    assert main(["flow", "0", "4"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("flow 1 (alexnet:AlexNetTowers): ValueError: no place")
    assert " 1 refused as too large, 1 with faults," in lines[1]


def test_it_stops_in_time() -> None:
    campaign = Campaign("volumes")
    campaign.run(0, 9, -1)
    assert campaign.drawn == 0
