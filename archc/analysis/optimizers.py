"""What optimizers hold, as PyTorch's go through the parameters one by one (`foreach=False`)."""

from __future__ import annotations

from archc.named import NamedTuple


class Optimizer(NamedTuple):
    """Numbers kept for each parameter, and tensors of its size that an update holds for a while."""

    state: int
    passing: int


OPTIMIZERS = {
    "sgd": Optimizer(0, 0),
    "momentum": Optimizer(1, 0),
    "nag": Optimizer(1, 1),
    "adagrad": Optimizer(1, 1),
    "adadelta": Optimizer(2, 2),
    "rmsprop": Optimizer(1, 1),
    "adam": Optimizer(2, 2),
    "adamw": Optimizer(2, 2),
}
