"""Whole numbers that remember how they were worked out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Said(int):
    """A number with the arithmetic that gave it, as Python text: `4 * width`.

    It stands for the numbers of an emitter, which carry an expression through the layers: whoever
    does anything to it but `+ - * // %` and comparisons is left with a plain `int`.
    """

    text: str

    def __new__(cls, value: int, text: str) -> Said:
        made = super().__new__(cls, value)
        made.text = text
        return made

    @property
    def said(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Said({int(self)}, {self.text!r})"


def _text(value: object) -> str:
    return value.text if isinstance(value, Said) else str(value)


def _operation(name: str, sign: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    plain = getattr(int, f"__{name}__")

    def forward(self: Said, other: object) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        value = plain(int(self), int(other))
        return Said(value, f"({_text(self)} {sign} {_text(other)})")

    def reflected(self: Said, other: object) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        value = plain(int(other), int(self))
        return Said(value, f"({_text(other)} {sign} {_text(self)})")

    return forward, reflected


for _name, _sign in (("add", "+"), ("sub", "-"), ("mul", "*"), ("floordiv", "//"), ("mod", "%")):
    _forward, _reflected = _operation(_name, _sign)
    setattr(Said, f"__{_name}__", _forward)
    setattr(Said, f"__r{_name}__", _reflected)
