"""archc from Python: `archc.load("vgg16")`, and what it found out, as plain objects.

    >>> import archc
    >>> file = archc.load("vgg16")
    >>> file.ok
    True
    >>> vgg = file.network
    >>> vgg.params
    138357544
    >>> vgg.layers["features.0"].shape
    (64, 224, 224)
    >>> vgg.layers["features.0"].params
    1792

Unknown figures are None. Shapes are channels first, without the batch; an open axis is an
`archc.shapes.Open`, which prints as its formula.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from archc import check as core
from archc.analysis.optimizers import OPTIMIZERS
from archc.diagnostics import Diagnostic
from archc.emit import figures
from archc.files import Files, Missing, Problem
from archc.language.source import Source

if TYPE_CHECKING:
    from networkx import DiGraph

    from archc.analysis.facts import Field, LayerFacts, Memory, Totals
    from archc.analysis.roofline import Bound, Roofline
    from archc.analysis.sizes import Accepted
    from archc.analysis.sizes.formulas import Formulas
    from archc.analysis.training_step import TrainingStep
    from archc.check import Verdict
    from archc.graph.graph import Graph, Node
    from archc.shapes import Shape

P = ParamSpec("P")
R = TypeVar("R")

__all__ = [
    "Errors",
    "File",
    "Layer",
    "Layers",
    "Missing",
    "Network",
    "Problem",
    "from_torch",
    "load",
]


class _Named(dict[str, "Network"]):
    """Networks by name, which tell those there are."""

    def __missing__(self, name: object) -> Network:
        names = ", ".join(self) or "none"
        raise KeyError(f"no network is called {name!r}; there are: {names}")


class Errors(Exception):
    """What `File.raise_for_errors` raises; its text is what `archc check` would print."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        from archc.emit.render import render_all

        super().__init__(render_all(diagnostics).rstrip())
        self.diagnostics = diagnostics


def _names_told(function: Callable[P, R]) -> Callable[P, R]:
    """A call with a name that is no option is told where parameters of a network are given."""
    code = getattr(function, "__code__")  # noqa: B009
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]

    @wraps(function)
    def told(*args: P.args, **options: P.kwargs) -> R:
        other = {name: value for name, value in options.items() if name not in known}
        if other:
            raise TypeError(
                f"archc.load has no option {', '.join(other)}; a parameter of the network is given "
                f"by set={other!r}"
            )
        return function(*args, **options)

    return told


@_names_told
def load(
    spec: str | os.PathLike[str],
    *,
    network: str | None = None,
    set: Mapping[str, object] | None = None,
    input: str | Sequence[int] | Mapping[str, str | Sequence[int]] | None = None,
    batch: int = 1,
    dtype: str = "float32",
    optimizer: str | None = None,
    device: str | os.PathLike[str] | None = None,
    advise: bool = False,
) -> File:
    """Reads, checks and analyses a spec; mistakes in it become `diagnostics`, never exceptions.

    `spec` is a path, the bare name of a bundled spec, either with `:Network` behind it, or the text
    of a spec itself (anything with a line break or a brace in it). `set` gives parameters of the
    network, `input` another input size, `(3, 64, 64)` or `"3x64x64"`, or sizes by the names of the
    inputs; with an `optimizer` networks tell their `training_step`, with a `device`, a known one or
    a file with its profile, their `roofline`; with `advise` the file has `advice`. Raises
    `FileNotFoundError` or another `OSError` for a file that cannot be read and a device that nobody
    knows, and `ValueError` for an option that cannot be followed: an unknown network, parameter,
    dtype or optimizer.
    """
    from archc import given

    text = given.spec(spec)
    network = given.text(network, "network", "Net")
    settings = given.settings(set)
    options = core.Options(
        network,
        settings,
        given.sizes(input),
        given.whole(batch, "batch"),
        given.choice(dtype, "dtype", core.BYTES) or dtype,
        optimizer=given.choice(optimizer, "optimizer", OPTIMIZERS, none=True),
        advise=given.yes(advise, "advise"),
    )
    profile = given.path(device, "device", "a100")
    files = Files()
    if isinstance(spec, str) and ("\n" in spec or "{" in spec):
        source = Source(spec, "<text>")
    else:
        targets = files.targets(text)
        if len(targets) != 1:
            raise Problem(f"`{text}` holds {len(targets)} specs; load them one by one")
        source = targets[0].source
        options = options._replace(network=network or targets[0].network)
    if profile is not None:
        from archc.devices.find import find

        options = options._replace(device=find(profile))
    return File(check_source(source, options, files))


