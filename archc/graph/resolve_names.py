"""Names in expressions, checked against what is in sight where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from archc.diagnostics import Proposal
from archc.graph import cures
from archc.graph.functions import FUNCTIONS
from archc.graph.modules import Module
from archc.graph.naming import label_paths
from archc.graph.report import Report
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS, is_word

FIGURES = (
    "params",
    "trainable",
    "buffers",
    "macs",
    "flops",
    "connections",
    "neurons",
    "depth",
    "activations",
    "shape",
    "receptive_field",
    "memory",
    "output",
    "training",
    "global",
)
"""What an `expect` can speak of, beside layers by their path."""

PATHS = ("repeat", "for", "input")
"""What paths begin with where nothing has a label, but for layers and blocks."""


class Names:
    """The names in sight: values with a tick when used, labels of the text, open to all around."""

    computed: bool

    def __init__(self, outer: Names | None = None) -> None:
        self.outer = outer
        self.values: dict[str, tree.Name] = {}
        self.used: set[str] = outer.used if outer is not None else set()
        self.labels: set[str] = set()
        self.computed = outer.computed if outer is not None else False

    def has(self, word: str) -> bool:
        names: Names | None = self
        while names is not None:
            if word in names.values or word in names.labels:
                self.used.add(word)
                return True
            names = names.outer
        return False

    def value(self, word: str) -> tree.Name | None:
        names: Names | None = self
        while names is not None:
            if word in names.values:
                return names.values[word]
            names = names.outer
        return None

    def label(self, word: str) -> bool:
        """Whether a label or a named input is called so."""
        names: Names | None = self
        while names is not None:
            if word in names.labels:
                return True
            names = names.outer
        return False

    def visible(self) -> Iterator[str]:
        names: Names | None = self
        while names is not None:
            yield from names.values
            yield from names.labels
            names = names.outer


class ExpressionNames:
    """Reports names that mean nothing."""

    def __init__(self, module: Module, report: Report) -> None:
        self._module = module
        self._report = report
        self._meant: set[str] = set()  # names that misspelt ones probably mean
        self._labels: dict[str, list[tuple[tree.Block | tree.Network, str]]] | None = None
        self._own: tree.Block | tree.Network | None = None  # the definition at hand

    def _reference(self, target: tree.Expr, names: Names) -> None:
        if isinstance(target, tree.Attribute):
            self._reference(target.value, names)
        elif isinstance(target, tree.Text):
            self._name(tree.Name(target.value, target.span), names)
        else:
            self._expr(target, names)

    def _template(self, label: tree.Template, names: Names) -> None:
        for part in label.parts:
            if not isinstance(part, str):
                self._expr(part, names)

    def _name(self, name: tree.Name, names: Names) -> None:
        word = name.id
        if self._known(word, names):
            return
        from archc.layers.words import WORDS

        known = cures.text.spelt(
            name.span, word, [*names.visible(), *self._module.names, *FUNCTIONS, *WORDS]
        )
        self._meant.update(one.cure.edits[0].text for one in known)
        hint = self._elsewhere(word)
        of_others = cures.absent.of_a_framework(name.span)
        if word == "_":
            hint = "`_` stands only in a shape, as any axis: `=> [64, _, _]`"
        from archc.language.passages import SLASHES, slashes_before

        loop = None if of_others is not None else self._ended_loop(name)
        if loop is not None:
            hint = hint or f"`{word}` ended with the loop in line {loop.line}"
        slashes = slashes_before(name.span.source, name.span.start)
        comment = slashes is not None and not known
        self._report.add(
            "undefined-name",
            SLASHES if comment else f"`{word}` is not defined here",
            name.span,
            help=of_others[0] if of_others is not None else hint,
            proposals=(
                *(of_others[1] if of_others is not None else ()),
                *cures.imports.imported(name, self._module.missing),
                *self._given_more(name),
                *(self._handed_in(name) if hint else cures.text.entering(name.span, word)),
                *(() if hint else known),
                *(() if loop is not None else self._as_parameter(name)),
            ),
        )

    def _ended_loop(self, name: tree.Name) -> Span | None:
        """The last loop before a name whose variable is called so."""
        if self._own is None:
            return None
        loops = [
            found.link.action
            for span, found in cures.edits.sites(name.span.source).items()
            if span.end <= name.span.start and found.definition.span == self._own.span
        ]
        ended = [
            one.span
            for one in loops
            if isinstance(one, tree.For) and any(two.id == name.id for two in one.targets)
        ]
        return max(ended, key=lambda one: one.start, default=None)

    def _known(self, word: str, names: Names) -> bool:
        """Whether a name means something here, or may."""
        return (
            self._author_knows(word, names) or word in KINDS or word in FUNCTIONS or is_word(word)
        )

    def _author_knows(self, word: str, names: Names) -> bool:
        """Whether the file gives a name a meaning here, or may."""
        return (
            word in ("in", "input")
            or names.has(word)
            or word in self._module.names
            or word in self._module.missing
            or names.computed
        )

    def _elsewhere(self, word: str) -> str | None:
        """A hint for a label that stands inside a group, or in another definition."""
        if self._labels is None:
            self._labels = {}
            for definition in self._module.program.definitions:
                if isinstance(definition, (tree.Block, tree.Network)):
                    for label, path in label_paths(definition.body):
                        self._labels.setdefault(label, []).append((definition, path))
        found = self._labels.get(word, [])
        for definition, path in found:
            if definition is self._own:
                return f"inside its group it is `{path}`"
        for definition, path in found:
            return (
                f"`{path}` is a label of `{definition.name.id}`; "
                "a block reads a tensor from outside as a parameter"
            )
        return None

    def _given_more(self, name: tree.Name) -> tuple[Proposal, ...]:
        """A name that the calls of a block give, and that its head lacks."""
        own = self._own
        if not isinstance(own, tree.Block):
            return ()
        return tuple(cures.blocks.one_parameter_more(own, name.id))

    def _as_parameter(self, name: tree.Name) -> tuple[Proposal, ...]:
        """A name that nobody has defined, as a parameter of the definition that reads it."""
        own = self._own
        return tuple(cures.undefined.parameter(own, name)) if own is not None else ()

    def _handed_in(self, name: tree.Name) -> tuple[Proposal, ...]:
        """A label of another definition, given to the block of a name at each of its calls."""
        own, labels = self._own, (self._labels or {}).get(name.id, [])
        if not isinstance(own, tree.Block) or any(one is own for one, _ in labels) or not labels:
            return ()
        definition, path = labels[0]
        return tuple(cures.blocks.handed_in(own, definition, name, path))

    def _expr(self, expr: tree.Expr, names: Names) -> None:
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

    def _arguments(self, arguments: tuple[tree.Argument, ...], names: Names) -> None:
        for argument in arguments:
            self._expr(argument.value, names)

    def _mark(self, expr: tree.Expr, names: Names) -> None:
        """The names of a claim count as used; what they mean is found out when all is built."""
        if isinstance(expr, tree.Name):
            word = expr.id
            stem = word.rstrip("0123456789")
            automatic = stem in KINDS or stem in PATHS or stem[:1].isupper()
            if not names.has(word) and word not in FIGURES and not automatic and not names.computed:
                self._report.add(
                    "undefined-name",
                    f"there is no figure or layer `{word}`",
                    expr.span,
                    help=f"figures are {', '.join(FIGURES)}",
                    proposals=cures.text.spelt(expr.span, word, [*FIGURES, *names.visible()]),
                )
        parts = parts_of(expr)
        if isinstance(expr, tree.Call) and is_plain(expr):
            parts = parts[1:]  # the function has a name of its own
        for part in parts:
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


def is_plain(expr: tree.Expr) -> bool:
    """Whether an expression is a number, text, list or flag, whatever its names are worth."""
    if isinstance(expr, tree.Constant):
        return expr.value is not None
    if isinstance(expr, tree.Call):
        return isinstance(expr.function, tree.Name) and expr.function.id in FUNCTIONS
    if isinstance(expr, tree.Binary):
        return expr.operator not in ("and", "or")
    plain = (tree.Number, tree.Size, tree.Text, tree.List, tree.Unary, tree.Comparison)
    return isinstance(expr, plain)


def rounds_of(loop: tree.For, position: int) -> tuple[tree.Expr, ...]:
    """What a variable of a loop is in each round, where the text lists it."""
    rows = loop.iterable
    if isinstance(rows, tree.Call) and is_plain(rows) and len(loop.targets) == 1:
        return (rows,) if rows.function.span.text == "range" else ()
    if not isinstance(rows, tree.List):
        return ()
    if len(loop.targets) == 1:
        return rows.items
    lists = [row.items for row in rows.items if isinstance(row, tree.List)]
    return tuple(row[position] for row in lists if position < len(row))
