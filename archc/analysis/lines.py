"""A line of a forward pass, and the layers that ran, taken one by one beside the text."""

from __future__ import annotations

from archc.analysis.holding import Forward, Unit
from archc.analysis.texts import Text, Texts, inside
from archc.graph.graph import Copying, Graph, Node, Scope
from archc.language import tree
from archc.language.source import Span

Word = object
"""A variable of the forward pass: by its text and its place in it."""

X = "x"  # what runs through a forward pass
Body = tuple[tree.Statement, ...]


class Line:
    """`target = value`: `source` is the name that the value is worked out of, if it is one alone.

    `value` is a node, None where it is no tensor of the graph; `end` the last node that ran by the
    end of the line. `kind` is a `call` of one tensor, a `copy` of a name, a `join` of several, a
    `list` that is begun, what is put into it (`append`), a `stack` of a single one: PyTorch
    copies it; or a `partial` sum, of these `terms` and what the name held: `value` is the whole
    sum. `free`: a view, or in place, so that the code joins it; where it `costs`, it takes memory
    of its own in training. What it gives `lies` in memory where its source does: a view does not
    that has to copy, what a block hands on does. `whole` is what is copied where that is not the
    value: a part of it may be all that has a name.
    """

    __slots__ = (
        *("chain", "costs", "depth", "end", "free", "kind", "lies", "part"),
        *("reads", "source", "spare", "target", "terms", "value", "whole"),
    )

    def __init__(
        self,
        target: Word,
        value: int | None,
        end: int,
        kind: str,
        source: Word = None,
        reads: tuple[Word, ...] = (),
        chain: int = 0,
        free: bool = False,
    ) -> None:
        self.target = target
        self.value = value
        self.end = end
        self.kind = kind
        self.source = source
        self.reads = reads
        self.chain = chain
        self.free = free
        self.costs = False
        self.lies = kind == "copy"
        self.whole: int | None = None
        self.part = False  # whether it is `y = x[…]`
        self.spare = False  # whether it goes where no line reads the name
        self.depth = 1  # calls in the line
        self.terms: tuple[int, ...] = ()  # of a partial sum


def bar(reads: tuple[Word, ...] = ()) -> Line:
    """Where an `if` or a loop stands: lines are not joined over it, what others read is read."""
    return Line(None, None, -1, "bar", None, reads)


