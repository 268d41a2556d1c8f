"""Values of a file's arguments: as the file has them, as Python has them, and others like them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from types import ModuleType
from typing import Any

from torch import nn

from archc.graph.values import BlockValue, LayerValue, Tensor, describe
from archc.shapes import Open, Size, show


def written(value: Any) -> str | None:
    """A value as a file has it; None for what cannot be written."""
    if isinstance(value, Size):
        return show(value) if not any(isinstance(axis, Open) for axis in value) else None
    if isinstance(value, (Tensor, Open)):
        return None
    if isinstance(value, Fraction):
        return (
            f"({value.numerator} / {value.denominator})" if value.denominator != 1 else str(value)
        )
    if type(value) is tuple:
        parts = [written(one) for one in value]
        return None if None in parts else f"[{', '.join(map(str, parts))}]"
    return f'"{value}"' if isinstance(value, str) else describe(value)


def plain(value: Any) -> Any:
    """A value of the language as Python has it."""
    if isinstance(value, tuple) and not isinstance(value, (Open, LayerValue, BlockValue, Tensor)):
        return tuple(plain(one) for one in value)
    if isinstance(value, Fraction):
        return float(value)
    return value


def python_value(value: Any, module: ModuleType) -> Any:
    """A value as a class takes it; `NotImplemented` where its counterpart is not known here."""
    if isinstance(value, LayerValue):
        if value.positional or value.named or value.kind.group != "activation":
            return NotImplemented
        target = getattr(value.kind, "module", "")
        own = getattr(nn, target.removeprefix("nn."), None)
        return own or getattr(module, target, NotImplemented)
    if isinstance(value, BlockValue):
        if value.positional or value.named:
            return NotImplemented
        return _class_of(value.definition.name.id, module)
    if type(value) is tuple:
        items = tuple(python_value(one, module) for one in value)
        return NotImplemented if NotImplemented in items else items
    return plain(value)


def _class_of(block: str, module: ModuleType) -> Any:
    """The class of a block; `NotImplemented` where its calls are divided among several."""
    found = getattr(module, block, None)
    place = str(getattr(found, "__doc__", "")).partition(" ")[0]  # `net.arch:1.`
    same = [one for one in vars(module).values() if str(one.__doc__).startswith(f"{place} ")]
    return found if found is not None and len(same) == 1 else NotImplemented


def others(value: Any, near: list[int]) -> Iterator[Any]:
    """Other values of the same sort; `near` are the numbers of the text, where conditions flip."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, Size):
        yield Size([*value[:-2], *(one + 2 for one in value[-2:])])
        yield Size([value[0] + 2, *value[1:]])
    elif isinstance(value, int):
        close = sorted({n + d for n in near for d in (0, 1, -1)}, key=lambda n: abs(n - value))
        for one in (*close, value + 4, 2 * value, value // 2, value + 1, 0):
            if one != value and 0 <= one <= max(64, 2 * value):
                yield one
    elif isinstance(value, (float, Fraction)):
        rates = (0.5, 0.25) if 0 < value <= 0.5 else (0.5, 2, 0.25, 1)  # a rate stays one
        yield from (float(one) for one in rates if one != value)
    elif type(value) is tuple and value:
        yield (*value, value[-1])
        yield value[:-1]
        yield value[::-1]
        for place, item in enumerate(value):
            for other in list(others(item, near))[:2]:
                yield (*value[:place], other, *value[place + 1 :])


def numbers(text: str) -> list[int]:
    """The small numbers of a text."""
    return sorted({int(word) for word in re.findall(r"(?<![\w.])\d{1,2}(?![\w.])", text)})
