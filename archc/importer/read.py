"""All stages but the first and the last: from an exported graph to the text of a spec."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence

from archc.graph.labels import label_problem
from archc.importer.blocks import assemble
from archc.importer.calls import tree
from archc.importer.idioms import idioms, needed
from archc.importer.model import Exported, Unreadable
from archc.importer.nest import sized
from archc.importer.operations import Operation
from archc.importer.parameters import RESERVED
from archc.importer.reader import Reader
from archc.importer.write import spec_text
from archc.language.layout import layout
from archc.language.source import Source
from archc.named import NamedTuple


class Imported(NamedTuple):
    """A spec's text, and what it was made of; `unread` are modules with weights that never ran."""

    name: str
    text: str
    operations: tuple[Operation, ...]
    unread: tuple[str, ...]


def read(exported: Exported, name: str, origin: str, claims: list[str] | None = None) -> Imported:
    """The spec of an exported model; `claims` are lines for its end. Raises `Unreadable`."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 20_000))
    try:
        return _read(exported, name, origin, claims or [])
    finally:
        sys.setrecursionlimit(limit)


def _read(exported: Exported, name: str, origin: str, claims: list[str]) -> Imported:
    reader = Reader(exported)
    operations = reader.run()
    outputs = [reader.value(ref) for _, ref in exported.outputs]
    if not outputs:
        raise Unreadable("it returns no tensor")
    operations = held(idioms(needed(operations, set(outputs))), exported, reader.used)
    if not operations:
        raise Unreadable("it does nothing with its input")
    check_names(operations)
    root = tree(operations, outputs)
    labels = result_labels(exported)
    spec = assemble(root, exported, list(zip(labels, outputs, strict=True)))
    unread = never_run(exported, operations)
    notes = [f"Never run in evaluation: {', '.join(unread)}."] if unread else []
    names = input_names(exported)
    sizes = [
        (f"{names[label]} " if names else "") + sized(shape[1:]) for label, shape in exported.inputs
    ]
    text = spec_text(name, spec, sizes, claims, origin, notes, names)
    laid_out, problems = layout(Source(text, "imported"))
    if laid_out is None:
        raise Unreadable(f"the spec that came out cannot be read: {problems[0].message}")
    return Imported(name, laid_out, tuple(operations), tuple(unread))


def check_names(operations: list[Operation]) -> None:
    """Raises `Unreadable` for a module whose name no label can be."""
    paths = {frame.path for one in operations for frame in one.frames}
    paths |= {one.owner for one in operations if one.owner is not None}
    for path in sorted(paths - {""}):
        problem = label_problem(path)
        if problem is None and ("{" in path or "}" in path):
            problem = "braces in a label stand around numbers that count"
        if problem is not None:
            raise Unreadable(f"its module `{path}` has a name that no label can be: {problem}")


def input_names(exported: Exported) -> dict[str, str]:
    """What several inputs are called; a single one has no name."""
    if len(exported.inputs) < 2:
        return {}
    taken = {state.partition(".")[0] for state, _ in exported.parameters.values()}
    found: dict[str, str] = {}
    for label, _ in exported.inputs:
        name = re.sub(r"\W", "_", label).strip("_").lower() or "x"
        while name in RESERVED - {"x"} or name in taken or not name[0].isalpha():
            name = f"input_{name}"
        taken.add(name)
        found[label] = name
    return found


def result_labels(exported: Exported) -> list[str]:
    """The keys of a dictionary of results, where they can be labels; "" for the others."""
    taken = {state.partition(".")[0] for state, _ in exported.parameters.values()} | {"out"}
    labels = []
    for label, _ in exported.outputs:
        plain = label.isidentifier() and label.isascii() and label not in RESERVED
        labels.append(label if plain and label not in taken and not label_problem(label) else "")
        taken.add(label)
    return labels


def held(operations: list[Operation], exported: Exported, used: set[str]) -> list[Operation]:
    """The operations; what is not understood has its state, each tensor where it is read first."""
    seen = set(used)
    result = []
    for one in operations:
        if one.word == "opaque":
            own = [key for key in dict.fromkeys(one.state) if key not in seen]
            seen.update(own)
            holds = [exported.parameters[key] for key in own if key in exported.parameters]
            kept = [key for key in own if key not in exported.unsaved]
            keeps = [exported.buffers[key] for key in kept if key in exported.buffers]
            arguments = (*one.arguments, ("holds", holds), ("keeps", keeps))
            one = one._replace(arguments=arguments, state=tuple(own))
        result.append(one)
    return result


def opaque_names(operations: Sequence[Operation]) -> Counter[str]:
    """How often each operation occurs that is not understood."""
    return Counter(str(one.arguments[0][1]) for one in operations if one.word == "opaque")


def never_run(exported: Exported, operations: list[Operation]) -> list[str]:
    """The outermost modules whose weights no operation has."""
    ran = {one.owner for one in operations if one.owner is not None}
    scales = {one.owner for one in operations if one.word in ("scale", "shift")}
    held = {
        exported.parameters[key][0]
        for one in operations
        for key in one.state
        if key in exported.parameters
    }
    states = {state for state, _ in exported.parameters.values()} - scales - held
    owners = {state.rpartition(".")[0] for state in states}
    alive = {path[: index or len(path)] for path in ran for index in dots(path)}
    found: list[str] = []
    for owner in sorted(owners - ran - {""}):
        parts = owner.split(".")
        above = (".".join(parts[: depth + 1]) for depth in range(len(parts)))
        dead = next((path for path in above if path not in alive), owner)
        if dead not in found:
            found.append(dead)
    return found


def dots(path: str) -> list[int]:
    """Where the names of a path end; 0 stands for its end."""
    return [0, *(index for index, letter in enumerate(path) if letter == ".")]


def camel(name: str, kind: str) -> str:
    """A network's name: `ResNet50` of `resnet50` whose class is `ResNet`."""
    if name.lower().startswith(kind.lower()):
        rest = name[len(kind) :]
        whole = kind + "".join(part[:1].upper() + part[1:] for part in rest.split("_"))
        return whole[:1].upper() + whole[1:]
    made = "".join(part[:1].upper() + part[1:] for part in name.split("_") if part)
    return made if made[:1].isalpha() and made.isidentifier() and made.isascii() else "Imported"
