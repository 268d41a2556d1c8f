"""The lines of merges: in one expression, term by term, or gathered in a list."""

from __future__ import annotations

from archc.analysis.arms import runs_nothing
from archc.analysis.lines import Body, Line, Word, X, bar
from archc.analysis.statements import Statements
from archc.analysis.texts import inside
from archc.graph.branches import is_idle, is_sure, way
from archc.graph.chains import links_within
from archc.graph.graph import Scope
from archc.graph.naming import inner_bodies
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS


class Lines(Statements):
    """Follows the text of one forward pass, merges too."""

    def follow(self) -> list[Line]:
        """The lines of all of it."""
        result = self.body(self._text.body, self._entered, X)
        reads = (result, *self._results)
        self.found.append(Line("return", None, self._end, "return", None, reads))
        left = self._text.reads_left(self._dropped) if self._named_by else None
        for label, line in self._named_by:
            line.spare = line.spare or (left is not None and not left.reads(label))
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
        unseen, end = self._sure_first(action, chains)
        names = [
            var if is_idle(one) else self._own(action, place) for place, one in enumerate(chains)
        ]
        sure = sum(map(is_sure, chains))  # one alone lends the sum its name, or one before it does
        ours = [name for name, one in zip(names, chains, strict=True) if _is_ours(one)]
        ours = [name for name in ours if name != var and sure == 1]
        total = ours[0] if ours else self._own(action, "total")
        results = tuple(
            self.chain(one.links, flow, name)
            for one, name in zip(chains, names, strict=True)
            if is_sure(one)
        )
        sums: list[Line] = []
        added = [place for place, one in enumerate(chains) if is_sure(one)]
        if len(results) > 1:
            sums.append(self._sum(action, total, results, added))
            added = []
        elif results[0] != total:
            self._copy(total, results[0])
        short = False
        final = max(
            (place for place, one in enumerate(chains) if self._is_there(one, flow, end)),
            default=0,
        )
        for place, one in enumerate(chains):
            if not is_sure(one):
                choice = one.links[0].action
                assert isinstance(choice, tree.If)
                here = self._at < end or self._pending() is not None
                arm = next((one for one in choice.arms if here and self._next(one.span)), None)
                if arm is None and unseen:
                    arm = next((one for one in choice.arms if runs_nothing(one)), None)
                    unseen -= arm is not None
                words = place, total, var if place == final else total
                line = self._term(action, choice, arm, words, flow, added)
                if line is not None:
                    sums.append(line)
                    added = []
                short = line is not None and line.target != total
        unit = self._ran(action.span)
        if unit is not None:
            self._partial(unit.last, sums)
        if not short:
            self._copy(var, total)

    def _is_there(self, chain: tree.Chain, flow: Word, end: int) -> bool:
        """Whether the code of a merge, up to this layer, has the term of a condition."""
        choice = chain.links[0].action
        if is_sure(chain) or not isinstance(choice, tree.If):
            return False
        if self._asked(choice, flow):
            return True
        return any(inside(unit.span, choice.span) for unit in self._units[self._at : end])

    def _sum(
        self, action: tree.Braced, target: Word, reads: tuple[Word, ...], added: list[int]
    ) -> Line:
        """A sum, to which the branches at these places are added."""
        value = self._next_value(action)
        self._values[target] = value
        line = Line(target, value, self._end, "join", None, reads, self._chain)
        line.terms = tuple(added)
        self.found.append(line)
        return line

    def _partial(self, merge: int, sums: list[Line]) -> None:
        """All of these but the last are partial sums of a merge."""
        inputs = self._nodes[merge].inputs
        ran = sorted(place for line in sums for place in line.terms)
        whole = len(ran) == len(inputs)
        for line in sums:
            terms = line.terms
            line.terms = ()
            if whole and line is not sums[-1]:
                line.kind, line.value = "partial", merge
                line.terms = tuple(inputs[ran.index(place)] for place in terms)
        if len(sums) > 1:
            self.stepped.append(merge)

    def _term(
        self,
        action: tree.Braced,
        choice: tree.If,
        arm: tree.Arm | None,
        words: tuple[int, Word, Word],
        flow: Word,
        added: list[int],
    ) -> Line | None:
        """`if c: y = y + z`, or the line `x = y + z if c else y`; None where no arm runs."""
        place, total, var = words
        kept = self._asked(choice, flow)
        line: Line | None = None
        if kept:
            self.found.append(bar(self._read_by(choice, flow)))
        if arm is not None:
            before = len(self.found)
            extra = self.body(arm.body, flow, self._own(action, (place, id(arm))))
            alone = len(choice.arms) == 1 and len(self.found) == before
            target = var if kept and alone else total
            line = self._sum(action, target, (total, extra), [*added, place])
        if kept:
            self.found.append(bar())
        return line

    def _sure_first(self, action: tree.Braced, chains: list[tree.Chain]) -> tuple[int, int]:
        """Puts the layers of the branches behind conditions behind those of all others.

        Gives how many of the former have no layer at all, and where the layers of this run end.
        """
        begin = end = self._at
        branches: list[int] = []
        branch = 0
        while end < len(self._units) and self._runs_with(begin, end, action.span):
            span = self._units[end].span
            while branch < len(chains) and not inside(span, chains[branch].span):
                branch += 1
            if branch == len(chains):
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
        if end == len(self._units) or self._units[end].span != action.span:
            return 0, end
        seen = sum(sure) + len({branch for branch in branches if not sure[branch]})
        return len(self._nodes[self._units[end].last].inputs) - seen, end

    def _runs_with(self, one: int, other: int, span: Span) -> bool:
        """Whether two layers stand in the same run of what is around this text."""
        return self._run_around(one, span) is self._run_around(other, span)

    def _run_around(self, place: int, span: Span) -> Scope | None:
        unit = self._units[place]
        scope = unit.call.parent if unit.call else self._nodes[unit.first].scope
        while scope is not None and not inside(span, scope.span):
            scope = scope.parent
        return scope

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
        total = self._own(action, "total")
        if KINDS[action.word.id].operator:  # `y = branches[0]`: what it held before goes
            self.found.append(Line(total, None, self._end, "join", None, (gathered,)))
        before = self._end
        unit = self._ran(action.span)
        value = None if unit is None else unit.last
        if KINDS[action.word.id].operator:
            if unit is None:  # what there is a single one of is the sum
                value = self._values.get(last)
                self._made_of_input.add(var)
            else:  # `for branch in branches[1:]` leaves the last one in its name
                term = self._own(action, "branch")
                self.found.append(Line(term, None, before, "join", None, (gathered,)))
                left = self._values.get(last)
                self.found.append(Line(term, left, self._end, "copy", last, (gathered,)))
            self._values[total] = value
            self.found.append(Line(total, value, self._end, "join", None, (gathered,)))
            self.found.append(bar())
            self._copy(var, total)
        else:
            kind = "join" if unit is not None else "stack"
            if unit is None:  # a copy, of what enters too
                value = self._values.get(last)
                if value is None and last in self._unchanged:
                    value = self._came
                    if value is not None:  # the caller has it to the end
                        self.found.append(Line("came", value, self._end, "join"))
            self._values[var] = value
            self.found.append(Line(var, value, self._end, kind, None, (gathered,), self._chain))
        if value is not None:
            self._hanging[value] = True  # the channels of what is gathered are counted

    def _around(self, span: Span) -> Scope | None:
        """The run of a loop in which the next layer stands; a loop around it may run it again."""
        scope: Scope | None = None
        if self._next(span):
            one = self._pending()
            scope = one.call.parent if one else self._nodes[self._units[self._at].first].scope
        while scope is not None and scope.span != span:
            scope = scope.parent
        return scope

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
            self.found.append(bar(self._read_by(only, flow) if isinstance(only, tree.If) else ()))
            around = self._around(only.span)
            for inner, span in zip(bodies, spans, strict=True):
                before = None
                while (
                    self._next(span)
                    and self._passed != before
                    and self._around(only.span) is around
                ):
                    before = self._passed
                    last = self._gather(inner, gathered, flow) or last
            self.found.append(bar())
        return last


def _is_ours(chain: tree.Chain) -> bool:
    """Whether a sum may have the name of a branch: not the label of one that may be missing."""
    return is_sure(chain) or not any(one.label is not None for one in links_within((chain,)))
