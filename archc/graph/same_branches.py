"""A sum of one tensor with itself, `add { identity; identity }`, which is no shortcut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.graph.branches import is_idle
from archc.graph.place import Place
from archc.graph.values import Tensor
from archc.language import tree

if TYPE_CHECKING:
    from archc.graph.run import Run


def warn_of_same_branches(
    run: Run, action: tree.Braced, branches: list[Tensor], place: Place
) -> None:
    """Warns of a sum whose every branch hands on one tensor, as the text says: it only scales it.

    An argument of a block that is `identity` in one call is no such text.
    """
    passed = {_handed_on(run, tensor.node) for tensor in branches}
    if len(passed) > 1 or not all(
        isinstance(one, tree.Chain) and is_idle(one) for one in action.body
    ):
        return
    times = {2: "doubles", 3: "triples"}.get(len(branches), "only scales")
    what = "both branches are" if len(branches) == 2 else "all branches are"
    run.report.add(
        "same-branches",
        f"{what} the same tensor here: `{action.word.id}` {times} it",
        action.word.span,
        calls=place.names.scope.frames(),
        severity="warning",
        help="one of them was to be another: `from NAME` takes an earlier value",
    )


def _handed_on(run: Run, node: int) -> int:
    """The node whose tensor one hands on unchanged, itself where it does something."""
    while node >= 0:
        layer = run.nodes[node].layer
        if layer is None or not layer.passes:
            break
        node = run.nodes[node].inputs[0]
    return node
