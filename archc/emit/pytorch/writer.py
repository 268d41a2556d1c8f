"""One class: its constructor arguments, its `__init__` and its `forward`."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from archc.emit.pytorch import shape_of_text as text
from archc.emit.pytorch.containers import Chain
from archc.emit.pytorch.expressions import NotSymbolic, collapse
from archc.emit.pytorch.layout import Call, Line, Statement, Suite, flat, lines
from archc.emit.pytorch.names import identifier
from archc.emit.pytorch.parameters import Parameters
from archc.emit.pytorch.prune import (
    annotated,
    loop_names,
    prune,
    without_dead_copies,
    without_empty_arms,
)
from archc.emit.pytorch.python import Py, literal, name
from archc.emit.pytorch.signature import Info, values_of
from archc.emit.pytorch.state import World
from archc.emit.pytorch.trace import Instance
from archc.emit.pytorch.values import Env, Local, Unknown, Val, resolve
from archc.emit.pytorch.walk import Output
from archc.graph.labels import MODULE_ATTRIBUTES
from archc.graph.naming import read_scope
from archc.graph.values import GroupValue, Tensor
from archc.language import tree

TRIES = 20  # for each link of the text, on average
WORD = re.compile(r"[A-Za-z_]\w*")


class Code(NamedTuple):
    """A class as the template needs it."""

    name: str
    base: str
    signature: tuple[str, ...]
    init: tuple[str, ...]
    arguments: tuple[str, ...]
    result: str
    forward: tuple[str, ...]
    outputs: tuple[tuple[str, str], ...]
    tuple_name: str
    info: Info
    instances: tuple[Instance, ...]
    guessed: bool  # whether it has numbers that may hang on an argument unsaid


class Writer(Parameters):
    """Writes the class of a definition, for all its calls or for one in numbers."""

    def __init__(
        self, world: World, instances: list[Instance], concrete: bool, class_name: str
    ) -> None:
        super().__init__(world, instances, concrete)
        self.class_name = class_name
        self.outputs: list[Output] = []
        self.inputs: list[str] = []
        self.tensor_arguments: list[str] = []
        self.live: set[str] = set()
        first = instances[0]
        self.network = first.key[0] == "network"
        value = first.value.network if isinstance(first.value, GroupValue) else first.value
        self.definition: tree.Block | tree.Network = (
            value if isinstance(value, tree.Network) else value.definition
        )
        for one in instances:
            values = {
                word for word, worth in one.place.values.items() if not isinstance(worth, Tensor)
            }
            self.referenced |= text.references(one.body, values)
            self.read_templates += text.templates(one.body)
        self.measured = text.measured(self.definition.body)

    # ------------------------------------------------------------------------------------- parts

    def write(self) -> Code:
        """Raises `NotSymbolic` where the author's words do not serve all calls."""
        env = self._environment()
        self.channel_names = [
            next(
                one
                for one in ("channels", "maps", "current", "reached")
                if one not in self.locals.names
            )
        ]
        bodies = (self.instances[0].body,)
        self._reserve(bodies)
        knows_input = self.network or self.instances[0].key[0] == "called"
        rank = self._rank()
        entry = (name("in_channels"), *(None,) * (rank - 1)) if rank else ()
        if self.concrete or knows_input:
            entry = (None,) * rank
        protected = "input" in self.referenced
        self.entry = Val("x", entry)
        inputs = [
            one
            for one in self.definition.body
            if isinstance(one, tree.Input) and one.name is not None
        ]
        self.targets = ["y" if protected else "x"]
        if inputs and "x" in {one.name.id for one in inputs if one.name is not None}:
            self.targets = ["y"]
        plain = self._plain(bodies)
        if plain:
            lets = {one.name.id for one in tree.within(bodies) if isinstance(one, tree.Let)}
            free = [one for one in ("layers", "modules", "parts") if one not in lets]
            local = self.locals.new(*free, "layers_")
            self.chain = Chain(local, False, self._uniform(bodies), self.init)
        self._lets(env)
        result = self.body(self.instances[0].body, self.entry, env)
        return self._finish(result, plain, knows_input)

    def _rank(self) -> int:
        ranks = {len(one.input.shape) for one in self.instances if one.input.shape}
        if len(ranks) > 1:
            raise NotSymbolic("maps of different rank")
        return ranks.pop() if ranks else 0

    def _lets(self, env: Env) -> None:
        """What a group of a network sees: the `let`s above it."""
        if self.instances[0].key[0] != "group" or self.concrete:
            return
        for statement in self.definition.body:
            if isinstance(statement, tree.Let):
                worth = values_of(self.instances, statement.name.id)
                if worth and all(one == worth[0] for one in worth):
                    env.names[statement.name.id] = Local(
                        "value", Py(literal(collapse(worth[0]))), None
                    )
                elif worth:
                    raise NotSymbolic(statement.span.text)

    def _plain(self, bodies: tuple[Any, ...]) -> bool:
        """Whether the class itself is a plain chain."""
        return (
            read_scope(bodies).sequence
            and text.callable_chain(bodies, self.referenced)
            and not self._tensor_calls(bodies)
            and not any(
                isinstance(value, Tensor)
                for one in self.instances
                for value in one.place.values.values()
            )
            and not any(
                isinstance(one, tree.Input) and one.name is not None for one in self.definition.body
            )
            and any(True for _ in text.links(bodies))
        )

    def _reserve(self, bodies: tuple[Any, ...]) -> None:
        """Attributes that labels and running numbers take."""
        self.attributes.names |= set(text.labels(bodies)) | MODULE_ATTRIBUTES
        for one in self.instances:
            for runs in one.executions.values():
                self.attributes.names |= {
                    run.name for run in runs if run.name is not None and run.name[-1:].isdigit()
                }
        links = sum(isinstance(one, tree.Link) for one in tree.within(bodies))
        self.most = TRIES * links + 500
        self.shifting = any(
            isinstance(one, tree.Link)
            and one.label is None
            and isinstance(one.action, (tree.If, tree.For, tree.Repeat))
            for one in tree.within(bodies)
        )
        loops = (one for one in tree.within(self.definition.body) if isinstance(one, tree.For))
        self.variables.names |= {identifier(target.id) for one in loops for target in one.targets}

    # --------------------------------------------------------------------------------- finishing

    def _finish(self, result: Val, plain: bool, knows_input: bool) -> Code:
        out = self._out_channels(result)
        called = not self.network or any(one.key[0] == "called" for one in self.instances)
        states = not self.concrete and called and out is not None
        states = states and "out_channels" not in text.labels((self.instances[0].body,))
        init = list(self.init)
        if plain:
            assert self.chain is not None
            self.chain.out = init
            self.init = init
            arguments = self.chain.arguments()
            init.append(Line(Call("super().__init__(", arguments, ")", len(arguments) > 1)))
            if states and out is not None:
                init.append(Line(f"self.out_channels = {out.text}"))
            forward: list[Statement] = []
        else:
            kept: list[Statement] = [
                Line(f"self.{attribute} = {word}") for word, attribute in self.kept.items()
            ]
            late = [
                one for one in init if isinstance(one, Suite) and one.header.endswith(" is None")
            ]
            rest = [one for one in init if one not in late]
            init = [Line("super().__init__()"), *late, *kept, *rest]
            if states and out is not None:
                init.append(Line(f"self.out_channels = {out.text}"))
            forward = [*self.forward, *self._return(result)]
            if self.saved is not None:
                forward.insert(0, Line("{}", f"{self.saved}: dict[str, Tensor] = "))
        init = annotated(without_empty_arms(prune(init)))
        forward = without_dead_copies(without_empty_arms(forward))
        loop_names(forward)
        if self.world.is_split(self.instances[0]):
            self._drop_unread([*lines(init, 0), *lines(forward, 0)])
        signature = tuple(self._signature(knows_input))
        self._imports(signature, init)
        parameters = tuple(one for one in self.parameters)
        info = Info(
            self.class_name,
            self.concrete,
            knows_input,
            parameters,
            out if out is not None and self._closed(out) else None,
            states,
            self.concrete or self.world.is_split(self.instances[0]),
        )
        outputs = tuple(
            (one.name, "Tensor | None" if one.training and self._mixed() else "Tensor")
            for one in self.outputs
        )
        tuple_name = f"{self.class_name}Outputs" if self.outputs else ""
        answer = "Tensor"
        if self.outputs:
            training = all(one.training for one in self.outputs)
            answer = f"Tensor | {tuple_name}" if training else tuple_name
            self.world.use("NamedTuple")
        return Code(
            self.class_name,
            "nn.Sequential" if plain else "nn.Module",
            signature,
            tuple(lines(init, 8)),
            tuple(self._arguments()),
            answer,
            tuple(lines(forward, 8)),
            outputs,
            tuple_name,
            info,
            tuple(self.instances),
            self.guessed or self.concrete,
        )

    def _drop_unread(self, rows: list[str]) -> None:
        """What conditions alone asked for is no argument where they are decided."""
        words = set(WORD.findall(" ".join(rows)))
        self.parameters = [
            one._replace(kind="layer") if one.kind == "value" and one.python not in words else one
            for one in self.parameters
        ]

    def _mixed(self) -> bool:
        return any(not one.training for one in self.outputs)

    def _closed(self, out: Py) -> bool:
        """Whether the arguments alone say the output channels."""
        known = {"in_channels", "min", "max", "if", "else", "and", "or", "not", "divisible", "sum"}
        known |= {one.python for one in self.parameters if one.kind in ("value", "tensor")}
        return set(WORD.findall(out.text)) <= known and not any(one.late for one in self.parameters)

    def _out_channels(self, result: Val) -> Py | None:
        if self.concrete or not result.axes:
            return None
        try:
            self.flush_later(result)
            return resolve(result.axes[0])
        except Unknown:
            shapes = {
                one.output.shape[0] for one in self.instances if one.output and one.output.shape
            }
            only = shapes.pop() if len(shapes) == 1 else None
            return Py(str(only)) if isinstance(only, int) else None

    def flush_later(self, result: Val) -> None:
        if self.chain is not None and result.axes and type(result.axes[0]).__name__ == "Later":
            self.flush()

    def _return(self, result: Val) -> list[Statement]:
        settled: list[Statement] = []
        text = result.code
        own = "x" if not self.inputs else "out"
        if not self.outputs and isinstance(text, Call) and text.head == "torch.cat(":
            return [Line(text, "return ")]
        if not (flat(text) == own and own == "x"):
            # Modules return Any; the argument's type makes it a tensor again.
            own = own if own not in self.live else "result"
            typed = "" if own == "x" else ": Tensor"
            settled.append(Line(text, f"{own}{typed} = "))
            text = own
        if not self.outputs:
            return [*settled, Line(text, "return ")]
        name_ = f"{self.class_name}Outputs"
        if not self._mixed():
            every = ", ".join(one.variable for one in self.outputs)
            suite = Suite("if self.training", [Line(f"return {name_}({flat(text)}, {every})")])
            return [*settled, suite, Line(text, "return ")]
        always = [f"{one.name}={'None' if one.training else one.variable}" for one in self.outputs]
        every_ = [f"{one.name}={one.variable}" for one in self.outputs]
        if any(one.training for one in self.outputs):
            settled.append(
                Suite("if self.training", [Line(Call(f"return {name_}(", (text, *every_)))])
            )
        return [*settled, Line(Call(f"return {name_}(", (text, *always)))]

    def _signature(self, knows_input: bool) -> list[str]:
        if self.concrete:
            return []
        items = [] if knows_input else ["in_channels: int"]
        seen_default = False
        for one in self.parameters:
            if one.kind == "layer":
                continue
            default = one.default
            if default is None and seen_default:
                items.append("*") if "*" not in items else None
            seen_default = seen_default or default is not None
            items.append(
                f"{one.python}: {one.type}" + (f" = {default}" if default is not None else "")
            )
        return items

    def _imports(self, signature: tuple[str, ...], init: list[Statement]) -> None:
        joined = " ".join([*signature, *lines(init, 0)])
        for word in ("Callable", "Sequence", "Any"):
            if re.search(rf"\b{word}\[" if word != "Any" else r"\bAny\b", joined):
                self.world.use(word)
        if "OrderedDict(" in joined:
            self.world.use("OrderedDict")
        if "torch." in joined:
            self.world.use("torch")

    def _arguments(self) -> list[str]:
        """What `forward` takes."""
        if self.inputs:
            return [f"{one}: Tensor" for one in self.inputs]
        return [f"{one}: Tensor" for one in ("x", *self.tensor_arguments)]