class Follower:
    """The lines of a forward pass so far, and the layers that ran and are still to come."""

    def __init__(
        self,
        graph: Graph,
        forward: Forward,
        texts: Texts,
        text: Text,
        free: frozenset[int],
    ) -> None:
        self._graph = graph
        self._texts = texts
        self._nodes = graph.nodes
        self._units = units = list(forward.units)
        self._copying = list(forward.copying)  # those that are still to come
        self._text = text
        self._reads = text.reads
        self._free = free
        self._at = 0  # of the units the next
        self._first = units[0].first
        self._end = units[0].first - 1
        self._chain = 0
        self._values: dict[Word, int | None] = {}
        self._labels: dict[str, tree.Link] = {}
        self.found: list[Line] = []
        self.stepped: list[int] = []  # sums whose first term the next sum takes the place of
        self._results: list[Word] = []
        self._run = 0  # of what is shared: once more, its variables are new ones
        self._runs = 0
        self._anew: dict[str, Word] = {}  # the labels in it
        self._lets: dict[str, object] = {}  # what the constructor has for each `let`
        self._hanging: dict[int, bool] = {}  # whether something decides the channels of a value
        self._made_of_input: set[Word] = set()  # variables of what blocks made of it, or handed on
        self._named_by: list[tuple[tree.Template, Line]] = []  # what labels name
        self._dropped: list[Span] = []  # the arms that the code lacks, decided by channels
        self.moved: list[list[Unit]] = []  # neighbours that run in another order than the text's
        again = "input" in text.reads.names
        self._entered: Word = ("label", "input") if again else X
        self._came = None if forward.entered < 0 else forward.entered
        self._unchanged: set[Word] = {
            X,
            self._entered,
        }  # names of what enters, if they have no value
        given = text.words | text.inputs
        self.parameters = frozenset({self._entered, *(("label", word) for word in given)})

    def _next(self, span: Span) -> bool:
        """Whether the next layer, or call that copies, stands here."""
        copying = self._pending()
        if copying is not None:
            return inside(copying.call.span, span)
        return self._at < len(self._units) and inside(self._units[self._at].span, span)

    def _pending(self) -> Copying | None:
        """The call that comes next, if that runs no layer but copies."""
        for one in self._copying:
            if one.place == self._end + 1:
                return one
        return None

    @property
    def _passed(self) -> int:
        """Grows with each layer and call that is behind."""
        return self._at - len(self._copying)

    def _copies(self, one: Copying, flow: Word, var: Word) -> Word:
        """Copies that a call makes one after the other, while it holds what it was given."""
        self._copying.remove(one)
        given, value = ("given", len(self.found)), one.call.result
        line = self._copy(given, flow)
        entered = line.value is None  # the caller has it to the end
        if entered:
            line.value = one.call.entered
        for _ in range(one.copies):
            self.found.append(Line(var, value, self._end, "stack", None, (flow,), self._chain))
        if not entered:
            self.found.append(Line(given, None, self._end, "list"))
        self._values[var] = value
        self._unchanged.discard(var)
        return var

    def row(self) -> list[Line]:
        """The lines of a sequence: calls one after the other, with one variable for all."""
        while True:
            copying = self._pending()
            if copying is not None:
                self._copies(copying, X, X)
            elif self._at < len(self._units):
                unit = self._units[self._at]
                self._at += 1
                self._end = unit.last
                self._call(unit, X, X)
            else:
                break
        self.found.append(Line("return", None, self._end, "return", None, (X,)))
        return self.found

    def _ran(self, span: Span) -> Unit | None:
        """The layer or call of exactly this text, if it is the next."""
        if self._at == len(self._units):
            return None
        unit = self._units[self._at]
        other = unit.span
        if (other.start, other.end) != (span.start, span.end) or other.source is not span.source:
            return None
        self._at += 1
        self._end = unit.last
        return unit

    def _strange(self) -> Unit | None:
        """The next layer where it is written outside of this text: what a parameter holds."""
        if self._at == len(self._units) or self._next(self._text.span):
            return None
        unit = self._units[self._at]
        self._at += 1
        self._end = unit.last
        return unit

    def _call(self, unit: Unit, flow: Word, var: Word, names: tuple[Word, ...] = ()) -> Word:
        node = self._nodes[unit.last]
        if unit.first == unit.last and node.layer is not None and node.layer.passes:
            return flow
        bare = unit.first == unit.last and node.layer is not None and node.layer.bare
        alone = len(self._taken(unit)) <= 1 and not bare  # else it takes a parameter too
        free = unit.first == unit.last and self._shares(node)
        value = unit.last if unit.call is None else self._given_back(unit.call, unit.last)
        line = Line(
            var,
            value,
            unit.last,
            "call" if alone else "join",
            flow,
            (flow, *names),
            self._chain,
            free,
        )
        if free and node.layer is not None:
            line.costs, line.part = node.layer.costs_in_training(), node.layer.view == "part"
        line.lies = alone and self._handed(unit, value)
        self._values[var] = value
        self.found.append(line)
        return var

    def _given_back(self, call: Scope, last: int) -> int:
        """What a call gives: a block may hand on what it was given, or the value of a label.

        A sequence gives what its last call does, in which its last node lies.
        """
        if call.result >= 0:
            return call.result
        result, scope = last, self._nodes[last].scope
        while scope is not call and scope.parent is not None:
            if scope.result >= 0:
                result = scope.result
            scope = scope.parent
        return result

    def _shares(self, node: Node) -> bool:
        """Whether it is in place, or a view if the values lie in order."""
        shares = node.layer is not None and node.layer.shares(len(node.inputs), training=False)
        return shares or node.index in self._free

    def _handed(self, unit: Unit, value: int) -> bool:
        """Whether a value lies where what the unit was given does."""
        while value >= unit.first and value in self._free:
            value = self._nodes[value].inputs[0]
        return value < unit.first

    def _taken(self, unit: Unit) -> set[int]:
        nodes: tuple[Node, ...] = self._nodes[unit.first : unit.last + 1]
        return {i for node in nodes for i in node.inputs if i < unit.first}

    def _copy(self, target: Word, source: Word) -> Line:
        value = self._values.get(source)
        self._values[target] = value
        if value is None and source in self._unchanged:
            self._unchanged.add(target)
        else:
            self._unchanged.discard(target)
        line = Line(target, value, self._end, "copy", source, (source,), self._chain)
        line.spare = target in self._anew.values()
        self.found.append(line)
        return line

    def _own(self, action: tree.Action, what: object) -> Word:
        """The variable of a branch, or of what a merge gathers."""
        return (id(action), what, self._run)

    def _label(self, word: str | None) -> Word:
        """The variable of a label that is read."""
        return self._anew.get(word or "", ("label", word))

    def _new_label(self, word: str | None) -> Word:
        """The same, where it gets its value."""
        if self._run and word is not None:
            self._anew[word] = ("label", word, self._run)
        return self._label(word)

    def _named(self, target: tree.Expr) -> Word:
        if isinstance(target, tree.Name):
            return self._entered if target.id == "input" else self._label(target.id)
        if isinstance(target, tree.Attribute):
            name = target.name
            return self._label(name if isinstance(name, str) else name.plain)
        return self._label(target.plain if isinstance(target, tree.Template) else None)
