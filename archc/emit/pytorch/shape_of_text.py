"""Questions to the text alone: is a scope a plain chain, what does it refer to."""

from __future__ import annotations

from collections.abc import Iterator

from archc.graph.naming import Body, inner_bodies, own_links
from archc.language import tree


def links(bodies: tuple[Body, ...]) -> Iterator[tree.Link]:
    """Every link of the text, at any depth."""
    for body in bodies:
        for statement in body:
            chain = statement.body if isinstance(statement, tree.Output) else statement
            if isinstance(chain, tree.Chain):
                for link in chain.links:
                    yield link
                    yield from links(tuple(inner_bodies(link.action)))


def labels(bodies: tuple[Body, ...]) -> list[str]:
    """The plain labels of a scope and its unlabelled braces."""
    found = []
    for link in own_links(bodies):
        if link.label is not None:
            plain = link.label.plain
            if plain is not None:
                found.append(plain)
    return found


def computed(bodies: tuple[Body, ...]) -> bool:
    """Whether some label of the scope is computed."""
    return any(link.label is not None and link.label.plain is None for link in own_links(bodies))


def _heads(expr: tree.Expr) -> Iterator[str]:
    """The names an expression begins with, and those of its attributes."""
    if isinstance(expr, tree.Name):
        yield expr.id
    elif isinstance(expr, tree.Text):
        yield expr.value
    elif isinstance(expr, tree.Template):
        yield expr.plain if expr.plain is not None else "*"
    elif isinstance(expr, tree.Attribute):
        yield from _heads(expr.value)
        if isinstance(expr.name, str):
            yield expr.name
        else:
            yield expr.name.plain if expr.name.plain is not None else "*"


def references(body: Body, values: set[str]) -> set[str]:
    """Every label that `from`, `share` or an argument may mean; `*` for a computed one.

    `values` are names of numbers and the like, which an argument means before any label.
    """
    found: set[str] = set()
    shadowed = values | {one.name.id for one in tree.within(body) if isinstance(one, tree.Let)}
    for one in tree.within(body):
        if isinstance(one, tree.For):
            shadowed |= {target.id for target in one.targets}
    for link in links((body,)):
        action = link.action
        if isinstance(action, tree.From):
            found.update(_heads(action.target))
        elif isinstance(action, tree.Apply):
            shared = isinstance(action.callee, tree.Name) and action.callee.id == "share"
            for argument in action.arguments:
                heads = set(_heads(argument.value))
                found |= heads if shared else heads - shadowed
    return found


def templates(body: Body) -> list[tree.Template]:
    """Computed labels that `from`, `share` or an argument reads."""
    found = []
    for link in links((body,)):
        action = link.action
        read: tuple[object, ...] = ()
        if isinstance(action, tree.From):
            read = (action.target,)
        elif isinstance(action, tree.Apply):
            read = tuple(argument.value for argument in action.arguments)
        found += [
            one for one in tree.within(read) if isinstance(one, tree.Template) and one.plain is None
        ]
    return found


def measured(body: Body) -> set[str]:
    """Names whose sizes are asked: `skip.channels` gives `skip`."""
    found: set[str] = set()
    for node in tree.within(body):
        sized = ("channels", "height", "width", "depth", "shape")
        if isinstance(node, tree.Attribute) and node.name in sized:
            found.update(_heads(node.value))
    return found


def callable_chain(bodies: tuple[Body, ...], referenced: set[str]) -> bool:
    """Whether a scope can be one `nn.Sequential`: nothing in it but one thing after another.

    What is named inside and read from elsewhere needs a forward pass of its own.
    """
    for link in own_links(bodies):
        if isinstance(link, tree.Output):
            return False
        label = link.label
        action = link.action
        if label is not None and (
            label.plain in referenced or ("*" in referenced and label.plain is None)
        ):
            return False
        if isinstance(action, (tree.Braced, tree.From)):
            return False
        if isinstance(action, tree.Apply):
            if isinstance(action.callee, tree.Name) and action.callee.id in ("share", "scale"):
                return False
            if any(argument.name == "like" for argument in action.arguments):
                return False
        elif label is not None and not callable_chain(tuple(inner_bodies(action)), referenced):
            return False
    return True
