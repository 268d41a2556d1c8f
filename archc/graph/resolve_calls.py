"""Calls checked in the text: is there such a layer or block, and does it take these arguments?"""

from __future__ import annotations

from archc.diagnostics import Edit, Label, Proposal
from archc.graph import cures
from archc.graph.calls import kind_called, signature, takes
from archc.graph.resolve_names import ExpressionNames, Names
from archc.language import tree
from archc.layers.arguments import Argument, either
from archc.layers.registry import KINDS, check_call, foreign, is_word


def _has_shortcut(action: tree.Braced) -> bool:
    """Whether the braces of `residual { … }` hold its shortcut, so that it is a merge."""
    return any(statement.span.text.strip() == "identity" for statement in action.body)


class CallNames(ExpressionNames):
    """Reports calls that cannot be, whatever the values."""

    def _word(self, action: tree.Braced, names: Names) -> None:
        word = action.word.id
        if word in KINDS and KINDS[word].many_inputs:
            return
        merges = [keyword for keyword, kind in KINDS.items() if kind.many_inputs]
        if word in KINDS:
            message, help = (
                f"`{word}` takes no braces; only merges do",
                f"merges are {_listed(merges)}",
            )
        else:
            message = f"`{word}` is no merge, and takes no braces"
            help = f"merges are {_listed(merges)}"
        known = foreign(word.lower())
        residual = word.lower() in cures.text.RESIDUALS and not _has_shortcut(action)
        proposals: tuple[Proposal, ...] = (
            (cures.text.meant(action.word.span, known),) if known and not residual else ()
        )
        proposals += cures.text.shortcut_added(action, known or "")
        proposals += cures.subtraction.subtracted(action)
        proposals += cures.text.spelt(action.word.span, word, [*merges, "repeat", "for", "if"])
        if word not in KINDS and word not in JOINS:
            edit = cures.edits.after(action.word.span, ":")
            proposals += (cures.text.made(f"write `{word}: {{`: a label ends in a colon", edit),)
        self._report.add("unknown-layer", message, action.word.span, help=help, proposals=proposals)

    def _short_labels(self, action: tree.Braced) -> None:
        """A label at a branch's head names its first layer alone: a slip where weights follow."""
        for statement in action.body:
            if not isinstance(statement, tree.Chain):
                continue
            first = statement.links[0]
            label = first.label
            if label is None or not isinstance(first.action, tree.Apply):
                continue
            for link in statement.links[1:]:
                later = link.action
                if link.label is None and isinstance(later, tree.Apply) and _has_weights(later):
                    word = label.span.text
                    self._report.add(
                        "short-label",
                        f"the label `{word}` names its first layer alone, not the whole branch",
                        label.span,
                        severity="warning",
                        labels=(Label(later.span, "this layer is named apart"),),
                        proposals=cures.text.braced(first.span),
                    )
                    break

    def _apply(self, action: tree.Apply, names: Names) -> None:
        callee = action.callee
        if isinstance(callee, tree.Attribute):
            self._expr(callee, names)
            self._arguments(action.arguments, names)
            return
        word = callee.id
        if word == "share":
            if action.arguments:
                self._shared_block(action.arguments[0].value, names)
                self._reference(action.arguments[0].value, names)
            return
        self._arguments(self._without_words(action, names), names)
        if word == "opaque":
            return
        if names.value(word) is not None and word[0].isupper():
            names.has(word)
            return
        if word in KINDS:
            positional = sum(argument.name is None for argument in action.arguments)
            for problem in check_call(word, positional, _argument_names(action)):
                surplus = cures.entering.surplus_in_text(action, KINDS[word], problem)
                if surplus is not None:
                    self._report.add(
                        cures.entering.CODE,
                        surplus.message,
                        surplus.span,
                        proposals=surplus.proposals,
                    )
                    continue
                span = action.span
                if problem.argument is not None:
                    span = next(
                        (
                            a.name_span or a.span
                            for a in action.arguments
                            if a.name == problem.argument
                        ),
                        span,
                    )
                elif problem.position is not None:
                    span = [a for a in action.arguments if a.name is None][problem.position].span
                self._report.add(
                    problem.code,
                    problem.message,
                    span,
                    help=problem.help,
                    proposals=cures.arguments.argument_proposals(action, problem, word),
                )
                if any(cures.own_words.in_own_words(action, KINDS[word])):
                    break  # one line mends them all
            return
        home = self._module.names.get(word)
        if home is not None:
            self._block_call(action, home[1])
            return
        self._unknown_callee(action, callee, names)

    def _shared_block(self, target: tree.Expr, names: Names) -> None:
        """`share Tower`: a block, where the label of a call of it is wanted."""
        if not isinstance(target, tree.Name) or names.label(target.id):
            return
        if names.value(target.id) is None and target.id in self._module.names:
            self._report.add(
                "undefined-name",
                f"`{target.id}` is a block, and `share` wants the label of layers that ran",
                target.span,
                help=f"a call with a label can be shared: `first: {target.id} …`, `share first`",
                proposals=cures.text.calls_of(target),
            )

    def _without_words(self, action: tree.Apply, names: Names) -> tuple[tree.Argument, ...]:
        """The arguments whose names are looked up: not those of a name the layer does not have.

        A word that stands where a layer takes one of its own is held to those.
        """
        kind = kind_called(action)
        if kind is None:
            return action.arguments
        result = []
        places = [name for name, argument in kind.arguments.items() if not argument.keyword_only]
        unnamed = 0
        for given in action.arguments:
            name = given.name
            if name is None:
                name = places[unnamed] if unnamed < len(places) else ""
                unnamed += 1
            argument = kind.arguments.get(name)
            if argument is None and given.name is not None:
                continue
            if argument is not None and self._no_word(given, argument, action, names):
                continue
            result.append(given)
        return tuple(result)

    def _no_word(
        self, given: tree.Argument, argument: Argument, action: tree.Apply, names: Names
    ) -> bool:
        """Whether a bare word is none of those an argument takes, which are told then."""
        value = given.value
        if not argument.words or not isinstance(value, tree.Name) or value.id in argument.words:
            return False
        if self._author_knows(value.id, names) or value.id in KINDS or is_word(value.id):
            return False
        numbers = ("a number",) if argument.kind == "pads" else ()
        words = either((*numbers, *argument.words))
        self._report.add(
            "undefined-name",
            f"`{argument.name}` of `{action.callee.span.text}` is {words}, not `{value.id}`",
            value.span,
            proposals=(
                *(cures.own_words.before_alone(action, given) if argument.kind == "pads" else ()),
                *cures.text.spelt(value.span, value.id, [*argument.words, *names.visible()]),
            ),
        )
        return True

    def _block_call(self, action: tree.Apply, definition: object) -> None:
        if not isinstance(definition, (tree.Block, tree.Network)):
            return
        parameters = [parameter.name.id for parameter in definition.parameters]
        positional = [argument for argument in action.arguments if argument.name is None]
        name = definition.name.id
        if len(positional) > len(parameters):
            self._report.add(
                "too-many-arguments",
                takes(definition, len(positional)),
                positional[len(parameters)].span,
                help=signature(definition),
                proposals=_one_too_many(action, definition, positional[len(parameters)]),
            )
            return
        given = set(parameters[: len(positional)])
        named = [one.name for one in action.arguments if one.name is not None]
        renamed: tuple[Proposal, ...] = ()
        if not set(named) <= set(parameters[len(positional) :]) or len(set(named)) < len(named):
            renamed = tuple(cures.blocks.in_own_words(action, definition))
        several = any(len(one.cure.edits) > 1 for one in renamed)
        for argument in action.arguments:
            if argument.name is None:
                continue
            span = argument.name_span or argument.span
            if argument.name not in parameters:
                alike = (
                    *cures.blocks.without_entering(action, argument),
                    *cures.text.spelt(span, argument.name, parameters),
                    *cures.blocks.abbreviated(span, argument.name, parameters),
                )
                self._report.add(
                    "unknown-argument",
                    f"`{name}` has no parameter `{argument.name}`",
                    span,
                    help=signature(definition),
                    proposals=(
                        *((*renamed, *alike) if several else (*alike, *renamed)),
                        *cures.parameters.surplus(definition, action, argument),
                    ),
                )
            elif argument.name in given:
                self._report.add(
                    "too-many-arguments",
                    f"`{argument.name}` is given twice",
                    span,
                    help=signature(definition),
                    proposals=tuple(cures.blocks.without_first(action)),
                )
            given.add(argument.name)
        missing = [p for p in definition.parameters if p.default is None and p.name.id not in given]
        if missing and not renamed:  # else it has another name here, which is told
            proposals = tuple(cures.blocks.with_missing(action, definition, missing))
            self._report.add(
                "missing-argument",
                f"`{name}` needs {_listed([one.name.id for one in missing])}",
                action.span,
                help=signature(definition),
                proposals=proposals,
            )

    def _unknown_callee(self, action: tree.Apply, callee: tree.Name, names: Names) -> None:
        word = callee.id
        hint = cures.absent.reason(word)
        parts = tuple(cures.absent.made_of(action))
        if word in self._module.missing:
            return
        blocks = list(self._module.names)
        if word[0].isupper():
            blocks += [value for value in names.visible() if value[0].isupper()]
            short = cures.text.abbreviated(callee.span, word)
            small = foreign(word.lower()) or (word.lower() if word.lower() in KINDS else None)
            proposals: tuple[Proposal, ...] = (
                (cures.text.meant(callee.span, small),) if small else ()
            )
            short = (
                *short,
                *cures.imports.imported(callee, self._module.missing),
                *cures.text.excited(callee),
            )
            self._report.add(
                "unknown-block",
                f"there is no block `{word}`",
                callee.span,
                help=hint,
                proposals=(
                    *cures.foreign.renamed_throughout(action, small),
                    *proposals,
                    *short,
                    *parts,
                    *cures.text.spelt(callee.span, word, blocks),
                ),
            )
            return
        proposals = cures.text.abbreviated(callee.span, word)
        if not proposals:  # a word that is like another is hardly meant where it has a meaning
            alike = cures.text.spelt(callee.span, word, [*KINDS, *blocks])
            proposals = tuple(one._replace(last=not one.cure.sure) for one in alike)
        known = foreign(word)
        if known:
            proposals = (cures.text.meant(callee.span, known), *proposals)
        proposals = parts or (*cures.foreign.renamed_throughout(action, known), *proposals)
        own = self._own
        if isinstance(own, tree.Block):
            reads = Edit(callee.span, f"from {word}")
            proposals = (*cures.blocks.one_parameter_more(own, word, reads), *proposals)
        if names.value(word) is not None:
            hint = "a parameter that holds a block or layer begins with a capital"
        elif names.label(word):
            hint = f"`{word}` is a label; `from {word}` is its value, `share {word}` runs it again"
            proposals = cures.text.run_on(action) or cures.text.read_or_run(callee.span, word)
        self._report.add(
            "unknown-layer",
            f"there is no layer `{word}`",
            callee.span,
            help=hint,
            proposals=proposals,
        )


def _one_too_many(
    action: tree.Apply, definition: tree.Block | tree.Network, extra: tree.Argument
) -> tuple[Proposal, ...]:
    read = cures.blocks.read_and_undefined(definition)
    return (
        *(cures.blocks.one_parameter_more(definition, read) if read is not None else ()),
        *cures.entering.first(action),
        *cures.blocks.without_first(action),
        *cures.blocks.without_truth(action),
        *cures.parameters.surplus(definition, action, extra),
    )


JOINS = frozenset(("merge", "join", "parallel", "branch", "branches", "fork", "split", "stack"))
"""What people call a merge: no label is meant by it."""


def _argument_names(action: tree.Apply) -> list[str]:
    return [argument.name for argument in action.arguments if argument.name is not None]


def _has_weights(action: tree.Apply) -> bool:
    callee = action.callee
    if not isinstance(callee, tree.Name) or callee.id[0].isupper():
        return True
    kind = KINDS.get(callee.id)
    return kind is not None and kind.stateful


def _listed(words: list[str]) -> str:
    quoted = [f"`{word}`" for word in words]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
