"""How much a file may unfold into: the bounds grow with its text, so that no small file takes long.

A text of a few lines can ask for any number of layers. Networks that people write have less than
two layers for each character of their text; what has many more is a count that is wrong, or a file
that somebody else made to keep a machine busy.
"""

from __future__ import annotations

from archc.language.source import Span
from archc.named import NamedTuple

FEWEST = 10_000  # layers that any file may have
EACH = 5  # more for each character of it and of what it imports
MOST_NODES = 100_000  # of a network, however long the file is
ALL_NODES = 150_000  # of all networks of a file
STEPS = 20  # statements that run for each layer: a call of a block is as many
MOST_STEPS = STEPS * MOST_NODES
ALL_STEPS = STEPS * ALL_NODES
ONE_BY_ONE = "check them one by one: `archc check FILE:NETWORK`"


class TooMuch(Exception):
    """A stated limit is passed; the message is reported and the network given up."""

    def __init__(
        self, message: str, code: str = "too-large", span: Span | None = None, help: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.span = span
        self.help = help or None


class Bounds(NamedTuple):
    """The most layers and statements of a network, and of all networks of a file together."""

    characters: int
    nodes: int
    all_nodes: int
    steps: int
    all_steps: int

    def too_many_layers(self, span: Span) -> TooMuch:
        told = f"the network has more than {self.nodes:,} layers"
        return TooMuch(
            told, span=span, help=self._help(self.nodes < MOST_NODES, "have", "layers", 1)
        )

    def too_many_layers_of_all(self, span: Span) -> TooMuch:
        told = f"the networks of the file have more than {self.all_nodes:,} layers together"
        return TooMuch(told, span=span, help=ONE_BY_ONE)

    def too_many_steps(self, span: Span | None) -> TooMuch:
        told = f"the network runs more than {self.steps:,} statements"
        grows = self.steps < MOST_STEPS
        return TooMuch(told, span=span, help=self._help(grows, "run", "statements", STEPS))

    def too_many_steps_of_all(self, span: Span | None) -> TooMuch:
        told = f"the networks of the file run more than {self.all_steps:,} statements together"
        return TooMuch(told, span=span, help=ONE_BY_ONE)

    def _help(self, grows: bool, does: str, what: str, factor: int) -> str:
        """Where the bound comes from, if a longer text would have a wider one."""
        if not grows:
            return "fewer rounds or calls show the same"
        return (
            f"a network may {does} {factor * FEWEST:,} {what}, and {factor * EACH} more for each "
            f"of the {self.characters:,} characters of its text, so that no small file takes long; "
            "fewer rounds or calls show the same"
        )


def bounds(characters: int) -> Bounds:
    """What a text of so many characters may unfold into; imported files count as its own."""
    room = FEWEST + EACH * characters
    nodes, together = min(room, MOST_NODES), min(room * 3 // 2, ALL_NODES)
    return Bounds(characters, nodes, together, STEPS * nodes, STEPS * together)
