"""Which labels the text of a definition reads: the code keeps what they name in a variable."""

from __future__ import annotations

from collections.abc import Iterable

from archc.graph.naming import shares
from archc.language import tree
from archc.named import NamedTuple


class Reads(NamedTuple):
    """The labels that some text reads as a value: plain names, and beginnings of computed ones.

    `inside` are the labels whose inner names are read.
    """

    names: frozenset[str]
    computed: frozenset[str]
    inside: frozenset[str]

    def reads(self, label: tree.Template) -> bool:
        word = label.plain
        if word is None:
            begin = label.parts[0] if isinstance(label.parts[0], str) else ""
            return any(one.startswith(begin) for one in self.names) or any(
                one.startswith(begin) or begin.startswith(one) for one in self.computed
            )
        last = word.rpartition(".")[2]  # `convs.0` is read as `0` in `convs`, too
        return bool(self.names & {word, last}) or any(map(word.startswith, self.computed))

    def in_dictionary(self, label: tree.Template) -> bool:
        """Whether the value has to be found by a computed name."""
        if label.plain is None:
            return self.reads(label)
        return any(label.plain.startswith(one) for one in self.computed)


def read_labels(actions: Iterable[object]) -> Reads:
    """Every label that the actions of a definition read, but for what is asked for a size alone."""
    names: set[str] = set()
    computed: set[str] = set()
    inside: set[str] = set()

    def take(expr: tree.Expr) -> None:
        if isinstance(expr, tree.Name):
            names.add(expr.id)
        elif isinstance(expr, tree.Text):
            names.add(expr.value)
        elif isinstance(expr, tree.Template):
            if expr.plain is not None:
                names.add(expr.plain)
            else:
                computed.add(expr.parts[0] if isinstance(expr.parts[0], str) else "")
        elif isinstance(expr, tree.Attribute):
            word = expr.name if isinstance(expr.name, str) else expr.name.plain
            if word in ("channels", "height", "width", "depth", "shape"):
                return
            take(expr.value)
            if word is not None:
                names.add(word)
            look_inside(expr)

    def look_inside(expr: tree.Attribute) -> None:
        outer = expr.value
        while isinstance(outer, tree.Attribute):
            outer = outer.value
        if isinstance(outer, tree.Name):
            inside.add(outer.id)
        elif isinstance(outer, tree.Template):
            inside.add(outer.plain or "*")

    for one in actions:
        if isinstance(one, tree.From):
            take(one.target)
        elif isinstance(one, tree.Apply) and not shares(one):
            for argument in one.arguments:
                take(argument.value)
        elif isinstance(one, tree.Apply):  # what is shared is run again, its value is not read
            for argument in one.arguments:
                if isinstance(argument.value, tree.Attribute):
                    look_inside(argument.value)
    return Reads(frozenset(names), frozenset(computed), frozenset(inside))
