"""Turns grammar.lark into tables.py: `python -m archc.language.generate`.

Lark computes the LALR(1) tables once, here; reading a spec then needs neither Lark nor the grammar,
whose import alone takes longer than `archc check` may. States and rules are numbered by what the
grammar says, never by the order of a set, so the same grammar always gives the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lark import Lark, Token
from lark.lexer import Lexer
from lark.parsers.lalr_analysis import Shift

FOLDER = Path(__file__).parent
GRAMMAR = FOLDER / "grammar.lark"
TABLES = FOLDER / "tables.py"

HEADER = '''"""Parse tables; not to be edited.

Made from grammar.lark by `python -m archc.language.generate`. `TERMINALS[0]` is the end of the
file. A rule is its nonterminal, its length and its builder, `""` where it only passes its one
symbol on. `ACTIONS[STATE_ACTIONS[s]]` lists terminal, action, terminal, action …: a positive action
shifts and enters that state, a negative one reduces by that rule. `GOTOS[STATE_GOTOS[s]]` lists
nonterminal, state …
"""

# fmt: off

'''


class Tokens(Lexer):
    """The lexer of a parser that is handed its tokens ready made."""

    def __init__(self, conf: object) -> None:
        pass

    def lex(self, data: list[Token]) -> Iterator[Token]:  # type: ignore[override]  # tokens are made already
        return iter(data)


def lark_parser() -> Any:
    """Lark's own parser for the grammar; `strict` makes every conflict an error."""
    return Lark(
        GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        lexer=Tokens,
        strict=True,
        keep_all_tokens=True,
        maybe_placeholders=False,
    )


def declared_terminals(grammar: str) -> list[str]:
    """The terminals in the order of their `%declare` lines, after the end of the file."""
    names = ["$END"]
    for line in grammar.splitlines():
        if line.startswith("%declare "):
            names += line.split()[1:]
    return names


def number_states(table: Any, start: int, symbols: list[str]) -> dict[int, int]:
    """New numbers for the states: breadth first from the start, by the order of the symbols."""
    order = {symbol: index for index, symbol in enumerate(symbols)}
    numbers = {start: 0}
    queue = [start]
    for state in queue:
        for symbol, (action, target) in sorted(
            table.states[state].items(), key=lambda item: order.get(item[0], -1)
        ):
            if action is Shift and symbol in order and target not in numbers:
                numbers[target] = len(numbers)
                queue.append(target)
    return numbers


def wrapped(values: list[Any], indent: str = "") -> str:
    """A tuple in lines of at most a hundred characters, the further ones behind `indent`."""
    lines = [""]
    for value in values:
        item = f'"{value}",' if isinstance(value, str) else f"{value},"
        if lines[-1] and len(lines[-1]) + len(item) > 94 - len(indent):
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + item
    return "(\n" + "".join(f"{indent}    {line}\n" for line in lines) + indent + ")"


def rows(table: list[list[int]]) -> tuple[list[list[int]], list[int]]:
    """The different rows, and for every state the number of its own."""
    numbers: dict[tuple[int, ...], int] = {}
    of_state = [numbers.setdefault(tuple(row), len(numbers)) for row in table]
    return [list(row) for row in numbers], of_state


def generate() -> str:
    """The text of tables.py."""
    lark = lark_parser()
    table = lark.parser.parser._parse_table
    terminals = declared_terminals(GRAMMAR.read_text(encoding="utf-8"))
    rules = [rule for rule in lark.rules if rule.origin.name != "start"]
    nonterminals = list(dict.fromkeys(rule.origin.name for rule in rules))
    numbers = number_states(table, table.start_states["start"], terminals + nonterminals)

    actions: list[list[int]] = [[] for _ in numbers]
    gotos: list[list[int]] = [[] for _ in numbers]
    accept = 0
    for state, number in numbers.items():
        row = table.states[state]
        for index, terminal in enumerate(terminals):
            if terminal not in row:
                continue
            action, target = row[terminal]
            if action is Shift:
                actions[number] += [index, numbers[target]]
            elif target.origin.name == "start":
                accept = number
            else:
                actions[number] += [index, -1 - rules.index(target)]
        for index, nonterminal in enumerate(nonterminals):
            if nonterminal in row:
                gotos[number] += [index, numbers[row[nonterminal][1]]]

    action_rows, state_actions = rows(actions)
    goto_rows, state_gotos = rows(gotos)
    shapes = [
        f'({nonterminals.index(rule.origin.name)}, {len(rule.expansion)}, "{rule.alias or ""}")'
        for rule in rules
    ]
    parts = [
        f"TERMINALS = {wrapped(terminals)}",
        f"NONTERMINALS = {wrapped(nonterminals)}",
        "RULES = (\n" + "".join(f"    {shape},\n" for shape in shapes) + ")",
        f"ACCEPT = {accept}",
        "ACTIONS = (\n" + "".join(f"    {wrapped_row(row)},\n" for row in action_rows) + ")",
        f"STATE_ACTIONS = {wrapped(state_actions)}",
        "GOTOS = (\n" + "".join(f"    {wrapped_row(row)},\n" for row in goto_rows) + ")",
        f"STATE_GOTOS = {wrapped(state_gotos)}",
    ]
    return HEADER + "\n".join(parts) + "\n"


def wrapped_row(row: list[int]) -> str:
    """One row of a table, in one line where it fits."""
    text = "(" + ", ".join(map(str, row)) + ("," if len(row) == 1 else "") + ")"
    if len(text) <= 94:
        return text
    return wrapped(row, "    ")


def main() -> None:
    TABLES.write_text(generate(), encoding="utf-8")
    sys.stdout.write(f"wrote {TABLES.name}\n")


if __name__ == "__main__":
    main()
