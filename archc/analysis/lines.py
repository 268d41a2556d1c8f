"""The lines of a forward pass as the code for a text has them, for one run of it.

What a variable holds hangs on names alone, so only these are followed: which line gives which name
a value. The text is read again beside the layers that ran: a condition took the arm in which the
next layer stands, a loop goes on while the next layer stands in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from archc.analysis.holding import Unit
from archc.analysis.texts import Text, Texts, hanging, names
from archc.graph.branches import is_idle, is_sure, way
from archc.graph.graph import Graph, Node
from archc.graph.naming import inner_bodies, shares
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS

Word = object
"""A variable of the forward pass: by its text and its place in it."""

X = "x"  # what runs through a forward pass
Body = tuple[tree.Statement, ...]


class Line:
    """`target = value`: `source` is the name that the value is worked out of, if it is one alone.

    `value` is a node, None where it is no tensor of the graph; `end` the last node that ran by the
    end of the line. `kind` is a `call` of one tensor, a `copy` of a name, a `join` of several, a
    `list` that is begun, what is put into it (`append`), or a `stack` of a single one: PyTorch
    copies it. `free`: it takes no memory of its own.
    """

    __slots__ = (
        *("chain", "depth", "end", "free", "kind", "part", "reads", "source", "target", "value"),
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
        self.part = False  # whether it is `y = x[…]`
        self.depth = 1  # calls in the line


BAR = Line(None, None, -1, "bar")  # where an `if` or a loop stands: lines are not joined over it


class Lines:
    """Follows the text of one forward pass."""

    def __init__(
        self,
        graph: Graph,
        units: Sequence[Unit],
        texts: Texts,
        text: Text,
        free: frozenset[int],
    ) -> None:
        self._graph = graph
        self._texts = texts
        self._nodes = graph.nodes
        self._units = list(units)
        self._text = text
        self._reads = text.reads
        self._free = free
        self._at = 0  # of the units the next
        self._end = units[0].first - 1
        self._chain = 0
        self._values: dict[Word, int | None] = {}
        self._labels: dict[str, tree.Link] = {}
        self.found: list[Line] = []
        self.stepped: list[int] = []  # sums whose first term the next sum takes the place of
        self.moved: list[list[Unit]] = []  # neighbours that run in another order than the text's
        again = "input" in text.reads.names
        self._entered: Word = ("label", "input") if again else X
        self.parameters = frozenset({self._entered, *(("label", word) for word in text.words)})
        self.body(text.body, self._entered, X)

    # ------------------------------------------------------------------------------ what ran

    def _next(self, span: Span) -> bool:
        """Whether the next layer stands here."""
        return self._at < len(self._units) and _inside(self._units[self._at].span, span)

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

    # ----------------------------------------------------------------------------- statements

    def body(self, body: Body, flow: Word, var: Word) -> Word:
        """Statements one behind the other; `flow` is the name of the tensor that enters."""
        for statement in body:
            if isinstance(statement, tree.Chain):
                flow = self.chain(statement.links, flow, var)
            elif isinstance(statement, tree.Output):
                if self._next(statement.span):
                    own = ("output", id(statement))
                    result = self.chain(statement.body.links, flow, own)
                    if result != own:
                        self._copy(own, result)
            elif isinstance(statement, tree.Input):
                flow = self._entered if statement.name is None else ("label", statement.name.id)
        return flow

    def chain(self, links: tuple[tree.Link, ...], flow: Word, var: Word) -> Word:
        self._chain += 1
        number = self._chain
        for link in links:
            flow = self.link(link, flow, var)
            if self._chain != number:
                self._chain += 1
                number = self._chain
        return flow

    def link(self, link: tree.Link, flow: Word, var: Word) -> Word:
        label = link.label
        if label is not None and label.plain is not None:
            self._labels[label.plain] = link
        flow = self.action(link.action, flow, var)
        if label is None or not self._reads.reads(label):
            return flow
        if self._reads.in_dictionary(label):
            self._copy(("saved", len(self.found)), flow)
            return flow
        own = ("label", label.plain)
        if flow != own:
            self._copy(own, flow)
        return own

    def action(self, action: tree.Action, flow: Word, var: Word) -> Word:
        if isinstance(action, tree.Apply):
            return self.apply(action, flow, var)
        if isinstance(action, tree.From):
            return self._named(action.target)
        if isinstance(action, tree.Braced):
            return self.merge(action, flow, var)
        unit = self._ran(action.span)
        if unit is not None:
            return self._call(unit, flow, var)
        if isinstance(action, tree.Group):
            return self.body(action.body, flow, var)
        if isinstance(action, tree.If):
            return self.choice(action, flow, var)
        return self.loop(action, flow, var)

    def apply(self, action: tree.Apply, flow: Word, var: Word) -> Word:
        if shares(action):
            return self.share(action, flow, var)
        unit = self._ran(action.span)
        if unit is None:
            if (unit := self._strange()) is None:
                return self._nothing(action, flow, var)
            while unit is not None:
                flow = self._call(unit, flow, var)
                unit = self._strange()
            return flow
        names = tuple(
            ("label", one.id)
            for argument in action.arguments
            for one in tree.within(argument.value)
            if isinstance(one, tree.Name)
        )
        return self._call(unit, flow, var, names)

    def _nothing(self, action: tree.Apply, flow: Word, var: Word) -> Word:
        """A call that ran no layer gives some value or other that there is already."""
        if isinstance(action.callee, tree.Name) and action.callee.id in KINDS:
            return flow
        self._values[var] = None
        self.found.append(Line(var, None, self._end, "join", None, (flow,), self._chain))
        return var

    def share(self, action: tree.Apply, flow: Word, var: Word) -> Word:
        target = action.arguments[0].value if action.arguments else None
        word = target.id if isinstance(target, tree.Name) else None
        unit = self._ran(action.span)
        if unit is not None:
            return self._call(unit, flow, var)
        link = self._labels.get(word or "")
        return flow if link is None else self.link(link, flow, var)

    def choice(self, action: tree.If, flow: Word, var: Word) -> Word:
        kept = self._asked(action, flow)
        if kept:
            self.found.append(BAR)
        ends = {self._leaves(arm.body, flow, var) for arm in action.arms}
        if action.arms[-1].condition is not None:
            ends.add(flow)
        result = flow
        for arm in action.arms:
            if self._next(arm.span):
                result = self.body(arm.body, flow, var)
                break
        if kept:
            if len(ends) > 1 and result != var:
                self._copy(var, result)
                result = var
            self.found.append(BAR)
        return result

    def _leaves(self, body: Body, flow: Word, var: Word) -> Word:
        """The name of what statements leave, whether they run or not."""
        for statement in body:
            for link in statement.links if isinstance(statement, tree.Chain) else ():
                if isinstance(link.action, tree.From):
                    flow = self._named(link.action.target)
                elif not is_idle(tree.Chain((link,), link.span)):
                    flow = var
                label = link.label
                if label is not None and label.plain and self._reads.reads(label):
                    flow = ("label", label.plain)
        return flow

    def _asked(self, action: tree.If, flow: Word) -> bool:
        """Whether the forward pass asks a condition: one of numbers alone is decided."""
        words = names(tuple(arm.condition for arm in action.arms if arm.condition is not None))
        if words & self._text.words:
            return True
        if not words & self._text.given:
            return False
        value = self._values.get(flow)
        if value is None or self._text.block:
            return self._text.block
        return hanging(self._graph, self._texts, self._text, value)

    def loop(self, action: tree.For | tree.Repeat, flow: Word, var: Word) -> Word:
        self.found.append(BAR)
        if flow != var and self._next(action.span):
            self._copy(var, flow)
            flow = var
        while self._next(action.span):
            before = self._at
            flow = self.body(action.body, flow, var)
            if flow != var:
                self._copy(var, flow)
                flow = var
            if self._at == before:
                break
        self.found.append(BAR)
        return flow

    # --------------------------------------------------------------------------------- merges

    def merge(self, action: tree.Braced, flow: Word, var: Word) -> Word:
        chains = [one for one in action.body if isinstance(one, tree.Chain)]
        put = way(action)
        if put == "plain":
            results = [
                self.chain(one.links, flow, var if is_idle(one) else (id(action), place))
                for place, one in enumerate(chains)
            ]
            self._merged(action, var, tuple(results))
        elif put == "added":
            self._added(action, chains, flow, var)
        else:
            self._listed(action, chains, flow, var)
        return var

    def _merged(self, action: tree.Braced, target: Word, results: tuple[Word, ...]) -> None:
        unit = self._ran(action.span)
        if unit is None and len(results) == 1:
            self._copy(target, results[0])
        else:
            value = None if unit is None else unit.last
            line = Line(target, value, self._end, "join", None, results, self._chain)
            self._values[target] = value
            self.found.append(line)

    def _added(self, action: tree.Braced, chains: list[tree.Chain], flow: Word, var: Word) -> None:
        """`y = a + b`, then `y = y + z` behind each condition."""
        self._sure_first(action, chains)
        names = [var if is_idle(one) else (id(action), place) for place, one in enumerate(chains)]
        total = next((one for one in names if one != var), (id(action), "total"))
        results = tuple(
            self.chain(one.links, flow, name)
            for one, name in zip(chains, names, strict=True)
            if is_sure(one)
        )
        if len(results) > 1:
            self._values[total] = self._values.get(results[0])
            self.found.append(
                Line(total, self._values[total], self._end, "join", None, results, self._chain)
            )
        elif results[0] != total:
            self._copy(total, results[0])
        short = False
        for place, one in enumerate(chains):
            if not is_sure(one):
                choice = one.links[0].action
                assert isinstance(choice, tree.If)
                last = all(map(is_sure, chains[place + 1 :]))
                short = self._term(action, choice, (place, total, var if last else total), flow)
        unit = self._ran(action.span)
        own = results[0] in names and results[0] != var
        if unit is not None and own and (len(results) == 1 or results[0] == total):
            self.stepped.append(unit.last)
        if not short:
            self._copy(var, total)

    def _term(
        self, action: tree.Braced, choice: tree.If, words: tuple[int, Word, Word], flow: Word
    ) -> bool:
        """`if c: y = y + z`; whether it is the line `x = y + z if c else y`."""
        place, total, var = words
        kept = self._asked(choice, flow)
        short = False
        if kept:
            self.found.append(BAR)
        for number, arm in enumerate(choice.arms):
            if not self._next(arm.span):
                continue
            before = len(self.found)
            extra = self.body(arm.body, flow, (id(action), place, number))
            value = self._next_value(action)
            alone = len(choice.arms) == 1 and len(self.found) == before
            short = kept and alone and var != total
            target = var if short else total
            self._values[target] = value
            both = (total, extra)
            self.found.append(Line(target, value, self._end, "join", None, both, self._chain))
            break
        if kept:
            self.found.append(BAR)
        return short

    def _sure_first(self, action: tree.Braced, chains: list[tree.Chain]) -> None:
        """Puts the layers of the branches behind conditions behind those of all others."""
        begin = end = self._at
        while end < len(self._units) and _inside(self._units[end].span, action.span):
            end += 1
        inner = self._units[begin : end - 1]
        maybe = [one.span for one in chains if not is_sure(one)]
        later = [unit for unit in inner if any(_inside(unit.span, one) for one in maybe)]
        first = [unit for unit in inner if unit not in later]
        if first + later != inner:
            self._units[begin : end - 1] = first + later
            self.moved.append(first + later)

    def _next_value(self, action: tree.Braced) -> int | None:
        """The node of the merge, where its branches are done."""
        if self._at < len(self._units) and self._units[self._at].span == action.span:
            self._end = self._units[self._at].last
            return self._end
        return None

    def _listed(self, action: tree.Braced, chains: list[tree.Chain], flow: Word, var: Word) -> None:
        gathered = (id(action), "list")
        self.found.append(Line(gathered, None, self._end, "list"))
        last = self._gather(action.body, gathered, flow)
        unit = self._ran(action.span)
        value = None if unit is None else unit.last
        if KINDS[action.word.id].operator:
            total = (id(action), "total")
            self._values[total] = value
            self.found.append(Line(total, value, self._end, "join", None, (gathered,)))
            self.found.append(BAR)
            self._copy(var, total)
        else:
            kind = "join" if unit is not None else "stack"
            value = self._values.get(last) if unit is None else value
            self._values[var] = value
            self.found.append(Line(var, value, self._end, kind, None, (gathered,), self._chain))

    def _gather(self, body: Body, gathered: Word, flow: Word) -> Word:
        """Puts branches into the list; the name of the last."""
        last: Word = None
        for statement in body:
            if not isinstance(statement, tree.Chain):
                continue
            if is_sure(statement):
                last = self.chain(statement.links, flow, (id(statement), "branch"))
                value = self._values.get(last)
                self.found.append(Line(gathered, value, self._end, "append", None, (last,)))
                continue
            only = statement.links[0].action
            bodies = tuple(inner_bodies(only))
            spans = [one.span for one in only.arms] if isinstance(only, tree.If) else [only.span]
            self.found.append(BAR)
            for inner, span in zip(bodies, spans, strict=True):
                before = -1
                while self._next(span) and self._at != before:
                    before = self._at
                    last = self._gather(inner, gathered, flow) or last
            self.found.append(BAR)
        return last

    # ---------------------------------------------------------------------------------- lines

    def _call(self, unit: Unit, flow: Word, var: Word, names: tuple[Word, ...] = ()) -> Word:
        node = self._nodes[unit.last]
        if unit.first == unit.last and node.layer is not None and node.layer.passes:
            return flow
        alone = len(self._taken(unit)) <= 1
        free = unit.first == unit.last and unit.last in self._free
        line = Line(
            var,
            unit.last,
            unit.last,
            "call" if alone else "join",
            flow,
            (flow, *names),
            self._chain,
            free,
        )
        line.part = free and node.layer is not None and node.layer.view == "part"
        self._values[var] = unit.last
        self.found.append(line)
        return var

    def _taken(self, unit: Unit) -> set[int]:
        nodes: tuple[Node, ...] = self._nodes[unit.first : unit.last + 1]
        return {i for node in nodes for i in node.inputs if i < unit.first}

    def _copy(self, target: Word, source: Word) -> None:
        value = self._values.get(source)
        self._values[target] = value
        self.found.append(Line(target, value, self._end, "copy", source, (source,), self._chain))

    def _named(self, target: tree.Expr) -> Word:
        if isinstance(target, tree.Name):
            return self._entered if target.id == "input" else ("label", target.id)
        if isinstance(target, tree.Attribute):
            name = target.name
            return ("label", name if isinstance(name, str) else name.plain)
        return ("label", target.plain if isinstance(target, tree.Template) else None)


def _inside(inner: Span, outer: Span) -> bool:
    return outer.source is inner.source and outer.start <= inner.start and inner.end <= outer.end
