"""Names with a type in front, or with a value and no `=`: `int classes = 10`, `let w 16`."""

from __future__ import annotations

from archc.language import kinds as k
from archc.language.mistake import Error
from archc.language.said import Said

TYPES = ("int", "float", "bool", "str", "string", "number", "num", "size", "list", "uint", "var")
OPERAND_START = frozenset((k.NAME, k.NUMBER, k.SIZE, k.TEXT, k.TEMPLATE, k.PAREN, k.BRACKET))


def typed_head(error: Error) -> Said | None:
    """`network N(int classes = 10)`."""
    before = error.token - 1
    if error.head not in (k.BLOCK, k.NETWORK) or error.kind != k.NAME:
        return None
    tokens, edits = error.tokens, []
    for token in range(before, len(tokens.kinds) - 1):
        if tokens.kinds[token] in (k.BRACE, k.END):
            break
        if tokens.kinds[token] == tokens.kinds[token + 1] == k.NAME and error.text(token) in TYPES:
            edits.append((tokens.starts[token], tokens.starts[token + 1], ""))
    if not edits or edits[0][0] != tokens.starts[before]:
        return None
    message = "a parameter has a name and perhaps a default, no type"
    told = "leave the type out" if len(edits) == 1 else "leave the types out"
    return Said(message, told, tuple(edits), before)


def unassigned(error: Error) -> Said | None:
    """`let w 16`."""
    if error.head != k.LET or k.EQUAL not in error.acceptable or error.kind not in OPERAND_START:
        return None
    before = error.token - 1
    edit = error.tokens.ends[before], error.tokens.starts[error.token], " = "
    line = f"let {error.text(before)} = {error.text(error.token)}"
    return Said("a value is named by `let NAME = …`", f"write `{line}`", (edit,))
