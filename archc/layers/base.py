"""What a layer kind is: its arguments, and its answers to a closed set of questions.

A kind is one class. Its fields, in order, are its arguments; everything else the program knows of
the layer (keyword, argument checking, reference page, table row, label) follows from the class.
Every question is a pure function of the arguments and the shapes. No question has a default
answer: a layer that forgot its cost must fail, not count as free. What holds for a kind whatever
its arguments is a constant of its class, and has to be declared as well (`DECLARED`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from math import inf
from typing import Any, ClassVar, Literal

from archc.layers.arguments import Argument
from archc.layers.form import Form
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid
from archc.layers.reads import OWN, Border, Span, Windows
from archc.layers.remedy import Remedy
from archc.named import NamedTuple
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
        remedies: tuple[Remedy, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.arguments = arguments
        self.inputs = inputs
        self.remedies = remedies


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


Purpose = Literal["any", "weights", "inputs"]
"""Whose gradients a kept tensor serves: those of the layer's weights, of its inputs, or any."""


class Extra(NamedTuple):
    """Numbers that a layer keeps besides its inputs and output."""

    values: int
    width: int | None = None  # bytes of each; None is the network's own dtype
    each_image: bool = True  # once for each image of a batch; else once in all
    purpose: Purpose = "any"
    precise: bool = False  # float32 in mixed precision


class Saved(NamedTuple):
    """What autograd keeps for the backward pass: inputs (by index), the output, further numbers."""

    inputs: tuple[int, ...] = ()
    output: bool = False
    extra: tuple[Extra, ...] = ()
    inputs_serve: Purpose = "any"


Idea = Literal["stack", "bottleneck", "pool first"]
"""What may be better of other layers: small windows for a large one, few channels in the middle,
less of the map."""


class Instead(NamedTuple):
    """Layers in a row that may stand in the place of one."""

    idea: Idea
    layers: tuple[Layer, ...]


class Step(NamedTuple):
    """One line of arithmetic, as a teacher writes it: `parameters`, `(5 x 5 x 1 + 1) x 6 = 156`."""

    figure: str
    text: str


Group = Literal[
    "convolution",
    "dense",
    "pooling",
    "normalisation",
    "activation",
    "regularisation",
    "merge",
    "resize",
    "shape",
]
"""What a kind belongs to: the heading of its reference, the colour of its box."""

Channels = Literal["input", "argument", "sum", "shape"]
"""Where output channels come from: those of the (first) input, the first argument, the sum of the
inputs' channels; `shape` where they are worked out from more than that."""

View = Literal["", "all", "part"]
"""Whether the output may lie in its input's memory, and then whether in all of it."""

DECLARED = (
    *("spoken", "group", "channels_from"),
    *("stateful", "counted", "many_inputs", "view", "in_place", "needs_output"),
)
"""What every kind has to declare, itself or by the base that it shares with its like."""


def _made(kind: type[Layer], values: dict[str, Any]) -> Layer:
    return kind(**values)


