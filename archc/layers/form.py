"""What a layer is in PyTorch, for the code to print: a module's constructor, or an expression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archc.named import NamedTuple

MISSING: Any = object()


class Part(NamedTuple):
    """One argument of a constructor.

    `source` is where the value comes from: an expression over the layer's argument names,
    `in.channels` and `in.features`; "" for a fixed number. The code may print the author's own
    expression instead of the value. What equals `default` may be left out.
    """

    value: Any
    source: str = ""
    name: str | None = None
    default: Any = MISSING


class Form(NamedTuple):
    """`target(parts…)` makes a module; `expression` computes the same from `{0}`, `{1}` …

    Either may be empty: merges are expressions alone, most layers modules alone. A target without
    a dot is a class the code brings along. In an expression `{name}` is the part of that name,
    `{*name}` its items. `asked` is the expression where sizes are asked of tensors, of a layer that
    else is a module.
    `pads` (in the order of torch.nn.functional.pad: last axis first) with `fill` come before the
    module where PyTorch's own padding cannot differ at begin and end.
    """

    target: str
    parts: tuple[Part, ...] = ()
    expression: str = ""
    pads: tuple[int, ...] | None = None
    fill: float = 0.0
    asked: str = ""

    @property
    def given(self) -> tuple[Part, ...]:
        """The parts that differ from PyTorch's defaults."""
        return tuple(part for part in self.parts if part.value != part.default)

    @property
    def helper(self) -> bool:
        """Whether the code has to bring the class along."""
        return bool(self.target) and "." not in self.target


SIGNS = {"Scale": "*", "Shift": "+"}


def scaled(form: Form, axes: int) -> str:
    """A map with so many axes behind its channels times a bare parameter, or plus it."""
    flat = any(part.name == "flat" and part.value for part in form.parts)
    sign = SIGNS[form.target]
    return f"{{0}} {sign} {{1}}[:{', None' * axes}]" if flat and axes else f"{{0}} {sign} {{1}}"


def one(values: Sequence[Any]) -> Any:
    """A single number where all axes agree, as PyTorch's modules take it.

    Numbers may carry how they are said (`said`): then they agree where they are said alike.
    """
    if len({(value, getattr(value, "said", None)) for value in values}) == 1:
        return values[0]
    return tuple(values)


def pad_order(pads: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Begin and end of each axis, the last axis first, as torch.nn.functional.pad wants them."""
    return tuple(side for pair in reversed(pads) for side in pair)


def keyword(name: str, value: Any, default: Any = MISSING, source: str | None = None) -> Part:
    """An argument given by its name; its source is the layer's argument of that name."""
    return Part(value, name if source is None else source, name, default)
