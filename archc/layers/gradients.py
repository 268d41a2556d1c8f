"""What is asked of a layer's backward pass, and of what its forward pass keeps for that."""

from __future__ import annotations

from archc.named import NamedTuple


class Gradients(NamedTuple):
    """Which gradients a layer makes, and whether it lets that of its output go."""

    inputs: bool = True
    weights: bool = True
    held: bool = False  # another layer still has the output's
    last_kept: tuple[int, ...] = ()  # of several inputs those whose values it lets go as well
    ordered: bool = False  # what it works out is put in order
