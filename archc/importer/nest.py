"""A flat graph turned into branches and chains, by dominators.

What all inputs of a merge have passed last is where its branches part. A value that has been made
already is read again by `from`. No search, and every graph has such a text.
"""

from __future__ import annotations

from typing import Any

from archc.importer.calls import Call, Item
from archc.importer.operations import Operation
from archc.importer.statements import Body, Code, Statement

Results = list[tuple[str, str]]
"""The results of a network: a label, which may be empty, and the value."""
MERGES = ("add", "mul", "concat", "matmul")


class Nester:
    """Writes the body of one call; `blocks` are the classes whose calls stay calls."""

    def __init__(self, blocks: set[str], loose: set[str]) -> None:
        self.blocks = blocks
        self.loose = loose  # classes whose instances are no sequences
        self.made: dict[str, Statement] = {}
        self.owned: dict[str, Statement] = {}
        self.instances: list[tuple[Call, Statement]] = []

    def block(self, call: Call) -> Body:
        """The body of a block, which sees nothing of what is around its call."""
        self.made = {}
        self.owned = {}
        return self.body(call)

    def body(self, call: Call, results: Results | None = None) -> Body:
        """The statements from the call's input to its output, or to the results of the network."""
        producers: dict[str, Item] = {}
        passed: dict[str, list[str]] = {}
        for item in call.items:
            ways = [passed.setdefault(value, [value]) for value in item.inputs]
            shared = common(ways)
            for value in item.outputs:
                producers[value] = item
                passed[value] = [*shared, value]
        frame = Frame(self, call, producers, passed)
        entry = call.inputs[0] if call.inputs else ""
        if results is not None:
            return self.results(frame, results, "" if len(call.inputs) > 1 else entry)
        body: Body = []
        current = entry
        targets = call.outputs[-1:] if call.outputs else []
        for value in [*call.outputs[:-1], *targets]:
            if value not in self.made or value == targets[-1]:
                body += frame.emit(value, current)
                current = value
        return body

    def results(self, frame: Frame, results: Results, current: str) -> Body:
        """The statements of the network: its further results, then the one that is the main one."""
        (_, main), *others = results
        body: Body = []
        for label, value in others:
            if value == main:
                continue
            body += frame.emit(value, current)
            further = Statement("output", "identity")
            further.label = label
            body.append(further)
            current = value
        return body + frame.emit(main, current)


