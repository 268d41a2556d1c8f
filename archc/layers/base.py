"""What a layer kind is: its arguments, and its answers to a closed set of questions.

A kind is one class. Its fields, in order, are its arguments; everything else the program knows of
the layer (keyword, argument checking, reference page, table row, label) follows from the class.
Every question is a pure function of the arguments and the shapes. No question has a default
answer: a layer that forgot its cost must fail, not count as free.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Literal, NamedTuple

from archc.layers.arguments import Argument
from archc.layers.form import Form
from archc.layers.reads import OWN, Span, Windows
from archc.shapes import Axis, Shape


class LayerError(Exception):
    """A layer that cannot be: `arguments` are to be underlined, `inputs` are the ones at fault."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        help: str | None = None,
        arguments: tuple[str, ...] = (),
        inputs: tuple[int, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.arguments = arguments
        self.inputs = inputs


class Weight(NamedTuple):
    """One tensor of the state: `weight`, `bias`, `running_mean` …, in PyTorch's order.

    `kind` is `parameter` (learnable), `buffer` (kept, not learned: counted apart) or `counter`
    (bookkeeping such as `num_batches_tracked`, int64: named in the state, counted nowhere).
    """

    name: str
    shape: Shape
    kind: Literal["parameter", "buffer", "counter"] = "parameter"


class Work(NamedTuple):
    """What one image costs: multiply-accumulates by weights, the rest single operations."""

    macs: int = 0
    bias: int = 0
    normalisation: int = 0
    activation: int = 0
    pooling: int = 0
    elementwise: int = 0
    exp: int = 0
    connections: int = 0

    @property
    def flops(self) -> int:
        """2 x MACs + the other operations."""
        return 2 * self.macs + sum(self[1:7])


class Saved(NamedTuple):
    """What autograd keeps for the backward pass: inputs (by index), the output, further numbers.

    `extra` pairs a count of elements with the bytes of each, None for the network's own dtype.
    """

    inputs: tuple[int, ...] = ()
    output: bool = False
    extra: tuple[tuple[int, int | None], ...] = ()


class Step(NamedTuple):
    """One line of arithmetic, as a teacher writes it: `parameters`, `(5 x 5 x 1 + 1) x 6 = 156`."""

    figure: str
    text: str


class Layer(ABC):
    """A layer with its arguments; subclasses are the kinds."""

    keyword: ClassVar[str]
    group: ClassVar[str]  # heading of the reference page
    arguments: ClassVar[dict[str, Argument]] = {}
    prepared: ClassVar[dict[int, dict[str, Any]]] = {}  # converted defaults, by number of axes
    many_inputs: ClassVar[bool] = False  # merges take any number of inputs
    view: ClassVar[bool] = False  # the output shares its input's memory at inference
    in_place: ClassVar[bool] = False  # PyTorch can write the output over the input
    counted: ClassVar[bool] = False  # convolutions, linear layers: "neurons", "depth"

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Argument)}
        if own:
            for name, argument in own.items():
                argument.name = name
                delattr(cls, name)
            cls.arguments = {**cls.arguments, **own}
        cls.prepared = {}

    def __init__(self, **values: Any) -> None:
        """Takes every argument by name, already converted; `bind` in the registry does that."""
        self.__dict__.update(values)
        self._values = values

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values == other._values

    def __hash__(self) -> int:
        return hash((type(self), tuple(self._values.items())))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self._values.items())
        return f"{self.keyword}({values})"

    @property
    def values(self) -> dict[str, Any]:
        """The arguments by name, defaults included."""
        return dict(self._values)

    @property
    def arity(self) -> int:
        """How many tensors it takes: 2 where `like=NAME` brings one more; merges take any."""
        return 1

    @property
    def across(self) -> Span:
        """What an output reads along the channels."""
        return OWN

    @abstractmethod
    def output(self, inputs: Sequence[Shape]) -> Shape:
        """The output's shape; raises `LayerError` where there is none."""

    @abstractmethod
    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        """The state, named and ordered as PyTorch's module has it."""

    @abstractmethod
    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        """The cost for one image; asked only where every axis is a number."""

    @abstractmethod
    def windows(self, inputs: Sequence[Shape]) -> Windows:
        """What one output position reads, per axis behind the channels."""

    @abstractmethod
    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        """What training keeps; asked only where every axis is a number."""

    @abstractmethod
    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        """The layer in PyTorch."""

    @abstractmethod
    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        """The arithmetic behind shape, parameters, MACs and connections, numbers filled in."""


def spatial(shape: Shape) -> tuple[Axis, ...]:
    """The axes behind the channels."""
    return shape[1:]
