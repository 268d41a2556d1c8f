"""`params ~ 1.2M +- 5%`: a claim with a tolerance, which is written as its bounds here."""

from __future__ import annotations

import re
from decimal import Decimal

TOLERANCE = re.compile(
    r"(expect\s+)([\w.]+)\s*[~=]=?\s*(\d+(?:\.\d+)?)([A-Za-z]*)\s*"
    r"(\+\s*/?\s*-|\u00b1)\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)(%?)",
    re.ASCII,
)


def tolerated(found: re.Match[str]) -> str:
    """The claim as two bounds, `expect 1.14M <= params <= 1.26M`; itself where units differ."""
    middle, width = Decimal(found[3]), Decimal(found[6])
    if not found[8] and found[7] != found[4]:
        return found[0]
    reach = middle * width / 100 if found[8] else width
    low, high = (f"{(middle + way * reach).normalize():f}{found[4]}" for way in (-1, 1))
    return f"{found[1]}{low} <= {found[2]} <= {high}"
