"""Where a size is refused, the nearest inputs that are told do fit, and none nearer does."""

from __future__ import annotations

import re

import pytest

import archc
from archc.fitting import REFUSALS

UNET = """
for i in range(3) { enc{i}: conv 4 3x3 pad=1 -> relu; maxpool 2 }
for i in range(3) { upsample 2; concat { identity; from enc{2 - i} }; conv 4 3x3 pad=1 }
"""
BODIES = {
    "unet": (UNET, "1x100x100"),
    "small": ("conv 4 3; conv 4 3; maxpool 2; conv 4 5", "1x9x9"),
    "odd": (
        "a: relu; maxpool 1 stride=4; conv_transpose 1 1 stride=4; add { identity; from a }",
        "1x24x24",
    ),
    "crop": ("a: conv 4 9; upsample 2; crop 40x40", "1x20x20"),
    "signal": ("conv 4 9 stride=4; conv 4 9 stride=4", "1x30"),
    "flat": ("conv 4 9; flatten; linear 3", "1x5x5"),
}


def errors(body: str, size: str, input: str | None = None) -> list[archc.Diagnostic]:
    text = f"network N {{\n    input {size}\n    {body}\n}}\n"
    found = archc.load(text, input=input)
    return [one for one in found.errors if one.code in REFUSALS]


@pytest.mark.parametrize("outside", [False, True], ids=["written", "asked for"])
@pytest.mark.parametrize("name", BODIES)
def test_the_nearest_inputs_fit(name: str, outside: bool) -> None:
    body, size = BODIES[name]
    asked = size if outside else None
    helps = [one.help or "" for one in errors(body, size, asked)]
    told = re.findall(r"an input of (\S+)(?: or (\S+))? fits", "\n".join(helps))
    if not told:
        assert not outside  # a cure of the text itself was found
        return
    near = [text for text in told[0] if text]
    assert all(errors(body, one) == [] for one in near)
    channels, *axes = size.split("x")
    own = int(axes[0])
    reach = [int(text.split("x")[1]) for text in near]
    for n in range(min(reach), max([*reach, own]) + 1):
        if n not in reach and abs(n - own) <= max(abs(one - own) for one in reach):
            fits = errors(body, "x".join([channels, *[str(n)] * len(axes)])) == []
            assert not fits or any(abs(one - own) <= abs(n - own) for one in reach)


def test_sizes_are_told_beside_a_cure_of_the_text() -> None:
    body = "a: relu; add { maxpool 2 -> upsample 2; from a }"
    (one,) = errors(body, "1x51x48")
    assert (one.help or "").splitlines() == [
        "`upsample 51x48` in line 3 would give 1x51x48",
        "an input of 1x50x48 or 1x52x48 fits",
    ]
    (other,) = errors("add { conv 1 3; identity }", "1x8x8")  # the text is wrong, not the size
    assert "fits" not in (other.help or "")


def test_the_nearest_of_all_stands_before_smaller_and_larger_ones() -> None:
    body = "a: relu; maxpool 16; upsample 16; add { identity; from a }"
    (one,) = errors(body, "1x33x63", "1x33x63")
    assert "an input of 1x32x64, 1x32x48 or 1x48x64 fits" in (one.help or "")


def test_where_windows_do_not_divide_the_nearest_sizes_are_told() -> None:
    (one,) = errors("pixel_unshuffle 4", "1x30x33")
    assert (one.help or "").endswith("an input of 1x28x32 or 1x32x36 fits")


def test_inputs_of_other_channels_are_told_together() -> None:
    body = "from a -> maxpool 4 -> upsample 4\nconcat { identity; from a; from b }"
    text = f"network N {{\ninput a 3x64x64\ninput b 1x64x64\n{body}\n}}\n"
    (one,) = archc.load(text, input="a=3x62x64,b=1x62x64").errors
    assert (one.help or "").endswith("an input of a=3x60x64,b=1x60x64 or a=3x64x64,b=1x64x64 fits")


def test_no_size_is_told_where_none_fits() -> None:
    body = "a: identity; maxpool 2 stride=2 pad=1; upsample 2; concat { identity; from a }"
    assert all("fits" not in (one.help or "") for one in errors(body, "1x8x8", "1x8x8"))
