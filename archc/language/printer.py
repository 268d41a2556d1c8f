"""Programs written back in the one layout: four spaces, one statement a line, 100 characters.

What is printed parses to the same program again. Comments are not part of a tree; they are looked
up in its source and put back where they stood, and so is one blank line where there were any, and a
`;` between short statements. Braces hold their statements on the line they open on where that is
short and plain; the author's own line ends count for nothing.
"""

from __future__ import annotations

import re
from itertools import pairwise

from archc.language.comments import apart, comments
from archc.language.document import Brackets, Document, Item, flat
from archc.language.lines import WIDTH, Line, Lines
from archc.language.nesting import MERGES
from archc.language.print_expressions import (
    bracketed,
    expression,
    print_expression,
)
from archc.language.print_statements import (
    apply,
    arguments,
    chain_on_line,
    header,
    label,
    link_on_line,
    output_head,
    parameter,
    plain_statement,
    shape_of,
    statement_on_line,
)
from archc.language.source import Span
from archc.language.tree import (
    Apply,
    Block,
    BlockAlias,
    Chain,
    Comparison,
    Definition,
    Expect,
    From,
    Group,
    If,
    Import,
    Input,
    Let,
    Link,
    Member,
    Network,
    Output,
    Program,
    Statement,
    Text,
)

# Braces with more statements than this are opened, unless the author had them on one line.
MOST_ON_A_LINE = 2


def print_program(program: Program) -> str:
    """The text of a program; empty for an empty one."""
    printer = Printer(comments(program.source))
    printer.program(program)
    return printer.text()


