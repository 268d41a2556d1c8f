"""The condition of a shortcut: what it forgets to ask, or asks of another width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import site, sites
from archc.graph.cures.reaching import expression_text
from archc.graph.graph import Node
from archc.language import tree
from archc.language.source import Span

if TYPE_CHECKING:
    from archc.graph.cures.projections import Branch

WIDTH = re.compile(r"in\.channels\s*(==|!=)\s*([\w.*+/ ]*[\w)])(?=\s+(?:and|or)\b|\s*\Z)", re.ASCII)
"""`in.channels != 4*width` in a condition."""


def conditions(here: Branch, there: Branch) -> Iterator[Proposal]:
    """The condition under which a shortcut stands, such that it holds where the shapes agree.

    A shortcut in the `else` stands where the condition fails, so what is unlike is asked for; one
    behind an `if` stands where it holds, so what is like is.
    """
    if here.width is not None or there.width is None or there.width.layer is None:
        return
    channels = written(there.width, next(iter(there.width.layer.arguments))) or ""
    strides = [written(node, "stride") for node in there.way if node.layer is not None]
    stride = next((text for text in strides if text and not text.isdigit()), None)
    for test, otherwise in _tests(here.tensor.origin):
        text = test.text
        sign, join = ("!=", "or") if otherwise else ("==", "and")
        if here.shape[0] != there.shape[0] and single(channels):
            asked = WIDTH.search(text)
            if asked is None and "channels" not in text:
                text = f"{text} {join} in.channels {sign} {channels}"
            elif asked is not None and asked[2].strip() != channels:
                text = text[: asked.start(2)] + channels + text[asked.end(2) :]
        if stride is not None and here.shape[1:] != there.shape[1:] and stride not in text:
            text = f"{stride} {sign} 1 {join} {text}"
        if text != test.text:
            where = "the projection stands where the shapes differ"
            where = where if otherwise else "the shortcut stands where the shapes agree"
            yield Proposal(f"{where}: write `if {text}`", Cure((Edit(test, text),)))


def asked_for(node: Node) -> Iterator[str]:
    """The widths that conditions in the block of a layer compare with what comes in."""
    found = site(node.span)
    if found is None:
        return
    for one in sites(node.span.source).values():
        if one.definition is found.definition and isinstance(one.link.action, tree.If):
            for arm in one.link.action.arms:
                asked = WIDTH.search(arm.condition.span.text) if arm.condition else None
                if asked is not None:
                    yield asked[2].strip()


def _tests(origin: Span) -> Iterator[tuple[Span, bool]]:
    """The conditions of a shortcut, each with whether it stands in their `else`."""
    for found in sites(origin.source).values():
        action = found.link.action
        if not isinstance(action, tree.If) or len(action.arms) > 2:
            continue
        first = action.arms[0]
        if first.condition is None:
            continue
        for arm in action.arms:
            if arm.span.start <= origin.start <= arm.span.end:
                yield first.condition.span, arm is not first


def written(node: Node, name: str) -> str | None:
    """How an argument of a layer is written, if it is."""
    found = site(node.span)
    if found is None or not isinstance(found.link.action, tree.Apply) or node.layer is None:
        return None
    if name not in node.layer.arguments:
        return None
    return expression_text(found.link.action, type(node.layer), name)


def single(text: str) -> bool:
    """Whether an expression needs no brackets to be one argument."""
    return not any(sign in text for sign in (" -", "- ", " if "))
