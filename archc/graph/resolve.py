"""Names, argument names and their count, checked in all text: also in blocks that nothing calls."""

from __future__ import annotations

from collections.abc import Iterator

from archc.diagnostics import Label
from archc.graph.calls import signature
from archc.graph.evaluate import FUNCTIONS
from archc.graph.foreign import FOREIGN
from archc.graph.labels import label_problem
from archc.graph.modules import Module
from archc.graph.naming import inner_bodies, own_links
from archc.graph.report import Report, suggestion
from archc.language import tree
from archc.layers.registry import KINDS, WORDS, check_call

FIGURES = (
    "params", "buffers", "macs", "flops", "connections", "neurons", "depth", "activations", "shape",
    "receptive_field", "memory", "output", "training", "global",
)
"""What an `expect` can speak of, beside layers by their path."""

Body = tuple[tree.Statement, ...]


def resolve(module: Module, report: Report) -> None:
    """Reports every name of a file that means nothing, and what is defined and never used."""
    _Resolver(module, report).program()


class _Names:
    """The names in sight: values with a tick when used, labels of the text, open to all around."""

    computed: bool

    def __init__(self, outer: _Names | None = None) -> None:
        self.outer = outer
        self.values: dict[str, tree.Name] = {}
        self.used: set[str] = outer.used if outer is not None else set()
        self.labels: set[str] = set()
        self.computed = outer.computed if outer is not None else False

    def has(self, word: str) -> bool:
        names: _Names | None = self
        while names is not None:
            if word in names.values or word in names.labels:
                self.used.add(word)
                return True
            names = names.outer
        return False

    def value(self, word: str) -> tree.Name | None:
        names: _Names | None = self
        while names is not None:
            if word in names.values:
                return names.values[word]
            names = names.outer
        return None

    def visible(self) -> Iterator[str]:
        names: _Names | None = self
        while names is not None:
            yield from names.values
            yield from names.labels
            names = names.outer


