"""From reductions to nodes: statements, definitions and the program."""

from __future__ import annotations

from typing import Any

from archc.language import tree
from archc.language.build_expressions import Expressions, new
from archc.language.kinds import NAME
from archc.language.source import Span
from archc.language.tree import Apply, Chain, Link, Name, Template, Text


class Docstring:
    """A docstring on its way to the block, network or file it describes."""

    __slots__ = ("text",)

    def __init__(self, text: Text) -> None:
        self.text = text


def dedent(text: str) -> str:
    """The docstring without the indentation its further lines share, and without empty ends."""
    lines = [line.rstrip() for line in text.split("\n")]
    further = [len(line) - len(line.lstrip()) for line in lines[1:] if line]
    margin = min(further, default=0)
    lines = [lines[0].lstrip()] + [line[margin:] for line in lines[1:]]
    return "\n".join(lines).strip("\n")


class Frozen:
    """An action behind `frozen`, on its way to its link."""

    __slots__ = ("action",)

    def __init__(self, action: tree.Action) -> None:
        self.action = action


class Builder(Expressions):
    """The methods for all that is not an expression."""

    # ------------------------------------------------------------------------------- actions

    def apply(self, v: list[Any], start: int, end: int) -> Apply:
        return Apply(v[0], (), False, new(Span, (self.source, start, end)))

    def apply_arguments(self, v: list[Any], start: int, end: int) -> Apply:
        given = self.arguments(v[1])
        return Apply(v[0], given, False, new(Span, (self.source, start, end)))

    def apply_empty_call(self, v: list[Any], start: int, end: int) -> Apply:
        return Apply(v[0], (), True, self.span(start, end))

    def apply_call(self, v: list[Any], start: int, end: int) -> Apply:
        return Apply(v[0], self.arguments(v[2]), True, self.span(start, end))

    def braced(self, v: list[Any], start: int, end: int) -> tree.Braced | tree.Group:
        word, body = v
        if not isinstance(word, Name):
            self.tokens.report(
                "syntax",
                f"`{word.span.text}` takes no braces",
                word.span.start,
                word.span.end,
                "only a word takes braces, as `add { … }` does",
            )
            return tree.Group(self.body(body), self.span(start, end))
        return tree.Braced(word, self.body(body), self.span(start, end))

    def group(self, v: list[Any], start: int, end: int) -> tree.Group:
        return tree.Group(self.body(v[0]), self.span(start, end))

    def arm(self, v: list[Any], start: int, end: int) -> list[tree.Arm]:
        return [tree.Arm(v[1], self.body(v[2]), self.span(start, end))]

    def arm_more(self, v: list[Any], start: int, end: int) -> list[tree.Arm]:
        arms: list[tree.Arm] = v[0]
        arms.append(tree.Arm(v[3], self.body(v[4]), self.span(self.starts[v[1]], end)))
        return arms

    def if_(self, v: list[Any], start: int, end: int) -> tree.If:
        return tree.If(tuple(v[0]), self.span(start, end))

    def if_else(self, v: list[Any], start: int, end: int) -> tree.If:
        last = tree.Arm(None, self.body(v[2]), self.span(self.starts[v[1]], end))
        return tree.If((*v[0], last), self.span(start, end))

    def for_(self, v: list[Any], start: int, end: int) -> tree.For:
        return tree.For(tuple(v[1]), v[3], self.body(v[4]), self.span(start, end))

    def target(self, v: list[Any], start: int, end: int) -> list[Name]:
        return [self.bind(v[0])]

    def target_more(self, v: list[Any], start: int, end: int) -> list[Name]:
        return [*v[0], self.bind(v[2])]

    def bind(self, token: int) -> Name:
        name = self.token_name(token)
        self.bound.add(name.id)
        return name

    def repeat(self, v: list[Any], start: int, end: int) -> tree.Repeat:
        return tree.Repeat(v[1], self.body(v[2]), self.span(start, end))

    def from_(self, v: list[Any], start: int, end: int) -> tree.From:
        return tree.From(v[1], self.span(start, end))

    # ----------------------------------------------------------------------------- statements

    def label_name(self, v: list[Any], start: int, end: int) -> Template:
        begin, finish = self.starts[v[0]], self.ends[v[0]]
        return Template((self.text[begin:finish],), False, self.span(begin, finish))

    def label_path(self, v: list[Any], start: int, end: int) -> Template:
        begin, finish = v[0].span.start, self.ends[v[1]]
        return Template((self.text[begin:finish],), False, self.span(begin, finish))

    def label_text(self, v: list[Any], start: int, end: int) -> Template:
        return self.label_of_text(v[0])

    def label_template(self, v: list[Any], start: int, end: int) -> Any:
        return v[0]

    def link(self, v: list[Any], start: int, end: int) -> Link:
        action = v[0]
        if type(action) is Frozen:
            return Link(None, True, action.action, None, new(Span, (self.source, start, end)))
        return Link(None, False, action, None, new(Span, (self.source, start, end)))

    def link_shape(self, v: list[Any], start: int, end: int) -> Link:
        return self.linked(None, v[0], v[2], start, end)

    def link_labelled(self, v: list[Any], start: int, end: int) -> Link:
        return self.linked(v[0], v[1], None, start, end)

    def link_labelled_shape(self, v: list[Any], start: int, end: int) -> Link:
        return self.linked(v[0], v[1], v[3], start, end)

    def linked(
        self, label: Template | None, action: Any, shape: tree.Expr | None, start: int, end: int
    ) -> Link:
        span = new(Span, (self.source, start, end))
        if type(action) is Frozen:
            return Link(label, True, action.action, shape, span)
        return Link(label, False, action, shape, span)

    def frozen(self, v: list[Any], start: int, end: int) -> Frozen:
        return Frozen(v[1])

    def chain(self, v: list[Any], start: int, end: int) -> Chain:
        return Chain(tuple(v[0]), new(Span, (self.source, start, end)))

    def input(self, v: list[Any], start: int, end: int) -> tree.Input:
        return tree.Input(None, v[1], self.span(start, end))

    def input_named(self, v: list[Any], start: int, end: int) -> tree.Input:
        return tree.Input(self.token_name(v[1]), v[2], self.span(start, end))

    def let(self, v: list[Any], start: int, end: int) -> tree.Let:
        return tree.Let(self.bind(v[1]), v[3], self.span(start, end))

    def output(self, v: list[Any], start: int, end: int) -> tree.Output:
        return tree.Output(None, False, v[1], self.span(start, end))

    def output_training(self, v: list[Any], start: int, end: int) -> tree.Output:
        return tree.Output(None, True, v[2], self.span(start, end))

    def output_labelled(self, v: list[Any], start: int, end: int) -> tree.Output:
        return tree.Output(v[0], False, v[2], self.span(start, end))

    def output_labelled_training(self, v: list[Any], start: int, end: int) -> tree.Output:
        return tree.Output(v[0], True, v[3], self.span(start, end))

    def expect(self, v: list[Any], start: int, end: int) -> tree.Expect:
        return self.expectation(v[1], None, start, end)

    def expect_source(self, v: list[Any], start: int, end: int) -> tree.Expect:
        return self.expectation(v[1], self.token_text(v[2]), start, end)

    def expectation(
        self, claim: tree.Expr, source: Text | None, start: int, end: int
    ) -> tree.Expect:
        if not isinstance(claim, tree.Comparison | tree.Binary | tree.Unary):
            shown = claim.span
            message = "`expect` takes a comparison"
            note = "as in `expect params == 60_000`"
            self.tokens.report("syntax", message, shown.start, shown.end, note)
        return tree.Expect(claim, source, self.span(start, end))

    def docstring(self, v: list[Any], start: int, end: int) -> Docstring:
        text = self.texts.get(v[0], "")
        return Docstring(Text(dedent(text), self.span(start, end)))

    def body(self, statements: list[Any]) -> tuple[tree.Statement, ...]:
        """Statements of braces that hold no docstring."""
        if any(type(statement) is Docstring for statement in statements):
            return self.split(statements, False)[1]
        return tuple(statements)

    def split(self, statements: list[Any], documented: bool) -> tuple[Text | None, tuple[Any, ...]]:
        """The docstring, if one comes first where one may stand, and the rest."""
        docstring = None
        rest = []
        for index, statement in enumerate(statements):
            if type(statement) is not Docstring:
                rest.append(statement)
            elif documented and index == 0:
                docstring = statement.text
            elif statement.text.span.start not in self.tokens.places:
                span = statement.text.span
                self.tokens.report(
                    "syntax",
                    "a docstring comes first in a file, a block or a network",
                    span.start,
                    span.end,
                    "a comment begins with `#`",
                )
        return docstring, tuple(rest)

    # ---------------------------------------------------------------------------- definitions

    def parameter(self, v: list[Any], start: int, end: int) -> tree.Parameter:
        return tree.Parameter(self.bind(v[0]), None, self.span(start, end))

    def parameter_default(self, v: list[Any], start: int, end: int) -> tree.Parameter:
        return tree.Parameter(self.bind(v[0]), v[2], self.span(start, end))

    def block(self, v: list[Any], start: int, end: int) -> tree.Block:
        docstring, body = self.split(v[3], True)
        name = self.token_name(v[1])
        return tree.Block(name, tuple(v[2]), docstring, body, self.span(start, end))

    def block_alias(self, v: list[Any], start: int, end: int) -> tree.BlockAlias:
        return tree.BlockAlias(self.token_name(v[1]), v[3], self.span(start, end))

    def network(self, v: list[Any], start: int, end: int) -> tree.Network | None:
        docstring, body = self.split(v[3], True)
        if self.kinds[v[1]] != NAME:
            return None
        name = self.token_name(v[1])
        return tree.Network(name, tuple(v[2]), docstring, body, self.span(start, end))

    def member(self, v: list[Any], start: int, end: int) -> tree.Member | None:
        return self.member_with_body([*v, []], start, end)

    def member_with_body(self, v: list[Any], start: int, end: int) -> tree.Member | None:
        docstring, body = self.split(v[4], True)
        name, family = self.token_name(v[1]), v[3]
        if not isinstance(family, tree.Call | Name) or (
            isinstance(family, tree.Call) and not isinstance(family.function, Name)
        ):
            message = f"`{name.id}` needs a family of networks behind the `=`"
            note = f"as in `network {name.id} = ResNet(Bottleneck, [3, 4, 6, 3])`"
            self.tokens.report("syntax", message, family.span.start, family.span.end, note)
            return None
        return tree.Member(name, family, docstring, body, self.span(start, end))

    def import_name(self, v: list[Any], start: int, end: int) -> tuple[Name, Name]:
        name = self.token_name(v[0])
        return name, name

    def import_renamed(self, v: list[Any], start: int, end: int) -> tuple[Name, Name]:
        return self.token_name(v[0]), self.token_name(v[2])

    def import_(self, v: list[Any], start: int, end: int) -> tree.Import:
        return tree.Import(self.token_text(v[1]), tuple(v[3]), self.span(start, end))

    def import_parenthesised(self, v: list[Any], start: int, end: int) -> tree.Import:
        return tree.Import(self.token_text(v[1]), tuple(v[4]), self.span(start, end))

    def finish(self, definitions: list[Any]) -> tree.Program:
        docstring, rest = self.split(definitions, True)
        for left, name, right in self.split_sizes:
            if "x" not in self.bound:
                size = f"{left.text}x{right.text}"
                message = "a size is written without spaces"
                self.tokens.report(
                    "syntax",
                    message,
                    name.span.start,
                    name.span.end,
                    f"write `{size}`",
                    edits=((left.span.start, right.span.end, size),),
                    sure=True,
                )
        for given in self.split_shapes:
            if "x" not in self.bound:
                axes = f"[{', '.join(one.span.text for one in given[::2])}]"
                start, end = given[0].span.start, given[-1].span.end
                message = "a shape whose axes are worked out is a list"
                edits = ((start, end, axes),)
                self.tokens.report("syntax", message, start, end, f"write `{axes}`", edits=edits)
        return tree.Program(self.source, docstring, rest, tuple(self.tokens.allowances))
