"""Labels that name one link of a line, where what stands behind it is meant with it."""

from __future__ import annotations

from collections.abc import Sequence

from archc.graph.calls import kind_called
from archc.language import tree


def left_out(action: tree.Action, behind: Sequence[tree.Link]) -> tree.Link | None:
    """The last link behind a labelled one that is meant with it, if any.

    Behind a layer that is its activation, after a normalisation or without one; behind a `from`,
    whose tensor has a name already, all up to the next label.
    """
    names_again = isinstance(action, tree.From)
    last = None
    for link in behind:
        if link.label is not None:
            break
        if names_again:
            last = link
            continue
        group = _group(link.action)
        if group not in ("activation", "normalisation"):
            break
        last = link
        if group == "activation":
            break
    return last


def word(link: tree.Link) -> str:
    """The layer that a link runs, as it is written."""
    return link.action.callee.span.text if isinstance(link.action, tree.Apply) else ""


def _group(action: tree.Action) -> str:
    kind = kind_called(action) if isinstance(action, tree.Apply) else None
    return kind.group if kind is not None else ""
