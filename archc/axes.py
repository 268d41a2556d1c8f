"""Shapes as Python is given them: tuples that tell what they are, where others have names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archc.shapes import Shape


class Axes(tuple[Any, ...]):
    """A shape, which tells that it is its sizes: `network.output`."""

    place: str

    @classmethod
    def of(cls, shape: Shape | None, place: str) -> Shape | None:
        """The shape under the name by which it is read; None where it is not known."""
        if shape is None:
            return None
        axes = cls(shape)
        axes.place = place
        return axes

    if not TYPE_CHECKING:

        def __reduce__(self) -> tuple[type[tuple[Any, ...]], tuple[tuple[Any, ...]]]:
            return tuple, (tuple(self),)

        def __call__(self, *_: object, **__: object) -> Any:
            raise TypeError(f"{self.place} is a shape, not a method; write {self.place}")

        def __getattr__(self, name: str) -> Any:
            if name == "place" or name.startswith("_"):
                raise AttributeError(name)
            from archc.foreign_names import no_axis

            raise AttributeError(no_axis(self, name))
