"""From reductions to nodes, the expressions: one method for each alias of the grammar.

A method is given the values of the symbols, a token's being its number, and the characters its
rule covers.
"""

from __future__ import annotations

from typing import Any

from archc.language import tree
from archc.language.kinds import OPERATOR_NAMES
from archc.language.literals import number_value, size_axes
from archc.language.source import Span
from archc.language.tokens import Edits, Tokens
from archc.language.tree import Argument, Attribute, Name, Number, Template, Text

new = tuple.__new__


class Expressions:
    """The methods for expressions, calls and references."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.source = tokens.source
        self.text = tokens.text
        self.kinds = tokens.kinds
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.texts = tokens.texts
        self.bound: set[str] = set()
        self.split_sizes: list[tuple[Number, Name, Number]] = []
        self.split_shapes: list[list[Argument]] = []

    def span(self, start: int, end: int) -> Span:
        return new(Span, (self.source, start, end))

    def word(self, token: int) -> str:
        return self.text[self.starts[token] : self.ends[token]]

    def token_name(self, token: int) -> Name:
        start, end = self.starts[token], self.ends[token]
        return Name(self.text[start:end], new(Span, (self.source, start, end)))

    def token_text(self, token: int) -> Text:
        return Text(self.texts[token], self.span(self.starts[token], self.ends[token]))

    # -------------------------------------------------------------------------------- lists

    def empty(self, v: list[Any], start: int, end: int) -> list[Any]:
        return []

    def first(self, v: list[Any], start: int, end: int) -> list[Any]:
        return v

    def second(self, v: list[Any], start: int, end: int) -> Any:
        return v[1]

    def token(self, v: list[Any], start: int, end: int) -> Any:
        return v[0]

    def more(self, v: list[Any], start: int, end: int) -> list[Any]:
        if v[1] is not None:
            v[0].append(v[1])
        result: list[Any] = v[0]
        return result

    def more_direct(self, v: list[Any], start: int, end: int) -> list[Any]:
        result: list[Any] = v[0]
        result.append(v[1])
        return result

    def more_separated(self, v: list[Any], start: int, end: int) -> list[Any]:
        result: list[Any] = v[0]
        result.append(v[2])
        return result

    # --------------------------------------------------------------------------------- leaves

    def name(self, v: list[Any], start: int, end: int) -> Name:
        return Name(self.text[start:end], new(Span, (self.source, start, end)))

    def number(self, v: list[Any], start: int, end: int) -> Number:
        text = self.text[start:end]
        text = self.texts.get(v[0], text)
        return Number(number_value(text), text, new(Span, (self.source, start, end)))

    def size(self, v: list[Any], start: int, end: int) -> tree.Size:
        text = self.texts.get(v[0]) or self.text[start:end]
        return tree.Size(size_axes(text), self.span(start, end))

    def text_(self, v: list[Any], start: int, end: int) -> Text:
        return Text(self.texts[v[0]], self.span(start, end))

    def true(self, v: list[Any], start: int, end: int) -> tree.Constant:
        return tree.Constant(True, self.span(start, end))

    def false(self, v: list[Any], start: int, end: int) -> tree.Constant:
        return tree.Constant(False, self.span(start, end))

    def none(self, v: list[Any], start: int, end: int) -> tree.Constant:
        return tree.Constant(None, self.span(start, end))

    def list_empty(self, v: list[Any], start: int, end: int) -> tree.List:
        return tree.List((), self.span(start, end))

    def list_(self, v: list[Any], start: int, end: int) -> tree.List:
        return tree.List(tuple(v[1]), self.span(start, end))

    # ------------------------------------------------------------------------------ templates

    def make_template(self, parts: list[Any], start: int, end: int) -> Template:
        quoted = self.text[start] == '"'
        return Template(tuple(p for p in parts if p != ""), quoted, self.span(start, end))

    def template(self, v: list[Any], start: int, end: int) -> Template:
        return self.make_template([self.texts[v[0]], v[1], self.texts[v[2]]], start, end)

    def template_part(self, v: list[Any], start: int, end: int) -> list[Any]:
        result: list[Any] = v[0]
        result += v[1:]
        return result

    def template_parts(self, v: list[Any], start: int, end: int) -> list[Any]:
        return v

    def template_more(self, v: list[Any], start: int, end: int) -> Template:
        parts = [self.texts[v[0]]]
        for index, part in enumerate(v[1]):
            parts.append(self.texts[part] if index % 2 else part)
        return self.make_template([*parts, v[2], self.texts[v[3]]], start, end)

    # ------------------------------------------------------------------------------ operators

    def unary(self, v: list[Any], start: int, end: int) -> tree.Unary:
        return tree.Unary(self.word(v[0]), v[1], self.span(start, end))

    def binary(self, v: list[Any], start: int, end: int) -> tree.Binary:
        return tree.Binary(self.operator(v[1]), v[0], v[2], self.span(start, end))

    def operator(self, token: int) -> str:
        return OPERATOR_NAMES[self.kinds[token]]

    def compared(self, v: list[Any], start: int, end: int) -> list[Any]:
        return v

    def compared_more(self, v: list[Any], start: int, end: int) -> list[Any]:
        result: list[Any] = v[0]
        result += v[1:]
        return result

    def comparison(self, v: list[Any], start: int, end: int) -> tree.Comparison:
        rest = v[1]
        operators = tuple(self.operator(token) for token in rest[::2])
        return tree.Comparison((v[0], *rest[1::2]), operators, self.span(start, end))

    def choice(self, v: list[Any], start: int, end: int) -> tree.Choice:
        return tree.Choice(v[0], v[2], v[4], self.span(start, end))

    # --------------------------------------------------------------------- members and calls

    def member_access(self, v: list[Any], start: int, end: int) -> Attribute:
        member = v[1]
        name = self.text[self.starts[member] + 1 : self.ends[member]]
        return Attribute(v[0], name, self.span(start, end))

    def member_text(self, v: list[Any], start: int, end: int) -> Attribute:
        return Attribute(v[0], self.label_of_text(v[2]), self.span(start, end))

    def member_template(self, v: list[Any], start: int, end: int) -> Attribute:
        return Attribute(v[0], v[2], self.span(start, end))

    def reference_text(self, v: list[Any], start: int, end: int) -> Template:
        return self.label_of_text(v[0])

    def label_of_text(self, token: int) -> Template:
        text = self.texts[token]
        span = self.span(self.starts[token], self.ends[token])
        return Template((text,) if text else (), True, span)

    def argument(self, v: list[Any], start: int, end: int) -> Argument:
        return Argument(None, v[0], None, new(Span, (self.source, start, end)))

    def argument_named(self, v: list[Any], start: int, end: int) -> Argument:
        name = v[0]
        name_span = self.span(self.starts[name], self.ends[name])
        return Argument(self.word(name), v[2], name_span, self.span(start, end))

    def arguments(self, given: list[Argument]) -> tuple[Argument, ...]:
        """Positions first, then names; and `3 x 3` was meant to be a size."""
        named: Argument | None = None
        if len(given) > 4 and _is_split_shape(given):
            self.split_shapes.append(given)
            return tuple(given)
        for index, argument in enumerate(given):
            if argument.name is not None:
                named = argument
            elif named is not None:
                self.misplaced(argument, named)
                break
            elif type(argument.value) is Name and argument.value.id == "x" and index:
                around = (given[index - 1].value, *(a.value for a in given[index + 1 : index + 2]))
                if len(around) == 2:
                    left, right = around
                    if isinstance(left, Number) and isinstance(right, Number):
                        self.split_sizes.append((left, argument.value, right))
        return tuple(given)

    def misplaced(self, argument: Argument, named: Argument) -> None:
        """An argument by position behind one by name, which words behind `//` may look like."""
        start, end = argument.span.start, argument.span.end
        from archc.language.passages import SLASHES, slashes_before

        slashes = slashes_before(self.source, start)
        if slashes is not None:
            edits: Edits = ((slashes, slashes + 2, "#"),)
            self.tokens.report("syntax", SLASHES, slashes, slashes + 2, edits=edits)
            return
        message = "an argument by position stands before those by name"
        edits = self.moved(argument, named)
        help = "arguments by position come first"
        self.tokens.report("syntax", message, start, end, help, edits=edits)

    def moved(self, argument: Argument, named: Argument) -> Edits:
        """An argument moved in front of another."""
        text = self.source.text
        start, end = argument.span.start, argument.span.end
        before = text[:start].rstrip(", ")
        comma = ", " if "," in text[len(before) : start] else " "
        return (
            (named.span.start, named.span.start, f"{argument.span.text}{comma}"),
            (len(before), end, ""),
        )

    def call_empty(self, v: list[Any], start: int, end: int) -> tree.Call:
        return tree.Call(v[0], (), self.span(start, end))

    def call(self, v: list[Any], start: int, end: int) -> tree.Call:
        return tree.Call(v[0], self.arguments(v[2]), self.span(start, end))

    def index(self, v: list[Any], start: int, end: int) -> tree.Index:
        return tree.Index(v[0], v[2], self.span(start, end))

    def slice_all(self, v: list[Any], start: int, end: int) -> tree.Slice:
        return tree.Slice(v[0], None, None, self.span(start, end))

    def slice_from(self, v: list[Any], start: int, end: int) -> tree.Slice:
        return tree.Slice(v[0], v[2], None, self.span(start, end))

    def slice_to(self, v: list[Any], start: int, end: int) -> tree.Slice:
        return tree.Slice(v[0], None, v[3], self.span(start, end))

    def slice(self, v: list[Any], start: int, end: int) -> tree.Slice:
        return tree.Slice(v[0], v[2], v[4], self.span(start, end))


def _is_split_shape(given: list[Argument]) -> bool:
    """`8*width x 4 x 4`: values with an `x` between each two of them, not all of them numbers."""
    signs, values = given[1::2], given[::2]
    return (
        len(values) == len(signs) + 1
        and all(one.name is None for one in given)
        and all(type(one.value) is Name and one.value.id == "x" for one in signs)
        and not all(type(one.value) is Number for one in values)
    )
