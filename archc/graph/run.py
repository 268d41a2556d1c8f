"""The state of one elaboration: nodes made so far, limits, and how mistakes are told."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from archc.diagnostics import Label, Proposal
from archc.graph import cures
from archc.graph.bounds import Bounds, TooMuch, bounds
from archc.graph.calls import argument_span, match
from archc.graph.evaluate import Mistake, Silence, evaluate
from archc.graph.graph import Claim, Copied, Copying, Node, Result, Scope
from archc.graph.modules import Module
from archc.graph.naming import Body, Entry, NameScope, ScopeText
from archc.graph.place import Place
from archc.graph.report import Report
from archc.graph.values import BlockValue, LayerValue, Tensor, kind_of
from archc.graph.weight import weight
from archc.language import tree
from archc.language.source import Span
from archc.layers.arguments import ArgumentError
from archc.layers.base import Layer, LayerError
from archc.layers.registry import KINDS
from archc.named import NamedTuple
from archc.shapes import Shape, show

if TYPE_CHECKING:
    from archc.graph.cures.rounds import Loops

SCOPE_STEPS = 20  # a call or labelled group is as much work as so many statements
LOST_STEPS = 20  # and so is a layer that cannot be made, which no other limit counts
DEEPEST = 64  # calls inside calls
DEEPEST_RUN = 128  # calls and braces, each inside the other


class Renamed(NamedTuple):
    """A run under a labelled `share`: what runs again, the label's path, and the scope it is in."""

    module: str
    path: str
    scope: Scope


class Arms:
    """What is known over all networks of a file: the arms of each `if` ever taken, and the work.

    `characters` are those of the file and of all that it imports; they bound the work.
    """

    def __init__(self, characters: int = 0) -> None:
        self.bounds: Bounds = bounds(characters)
        self.seen: dict[Span, tree.If] = {}
        self.taken: set[Span] = set()
        self.nodes = 0
        self.steps = 0


