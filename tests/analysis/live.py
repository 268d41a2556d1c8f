"""What a module holds while PyTorch runs it: the measure the memory figures are held to.

Both measures take any module and see nothing of the analysis. Bytes are those of storages, each
once; parameters and buffers are left out.

PyTorch chooses some kernels by the number of its threads: on a single one volumes are convolved
with 1x1x1 kernels by one that does not keep channels last. So a measure runs on several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from weakref import WeakSet, finalize

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.nn.modules.module import register_module_forward_hook
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

aten = torch.ops.aten


@contextmanager
def several_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(max(2, before))
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Moment(NamedTuple):
    """An operation, and the bytes that are alive when it ends, inputs included."""

    operation: str
    alive: int


class _Storages(TorchDispatchMode):
    """The storages that operations have made and nobody has dropped, after each operation."""

    def __init__(self, module: nn.Module, inputs: Sequence[Tensor]) -> None:
        super().__init__()
        state = [*module.parameters(), *module.buffers()]
        self._given = {id(one.untyped_storage()): one.nbytes for one in inputs}
        self._not_made = {id(one.untyped_storage()) for one in state} | set(self._given)
        self._last_read = dict.fromkeys(self._given, -1)
        self._made: dict[int, int] = {}
        self._operations: list[tuple[str, int]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = self._run(func, args, kwargs or {})
        self._operations.append((str(func), 0))
        self.read((args, kwargs))
        for tensor in tree_leaves(out):
            if isinstance(tensor, Tensor):
                self._make(tensor.untyped_storage())
        self._operations[-1] = (str(func), sum(self._made.values()))
        return out

    def _run(self, func: Any, args: Any, kwargs: Any) -> Any:
        """Under a dispatch mode `linear` adds its bias to a copy; without one it adds in place."""
        if func is aten.add.Tensor and self._operations[-1][0] == "aten._unsafe_view.default":
            return args[0].add_(args[1])
        return func(*args, **kwargs)

    def _make(self, storage: Any) -> None:
        key = id(storage)
        if key not in self._not_made and key not in self._made:
            self._made[key] = storage.nbytes()
            finalize(storage, self._made.pop, key, None)

    def read(self, values: Any) -> None:
        """Notes that the last operation still had these values."""
        for tensor in tree_leaves(values):
            if isinstance(tensor, Tensor) and id(tensor.untyped_storage()) in self._given:
                self._last_read[id(tensor.untyped_storage())] = len(self._operations) - 1

    def moments(self) -> list[Moment]:
        result = []
        for now, (name, bytes_) in enumerate(self._operations):
            given = [n for key, n in self._given.items() if self._last_read[key] >= now]
            result.append(Moment(name.removeprefix("aten."), bytes_ + sum(given)))
        return result


def moments(module: nn.Module, inputs: Sequence[Tensor]) -> list[Moment]:
    """Every operation of a run at inference.

    The network's inputs are its caller's: they count from the start until the last layer that reads
    them is done, whoever still holds them then.
    """
    with several_threads(), torch.no_grad(), _Storages(module.eval(), inputs) as storages:

        def read(module: nn.Module, args: Any, output: Any) -> None:
            if next(module.children(), None) is None and output is not args[0]:
                storages.read(args[:1])  # a block without modules need not read the others

        hook = register_module_forward_hook(read)
        try:
            module(*inputs)
        finally:
            hook.remove()
    found: list[Moment] = storages.moments()
    return found


def peak(module: nn.Module, inputs: Sequence[Tensor]) -> int:
    """The most bytes alive at once at inference."""
    start: int = sum(one.nbytes for one in inputs)
    return max(start, *(one.alive for one in moments(module, inputs)))


class _Kept:
    """A tensor that autograd holds; it is gone when autograd drops it."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor.detach()  # else it would hold the graph that holds it


def saved_for_backward(module: nn.Module, inputs: Sequence[Tensor]) -> int:
    """The bytes that autograd keeps when a training run has ended; its backward pass must work."""
    state = [*module.parameters(), *module.buffers()]
    return kept(lambda: tree_leaves(module.train()(*inputs)), state)


def kept(run: Callable[[], list[Tensor]], state: Sequence[Tensor]) -> int:
    """The bytes that autograd keeps for the results of a run, besides a network's state."""
    known = {id(one.untyped_storage()) for one in state}
    alive: WeakSet[_Kept] = WeakSet()

    def pack(tensor: Tensor) -> _Kept:
        one = _Kept(tensor)
        alive.add(one)
        return one

    with several_threads(), saved_tensors_hooks(pack, lambda one: one.tensor):
        results = [one for one in run() if one.requires_grad]
    storages = {id(one.tensor.untyped_storage()): one.tensor.untyped_storage() for one in alive}
    bytes_: int = sum(one.nbytes() for key, one in storages.items() if key not in known)
    if results:
        torch.stack([one.sum() for one in results]).sum().backward()
    return bytes_
