"""Named tuples that are cheap to make.

A hundred are made when archc starts, so what a class costs is felt. One of `typing` takes a quarter
of a millisecond, since it compiles every annotation and a text for `__new__`; one from here takes a
tenth of that, and is as fast to make, to read and to change.
"""

from __future__ import annotations

from collections import _tuplegetter as getter  # type: ignore[attr-defined]  # reads one field
from functools import cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Self


class Nameless(AttributeError):
    """A name that an object does not have, worded when it is read: `hasattr` drops it unread."""

    name = obj = property(lambda self: None, lambda self, value: None)
    """Nothing: from these Python adds a guess of its own behind the words."""

    def __str__(self) -> str:
        from archc.foreign_names import no_attribute

        return no_attribute(*self.args)


Nameless.__name__ = Nameless.__qualname__ = "AttributeError"
Nameless.__module__ = "builtins"  # how a traceback calls it


class Named(tuple[Any, ...]):
    """What every named tuple can do, under the names that `collections` gives it."""

    __slots__ = ()
    _fields: ClassVar[tuple[str, ...]]

    if not TYPE_CHECKING:  # a checker of types tells it itself

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):  # which Python asks for
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            raise Nameless(self, name)

        def __call__(self, *_: object, **__: object) -> Any:
            from archc.foreign_names import no_call

            raise TypeError(no_call(self))

        def __float__(self, *_: object) -> Any:
            from archc.foreign_names import no_single_number

            raise TypeError(no_single_number(self))

        __int__ = __truediv__ = __floordiv__ = __float__

    @classmethod
    def _make(cls, values: Any) -> Self:
        """One of the values in their order."""
        made = tuple.__new__(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(f"{cls.__name__} takes {', '.join(cls._fields)}")
        return made

    def _replace(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        made = self._make(map(changes.pop, self._fields, self))
        if changes:
            raise ValueError(f"{type(self).__name__} has no field {', '.join(changes)}")
        return made

    def _asdict(self) -> dict[str, Any]:
        """The values by the names of their fields."""
        return dict(zip(self._fields, self, strict=True))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({values})"


class Naming(type):
    """Makes a class a named tuple; its annotations are the fields, in order."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> type:
        if not bases:
            return super().__new__(cls, name, bases, namespace)
        fields = tuple(namespace.get("__annotations__", ()))
        defaults = {field: namespace[field] for field in fields if field in namespace}
        members = namespace | {field: getter(place, "") for place, field in enumerate(fields)}
        members["__new__"] = _constructor(name, fields, tuple(defaults.values()))
        members |= {"__slots__": (), "__match_args__": fields}
        members |= {"_fields": fields, "_field_defaults": defaults}
        return type(name, (Named,), members)


def _constructor(name: str, fields: tuple[str, ...], defaults: tuple[Any, ...]) -> FunctionType:
    """`__new__` with the fields as its parameters: a ready one, whose variables are called so."""
    ready = _ready(len(fields))
    code = ready.__code__.replace(
        co_varnames=("_cls", *fields), co_name="__new__", co_qualname=f"{name}.__new__"
    )
    return FunctionType(code, ready.__globals__, "__new__", defaults)


@cache
def _ready(count: int) -> FunctionType:
    """Makes a tuple of so many parameters."""
    parameters = "".join(f", _{place}" for place in range(count))
    made: FunctionType = eval(f"lambda _cls{parameters}: new(_cls, ({parameters[2:]},))", GLOBALS)
    return made


GLOBALS = {"new": tuple.__new__, "__builtins__": {}}

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:

    class NamedTuple(metaclass=Naming):
        """What a named tuple's class is written under; the class made inherits from `Named`."""