class Printer(Lines):
    """Definitions, statements and links, as lines."""

    # ---------------------------------------------------------------------------- definitions

    def program(self, program: Program) -> None:
        if program.docstring is not None:
            if self.comments_before(program.docstring.span.start):
                self.blank()
            self.docstring(program.docstring)
        previous: Definition | None = None
        for definition in program.definitions:
            first = len(self.lines)
            self.space(definition, previous)
            self.definition(definition)
            self.align(first)
            previous = definition
        first = max(len(self.lines) - 1, 0)
        self.comments_before(len(program.source.text))
        self.align(first)

    def space(self, definition: Definition, previous: Definition | None) -> None:
        """The comments above a definition, apart from what comes before."""
        together = isinstance(definition, Let | Import) and type(previous) is type(definition)
        start = definition.span.start
        before = len(self.lines)
        own = self.comments_before(start)
        if own and before and not together and self.lines[before].text + self.lines[before].comment:
            self.lines.insert(before, Line(0))
        asks = not own and not together
        if self.lines and (asks or apart(definition.span.source, start)):
            self.blank()

    def definition(self, definition: Definition) -> None:
        if isinstance(definition, Let):
            self.statement(definition)
            return
        self.begin()
        if isinstance(definition, Import):
            items = [
                Item((there.id if there.id == here.id else f"{there.id} as {here.id}",), 0)
                for there, here in definition.names
            ]
            head = f"from {print_expression(definition.path)} import "
            if len(head) + sum(len(flat(one.document)) + 2 for one in items) - 2 <= WIDTH:
                self.more(head + ", ".join(flat(one.document) for one in items))
            else:
                self.put((head, Brackets("(", tuple(items), ")", (0, 0))))
        elif isinstance(definition, BlockAlias):
            self.put((f"block {definition.name.id} = ", *expression(definition.value)))
        elif isinstance(definition, Member):
            body = definition.body or definition.docstring
            family = expression(definition.family)
            self.put((f"network {definition.name.id} = ", *family), 2 if body else 0)
            if body:
                self.body(definition.body, definition.span, definition.docstring)
        else:
            word = "block" if isinstance(definition, Block) else "network"
            items = [Item(parameter(one), one.span.start) for one in definition.parameters]
            self.more(f"{word} {definition.name.id}")
            if items:
                self.put((Brackets("(", tuple(items), ")", parameters_place(definition)),), 2)
            self.body(definition.body, definition.span, definition.docstring)

    def docstring(self, docstring: Text) -> None:
        text = docstring.value
        if "\n" in text and not self.depth:
            text += "\n"
        first, *rest = f'"""{text}"""'.split("\n")
        self.begin(first)
        for further in rest:
            self.begin(further)

    # ---------------------------------------------------------------------------------- bodies

    def body(self, body: tuple[Statement, ...], span: Span, docstring: Text | None = None) -> None:
        """The braces behind what the last line holds, opened."""
        self.more(" {" if self.lines[-1].text and not self.lines[-1].text.endswith(" ") else "{")
        end = span.end - 1
        if not body and docstring is None and not self.comment_within(span.start, end):
            self.more(" }")
            return
        self.depth += 1
        if docstring is not None:
            self.comments_before(docstring.span.start)
            self.docstring(docstring)
        before: Statement | None = None
        began = len(self.lines)
        for statement in body:
            own = self.comments_before(statement.span.start)
            single = len(self.lines) == began + 1
            if single and self.kept_together(before, statement):
                assert isinstance(statement, Chain)
                self.more("; ")
                self.chain(statement)
                before = statement
                continue
            if begins_with_brace(statement) and ends_with_merge(before):
                self.more(";")
            if (own or not self.opens()) and apart(statement.span.source, statement.span.start):
                self.blank()
            began = len(self.lines)
            self.statement(statement)
            before = statement
        self.comments_before(end)
        self.depth -= 1
        self.begin("}")

    def kept_together(self, before: Statement | None, statement: Statement) -> bool:
        """Whether two short statements share a line in the source, and can here: `conv 8; relu`."""
        span = statement.span
        if before is None or before.span.end >= span.start:
            return False
        if same_line(before.span) != same_line(span) or self.comment_within(span.start, span.end):
            return False
        if not (simple(before) and isinstance(statement, Chain) and simple(statement, True)):
            return False
        line = self.lines[-1]
        room = self.column + len(statement_on_line(statement)) + 2 <= WIDTH
        return room and not line.comment and not line.shape

    def on_allowed_line(self, span: Span) -> bool:
        """Whether a span has one line on which a warning is allowed: it keeps that line."""
        return same_line(span) in self.allowed

    # ----------------------------------------------------------------------------- statements

    def statement(self, statement: Statement) -> None:
        self.begin()
        self.lines[-1].row = isinstance(statement, Chain | Output | Input)
        if self.on_allowed_line(statement.span) and not self.fits(statement):
            self.more(statement_on_line(statement))
        elif isinstance(statement, Chain):
            self.chain(statement)
        elif isinstance(statement, Output):
            self.more(output_head(statement))
            self.chain(statement.body)
        elif isinstance(statement, Expect):
            self.expect(statement)
        else:
            self.put(plain_statement(statement))

    def fits(self, statement: Statement) -> bool:
        text = statement_on_line(statement)
        return simple(statement, True) and self.column + len(text) < WIDTH

    def expect(self, statement: Expect) -> None:
        claim, source = statement.claim, statement.source
        text = f"{print_expression(source)}" if source is not None else ""
        document: Document = ("expect ", *expression(claim))
        room = WIDTH - self.column - len(text) - 1
        if len(flat(document)) > room and isinstance(claim, Comparison):
            first = claim.operands[0]
            if all(isinstance(part, str) for part in document):
                rest = flat(expression(claim))[len(flat(expression(first))) :]
                document = ("expect ", *bracketed(expression(first), first.span), rest)
        self.put(document, len(text) + 1)
        self.lines[-1].source = text

    # ---------------------------------------------------------------------------------- chains

    def chain(self, chain: Chain) -> None:
        """One line where there is room; else a link a line, unless a link takes several anyway."""
        links = chain.links
        shape = shape_of(links[-1])
        texts = [self.short(link) for link in links]
        parted = any(
            self.comment_within(link.span.end, follower.span.start)
            for link, follower in pairwise(links)
        )
        if not parted and None not in texts:
            whole = chain_on_line(chain, last_shape=False)
            if self.column + len(whole) + (len(shape) + 2 if shape else 0) <= WIDTH:
                self.more(whole)
                self.lines[-1].shape = shape
                return
        room = WIDTH - self.column - 8
        large = any(text is None or len(text) > room for text in texts)
        over_lines = parted or (not large and len(links) > 1)
        self.depth += over_lines
        for index, link in enumerate(links):
            self.comments_before(link.span.start)
            if index and over_lines:
                self.begin("-> ")
            elif index:
                self.more(" -> ")
            self.link(link, texts[index], index == len(links) - 1)
        self.depth -= over_lines
        self.lines[-1].shape = shape

    def link(self, link: Link, text: str | None, last: bool) -> None:
        behind = len(shape_of(link)) + 2 if link.shape is not None else 0
        if text is not None and self.column + len(text) + behind <= WIDTH:
            self.more(text)
        else:
            self.opened(link, behind)
        if link.shape is not None and not last:
            self.more(f" {shape_of(link)}")

    def opened(self, link: Link, behind: int) -> None:
        """A link over several lines."""
        action = link.action
        self.more(label(link))
        if isinstance(action, Apply):
            self.put(self.application(action), behind)
        elif isinstance(action, From):
            self.put(("from ", *expression(action.target)), behind)
        elif isinstance(action, If):
            self.if_(action)
        else:
            self.put(header(action), 2)
            self.body(action.body, action.span)

    def application(self, action: Apply) -> Document:
        """A call; one that is too long for its line is written in brackets."""
        name = expression(action.callee)
        spaced = apply(action)
        breaks = any(not isinstance(part, str) for part in spaced)
        if action.parenthesised or not action.arguments or breaks:
            return spaced
        return (*name, arguments(action))

    def if_(self, action: If) -> None:
        for index, arm in enumerate(action.arms):
            start = arm.span.start if arm.condition is None else arm.condition.span.start
            if index:
                self.comments_before(start)
                if self.lines[-1].comment:
                    self.begin("else ")
                else:
                    self.more(" else ")
            if arm.condition is not None:
                self.put(("if ", *expression(arm.condition)), 2)
            self.body(arm.body, arm.span)

    def short(self, link: Link) -> str | None:
        """A link on one line, or None where its braces are to be opened."""
        action = link.action
        span = link.span
        if self.comment_within(span.start, span.end):
            return None
        if not isinstance(action, Apply | From):
            bodies = [arm.body for arm in action.arms] if isinstance(action, If) else [action.body]
            if len(bodies) > 1:
                return None
            (body,) = bodies
            few = len(body) <= MOST_ON_A_LINE or shared_line(body)
            if not few or not all(map(simple, body)) or blank_within(body):
                return None
        return link_on_line(link)


