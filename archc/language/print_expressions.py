"""Expressions, labels and texts written back as an author would write them.

An expression becomes a document: text, and brackets in which a line that grows too long may break.
"""

from __future__ import annotations

from archc.language.document import Brackets, Document, Item, flat
from archc.language.source import Span
from archc.language.tree import (
    Argument,
    Attribute,
    Binary,
    Call,
    Choice,
    Comparison,
    Constant,
    Expr,
    Index,
    List,
    Name,
    Number,
    Size,
    Slice,
    Template,
    Text,
    Unary,
)

CHOICE, OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGNED, POWER, POSTFIX, ATOM = range(11)
LEVELS = {"or": OR, "and": AND, "+": SUM, "-": SUM, "**": POWER}
CONSTANTS = {True: "true", False: "false", None: "none"}


def print_expression(expr: Expr) -> str:
    """The expression on one line, with no more brackets than it needs."""
    return flat(expression(expr))


def expression(expr: Expr) -> Document:
    return at_level(expr, CHOICE)


def argument_value(expr: Expr) -> Document:
    """An expression behind a space: a sign in front would be read as a subtraction."""
    made = expression(expr)
    return bracketed(made, expr.span) if flat(made).startswith("-") else made


def bracketed(inside: Document, span: Span) -> Document:
    return (Brackets("(", (Item(inside, span.start),), ")", (span.start, span.end)),)


def at_level(expr: Expr, level: int) -> Document:
    """The expression as an operand where only operators of at least `level` may stand bare."""
    made, own = written(expr)
    return made if own >= level else bracketed(made, expr.span)


def written(expr: Expr) -> tuple[Document, int]:
    """The document and how tightly its outermost operator binds."""
    if isinstance(expr, Number):
        return (expr.text,), ATOM
    if isinstance(expr, Name):
        return (expr.id,), ATOM
    if isinstance(expr, Size):
        return ("x".join(map(str, expr.axes)),), ATOM
    if isinstance(expr, Text):
        return (f'"{escaped(expr.value)}"',), ATOM
    if isinstance(expr, Constant):
        return (CONSTANTS[expr.value],), ATOM
    if isinstance(expr, List):
        rows = any(isinstance(item, List) for item in expr.items)
        items = tuple(
            [
                Item(expression(item), item.span.start, item.span.line if rows else 0)
                for item in expr.items
            ]
        )
        place = expr.span.start, expr.span.end
        return (Brackets("[", items, "]", place, rows),), ATOM
    if isinstance(expr, Template):
        return (print_template(expr),), ATOM
    if isinstance(expr, Binary):
        return binary(expr)
    if isinstance(expr, Unary):
        if expr.operator == "not":
            return ("not ", *at_level(expr.operand, NOT)), NOT
        return ("-", *at_level(expr.operand, SIGNED)), SIGNED
    if isinstance(expr, Comparison):
        made = at_level(expr.operands[0], SUM)
        for operator, operand in zip(expr.operators, expr.operands[1:], strict=True):
            made = (*made, f" {operator} ", *at_level(operand, SUM))
        return made, COMPARISON
    if isinstance(expr, Choice):
        then, condition = at_level(expr.then, OR), at_level(expr.condition, OR)
        return (*then, " if ", *condition, " else ", *at_level(expr.otherwise, CHOICE)), CHOICE
    return postfix(expr), POSTFIX


def binary(expr: Binary) -> tuple[Document, int]:
    level = LEVELS.get(expr.operator, PRODUCT)
    if level == POWER:
        return (*at_level(expr.left, POSTFIX), "**", *at_level(expr.right, SIGNED)), POWER
    # A row of operators may be as long as a line is; one that leans left is walked, not nested.
    rest: list[tuple[str, Expr]] = []
    first: Expr = expr
    while isinstance(first, Binary) and LEVELS.get(first.operator, PRODUCT) == level:
        rest.append((first.operator, first.right))
        first = first.left
    made = list(at_level(first, level))
    tight = level == PRODUCT and len(rest) == 1 and plain(first) and plain(expr.right)
    for operator, operand in reversed(rest):
        made += [operator if tight else f" {operator} ", *at_level(operand, level + 1)]
    return tuple(made), level


def plain(expr: Expr) -> bool:
    """Whether `4*width` reads better than `4 * width`."""
    return isinstance(expr, Name | Number | Attribute)


def postfix(expr: Attribute | Call | Index | Slice) -> Document:
    if isinstance(expr, Attribute):
        value = at_level(expr.value, POSTFIX)
        if isinstance(expr.value, Number | Size | Constant):
            value = ("(", *value, ")")
        name = expr.name if isinstance(expr.name, str) else print_template(expr.name)
        return (*value, f".{name}")
    if isinstance(expr, Call):
        opens = expr.function.span.end
        return (*at_level(expr.function, POSTFIX), call(expr.arguments, opens, expr.span.end))
    value = at_level(expr.value, POSTFIX)
    if isinstance(expr, Index):
        return (*value, "[", *expression(expr.index), "]")
    start: Document = () if expr.start is None else expression(expr.start)
    stop: Document = () if expr.stop is None else expression(expr.stop)
    return (*value, "[", *start, ":", *stop, "]")


def call(arguments: tuple[Argument, ...], start: int, end: int) -> Brackets:
    """The arguments in brackets."""
    items = [Item(argument(given, False), given.span.start) for given in arguments]
    return Brackets("(", tuple(items), ")", (start, end))


def argument(given: Argument, spaced: bool) -> Document:
    """One argument; `spaced` where only a space parts it from the one before."""
    made, level = written(given.value)
    if spaced and level < SUM:  # spaces that bind looser than those between arguments seem to
        made = bracketed(made, given.value.span)
    if given.name is not None:
        return (f"{given.name}=", *made)
    return bracketed(made, given.value.span) if spaced and flat(made)[0] == "-" else made


def print_template(template: Template) -> str:
    """A label or a reference to one."""
    text = "".join(
        (escaped(part) if template.quoted else part)
        if isinstance(part, str)
        else "{" + print_expression(part) + "}"
        for part in template.parts
    )
    return f'"{text}"' if template.quoted else text


def escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("{", "\\{")
    return text.replace("\n", "\\n").replace("\t", "\\t")
