"""Names, argument names and their count, checked in all text: also in blocks that nothing calls."""

from __future__ import annotations

from archc.diagnostics import Label, Proposal
from archc.graph import cures
from archc.graph.ends import check_inputs, check_last_output
from archc.graph.labels import beginnings
from archc.graph.lone_layers import warn_of_lone_layers
from archc.graph.modules import Module
from archc.graph.naming import Body, bears_label, inner_bodies, own_links, shares
from archc.graph.passed import passed_blocks
from archc.graph.report import Report
from archc.graph.resolve_calls import CallNames
from archc.graph.resolve_labels import check_labels
from archc.graph.resolve_names import Names, is_plain, rounds_of
from archc.language import tree
from archc.language.source import Span


def resolve(module: Module, report: Report) -> None:
    """Reports every name of a file that means nothing, and what is defined and never used."""
    _Resolver(module, report).program()


UNREAD = ("syntax", "bad-character", "bad-number")
"""What is said of a text that is not read."""

NEVER_CHANGED = (
    "a value is never changed; each round of a loop has its own: `for width in [16, 32] { … }`"
)


def _means(word: str, expr: tree.Expr) -> bool:
    """Whether an expression speaks of a name."""
    return any(isinstance(one, tree.Name) and one.id == word for one in tree.within((expr,)))


def _around_a_member(member: tree.Member) -> str:
    """How layers are put behind a network of another file."""
    name, family = member.name.id, " ".join(member.family.span.text.split())
    return f"call it in a network of your own: `network {name} {{ input …; {family}; … }}`"