def simple(statement: Statement, shaped: bool = False) -> bool:
    """Whether a statement may share a line with another, or the braces around it."""
    return isinstance(statement, Chain) and all(
        isinstance(link.action, Apply | From)
        and (link.shape is None or (shaped and link is statement.links[-1]))
        for link in statement.links
    )


def same_line(span: Span) -> int:
    """The line that holds all of a span, or 0."""
    position = span.source.position
    line = position(span.start)[0]
    return line if position(max(span.end - 1, span.start))[0] == line else 0


def shared_line(body: tuple[Statement, ...]) -> bool:
    """Whether an author wrote these statements into one line."""
    span = body[0].span.to(body[-1].span)
    return same_line(span) > 0 and body[0].span.end < body[-1].span.start


def blank_within(body: tuple[Statement, ...]) -> bool:
    """Whether a blank line stands between two statements."""
    return any(
        apart(one.span.source, one.span.start) and before.span.to(one.span).text.count("\n") > 1
        for before, one in pairwise(body)
    )


def parameters_place(definition: Block | Network) -> tuple[int, int]:
    """From the first parameter to the bracket that closes them."""
    first, last = definition.parameters[0].span, definition.parameters[-1].span
    rest = re.compile(r"(?:[\s,]|#[^\n]*)*").match(last.source.text, last.end)
    return definition.name.span.end, max(rest.end() if rest else last.end, first.end)


def begins_with_brace(statement: Statement) -> bool:
    first = statement.links[0] if isinstance(statement, Chain) else None
    return first is not None and not label(first) and isinstance(first.action, Group)


def ends_with_merge(statement: Statement | None) -> bool:
    """Whether braces on the next line would be taken for those of a merge."""
    chain = statement.body if isinstance(statement, Output) else statement
    if not isinstance(chain, Chain):
        return False
    action, shape = chain.links[-1].action, chain.links[-1].shape
    return shape is None and isinstance(action, Apply) and print_expression(action.callee) in MERGES
