"""Programs written back in the one canonical style: four spaces, one statement a line.

What is printed parses to the same program again. Comments are not part of a program, so they are
lost, but for the `# allow:` ones, which stay with the line they were written for.
"""

from __future__ import annotations

from archc.language.nesting import MERGES
from archc.language.print_expressions import (
    print_argument,
    print_argument_value,
    print_call,
    print_expression,
    print_template,
)
from archc.language.source import Span
from archc.language.tree import (
    WHOLE_FILE,
    Apply,
    Block,
    BlockAlias,
    Braced,
    Chain,
    Definition,
    Expect,
    For,
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
    Parameter,
    Program,
    Repeat,
    Statement,
    Text,
)

INDENT = "    "


def print_program(program: Program) -> str:
    """The text of a program; empty for an empty one."""
    printer = Printer()
    printer.program(program)
    printer.allow(program)
    return "".join(f"{line}\n" for line in printer.lines)


class Printer:
    """Writes line by line, and remembers which line of the source each came from."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0
        self.came_from: dict[int, int] = {}

    def line(self, text: str) -> None:
        self.lines.append(INDENT * self.depth + text if text else "")

    def more(self, text: str) -> None:
        """Goes on in the last line."""
        self.lines[-1] += text

    def from_source(self, start: Span, end: bool = False) -> None:
        """The last line holds what stood at the start, or the end, of this span."""
        offset = max(start.end - 1, start.start) if end else start.start
        self.came_from.setdefault(start.source.position(offset)[0], len(self.lines) - 1)

    def allow(self, program: Program) -> None:
        """Puts every allowance at the end of the line its own has become; a file's stand first."""
        codes: dict[int, list[str]] = {}
        whole: list[str] = []
        for allowance in program.allowances:
            if allowance.line == WHOLE_FILE:
                whole.append(allowance.code)
                continue
            known = [line for line in self.came_from if line <= allowance.line]
            at = self.came_from[max(known)] if known else 0
            codes.setdefault(at, []).append(allowance.code)
        if codes and not self.lines:
            self.lines.append("")
        for at, named in codes.items():
            comment = f"# allow: {', '.join(named)}"
            self.lines[at] = f"{self.lines[at]}  {comment}" if self.lines[at] else comment
        if whole:
            self.lines.insert(0, f"# allow-file: {', '.join(whole)}")

    # ---------------------------------------------------------------------------- definitions

    def program(self, program: Program) -> None:
        if program.docstring is not None:
            self.docstring(program.docstring)
        previous: Definition | None = None
        for definition in program.definitions:
            together = isinstance(definition, Let | Import) and type(previous) is type(definition)
            if self.lines and not together:
                self.line("")
            self.definition(definition)
            previous = definition

    def definition(self, definition: Definition) -> None:
        if isinstance(definition, Let):
            self.statement(definition)
        elif isinstance(definition, Import):
            names = ", ".join(
                there.id if there.id == here.id else f"{there.id} as {here.id}"
                for there, here in definition.names
            )
            self.line(f"from {print_expression(definition.path)} import {names}")
        elif isinstance(definition, BlockAlias):
            self.line(f"block {definition.name.id} = {print_expression(definition.value)}")
        elif isinstance(definition, Member):
            self.line(f"network {definition.name.id} = {print_expression(definition.family)}")
            if definition.body or definition.docstring:
                self.more(" ")
        else:
            word = "block" if isinstance(definition, Block) else "network"
            parameters = ", ".join(map(self.parameter, definition.parameters))
            self.line(f"{word} {definition.name.id}{f'({parameters})' if parameters else ''} ")
        self.from_source(definition.span)
        if isinstance(definition, Block | Network) or self.lines[-1].endswith(" "):
            assert isinstance(definition, Block | Network | Member)
            self.body(definition.body, definition.span, definition.docstring)

    def parameter(self, parameter: Parameter) -> str:
        if parameter.default is None:
            return parameter.name.id
        return f"{parameter.name.id} = {print_expression(parameter.default)}"

    def docstring(self, docstring: Text) -> None:
        text = docstring.value
        if "\n" in text:
            text += "\n"
        first, *rest = f'"""{text}"""'.split("\n")
        self.line(first)
        self.from_source(docstring.span)
        for further in rest:
            self.line(further)

    def body(self, body: tuple[Statement, ...], span: Span, docstring: Text | None = None) -> None:
        """The braces behind what the last line holds."""
        self.more("{")
        if not body and docstring is None:
            self.more(" }")
            return
        self.depth += 1
        if docstring is not None:
            self.docstring(docstring)
        for before, statement in zip((None, *body), body, strict=False):
            if begins_with_brace(statement) and ends_with_merge(before):
                self.more(";")
            self.statement(statement)
        self.depth -= 1
        self.line("}")
        self.from_source(span, end=True)

    # ----------------------------------------------------------------------------- statements

    def statement(self, statement: Statement) -> None:
        self.line("")
        self.lines[-1] = INDENT * self.depth
        self.from_source(statement.span)
        if isinstance(statement, Chain):
            self.chain(statement)
        elif isinstance(statement, Input):
            if statement.name is None:
                self.more(f"input {print_expression(statement.shape)}")
            else:
                self.more(f"input {statement.name.id} {print_argument_value(statement.shape)}")
        elif isinstance(statement, Let):
            self.more(f"let {statement.name.id} = {print_expression(statement.value)}")
        elif isinstance(statement, Expect):
            self.more(f"expect {print_expression(statement.claim)}")
            if statement.source is not None:
                self.more(f" {print_expression(statement.source)}")
        else:
            self.output(statement)
        self.from_source(statement.span, end=True)

    def output(self, output: Output) -> None:
        if output.label is not None:
            self.more(f"{print_template(output.label)}: ")
        self.more("output training " if output.training else "output ")
        self.chain(output.body)

    def chain(self, chain: Chain) -> None:
        for index, link in enumerate(chain.links):
            if index:
                self.more(" -> ")
            self.from_source(link.span)
            self.link(link)
            self.from_source(link.span, end=True)

    def link(self, link: Link) -> None:
        if link.label is not None:
            self.more(f"{print_template(link.label)}: ")
        action = link.action
        if isinstance(action, Apply):
            self.apply(action)
        elif isinstance(action, From):
            self.more(f"from {print_expression(action.target)}")
        elif isinstance(action, If):
            self.if_(action)
        else:
            self.more(self.header(action))
            self.body(action.body, action.span)
        if link.shape is not None:
            self.more(f" => {print_expression(link.shape)}")

    def apply(self, action: Apply) -> None:
        self.more(print_expression(action.callee))
        if action.parenthesised:
            self.more(print_call(action.arguments))
        else:
            self.more("".join(f" {print_argument(given, True)}" for given in action.arguments))

    def header(self, action: Group | Braced | For | Repeat) -> str:
        if isinstance(action, Braced):
            return f"{action.word.id} "
        if isinstance(action, For):
            targets = ", ".join(target.id for target in action.targets)
            return f"for {targets} in {print_expression(action.iterable)} "
        if isinstance(action, Repeat):
            return f"repeat {print_expression(action.count)} "
        return ""

    def if_(self, action: If) -> None:
        for index, arm in enumerate(action.arms):
            if index:
                self.more(" else ")
            self.from_source(arm.span)
            if arm.condition is not None:
                self.more(f"if {print_expression(arm.condition)} ")
            self.body(arm.body, arm.span)


def begins_with_brace(statement: Statement) -> bool:
    first = statement.links[0] if isinstance(statement, Chain) else None
    return first is not None and first.label is None and isinstance(first.action, Group)


def ends_with_merge(statement: Statement | None) -> bool:
    """Whether braces on the next line would be taken for those of a merge."""
    chain = statement.body if isinstance(statement, Output) else statement
    if not isinstance(chain, Chain):
        return False
    action, shape = chain.links[-1].action, chain.links[-1].shape
    return shape is None and isinstance(action, Apply) and print_expression(action.callee) in MERGES
