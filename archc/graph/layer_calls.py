"""Layers: arguments worked out, the layer made, its output's shape found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archc.graph import cures
from archc.graph.calls import kind_called, layer_arguments
from archc.graph.guess import bounded, guess
from archc.graph.place import Place
from archc.graph.run import Run
from archc.graph.values import LayerValue, Tensor
from archc.language import tree
from archc.layers.arguments import Argument, ArgumentError
from archc.layers.base import Layer, LayerError
from archc.layers.registry import KINDS, bind
from archc.layers.remedy import Remedy
from archc.shapes import HIDDEN, Open, Shape, Size, show

CALL_CODES = ("unknown-argument", "missing-argument", "too-many-arguments", "repeated-argument")
"""What is said of a call in the text already."""
MAYBE_WORDS = {type(None), LayerValue}  # values that may be words of an argument


class LayerCalls(Run):
    """Calls of layers."""

    def _layer(
        self,
        action: tree.Apply,
        value: LayerValue,
        name: str | None,
        word: str,
        place: Place,
        current: Tensor,
    ) -> Tensor:
        kind = value.kind
        label = name
        if name is None:
            name = place.names.automatic(action)
        positional, named = self._arguments(action, kind, word, place)
        unknown = Tensor(-1, None, action.span)
        inputs = [current]
        try:
            positional, named, extra = layer_arguments(kind, positional, named, value)
        except ArgumentError as error:
            self.layer_error(error, action, inputs, place)
            return unknown
        inputs += extra
        shapes = tuple([tensor.shape for tensor in inputs if tensor.shape is not None])
        if len(shapes) < len(inputs):
            self.complete = False
            self._wrong_values(action, kind, positional, named, inputs, place)
            return unknown
        call = (id(action), kind, positional, tuple(named.items()))
        found = self._layers.get((call, shapes))
        if found is None:
            layer: Layer | None = None
            shape: Shape | None = None
            rank = len(shapes[0]) - 1
            try:
                layer = self._bound.get((call, rank))
                if layer is None:
                    layer = self._bound[call, rank] = bind(kind.keyword, positional, named, rank)
                shape = bounded(layer.output(shapes), kind.keyword, shapes)
                if positional and kind.enlarges:
                    _no_smaller(action, shapes[0], shape, positional)
                found = self._layers[call, shapes] = (layer, shape)
            except (LayerError, ArgumentError) as error:
                said = isinstance(error, ArgumentError) and error.code in CALL_CODES
                if not said or word not in KINDS:
                    self.layer_error(error, action, inputs, place)
                self.complete = False
                shape = guess(kind, positional, named, shapes)
                if error.code == "needs-flat" and (  # of all rows, or of each by itself
                    rank == 1 or cures.per_position.meant(action, shapes[0])
                ):
                    shape = None
                if shape and error.code == "groups-do-not-divide":  # the width may be the mistake
                    shape = (Open(HIDDEN), *shape[1:])
                if layer is None:
                    return Tensor(-1, shape, action.span)
                tensor = self._add(layer, inputs, None, name, label, place, action.span)
                return tensor._replace(shape=shape)
        return self._add(found[0], inputs, found[1], name, label, place, action.span)

    def _arguments(
        self, action: tree.Apply, kind: type[Layer], word: str, place: Place
    ) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
        """The worth of the arguments; that of one the layer does not have is not looked at."""
        if word not in KINDS or not action.arguments:
            return place.arguments(action.arguments)
        given, known = action.arguments, kind.arguments
        foreign = {one.name for one in given if one.name and one.name not in known}
        if foreign:
            given = tuple([one for one in given if one.name not in foreign])
        positional, named = place.arguments(given)
        if not MAYBE_WORDS.isdisjoint(map(type, positional)):
            places = [one for one in known.values() if not one.keyword_only]
            words = [_word(one, value) for one, value in zip(places, positional, strict=False)]
            positional = (*words, *positional[len(places) :])
        if named or foreign:
            named = {name: _word(known[name], value) for name, value in named.items()}
            named.update(dict.fromkeys(sorted(foreign, key=str)))
        return positional, named

    def _wrong_values(
        self,
        action: tree.Apply,
        kind: type[Layer],
        positional: tuple[Any, ...],
        named: Mapping[str, Any],
        inputs: list[Tensor],
        place: Place,
    ) -> None:
        """Arguments that are wrong whatever the input, which an earlier mistake hides."""
        try:
            bind(kind.keyword, positional, named, 2)
        except ArgumentError as error:
            if error.code in ("wrong-type", "not-whole", "out-of-range"):
                self.layer_error(error, action, inputs, place)


def _word(argument: Argument, value: Any) -> Any:
    """What an argument is given; a layer's keyword, or `none`, is text where it is a word of it."""
    if value is None and "none" in argument.words:
        return "none"
    if isinstance(value, LayerValue) and value.kind.keyword in argument.words:
        return value.kind.keyword
    return value


def _no_smaller(
    action: tree.Apply, before: Shape, after: Shape, positional: tuple[Any, ...]
) -> None:
    """Raises where a size by position makes a map smaller: a factor was meant, or a name is due."""
    size = positional[0]
    if not isinstance(size, Size) and type(size) is not tuple:
        return
    axes = [
        (a, b)
        for a, b in zip(before[1:], after[1:], strict=True)
        if isinstance(a, int) and isinstance(b, int)
    ]
    named = any(isinstance(one, tree.Name) for one in tree.within(action.arguments[0].value))
    if named and all(2 * b >= a for a, b in axes):
        return  # `[H, W]` of a padded map: no one's factor
    if not any(b < a for a, b in axes):
        return
    kind = kind_called(action)
    if kind is None or "scale" not in kind.arguments:
        return
    given = " x ".join(map(str, size))
    name = next(iter(kind.arguments))
    written = action.arguments[0].span.text
    raise LayerError(
        "out-of-range",
        f"`{kind.keyword}` makes {show(before)} smaller: {given} by position is the size to reach",
        help=f"`{name}=` says that a smaller size is meant",
        arguments=(name,),
        remedies=(
            Remedy({name: None, "scale": written}, help="a factor for each axis is `scale=`"),
        ),
    )
