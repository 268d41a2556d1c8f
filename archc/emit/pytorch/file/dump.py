"""A module's tree as text, one record a line: what a stage made, for a reader and for tests."""

from __future__ import annotations

from collections.abc import Iterator

from archc.emit.pytorch.file.module import Module
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.printer import text


def dump(module: Module) -> str:
    """The classes of a module in their order, then its members."""
    lines = [line for code in module.codes.values() for line in _class(code)]
    return "\n".join(lines) + "\n"


def _class(code: ir.Class) -> Iterator[str]:
    given = ", ".join(_parameter(one) for one in code.parameters)
    yield f"Class {code.name} is {code.base} ({given})"
    yield "  init"
    yield from _body(code.init, 4)
    if code.forward is not None:
        yield f"  forward ({', '.join(code.arguments)})"
        yield from _body(code.forward, 4)
    for name, training, _ in code.results:
        yield f"  result {name}{' in training' if training else ''}"


def _parameter(one: ir.Parameter) -> str:
    return one.name if one.default is None else f"{one.name} = {text(one.default)}"


def _body(body: ir.Body, indent: int) -> Iterator[str]:
    margin = " " * indent
    for one in body:
        if isinstance(one, ir.If):
            yield f"{margin}If {text(one.condition)}"
            yield from _body(one.then, indent + 2)
            if one.otherwise:
                yield f"{margin}Else"
                yield from _body(one.otherwise, indent + 2)
        elif isinstance(one, ir.For):
            counter = f"{one.counter}: " if one.counter else ""
            yield f"{margin}For {counter}{', '.join(one.targets)} in {text(one.iterable)}"
            yield from _body(one.body, indent + 2)
        elif isinstance(one, ir.Assign):
            kind = type(one.value).__name__
            yield f"{margin}Assign {text(one.target)} = {kind} {text(one.value)}"
        elif isinstance(one, ir.Assert):
            yield f"{margin}Assert {text(one.condition)}"
        else:
            yield f"{margin}{type(one).__name__} {text(one.value)}"
