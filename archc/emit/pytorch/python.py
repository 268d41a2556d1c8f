"""Python expressions as text that knows how tightly it binds."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from archc.shapes import Open

CHOICE, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)


class Py(NamedTuple):
    """An expression; `value` is set where it is a number that archc found out."""

    text: str
    level: int = ATOM
    value: int | None = None
    names: frozenset[str] = frozenset()

    def at(self, level: int) -> str:
        """The text where something of that strength stands around it."""
        return self.text if self.level >= level else f"({self.text})"


def name(text: str) -> Py:
    return Py(text, ATOM, None, frozenset((text.split(".")[0].split("[")[0],)))


def number(value: int) -> Py:
    """A number that archc found out."""
    return Py(str(value), ATOM if value >= 0 else SIGN, value)


_OPERATORS: dict[str, tuple[int, Callable[[int, int], int] | None]] = {
    "+": (SUM, lambda a, b: a + b),
    "-": (SUM, lambda a, b: a - b),
    "*": (PRODUCT, lambda a, b: a * b),
    "/": (PRODUCT, None),
    "//": (PRODUCT, lambda a, b: a // b if b else 0),
    "%": (PRODUCT, lambda a, b: a % b if b else 0),
    "**": (POWER, None),
    "and": (AND, None),
    "or": (OR, None),
}


def binary(operator: str, left: Py, right: Py) -> Py:
    """`left operator right`, in parentheses where needed; numbers found out are worked out."""
    level, fold = _OPERATORS[operator]
    if fold is not None and left.value is not None and right.value is not None:
        return number(fold(left.value, right.value))
    if operator == "*" and right.value == 1:
        return left
    if operator == "*" and left.value == 1:
        return right
    if operator in "+-" and right.value == 0:
        return left
    if operator == "+" and left.value == 0:
        return right
    names = left.names | right.names
    if operator == "**":
        one, two = left.at(ATOM), right.at(SIGN)
        simple = one.replace(".", "").replace("_", "").isalnum() and two.replace("_", "").isalnum()
        return Py(f"{one}**{two}" if simple else f"{one} ** {two}", POWER, None, names)
    right_text = right.at(level + 1)
    return Py(f"{left.at(level)} {operator} {right_text}", level, None, names)


def total(parts: list[Py]) -> Py:
    """A sum; equal parts are counted: `2 * growth`."""
    result = parts[0]
    for part in parts[1:]:
        result = binary("+", result, part)
    return result


_FOLD = re.compile(r"[0-9_]+(?: (?:[+*-]|//) [0-9_]+)*")


def worked_out(py: Py) -> Py:
    """Sums of plain numbers as the number; anything else stays as it is."""
    if not _FOLD.fullmatch(py.text) or "//" in py.text:
        return py
    result = 0
    for term in re.split(
        r"(?=[+-] )", py.text.replace(" ", "").replace("+", "+ ").replace("-", "- ")
    ):
        sign = -1 if term.startswith("-") else 1
        product = 1
        for factor in term.lstrip("+- ").split("*"):
            product *= int(factor)
        result += sign * product
    return Py(str(result), ATOM, None, py.names)


def call(function: str, arguments: list[Py]) -> Py:
    names = frozenset().union(*(one.names for one in arguments)) if arguments else frozenset()
    return Py(f"{function}({', '.join(one.text for one in arguments)})", ATOM, None, names)


def text_literal(text: str) -> str:
    """A string as ruff would quote it; what cannot be seen is escaped."""
    quote = "'" if '"' in text and "'" not in text else '"'
    out = []
    for letter in text:
        if letter == "\\" or letter == quote:
            out.append("\\" + letter)
        elif letter.isprintable():
            out.append(letter)
        else:
            out.append(letter.encode("unicode_escape").decode("ascii"))
    return quote + "".join(out) + quote


def literal(value: Any, nested: bool = False) -> str:
    """A value of the language as Python writes it; lists inside lists are tuples."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else repr(float(value))
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e6 else repr(value)
    if isinstance(value, str):
        return text_literal(value)
    if isinstance(value, Open):
        raise ValueError("an open size is no literal")
    if isinstance(value, tuple):
        items = ", ".join(literal(item, True) for item in value)
        if type(value) is tuple and not nested:
            return f"[{items}]"
        return f"({items},)" if len(value) == 1 else f"({items})"
    return str(value)


def tuple_literal(value: Any) -> str:
    """Numbers as a tuple, whatever sort of list they came in."""
    if isinstance(value, (tuple, list)):
        items = ", ".join(tuple_literal(item) for item in value)
        return f"({items},)" if len(value) == 1 else f"({items})"
    return literal(value)


_OPPOSITE = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "is": "is not",
    "is not": "is",
}
_COMPARISON = re.compile(r"([^ ]+) (==|!=|<=|>=|<|>|is not|is) ([^ ]+)")


def negated(test: str) -> str:
    """The opposite of a condition."""
    found = _COMPARISON.fullmatch(test)
    if found is not None:
        return f"{found[1]} {_OPPOSITE[found[2]]} {found[3]}"
    if re.fullmatch(r"not [\w.]+", test):
        return test[4:]
    return f"not {test}" if re.fullmatch(r"[\w.]+", test) else f"not ({test})"