def from_torch(module: Any, *, input: str | Sequence[int] | Sequence[Sequence[int]]) -> File:
    """A PyTorch module as a spec, checked; its text is `file.text`.

    `input` is the input's size, channels first and without the batch, `(3, 224, 224)` or
    `"3x224x224"`, or a list of several. Raises
    `ValueError` for a module that cannot be read, and where the spec is found not to be the module.
    """
    import copy

    from archc import given

    module, shapes = given.module(module), given.shapes(input)
    from archc.importer.model import Unreadable
    from archc.importer.torch import import_model

    name = type(module).__name__
    try:
        imported, proof = import_model(lambda: copy.deepcopy(module), name, name, shapes)
    except Unreadable as problem:
        raise ValueError(f"{name} cannot be imported: {problem.message}") from None
    if proof is not None and proof.failed:
        raise ValueError(f"{name} and its spec do not agree: {'; '.join(proof.failed)}")
    return File(check_source(Source(imported.text, f"<{name}>"), core.Options(), Files()))


def check_source(source: Source, options: core.Options, files: Files) -> core.Checked:
    """Checks a text; every network names the file that was checked, not its family's.

    Raises `OptionError`; a mistake of archc's own becomes a `Problem` that names the file, so that
    it costs no other file its result.
    """
    try:
        checked = core.check(source, options, files.imported)
    except (core.OptionError, MemoryError):
        raise
    except Exception as error:
        raise _own_mistake(source, error) from error
    networks = tuple(
        network._replace(graph=network.graph._replace(program=checked.program))
        for network in checked.networks
    )
    return checked._replace(networks=networks)


def _own_mistake(source: Source, error: Exception) -> Problem:
    from archc._version import __version__

    if os.environ.get("ARCHC_DEBUG"):
        raise error
    return Problem(
        f"archc {__version__} made a mistake of its own at `{source.name}`, and is sorry "
        f"({type(error).__name__}: {error})",
        "Please report it with the file and the command that led here;\n"
        "ARCHC_DEBUG=1 shows where it happened.",
    )


