"""What optimizers hold, as PyTorch's go through the parameters one by one (`foreach=False`)."""

from __future__ import annotations

from archc.named import NamedTuple


class Optimizer(NamedTuple):
    """Numbers kept for each parameter, and tensors of its size that an update holds for a while.

    They are made at the first update of a parameter, or for `every` one before the first step.
    """

    state: int
    passing: int
    every: bool = False


OPTIMIZERS = {
    "sgd": Optimizer(0, 0),
    "momentum": Optimizer(1, 0),
    "nag": Optimizer(1, 1),
    "adagrad": Optimizer(1, 1, every=True),
    "adadelta": Optimizer(2, 2),
    "rmsprop": Optimizer(1, 1),
    "adam": Optimizer(2, 2),
    "adamw": Optimizer(2, 2),
}