class Run(ABC):
    """What every part of the elaboration shares.

    Unknown spreads in silence: one mistake, one message.
    """

    def __init__(self, report: Report, arms: Arms) -> None:
        self.report = report
        self.arms = arms
        self.bounds = arms.bounds
        self.nodes: list[Node] = []
        self.results: list[Result] = []
        self._called_results: dict[str, Span] = {}
        self.scopes: list[Scope] = []
        self.values: dict[str, int] = {}
        self.claims: list[Claim] = []
        self.copied: list[Copied] = []  # the one branch of a list
        self.copying: list[Copying] = []
        self.complete = True
        self.current = Tensor(-1, None, Span(None, 0, 0))  # type: ignore[arg-type]  # set before use
        self.training = False
        self.frozen = False  # inside what is not trained
        self.awaits_input = True  # nothing has reached this point, and not because of a mistake
        self._replaying = 0
        self.loops: Loops = []  # the loops that run, and their rounds
        self._shared_at: Span | None = None  # the outermost `share` that is running
        self._depth = 0
        self._nested = 0
        self._called = 0  # inside a network that is called like a block
        self._steps = 0
        self._modules: dict[str, int] = {}
        self._paths: dict[str, int] = {}
        self._renamed: list[Renamed] = []
        self._layers: dict[Any, tuple[Layer, Shape]] = {}
        self._bound: dict[Any, Layer] = {}  # one layer for a call with the same arguments
        self._texts: dict[int, ScopeText] = {}
        self._weights: dict[int, tuple[int, tuple[tree.Statement, ...]]] = {}
        self._inputs: Mapping[str, Shape] = {}
        self._stated: dict[int, tree.Expr] = {}  # the `=>` behind an action, by its identity
        self._changed = False  # the caller changed the input or a parameter
        self.lapsed: set[Span] = set()  # claims in numbers that do not hold where it did
        self.member: dict[str, Any] = {}  # what a member gives its family

    # What the layers above answer; declared here so that every part can call every other.

    @abstractmethod
    def _body(self, body: Body, place: Place, current: Tensor) -> Tensor: ...

    @abstractmethod
    def _chain(self, chain: tree.Chain, place: Place, current: Tensor) -> Tensor: ...

    @abstractmethod
    def _other(self, statement: tree.Statement, place: Place, current: Tensor) -> Tensor: ...

    @abstractmethod
    def _label_text(self, label: tree.Template, place: Place) -> str | None: ...

    @abstractmethod
    def _claim(self, name: str, span: Span, place: Place) -> None: ...

    @abstractmethod
    def _perform(
        self, action: tree.Action, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]: ...

    def _note(self, action: tree.Action, place: Place, current: Tensor) -> None:
        """Told of every action that runs, for who wants to watch."""
        return

    # ------------------------------------------------------------------------ what names are worth

    def definition(self, module: Module, word: str) -> Any:
        """What a top-level name is worth: a block or network, perhaps with arguments fixed."""
        home, definition = module.names[word]
        if definition.name.id in home.recursive:
            raise Silence
        if isinstance(definition, (tree.Block, tree.Network)):
            return BlockValue(definition, home, (), {})
        known = home.aliases.get(definition.name.id)
        if known is not None:
            return known
        self._deeper(definition.name.span)
        awaits, self.awaits_input = self.awaits_input, True  # no tensor reaches the top of a file
        try:
            value = (
                definition.value if isinstance(definition, tree.BlockAlias) else definition.family
            )
            worth = evaluate(value, self.top_place(home, definition.name.span))
        finally:
            self.awaits_input = awaits
            self._depth -= 1
        if not isinstance(worth, (BlockValue, LayerValue)):
            raise Mistake("wrong-type", f"`{word}` wants a block, not {kind_of(worth)}", value.span)
        home.aliases[definition.name.id] = worth
        return worth

    def top_place(self, module: Module, span: Span) -> Place:
        """The place at the top level of a file."""
        scope = Scope("network", "", "", (), span, None, False)
        return Place(
            self, module, NameScope(scope, ScopeText(False, {}, {}), None), Tensor(-1, None, span)
        )

    def given(self, worth: BlockValue, family: tree.Expr) -> dict[str, Any]:
        """A family's arguments by name. Raises `Mistake`."""
        arguments = family.arguments if isinstance(family, tree.Call) else ()
        callee = tree.Name(worth.definition.name.id, family.span)
        return match(worth, (), {}, tree.Apply(callee, arguments, True, family.span))

    # ------------------------------------------------------------------------------------ messages

    def mistake(self, error: Mistake, place: Place) -> None:
        """Reports a mistake in an expression, with the calls that led to it."""
        self.complete = False
        calls = place.names.scope.frames()
        found: tuple[Proposal, ...] = ()
        if error.code == "index-out-of-range":
            found = tuple(cures.rounds.counted_by(self.loops, error.span))
        self.report.add(
            error.code,
            str(error),
            error.span,
            labels=error.labels,
            calls=calls,
            help=error.help,
            proposals=(*error.proposals, *found),
        )

    def layer_error(
        self,
        error: LayerError | ArgumentError,
        action: tree.Apply | tree.Braced,
        inputs: list[Tensor],
        place: Place,
    ) -> None:
        """Reports a layer that cannot be, at its argument, with the places its inputs come from."""
        self.complete = False
        calls = place.names.scope.frames()
        surplus = cures.handed.for_a_number(error, action, calls)
        if surplus is not None:
            self.report.add(error.code, surplus.message, surplus.span, proposals=surplus.proposals)
            return
        surplus = cures.entering.surplus(error, action, inputs)
        if surplus is not None:
            self.report.add(
                cures.entering.CODE,
                surplus.message,
                surplus.span,
                calls=calls,
                proposals=surplus.proposals,
            )
            return
        span = action.word.span if isinstance(action, tree.Braced) else action.span
        message = error.message
        labels: tuple[Label, ...] = ()
        if isinstance(error, ArgumentError):
            if error.argument:
                word = span.text.split(None, 1)[0].partition("(")[0]
                message = f"`{error.argument}` of `{word}` {message}"
            names: tuple[str, ...] = (error.argument,)
        else:
            names = error.arguments
            labels = tuple(
                Label(tensor.origin, f"{show(tensor.shape)} from here")
                for tensor in inputs
                if tensor.shape is not None and tensor.origin.end > tensor.origin.start
            )
        if isinstance(action, tree.Apply) and names:
            culprit = argument_span(action, names[0])
            if culprit is not None:
                if not labels:
                    labels = ()
                span = culprit
        labels = tuple(label for label in labels if label.span != span)
        labels += cures.rounds.round_label(self.loops, span)
        proposals: tuple[Proposal, ...] = ()
        if isinstance(action, tree.Apply) and not self.report.told(error.code, span):
            scope = place.names.scope
            proposals = cures.remedies.layer_proposals(
                error, action, inputs, self.nodes, self.loops, scope
            )
        self.report.add(
            error.code,
            message,
            span,
            labels=labels,
            calls=place.names.scope.frames(),
            help=error.help,
            proposals=proposals,
        )

    def spend(self, steps: int, span: Span | None = None) -> None:
        """Counts statements, and what is as much work as one; raises `TooMuch`."""
        self._steps += steps
        self.arms.steps += steps
        if self._steps > self.bounds.steps:
            raise self.bounds.too_many_steps(span)
        if self.arms.steps > self.bounds.all_steps:
            raise self.bounds.too_many_steps_of_all(span)

    def _spend_on(self, body: tuple[tree.Statement, ...]) -> None:
        """Counts a body that runs, without what its braces hold."""
        found = self._weights.get(id(body))
        if found is None:  # kept beside the body, so that nothing else gets its identity
            found = self._weights[id(body)] = (weight(body), body)
        self.spend(found[0], body[0].span if body else None)

    @property
    def _elsewhere(self) -> bool:
        """Whether the network runs otherwise than as written: then its literal claims lapse."""
        return self._changed or self._called > 0

    def _into(self, span: Span) -> None:
        """Counts braces and calls that run inside each other."""
        self._nested += 1
        if self._nested > DEEPEST_RUN:
            raise TooMuch(
                f"braces and calls nest more than {DEEPEST_RUN} deep",
                "too-deep",
                span,
                "put one behind the other, or take braces away that only group",
            )

    def _deeper(self, span: Span, word: str = "") -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            what = f"; here `{word}` is called" if word else ""
            raise TooMuch(
                f"calls nest more than {DEEPEST} deep{what}",
                "too-deep",
                span,
                "a block that is given itself never ends; a `repeat` runs a block many times",
            )

    # --------------------------------------------------------------------------------------- nodes

    def _add(
        self,
        layer: Layer,
        inputs: list[Tensor],
        shape: Shape | None,
        name: str,
        label: str | None,
        place: Place,
        span: Span,
    ) -> Tensor:
        """A new node."""
        index = len(self.nodes)
        if index > self.bounds.nodes:  # an input is no layer
            raise self.bounds.too_many_layers(span)
        self.arms.nodes += 1
        if self.arms.nodes > self.bounds.all_nodes:
            raise self.bounds.too_many_layers_of_all(span)
        names = place.names if label is None else place.names.home
        module = names.path(name)
        path, scope = self._seen(module, place.names.scope)
        if label is not None and path != module:
            label = path.rpartition(".")[2]
        times = self._paths.get(path, 0) + 1
        self._paths[path] = times
        if times == 1:
            self.values[path] = index
        else:
            path = f"{path}@{times}"
        first = self._modules.setdefault(module, index)
        if self._replaying:
            from archc.graph.shared_weights import new_weights, other_weights

            at = self._shared_at or span
            error = (
                other_weights(self.nodes, self.nodes[first], layer, inputs, span, at)
                if first < index
                else new_weights(module, layer, inputs, span, at)
            )
            if error is not None:
                self.mistake(error, place)
        # What stands behind a layer that could not be made has a shape by a guess alone: the graph
        # holds neither the edge nor the shape.
        indices = tuple([tensor.node for tensor in inputs if tensor.node >= 0])
        known = self._true(shape, layer, inputs) if len(indices) == len(inputs) else None
        if not self.training:
            self._inference(inputs, span, place)
        self.nodes.append(
            Node(
                index,
                path,
                module,
                layer,
                indices,
                known,
                label,
                span,
                scope,
                self.training,
                self.frozen if times == 1 else self.nodes[self._modules[module]].frozen,
                tuple([one.copy for one in inputs if one.node >= 0]) if self.copied else (),
            )
        )
        if known is None:
            self.complete = False
        value = Tensor(index, shape, span)
        if name not in KINDS:  # the sixth `relu` of a scope does not hide the layer `relu6`
            names.entries.setdefault(name, Entry(value, None, None, span, None))
        return value

    def _true(self, shape: Shape | None, layer: Layer, inputs: list[Tensor]) -> Shape | None:
        """The shape behind inputs as they are, where a wrong claim hides a part of what enters."""
        shapes = [self.nodes[tensor.node].shape for tensor in inputs]
        for true, tensor in zip(shapes, inputs, strict=True):
            if true is not None and true is not tensor.shape and true != tensor.shape:
                break
        else:
            return shape
        known = [true for true in shapes if true is not None]
        try:
            return layer.output(known) if len(known) == len(shapes) else None
        except LayerError:
            return None

    def _seen(self, module: str, scope: Scope) -> tuple[str, Scope]:
        """The path of a module in this run, and the scope around: a labelled `share` gives both."""
        path = module
        for run in reversed(self._renamed):
            if path == run.module:
                path, scope = run.path, run.scope
            elif path.startswith(f"{run.module}."):
                path = run.path + path[len(run.module) :]
        return path, scope

    def _inference(self, inputs: list[Tensor], span: Span, place: Place) -> None:
        """What runs at inference may not read what only training makes."""
        for tensor in inputs:
            if tensor.node >= 0 and self.nodes[tensor.node].training:
                self.complete = False
                self.report.add(
                    "training-only",
                    "this runs at inference, but reads a value that only training makes",
                    span,
                    labels=(Label(tensor.origin, "runs in training only"),),
                    calls=place.names.scope.frames(),
                    help="make both outputs `training`, or neither",
                )
