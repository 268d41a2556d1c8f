"""Advice on texts, and the figures in it."""

from __future__ import annotations

import re

import archc
from archc.diagnostics import Diagnostic

NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w]|x\d)")


def advice(body: str, **options: object) -> list[Diagnostic]:
    """On a network with these statements, or on a whole text; without errors."""
    text = body if "network" in body else f"network N {{\n{body}\n}}\n"
    file = archc.load(text, advise=True, **options)  # type: ignore[arg-type]
    assert not file.errors, file.errors
    return list(file.advice)


def codes(body: str) -> list[str]:
    return [one.code for one in advice(body)]


def only(body: str, code: str) -> Diagnostic:
    """The one piece of advice of that code."""
    (found,) = [one for one in advice(body) if one.code == code]
    return found


def figures(text: str) -> list[int | float]:
    """The numbers that stand alone in a text, in its order; calls in back quotes left out."""
    plain = re.sub(r"`[^`]*`", "", text)
    found = [one.replace(",", "") for one in NUMBER.findall(plain)]
    return [float(one) if "." in one else int(one) for one in found]
