"""A network of the program becomes a flat graph: blocks are called, loops run, every number filled in."""

from __future__ import annotations

from typing import Any

from archc.diagnostics import Label
from archc.graph.calls import bind_block, check_passed, layer_arguments, match
from archc.graph.evaluate import Mistake, Silence, evaluate, text_of, truth
from archc.graph.graph import Claim, Graph, Node, Result, Scope
from archc.graph.guess import guess
from archc.graph.labels import label_problem
from archc.graph.merges import merge_problem
from archc.graph.modules import Module
from archc.graph.naming import Entry, NameScope, ScopeText, inner_bodies, read_scope
from archc.graph.place import Place
from archc.graph.report import Report, suggestion
from archc.graph.values import UNKNOWN, BlockValue, GroupValue, LayerValue, Tensor, describe, kind_of
from archc.language import tree
from archc.language.source import Span
from archc.layers.base import Layer, LayerError
from archc.layers.arguments import ArgumentError
from archc.layers.registry import KINDS, bind
from archc.shapes import Open, Shape, Size, differ, show

CALL_CODES = ("unknown-argument", "missing-argument", "too-many-arguments", "repeated-argument")
"""What is said of a call in the text already."""
MOST_NODES = 250_000
MOST_STEPS = 2_000_000
DEEPEST = 64

Body = tuple[tree.Statement, ...]


class TooMuch(Exception):
    """A stated limit is passed; the message is reported and the network given up."""


class Arms:
    """Which arms of which `if` were ever taken, over all networks of a file."""

    def __init__(self) -> None:
        self.seen: dict[Span, tree.If] = {}
        self.taken: set[Span] = set()


