"""PyTorch's count of the FLOPs of what runs: its own formulas, one sum for all modules.

`FlopCounterMode` counts each module by itself besides, and looks inside every operation that it has
no formula for; on the meta device that takes longer than the run.
"""

from __future__ import annotations

from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry


class Flops(TorchDispatchMode):  # type: ignore[misc]  # mypy does not read torch
    """While it is entered, `total` grows by the FLOPs of every operation."""

    total = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing here is compiled, and PyTorch's compiler takes a second to load."""
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        formula = flop_registry.get(func._overloadpacket)
        if formula is not None:
            self.total += formula(*args, **(kwargs or {}), out_val=result)
        return result
