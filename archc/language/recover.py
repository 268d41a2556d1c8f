"""Going on after a syntax error, so that one run reports every independent mistake.

The statement with the error is given up: the parser goes on at its end, or at the braces that
follow, so that what stands inside them is checked too. Outside networks and blocks it goes on at
the next definition.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from archc.language import kinds as k
from archc.language.parser import DEFINITIONS, GOTO_ROWS, STATE_ROWS, STATEMENTS
from archc.language.passages import cleared, passage_at
from archc.language.source import Span
from archc.language.tables import NONTERMINALS, RULES, TERMINALS
from archc.language.tokens import MOST_REPORTS, Tokens
from archc.language.tree import Broken

PARAMETERS = NONTERMINALS.index("parameters")
LISTS = frozenset(
    row[symbol] for row in GOTO_ROWS for symbol in (DEFINITIONS, STATEMENTS) if symbol in row
)
BODY_ENDS = frozenset(row[k.BRACE_CLOSE] for row in STATE_ROWS if row.get(k.BRACE_CLOSE, 0) > 0)
STARTS_DEFINITION = frozenset((k.NETWORK, k.BLOCK))


def recover(
    tokens: Tokens, states: list[int], values: list[Any], begins: list[int], token: int
) -> int:
    """Reports the error at a token, unwinds to the list around it; returns where to go on."""
    first = statement_start(tokens, token)
    passage = passage_at(tokens, first, token)
    if passage is not None:
        cleared(tokens, passage)
    silent = passage is not None and passage.silent
    if len(tokens.diagnostics) < MOST_REPORTS and not silent and not reported(tokens, first, token):
        from archc.language.explain import explain

        explain(tokens, first, token, acceptable(states), passage)
    unwind(states, values, begins)
    if passage is not None and at_definitions(states):
        return behind(tokens, token, passage.resume)
    if at_definitions(states):
        return next_definition(tokens, states, values, begins, token)
    kinds = tokens.kinds
    values[-1].append(Broken(given_up(tokens, first, token)))
    if passage is not None:
        return behind(tokens, token, passage.resume)
    definition = kinds[token] in STARTS_DEFINITION
    while True:
        kind = kinds[token]
        if kind == k.BRACE and definition:
            token = past_braces(kinds, token)
            return token + (kinds[token] == k.END)
        if kind == k.END:
            return token + 1
        if kind in (k.BRACE, k.BRACE_CLOSE):
            return token
        if kind == k.END_OF_FILE:
            del states[2:], values[1:], begins[1:]
            return token
        token += 1


def at_definitions(states: list[int]) -> bool:
    """Whether a network or block may stand here, and no statement."""
    return DEFINITIONS in GOTO_ROWS[0] and states[-1] == GOTO_ROWS[0][DEFINITIONS]


def given_up(tokens: Tokens, first: int, token: int) -> Span:
    """The text of a statement that is not read, up to its end or its braces."""
    kinds = tokens.kinds
    end = max(token, first)
    while kinds[end] not in (k.END, k.BRACE, k.BRACE_CLOSE, k.END_OF_FILE):
        end += 1
    start = tokens.starts[first]
    return Span(tokens.source, start, max(tokens.ends[end - 1] if end else 0, start))


def next_definition(
    tokens: Tokens, states: list[int], values: list[Any], begins: list[int], token: int
) -> int:
    """Skips to the next definition, or reads the braces of a broken one as those of a network."""
    kinds = tokens.kinds
    first = statement_start(tokens, token)
    broken_definition = kinds[first] in STARTS_DEFINITION
    while True:
        kind = kinds[token]
        if kind == k.BRACE and broken_definition:
            state = states[-1]
            for symbol in (k.NETWORK, k.NAME):
                state = STATE_ROWS[state][symbol]
                states.append(state)
                values.append(token)
                begins.append(tokens.starts[token])
            states.append(GOTO_ROWS[state][PARAMETERS])
            values.append([])
            begins.append(tokens.starts[token])
            return token
        if kind == k.BRACE:
            token = past_braces(kinds, token)
            continue
        if kind == k.END_OF_FILE:
            return token
        token += 1
        if kind == k.END and starts_definition(tokens, token):
            return token


def starts_definition(tokens: Tokens, token: int) -> bool:
    kind = tokens.kinds[token]
    if kind in STARTS_DEFINITION or kind == k.END_OF_FILE:
        return True
    start = tokens.starts[token]
    at_margin = start == 0 or tokens.text[start - 1] == "\n"
    return at_margin and (kind == k.LET or (kind == k.FROM and tokens.kinds[token + 1] == k.TEXT))


def past_braces(kinds: list[int], token: int) -> int:
    depth = 0
    while True:
        kind = kinds[token]
        depth += (kind == k.BRACE) - (kind == k.BRACE_CLOSE)
        token += 1
        if depth == 0:
            return token


def behind(tokens: Tokens, token: int, place: int) -> int:
    """The first token from a place on, or the `}` before it that closes what is around."""
    kinds = tokens.kinds
    while kinds[token] != k.END_OF_FILE and tokens.starts[token] < place:
        if kinds[token] == k.BRACE_CLOSE:
            return token
        token = past_braces(kinds, token) if kinds[token] == k.BRACE else token + 1
    return token + 1 if kinds[token] == k.END else token


def unwind(states: list[int], values: list[Any], begins: list[int]) -> None:
    """Pops back to the innermost list of statements or definitions."""
    if states[-1] in BODY_ENDS:
        # Braces just closed, not yet reduced: the list inside them is not the one around.
        del states[-3:], values[-3:], begins[-3:]
    while True:
        state = states[-1]
        if state in LISTS:
            return
        row = GOTO_ROWS[state]
        symbol = STATEMENTS if STATEMENTS in row else DEFINITIONS
        if symbol in row:
            states.append(row[symbol])
            values.append([])
            begins.append(begins[-1] if begins else 0)
            return
        states.pop()
        values.pop()
        begins.pop()


def statement_start(tokens: Tokens, token: int) -> int:
    """The first token of the statement a token stands in."""
    kinds = tokens.kinds
    token = max(token - 1, 0) if kinds[token] == k.END else token
    first = token
    while first > 0 and kinds[first - 1] not in (k.END, k.BRACE, k.BRACE_CLOSE):
        first -= 1
    return first


def reported(tokens: Tokens, first: int, token: int) -> bool:
    """Whether something in the statement, up to the token, has been reported already."""
    if tokens.unread and tokens.starts[token] >= tokens.diagnostics[-1].span.start:
        return True
    if tokens.kinds[token] in k.CLOSERS and tokens.starts[token] == tokens.ends[token]:
        return True
    if tokens.kinds[token] == k.ELSE and first == token and _broken_if(tokens, token):
        return True
    start, end = tokens.starts[first], max(tokens.ends[token], tokens.starts[token] + 1)
    places = tokens.places
    index = bisect_left(places, start)
    return index < len(places) and places[index] < end


def _broken_if(tokens: Tokens, token: int) -> bool:
    """Whether the `if` of an `else` is there, with a mistake before its braces."""
    kinds = tokens.kinds
    while token and kinds[token] == k.ELSE and kinds[token - 1] == k.BRACE_CLOSE:
        depth, opened = 1, token - 1
        while depth and opened:
            opened -= 1
            depth += (kinds[opened] == k.BRACE_CLOSE) - (kinds[opened] == k.BRACE)
        token = statement_start(tokens, opened)
        head = range(tokens.starts[token], tokens.ends[opened])
        if any(one.span.start in head for one in tokens.diagnostics):
            return True
    return False


def acceptable(states: list[int]) -> set[int]:
    """The kinds of token that could stand here: those the tables would shift in the end."""
    return {kind for kind in range(len(TERMINALS)) if shifts(states, kind)}


def shifts(states: list[int], kind: int) -> bool:
    """Whether a token of this kind would be shifted, after however many reductions."""
    stack = states[-200:]
    while stack:
        action = STATE_ROWS[stack[-1]].get(kind, 0)
        if action >= 0:
            return action > 0
        nonterminal, size, _ = RULES[-action - 1]
        if size:
            del stack[-size:]
        if not stack:
            return True
        stack.append(GOTO_ROWS[stack[-1]][nonterminal])
    return True