class Elaborator:
    """Runs one network. Unknown spreads in silence: one mistake, one message."""

    def __init__(self, report: Report, arms: Arms) -> None:
        self.report = report
        self.arms = arms
        self.nodes: list[Node] = []
        self.results: list[Result] = []
        self.scopes: list[Scope] = []
        self.values: dict[str, int] = {}
        self.claims: list[Claim] = []
        self.complete = True
        self.current = Tensor(-1, None, Span(None, 0, 0))  # type: ignore[arg-type]  # set before use
        self.training = False
        self._replaying = 0
        self._depth = 0
        self._called = 0  # inside a network that is called like a block
        self._steps = 0
        self._modules: dict[str, int] = {}
        self._paths: dict[str, int] = {}
        self._layers: dict[Any, tuple[Layer, Shape]] = {}
        self._texts: dict[int, ScopeText] = {}
        self._input: Shape | None = None
        self._changed = False  # the caller changed the input or a parameter

    # -------------------------------------------------------------------------------- the network

    def run(
        self,
        definition: tree.Network,
        module: Module,
        values: dict[str, Any],
        claims: tuple[tuple[tree.Expect, ...], ...],
        name: tree.Name,
        input_shape: Shape | None,
        changed: bool = False,
    ) -> Graph:
        """The graph of a network whose parameters are worth `values`.

        `changed` tells that the caller set the input or a parameter: literal shapes then do not apply.
        """
        self._input = input_shape
        self._changed = changed
        scope = Scope("network", name.id, "", (), name.span, None, False)
        text = read_scope((definition.body,))
        scope.sequence = text.sequence
        self.scopes.append(scope)
        names = NameScope(scope, text, None)
        unknown = Tensor(-1, None, name.span)
        place = Place(self, module, names, unknown, None, values)
        try:
            out = self._body(definition.body, place, unknown)
            for expects in claims:
                self.claims += [Claim(expect, place) for expect in expects]
        except TooMuch as limit:
            self.report.add("too-large", str(limit), name.span)
            self.complete = False
            out = unknown
        if not any(isinstance(statement, tree.Input) for statement in definition.body):
            self.report.add(
                "missing-input",
                f"network `{definition.name.id}` has no `input`",
                definition.name.span,
                help="begin it with a line such as `input 3x224x224`",
            )
            self.complete = False
        if out.node >= 0:
            self.results.insert(0, Result("out", out.node, False, out.origin))
        else:
            self.complete = False
        return Graph(
            name.id, module.program, definition, values, tuple(self.nodes), tuple(self.results),
            tuple(self.scopes), self.values, tuple(self.claims), self.complete,
        )

    def definition(self, module: Module, word: str) -> Any:
        """What a top-level name of a file is worth: a block or network, perhaps with arguments fixed."""
        home, definition = module.names[word]
        if isinstance(definition, (tree.Block, tree.Network)):
            return BlockValue(definition, home, (), {})
        self._deeper(definition.name.span)
        try:
            value = definition.value if isinstance(definition, tree.BlockAlias) else definition.family
            worth = evaluate(value, self.top_place(home, definition.name.span))
        finally:
            self._depth -= 1
        if not isinstance(worth, (BlockValue, LayerValue)):
            raise Mistake("wrong-type", f"`{word}` wants a block, not {kind_of(worth)}", value.span)
        return worth

    def top_place(self, module: Module, span: Span) -> Place:
        """The place at the top level of a file."""
        scope = Scope("network", "", "", (), span, None, False)
        return Place(self, module, NameScope(scope, ScopeText(False, {}), None), Tensor(-1, None, span))

    def given(self, worth: BlockValue, family: tree.Expr) -> dict[str, Any]:
        """A family's arguments by name. Raises `Mistake`."""
        arguments = family.arguments if isinstance(family, tree.Call) else ()
        callee = tree.Name(worth.definition.name.id, family.span)
        return match(worth, (), {}, tree.Apply(callee, arguments, True, family.span))

    def check_parameter(self, parameter: tree.Parameter, value: Any, span: Span) -> None:
        """Raises `Mistake` where a block is given to a small letter, or a number to a capital."""
        problem = check_passed(parameter, value)
        if problem is not None:
            raise Mistake("wrong-type", problem, span)

    # ------------------------------------------------------------------------------------ messages

    def mistake(self, error: Mistake, place: Place) -> None:
        """Reports a mistake in an expression, with the calls that led to it."""
        self.complete = False
        calls = place.names.scope.frames()
        self.report.add(error.code, str(error), error.span, calls=calls, help=error.help)

    def layer_error(
        self, error: LayerError | ArgumentError, action: tree.Apply | tree.Braced, inputs: list[Tensor], place: Place
    ) -> None:
        """Reports a layer that cannot be, at its argument, with the places its inputs come from."""
        self.complete = False
        span = action.word.span if isinstance(action, tree.Braced) else action.span
        message = error.message
        labels: tuple[Label, ...] = ()
        if isinstance(error, ArgumentError):
            message = f"`{error.argument}` of `{span.text.split(None, 1)[0]}` {message}"
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
        self.report.add(
            error.code, message, span, labels=labels, calls=place.names.scope.frames(), help=error.help
        )

    @property
    def _elsewhere(self) -> bool:
        """Whether the network runs otherwise than as written: then its literal claims lapse."""
        return self._changed or self._called > 0

    def _deeper(self, span: Span) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooMuch(f"calls nest more than {DEEPEST} deep at line {span.line} of {span.source.name}")

    # ---------------------------------------------------------------------------------- statements

    def _body(self, body: Body, place: Place, current: Tensor) -> Tensor:
        self._steps += len(body) + 1
        if self._steps > MOST_STEPS:
            raise TooMuch(f"the network runs more than {MOST_STEPS:,} statements")
        for statement in body:
            if isinstance(statement, tree.Chain):
                current = self._chain(statement, place, current)
            else:
                current = self._other(statement, place, current)
        return current

    def _other(self, statement: tree.Statement, place: Place, current: Tensor) -> Tensor:
        """Statements that leave the current tensor alone, and `input`."""
        self.current = current
        if isinstance(statement, tree.Let):
            try:
                place.values[statement.name.id] = evaluate(statement.value, place)
            except Mistake as error:
                self.mistake(error, place)
                place.values[statement.name.id] = UNKNOWN
            except Silence:
                place.values[statement.name.id] = UNKNOWN
        elif isinstance(statement, tree.Input):
            return self._input_statement(statement, place, current)
        elif isinstance(statement, tree.Expect):
            if not self._called and not self._replaying:
                self.claims.append(Claim(statement, place))
        elif isinstance(statement, tree.Output) and not self._called:
            self._output(statement, place, current)
        return current

    def _input_statement(self, statement: tree.Input, place: Place, current: Tensor) -> Tensor:
        shape = self._shape(statement.shape, place, opening=True, given=current.shape if self._called else None)
        if self._called:
            if shape is not None and current.shape is not None and _shapes_differ(shape, current.shape):
                self.complete = False
                self.report.add(
                    "wrong-shape", f"the network wants {show(shape)}, but {show(current.shape)} reaches it",
                    place.names.scope.span,
                    labels=(Label(statement.shape.span, "it says so here"),),
                    calls=place.names.scope.frames(),
                )
            return current
        name = statement.name.id if statement.name is not None else "input"
        if self._input is not None:
            shape = self._input
        index = len(self.nodes)
        self.nodes.append(
            Node(index, name, name, None, (), shape, None, statement.span, place.names.scope, False)
        )
        tensor = Tensor(index, shape, statement.span)
        if shape is None:
            self.complete = False
        if statement.name is not None:
            self._claim(name, statement.name.span, place)
            place.names.entries[name] = Entry(tensor, None, None, statement.span, None)
        self.values[name] = index
        place.input = tensor
        return tensor

    def _shape(
        self, expr: tree.Expr, place: Place, opening: bool = False, given: Shape | None = None
    ) -> Shape | None:
        """A shape as written. After `input`, capital letters open an axis and become values."""
        try:
            if opening and isinstance(expr, tree.Size):
                for position, axis in enumerate(expr.axes):
                    if isinstance(axis, str) and axis not in place.values:
                        known = given is not None and position < len(given)
                        place.values[axis] = given[position] if known and given else Open(axis)
            value = evaluate(expr, place)
        except Mistake as error:
            self.mistake(error, place)
            return None
        except Silence:
            return None
        axes = value if isinstance(value, tuple) and not isinstance(value, Open) else (value,)
        for axis in axes:
            if isinstance(axis, Open):
                continue
            if isinstance(axis, bool) or not isinstance(axis, int):
                message = f"an axis must be a whole number, not {describe(axis)}"
                self.mistake(Mistake("not-whole", message, expr.span), place)
                return None
            if axis < 1:
                message = f"an axis must be at least 1, not {axis}"
                self.mistake(Mistake("out-of-range", message, expr.span), place)
                return None
        if not 1 <= len(axes) <= 4:
            message = f"a shape has 1 to 4 axes (channels, then up to three sizes), not {len(axes)}"
            self.mistake(Mistake("wrong-rank", message, expr.span), place)
            return None
        return tuple(axes)

    def _output(self, statement: tree.Output, place: Place, current: Tensor) -> None:
        was = self.training
        self.training = was or statement.training
        links = statement.body.links
        if statement.label is not None and links[0].label is None:
            links = (links[0]._replace(label=statement.label), *links[1:])
        tensor = self._chain(tree.Chain(links, statement.body.span), place, current)
        self.training = was
        name = None
        if statement.label is not None:
            name = self._label_text(statement.label, place)
        if tensor.node >= 0:
            name = name or f"output{len(self.results) + 1}"
            self.results.append(Result(name, tensor.node, statement.training, statement.span))

    # -------------------------------------------------------------------------------------- chains

    def _chain(self, chain: tree.Chain, place: Place, current: Tensor) -> Tensor:
        links = chain.links
        last = len(links) - 1
        for number, link in enumerate(links):
            following = links[number + 1] if number < last else None
            current = self._link(link, place, current, following)
        return current

    def _link(
        self, link: tree.Link, place: Place, current: Tensor, following: tree.Link | None = None
    ) -> Tensor:
        self.current = current
        name = None
        if link.label is not None:
            name = self._label_text(link.label, place)
            if name is not None:
                self._claim(name, link.label.span, place)
        action = link.action
        value, inside = self._perform(action, name, place, current)
        if name is not None:
            self._enter(name, value, inside, action, link, place, following)
        if link.shape is not None:
            self.current = value
            self._assert_shape(link, value, place)
        return value

    def _enter(
        self, name: str, value: Tensor, inside: NameScope | None, action: tree.Action, link: tree.Link,
        place: Place, following: tree.Link | None,
    ) -> None:
        followed = None
        if following is not None and following.label is None and isinstance(following.action, tree.Apply):
            callee = following.action.callee
            if isinstance(callee, tree.Name) and callee.id in KINDS and KINDS[callee.id].group == "activation":
                followed = callee.id
        place.names.entries[name] = Entry(value, inside, (action, place), link.span, followed)
        if value.node >= 0 and not self._replaying:
            self.values[place.names.path(name)] = value.node

    def _label_text(self, label: tree.Template, place: Place) -> str | None:
        plain = label.plain
        if plain is not None:
            return plain
        try:
            return text_of(label, place)
        except Mistake as error:
            self.mistake(error, place)
        except Silence:
            pass
        return None

    def _claim(self, name: str, span: Span, place: Place) -> None:
        """One label, one thing."""
        problem = label_problem(name)
        if problem is not None:
            self.mistake(Mistake("bad-label", problem, span), place)
        taken = place.names.taken
        earlier = taken.get(name)
        if earlier is not None:
            labels = (Label(earlier, "first used here"),) if earlier != span else ()
            again = earlier == span
            help = f"a label in a loop may be computed: `{name}{{i}}:`" if again else None
            self.complete = False
            self.report.add(
                "duplicate-label",
                f"the label `{name}` is used twice" + (" by this loop" if again else " in one scope"),
                span, labels=labels, calls=place.names.scope.frames(), help=help,
            )
        taken[name] = span

    def _assert_shape(self, link: tree.Link, value: Tensor, place: Place) -> None:
        expr = link.shape
        assert expr is not None
        shape = value.shape
        try:
            items = expr.items if isinstance(expr, tree.List) else None
            if items is not None:
                wanted: tuple[Any, ...] = tuple(
                    None if isinstance(item, tree.Name) and item.id == "_" else evaluate(item, place)
                    for item in items
                )
            else:
                worth = evaluate(expr, place)
                is_size = isinstance(worth, tuple) and not isinstance(worth, Open)
                wanted = worth if is_size else (worth,)
        except Mistake as error:
            self.mistake(error, place)
            return
        except Silence:
            return
        if shape is None or (self._elsewhere and literal(expr)):
            return
        matches = len(shape) == len(wanted) and not any(
            want is not None and differ(have, want) for have, want in zip(shape, wanted, strict=True)
        )
        if not matches:
            self.complete = False
            text = "x".join("_" if want is None else str(want) for want in wanted)
            self.report.add(
                "wrong-shape",
                f"the shape here is {show(shape)}, not {text}",
                expr.span,
                labels=(Label(link.action.span, f"gives {show(shape)}"),) if value.origin.end else (),
                calls=place.names.scope.frames(),
            )

    # ------------------------------------------------------------------------------------- actions

    def _perform(
        self, action: tree.Action, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        """Runs an action under a name (None: an automatic one); the value, and the names inside."""
        self.current = current
        try:
            if isinstance(action, tree.Apply):
                return self._apply(action, name, place, current)
            if isinstance(action, tree.Braced):
                return self._merge(action, name, place, current), None
            if isinstance(action, tree.From):
                return self._from(action, place), None
            return self._structure(action, name, place, current)
        except Mistake as error:
            self.mistake(error, place)
        except Silence:
            self.complete = False
        return Tensor(-1, None, action.span), None

    def _structure(
        self, action: tree.Group | tree.If | tree.For | tree.Repeat, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        names = self._inner_names(action, name, place)
        inner = place.inner(names)
        for body, local in self._rounds(action, inner):
            current = self._body(body, local, current)
            self.current = current
        return current, names

    def _inner_names(
        self, action: tree.Group | tree.If | tree.For | tree.Repeat, name: str | None, place: Place
    ) -> NameScope | None:
        """A scope of its own for labelled braces, and for an unlabelled loop over a plain chain."""
        text = self._texts.get(id(action))
        if text is None:
            text = self._texts[id(action)] = read_scope(tuple(inner_bodies(action)))
        if name is None:
            loop = isinstance(action, (tree.For, tree.Repeat))
            if not loop or place.names.sequence or not text.sequence:
                return None
            name = place.names.automatic("for" if isinstance(action, tree.For) else "repeat")
        kinds: dict[type, Any] = {tree.Group: "group", tree.If: "if", tree.For: "loop", tree.Repeat: "loop"}
        scope = Scope(
            kinds[type(action)], name, place.names.path(name), (), action.span, place.names.scope, text.sequence
        )
        if not self._replaying:
            self.scopes.append(scope)
        return NameScope(scope, text, place.names)

    def _rounds(
        self, action: tree.Group | tree.If | tree.For | tree.Repeat, inner: Place
    ) -> Any:
        """The bodies that run, each with its own values: one, none, or one a round of the loop."""
        if isinstance(action, tree.Group):
            yield action.body, inner
        elif isinstance(action, tree.If):
            self.arms.seen[action.span] = action
            for arm in action.arms:
                if arm.condition is None or truth(evaluate(arm.condition, inner), arm.condition):
                    self.arms.taken.add(arm.span)
                    yield arm.body, inner
                    return
        elif isinstance(action, tree.Repeat):
            count = evaluate(action.count, inner)
            if isinstance(count, bool) or not isinstance(count, int):
                code = "open-size" if isinstance(count, Open) else "not-whole"
                raise Mistake(code, f"`repeat` wants a whole number, not {describe(count)}", action.count.span)
            if count < 0:
                raise Mistake("out-of-range", f"`repeat` cannot run {count} times", action.count.span)
            for _ in range(count):
                yield action.body, inner.inner()
        else:
            items = evaluate(action.iterable, inner)
            if not isinstance(items, tuple) or isinstance(items, (Open, Tensor, LayerValue, BlockValue)):
                raise Mistake("wrong-type", f"`for` wants a list, not {kind_of(items)}", action.iterable.span)
            for item in items:
                local = inner.inner()
                self._unpack(action, item, local)
                yield action.body, local

    def _unpack(self, action: tree.For, item: Any, local: Place) -> None:
        targets = action.targets
        if len(targets) == 1:
            local.values[targets[0].id] = item
            return
        if type(item) is not tuple or len(item) != len(targets):
            raise Mistake(
                "wrong-type",
                f"`for` unpacks {len(targets)} names, but an item of the list is {describe(item)}",
                action.iterable.span,
            )
        for target, part in zip(targets, item, strict=True):
            local.values[target.id] = part

    def _from(self, action: tree.From, place: Place) -> Tensor:
        target = action.target
        tensor = place.tensor(target)
        if not (isinstance(target, tree.Name) and target.id in ("input", "in")):
            try:
                entry = place.entry(target)
            except Mistake:
                entry = None  # a parameter that holds a tensor
            if entry is not None and entry.followed_by is not None:
                self.report.add(
                    "before-activation",
                    f"`{target.span.text}` is the tensor before the `{entry.followed_by}` that follows it",
                    action.span, severity="warning",
                    labels=(Label(entry.span, "the label names this layer alone"),),
                    help=f"label the `{entry.followed_by}`, or put both in braces: "
                    f"`{target.span.text}: {{ … -> {entry.followed_by} }}`",
                )
        return tensor._replace(origin=action.span)

    def _apply(
        self, action: tree.Apply, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        callee = action.callee
        if isinstance(callee, tree.Attribute):
            value = evaluate(callee, place)
            if isinstance(value, GroupValue):
                return self._call_group(value, action, name, place, current)
            raise Mistake("wrong-type", f"`{callee.span.text}` is {kind_of(value)}, not a group of a network", callee.span)
        word = callee.id
        if word in KINDS:
            return self._layer(action, LayerValue(KINDS[word], (), {}), name, word, place, current), None
        if word == "share":
            return self._share(action, place, current)
        if not word[0].isupper():
            raise Mistake("unknown-layer", f"there is no layer `{word}`", callee.span)
        try:
            value = place.lookup(callee)
        except Mistake as error:
            if error.code != "undefined-name":
                raise
            raise Mistake("unknown-block", f"there is no block `{word}`", callee.span, error.help) from None
        if value is UNKNOWN:
            raise Silence
        if isinstance(value, LayerValue):
            return self._layer(action, value, name, word, place, current), None
        if isinstance(value, BlockValue):
            return self._block(action, value, name, word, place, current)
        raise Mistake("wrong-type", f"`{word}` is {kind_of(value)}, not a block", callee.span)

    def _layer(
        self, action: tree.Apply, value: LayerValue, name: str | None, word: str, place: Place, current: Tensor
    ) -> Tensor:
        kind = value.kind
        # An unlabelled layer is named by its own word, also where a parameter holds it.
        label = name
        name = place.names.automatic(kind.keyword) if name is None else name
        positional, named = place.arguments(action.arguments)
        unknown = Tensor(-1, None, action.span)
        inputs = [current]
        positional, named, extra = layer_arguments(kind, positional, named, value)
        inputs += extra
        if any(tensor.shape is None for tensor in inputs):
            self.complete = False
            return unknown
        shapes = tuple(tensor.shape for tensor in inputs)
        key = (id(action), kind, positional, tuple(named.items()), shapes)
        found = self._layers.get(key)
        if found is None:
            layer: Layer | None = None
            shape: Shape | None = None
            try:
                layer = bind(kind.keyword, positional, named, len(shapes[0]) - 1)  # type: ignore[arg-type]
                shape = layer.output(shapes)  # type: ignore[arg-type]
                found = self._layers[key] = (layer, shape)
            except (LayerError, ArgumentError) as error:
                if error.code not in CALL_CODES or word not in KINDS:
                    self.layer_error(error, action, inputs, place)
                self.complete = False
                shape = guess(kind, positional, named, shapes)  # type: ignore[arg-type]
                if layer is None:
                    return Tensor(-1, shape, action.span)
                tensor = self._add(layer, inputs, None, name, label, place, action.span)
                return tensor._replace(shape=shape)
        return self._add(found[0], inputs, found[1], name, label, place, action.span)

    def _add(
        self, layer: Layer, inputs: list[Tensor], shape: Shape | None, name: str, label: str | None,
        place: Place, span: Span,
    ) -> Tensor:
        """A new node."""
        index = len(self.nodes)
        if index >= MOST_NODES:
            raise TooMuch(f"the network has more than {MOST_NODES:,} layers")
        module = path = place.names.path(name)
        times = self._paths.get(module, 0) + 1
        self._paths[module] = times
        if times > 1:
            path = f"{module}@{times}"
            if self._replaying:
                self._same_weights(self.nodes[self._modules[module]], layer, inputs, span, place)
        else:
            self._modules[module] = index
        indices = tuple(tensor.node for tensor in inputs)
        self.nodes.append(
            Node(index, path, module, layer, indices, shape, label, span, place.names.scope, self.training)
        )
        if shape is None:
            self.complete = False
        if times == 1:
            self.values[module] = index
        value = Tensor(index, shape, span)
        place.names.entries.setdefault(name, Entry(value, None, None, span, None))
        return value

    def _same_weights(
        self, first: Node, layer: Layer, inputs: list[Tensor], span: Span, place: Place
    ) -> None:
        shapes = [self.nodes[index].shape for index in first.inputs]
        now = [tensor.shape for tensor in inputs]
        if first.layer is None or None in shapes or None in now:
            return
        before = first.layer.weights(shapes)  # type: ignore[arg-type]
        if first.layer != layer or before != layer.weights(now):  # type: ignore[arg-type]
            was = ", ".join(show(shape) for shape in shapes if shape is not None)
            here = ", ".join(show(shape) for shape in now if shape is not None)
            self.mistake(
                Mistake("share-mismatch", f"`{first.path}` was made for {was}; its weights do not fit {here}", span),
                place,
            )

    # ---------------------------------------------------------------------------- blocks and merges

    def _block(
        self, action: tree.Apply, value: BlockValue, name: str | None, word: str, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        positional, named = place.arguments(action.arguments)
        scope = self._call_scope(value.definition, action, name or place.names.automatic(word), place)
        inner, wrote = self._callee(value, positional, named, action, scope, place, current)
        scope.arguments = wrote
        result = self._run_callee(value.definition.body, inner, isinstance(value.definition, tree.Network), current)
        return result._replace(origin=action.span), inner.names

    def _call_scope(
        self, definition: tree.Block | tree.Network, action: tree.Apply, name: str, place: Place
    ) -> Scope:
        scope = Scope("block", definition.name.id, place.names.path(name), (), action.span, place.names.scope, False)
        if not self._replaying:
            self.scopes.append(scope)
        return scope

    def _callee(
        self, value: BlockValue, positional: tuple[Any, ...], named: Any, action: tree.Apply, scope: Scope,
        place: Place, current: Tensor,
    ) -> tuple[Place, tuple[tuple[str, Any], ...]]:
        """The place inside a called block, its parameters bound."""
        text = self._texts.get(id(value.definition))
        if text is None:
            text = self._texts[id(value.definition)] = read_scope((value.definition.body,))
        scope.sequence = text.sequence
        inner = Place(self, value.module, NameScope(scope, text, None), current, None, {})
        wrote = bind_block(value, positional, named, action, inner)
        for parameter in value.definition.parameters:
            problem = check_passed(parameter, inner.values.get(parameter.name.id, UNKNOWN))
            if problem is not None:
                raise Mistake("wrong-type", problem, argument_span(action, parameter.name.id) or action.span)
        return inner, wrote

    def _run_callee(self, body: Body, inner: Place, network: bool, current: Tensor) -> Tensor:
        self._deeper(inner.names.scope.span)
        self._called += network
        try:
            return self._body(body, inner, current)
        finally:
            self._called -= network
            self._depth -= 1

    def _call_group(
        self, value: GroupValue, action: tree.Apply, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        """A labelled group of a network, called like a block: only the `let`s before it are run."""
        definition = value.network.definition
        scope = self._call_scope(definition, action, name or place.names.automatic(value.path[-1]), place)
        positional, named = place.arguments(action.arguments)
        inner, scope.arguments = self._callee(value.network, positional, named, action, scope, place, current)
        body: Body = definition.body
        for word in value.path:
            body = self._find_group(body, word, inner, value, action)
        text = read_scope((body,))
        scope.sequence = text.sequence
        inner.names = NameScope(scope, text, None)
        result = self._run_callee(body, inner, True, current)
        return result._replace(origin=action.span), inner.names

    def _find_group(self, body: Body, word: str, inner: Place, value: GroupValue, action: tree.Apply) -> Body:
        labels = []
        for statement in body:
            if isinstance(statement, tree.Let):
                self._other(statement, inner, self.current)
            if not isinstance(statement, tree.Chain):
                continue
            for link in statement.links:
                if link.label is None:
                    continue
                label = self._label_text(link.label, inner)
                labels.append(label or "")
                if label == word and isinstance(link.action, tree.Group):
                    return link.action.body
                if label == word and not isinstance(link.action, (tree.Braced, tree.From)):
                    return (tree.Chain((link._replace(label=None, shape=None),), link.span),)
        close = suggestion(word, labels)
        raise Mistake(
            "undefined-name", f"`{value.network.definition.name.id}` has no group `{word}`", action.callee.span,
            f"did you mean `{close}`?" if close else None,
        )

    def _share(self, action: tree.Apply, place: Place, current: Tensor) -> tuple[Tensor, NameScope | None]:
        if len(action.arguments) != 1 or action.arguments[0].name is not None:
            raise Mistake("missing-argument", "`share` wants the name of one earlier layer, group or call", action.span)
        reference = action.arguments[0].value
        entry = place.entry(reference)
        if entry.replay is None:
            raise Mistake(
                "wrong-type", f"`{reference.span.text}` is no labelled layer, group or block call", reference.span
            )
        shared, home = entry.replay
        label = reference.span.text.rsplit(".", 1)[-1] if entry.scope is None else entry.scope.scope.path.rsplit(".", 1)[-1]
        if entry.scope is None and entry.value.node >= 0:
            label = self.nodes[entry.value.node].module.rsplit(".", 1)[-1]
        self._deeper(action.span)
        self._replaying += 1
        try:
            value, inside = self._perform(shared, label, home, current)
        finally:
            self._replaying -= 1
            self._depth -= 1
        return value._replace(origin=action.span), inside

    def _merge(self, action: tree.Braced, name: str | None, place: Place, current: Tensor) -> Tensor:
        word = action.word.id
        kind = KINDS.get(word)
        if kind is None or not kind.many_inputs:
            raise Mistake("unknown-layer", f"`{word}` takes no braces", action.word.span)
        branches: list[Tensor] = []
        self._branches(action.body, place.inner(), current, branches)
        if not branches:
            raise Mistake("empty-merge", f"`{word}` has no branch", action.word.span)
        if len(branches) == 1:
            return branches[0]
        label = name
        name = name or place.names.automatic(word)
        if any(tensor.shape is None for tensor in branches):
            self.complete = False
            return Tensor(-1, None, action.span)
        shapes = tuple(tensor.shape for tensor in branches)
        key = (kind, shapes)
        found = self._layers.get(key)
        if found is None:
            layer = bind(kind.keyword, (), {}, len(shapes[0]) - 1)  # type: ignore[arg-type]
            try:
                found = self._layers[key] = (layer, layer.output(shapes))  # type: ignore[arg-type]
            except LayerError as error:
                self.complete = False
                merge_problem(self, error, action, branches, place)
                shape = guess(kind, (), {}, shapes)  # type: ignore[arg-type]
                tensor = self._add(layer, branches, None, name, label, place, action.span)
                return tensor._replace(shape=shape)
        return self._add(found[0], branches, found[1], name, label, place, action.span)

    def _branches(self, body: Body, place: Place, current: Tensor, branches: list[Tensor]) -> None:
        """Each statement is one branch; `if` and loops contribute their own statements."""
        for statement in body:
            if not isinstance(statement, tree.Chain):
                self._other(statement, place, current)
                continue
            only = statement.links[0] if len(statement.links) == 1 else None
            if only is None or not isinstance(only.action, (tree.If, tree.For, tree.Repeat)) or only.shape:
                branches.append(self._chain(statement, place, current))
                continue
            self.current = current
            name = None if only.label is None else self._label_text(only.label, place)
            if name is not None and only.label is not None:
                self._claim(name, only.label.span, place)
            try:
                names = self._inner_names(only.action, name, place)
                for inner_body, local in self._rounds(only.action, place.inner(names)):
                    self._branches(inner_body, local, current, branches)
            except Mistake as error:
                self.mistake(error, place)
                branches.append(Tensor(-1, None, only.span))
            except Silence:
                self.complete = False
                branches.append(Tensor(-1, None, only.span))


def argument_span(action: tree.Apply, name: str) -> Span | None:
    """Where an argument is written, by its name in the call or by its position."""
    for argument in action.arguments:
        if argument.name == name:
            return argument.span
    callee = action.callee
    kind = KINDS.get(callee.id) if isinstance(callee, tree.Name) else None
    if kind is not None and name in kind.arguments:
        position = list(kind.arguments).index(name)
        positional = [argument for argument in action.arguments if argument.name is None]
        if position < len(positional):
            return positional[position].span
    return None


def literal(expr: tree.Expr) -> bool:
    """Whether a claim is made of numbers alone."""
    if isinstance(expr, tree.List):
        return all(literal(item) for item in expr.items)
    if isinstance(expr, tree.Binary):
        return literal(expr.left) and literal(expr.right)
    if isinstance(expr, tree.Name):
        return expr.id in ("global", "_")
    return isinstance(expr, (tree.Number, tree.Size, tree.Text, tree.Constant))


def _shapes_differ(left: Shape, right: Shape) -> bool:
    return len(left) != len(right) or any(differ(a, b) for a, b in zip(left, right, strict=True))


