"""One block out of all instances of a class: what they share, and what differs as parameters.

The instance with the most statements comes first; the others are joined to it one by one, each
along the longest common row of statements. What an argument is over all instances is then said by
the simplest of these: a number, the channels that enter, an earlier parameter or a multiple of it,
a new parameter. What only some instances have stands under an `if`.
"""

from __future__ import annotations

from collections.abc import Sequence

from archc.importer.statements import Body, Statement

MISSING = None  # the statement is not in this instance
OMITTED = ...  # it is, without this argument
ACTIVATIONS = frozenset(
    (
        *("relu", "relu6", "silu", "hardswish", "hardsigmoid", "sigmoid", "tanh", "gelu", "elu"),
        *("leaky_relu", "mish", "softplus", "hardtanh"),
    )
)

Row = list["Statement | None"]


class Apart(Exception):
    """Instances whose skeletons differ: they cannot be one block."""


def common_body(bodies: Sequence[Body | None]) -> list[Statement]:
    """The bodies as one, whose arguments are lists of values, an instance each. Raises `Apart`."""
    columns = aligned(bodies)
    return [joined(column) for column in columns]


def aligned(bodies: Sequence[Body | None]) -> list[Row]:
    """The statements of all instances in columns, in an order that all of them keep."""
    count = len(bodies)
    order = sorted(range(count), key=lambda index: -len(bodies[index] or ()))
    columns: list[Row] = []
    for index in order:
        body = bodies[index]
        if body is None:
            continue
        pairs = best_pairs(columns, body)
        merged: list[Row] = []
        at = 0
        for position, statement in enumerate(body):
            partner = pairs.get(position)
            if partner is None:
                row: Row = [None] * count
                row[index] = statement
                merged.append(row)
                continue
            merged += columns[at:partner]
            columns[partner][index] = statement
            merged.append(columns[partner])
            at = partner + 1
        columns = merged + columns[at:]
    return columns


def best_pairs(columns: list[Row], body: Body) -> dict[int, int]:
    """Which statement goes into which column: the heaviest pairs that keep the order."""
    width, height = len(columns), len(body)
    weights = [
        [max(likeness(one, statement) for one in column if one is not None) for statement in body]
        for column in columns
    ]
    table = [[0.0] * (height + 1) for _ in range(width + 1)]
    for i in range(width - 1, -1, -1):
        for j in range(height - 1, -1, -1):
            table[i][j] = max(table[i + 1][j], table[i][j + 1])
            if weights[i][j]:
                table[i][j] = max(table[i][j], weights[i][j] + table[i + 1][j + 1])
    pairs: dict[int, int] = {}
    i = j = 0
    while i < width and j < height:
        if weights[i][j] and table[i][j] == weights[i][j] + table[i + 1][j + 1]:
            pairs[j] = i
            i, j = i + 1, j + 1
        elif table[i][j] == table[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def likeness(one: Statement, other: Statement) -> float:
    """How well two statements go together: 0 not at all, 1 for their kind, more for arguments."""
    if one.kind != other.kind or name(one) != name(other):
        return 0.0
    if one.word != other.word:
        both = one.word in ACTIVATIONS and other.word in ACTIVATIONS
        return 0.75 if both and not name(one) and not (one.arguments or other.arguments) else 0.0
    names = set(one.arguments) | set(other.arguments)
    equal = sum(one.arguments.get(name) == other.arguments.get(name) for name in names)
    weight = 1 + (0.5 * equal / len(names) if names else 0.5)
    if depthwise(one) != depthwise(other):
        weight -= 0.75
    if one.bodies:
        weight += sum(len(body) for body in one.bodies) * 0.1
    return weight


def name(statement: Statement) -> str:
    """The label that the model gives it."""
    return "" if statement.fresh else statement.label


def depthwise(statement: Statement) -> bool:
    """Whether every channel is a group: such a convolution goes with its like."""
    groups = statement.arguments.get("groups", 1)
    return type(groups) is int and groups > 1 and statement.entering[:1] == (groups,)


def joined(column: Row) -> Statement:
    """One statement for a column; arguments become lists, bodies are joined in turn."""
    present = [one for one in column if one is not None]
    first = present[0]
    merged = Statement(first.kind, first.word)
    labels = {one.label for one in present if one.label}
    if len(labels) > 1:
        raise Apart
    merged.label, merged.fresh = labels.pop() if labels else "", first.fresh
    merged.child = first.child
    merged.instance = column
    merged.read = any(one.read for one in present)
    merged.source = first.source
    merged.path = first.path
    if any(one.word != first.word for one in present):
        merged.word = ""
        merged.arguments["word"] = [one.word if one else MISSING for one in column]
    names = dict.fromkeys(name for one in present for name in one.arguments)
    for name in names:
        merged.arguments[name] = [
            one.arguments.get(name, OMITTED) if one is not None else MISSING for one in column
        ]
    merged.reads = first.reads
    ways = {(tuple(one.path), *(tuple(read.path) for read in one.reads)) for one in present}
    if len(ways) > 1:
        raise Apart
    number = max(len(one.bodies) for one in present)
    if number != min(len(one.bodies) for one in present) and first.word != "add":
        raise Apart
    for index in range(number):
        inner = [
            one.bodies[index] if one is not None and index < len(one.bodies) else None
            for one in column
        ]
        body = common_body(inner)
        merged.bodies.append(body)
    merged.arguments["branches"] = [len(one.bodies) if one else MISSING for one in column]
    return merged


def shortcuts(bodies: list[Body]) -> list[Body]:
    """Instances without the shortcut that others have, as an `add` of a single branch."""
    places = [
        next((i for i, one in enumerate(body) if one.kind == "merge" and one.word == "add"), None)
        for body in bodies
    ]
    having = [i for i, place in enumerate(places) if place is not None]
    if not having or len(having) == len(bodies):
        return bodies
    model = bodies[having[0]]
    place = places[having[0]]
    assert place is not None
    behind = len(model) - place - 1
    result = []
    for body, found in zip(bodies, places, strict=True):
        if found is None and len(body) > place + behind:
            wrapped = Statement("merge", "add", {}, [body[place : len(body) - behind]])
            wrapped.entering = body[0].entering
            wrapped.shape = wrapped.bodies[0][-1].shape
            body = [*body[:place], wrapped, *body[len(body) - behind :]]
        result.append(body)
    return result