class _Resolver(CallNames):
    def __init__(self, module: Module, report: Report) -> None:
        super().__init__(module, report)
        self._network = False  # inside a network's own scope, where `output` and `input` stand
        self._passed: set[str] = set()
        self._lets: list[tree.Let] = []

    def program(self) -> None:
        top = Names()
        definitions = self._module.program.definitions
        self._passed = {name for definition in definitions for name in passed_blocks(definition)}
        for definition in definitions:
            if isinstance(definition, tree.Let):
                self._expr(definition.value, top)
                self._introduce(definition.name, top, (definition.value,))
                self._both(definition.name)
        for definition in definitions:
            if isinstance(definition, (tree.Block, tree.Network)):
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
                    help=_around_a_member(member),
                )
                break

    def _capital(self, name: tree.Name, what: str) -> None:
        if not name.id[0].isupper():
            self._report.add(
                "name-case",
                f"the name of a {what} begins with a capital",
                name.span,
                proposals=cures.text.rename_definition(name.span),
            )

    def _introduce(self, name: tree.Name, names: Names, holds: tuple[tree.Expr, ...] = ()) -> None:
        """A new value; `holds` are the expressions in the text that it may come from."""
        earlier = names.value(name.id)
        if earlier is not None:
            self._report.add(
                "duplicate-name",
                f"`{name.id}` is already a name here",
                name.span,
                labels=(Label(earlier.span, "this one"),),
                help=NEVER_CHANGED if any(_means(name.id, expr) for expr in holds) else None,
            )
        if name.id[0].isupper() and holds and all(is_plain(expr) for expr in holds):
            self._report.add(
                "name-case",
                "the name of a value begins with a small letter",
                name.span,
                help="a capital holds a block or a layer",
                proposals=(cures.text.rename(name.span, f"{name.id[0].lower()}{name.id[1:]}"),),
            )
        names.values[name.id] = name

    def _both(self, name: tree.Name) -> None:
        """A value at the top of a file may not have the name of a block or network."""
        found = self._module.names.get(name.id)
        if found is not None:
            home, definition = found
            self._report.add(
                "duplicate-name",
                f"`{name.id}` is the name of a block or network as well",
                name.span,
                labels=(Label(definition.name.span, "this one"),) if home is self._module else (),
            )

    def _definition(self, definition: tree.Block | tree.Network, top: Names) -> None:
        is_network = isinstance(definition, tree.Network)
        self._meant = set()
        self._lets = []
        self._own = definition
        self._capital(definition.name, "network" if is_network else "block")
        names = Names(top)
        names.used = set()
        optional = None
        for parameter in definition.parameters:
            if parameter.default is not None:
                optional = optional or parameter
                self._expr(parameter.default, names)
            elif optional is not None:
                self._report.add(
                    "default-order",
                    f"`{parameter.name.id}` has no default, but stands behind one that has",
                    parameter.name.span,
                    labels=(Label(optional.span, "this one may be left out"),),
                    help="parameters that must be given come first",
                    proposals=(
                        *cures.text.required_first(definition.parameters),
                        *cures.text.without_value(parameter.span),
                    ),
                )
            if parameter.name.id in names.values:
                self._report.add(
                    "duplicate-name",
                    f"the parameter `{parameter.name.id}` stands twice",
                    parameter.name.span,
                )
            names.values[parameter.name.id] = parameter.name
        self._network = is_network
        self._scope((definition.body,), names)
        self._body(definition.body, names, own=True)
        self._unused_lets(names)
        if definition.name.id in self._passed and not is_network:
            return  # a block that is passed must take what its fellows take
        for parameter in definition.parameters:
            name = parameter.name
            if name.id not in names.used | self._meant and not name.id.startswith("_"):
                if self._unread(definition.span, name.id):
                    continue  # the name may stand in what could not be read
                self._report.add(
                    "unused-parameter",
                    f"`{definition.name.id}` never uses its parameter `{name.id}`",
                    name.span,
                    severity="warning",
                )

    def _unread(self, span: Span, name: str) -> bool:
        """Whether a statement of a definition could not be read, or a word with the name in it."""
        return any(
            (one.code in UNREAD or (one.code == "undefined-name" and name in one.span.text))
            and one.span.source is span.source
            and span.start <= one.span.start < span.end
            for one in self._report.diagnostics
        )

    def _unused_lets(self, names: Names) -> None:
        for let in self._lets:
            word = let.name.id
            if word not in names.used | self._meant and not word.startswith("_"):
                self._report.add(
                    "unused-name",
                    f"nothing uses the value `{word}`",
                    let.name.span,
                    severity="warning",
                    proposals=cures.text.without_line(let.span),
                )

    def _scope(self, bodies: tuple[Body, ...], names: Names) -> None:
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
                names.labels.update(beginnings(plain))
        for body in bodies:
            check_labels(body, seen, self._report)

    def _body(self, body: Body, names: Names, own: bool) -> None:
        """`own` tells whether these are the network's own braces."""
        if own and self._network:
            check_inputs(body, self._report)
        for statement in body:
            if isinstance(statement, tree.Chain):
                for link in statement.links:
                    self._link(link, names, own)
            elif isinstance(statement, tree.Let):
                self._expr(statement.value, names)
                self._introduce(statement.name, names, (statement.value,))
                self._lets.append(statement)
            elif isinstance(statement, tree.Input):
                self._input(statement, names, own)
            elif isinstance(statement, tree.Output):
                if not (own and self._network):
                    self._report.add(
                        "misplaced",
                        "`output` stands in the network's own braces alone",
                        statement.span,
                    )
                if statement.label is not None:
                    self._template(statement.label, names)
                    if statement.label.plain == "out":
                        self._report.add(
                            "bad-label",
                            "`out` is the name of the main result",
                            statement.label.span,
                            help="an extra output has a name of its own",
                        )
                if self._own is not None and body is self._own.body:
                    check_last_output(statement, body, self._report)
                links = statement.body.links
                if bears_label(statement):
                    links = (links[0]._replace(label=statement.label), *links[1:])
                for link in links:
                    self._link(link, names, own)
            elif isinstance(statement, tree.Broken):
                unknown = (word for word in statement.introduced if names.value(word) is None)
                names.labels.update(unknown)
                names.used.update(statement.words)
            else:
                self._mark(statement.claim, names)

    def _input(self, statement: tree.Input, names: Names, own: bool) -> None:
        if not (own and self._network):
            self._report.add(
                "misplaced",
                "`input` stands in the network's own braces alone",
                statement.span,
                help="in a block, `from input` goes back to what entered it",
                proposals=self._network_meant(statement),
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

    def _network_meant(self, statement: tree.Input) -> tuple[Proposal, ...]:
        """`block Net { input … }` in a file without a network is one."""
        own, program = self._own, self._module.program
        if not isinstance(own, tree.Block) or statement not in own.body:
            return ()
        if any(isinstance(one, (tree.Network, tree.Member)) for one in program.definitions):
            return ()
        word = Span(own.span.source, own.span.start, own.span.start + len("block"))
        return (cures.text.instead(word, "network", f"write `network {own.name.id}`"),)

    def _link(self, link: tree.Link, names: Names, own: bool) -> None:
        if link.label is not None:
            self._template(link.label, names)
        action = link.action
        if link.frozen:
            self._frozen(link)
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

    def _frozen(self, link: tree.Link) -> None:
        """Weights are frozen where they are made: not where a value is read, nor where they run
        again.
        """
        if isinstance(link.action, tree.From):
            message = "`from` reads a value; there is nothing to freeze"
            self._report.add("misplaced", message, link.span)
        elif shares(link.action):
            self._report.add(
                "misplaced",
                "`share` runs weights again; they are frozen where they are made",
                link.span,
                help="put `frozen` before the layer, group or call that is shared",
            )

    def _braces(
        self,
        action: tree.Group | tree.If | tree.For | tree.Repeat | tree.Braced,
        labelled: bool,
        names: Names,
        own: bool,
    ) -> None:
        inner = Names(names)
        own = own and not labelled and not isinstance(action, tree.Braced)
        if labelled and not isinstance(action, tree.Braced):
            self._scope(tuple(inner_bodies(action)), inner)
        if isinstance(action, tree.Braced):
            self._word(action, names)
        elif isinstance(action, tree.Repeat):
            self._expr(action.count, names)
        elif isinstance(action, tree.For):
            self._expr(action.iterable, names)
            for position, target in enumerate(action.targets):
                if target.id != "_":
                    self._introduce(target, inner, rounds_of(action, position))
        elif isinstance(action, tree.If):
            for arm in action.arms:
                if arm.condition is not None:
                    self._expr(arm.condition, names)
        for body in inner_bodies(action):
            self._body(body, Names(inner), own)
        if isinstance(action, tree.Braced):
            self._short_labels(action)
            warn_of_lone_layers(action, self._report)
