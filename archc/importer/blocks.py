"""Which classes become blocks, and each block's text from its instances, innermost class first."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from archc.importer.calls import Call
from archc.importer.conditions import Solver
from archc.importer.loops import roll
from archc.importer.model import Exported
from archc.importer.nest import Nester, Results, sequence
from archc.importer.parameters import Parameter
from archc.importer.references import settle
from archc.importer.statements import Body, Code, Statement, within
from archc.importer.unify import MISSING, Apart, common_body, shortcuts
from archc.named import NamedTuple

CONTAINERS = "torch.nn.modules.container."


class Block(NamedTuple):
    name: str
    parameters: list[Parameter]
    body: Body


class Spec(NamedTuple):
    """A network and its blocks, each before those that call it."""

    blocks: list[Block]
    body: Body


def assemble(root: Call, exported: Exported, results: Results) -> Spec:
    """The blocks and the body of the network."""
    kinds = block_kinds(root)
    nester = Nester(kinds, loose_kinds(root, kinds))
    body = settle(nester.body(root, results))
    bodies: dict[str, list[tuple[Call, Statement, Body]]] = defaultdict(list)
    for call, statement in nester.instances:  # grows while it is gone through
        bodies[call.kind].append((call, statement, settle(nester.block(call))))
    blocks: list[Block] = []
    names: set[str] = set()
    for kind in innermost_first(bodies):
        blocks += unified(bodies[kind], exported, names)
    return Spec(blocks, roll(body))


def block_kinds(root: Call) -> set[str]:
    """Classes with several instances that a block can be: one value in, one out."""
    paths: dict[str, set[str]] = defaultdict(set)
    excluded: set[str] = set()

    def visit(call: Call, above: tuple[str, ...]) -> None:
        for item in call.items:
            inner = item.what
            if isinstance(inner, Call):
                paths[inner.kind].add(inner.path)
                if len(inner.inputs) != 1 or len(inner.outputs) != 1 or inner.kind in above:
                    excluded.add(inner.kind)
                visit(inner, (*above, inner.kind))

    visit(root, (root.kind,))
    return {
        kind
        for kind, found in paths.items()
        if len(found) > 1 and kind not in excluded and not kind.startswith(CONTAINERS)
    }


def loose_kinds(root: Call, kinds: set[str]) -> set[str]:
    """Classes of which at least one instance is no sequence: none of the others is then."""
    found: set[str] = set()

    def visit(call: Call) -> None:
        if call.kind in kinds and not sequence(call, kinds):
            found.add(call.kind)
        for item in call.items:
            if isinstance(item.what, Call):
                visit(item.what)

    visit(root)
    return found


def innermost_first(bodies: dict[str, list[tuple[Call, Statement, Body]]]) -> list[str]:
    """The classes, each behind those that its instances call."""
    result: list[str] = []

    def visit(kind: str) -> None:
        if kind in result:
            return
        for _, _, body in bodies[kind]:
            for statement in within(body):
                if statement.kind == "call" and isinstance(statement.instance, Call):
                    visit(statement.instance.kind)
        result.append(kind)

    for kind in list(bodies):
        visit(kind)
    return result


def unified(
    instances: list[tuple[Call, Statement, Body]], exported: Exported, names: set[str]
) -> list[Block]:
    """One block for all instances of a class, or one for each of its skeletons."""
    rolled = [(call, statement, roll(body)) for call, statement, body in instances]
    try:
        return [one_block(rolled, exported, names)]
    except Apart:
        variants: dict[Any, list[tuple[Call, Statement, Body]]] = defaultdict(list)
        for instance in rolled:
            variants[skeleton(instance[2])].append(instance)
        return [
            block for variant in variants.values() for block in of_variant(variant, exported, names)
        ]


def of_variant(
    instances: list[tuple[Call, Statement, Body]], exported: Exported, names: set[str]
) -> list[Block]:
    """One block for instances of one skeleton; one for each where even they do not go together."""
    try:
        return [one_block(instances, exported, names)]
    except Apart:
        return [one_block([instance], exported, names) for instance in instances]


def skeleton(body: Body) -> Any:
    return tuple((one.kind, one.word, one.label, tuple(map(skeleton, one.bodies))) for one in body)


def one_block(
    instances: list[tuple[Call, Statement, Body]], exported: Exported, names: set[str]
) -> Block:
    bodies = shortcuts([body for _, _, body in instances])
    body = common_body(bodies)
    if len(instances) > 1:
        check_labels(body)
    entering = [first_of(statement.entering) for _, statement, _ in instances]
    known = [
        exported.modules[call.path].arguments if call.path in exported.modules else {}
        for call, _, _ in instances
    ]
    parameters = Solver(body, entering, known).run()
    parameters.sort(key=lambda one: one.default is not ...)
    name = block_name(instances[0][0].name, names)
    for index, (_, statement, _) in enumerate(instances):
        statement.word = name
        statement.arguments = {
            one.name: one.told(index) for one in parameters if one.told(index) is not MISSING
        }
    return Block(name, parameters, settled(body, {one.name for one in parameters}))


def first_of(shape: tuple[int, ...]) -> int:
    return shape[0] if shape else 0


def check_labels(body: Body) -> None:
    """Raises `Apart` where one label stands in two places of a scope."""
    seen: set[str] = set()

    def visit(inside: Body) -> None:
        for statement in inside:
            if statement.label:
                if statement.label in seen:
                    raise Apart
                seen.add(statement.label)
            if statement.scope:
                for inner in statement.bodies:
                    check_labels(inner)
            else:
                for inner in statement.bodies:
                    visit(inner)

    visit(body)


def block_name(name: str, names: set[str]) -> str:
    """The class's name, with a capital and like no other."""
    base = name.strip("_") or "Block"
    base = base[0].upper() + base[1:]
    found, number = base, 2
    while found in names:
        found, number = f"{base}{number}", number + 1
    names.add(found)
    return found


def settled(body: Body, taken: set[str]) -> Body:
    """`entering` as `in.channels` where that is what reaches the place, else as a value on top."""
    used, foreign = uses(body, True)
    if not used:
        return body
    if not foreign:
        rename(body, "in.channels")
        return body
    word = next(one for one in ("width", "inputs", "entering") if one not in taken)
    rename(body, word)
    let = Statement("let", word)
    let.arguments["value"] = Code("in.channels")
    return [let, *body]


def uses(body: Body, entry: bool) -> tuple[bool, bool]:
    """Whether `entering` is used, and whether anywhere else than where the block's input is."""
    used = foreign = False
    for index, statement in enumerate(body):
        here = entry and index == 0
        asks = any(
            isinstance(one, Code) and "entering" in one
            for value in statement.arguments.values()
            for one in (value if isinstance(value, list) else [value])
        )
        used |= asks
        foreign |= asks and not here
        for inner in statement.bodies:
            more, outside = uses(inner, here and statement.kind != "loop")
            used |= more
            foreign |= outside
    return used, foreign


def rename(body: Body, text: str) -> None:
    for statement in within(body):
        for name, value in statement.arguments.items():
            if isinstance(value, list):
                statement.arguments[name] = [renamed(one, text) for one in value]
            else:
                statement.arguments[name] = renamed(value, text)


def renamed(value: Any, text: str) -> Any:
    return Code(value.replace("entering", text)) if isinstance(value, Code) else value
