"""Frozen records for trees that hold themselves.

A dataclass would do, but costs half a millisecond of start-up apiece, and there are forty kinds of
node; a named tuple is cheap, but a tuple type that holds itself sends type checkers into a search
without end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class Record:
    """A subclass's annotations are its fields, in order; kind and values make two equal."""

    __slots__ = ("__dict__", "kept")
    _fields: ClassVar[tuple[str, ...]] = ()
    if TYPE_CHECKING:
        kept: ClassVar[Any]  # what was found out about it once, and is no value of it

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)

    def __init__(self, *values: Any) -> None:
        fields = self._fields
        if len(values) != len(fields):
            raise TypeError(f"{type(self).__name__} takes {', '.join(fields)}")
        self.__dict__.update(zip(fields, values))  # noqa: B905  # just measured

    def _replace(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        return type(self)(*{**self.__dict__, **changes}.values())

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({values})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")
