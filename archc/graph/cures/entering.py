"""Calls that tell what enters as well, as those of PyTorch do: `linear 400 120`."""

from __future__ import annotations

from collections.abc import Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called
from archc.graph.cures.edits import ahead, mended, site, without
from archc.graph.values import Tensor
from archc.language import tree
from archc.language.source import Span
from archc.layers.arguments import ArgumentError
from archc.layers.base import Layer, LayerError
from archc.layers.registry import Problem
from archc.named import NamedTuple

CODE = "too-many-arguments"


class Surplus(NamedTuple):
    """What is said of the argument that tells what enters."""

    message: str
    span: Span
    proposals: tuple[Proposal, ...]


def first(action: tree.Apply) -> tuple[Proposal, ...]:
    """`Tower(a)`: a value that enters a block stands in front of it, `from a -> Tower`."""
    unnamed = [one for one in action.arguments if one.name is None]
    found = site(action.span)
    if found is None or not unnamed or not isinstance(unnamed[0].value, (tree.Name, tree.Template)):
        return ()
    called, chain = found.link.action, found.chain
    if not isinstance(called, tree.Apply) or chain.links[0] != found.link:
        return ()
    alone = called.parenthesised and len(called.arguments) == 1
    rest = Span(called.span.source, called.callee.span.end, called.span.end)
    edits = (
        ahead(found.link.span, f"from {unnamed[0].span.text} -> "),
        Edit(rest, "") if alone else without(called, unnamed[0]),
    )
    told = f"a value enters a block in front of it: write `{mended(found.link.span, edits)}`"
    return (Proposal(told, Cure(edits)),)


def surplus(
    error: LayerError | ArgumentError,
    action: tree.Apply | tree.Braced,
    inputs: Sequence[Tensor],
) -> Surplus | None:
    """The first argument, where the others are wrong because of it: a number for a flag, a window
    of as many pixels as a layer has channels.
    """
    kind = kind_called(action) if isinstance(action, tree.Apply) else None
    if kind is None or not kind.counted or not isinstance(action, tree.Apply):
        return None
    unnamed = [one for one in action.arguments if one.name is None]
    if len(unnamed) < 2:
        return None
    first, second = unnamed[0].value, unnamed[1].value
    shape = inputs[0].shape if inputs else None
    enters = isinstance(first, tree.Number) and shape is not None and first.value == shape[0]
    argument = kind.arguments.get(getattr(error, "argument", ""))
    last = unnamed[-1].value
    flag = argument is not None and argument.kind == "flag"
    number = isinstance(last, tree.Name) or (isinstance(last, tree.Number) and last.value > 1)
    if flag and number:
        return _said(action, kind, unnamed[0], enters)
    window = error.code == "kernel-too-large" and isinstance(second, tree.Number)
    if window and enters and len(unnamed) > 2:
        return _said(action, kind, unnamed[0], enters)
    return None


def surplus_in_text(action: tree.Apply, kind: type[Layer], problem: Problem) -> Surplus | None:
    """The same of a call that is wrong whatever enters: `conv 64 32 3x3 stride=2`, `batchnorm 64`.

    The argument by name is the third by position too, and a normalisation is told nothing.
    """
    unnamed = [one for one in action.arguments if one.name is None]
    numbers = [one for one in unnamed[:2] if isinstance(one.value, tree.Number)]
    if problem.code == "repeated-argument" and kind.counted and len(numbers) == 2:
        return _said(action, kind, unnamed[0], False)
    if problem.code == CODE and kind.group == "normalisation" and problem.position is not None:
        beyond = unnamed[problem.position]
        if len(unnamed) == problem.position + 1 and isinstance(beyond.value, tree.Number):
            return _said(action, kind, beyond, False)
    return None


def _said(action: tree.Apply, kind: type[Layer], argument: tree.Argument, enters: bool) -> Surplus:
    word = action.callee.span.text
    gives = next(iter(kind.arguments)) if kind.counted else ""
    those = f"the {argument.span.text} that enter" if enters else "those that enter"
    message = f"`{word}` takes the {gives} that it gives: {those} are known"
    if not kind.counted:
        message = f"`{word}` takes no channels: {those} are known"
    edit = without(action, argument)
    line = mended(action.span, [edit])
    proposals = [Proposal(f"write `{line}`", Cure((edit,)))]
    if kind.counted and "kernel" not in kind.arguments:
        flat = ahead(action.span, "flatten -> ")
        proposals.append(Proposal(f"write `{flat.text}{line}`", Cure((flat, edit))))
    return Surplus(message, argument.span, tuple(proposals))
