"""What a training step holds while PyTorch runs it: the storages that are alive, each once.

PyTorch's own `MemTracker` measures the same, but for two things that the tracker itself changes: it
keeps in cycles what no gradient reaches, and under it a gradient that two layers add to is always
made anew. Autograd adds in place where nothing else holds the older of the two, which is told here
by the references to it; the kernels see fake tensors, so that nothing is worked out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import finalize

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

aten = torch.ops.aten
prim = torch.ops.prim


class Alive(TorchDispatchMode):
    """The bytes that are alive now, and the most since `begin`."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.peak = 0
        self._alone: tuple[int, int] | None = None
        self._sizes: dict[int, int] = {}
        self._before: Any = None

    def begin(self) -> None:
        self.peak = self.now

    def count(self, tensor: Tensor) -> None:
        storage: Any = tensor.untyped_storage()
        key = storage._cdata
        if key not in self._sizes:
            self._sizes[key] = storage.nbytes()
            self.now += self._sizes[key]
            finalize(storage, self._drop, key)

    def _drop(self, key: int) -> None:
        self.now -= self._sizes.pop(key)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is prim.device.default:  # fake tensors ask it between any two operations
            return func(*args, **(kwargs or {}))
        after = self._before is aten._unsafe_view.default  # `linear` adds in place outside a mode
        biased = after and func is aten.add.Tensor and args[1].dim() == 1
        self._before = func
        summed = not torch.is_grad_enabled() and func is aten.add.Tensor and self._free(*args)
        if func is aten.add.Tensor and (biased or summed):
            return args[0].add_(args[1])
        out = func(*args, **(kwargs or {}))
        for one in tree_leaves(out):
            if isinstance(one, Tensor):
                self.count(one)
        self.peak = max(self.peak, self.now)
        return out

    def _free(self, older: Tensor, newer: Tensor) -> bool:
        """Whether autograd alone holds a gradient: as many hold it as hold one that is plain."""
        if self._alone is None:
            self._alone = _references(older)
            return False
        return older.shape == newer.shape and _references(older) == self._alone

    def probe(self) -> None:
        """Lets two layers add to a gradient that is nobody else's, to see how many hold it."""
        weight = torch.ones(2, requires_grad=True)
        value = weight * 2
        torch.maximum(value.sin().sum(), value.cos().sum()).backward()


def _references(tensor: Any) -> tuple[int, int]:
    count: Any = torch._C._storage_Use_Count
    return tensor._use_count(), count(tensor.untyped_storage()._cdata)


def step(
    make: Callable[[], tuple[nn.Module, list[Tensor]]],
    results: Callable[[nn.Module, list[Tensor]], list[Tensor]],
    optimizer: Callable[[list[nn.Parameter]], Any],
) -> int:
    """The most bytes alive in the second of two steps, with the cross-entropy of each result."""
    return max(phases(make, results, optimizer).values())


def phases(
    make: Callable[[], tuple[nn.Module, list[Tensor]]],
    results: Callable[[nn.Module, list[Tensor]], list[Tensor]],
    optimizer: Callable[[list[nn.Parameter]], Any],
) -> dict[str, int]:
    """The most of each phase by itself; the loss and its gradient belong to the backward pass."""
    found: dict[str, int] = {}
    with FakeTensorMode():
        module, inputs = make()
        shapes = [one.shape for one in results(module, inputs)]
        labels = [torch.zeros((s[0], *s[2:]), dtype=torch.int64) for s in shapes]
        update = optimizer([one for one in module.parameters() if one.requires_grad])
        alive = Alive()
        with alive:
            alive.probe()
            state = [*module.parameters(), *module.buffers(), *tree_leaves(dict(update.state))]
            for one in (*state, *inputs, *labels):
                if isinstance(one, Tensor):
                    alive.count(one)
            for _ in range(2):
                alive.begin()
                out = results(module, inputs)
                found["forward"] = alive.peak
                alive.begin()
                pairs = zip(out, labels, strict=True)
                loss = torch.stack([F.cross_entropy(one, label) for one, label in pairs]).sum()
                if loss.requires_grad:  # else no result is made with a weight that trains
                    loss.backward()
                found["backward"] = alive.peak
                alive.begin()
                update.step()
                found["update"] = alive.peak
                update.zero_grad()
                del out, pairs, loss
    return found
