"""Generated modules against hand-written ones of the same network, forward and backward.

Both are filled with the same weights and take turns on the same images; their answers are compared
first. Peak memory is the largest sum of live tensors beside the weights, counted by PyTorch.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

from archc.check import Options
from archc.files import Files
from tests.benchmarks.paired import ROOT, compare, line

ROUNDS = 12
BATCH = 2


def main() -> None:
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("jinja2") is None:
        line("needs torch and jinja2")
        return
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    batch = 32 if device == "cuda" else BATCH
    line(f"{batch} images, {device}, float32", "generated", "by hand", "ratio")
    for spec, name in (("vgg16", "VGG16"), ("resnet50", "ResNet50")):
        for whose, reference in references(name):
            run(f"{name}, {whose}", made(spec, name), reference, device, batch)


def references(name: str) -> list[tuple[str, Callable[[], Any]]]:
    """The modules to compare with: ours by hand, and torchvision's where it can be imported."""
    from tests.benchmarks import handwritten

    found: list[tuple[str, Callable[[], Any]]] = [("handwritten.py", getattr(handwritten, name))]
    try:
        from torchvision import models
    except (ImportError, RuntimeError):
        return found
    return [*found, ("torchvision", getattr(models, name.lower()))]


def made(spec: str, name: str) -> Callable[[], Any]:
    from archc.emit.pytorch.compile import compile_source
    from archc.emit.pytorch.verify import load

    files = Files()
    source = files.source(str(ROOT / "specs" / f"{spec}.arch"))
    code = compile_source(source, Options(), files.imported).code
    assert code is not None
    found: Callable[[], Any] = getattr(load(code), name)
    return found


def run(
    name: str, ours: Callable[[], Any], theirs: Callable[[], Any], device: str, batch: int
) -> None:
    import torch

    left, right = ours().to(device), theirs().to(device)
    right.load_state_dict(left.state_dict(), strict=True)
    x = torch.randn(batch, 3, 224, 224, device=device)
    for model in (left, right):
        model.eval()
    with torch.no_grad():
        torch.testing.assert_close(left(x), right(x))

    def forward(model: Any) -> Callable[[], object]:
        def work() -> None:
            with torch.no_grad():
                model(x)
            settle()

        return work

    def both_ways(model: Any) -> Callable[[], object]:
        def work() -> None:
            model.zero_grad(set_to_none=True)
            model(x).square().mean().backward()
            settle()

        return work

    def settle() -> None:
        if device == "cuda":
            torch.cuda.synchronize()

    for what, job in (("forward", forward), ("forward and backward", both_ways)):
        for model in (left, right):
            model.train(what != "forward")
        first, second, ratio = compare(job(left), job(right), ROUNDS, warm=2)
        line(f"{name}: {what}", f"{first * 1e3:.1f} ms", f"{second * 1e3:.1f} ms", f"{ratio:.3f}")
        first, second = (peak(job(model), model, device) / 1e6 for model in (left, right))
        line("  peak memory", f"{first:.1f} MB", f"{second:.1f} MB", f"{first / second:.3f}")


def peak(work: Callable[[], object], model: Any, device: str) -> float:
    """Bytes alive at the worst moment, beside the weights."""
    import torch

    model.zero_grad(set_to_none=True)
    if device == "cuda":
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        work()
        return float(torch.cuda.max_memory_allocated() - before)
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        work()
    events = [
        event for event in profiler.profiler.kineto_results.events() if event.name() == "[memory]"
    ]
    events.sort(key=lambda event: event.start_ns())
    now = most = 0
    for event in events:
        now += event.nbytes()
        most = max(most, now)
    return float(most)
