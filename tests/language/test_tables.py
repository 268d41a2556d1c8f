"""The tables are the grammar's, and the driver does with them what Lark does."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from lark import Token, Tree

from archc.language.generate import TABLES, generate, lark_parser
from archc.language.lexer import Lexer
from archc.language.parser import Method, drive
from archc.language.source import Source
from archc.language.tables import RULES, TERMINALS
from tests.each import each

CASES = Path(__file__).parent.parent / "cases" / "language"
SPECS = Path(__file__).parent.parent.parent / "specs"
TEXTS = [
    *(path.read_text(encoding="utf-8") for path in sorted(SPECS.glob("*.arch"))),
    *(
        path.read_text(encoding="utf-8").split("\n" + "-" * 80)[0]
        for path in sorted(CASES.glob("*.txt"))
        if not path.stem.startswith("errors")
    ),
]


lark = cache(lark_parser)
"""Its tables take longer to make than a text to read."""


class SyntaxMistake(Exception):
    """An error of the driver, for the tests."""


def test_tables_are_fresh() -> None:
    assert generate() == TABLES.read_text(encoding="utf-8")


def refuse(states: list[int], values: list[Any], begins: list[int], token: int) -> int:
    raise SyntaxMistake(token)


def node_maker(alias: str) -> Method:
    def make(values: list[Any], start: int, end: int) -> Any:
        return (alias, *values)

    return make


def driven(tokens: Lexer) -> Any:
    """The driver's tree: an alias, then its children; a token is its number."""
    return drive(tokens, [node_maker(alias) if alias else None for _, _, alias in RULES], refuse)


def of_lark(node: Any) -> Any:
    if isinstance(node, Tree):
        return (node.data, *map(of_lark, node.children))
    return node.start_pos


@each("text", TEXTS)
def test_driver_agrees_with_lark(text: str) -> None:
    tokens = Lexer(Source(text, "test"))
    tokens.run()
    handed = [
        Token(TERMINALS[kind], "", start_pos=number) for number, kind in enumerate(tokens.kinds)
    ]
    tree = lark().parse(handed[:-1])
    assert of_lark(tree) == ("program", driven(tokens))


def test_driver_refuses_what_lark_refuses() -> None:
    """Every token of a program taken away, one at a time."""
    from lark.exceptions import UnexpectedInput

    text = "block B(a, b = 2) {\n add { x: conv 3*a (b) k=-1 -> relu; if a { y } else { z } }\n}"
    for gone in range(40):
        tokens = Lexer(Source(text, "test"))
        tokens.run()
        for parallel in (tokens.kinds, tokens.starts, tokens.ends):
            del parallel[gone : gone + 1]
        handed = [Token(TERMINALS[kind], "") for kind in tokens.kinds[:-1]]
        try:
            lark().parse(handed)
            accepted = True
        except UnexpectedInput:
            accepted = False
        try:
            driven(tokens)
        except SyntaxMistake:
            assert not accepted
        else:
            assert accepted
