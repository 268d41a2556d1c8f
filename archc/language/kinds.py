"""The kinds of token, by number, and what the lexer knows of each."""

from __future__ import annotations

from typing import Final

from archc.language.tables import TERMINALS

KIND: Final[dict[str, int]] = {name: number for number, name in enumerate(TERMINALS)}

END_OF_FILE: Final = KIND["$END"]
END: Final = KIND["END"]
NAME: Final = KIND["NAME"]
NUMBER: Final = KIND["NUMBER"]
SIZE: Final = KIND["SIZE"]
TEXT: Final = KIND["TEXT"]
DOCSTRING: Final = KIND["DOCSTRING"]
MEMBER: Final = KIND["MEMBER"]
BRACE: Final = KIND["BRACE"]
BRACE_CLOSE: Final = KIND["BRACE_CLOSE"]
PAREN: Final = KIND["PAREN"]
PAREN_CLOSE: Final = KIND["PAREN_CLOSE"]
ATTACHED_PAREN: Final = KIND["ATTACHED_PAREN"]
BRACKET: Final = KIND["BRACKET"]
BRACKET_CLOSE: Final = KIND["BRACKET_CLOSE"]
ATTACHED_BRACKET: Final = KIND["ATTACHED_BRACKET"]
ARROW: Final = KIND["ARROW"]
SHAPE_ARROW: Final = KIND["SHAPE_ARROW"]
EQUAL: Final = KIND["EQUAL"]
COMMA: Final = KIND["COMMA"]
COLON: Final = KIND["COLON"]
LABEL_COLON: Final = KIND["LABEL_COLON"]
DOT: Final = KIND["DOT"]
MINUS: Final = KIND["MINUS"]
NEGATE: Final = KIND["NEGATE"]
EQUALS: Final = KIND["EQUALS"]
ABOUT: Final = KIND["ABOUT"]
TEMPLATE: Final = KIND["TEMPLATE"]
TEMPLATE_MIDDLE: Final = KIND["TEMPLATE_MIDDLE"]
TEMPLATE_END: Final = KIND["TEMPLATE_END"]
NETWORK: Final = KIND["NETWORK"]
BLOCK: Final = KIND["BLOCK"]
INPUT: Final = KIND["INPUT"]
OUTPUT: Final = KIND["OUTPUT"]
EXPECT: Final = KIND["EXPECT"]
FROM: Final = KIND["FROM"]
IMPORT: Final = KIND["IMPORT"]
AS: Final = KIND["AS"]
LET: Final = KIND["LET"]
IF: Final = KIND["IF"]
ELSE: Final = KIND["ELSE"]
REPEAT: Final = KIND["REPEAT"]
FOR: Final = KIND["FOR"]
TRAINING: Final = KIND["TRAINING"]
FROZEN: Final = KIND["FROZEN"]
TRUE: Final = KIND["TRUE"]
FALSE: Final = KIND["FALSE"]
NONE: Final = KIND["NONE"]
AND: Final = KIND["AND"]
OR: Final = KIND["OR"]
NOT: Final = KIND["NOT"]

WORDS: Final[dict[str, int]] = {
    name.lower(): number for name, number in KIND.items() if number >= NETWORK and name != "AS"
}

OPERATORS: Final[dict[str, int]] = {
    ",": COMMA,
    "=": EQUAL,
    "+": KIND["PLUS"],
    "*": KIND["STAR"],
    "/": KIND["SLASH"],
    "//": KIND["DOUBLE_SLASH"],
    "%": KIND["PERCENT"],
    "**": KIND["DOUBLE_STAR"],
    "==": EQUALS,
    "!=": KIND["DIFFERS"],
    "<": KIND["LESS"],
    "<=": KIND["LESS_EQUAL"],
    ">": KIND["GREATER"],
    ">=": KIND["GREATER_EQUAL"],
}

# An operand may end with these: a `(` or `[` that touches one binds to it, a `-` behind one is
# between two operands.
OPERAND_END: Final = frozenset(
    (NAME, NUMBER, SIZE, TEXT, MEMBER, PAREN_CLOSE, BRACKET_CLOSE, TEMPLATE_END, TRUE, FALSE, NONE)
)
# A link of a chain may begin behind these, so a word with a colon is a label there.
LINK_START: Final = frozenset((END, BRACE, ARROW))
# These words, at the start of a link, promise a `{`.
HEADERS: Final = frozenset((NETWORK, BLOCK, IF, ELSE, REPEAT, FOR))
# Inside brackets these words can only mean that a bracket was never closed.
STATEMENT_WORDS: Final = frozenset((NETWORK, BLOCK, OUTPUT, EXPECT, LET, REPEAT, FOR, IMPORT))
CLOSERS: Final[dict[int, str]] = {
    BRACE_CLOSE: "}",
    PAREN_CLOSE: ")",
    BRACKET_CLOSE: "]",
    TEMPLATE_END: "}",
}
OPENERS: Final[dict[int, str]] = {
    BRACE_CLOSE: "{",
    PAREN_CLOSE: "(",
    BRACKET_CLOSE: "[",
    TEMPLATE_END: "{",
}
OPERATOR_NAMES: Final[dict[int, str]] = {
    **{kind: mark for mark, kind in OPERATORS.items()},
    MINUS: "-",
    ABOUT: "~",
    AND: "and",
    OR: "or",
}