class Frame:
    """The body of one call while it is written."""

    def __init__(
        self,
        nester: Nester,
        call: Call,
        producers: dict[str, Item],
        passed: dict[str, list[str]],
    ) -> None:
        self.nester = nester
        self.call = call
        self.producers = producers
        self.passed = passed
        self.sequence = call.kind not in nester.loose and sequence(call, nester.blocks)

    def emit(self, target: str, current: str) -> Body:
        """Statements that lead from one value to another."""
        made = self.nester.made
        before: Body = []
        chain: list[tuple[str, Item]] = []
        while target != current:
            if target in made or target not in self.producers:
                before = [self.back(target)]
                break
            item = self.producers[target]
            inputs = list(dict.fromkeys(item.inputs))
            if isinstance(item.what, Operation) and item.what.word in MERGES:
                before = self.merged(target, item.what, current)
                break
            if not inputs:
                before = [self.single(target, item)]
                break
            chain.append((target, item))
            target = inputs[0]
        for value, item in reversed(chain):
            first, *more = dict.fromkeys(item.inputs)
            late = [one for one in more if one in self.producers and one not in made]
            for one in late:
                before += self.emit(one, "")
            if late:
                before.append(self.back(first))
            before += self.one(value, item)
        return before

    def merged(self, target: str, operation: Operation, current: str) -> Body:
        """A merge: what its branches share, then each branch from there."""
        ways = [self.passed[value] for value in operation.inputs]
        shared = common(ways)
        if not shared:
            fork = current
            before: Body = []
        else:
            fork = shared[-1]
            before = self.emit(fork, current)
        branches = [self.emit(value, fork) for value in operation.inputs]
        if operation.word in ("add", "mul") and [] in branches:  # the order changes no value
            branches.sort(key=lambda branch: (branch == []) is (operation.word == "add"))
        statement = self.statement(target, Item(operation))
        statement.bodies = branches
        return [*before, statement]

    def one(self, value: str, item: Item) -> Body:
        """A layer or a call; a result of a call that is not its last is fetched behind it."""
        if value in self.nester.made:
            return [self.back(value)]
        statement = self.single(value, item)
        if isinstance(item.what, Call) and value != item.outputs[-1]:
            return [statement, self.back(value)]
        return [statement]

    def single(self, value: str, item: Item) -> Statement:
        what = item.what
        if isinstance(what, Operation):
            return self.statement(value, item)
        inside = list(what.operations())
        if what.path in self.nester.owned:
            return self.shared(what.path, value, inside[-1].shape, inside[0].entering)
        if what.kind in self.nester.blocks:
            statement = Statement("call", what.name)
            statement.instance = what
            self.nester.instances.append((what, statement))
        else:
            statement = Statement("group")
            statement.bodies = [self.nester.body(what)]
        self.name(statement, item, what.path)
        statement.value = what.outputs[-1] if what.outputs else value
        statement.shape = inside[-1].shape
        statement.entering = inside[0].entering
        self.nester.made[statement.value] = statement
        self.nester.owned[what.path] = statement
        return statement

    def shared(
        self, path: str, value: str, shape: tuple[int, ...], entering: tuple[int, ...]
    ) -> Statement:
        """A module that runs again, with the same weights."""
        statement = Statement("share")
        statement.source = self.nester.owned[path]
        statement.source.read = True
        statement.value, statement.shape, statement.entering = value, shape, entering
        self.nester.made[value] = statement
        return statement

    def statement(self, value: str, item: Item) -> Statement:
        operation = item.what
        assert isinstance(operation, Operation)
        if operation.owner is not None and operation.owner in self.nester.owned:
            return self.shared(operation.owner, value, operation.shape, operation.entering)
        kind = "merge" if operation.word in MERGES else "layer"
        statement = Statement(kind, operation.word, simplified(operation))
        statement.value = value
        statement.shape = operation.shape
        statement.entering = operation.entering
        if operation.word == "opaque":
            self.opaque(statement, operation)
        self.name(statement, item, operation.owner)
        self.nester.made[value] = statement
        if operation.owner is not None:
            self.nester.owned[operation.owner] = statement
        return statement

    def opaque(self, statement: Statement, operation: Operation) -> None:
        """What an operation that is not understood reads besides, holds and gives."""
        given = statement.arguments
        statement.reads = [self.back(value) for value in operation.inputs[1:]]
        for word in ("holds", "keeps"):
            held = given.pop(word, ())
            pairs = [f'["{under(path, self.call.path)}", {sized(shape)}]' for path, shape in held]
            if pairs:
                given[word] = Code(f"[{', '.join(pairs)}]")
        given["gives"] = Code(sized(operation.shape))

    def name(self, statement: Statement, item: Item, owner: str | None) -> None:
        """The label: the name of the module under this call, where it has weights."""
        if self.sequence:
            statement.child = item.child
        elif owner is not None:
            statement.label = under(owner, self.call.path)

    def back(self, value: str) -> Statement:
        """`from` a value that was made before, or that entered the network."""
        statement = Statement("from")
        statement.value = value
        statement.source = self.nester.made.get(value)
        if statement.source is not None:
            statement.source.read = True
            statement.shape = statement.source.shape
        return statement


def under(path: str, here: str) -> str:
    """A name of the model as it is seen from one of its modules."""
    return path[len(here) :].lstrip(".") if path.startswith(here) else path


def sized(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) if len(shape) > 1 else f"[{shape[0] if shape else ''}]"


def simplified(operation: Operation) -> dict[str, Any]:
    """The arguments as an author writes them: one number where all axes have it."""
    given = dict(operation.arguments)
    for name in ("stride", "pad", "dilation", "output_pad"):
        value = given.get(name)
        if isinstance(value, tuple) and all(type(axis) is int for axis in value):
            given[name] = value[0] if len(set(value)) == 1 else value
    row = "shape" if operation.word in ("scale", "shift") else "order"
    if isinstance(given.get(row), tuple):
        given[row] = Code(str(list(given[row])))
    return given


def common(ways: list[list[str]]) -> list[str]:
    """What all ways have passed, in order."""
    if not ways:
        return []
    first, *others = ways
    sets = [set(way) for way in others]
    return [value for value in first if all(value in one for one in sets)]


def sequence(call: Call, blocks: set[str]) -> bool:
    """Whether a call's parts are its modules 0, 1, 2 …, each one layer or one call of a block."""
    children = [item.child for item in call.items]
    if not children or children != [str(number) for number in range(len(children))]:
        return False
    return all(
        item.what.kind in blocks if isinstance(item.what, Call) else item.what.word not in MERGES
        for item in call.items
    )