class _Resolver:
    def __init__(self, module: Module, report: Report) -> None:
        self._module = module
        self._report = report
        self._network = False  # inside a network's own scope, where `output` and `input` stand
        self._passed: set[str] = set()

    def program(self) -> None:
        top = _Names()
        definitions = self._module.program.definitions
        self._passed = {name for definition in definitions for name in _capitals(definition)}
        for definition in definitions:
            if isinstance(definition, tree.Let):
                self._expr(definition.value, top)
                self._introduce(definition.name, top)
            elif isinstance(definition, (tree.Block, tree.Network)):
                self._definition(definition, top)
            elif isinstance(definition, tree.BlockAlias):
                self._capital(definition.name, "block")
                self._expr(definition.value, top)
            elif isinstance(definition, tree.Member):
                self._capital(definition.name, "network")
                self._expr(definition.family, top)
                self._member(definition)

    def _member(self, member: tree.Member) -> None:
        for statement in member.body:
            if not isinstance(statement, tree.Expect):
                self._report.add(
                    "member-body",
                    "the braces of a member hold `expect` alone; its layers are its family's",
                    statement.span,
                )

    def _capital(self, name: tree.Name, what: str) -> None:
        if not name.id[0].isupper():
            self._report.add(
                "name-case", f"the name of a {what} begins with a capital", name.span,
                help=f"`{name.id[0].upper()}{name.id[1:]}`",
            )

    def _introduce(self, name: tree.Name, names: _Names) -> None:
        earlier = names.value(name.id)
        if earlier is not None:
            self._report.add(
                "duplicate-name", f"`{name.id}` is already a name here", name.span,
                labels=(Label(earlier.span, "this one"),),
            )
        if name.id[0].isupper():
            self._report.add(
                "name-case", "the name of a value begins with a small letter", name.span,
                help=f"`{name.id[0].lower()}{name.id[1:]}`; capitals are blocks, networks and open sizes",
            )
        names.values[name.id] = name

    def _definition(self, definition: tree.Block | tree.Network, top: _Names) -> None:
        is_network = isinstance(definition, tree.Network)
        self._capital(definition.name, "network" if is_network else "block")
        names = _Names(top)
        names.used = set()
        for parameter in definition.parameters:
            if parameter.default is not None:
                self._expr(parameter.default, names)
            if parameter.name.id in names.values:
                self._report.add("duplicate-name", f"the parameter `{parameter.name.id}` stands twice", parameter.name.span)
            names.values[parameter.name.id] = parameter.name
        self._network = is_network
        self._scope((definition.body,), names)
        self._body(definition.body, names, own=True)
        if definition.name.id in self._passed and not is_network:
            return  # a block that is passed must take what its fellows take
        for parameter in definition.parameters:
            name = parameter.name
            if name.id not in names.used and not name.id.startswith("_"):
                self._report.add(
                    "unused-parameter", f"`{definition.name.id}` never uses its parameter `{name.id}`", name.span,
                    severity="warning",
                )

    # ---------------------------------------------------------------------------------- statements

    def _scope(self, bodies: tuple[Body, ...], names: _Names) -> None:
        """The labels of a scope: all of them may be named from anywhere inside it."""
        seen: dict[str, tree.Template] = {}
        for body in bodies:
            for link in own_links((body,)):
                if link.label is None:
                    continue
                plain = link.label.plain
                if plain is None:
                    names.computed = True
                    continue
                names.labels.add(plain)
        for body in bodies:
            self._duplicates(body, seen)

    def _duplicates(self, body: Body, seen: dict[str, tree.Template]) -> None:
        """One label, one thing; the arms of one `if` may share."""
        for statement in body:
            chain = statement.body if isinstance(statement, tree.Output) else statement
            label = statement.label if isinstance(statement, tree.Output) else None
            if label is not None:
                self._claim(label, seen)
            if not isinstance(chain, tree.Chain):
                continue
            for link in chain.links:
                if link.label is not None:
                    self._claim(link.label, seen)
                    if not isinstance(link.action, tree.Braced):
                        continue
                if isinstance(link.action, tree.If):
                    arms: list[dict[str, tree.Template]] = []
                    for arm in link.action.arms:
                        mine = dict(seen)
                        self._duplicates(arm.body, mine)
                        arms.append(mine)
                    for mine in arms:
                        seen.update(mine)
                else:
                    for inner in inner_bodies(link.action):
                        self._duplicates(inner, seen)

    def _claim(self, label: tree.Template, seen: dict[str, tree.Template]) -> None:
        plain = label.plain
        if plain is None:
            return
        problem = label_problem(plain)
        if problem is not None:
            self._report.add("bad-label", problem, label.span)
        if plain in seen:
            self._report.add(
                "duplicate-label", f"the label `{plain}` is used twice in one scope", label.span,
                labels=(Label(seen[plain].span, "first used here"),),
            )
        else:
            seen[plain] = label

    def _body(self, body: Body, names: _Names, own: bool) -> None:
        """`own` tells whether these are the network's own braces."""
        for statement in body:
            if isinstance(statement, tree.Chain):
                for link in statement.links:
                    self._link(link, names, own)
            elif isinstance(statement, tree.Let):
                self._expr(statement.value, names)
                self._introduce(statement.name, names)
            elif isinstance(statement, tree.Input):
                self._input(statement, names, own)
            elif isinstance(statement, tree.Output):
                if not (own and self._network):
                    self._report.add(
                        "misplaced", "`output` stands in the network's own braces alone", statement.span
                    )
                if statement.label is not None:
                    self._template(statement.label, names)
                for link in statement.body.links:
                    self._link(link, names, own)
            else:
                self._mark(statement.claim, names)

    def _input(self, statement: tree.Input, names: _Names, own: bool) -> None:
        if not (own and self._network):
            self._report.add(
                "misplaced", "`input` stands in the network's own braces alone", statement.span,
                help="in a block, `from input` goes back to what entered it",
            )
        if isinstance(statement.shape, tree.Size):
            for axis in statement.shape.axes:
                if isinstance(axis, str) and names.value(axis) is None:
                    names.values[axis] = tree.Name(axis, statement.shape.span)
                    names.used.add(axis)
        else:
            self._expr(statement.shape, names)
        if statement.name is not None:
            names.labels.add(statement.name.id)

    def _link(self, link: tree.Link, names: _Names, own: bool) -> None:
        if link.label is not None:
            self._template(link.label, names)
        action = link.action
        if isinstance(action, tree.Apply):
            self._apply(action, names)
        elif isinstance(action, tree.From):
            self._reference(action.target, names)
        else:
            self._braces(action, link.label is not None, names, own)
        if link.shape is not None:
            items = link.shape.items if isinstance(link.shape, tree.List) else (link.shape,)
            for item in items:
                if not (isinstance(item, tree.Name) and item.id == "_"):
                    self._expr(item, names)

    def _braces(
        self, action: tree.Group | tree.If | tree.For | tree.Repeat | tree.Braced, labelled: bool, names: _Names, own: bool
    ) -> None:
        inner = _Names(names)
        own = own and not labelled and not isinstance(action, tree.Braced)
        if labelled and not isinstance(action, tree.Braced):
            self._scope(tuple(inner_bodies(action)), inner)
        if isinstance(action, tree.Braced):
            self._word(action, names)
        elif isinstance(action, tree.Repeat):
            self._expr(action.count, names)
        elif isinstance(action, tree.For):
            self._expr(action.iterable, names)
            for target in action.targets:
                if target.id != "_":
                    self._introduce(target, inner)
        elif isinstance(action, tree.If):
            for arm in action.arms:
                if arm.condition is not None:
                    self._expr(arm.condition, names)
        for body in inner_bodies(action):
            self._body(body, _Names(inner), own)
        if isinstance(action, tree.Braced):
            self._short_labels(action)

    def _word(self, action: tree.Braced, names: _Names) -> None:
        word = action.word.id
        merges = [keyword for keyword, kind in KINDS.items() if kind.many_inputs]
        if word in merges:
            return
        if word in KINDS:
            message, help = f"`{word}` takes no braces; only merges do", f"merges are {_listed(merges)}"
        else:
            close = suggestion(word, [*merges, "repeat", "for", "if"])
            hint = FOREIGN.get(word.lower(), close)
            message = f"`{word}` is no merge, and takes no braces"
            help = f"did you mean `{hint}`?" if hint else f"merges are {_listed(merges)}"
        self._report.add("unknown-layer", message, action.word.span, help=help)

    def _short_labels(self, action: tree.Braced) -> None:
        """A label at the head of a branch names its first layer alone: a slip where weights follow."""
        for statement in action.body:
            if not isinstance(statement, tree.Chain) or statement.links[0].label is None:
                continue
            first, rest = statement.links[0], statement.links[1:]
            if not isinstance(first.action, tree.Apply):
                continue
            for link in rest:
                if link.label is None and isinstance(link.action, tree.Apply) and _has_weights(link.action):
                    self._report.add(
                        "short-label",
                        f"the label `{first.label.span.text if first.label else ''}` names `{first.action.span.text}` alone, "
                        "not the whole branch",
                        first.label.span if first.label else first.span, severity="warning",
                        labels=(Label(link.action.span, "this layer is named apart"),),
                        help=f"`{first.label.span.text if first.label else ''}: {{ … }}` names the branch",
                    )
                    break

    # --------------------------------------------------------------------------------------- calls

    def _apply(self, action: tree.Apply, names: _Names) -> None:
        callee = action.callee
        if isinstance(callee, tree.Attribute):
            self._expr(callee, names)
            self._arguments(action.arguments, names)
            return
        word = callee.id
        if word == "share":
            if action.arguments:
                self._reference(action.arguments[0].value, names)
            return
        self._arguments(action.arguments, names)
        if names.value(word) is not None and word[0].isupper():
            names.has(word)
            return
        if word in KINDS:
            positional = sum(argument.name is None for argument in action.arguments)
            for problem in check_call(word, positional, _argument_names(action)):
                span = action.span
                if problem.argument is not None:
                    span = next((a.name_span or a.span for a in action.arguments if a.name == problem.argument), span)
                elif problem.position is not None:
                    span = [a for a in action.arguments if a.name is None][problem.position].span
                self._report.add(problem.code, problem.message, span, help=problem.help)
            return
        home = self._module.names.get(word)
        if home is not None:
            self._block_call(action, home[1])
            return
        self._unknown_callee(callee, names)

    def _block_call(self, action: tree.Apply, definition: object) -> None:
        if not isinstance(definition, (tree.Block, tree.Network)):
            return
        parameters = [parameter.name.id for parameter in definition.parameters]
        positional = [argument for argument in action.arguments if argument.name is None]
        name = definition.name.id
        if len(positional) > len(parameters):
            self._report.add(
                "too-many-arguments",
                f"`{name}` takes {len(parameters)} argument{'s' * (len(parameters) != 1)}, not {len(positional)}",
                positional[len(parameters)].span, help=signature(definition),
            )
            return
        given = set(parameters[: len(positional)])
        for argument in action.arguments:
            if argument.name is None:
                continue
            span = argument.name_span or argument.span
            if argument.name not in parameters:
                close = suggestion(argument.name, parameters)
                self._report.add(
                    "unknown-argument", f"`{name}` has no parameter `{argument.name}`", span,
                    help=f"did you mean `{close}`?" if close else signature(definition),
                )
            elif argument.name in given:
                self._report.add("too-many-arguments", f"`{argument.name}` is given twice", span, help=signature(definition))
            given.add(argument.name)
        missing = [p.name.id for p in definition.parameters if p.default is None and p.name.id not in given]
        if missing:
            self._report.add(
                "missing-argument", f"`{name}` needs {_listed(missing)}", action.span, help=signature(definition)
            )

    def _unknown_callee(self, callee: tree.Name, names: _Names) -> None:
        word = callee.id
        if word in self._module.missing:
            return
        blocks = list(self._module.names)
        if word[0].isupper():
            blocks += [value for value in names.visible() if value[0].isupper()]
            close = suggestion(word, blocks)
            small = FOREIGN.get(word.lower()) or (word.lower() if word.lower() in KINDS else None)
            hint = f"did you mean the layer `{small}`?" if small else f"did you mean `{close}`?" if close else None
            self._report.add("unknown-block", f"there is no block `{word}`", callee.span, help=hint)
            return
        close = FOREIGN.get(word) or suggestion(word, [*KINDS, *blocks])
        hint = f"did you mean `{close}`?" if close else None
        if names.value(word) is not None:
            hint = "a parameter that holds a block or layer begins with a capital"
        self._report.add("unknown-layer", f"there is no layer `{word}`", callee.span, help=hint)

    def _arguments(self, arguments: tuple[tree.Argument, ...], names: _Names) -> None:
        for argument in arguments:
            self._expr(argument.value, names)

    # --------------------------------------------------------------------------------- expressions

    def _reference(self, target: tree.Expr, names: _Names) -> None:
        if isinstance(target, tree.Attribute):
            self._reference(target.value, names)
        elif isinstance(target, tree.Text):
            self._name(tree.Name(target.value, target.span), names)
        else:
            self._expr(target, names)

    def _template(self, label: tree.Template, names: _Names) -> None:
        for part in label.parts:
            if not isinstance(part, str):
                self._expr(part, names)

    def _name(self, name: tree.Name, names: _Names) -> None:
        word = name.id
        if word in ("in", "input") or names.has(word) or word in KINDS or word in FUNCTIONS or word in WORDS:
            return
        if word in self._module.names or word in self._module.missing or names.computed:
            return
        everything = [*names.visible(), *self._module.names, *FUNCTIONS, *WORDS]
        close = suggestion(word, everything)
        hint = f"did you mean `{close}`?" if close else None
        if word == "_":
            hint = "`_` stands only in a shape, as any axis: `=> [64, _, _]`"
        self._report.add("undefined-name", f"`{word}` is not defined here", name.span, help=hint)

    def _expr(self, expr: tree.Expr, names: _Names) -> None:
        if isinstance(expr, tree.Name):
            self._name(expr, names)
        elif isinstance(expr, tree.Size):
            for axis in expr.axes:
                if isinstance(axis, str):
                    self._name(tree.Name(axis, expr.span), names)
        elif isinstance(expr, tree.Template):
            self._template(expr, names)
        elif isinstance(expr, tree.Call):
            self._expr(expr.function, names)
            self._arguments(expr.arguments, names)
        else:
            for part in parts_of(expr):
                self._expr(part, names)

    def _mark(self, expr: tree.Expr, names: _Names) -> None:
        """The names of a claim count as used; what they mean is found out when all is built."""
        if isinstance(expr, tree.Name):
            word = expr.id
            stem = word.rstrip("0123456789")
            automatic = stem in KINDS or stem in ("repeat", "for") or stem[:1].isupper()
            if not names.has(word) and word not in FIGURES and not automatic and not names.computed:
                close = suggestion(word, [*FIGURES, *names.visible()])
                hint = f"did you mean `{close}`?" if close else f"figures are {', '.join(FIGURES)}"
                self._report.add(
                    "undefined-name", f"there is no figure or layer `{word}`", expr.span, help=hint
                )
        for part in parts_of(expr):
            self._mark(part, names)


