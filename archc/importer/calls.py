"""The tree of module calls, from the modules that were running at each operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from archc.importer.model import Frame
from archc.importer.operations import Operation


class Call:
    """One run of one module: its operations and the calls in it, in their order.

    `inputs` are the values it reads from outside, `outputs` those of its own that others read.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.path = frame.path
        self.kind = frame.kind
        self.items: list[Item] = []
        self.inputs: list[str] = []
        self.outputs: list[str] = []

    @property
    def name(self) -> str:
        return self.kind.rpartition(".")[2]

    @property
    def owner(self) -> str | None:
        return self.path

    def operations(self) -> Iterator[Operation]:
        for item in self.items:
            if isinstance(item.what, Call):
                yield from item.what.operations()
            else:
                yield item.what


class Item:
    """A part of a call, and the module under it that it came from: `child` is its name there."""

    __slots__ = ("child", "what")

    def __init__(self, what: Operation | Call, child: str = "") -> None:
        self.what = what
        self.child = child

    @property
    def inputs(self) -> list[str]:
        return list(self.what.inputs)

    @property
    def outputs(self) -> list[str]:
        return self.what.outputs if isinstance(self.what, Call) else [self.what.output]


def tree(operations: list[Operation], outputs: list[str]) -> Call:
    """The calls of a model, with those taken apart that hold a single layer or no weights."""
    root = Call(Frame("", "", "Model"))
    open_calls = [root]
    for operation in operations:
        frames = operation.frames
        if frames and root.kind == "Model":
            root.kind = frames[0].kind
        same = 1
        while (
            same < len(open_calls)
            and same < len(frames)
            and open_calls[same].frame.key == frames[same].key
        ):
            same += 1
        del open_calls[same:]
        for frame in frames[same:]:
            call = Call(frame)
            open_calls[-1].items.append(Item(call, child_of(frame.path, open_calls[-1].path)))
            open_calls.append(call)
        open_calls[-1].items.append(Item(operation))
    simplify(root)
    readers = Counter(value for operation in operations for value in operation.inputs)
    readers.update(outputs)
    connect(root, readers)
    return root


def child_of(path: str, parent: str) -> str:
    return path[len(parent) :].lstrip(".") if path.startswith(parent) else path


def simplify(call: Call) -> None:
    """Takes apart calls that need no braces, and moves out what only gathers their input."""
    items: list[Item] = []
    for item in call.items:
        inner = item.what
        if not isinstance(inner, Call):
            items.append(item)
            continue
        simplify(inner)
        while (
            inner.items
            and isinstance(inner.items[0].what, Operation)
            and inner.items[0].what.word == "concat"
            and len(inner.items) > 1
        ):
            items.append(Item(inner.items.pop(0).what))
        if plain(inner):
            items += [Item(one.what, item.child) for one in inner.items]
        else:
            items.append(item)
    call.items = listed(call, items)


def listed(call: Call, items: list[Item]) -> list[Item]:
    """The members of a `ModuleList` that run one behind the other, as a call of their own.

    A list never runs itself, so it is in no stack, but in the paths of its members (`layers.0`).
    """
    result: list[Item] = []
    start = 0
    while start < len(items):
        name = items[start].child.partition(".")[0]
        end = start
        while end < len(items) and items[end].child.startswith(f"{name}.") and name:
            end += 1
        others = items[:start] + items[end:]
        if end == start or any(one.child.startswith(f"{name}.") for one in others):
            result.append(items[start])
            start += 1
            continue
        path = f"{call.path}.{name}" if call.path else name
        group = Call(Frame(path, path, "torch.nn.modules.container.ModuleList"))
        inside = [Item(one.what, one.child.partition(".")[2]) for one in items[start:end]]
        group.items = listed(group, inside)
        result.append(Item(group, name))
        start = end
    return result


def plain(call: Call) -> bool:
    """Whether a call is at most one layer with weights, its own, and what follows it."""
    if any(isinstance(item.what, Call) for item in call.items):
        return False
    owners = [item.what.owner for item in call.items if item.what.owner is not None]
    return not owners or owners == [call.path]


def connect(call: Call, readers: Counter[str]) -> None:
    """Finds what each call reads and what others read of it."""
    for item in call.items:
        if isinstance(item.what, Call):
            connect(item.what, readers)
    inside = list(call.operations())
    made = {operation.output for operation in inside}
    read = Counter(value for operation in inside for value in operation.inputs)
    call.inputs = list(
        dict.fromkeys(
            value for operation in inside for value in operation.inputs if value not in made
        )
    )
    call.outputs = [one.output for one in inside if readers[one.output] > read[one.output]]
