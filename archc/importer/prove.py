"""Holds an imported spec to the model that runs: its work, and its values."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from archc.check import Network, Options
from archc.emit.pytorch.compile import compile_source
from archc.emit.pytorch.verify import load
from archc.importer.agree import Proof, no_files
from archc.importer.read import Imported
from archc.language.source import Source


def prove_work(
    network: Network, model: nn.Module, inputs: Sequence[torch.Tensor], proof: Proof
) -> None:
    """Multiply-accumulates against PyTorch's own counter."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(*inputs)
    theirs = counter.get_total_flops() // 2
    ours = network.facts.totals.work.macs if network.facts.totals.work is not None else None
    if network.facts.status == "lower bound" and ours is not None:
        said = f"{ours:,} MACs of what is understood"
        proof.hold(
            ours <= theirs,
            f"{said}, of {theirs:,} in all",
            f"{said}, where PyTorch counts {theirs:,} in all",
        )
        return
    proof.hold(
        ours == theirs,
        f"{theirs:,} MACs",
        f"{ours:,} MACs, where PyTorch counts {theirs:,}" if ours is not None else "MACs unknown",
    )


def prove_values(
    imported: Imported, make: Callable[[], nn.Module], like: Sequence[torch.Tensor], proof: Proof
) -> None:
    """Results of the module built from the spec and of the model, with the same random weights.

    `like` are tensors of the shapes and types that enter.
    """
    source = Source(imported.text, "imported.arch")
    built = compile_source(source, Options(), no_files)
    if built.code is None:
        first = next(one for one in built.diagnostics if one.severity == "error")
        proof.failed.append(f"no module can be built of the spec: {first.message}")
        return
    module = load(built.code)
    ours: nn.Module = getattr(module, imported.name)().eval()
    torch.default_generator.manual_seed(0)
    with contextlib.redirect_stderr(io.StringIO()):
        model = make()
    if not isinstance(model, torch.fx.GraphModule):  # an exported one knows one mode alone
        model.eval()
    randomise(model)
    asides = tuple(f"{path}." for path in imported.unread)
    state = {
        name: value for name, value in model.state_dict().items() if not name.startswith(asides)
    }
    try:
        ours.load_state_dict(state, strict=True)
    except RuntimeError as error:
        lines = str(error).splitlines()
        proof.failed.append(f"the weights do not fit the built module: {lines[-1].strip()[:200]}")
        return
    inputs = [torch.randn(one.shape).to(one.dtype) for one in like]
    with torch.no_grad():
        left, right = tensors(ours(*inputs)), distinct(tensors(model(*inputs)))
    pairs = list(zip(left, right, strict=False))
    alike = len(left) == len(right) and all(one.shape == two.shape for one, two in pairs)
    equal = alike and all(torch.allclose(one, two, rtol=1e-3, atol=1e-4) for one, two in pairs)
    exact = alike and all(torch.equal(one, two) for one, two in pairs)
    how = "to the last bit" if exact else "to rounding"
    many = f" of {len(left)} results" if len(left) > 1 else ""
    proof.hold(equal, f"values{many}, {how}", "the values differ, with the same weights")


def tensors(result: Any) -> list[torch.Tensor]:
    """All tensors of a result, the main one first."""
    if isinstance(result, torch.Tensor):
        return [result]
    values = result.values() if isinstance(result, dict) else result
    if not isinstance(result, (dict, list, tuple)):
        return []
    return [one for value in values for one in tensors(value)]


def distinct(found: list[torch.Tensor]) -> list[torch.Tensor]:
    """Without what is the first one again."""
    return found[:1] + [one for one in found[1:] if one is not found[0]]


def randomise(model: nn.Module) -> None:
    """Statistics and shifts as training leaves them: fresh ones would hide what is left out."""
    for module in model.modules():
        for name in ("running_mean", "bias"):
            value = getattr(module, name, None)
            if isinstance(value, torch.Tensor):
                value.data.normal_(0, 0.1)
        if isinstance(getattr(module, "running_var", None), torch.Tensor):
            module.running_var.uniform_(0.5, 1.5)
