"""The tree as text, for `archc check --emit tree`: a line a statement, expressions in brackets."""

from __future__ import annotations

from archc.language.tree import (
    Apply,
    Argument,
    Attribute,
    Binary,
    Block,
    BlockAlias,
    Braced,
    Broken,
    Call,
    Chain,
    Choice,
    Comparison,
    Constant,
    Definition,
    Expect,
    Expr,
    For,
    From,
    Group,
    If,
    Import,
    Index,
    Input,
    Let,
    Link,
    List,
    Member,
    Name,
    Network,
    Number,
    Program,
    Repeat,
    Size,
    Slice,
    Statement,
    Template,
    Text,
    Unary,
)

INDENT = "  "


def dump(program: Program) -> str:
    """The whole program."""
    lines: list[str] = []
    if program.docstring is not None:
        lines.append(f"docstring {quoted(program.docstring.value)}")
    for definition in program.definitions:
        dump_definition(definition, lines)
    lines += [
        f"allow {one.code} line {one.line}" if one.line else f"allow {one.code} in the file"
        for one in program.allowances
    ]
    return "".join(f"{line}\n" for line in lines)


def quoted(text: str) -> str:
    shown = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + shown.replace("\n", "\\n").replace("\t", "\\t") + '"'


def dump_definition(definition: Definition, lines: list[str]) -> None:
    if isinstance(definition, Let):
        dump_statement(definition, 0, lines)
    elif isinstance(definition, Import):
        names = " ".join(
            there.id if there.id == here.id else f"{there.id}:{here.id}"
            for there, here in definition.names
        )
        lines.append(f"import {quoted(definition.path.value)} {names}")
    elif isinstance(definition, BlockAlias):
        lines.append(f"block-alias {definition.name.id} {shown(definition.value)}")
    elif isinstance(definition, Member):
        lines.append(f"member {definition.name.id} {shown(definition.family)}")
        dump_body(definition.body, 1, lines, definition.docstring)
    else:
        word = "block" if isinstance(definition, Block) else "network"
        assert isinstance(definition, Block | Network)
        parameters = [
            parameter.name.id
            if parameter.default is None
            else f"{parameter.name.id}={shown(parameter.default)}"
            for parameter in definition.parameters
        ]
        lines.append(" ".join([word, definition.name.id, *parameters]))
        dump_body(definition.body, 1, lines, definition.docstring)


def dump_body(
    body: tuple[Statement, ...], depth: int, lines: list[str], docstring: Text | None = None
) -> None:
    if docstring is not None:
        lines.append(f"{INDENT * depth}docstring {quoted(docstring.value)}")
    for statement in body:
        dump_statement(statement, depth, lines)


def dump_statement(statement: Statement, depth: int, lines: list[str]) -> None:
    margin = INDENT * depth
    if isinstance(statement, Chain):
        if len(statement.links) == 1:
            dump_link(statement.links[0], depth, lines)
        else:
            lines.append(f"{margin}chain")
            for link in statement.links:
                dump_link(link, depth + 1, lines)
    elif isinstance(statement, Input):
        name = f"{statement.name.id} " if statement.name is not None else ""
        lines.append(f"{margin}input {name}{shown(statement.shape)}")
    elif isinstance(statement, Let):
        lines.append(f"{margin}let {statement.name.id} {shown(statement.value)}")
    elif isinstance(statement, Broken):
        lines.append(f"{INDENT * depth}broken")
    elif isinstance(statement, Expect):
        source = f" {quoted(statement.source.value)}" if statement.source is not None else ""
        lines.append(f"{margin}expect {shown(statement.claim)}{source}")
    else:
        label = f"{shown(statement.label)}: " if statement.label is not None else ""
        lines.append(f"{margin}{label}output{' training' if statement.training else ''}")
        dump_statement(statement.body, depth + 1, lines)


def dump_link(link: Link, depth: int, lines: list[str]) -> None:
    margin = INDENT * depth
    label = f"{shown(link.label)}: " if link.label is not None else ""
    label += "frozen " if link.frozen else ""
    shape = f" => {shown(link.shape)}" if link.shape is not None else ""
    action = link.action
    if isinstance(action, If):
        for index, arm in enumerate(action.arms):
            condition = f"if {shown(arm.condition)}" if arm.condition is not None else "else"
            if index == 0:
                lines.append(f"{margin}{label}{condition}{shape}")
            else:
                lines.append(margin + (condition if condition == "else" else f"else {condition}"))
            dump_body(arm.body, depth + 1, lines)
        return
    if isinstance(action, Apply):
        call = "call" if action.parenthesised else "apply"
        text = " ".join([call, shown(action.callee), *map(shown_argument, action.arguments)])
    elif isinstance(action, From):
        text = f"from {shown(action.target)}"
    elif isinstance(action, For):
        targets = " ".join(target.id for target in action.targets)
        text = f"for {targets} in {shown(action.iterable)}"
    elif isinstance(action, Repeat):
        text = f"repeat {shown(action.count)}"
    elif isinstance(action, Braced):
        text = f"braced {action.word.id}"
    else:
        text = "group"
    lines.append(f"{margin}{label}{text}{shape}")
    if isinstance(action, Group | Braced | For | Repeat):
        dump_body(action.body, depth + 1, lines)


def shown_argument(argument: Argument) -> str:
    value = shown(argument.value)
    return value if argument.name is None else f"{argument.name}={value}"


def shown(expr: Expr | None) -> str:
    """An expression as nested lists, the operator first."""
    if expr is None:
        return "()"
    if isinstance(expr, Number):
        return expr.text
    if isinstance(expr, Name):
        return expr.id
    if isinstance(expr, Text):
        return quoted(expr.value)
    if isinstance(expr, Constant):
        return "none" if expr.value is None else str(expr.value).lower()
    if isinstance(expr, Size):
        return "x".join(map(str, expr.axes))
    if isinstance(expr, Template):
        parts = [part if isinstance(part, str) else f"{{{shown(part)}}}" for part in expr.parts]
        return quoted("".join(parts)) if expr.quoted else "".join(parts)
    return "(" + " ".join(nested(expr)) + ")"


def nested(
    expr: List | Attribute | Index | Slice | Call | Unary | Binary | Comparison | Choice,
) -> list[str]:
    if isinstance(expr, List):
        return ["list", *map(shown, expr.items)]
    if isinstance(expr, Attribute):
        name = expr.name if isinstance(expr.name, str) else shown(expr.name)
        return [".", shown(expr.value), name]
    if isinstance(expr, Index):
        return ["index", shown(expr.value), shown(expr.index)]
    if isinstance(expr, Slice):
        return ["slice", shown(expr.value), shown(expr.start), shown(expr.stop)]
    if isinstance(expr, Call):
        return ["call", shown(expr.function), *map(shown_argument, expr.arguments)]
    if isinstance(expr, Unary):
        return [expr.operator, shown(expr.operand)]
    if isinstance(expr, Binary):
        return [expr.operator, shown(expr.left), shown(expr.right)]
    if isinstance(expr, Comparison):
        parts = [shown(expr.operands[0])]
        for operator, operand in zip(expr.operators, expr.operands[1:], strict=True):
            parts += [operator, shown(operand)]
        return ["compare", *parts]
    return ["if", shown(expr.condition), shown(expr.then), shown(expr.otherwise)]
