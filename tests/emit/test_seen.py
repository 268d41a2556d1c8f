"""The reader of pictures: it sees what is wrong in a file, and nothing where nothing is."""

from __future__ import annotations

import pytest

from tests.emit.seen import seen

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="100pt" height="50pt" viewBox="0 0 200 100">'
TEXT = '<text x="20" y="40" font-size="20">conv</text>'
FAULTS = {
    '<text x="30" y="42" font-size="20">relu</text>': "`conv` and `relu` overlap",
    '<text transform="translate(30 40) rotate(-90)" y="4" font-size="20">56</text>':
        "`conv` and `56` overlap",
    '<polyline points="0,33 100,33" fill="none" stroke="#000000"/>': "a line passes through `conv`",
    '<g transform="translate(25 0)"><polygon points="0,0 9,0 9,90" fill="#0072b2"/></g>':
        "a line passes through `conv`",
    '<path d="M40,0C40,20 40,60 40,90" fill="none" stroke="#000000"/>':
        "a line passes through `conv`",
    '<ellipse cx="40" cy="33" rx="9" ry="5" fill="none" stroke="#000000"/>':
        "a line passes through `conv`",
    '<text x="190" y="90" font-size="20">fc</text>': "`fc` is cut at the rim",
}  # fmt: skip
SOUND = (
    '<text x="20" y="64" font-size="20">relu</text>',
    '<text transform="translate(12 60) rotate(-90)" y="4" font-size="20">56</text>',
    '<polyline points="0,46 100,46" fill="none" stroke="#000000"/>',
    '<polygon points="0,0 199,0 199,99 0,99" fill="#b8d8e9"/>',
    '<polygon points="0,33 99,33 99,36 0,36" fill="none" stroke="none"/>',
    '<polygon points="0,33 99,33 99,36 0,36" fill="#ffefd0" fill-opacity="0.75"/>',
)


@pytest.mark.parametrize(("more", "fault"), FAULTS.items())
def test_a_fault_is_seen(more: str, fault: str) -> None:
    assert seen(f"{HEAD}{TEXT}{more}</svg>").faults() == [fault]


@pytest.mark.parametrize("more", SOUND)
def test_what_is_apart_is_no_fault(more: str) -> None:
    assert not seen(f"{HEAD}{TEXT}{more}</svg>").faults()


@pytest.mark.parametrize("scale", [0.1, 1, 6])
def test_a_hair_is_no_fault_however_large_a_picture_is(scale: float) -> None:
    line = '<polyline points="0,39 100,39" fill="none" stroke="#000000"/>'
    head = HEAD.replace("100pt", f"{100 * scale}pt").replace("50pt", f"{50 * scale}pt")
    assert not seen(f"{head}{TEXT}{line}</svg>").faults()
    assert seen(f"{head}{TEXT}{line.replace('39', '36')}</svg>").faults()


def test_sizes_are_those_on_paper() -> None:
    found = seen(f"{HEAD}<g transform='scale(0.5 0.5)'>{TEXT}</g></svg>")
    assert (found.width, found.height, found.smallest) == (100, 50, 5)
    assert seen(HEAD.replace("pt", "") + TEXT + "</svg>").smallest == 7.5  # pixels are 0.75 points
