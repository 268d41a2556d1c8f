"""Objects of the interface that tell what they are called here, where Python says only "no".

What is said, and the tables of what other programs say, is loaded with the first such message.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, ValuesView
from functools import wraps
from opcode import opmap
from types import ModuleType
from typing import TYPE_CHECKING, Any, Never, TypeVar, cast

from archc.named import Nameless


class Telling:
    """An object that is asked for names, places and calls of other programs' objects."""

    if not TYPE_CHECKING:  # a checker of types tells it itself

        def __getattr__(self, name: str) -> Any:
            raise Nameless(self, name)

        def __setattr__(self, name: str, value: object) -> None:
            if not name.startswith("_"):
                from archc.no_setting import no_setting

                raise AttributeError(no_setting(self, name, value))
            object.__setattr__(self, name, value)

        def __getitem__(self, place: object) -> Any:
            from archc.foreign_names import no_place

            raise TypeError(no_place(self, place))

        def __call__(self, *given: object, **named: object) -> Any:
            from archc.foreign_names import no_call

            raise TypeError(no_call(self, *given, *named))


class Single(Telling):
    """One network or one file, which has no length, and is no less than true for that."""

    if not TYPE_CHECKING:

        def __len__(self) -> int:
            from archc.foreign_names import no_length

            raise TypeError(no_length(self))

        def __bool__(self) -> bool:
            return True


class Stages(ModuleType):
    """The module `archc.check`, which looks like a function once it has been imported."""

    def __call__(self, *_: object, **__: object) -> Never:
        raise TypeError("archc.check is a module; archc.load(path_or_text) checks a spec")


Words = TypeVar("Words", bound="str | None")
Number = TypeVar("Number", bound="int | None")


class Text(str):
    """A text of a file, network or layer, which tells that it is one: `network.name`."""

    place: str

    @classmethod
    def of(cls, value: Words, place: str) -> Words:
        """The text under the name by which it is read; None where there is none."""
        if value is None:
            return value
        text = cls(value)
        text.place = place
        return cast("Words", text)

    if not TYPE_CHECKING:

        def __reduce__(self) -> tuple[type[str], tuple[str]]:
            return str, (str(self),)

        def __call__(self, *_: object, **__: object) -> Any:
            raise TypeError(f"{self.place} is a text, not a method; write {self.place}")


class Several(tuple[Any, ...]):
    """Findings, verdicts or paths, which tell that they are a tuple: `file.errors`."""

    place: str

    @classmethod
    def of(cls, values: Iterable[Any], place: str) -> tuple[Any, ...]:
        """The values under the name by which they are read."""
        several = cls(values)
        several.place = place
        return several

    if not TYPE_CHECKING:

        def __reduce__(self) -> tuple[type[tuple[Any, ...]], tuple[tuple[Any, ...]]]:
            return tuple, (tuple(self),)

        def __call__(self, *_: object, **__: object) -> Any:
            raise TypeError(f"{self.place} is a tuple, not a method; write {self.place}")

        def __getattr__(self, name: str) -> Any:
            if name == "place" or name.startswith("_"):
                raise AttributeError(name)
            from archc.foreign_names import not_of_all

            raise AttributeError(not_of_all(self, self.place, name))


class Path(str):
    """The path of a layer, which tells where the layer is that it was taken for."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise Nameless(self, name)

        def __iter__(self) -> Iterator[str]:
            frame = sys._getframe(1)
            if frame.f_code.co_code[frame.f_lasti] == opmap["UNPACK_SEQUENCE"]:
                raise TypeError(
                    "iteration over network.layers gives paths; write network.layers.items() for "
                    "paths and layers"
                )
            return str.__iter__(self)


class Figure(int):
    """A figure of a network or layer, which tells that it is a number: `network.params`."""

    place: str

    @classmethod
    def of(cls, value: Number, place: str) -> Number:
        """The figure under the name by which it is read; None where it is not known."""
        if value is None:
            return value
        figure = cls(value)
        figure.place = place
        return cast("Number", figure)

    if not TYPE_CHECKING:

        def __reduce__(self) -> tuple[type[int], tuple[int]]:
            return int, (int(self),)

        def __call__(self, *_: object, **__: object) -> Any:
            raise TypeError(f"{self.place} is a number, not a method; write {self.place}")

        def __getitem__(self, place: object) -> Any:
            owner, _, name = self.place.rpartition(".")
            told = f"; that of a layer is {owner}.layers[{place!r}].{name}"
            told = told if isinstance(place, str) and owner == "network" else ""
            raise TypeError(f"{self.place} is one number{told}")

        def __getattr__(self, name: str) -> Any:
            if name == "place" or name.startswith("_"):
                raise AttributeError(name)
            raise AttributeError(f"{self.place} is a number, and has no {name!r}: it is the figure")

        def __lt__(self, other: object) -> Any:
            return self._compared(other, "<", int.__lt__)

        def __le__(self, other: object) -> Any:
            return self._compared(other, "<=", int.__le__)

        def __gt__(self, other: object) -> Any:
            return self._compared(other, ">", int.__gt__)

        def __ge__(self, other: object) -> Any:
            return self._compared(other, ">=", int.__ge__)

        def _compared(self, other: object, sign: str, compare: Callable[..., Any]) -> Any:
            if not isinstance(other, str):
                return compare(self, other)
            from archc.foreign_names import no_comparison

            raise TypeError(no_comparison(self.place, sign, other))


class _Row:
    """A view of the layers, which tells how one is taken by its number."""

    line = "list(network.layers)"

    if not TYPE_CHECKING:

        def __getitem__(self, place: object) -> Any:
            shown = place if isinstance(place, int) else "…"
            raise TypeError(f"layers are found by path; by number it is {self.line}[{shown}]")


class Paths(_Row, KeysView[str]):
    """The paths of the layers in their order."""


class Row(_Row, ValuesView[Any]):
    """The layers in their order."""

    line = "list(network.layers.values())"


class Pairs(_Row, ItemsView[str, Any]):
    """The paths in their order, each with its layer."""

    line = "list(network.layers.items())"


class Arguments(dict[str, Any]):
    """The arguments of a layer, which tell those there are."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise Nameless(self, name)

        def __call__(self, *_: object, **__: object) -> Any:
            raise TypeError("layer.args is a mapping, not a method; write layer.args")

    def __missing__(self, name: object) -> Any:
        from archc.foreign_names import no_argument

        raise KeyError(no_argument(self, name))


def not_made(kind: type, given: object) -> TypeError:
    """What is said of `archc.Network("vgg16")`."""
    from archc import foreign_names

    return TypeError(foreign_names.not_made(kind.__name__, given))


Function = TypeVar("Function", bound=Callable[..., Any])


def told(function: Function) -> Function:
    """A function that says of arguments it does not have what they are called here."""
    code = function.__code__
    known = frozenset(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    places = code.co_varnames[: code.co_argcount]

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        lacking = [one for one in places[len(given) :] if one not in named]
        if len(given) > len(places) or lacking or not known.issuperset(named):
            from archc.foreign_options import no_arguments

            raise TypeError(no_arguments(function.__name__, places, given, named))
        return function(*given, **named)

    return call  # type: ignore[return-value]  # called as the function is
