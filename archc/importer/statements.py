"""What a spec's body is made of, before it is text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Body = list["Statement"]


class Code(str):
    """An argument that is an expression of the language."""

    __slots__ = ()


class Statement:
    """A layer, a merge, a group, a call of a block, a loop, an `if`, or `from`.

    kind      word               arguments            bodies
    layer     its keyword        by name
    merge     add, mul, concat                        a branch each
    group                                             one
    call      the block's name   by parameter
    loop      the variable, ""   count, start, rows   one
    if                           condition            one, or two with `else`
    from
    """

    def __init__(
        self,
        kind: str,
        word: str = "",
        arguments: dict[str, Any] | None = None,
        bodies: list[Body] | None = None,
    ) -> None:
        self.kind = kind
        self.word = word
        self.arguments = arguments or {}
        self.bodies = bodies or []
        self.label = ""
        self.fresh = False  # the label is no name of the model
        self.child = ""  # the digits of a sequence's member
        self.value = ""  # what it makes
        self.source: Statement | None = None  # of `from` and `share`
        self.reads: list[Statement] = []  # a `from` for each further value that it reads
        self.path: list[str] = []  # the labels that lead to it
        self.shape: tuple[int, ...] = ()
        self.entering: tuple[int, ...] = ()
        self.read = False  # by a `from`
        self.instance: Any = None  # the call of a block that this is

    def __repr__(self) -> str:
        inner = f" {self.bodies}" if self.bodies else ""
        label = f"{self.label}: " if self.label else ""
        return f"<{label}{self.kind} {self.word} {self.arguments}{inner}>"

    def copy(self) -> Statement:
        """The same once more, with bodies and arguments of its own."""
        made = Statement(self.kind, self.word, dict(self.arguments))
        made.__dict__.update({**self.__dict__, "arguments": made.arguments})
        made.bodies = [[one.copy() for one in body] for body in self.bodies]
        return made

    @property
    def scope(self) -> bool:
        """Whether what is inside has this label in its path."""
        return bool(self.label) and self.kind in ("group", "loop", "call")


def within(body: Body) -> Iterator[Statement]:
    """All statements, inner ones included, in the order of the text."""
    for statement in body:
        yield statement
        yield from statement.reads
        for inner in statement.bodies:
            yield from within(inner)
