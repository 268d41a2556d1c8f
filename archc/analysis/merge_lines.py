"""The lines of merges: in one expression, term by term, or gathered in a list."""

from __future__ import annotations

from archc.analysis.lines import Body, Line, Word, X, bar
from archc.analysis.statements import Statements
from archc.analysis.texts import inside
from archc.graph.branches import is_idle, is_sure, way
from archc.graph.naming import inner_bodies
from archc.language import tree
from archc.layers.registry import KINDS


class Lines(Statements):
    """Follows the text of one forward pass, merges too."""

    def follow(self) -> list[Line]:
        """The lines of all of it."""
        result = self.body(self._text.body, self._entered, X)
        reads = (result, *self._results)
        self.found.append(Line("return", None, self._end, "return", None, reads))
        return self.found

    def merge(self, action: tree.Braced, flow: Word, var: Word) -> Word:
        chains = [one for one in action.body if isinstance(one, tree.Chain)]
        put = way(action)
        if put == "plain":
            results = [
                self.chain(one.links, flow, var if is_idle(one) else self._own(action, place))
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
        names = [
            var if is_idle(one) else self._own(action, place) for place, one in enumerate(chains)
        ]
        total = next((one for one in names if one != var), self._own(action, "total"))
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
            self.found.append(bar())
        for number, arm in enumerate(choice.arms):
            if not self._next(arm.span):
                continue
            before = len(self.found)
            extra = self.body(arm.body, flow, self._own(action, (place, number)))
            value = self._next_value(action)
            alone = len(choice.arms) == 1 and len(self.found) == before
            short = kept and alone and var != total
            target = var if short else total
            self._values[target] = value
            both = (total, extra)
            self.found.append(Line(target, value, self._end, "join", None, both, self._chain))
            break
        if kept:
            self.found.append(bar())
        return short

    def _sure_first(self, action: tree.Braced, chains: list[tree.Chain]) -> None:
        """Puts the layers of the branches behind conditions behind those of all others."""
        begin = end = self._at
        branches: list[int] = []
        while end < len(self._units):
            span = self._units[end].span
            branch = next((i for i, one in enumerate(chains) if inside(span, one.span)), -1)
            if branch < 0 or branch < max(branches, default=0):
                break  # the merge itself, or another round of it
            branches.append(branch)
            end += 1
        sure = [is_sure(one) for one in chains]
        inner = self._units[begin:end]
        first = [one for one, branch in zip(inner, branches, strict=True) if sure[branch]]
        later = [one for one, branch in zip(inner, branches, strict=True) if not sure[branch]]
        if first + later != inner:
            self._units[begin:end] = first + later
            self.moved.append(first + later)

    def _next_value(self, action: tree.Braced) -> int | None:
        """The node of the merge, where its branches are done."""
        if self._at < len(self._units) and self._units[self._at].span == action.span:
            self._end = self._units[self._at].last
            return self._end
        return None

    def _listed(self, action: tree.Braced, chains: list[tree.Chain], flow: Word, var: Word) -> None:
        gathered = self._own(action, "list")
        self.found.append(Line(gathered, None, self._end, "list"))
        last = self._gather(action.body, gathered, flow)
        unit = self._ran(action.span)
        value = None if unit is None else unit.last
        if KINDS[action.word.id].operator:
            total = self._own(action, "total")
            self._values[total] = value
            self.found.append(Line(total, value, self._end, "join", None, (gathered,)))
            self.found.append(bar())
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
                last = self.chain(
                    statement.links, flow, self._own(statement.links[0].action, "branch")
                )
                value = self._values.get(last)
                self.found.append(Line(gathered, value, self._end, "append", None, (last,)))
                continue
            only = statement.links[0].action
            bodies = tuple(inner_bodies(only))
            spans = [one.span for one in only.arms] if isinstance(only, tree.If) else [only.span]
            self.found.append(bar(self._read_in(only.arms) if isinstance(only, tree.If) else ()))
            for inner, span in zip(bodies, spans, strict=True):
                before = -1
                while self._next(span) and self._at != before:
                    before = self._at
                    last = self._gather(inner, gathered, flow) or last
            self.found.append(bar())
        return last
