"""The pieces of a statement, and a statement on a line of its own."""

from __future__ import annotations

from archc.language.document import Brackets, Document, flat
from archc.language.print_expressions import (
    argument,
    argument_value,
    call,
    expression,
    print_expression,
    print_template,
)
from archc.language.tree import (
    Apply,
    Braced,
    Broken,
    Chain,
    Expect,
    For,
    From,
    Group,
    If,
    Input,
    Let,
    Link,
    Output,
    Parameter,
    Repeat,
    Statement,
)


def parameter(one: Parameter) -> Document:
    if one.default is None:
        return (one.name.id,)
    return (f"{one.name.id} = ", *expression(one.default))


def header(action: Group | Braced | For | Repeat) -> Document:
    if isinstance(action, Braced):
        return (action.word.id,)
    if isinstance(action, For):
        targets = ", ".join(target.id for target in action.targets)
        return (f"for {targets} in ", *expression(action.iterable))
    if isinstance(action, Repeat):
        return ("repeat ", *expression(action.count))
    return ()


def arguments(action: Apply) -> Brackets:
    return call(action.arguments, action.callee.span.end, action.span.end)


def apply(action: Apply) -> Document:
    made = expression(action.callee)
    if action.parenthesised:
        return (*made, arguments(action))
    for given in action.arguments:
        made = (*made, " ", *argument(given, True))
    return made


def label(link: Link) -> str:
    """What stands before the action: the label, and the word `frozen`."""
    name = "" if link.label is None else f"{print_template(link.label)}: "
    return f"{name}frozen " if link.frozen else name


def shape_of(link: Link) -> str:
    return "" if link.shape is None else f"=> {print_expression(link.shape)}"


def output_head(output: Output) -> str:
    head = "" if output.label is None else f"{print_template(output.label)}: "
    return f"{head}output training " if output.training else f"{head}output "


def plain_statement(statement: Input | Let | Broken) -> Document:
    if isinstance(statement, Broken):
        return (statement.span.text,)
    if isinstance(statement, Let):
        return (f"let {statement.name.id} = ", *expression(statement.value))
    if statement.name is None:
        return ("input ", *expression(statement.shape))
    return (f"input {statement.name.id} ", *argument_value(statement.shape))


def statement_on_line(statement: Statement) -> str:
    if isinstance(statement, Chain):
        return chain_on_line(statement)
    if isinstance(statement, Output):
        return output_head(statement) + chain_on_line(statement.body)
    if isinstance(statement, Expect):
        source = f" {print_expression(statement.source)}" if statement.source is not None else ""
        return f"expect {print_expression(statement.claim)}{source}"
    return flat(plain_statement(statement))


def chain_on_line(chain: Chain, last_shape: bool = True) -> str:
    texts = []
    for link in chain.links:
        shaped = link.shape is not None and (last_shape or link is not chain.links[-1])
        texts.append(f"{link_on_line(link)} {shape_of(link)}" if shaped else link_on_line(link))
    return " -> ".join(texts)


def link_on_line(link: Link) -> str:
    """A link without its shape."""
    action = link.action
    if isinstance(action, Apply):
        return label(link) + flat(apply(action))
    if isinstance(action, From):
        return f"{label(link)}from {print_expression(action.target)}"
    if isinstance(action, If):
        arms = []
        for arm in action.arms:
            condition = f"if {print_expression(arm.condition)} " if arm.condition else ""
            arms.append(condition + body_on_line(arm.body))
        return label(link) + " else ".join(arms)
    head = flat(header(action))
    return label(link) + (f"{head} " if head else "") + body_on_line(action.body)


def body_on_line(body: tuple[Statement, ...]) -> str:
    return "{ " + "; ".join(map(statement_on_line, body)) + (" }" if body else "}")
