"""Reading a spec: the lexer, the LALR tables and the builder put together.

`drive` is a plain table-driven parser, so it has no recursion to run out of; what it does at an
error is in recover.py, which is imported at the first error only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from archc.diagnostics import Diagnostic
from archc.interpreter import ROOMY
from archc.language.build import Builder
from archc.language.lexer import Lexer
from archc.language.source import Source
from archc.language.tables import (
    ACCEPT,
    ACTIONS,
    GOTOS,
    NONTERMINALS,
    RULES,
    STATE_ACTIONS,
    STATE_GOTOS,
    TERMINALS,
)
from archc.language.tokens import Tokens
from archc.language.tree import Program

Method = Callable[[list[Any], int, int], Any]
Recover = Callable[[list[int], list[Any], list[int], int], int]

LONGEST_FILE = 2 * 1024 * 1024
MOST_TOKENS = 700_000


def rows(numbers: tuple[int, ...], table: tuple[tuple[int, ...], ...]) -> list[dict[int, int]]:
    """The row of every state, as a dictionary; equal rows are one."""
    distinct = [dict(zip(row[::2], row[1::2], strict=True)) for row in table]
    return [distinct[number] for number in numbers]


STATE_ROWS = rows(STATE_ACTIONS, ACTIONS)
GOTO_ROWS = rows(STATE_GOTOS, GOTOS)
PASSES_ON = frozenset(-number for number, rule in enumerate(RULES, 1) if not rule[2])
# Where a run of rules that only pass their symbol on ends, by what is below, on top and ahead.
JUMPS: dict[int, int] = {}


def jump(below: int, state: int, kind: int) -> int:
    """The state after all the rules that only pass on the symbol on top."""
    key = (below * len(STATE_ROWS) + state) * len(TERMINALS) + kind
    action = STATE_ROWS[state][kind]
    while action in PASSES_ON:
        state = GOTO_ROWS[below][RULES[-action - 1][0]]
        action = STATE_ROWS[state].get(kind, 0)
    JUMPS[key] = state
    return state


def drive(tokens: Tokens, methods: list[Method | None], recover: Recover) -> Any:
    """Runs the tables over the tokens; returns the value of the list of definitions.

    `methods` has a method for every rule, None where the rule passes its symbol on. `recover` is
    told of an error, mends the stacks and returns the token to go on with.
    """
    kinds, starts, ends = tokens.kinds, tokens.starts, tokens.ends
    rules: list[tuple[int, int, Method | None]] = [
        (0, 0, None),
        *((n, s, m) for (n, s, _), m in zip(RULES, methods, strict=True)),
    ]
    state_rows, goto_rows, jumps = STATE_ROWS, GOTO_ROWS, JUMPS
    below_factor, state_factor = len(STATE_ROWS) * len(TERMINALS), len(TERMINALS)
    states = [0]
    values: list[Any] = []
    begins: list[int] = []
    state = token = finish = 0
    kind = kinds[0]
    while True:
        action = state_rows[state].get(kind, 0)
        if action > 0:
            states.append(action)
            state = action
            values.append(token)
            begins.append(starts[token])
            finish = ends[token]
            token += 1
            kind = kinds[token]
        elif action < 0:
            nonterminal, size, method = rules[-action]
            if method is None:
                below = states[-2]
                state = jumps.get(below * below_factor + state * state_factor + kind) or jump(
                    below, state, kind
                )
                states[-1] = state
            elif size == 1:
                values[-1] = method(values[-1:], begins[-1], finish)
                state = goto_rows[states[-2]][nonterminal]
                states[-1] = state
            elif size:
                value = method(values[-size:], begins[-size], finish)
                del values[1 - size :]
                del begins[1 - size :]
                del states[-size:]
                values[-1] = value
                state = goto_rows[states[-1]][nonterminal]
                states.append(state)
            else:
                begin = starts[token]
                values.append(method([], begin, begin))
                begins.append(begin)
                state = goto_rows[state][nonterminal]
                states.append(state)
        elif kind == 0 and state == ACCEPT:
            return values[-1]
        else:
            token = recover(states, values, begins, token)
            state = states[-1]
            kind = kinds[token]


def methods_of(builder: object) -> list[Method | None]:
    """For every rule the method its alias names."""
    return [getattr(builder, name) if name else None for _, _, name in RULES]


def parse(source: Source) -> tuple[Program, list[Diagnostic]]:
    """The program a text holds, as far as it can be read, and what is wrong with it.

    Never raises for a text. Where there are errors the program holds the statements that could be
    read. Of the last few texts it is known: whoever looks for a cure, or writes code, reads again
    what was just checked.
    """
    program, diagnostics = _parsed(source)
    return program, [*diagnostics]


@lru_cache(4)
def _parsed(source: Source) -> tuple[Program, list[Diagnostic]]:
    tokens = Lexer(source)
    if len(source.text) > LONGEST_FILE:
        return too_large(tokens, f"{len(source.text):,} characters, more than {LONGEST_FILE:,}")
    with ROOMY:
        return read(tokens)


def too_large(tokens: Lexer, how: str) -> tuple[Program, list[Diagnostic]]:
    """Nothing is read of a file beyond the limits."""
    tokens.report("file-too-large", f"this file has {how}", 0, 0, "import what stands elsewhere")
    return Program(tokens.source, None, (), ()), tokens.diagnostics


def read(tokens: Lexer) -> tuple[Program, list[Diagnostic]]:
    """Runs the stages over one file."""
    tokens.run()
    if len(tokens.kinds) > MOST_TOKENS:
        return too_large(
            tokens, f"{len(tokens.kinds):,} words and signs, more than {MOST_TOKENS:,}"
        )
    builder = Builder(tokens)

    def recover(states: list[int], values: list[Any], begins: list[int], token: int) -> int:
        from archc.language.recover import recover

        return recover(tokens, states, values, begins, token)

    definitions = drive(tokens, methods_of(builder), recover)
    program = builder.finish(definitions)
    tokens.diagnostics.sort(key=place)
    return program, tokens.diagnostics


def place(diagnostic: Diagnostic) -> int:
    return diagnostic.span.start


DEFINITIONS = NONTERMINALS.index("definitions")
STATEMENTS = NONTERMINALS.index("statements")
