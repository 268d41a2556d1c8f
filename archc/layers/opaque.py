"""An operation that is not understood: its name, what it gives, what it holds."""

from __future__ import annotations

from collections.abc import Sequence

from archc.layers.arguments import Argument
from archc.layers.base import Layer, LayerError, Saved, Step, Weight, Work
from archc.layers.form import Form
from archc.layers.laid import Laid, plain
from archc.layers.reads import Windows
from archc.shapes import Shape

Held = tuple[tuple[str, Shape], ...]


class Opaque(Layer):
    """A named operation whose shape and state are told, and of which nothing else is known.

    It is no layer of the registry: `opaque "aten.roll" => 64x7x7` is a statement of the language.
    Its state is named from the braces around it. Its work, what it keeps and what it holds for a
    while count as nothing, so that sums with it are lower bounds; to the receptive field it sees
    all of its input.
    """

    keyword = "opaque"
    spoken = "opaque"
    group = "shape"
    channels_from = "shape"
    stateful = True
    counted = False
    many_inputs = False
    view = ""
    in_place = False
    needs_output = False
    understood = False
    named_around = True

    name: str = Argument("text", lambda value, rank: value)  # type: ignore[assignment]  # a value, once it is bound
    shape: Shape
    holds: Held
    keeps: Held

    def output(self, inputs: Sequence[Shape]) -> Shape:
        return self.shape

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return (
            *(Weight(name, shape) for name, shape in self.holds),
            *(Weight(name, shape, "buffer") for name, shape in self.keeps),
        )

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work()

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return "global"

    def settled(self, known: bool) -> tuple[int, int]:
        return 1, 1

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return plain(output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        raise LayerError("cannot-express", f"nothing is known of `{self.name}` but its shape")

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        return ()