class File:
    """A checked spec: its networks and every finding."""

    def __init__(self, checked: core.Checked) -> None:
        self._checked = checked

    def __repr__(self) -> str:
        names = ", ".join(self.networks)
        return f"<archc.File {self.name}: {names or 'no network'}>"

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """What a notebook shows: the messages, then the networks."""
        from archc.notebook import file_bundle

        return file_bundle(self._checked, include, exclude)

    def __getattr__(self, name: str) -> Any:
        """Tells of a figure that it is one of a network."""
        if not name.startswith("_") and hasattr(Network, name):
            where = f"it is one of a network: file.network.{name}"
            if len(self.networks) > 1:
                where = (
                    f"it is one of a network: file.networks[{next(iter(self.networks))!r}].{name}"
                )
            raise AttributeError(f"a file has no {name}; {where}", name=name, obj=self)
        raise AttributeError(f"a file has no {name!r}", name=name, obj=self)

    @property
    def text(self) -> str:
        """The spec itself."""
        return self._checked.program.source.text

    @property
    def name(self) -> str:
        """The name the file is shown under."""
        return self._checked.program.source.name

    @cached_property
    def networks(self) -> Mapping[str, Network]:
        """The networks of the file by name, in its order."""
        return _Named((network.name, Network(network)) for network in self._checked.networks)

    @property
    def network(self) -> Network:
        """The only network; `LookupError` where the file holds none or several."""
        if len(self.networks) != 1:
            names = ", ".join(self.networks) or "none"
            raise LookupError(f"{self.name} holds {len(self.networks)} networks: {names}")
        return next(iter(self.networks.values()))

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Every finding, in the order of the text."""
        return self._checked.diagnostics

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that are errors."""
        return tuple(one for one in self.diagnostics if one.severity == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The findings that are warnings."""
        return tuple(one for one in self.diagnostics if one.severity == "warning")

    @property
    def advice(self) -> tuple[Diagnostic, ...]:
        """The findings that are advice, where `load` was asked to `advise`."""
        return tuple(one for one in self.diagnostics if one.severity == "advice")

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings are allowed."""
        return not self.errors

    def raise_for_errors(self) -> File:
        """Raises `Errors` where there is one; else returns the file, for a chain of calls."""
        if not self.ok:
            raise Errors(self.errors)
        return self

    def as_dict(self) -> dict[str, Any]:
        """What `archc check --format json` writes."""
        from archc.emit.json import document

        return document(self._checked.networks, self.diagnostics)


class Network:
    """One network with everything found out about it. Figures are those of inference."""

    def __init__(self, network: core.Network) -> None:
        self._network = network

    def __repr__(self) -> str:
        params = figures.number(self.params)
        return f"<archc.Network {self.name}: {params} parameters>"

    def __str__(self) -> str:
        from archc.emit.table import table

        return table(self._network).rstrip()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """What a notebook shows: the diagram and the table."""
        from archc.notebook import mimebundle

        return mimebundle(self._network, include, exclude)

    @property
    def name(self) -> str:
        """The network's name."""
        return self._network.name

    @property
    def graph(self) -> Graph:
        """The flat graph."""
        return self._network.graph

    @cached_property
    def layers(self) -> Layers:
        """The layers by path, in execution order; inputs are not among them."""
        return Layers(self._network)

    @property
    def input(self) -> Shape | None:
        """The shape of the first input."""
        found = figures.inputs(self.graph)
        return found[0].shape if found else None

    @property
    def output(self) -> Shape | None:
        """The shape of the main result."""
        return figures.output(self.graph)

    @property
    def batch(self) -> int:
        """The images the figures are for."""
        return self._network.batch

    @property
    def dtype(self) -> str:
        """The type the bytes are for."""
        return self._network.dtype

    @property
    def status(self) -> str:
        """`exact`, `lower bound` or `unknown`."""
        return self._network.facts.status

    @property
    def totals(self) -> Totals:
        """Sums over the layers that run at inference."""
        return self._network.facts.totals

    @property
    def training(self) -> Totals:
        """The same with training-only outputs."""
        return self._network.facts.training

    @property
    def params(self) -> int | None:
        """Learnable numbers."""
        return self.totals.params

    @property
    def trainable(self) -> int | None:
        """Of the parameters, those that training changes: what is not frozen."""
        return self.totals.trainable

    @property
    def buffers(self) -> int | None:
        """Numbers that are kept but not learned."""
        return self.totals.buffers

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates by the weights of convolutions and linear layers."""
        return figures.macs(self.totals.work)

    @property
    def flops(self) -> int | None:
        """2 x MACs + all other operations."""
        return figures.flops(self.totals.work)

    @property
    def memory(self) -> Memory:
        """Bytes of weights, activations, peak, and of what training keeps."""
        return self._network.facts.memory

    @property
    def training_step(self) -> TrainingStep | None:
        """Bytes of a training step, where `load` was given an optimizer."""
        answers = self._network.answers
        return None if answers is None or answers.training is None else answers.training.step

    @property
    def roofline(self) -> Roofline | None:
        """Lower bounds of the time that layers take, where `load` was given a device."""
        answers = self._network.answers
        return None if answers is None else answers.roofline

    @property
    def receptive_field(self) -> Field | None:
        """That of the last layer whose field is local."""
        return figures.local_field(self._network)

    @cached_property
    def sizes(self) -> Accepted:
        """The input sizes that it takes, as `archc sizes` tells them.

        Raises `archc.analysis.sizes.Untold` where they cannot be told.
        """
        from archc.analysis.sizes import accepted

        return accepted(self.graph)

    @cached_property
    def formulas(self) -> Formulas:
        """MACs, FLOPs and activations of one image as formulas of the sizes in `sizes`."""
        from archc.analysis.sizes.formulas import formulas

        return formulas(self.graph, self.sizes)

    @property
    def expectations(self) -> tuple[Verdict, ...]:
        """The claims of the file and how they stand."""
        return self._network.expectations

    def to_networkx(self) -> DiGraph[str]:
        """A `networkx.DiGraph` of the layers by path, with their figures, and the values between.

        Nodes and edges have the attributes that `archc.emit.to_networkx` names. Needs NetworkX.
        """
        from archc.emit.to_networkx import to_networkx

        return to_networkx(self._network)

    def as_dict(self) -> dict[str, Any]:
        """The network's part of `archc check --format json`."""
        from archc.emit.json import network_object

        return network_object(self._network)


class Layers(Mapping[str, "Layer"]):
    """Layers by path: `layers["layer1.0.conv1"]`; in order by iteration over `.values()`."""

    def __init__(self, network: core.Network) -> None:
        nodes = network.graph.nodes
        self._layers = {
            node.path: Layer(network, node, facts)
            for node, facts in zip(nodes, network.facts.layers, strict=True)
            if node.layer is not None
        }

    def __getitem__(self, path: str) -> Layer:
        try:
            return self._layers[path]
        except KeyError:
            raise KeyError(self._unknown(path)) from None

    def _unknown(self, path: object) -> str:
        """What to say of a path at which no layer is."""
        if isinstance(path, (int, slice)):
            place = path if isinstance(path, int) else f"{path.start or 0}:{path.stop or ''}"
            line = f"list(network.layers.values())[{place}]"
            return (
                f"layers are found by path, network.layers[{next(iter(self), '')!r}]; write {line}"
            )
        from archc.suggest import near

        guess = near(path, self._layers, 1) if isinstance(path, str) else []
        ends = [one for one in self._layers if one.split(".")[-1] == path]
        if guess or ends:
            return f"no layer {path!r}; did you mean {(guess or ends)[0]!r}?"
        some = ", ".join(list(self._layers)[:5])
        return f"no layer {path!r}; there are {some}{', …' if len(self._layers) > 5 else ''}"

    def __contains__(self, path: object) -> bool:
        return path in self._layers

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)


