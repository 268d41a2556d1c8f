"""A place in the program while it runs: the names in sight there and what they are worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from archc.diagnostics import Label
from archc.graph import cures
from archc.graph.calls import match
from archc.graph.evaluate import FUNCTIONS, Mistake, Silence, evaluate, text_of
from archc.graph.naming import Entry, NameScope
from archc.graph.operators import weigh
from archc.graph.values import NO_VALUE, BlockValue, GroupValue, LayerValue, Tensor, kind_of
from archc.language import tree
from archc.layers.registry import KINDS, is_word

if TYPE_CHECKING:
    from archc.graph.modules import Module
    from archc.graph.run import Run

ITEMS_A_STEP = 16  # so many items of a list are as much work as one statement


class Place:
    """The names in sight: values of these braces and those around, labels, layers, blocks."""

    __slots__ = ("input", "module", "names", "outer", "run", "values")

    def __init__(
        self,
        run: Run,
        module: Module,
        names: NameScope,
        input: Tensor,
        outer: Place | None = None,
        values: dict[str, Any] | None = None,
    ) -> None:
        self.run = run
        self.module = module
        self.names = names
        self.input = input  # what entered the block or network
        self.outer = outer
        self.values = {} if values is None else values

    def inner(self, names: NameScope | None = None) -> Place:
        """The place inside a pair of braces."""
        return Place(self.run, self.module, names or self.names, self.input, self)

    def flat(self) -> Place:
        """The same place, with the values of the braces around as its own."""
        if self.outer is None:
            return self
        values = {**self.outer.flat().values, **self.values}
        return Place(self.run, self.module, self.names, self.input, None, values)

    def value(self, word: str) -> Any:
        """What a name means here; None where it means nothing."""
        place: Place | None = self
        while place is not None:
            if word in place.values:
                return place.values[word]
            place = place.outer
        return None

    # ----------------------------------------------------------------- the evaluator's questions

    def callee(self, name: tree.Name) -> Any:
        """What a capital at the head of a statement means: a label of that name hides no block."""
        word = name.id
        place: Place | None = self
        while place is not None:
            if word in place.values:
                return place.values[word]
            place = place.outer
        return self.run.definition(self.module, word) if word in self.module.names else None

    def lookup(self, name: tree.Name) -> Any:
        word = name.id
        place: Place | None = self
        while place is not None:
            if word in place.values:
                return place.values[word]
            place = place.outer
        if word == "in":
            if self.run.awaits_input:
                raise Mistake(
                    "undefined-name",
                    "`in` is the tensor that reaches this point, and there is none yet",
                    name.span,
                    "behind the network's `input` there is one; in a block, what entered it",
                )
            return self.run.current
        if word == "input":
            return self.input
        entry = self.names.find(word)
        if entry is not None:
            return entry.value._replace(scope=entry.scope)
        if word in self.module.values:
            return self.module.values[word]
        if word in KINDS:
            return LayerValue(KINDS[word], (), {})
        if word in self.module.names:
            return self.run.definition(self.module, word)
        if is_word(word):
            return word  # `pad=same`: a word of some layer's argument is text
        if word in self.module.missing:
            raise Silence
        raise self.undefined(word, name)

    def undefined(self, word: str, at: tree.Expr) -> Mistake:
        later = self.names.later(word)
        if later is not None:
            message = f"`{word}` has not run yet"
            help = "only what stands earlier can be named: move one of the two"
            if later.source is at.span.source and later.start < at.span.start:
                if self.names.running(word):
                    message = f"`{word}` is still running here"
                    help = "inside its own braces a label has no value yet"
                else:
                    message = f"`{word}` did not run"
                    help = "it stands in an arm that was not taken, or in a loop of no rounds"
            return Mistake(
                "undefined-name", message, at.span, help, (Label(later, "it stands here"),)
            )
        message = f"`{word}` is not defined here"
        if self.run.report.told("undefined-name", at.span):
            return Mistake("undefined-name", message, at.span)
        visible = [*self.names.visible(), *self.module.values, *FUNCTIONS]
        place: Place | None = self
        while place is not None:
            visible += place.values
            place = place.outer
        return Mistake(
            "undefined-name",
            message,
            at.span,
            proposals=(
                *cures.text.numbered(at.span, word, visible),
                *cures.text.spelt(at.span, word, visible),
            ),
        )

    def template(self, reference: tree.Template) -> Any:
        entry = self.names.find(text_of(reference, self))
        if entry is None:
            mistake = self.undefined(text_of(reference, self), reference)
            mistake.proposals += cures.text.one_off(reference)
            raise mistake
        return entry.value._replace(scope=entry.scope)

    def attribute(self, value: Any, name: str, expr: tree.Attribute) -> Any:
        if isinstance(value, Tensor):
            inside = value.scope.entries.get(name) if value.scope is not None else None
            if inside is not None:
                return inside.value._replace(scope=inside.scope)
            known = ["channels", "height", "width", "shape"]
            if value.scope is not None:
                known += value.scope.entries
            raise Mistake(
                "undefined-name",
                f"there is no `{name}` in `{expr.value.span.text}`",
                expr.span,
                proposals=(
                    *cures.text.spelt(cures.text.tail(expr.span, name), name, known),
                    *cures.text.itself(expr, name),
                ),
            )
        if isinstance(value, BlockValue):
            return GroupValue(value, (name,))
        if isinstance(value, GroupValue):
            return GroupValue(value.network, (*value.path, name))
        raise Mistake("undefined-name", f"{kind_of(value)} has no `{name}`", expr.span)

    def call(self, call: tree.Call, function: Any) -> Any:
        if not isinstance(function, (LayerValue, BlockValue)):
            raise Mistake("wrong-type", f"{kind_of(function)} cannot be called", call.function.span)
        positional, named = self.arguments(call.arguments)
        if isinstance(function, BlockValue):
            named = match(function, positional, named, call)
            positional = ()
        else:
            positional = (*function.positional, *positional)
            named = {**function.named, **named}
        self.spend(weigh((*positional, *named.values()), call.span))
        return function._replace(positional=positional, named=named)

    def spend(self, items: int) -> None:
        self.run.spend(items // ITEMS_A_STEP)

    # -------------------------------------------------------------------------- other questions

    def arguments(
        self, arguments: tuple[tree.Argument, ...]
    ) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
        """The worth of a call's arguments."""
        positional = []
        named = {}
        for argument in arguments:
            value = evaluate(argument.value, self)
            if isinstance(value, Tensor) and value.node == NO_VALUE:
                raise several(argument.value)
            if argument.name is None:
                positional.append(value)
            else:
                named[argument.name] = value
        return tuple(positional), named

    def entry(self, reference: tree.Expr) -> Entry:
        """What a reference names, as an entry that can be run again; raises `Mistake`."""
        if isinstance(reference, (tree.Name, tree.Template)):
            word = reference.id if isinstance(reference, tree.Name) else text_of(reference, self)
            entry = self.names.find(word)
        elif isinstance(reference, tree.Attribute):
            scope = self._names_in(reference.value)
            word = (
                reference.name if isinstance(reference.name, str) else text_of(reference.name, self)
            )
            inside = scope.entries if scope is not None else {}
            entry = inside.get(word)
            if entry is None:
                raise Mistake(
                    "undefined-name",
                    f"there is no `{word}` in `{reference.value.span.text}`",
                    reference.span,
                    proposals=(
                        *cures.text.spelt(cures.text.tail(reference.span, word), word, inside),
                        *cures.text.itself(reference, word),
                    ),
                )
        elif isinstance(reference, tree.Text):
            word = reference.value
            entry = self.names.find(word)
        else:
            raise Mistake(
                "wrong-type", "the name of an earlier layer or group is wanted", reference.span
            )
        if entry is None:
            raise self.undefined(word, reference)
        return entry

    def _names_in(self, reference: tree.Expr) -> NameScope | None:
        """The names inside what a reference names, or inside the braces around that it names."""
        if isinstance(reference, (tree.Name, tree.Template)):
            word = reference.id if isinstance(reference, tree.Name) else text_of(reference, self)
            scope = self.names.named(word)
            if scope is not None:
                return scope
        return self.entry(reference).scope

    def _is_path(self, reference: tree.Expr) -> bool:
        """Whether a reference goes through names of this text, not through a parameter."""
        first = reference
        while isinstance(first, tree.Attribute):
            first = first.value
        if first is reference or not isinstance(first, tree.Name):
            return False
        return self.value(first.id) is None and self.names.named(first.id) is not None

    def tensor(self, reference: tree.Expr) -> Tensor:
        """The earlier value a reference names, for `from`."""
        own = isinstance(reference, tree.Text) or self._is_path(reference)
        value = self.entry(reference).value if own else evaluate(reference, self)
        if isinstance(value, Tensor) and value.node == NO_VALUE:
            raise several(reference)
        if not isinstance(value, Tensor):
            raise Mistake(
                "wrong-type",
                f"`{reference.span.text}` is {kind_of(value)}, not a tensor",
                reference.span,
            )
        return value


def several(reference: tree.Expr) -> Mistake:
    """A name that only leads to others stands where a value is wanted."""
    text = reference.span.text
    return Mistake("wrong-type", f"`{text}` begins several names, and is no value", reference.span)