def parts_of(expr: tree.Expr) -> tuple[tree.Expr, ...]:
    """The expressions inside an expression."""
    if isinstance(expr, tree.List):
        return expr.items
    if isinstance(expr, tree.Template):
        return tuple(part for part in expr.parts if not isinstance(part, str))
    if isinstance(expr, tree.Attribute):
        return (expr.value,)
    if isinstance(expr, tree.Index):
        return (expr.value, expr.index)
    if isinstance(expr, tree.Slice):
        return tuple(part for part in (expr.value, expr.start, expr.stop) if part is not None)
    if isinstance(expr, tree.Call):
        return (expr.function, *(argument.value for argument in expr.arguments))
    if isinstance(expr, tree.Unary):
        return (expr.operand,)
    if isinstance(expr, tree.Binary):
        return (expr.left, expr.right)
    if isinstance(expr, tree.Comparison):
        return expr.operands
    if isinstance(expr, tree.Choice):
        return (expr.then, expr.condition, expr.otherwise)
    return ()


def _argument_names(action: tree.Apply) -> list[str]:
    return [argument.name for argument in action.arguments if argument.name is not None]


def _has_weights(action: tree.Apply) -> bool:
    callee = action.callee
    if not isinstance(callee, tree.Name) or callee.id[0].isupper():
        return True
    kind = KINDS.get(callee.id)
    return kind is not None and kind.group in ("convolution", "normalisation") and callee.id != "lrn"