class Layer:
    """One layer at one place of the execution, with its figures."""

    def __init__(self, network: core.Network, node: Node, facts: LayerFacts) -> None:
        self._network = network
        self._node = node
        self.facts = facts

    def __repr__(self) -> str:
        from archc.emit.labels import node_text

        return f"<archc.Layer {self.path}: {node_text(self._node)}>"

    @property
    def path(self) -> str:
        """Its place: the module path, `layer1.0.conv1`."""
        return self._node.path

    @property
    def kind(self) -> str:
        """The keyword, `conv`."""
        return self._node.kind

    @property
    def label(self) -> str | None:
        """The author's name for it."""
        return self._node.label

    @property
    def line(self) -> int:
        """The line it stands in."""
        return self._node.span.line

    @property
    def args(self) -> dict[str, Any]:
        """Its arguments, defaults included."""
        return {} if self._node.layer is None else self._node.layer.values

    @property
    def inputs(self) -> tuple[str, ...]:
        """The paths of what it reads."""
        return tuple(self._network.graph.nodes[index].path for index in self._node.inputs)

    @property
    def shape(self) -> Shape | None:
        """The shape of its output."""
        return self._node.shape

    @property
    def frozen(self) -> bool:
        """Whether training leaves its parameters as they are."""
        return self._node.frozen

    @property
    def params(self) -> int | None:
        """Learnable numbers; weights that several layers share count at the first."""
        return self.facts.params

    @property
    def buffers(self) -> int | None:
        """Numbers that are kept but not learned."""
        return self.facts.buffers

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates."""
        return figures.macs(self.facts.work)

    @property
    def flops(self) -> int | None:
        """2 x MACs + all other operations."""
        return figures.flops(self.facts.work)

    @property
    def bound(self) -> Bound | None:
        """The time that it takes at least, where `load` was given a device."""
        answers = self._network.answers
        if answers is None or answers.roofline is None:
            return None
        return answers.roofline.layers[self._node.index]

    @property
    def receptive_field(self) -> Field | None:
        """What one position of its output sees of the input."""
        return self.facts.field

    def sees(self, *position: int) -> dict[str, tuple[range, ...]]:
        """The pixels that one position sees: for each input by its path one range an axis.

        `position` counts from 0 along the axes behind the channels; at a border only what lies
        inside is told. Raises `archc.analysis.sight.Unseen`, a `ValueError`, where there is no such
        position, or an open size hides the answer.
        """
        from archc.analysis.sight import Unseen, sight

        if not all(hasattr(type(one), "__index__") for one in position):
            raise Unseen(f"a position is whole numbers, not {position!r}; write sees(3, 3)")
        return sight(self._network.graph, self._node, position)
