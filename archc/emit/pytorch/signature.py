"""Constructor arguments: names, types, defaults; and what callers know of a class."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple

from archc.emit.pytorch.names import IMPORTED, Taken, identifier, snake
from archc.emit.pytorch.python import Py
from archc.emit.pytorch.trace import Instance
from archc.graph.values import BlockValue, GroupValue, LayerValue, Tensor
from archc.language import tree
from archc.language.source import Span
from archc.shapes import Size


class Parameter(NamedTuple):
    """One parameter of a block; a tensor's argument is the count of its channels."""

    name: str
    python: str
    kind: str  # value, block, module, layer (worked into the class) or tensor
    type: str
    default: str | None
    late: tree.Expr | None  # a default that is worked out in the constructor
    values: tuple[Any, ...]
    home: Span  # the definition it belongs to
    axes: int = 0  # where it is a size such as 1x7: always a tuple of so many numbers


class Info(NamedTuple):
    """What a caller needs to know of a class."""

    name: str
    concrete: bool
    network: bool  # it knows its own input and takes no `in_channels`
    parameters: tuple[Parameter, ...]
    out: Py | None  # output channels in terms of the arguments, if they say it
    states: bool  # whether instances bear `out_channels`
    one_of_many: bool  # other calls of the same text have another class

    def parameter(self, name: str) -> Parameter:
        return next(one for one in self.parameters if one.name == name)


def axes_of(values: Iterable[Any]) -> int:
    """How many axes a parameter has that is a size, if its axes ever differ."""
    sizes = [value for value in values if isinstance(value, Size) and len(set(value)) > 1]
    whole = all(isinstance(value, (int, Size)) and value is not True for value in values)
    return len(sizes[0]) if sizes and whole and len({len(one) for one in sizes}) == 1 else 0


def expanded(value: Any, axes: int) -> Any:
    """A number as a size of so many axes, where a parameter is always one."""
    if not axes or not isinstance(value, int):
        return value
    return Size([value] * axes)


def python_names(parameters: Iterable[tree.Parameter]) -> dict[str, str]:
    """The arguments of a definition in Python; the same for every class made from it."""
    taken = Taken((*IMPORTED, "self", "in_channels", "x"))
    result = {}
    names = [one.name.id for one in parameters]
    for name in names:
        wanted = identifier(snake(name) if name[0].isupper() else name)
        if wanted != name and wanted in names:
            wanted += "_"
        result[name] = taken.new(wanted, wanted + "_")
    return result


def kind_of(values: Iterable[Any]) -> str | None:
    """What a parameter holds; None where calls differ in that."""
    kinds = set()
    for value in values:
        if isinstance(value, Tensor):
            kinds.add("tensor")
        elif isinstance(value, LayerValue):
            kinds.add("layer")
        elif isinstance(value, (BlockValue, GroupValue)):
            kinds.add("block")
        else:
            kinds.add("value")
    return kinds.pop() if len(kinds) == 1 else None


def type_of(values: Iterable[Any]) -> str:
    """The type of a plain parameter, from what it was given."""
    found: list[str] = []
    for value in values:
        one = _type(value)
        if one not in found:
            found.append(one)
    if "float" in found and "int" in found:
        found.remove("int")
    if "Any" in found:
        return "Any"
    if "None" in found:
        found.remove("None")
        found.append("None")
    sequences = [one for one in found if one.startswith("Sequence")]
    if len(sequences) > 1:
        found = [one for one in found if one not in sequences[1:] or one == "None"]
        found[found.index(sequences[0])] = "Sequence[Any]"
        for other in sequences[1:]:
            if other in found:
                found.remove(other)
    if found == ["None"]:
        return "Any"
    return " | ".join(found) or "Any"


def _type(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    if isinstance(value, (float, Fraction)):
        whole = isinstance(value, Fraction) and value.denominator == 1
        return "int" if whole else "float"
    if isinstance(value, str):
        return "str"
    if isinstance(value, Size):
        if len(set(value)) == 1:
            return "int"
        return f"tuple[{', '.join(['int'] * len(value))}]"
    if isinstance(value, tuple):
        inner = {_item(item) for item in value}
        if inner == {"int", "float"}:
            inner = {"float"}
        return f"Sequence[{inner.pop()}]" if len(inner) == 1 else "Sequence[Any]"
    return "Any"


def _item(value: Any) -> str:
    """Lists inside lists are written as tuples."""
    if isinstance(value, tuple) and not isinstance(value, Size):
        return f"tuple[{', '.join(_item(item) for item in value)}]" if value else "tuple[()]"
    return _type(value)


def values_of(instances: list[Instance], name: str) -> list[Any]:
    return [one.place.values[name] for one in instances if name in one.place.values]
