"""`add` where DenseNet puts the channels of a layer beside those that enter it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.branches import is_idle
from archc.graph.values import Tensor
from archc.language import tree
from archc.layers.registry import KINDS

DENSE = re.compile(r"growth|dense", re.IGNORECASE)


def beside_the_shortcut(action: tree.Braced, branches: Sequence[Tensor]) -> Iterator[Proposal]:
    """`concat` for a sum of a shortcut and of branches that differ from it in channels alone.

    The text speaks of growth: elsewhere a width is the likelier slip.
    """
    source, shapes = action.word.span.source, [one.shape for one in branches]
    kind = KINDS.get(action.word.id)
    known = [shape for shape in shapes if shape]
    if kind is None or kind.operator != "+" or len(known) < len(shapes):
        return
    chains = [one for one in action.body if isinstance(one, tree.Chain)]
    if not any(map(is_idle, chains)) or len({shape[1:] for shape in known}) > 1:
        return
    if DENSE.search(source.text) is None:
        return
    word = next(name for name, one in KINDS.items() if one.channels_from == "sum")
    help = f"`{word}` puts channels beside those that enter: write `{word} {{ … }}`"
    yield Proposal(help, Cure((Edit(action.word.span, word),)))
