"""What is left of a program where its text has syntax errors: the rest is checked all the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archc.diagnostics import Diagnostic
from archc.language import tree
from archc.language.source import Span

DEFINED = re.compile(r"^\s*(?:block|network|let|def|class|fn|function)\s+(\w+)", re.MULTILINE)
IMPORTED = re.compile(r"^\s*from\b.*\bimport\b(.*)$", re.MULTILINE)

ASSIGNED = re.compile(r"^\s*(\w+)[ \t]*:?=[ \t]*[A-Za-z_]", re.MULTILINE)
TURNED = re.compile(r"^\s*import\b(.*?)\bfrom\b", re.MULTILINE)


def names_in(text: str) -> set[str]:
    """Every name that a text may define at its top, read or not."""
    names = set(DEFINED.findall(text)) | set(ASSIGNED.findall(text))
    for line in (*IMPORTED.findall(text), *TURNED.findall(text)):
        names.update(re.findall(r"\w+", line))
    return names


def sound_part(program: tree.Program, diagnostics: Sequence[Diagnostic]) -> tree.Program:
    """The program without the statements that an error touches, which become `Broken`.

    Where the reading of an error is sure (`True` for `true`), the statement stays as it was read. A
    definition whose head is broken is left out.
    """
    places = [
        one.span.start
        for one in diagnostics
        if one.severity == "error" and not any(proposal.cure.sure for proposal in one.proposals)
    ]
    if not places:
        return program
    definitions = []
    for definition in program.definitions:
        here = [place for place in places if _holds(definition.span, place)]
        if not here:
            definitions.append(definition)
        elif isinstance(definition, (tree.Block, tree.Network)):
            body, left = _sound_body(definition.body, here)
            if not left:
                definitions.append(definition._replace(body=body))
    return program._replace(definitions=tuple(definitions))


def _holds(span: Span, place: int) -> bool:
    return span.start <= place <= span.end


def _sound_body(
    body: tuple[tree.Statement, ...], places: list[int]
) -> tuple[tuple[tree.Statement, ...], list[int]]:
    """The statements, those that hold a place broken; and the places that lie in none of them."""
    result = []
    left = list(places)
    for number, statement in enumerate(body):
        following = body[number + 1] if number + 1 < len(body) else None
        here = [
            place
            for place in left
            if _holds(statement.span, place) or _ends_line(statement, following, place)
        ]
        left = [place for place in left if place not in here]
        result.append(_sound(statement, here) if here else statement)
    return tuple(result), left


def _ends_line(statement: tree.Statement, following: tree.Statement | None, place: int) -> bool:
    """Whether a place stands behind a statement in its line: `conv 8 3x3 )`."""
    if place < statement.span.end or (following is not None and following.span.start <= place):
        return False
    between = statement.span.source.text[statement.span.end : place]
    return not between.strip(" \t)]")


def _sound(statement: tree.Statement, places: list[int]) -> tree.Statement:
    """A statement with errors: broken, but for what stands in its braces."""
    if isinstance(statement, tree.Chain) and len(statement.links) == 1:
        (link,) = statement.links
        action = link.action
        if isinstance(action, (tree.Group, tree.Braced, tree.For, tree.Repeat)):
            body, left = _sound_body(action.body, places)
            if not left:
                links = (link._replace(action=action._replace(body=body)),)
                return statement._replace(links=links)
        elif isinstance(action, tree.If):
            arms, left = [], places
            for arm in action.arms:
                body, left = _sound_body(arm.body, left)
                arms.append(arm._replace(body=body))
            if not left:
                links = (link._replace(action=action._replace(arms=tuple(arms))),)
                return statement._replace(links=links)
    if isinstance(statement, tree.Broken):
        return statement
    return tree.Broken(statement.span)
