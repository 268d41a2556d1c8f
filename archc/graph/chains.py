"""Which braces are a plain chain, told from the text: the code calls them as an `nn.Sequential`.

Each statement takes the tensor that the one before gave, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archc.graph.evaluate import SIZES
from archc.graph.naming import Body, inner_bodies, read_scope, shares
from archc.graph.reads import Reads
from archc.language import tree

CONTAINER = frozenset(
    [
        "append",
        "clear",
        "extend",
        "get",
        "insert",
        "items",
        "keys",
        "pop",
        "popitem",
        "setdefault",
        "update",
        "values",
    ]
)
"""Methods of PyTorch's containers, which a child of that name would hide."""

Structure = tree.Group | tree.If | tree.For | tree.Repeat


def is_called(
    action: Structure, label: tree.Template | None, reads: Reads, shared: frozenset[str]
) -> bool:
    """Whether the braces of a scope are called as one module, as far as the text tells.

    `shared` are the labels that run again under `share`. What is left to ask is whether a layer or
    a call in them takes a second tensor, or is a parameter that is no module.
    """
    bodies = tuple(inner_bodies(action))
    text = read_scope(bodies)
    rounds = isinstance(action, (tree.For, tree.Repeat)) and not text.sequence
    if set(text.labels) & CONTAINER or any("." in one for one in text.labels):
        return False
    if rounds and text.names:
        return False
    return all(is_chain(body, label, reads, shared) for body in bodies)


def is_chain(body: Body, label: tree.Template | None, reads: Reads, shared: frozenset[str]) -> bool:
    """Whether each statement takes the tensor that the one before gave, and nothing else does."""
    if label is not None and (label.plain or "*") in reads.inside:
        return False
    return _is_linear(body) and not _is_read(body, reads, shared)


def takes_tensor(action: tree.Apply, tensors: frozenset[str]) -> bool:
    """Whether a layer or a call is given one of these `tensors`, or what a label holds inside."""
    for value in [one.value for one in action.arguments]:
        if isinstance(value, tree.Name) and value.id in tensors:
            return True
        if isinstance(value, tree.Attribute) and value.name not in SIZES:
            return True
    return False


def _is_linear(body: Body) -> bool:
    """Whether a text has no merge, no `from`, no further output, and runs nothing again."""
    for statement in body:
        if isinstance(statement, tree.Chain):
            if not all(_plain(link) for link in statement.links):
                return False
        elif isinstance(statement, tree.Output):
            return False
    return True


def _plain(link: tree.Link) -> bool:
    action = link.action
    if isinstance(action, tree.Apply):
        return not shares(action)
    if isinstance(action, tree.Group):
        return _is_linear(action.body)
    if isinstance(action, tree.If):
        return all(_is_linear(arm.body) for arm in action.arms)
    if isinstance(action, (tree.For, tree.Repeat)):
        text = read_scope((action.body,))
        return (text.sequence or not text.names) and _is_linear(action.body)
    return False


def _is_read(body: Body, reads: Reads, shared: frozenset[str]) -> bool:
    for one in links_within(body):
        if one.label is not None:
            word = one.label.plain
            if reads.reads(one.label):
                return True
            if word and shared & {word, word.rpartition(".")[2]}:
                return True
    return False


def links_within(body: Body) -> Iterator[tree.Link]:
    """Every link of a text, with those in its braces."""
    for statement in body:
        chain: tree.Statement = statement.body if isinstance(statement, tree.Output) else statement
        if isinstance(chain, tree.Chain):
            for link in chain.links:
                yield link
                if not isinstance(link.action, tree.Apply):
                    for inner in inner_bodies(link.action):
                        yield from links_within(inner)


def shared_labels(actions: Iterable[object]) -> frozenset[str]:
    """The labels that run again under `share`."""
    found = set()
    for one in actions:
        if isinstance(one, tree.Apply) and shares(one):
            for argument in one.arguments:
                for name in tree.within(argument.value):
                    if isinstance(name, tree.Name):
                        found.add(name.id)
                    elif isinstance(name, tree.Attribute) and isinstance(name.name, str):
                        found.add(name.name)
                    elif isinstance(name, tree.Text):
                        found.add(name.value)
                    elif isinstance(name, tree.Template):
                        found.add(name.plain or "")
    return frozenset(found)
