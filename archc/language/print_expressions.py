"""Expressions, labels and texts written back as an author would write them."""

from __future__ import annotations

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
    """The expression, with no more brackets than it needs."""
    return at_level(expr, CHOICE)


def print_argument_value(expr: Expr) -> str:
    """An expression behind a space: a sign in front would be read as a subtraction."""
    text = print_expression(expr)
    return f"({text})" if text.startswith("-") else text


def at_level(expr: Expr, level: int) -> str:
    """The expression as an operand where only operators of at least `level` may stand bare."""
    text, own = written(expr)
    return text if own >= level else f"({text})"


def written(expr: Expr) -> tuple[str, int]:
    """The text and how tightly its outermost operator binds."""
    if isinstance(expr, Number):
        return expr.text, ATOM
    if isinstance(expr, Name):
        return expr.id, ATOM
    if isinstance(expr, Size):
        return "x".join(map(str, expr.axes)), ATOM
    if isinstance(expr, Text):
        return f'"{escaped(expr.value)}"', ATOM
    if isinstance(expr, Constant):
        return CONSTANTS[expr.value], ATOM
    if isinstance(expr, List):
        return "[" + ", ".join(map(print_expression, expr.items)) + "]", ATOM
    if isinstance(expr, Template):
        return print_template(expr), ATOM
    if isinstance(expr, Binary):
        return binary(expr)
    if isinstance(expr, Unary):
        if expr.operator == "not":
            return f"not {at_level(expr.operand, NOT)}", NOT
        return f"-{at_level(expr.operand, SIGNED)}", SIGNED
    if isinstance(expr, Comparison):
        text = at_level(expr.operands[0], SUM)
        for operator, operand in zip(expr.operators, expr.operands[1:], strict=True):
            text += f" {operator} {at_level(operand, SUM)}"
        return text, COMPARISON
    if isinstance(expr, Choice):
        then, condition = at_level(expr.then, OR), at_level(expr.condition, OR)
        return f"{then} if {condition} else {at_level(expr.otherwise, CHOICE)}", CHOICE
    return postfix(expr), POSTFIX


def binary(expr: Binary) -> tuple[str, int]:
    level = LEVELS.get(expr.operator, PRODUCT)
    if level == POWER:
        return f"{at_level(expr.left, POSTFIX)}**{at_level(expr.right, SIGNED)}", POWER
    left, right = at_level(expr.left, level), at_level(expr.right, level + 1)
    if level == PRODUCT and plain(expr.left) and plain(expr.right):
        return f"{left}{expr.operator}{right}", level
    return f"{left} {expr.operator} {right}", level


def plain(expr: Expr) -> bool:
    """Whether `4*width` reads better than `4 * width`."""
    return isinstance(expr, Name | Number | Attribute)


def postfix(expr: Attribute | Call | Index | Slice) -> str:
    if isinstance(expr, Attribute):
        value = at_level(expr.value, POSTFIX)
        if isinstance(expr.value, Number | Size | Constant):
            value = f"({value})"
        name = expr.name if isinstance(expr.name, str) else print_template(expr.name)
        return f"{value}.{name}"
    if isinstance(expr, Call):
        return at_level(expr.function, POSTFIX) + print_call(expr.arguments)
    value = at_level(expr.value, POSTFIX)
    if isinstance(expr, Index):
        return f"{value}[{print_expression(expr.index)}]"
    start = "" if expr.start is None else print_expression(expr.start)
    stop = "" if expr.stop is None else print_expression(expr.stop)
    return f"{value}[{start}:{stop}]"


def print_call(arguments: tuple[Argument, ...]) -> str:
    """The arguments in brackets."""
    return "(" + ", ".join(print_argument(argument, False) for argument in arguments) + ")"


def print_argument(argument: Argument, spaced: bool) -> str:
    """One argument; `spaced` where only a space parts it from the one before."""
    if argument.name is not None:
        return f"{argument.name}={print_expression(argument.value)}"
    if spaced:
        return print_argument_value(argument.value)
    return print_expression(argument.value)


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
