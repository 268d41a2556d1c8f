"""The lines of a forward pass as the code for a text has them, for one run of it.

What a variable holds hangs on names alone, so only these are followed: which line gives which name
a value. The text is read again beside the layers that ran: a condition took the arm in which the
next layer stands, a loop goes on while the next layer stands in it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from archc.analysis.arms import acts, enters, is_choice, runs_nothing
from archc.analysis.channels import Lets, Variable, after, hanging, leaving, met, worth
from archc.analysis.holding import Unit
from archc.analysis.lines import Body, Follower, Line, Word, bar
from archc.analysis.texts import arms_left, asks_size, names
from archc.graph.branches import is_idle
from archc.graph.chains import links_within
from archc.graph.evaluate import SIZES
from archc.graph.naming import shares
from archc.language import tree
from archc.layers.registry import KINDS

PLAIN = (tree.Number, tree.Constant, tree.Size)  # arguments in which no label stands


class Statements(Follower, ABC):
    """Statements one behind the other."""

    def body(self, body: Body, flow: Word, var: Word) -> Word:
        """Statements one behind the other; `flow` is the name of the tensor that enters."""
        before, self._lets = self._lets, dict(self._lets)
        for statement in body:
            if isinstance(statement, tree.Chain):
                flow = self.chain(statement.links, flow, var)
            elif isinstance(statement, tree.Let):
                said = worth(self._text, statement.value, self._here(flow))
                self._lets[statement.name.id] = said
            elif isinstance(statement, tree.Output):
                if self._next(statement.span):
                    own = ("output", id(statement))
                    self._results.append(own)
                    result = self.chain(statement.body.links, flow, own)
                    if result != own:
                        self._copy(own, result)
            elif isinstance(statement, tree.Input):
                flow = self._entered if statement.name is None else ("label", statement.name.id)
        self._lets = before
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
        own = self._new_label(label.plain)
        if flow != own:
            self._named_by.append((label, self._copy(own, flow)))
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
            entered = self._here(flow)
            result = self._call(unit, flow, var)
            self._carry(after(self._text, action, entered), result)
            return result
        if isinstance(action, tree.Group):
            return self.body(action.body, flow, var)
        if isinstance(action, tree.If):
            return self.choice(action, flow, var)
        return self.loop(action, flow, var)

    def apply(self, action: tree.Apply, flow: Word, var: Word) -> Word:
        if shares(action):
            return self.share(action, flow, var)
        copying = self._pending()
        if copying is not None and copying.call.span == action.span:
            return self._copies(copying, flow, var)
        unit = self._ran(action.span)
        if unit is None:
            if (unit := self._strange()) is None:
                return self._nothing(action, flow, var)
            while unit is not None:
                flow = self._call(unit, flow, var)
                unit = self._strange()
            return flow
        result = self._call(unit, flow, var, self._given(action))
        plain = isinstance(action.callee, tree.Name) and action.callee.id in KINDS
        if not plain and self.found and self.found[-1].end == unit.last:
            self.found[-1].costs = True  # what a parameter makes may be anything
        if unit.call is not None:
            self._made(action, result, unit)
        return result

    def _made(self, action: tree.Apply, flow: Word, called: Unit | None = None) -> None:
        """Notes that a block leaves channels by arms or rounds; one that a parameter holds, any."""
        callee = action.callee
        given = isinstance(callee, tree.Name) and callee.id in self._text.words
        left = None if called is None else leaving(self._nodes, self._texts, called)
        if given or isinstance(left, Variable):
            self._moves(flow)

    def _moves(self, flow: Word) -> None:
        """Notes that the constructor has a variable for the channels of a value."""
        value = self._values.get(flow)
        if value is None:
            self._made_of_input.add(flow)
        else:
            self._hanging[value] = True

    def _nothing(self, action: tree.Apply, flow: Word, var: Word) -> Word:
        """A call that ran no layer gives some value or other that there is already."""
        if isinstance(action.callee, tree.Name) and action.callee.id in KINDS:
            return flow
        value = self._values.get(flow)
        if value not in self._texts.given_back(self._graph, action.span):
            value = None
        self._values[var] = value
        self._unchanged.discard(var)
        line = Line(var, value, self._end, "join", flow, (flow,), self._chain)
        line.lies = value is not None
        self.found.append(line)
        self._made(action, var)
        return var

    def share(self, action: tree.Apply, flow: Word, var: Word) -> Word:
        target = action.arguments[0].value if action.arguments else None
        word = target.id if isinstance(target, tree.Name) else None
        unit = self._ran(action.span)
        if unit is not None:
            return self._call(unit, flow, var)
        link = self._labels.get(word or "")
        return flow if link is None else self._once_more(link, flow, var)

    def _once_more(self, link: tree.Link, flow: Word, var: Word) -> Word:
        """What is shared runs again, with variables of its own."""
        before = self._run, self._anew
        self._runs += 1
        self._run, self._anew = self._runs, dict(self._anew)
        try:
            return self.link(link, flow, var)
        finally:
            self._run, self._anew = before

    def choice(self, action: tree.If, flow: Word, var: Word) -> Word:
        arms, sure = arms_left(action, self._text.decided)
        if not arms or (sure and len(arms) == 1):
            return self.body(arms[0].body, flow, var) if arms else flow
        ends = self._ends(action, flow, var)
        idle = len(ends) == 1 and all(map(runs_nothing, arms))  # then the code lacks it
        kept = not idle and self._asked(action, flow)
        ran = next((arm for arm in arms if self._next(arm.span)), None)
        ran = ran or self._quiet_arm(arms, sure, flow, var)
        others = [arm for arm in arms if arm is not ran]
        if kept:
            mentioned = (flow, var)[: 2 - is_choice(arms, sure)] if any(map(acts, arms)) else ()
            self.found.append(bar((*self._read_in(others), *mentioned)))
        else:
            self._dropped += [arm.span for arm in others]  # the code has but the arm that runs
        entered = self._here(flow)
        result = flow
        if ran is not None:
            result = self.body(ran.body, flow, var)
        if kept:
            if len(ends) > 1 and result != var:
                self._copy(var, result)
                result = var
            self.found.append(bar())
            self._carry(met(self._text, action, entered), result, flow)
        return result

    def _quiet_arm(
        self, arms: Sequence[tree.Arm], sure: bool, flow: Word, var: Word
    ) -> tree.Arm | None:
        """The arm that was taken where none ran a layer: what the next layer reads tells.

        The values of arguments are those from before the forward pass.
        """
        quiet = [arm for arm in arms if runs_nothing(arm)]
        if sure and len(quiet) == 1:
            return quiet[0]
        if not quiet or self._at == len(self._units):
            return None
        taken = self._taken(self._units[self._at])
        if self._values.get(flow) in taken:
            return None
        for arm in quiet:
            value = self._values.get(self._leaves(arm.body, flow, var))
            if value in taken or (value is None and min(taken, default=self._first) < self._first):
                return arm
        return None

    def _carry(self, said: object, flow: Word, entered: Word = None) -> None:
        """Notes that a variable of the constructor has the channels of a value, or a number."""
        value = self._values.get(flow)
        if value is not None and isinstance(said, Variable):
            self._hanging[value] = True
        elif value is not None and isinstance(said, int) and value != self._values.get(entered):
            self._hanging.setdefault(value, False)

    def _here(self, flow: Word) -> Lets:
        """The number of channels where the constructor has one, else what it calls them."""
        value = self._values.get(flow)
        shape = None if value is None else self._nodes[value].shape
        if value is None or shape is None or self._hangs(value):
            return Lets(flow, self._lets)
        return Lets(shape[0], self._lets)

    def _hangs(self, value: int) -> bool:
        home, first, known = self._text, self._first, self._hanging
        return hanging(self._graph, self._texts, home, value, first, known)

    def _read_in(self, arms: Sequence[tree.Arm]) -> tuple[Word, ...]:
        """The labels from before that arms read which do not run: the code has these lines too."""
        found: list[Word] = []
        for arm in arms:
            own: set[Word] = set()
            for link in links_within(arm.body):
                read: tuple[Word, ...] = ()
                if isinstance(link.action, tree.From):
                    read = (self._named(link.action.target),)
                elif isinstance(link.action, tree.Apply):
                    read = self._given(link.action)
                found += [one for one in read if one not in own]
                if link.label is not None and link.label.plain is not None:
                    own.add(self._label(link.label.plain))
        return tuple(found)

    def _read_by(self, choice: tree.If, flow: Word) -> tuple[Word, ...]:
        """What the arms of a branch read: their labels, and what enters where the code has them."""
        arms, _ = arms_left(choice, self._text.decided)
        entered = (flow,) if self._asked(choice, flow) and any(map(enters, arms)) else ()
        return (*self._read_in(choice.arms), *entered)

    def _given(self, action: tree.Apply) -> tuple[Word, ...]:
        """The labels among the arguments of a call, but for those that are asked for a size."""
        said = [one.value for one in action.arguments if not isinstance(one.value, PLAIN)]
        if not said:
            return ()
        every = [one for value in said for one in tree.within(value)]
        sizes = [one for one in every if isinstance(one, tree.Attribute) and one.name in SIZES]
        asked = {id(inner) for one in sizes for inner in tree.within(one)}
        named = [one for one in every if isinstance(one, tree.Name) and id(one) not in asked]
        return tuple(self._label(one.id) for one in named)

    def _leaves(self, body: Body, flow: Word, var: Word) -> Word:
        """The name of what statements leave, whether they run or not."""
        for statement in body:
            for link in statement.links if isinstance(statement, tree.Chain) else ():
                if isinstance(link.action, tree.From):
                    flow = self._named(link.action.target)
                elif isinstance(link.action, tree.Group):
                    flow = self._leaves(link.action.body, flow, var)
                elif isinstance(link.action, tree.If):
                    ends = self._ends(link.action, flow, var)
                    flow = ends.pop() if len(ends) == 1 else var
                elif not is_idle(tree.Chain((link,), link.span)):
                    flow = var
                label = link.label
                if label is not None and label.plain and self._reads.reads(label):
                    flow = self._label(label.plain)
        return flow

    def _ends(self, action: tree.If, flow: Word, var: Word) -> set[Word]:
        """The names of what the arms leave, or of what enters where none may run."""
        arms, sure = arms_left(action, self._text.decided)
        ends = {self._leaves(arm.body, flow, var) for arm in arms}
        return ends if sure else ends | {flow}

    def _asked(self, action: tree.If, flow: Word) -> bool:
        """Whether the forward pass asks a condition: one of numbers alone is decided."""
        words = names(tuple(arm.condition for arm in action.arms if arm.condition is not None))
        if words & (self._text.words | self._text.rounds):
            return True
        if not words & self._text.given:
            return False
        value = self._values.get(flow)
        if value is None or asks_size(tuple(arm.condition for arm in action.arms)):
            return self._text.block or (value is None and flow in self._made_of_input)
        return self._hangs(value)

    def loop(self, action: tree.For | tree.Repeat, flow: Word, var: Word) -> Word:
        if not self._next(action.span):
            return self._quiet(action, flow, var)
        if flow != var:
            self._copy(var, flow)
            flow = var
        self.found.append(bar())
        left = met(self._text, action, self._here(flow))
        outside = self._hanging, self._made_of_input
        self._hanging, self._made_of_input = dict(self._hanging), set(self._made_of_input)
        while self._next(action.span):
            self._moves(flow)  # rounds have a name for the channels that enter, even if they stay
            self.found.append(bar())
            before = self._passed
            flow = self.body(action.body, flow, var)
            if flow != var:
                self._copy(var, flow)
                flow = var
            if self._passed == before:
                break
        self._hanging, self._made_of_input = outside
        if isinstance(left, Variable):
            self._moves(flow)
        self.found.append(bar())
        return flow

    def _quiet(self, action: tree.For | tree.Repeat, flow: Word, var: Word) -> Word:
        """A loop in which no layer ran; blocks that hand on what they are given may have.

        One that is called as a module is called all the same.
        """
        if self._text.calls(action.span, frozenset()):
            line = self._copy(var, flow)
            line.kind = "call"
            return var
        for link in links_within(action.body):
            call = link.action
            if isinstance(call, tree.Apply) and self._texts.given_back(self._graph, call.span):
                flow = self._nothing(call, flow, var)
        return flow

    @abstractmethod
    def merge(self, action: tree.Braced, flow: Word, var: Word) -> Word:
        """Branches, and their merge; the name of what comes out."""