def _listed(words: list[str]) -> str:
    quoted = [f"`{word}`" for word in words]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _capitals(definition: tree.Definition) -> Iterator[str]:
    """Blocks that stand as a value somewhere in a definition: passed, not called."""
    if isinstance(definition, (tree.Block, tree.Network)):
        for parameter in definition.parameters:
            if parameter.default is not None:
                yield from _values(parameter.default)
        yield from _passed_in(definition.body)
    elif isinstance(definition, tree.BlockAlias):
        yield from _values(definition.value)
    elif isinstance(definition, tree.Member) and isinstance(definition.family, tree.Call):
        for argument in definition.family.arguments:
            yield from _values(argument.value)


def _passed_in(body: Body) -> Iterator[str]:
    for statement in body:
        chain = statement.body if isinstance(statement, tree.Output) else statement
        if isinstance(chain, tree.Let):
            yield from _values(chain.value)
        if not isinstance(chain, tree.Chain):
            continue
        for link in chain.links:
            if isinstance(link.action, tree.Apply):
                for argument in link.action.arguments:
                    yield from _values(argument.value)
            if isinstance(link.action, tree.For):
                yield from _values(link.action.iterable)
            for inner in inner_bodies(link.action):
                yield from _passed_in(inner)


def _values(expr: tree.Expr) -> Iterator[str]:
    if isinstance(expr, tree.Name) and expr.id[0].isupper():
        yield expr.id
    for part in parts_of(expr):
        yield from _values(part)
