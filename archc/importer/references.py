"""Labels for values that are read again, and the words by which `from` and `share` find them."""

from __future__ import annotations

from archc.importer.statements import Body, Statement, within

OWN = "@"  # the name of the block or network that is written, which is found later


def settle(body: Body) -> Body:
    """Names what is read and has no name, and writes the path into everything that reads.

    A name is looked for from the inside out, so one that a group between repeats is read by the
    path from the scope around that it is in; where that one's name is hidden too, the value gets
    another name, by an `identity` behind it.
    """
    label_sequences(body)
    taken = {one.label for one in within(body)}
    number = 0
    places: dict[int, tuple[Body, list[Statement]]] = {}

    def fresh() -> str:
        nonlocal number
        number += 1
        while f"skip{number}" in taken:
            number += 1
        return f"skip{number}"

    def place(inside: Body, scopes: list[Statement]) -> None:
        for statement in inside:
            for one in (statement, *statement.reads):
                places[id(one)] = (inside, scopes)
            if statement.read and not statement.label:
                statement.label, statement.fresh = fresh(), True
            deeper = [*scopes, statement] if statement.scope else scopes
            for inner in statement.bodies:
                place(inner, deeper)

    place(body, [])
    for reader in list(within(body)):
        source = reader.source
        if source is None or id(source) not in places:
            continue
        inside, scopes = places[id(source)]
        here = places[id(reader)][1]
        reader.path = path_of(scopes, source, here)
        if hidden(reader.path[0], scopes, here):
            around = [one.label for one, two in zip(scopes, here, strict=False) if one is two]
            whole = [around[-1] if around else OWN, *reader.path]
            if not hidden(whole[0], scopes, here):
                reader.path = whole
        if reader.kind == "from" and hidden(reader.path[0], scopes, here):
            known = inside[inside.index(source) + 1 :][:1]
            if not known or known[0].word != "identity" or not known[0].label:
                named = Statement("layer", "identity")
                named.label, named.value = fresh(), source.value
                named.shape = named.entering = source.shape
                inside.insert(inside.index(source) + 1, named)
                places[id(named)] = (inside, scopes)
                known = [named]
            reader.path = path_of(scopes, known[0], here)
    return body


def path_of(scopes: list[Statement], source: Statement, here: list[Statement]) -> list[str]:
    """The labels from the last scope that both are in down to the source."""
    shared = 0
    while shared < min(len(scopes), len(here)) and scopes[shared] is here[shared]:
        shared += 1
    return [one.label for one in (*scopes[shared:], source)]


def hidden(name: str, scopes: list[Statement], here: list[Statement]) -> bool:
    """Whether a scope between the reader and the scope of the source has the name as well."""
    shared = 0
    while shared < min(len(scopes), len(here)) and scopes[shared] is here[shared]:
        shared += 1
    return any(
        name in (scope.label, one.label)
        for scope in here[shared:]
        for inner in scope.bodies
        for one in own_scope(inner)
    )


def own_scope(body: Body) -> list[Statement]:
    """The labelled statements whose labels belong to the scope that a body is in."""
    found = []
    for statement in body:
        if statement.label:
            found.append(statement)
        if not statement.scope:
            for inner in statement.bodies:
                found += own_scope(inner)
    return found


def label_sequences(body: Body) -> None:
    """A sequence of which something is read has labels, and then all its members have them."""
    if any(one.read and one.child for one in body):
        for one in body:
            one.label, one.child = one.label or one.child, ""
    for statement in body:
        for inner in statement.bodies:
            label_sequences(inner)