class Layer(ABC):
    """A layer with its arguments; subclasses are the kinds."""

    keyword: ClassVar[str]
    spoken: ClassVar[str]  # the name that papers and people use: `max pool`
    group: ClassVar[Group]
    channels_from: ClassVar[Channels]
    stateful: ClassVar[bool]  # may have weights or buffers: a second place needs a second module
    counted: ClassVar[bool]  # convolutions, linear layers: "neurons", "depth"
    many_inputs: ClassVar[bool]  # a merge, which takes any number of inputs
    view: ClassVar[View]  # at inference
    in_place: ClassVar[bool]  # PyTorch's module has an `inplace` that writes over the input
    needs_output: ClassVar[bool]  # its gradient may need the output, so nothing may write over it

    # What may go without saying.
    short: ClassVar[str] = ""  # tells it from others of its group where there is little room: `max`
    attribute: ClassVar[str] = ""  # its module's name in code, where nobody gave one; else keyword
    foreign: ClassVar[tuple[str, ...]] = ()  # what other frameworks call it, in small letters
    least_positions: ClassVar[int] = 1  # of a map; 2 where the statistics of one mean nothing
    operator: ClassVar[Literal["", "+", "*"]] = ""  # what a merge writes between its inputs
    cancels_bias: ClassVar[bool] = (
        False  # a number added to a whole channel before it has no effect
    )
    reorders: ClassVar[bool] = False  # its output may not lie in memory in the order of its axes
    passes: ClassVar[bool] = False  # does nothing at all, in training neither
    unsigned: ClassVar[bool] = False  # takes no negative values
    draws: ClassVar[bool] = False  # does nothing at inference, and something by chance in training
    spreads: ClassVar[bool] = False  # its input's gradient is a view of its output's, seen again
    striped: ClassVar[bool] = False  # a picture shows it on the layer before it
    enlarges: ClassVar[bool] = False  # made to give a larger map
    sums: ClassVar[bool] = False  # what it gives may be larger than all that it reads
    bare: ClassVar[bool] = False  # in code a parameter by itself, no module
    autocast: ClassVar[Literal["", "half", "full"]] = ""  # in mixed precision: casts, or gives fp32
    understood: ClassVar[bool] = True  # what it costs is known
    named_around: ClassVar[bool] = False  # its state is named from the scope around it
    example: ClassVar[str] = ""  # a call for the reference page, where arguments need thought
    example_input: ClassVar[str] = "64x28x28"

    arguments: ClassVar[dict[str, Argument]] = {}
    prepared: ClassVar[dict[int, dict[str, Any]]] = {}  # converted defaults, by number of axes

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Argument)}
        if own:
            for name, argument in own.items():
                argument.name = name
                delattr(cls, name)
            cls.arguments = {**cls.arguments, **own}
        cls.prepared = {}
        if "keyword" in vars(cls):
            missing = [name for name in DECLARED if not hasattr(cls, name)]
            if missing:
                raise TypeError(f"layer `{cls.keyword}` does not declare {', '.join(missing)}")
            own_alone = (
                ("attribute", cls.keyword),
                ("short", ""),
                ("foreign", ()),
                ("example", ""),
            )
            for name, value in own_alone:
                setattr(cls, name, vars(cls).get(name, value))  # a name is never inherited

    def __init__(self, **values: Any) -> None:
        """Takes every argument by name, already converted; `bind` in the registry does that."""
        self.__dict__.update(values)
        self._values = values
        self._hash = hash((type(self), *values.items()))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values == other._values

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is made anew: texts have another hash in another process."""
        return _made, (type(self), self._values)

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

    @property
    def border(self) -> Border:
        """What its windows find beyond the ends of the map."""
        return "nothing"

    @property
    def strides(self) -> tuple[int, ...]:
        """How far a sliding window moves per axis; () where none slides."""
        return ()

    @property
    def reach(self) -> tuple[int, ...]:
        """The pixels a sliding window spans per axis, dilation counted; () where none slides."""
        return ()

    @property
    def gives(self) -> tuple[float, float]:
        """The least and the greatest value it may give, as far as that is known."""
        return -inf, inf

    @property
    def unchanged(self) -> tuple[float, float] | None:
        """From which to which value it gives what it is given; None where it changes all."""
        return None

    def instead(self, inputs: Sequence[Shape]) -> tuple[Instead, ...]:
        """What may be better in its place on such inputs; whether it is, the costs tell."""
        return ()

    @property
    def undoable(self) -> bool:
        """Whether PyTorch can go back through it where it ran in place, with these arguments."""
        return self.in_place

    @classmethod
    def costs_in_training(cls) -> bool:
        """Whether it takes memory in training, where at inference it may take none.

        What draws does, and what writes over an input that its gradient needs: it is copied first.
        """
        return cls.draws or (cls.in_place and not cls.needs_output)

    def shares(self, inputs: int, training: bool) -> bool:
        """Whether its output lies in its first input's memory; `inputs` tells how many it has."""
        return bool(self.view)

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
    def settled(self, known: bool) -> tuple[int, int]:
        """From which size of an axis on, and in which steps, the layer repeats itself.

        From the first number on it says the same of a size n and of n + step: no; or yes, and its
        output grows by as much at each step. What several inputs have to agree on is not meant.
        `known` tells whether all axes of the input are numbers, for layers that ask all at once.
        """

    def settled_channels(self) -> tuple[int, int]:
        """The same of its channels, which `permute` may have made of a size."""
        groups = self.values.get("groups", 1)
        return 1, groups if isinstance(groups, int) else 1

    def pinned(self, read: Shape) -> tuple[tuple[Axis, Axis], ...]:
        """What of the shape that it reads has to come to which number, but for its weights'."""
        return ()

    @abstractmethod
    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        """What training keeps; asked only where every axis is a number."""

    @property
    def rests(self) -> bool:
        """Whether it runs as at inference, in training too, where its parameters are frozen."""
        return False

    def saved_resting(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        """What training keeps of a layer that rests."""
        return self.saved(inputs, output)

    @abstractmethod
    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        """Bytes that a run at inference holds for a while, beside its inputs and its output.

        The most that is alive at once, less the output: copies, and results between the operations
        that PyTorch makes the layer of. For so many images, with values of `width` bytes; asked
        only where every axis is a number.
        """

    def relays(self, inputs: Sequence[Shape], plain: bool = True) -> bool:
        """Whether its output, and its input's gradient, are views of what PyTorch works out.

        `plain`: its input lies in the order of its axes.
        """
        return False

    def scratch_drawing(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        """Values for one image that its forward pass holds beside its input and its output.

        Of layers that draw by chance in training; 0 for all that run as they do at inference.
        """
        return 0

    def scratch_keeping(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        """Values for one image that it holds there beside what it keeps, input and output.

        Of layers made of several operations, which keep what a run at inference lets go.
        """
        return 0

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        """Values for one image that its backward pass holds beside what it kept and all gradients.

        0 where it is a single operation; less where not all of these are alive at once. `asked`
        are the gradients that it makes. Of several operations the first alone reads that of the
        output, which goes then if nothing else holds it.
        """
        return 0

    def straightens(self, source: Laid, frozen: bool) -> bool:
        """Whether it copies an input that does not lie as its computation wants it.

        `frozen`: its weights have no gradient.
        """
        return False

    def orders(self, source: Laid) -> bool:
        """Whether what it works out lies as its input does, and is put in order then."""
        return False

    def scratch_ordering(self, output: Shape) -> int:
        """Values for one image that a run at inference holds besides where that is put in order."""
        return 0

    @abstractmethod
    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        """How its output lies in memory, of a whole batch; None where a view has to copy."""

    @abstractmethod
    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        """The layer in PyTorch."""

    @abstractmethod
    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        """The arithmetic behind shape, parameters, MACs and connections, numbers filled in."""


class Separate(Layer):
    """A layer of one input whose output is memory of its own, which its gradient does not need."""

    many_inputs = False
    view: ClassVar[View] = ""
    in_place = False
    needs_output = False


def spatial(shape: Shape) -> tuple[Axis, ...]:
    """The axes behind the channels."""
    return shape[1:]
