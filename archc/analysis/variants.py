"""Claims under other settings than the file's own: which of them still mean something.

A file claims things of the network as it stands there. Under another input, batch, type or
parameter a bound (`params < 60M`) asks whether the variant fits, and is held to it. A figure
(`macs ~ 4.09G`) is held to it where it is the same as with the file's own settings, so that a wrong
one stays wrong; where it is another, it was never claimed of the variant, and the claim lapses. A
claim of work, values or shape is one of a single image, whatever the batch; a claim of memory is
one of what is run.
"""

from __future__ import annotations

from collections.abc import Mapping

from archc.graph.graph import Claim
from archc.graph.written_shapes import literal
from archc.language import tree
from archc.named import NamedTuple

Place = tuple[int, str]  # where a claim stands in the text, and in which scope it ran


class Own(NamedTuple):
    """How a claim stands with the file's own settings."""

    holds: bool | None
    actual: object


class Variant(NamedTuple):
    """What the caller changed, as flags; and each claim with the file's own settings.

    A family without values of its own has none.
    """

    flags: str
    own: Mapping[Place, Own]

    def lapses(self, claim: Claim, actual: object) -> bool:
        """Whether a claim that is not true of the variant was never made of it."""
        own = self.own.get(place(claim))
        return own is not None and _of_a_figure(claim.expect.claim) and own.actual != actual

    def judged_before(self, claim: Claim) -> bool:
        """Whether it can be judged with the file's own settings."""
        own = self.own.get(place(claim))
        return own is not None and own.holds is not None


def place(claim: Claim) -> Place:
    """What tells a claim from all others, with any settings."""
    return claim.expect.span.start, claim.place.names.scope.path


def of_memory(claim: Claim) -> bool:
    """Whether a claim is about memory, which a batch has more of."""
    return any(
        (isinstance(one, tree.Name) and one.id == "memory")
        or (isinstance(one, tree.Attribute) and one.name == "memory")
        for one in tree.within(claim.expect.claim)
    )


def _of_a_figure(claim: tree.Expr) -> bool:
    """Whether it says what a figure is, rather than a bound or how figures hang together."""
    return (
        isinstance(claim, tree.Comparison)
        and set(claim.operators) <= {"==", "~"}
        and sum(not literal(operand) for operand in claim.operands) == 1
    )
