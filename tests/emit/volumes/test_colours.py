"""Kinds of volumes can be told apart in grey and without green cones."""

from __future__ import annotations

import pytest

from archc.emit.volumes.palette import palette
from tests.emit.colours import lightness, without_green

PAIRS = (("pool", "up"), ("conv", "dense"), ("block", "activation"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS)
def test_kinds_differ_in_lightness_and_without_green_cones(pair, theme):
    one, two = (palette(theme)[f"{kind}.front"] for kind in pair)
    assert abs(lightness(one) - lightness(two)) > 8
    assert without_green(one, two) > 20


def test_the_measure_knows_black_white_and_grey():
    assert lightness("#000000") == pytest.approx(0, abs=0.01)
    assert lightness("#FFFFFF") == pytest.approx(100, abs=0.01)
    assert lightness("#777777") == pytest.approx(50.0, abs=0.1)
    assert without_green("#888888", "#888888") == 0


def test_the_measure_takes_red_and_green_for_one():
    """The colours of a test plate: far apart for most eyes, near without green cones."""
    assert without_green("#9DB455", "#CBA94C") < 0.6 * without_green("#9DB455", "#5593B4")
