"""What a GPU takes beside the bounds of `--device`, and beside the figures of memory.

Needs PyTorch and a GPU that archc knows. A time is that of a replayed graph of the forward pass, so
that starting kernels costs next to nothing; the least of many, because the bound is one. Bytes are
those that were asked for, before the allocator rounds them up; workspaces of convolutions are in
them, those that a library takes once are not.
"""

from __future__ import annotations

import gc
import importlib.util
from collections.abc import Iterator
from typing import Any

import archc
from archc.check import Options
from archc.devices import known
from archc.emit.pytorch.compile import compile_source
from archc.emit.pytorch.verify import load
from archc.files import Files
from tests.benchmarks.paired import ROOT, line

BATCHES = (1, 32)
DTYPES = ("float32", "float16")
REPLAYS = 30


def main() -> None:
    if importlib.util.find_spec("torch") is None:
        line("needs torch")
        return
    import torch

    device = profile() if torch.cuda.is_available() else None
    if device is None:
        line("needs a GPU that archc knows")
        return
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    line(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}")
    torch.nn.Linear(64, 64).to("cuda")(torch.rand(8, 64, device="cuda")).sum().backward()
    line("memory, 8 images, float32", "measured", "archc", "ratio")
    for spec, name in networks():
        remembered(spec, name, 8)
    line("time of a forward pass", "measured", "by layers", "fused", "ratios")
    for spec, name in networks():
        for batch in BATCHES:
            for dtype in DTYPES:
                timed(spec, name, batch, dtype, device)


def profile() -> str | None:
    """The known device that this GPU is."""
    import torch

    title = torch.cuda.get_device_name().lower()
    found = [one for one in known().values() if one.name.partition("-")[0] in title]
    return max(found, key=lambda one: one.bandwidth).name if found else None


def networks() -> Iterator[tuple[str, str]]:
    """The first network of each bundled spec: the file's stem, and its name."""
    for path in sorted((ROOT / "specs").glob("*.arch")):
        yield path.stem, next(iter(archc.load(str(path)).networks))


def module(spec: str, name: str, dtype: str) -> Any:
    import torch

    files = Files()
    source = files.source(str(ROOT / "specs" / f"{spec}.arch"))
    code = compile_source(source, Options(name), files.imported).code
    assert code is not None
    return getattr(load(code), name)().to("cuda", getattr(torch, dtype))


def images(network: archc.Network, batch: int, dtype: str) -> list[Any]:
    import torch

    shapes = [node.shape for node in network.graph.nodes if node.layer is None]
    return [
        torch.randn(batch, *shape, device="cuda", dtype=getattr(torch, dtype))  # type: ignore[misc]
        for shape in shapes
    ]


def timed(spec: str, name: str, batch: int, dtype: str, device: str) -> None:
    import torch

    path = str(ROOT / "specs" / f"{spec}.arch")
    checked = archc.load(path, network=name, batch=batch, dtype=dtype, device=device).network
    bound = checked.roofline
    assert bound is not None
    assert bound.seconds is not None
    assert bound.fused is not None
    try:
        least = forward(module(spec, name, dtype).eval(), images(checked, batch, dtype))
    except (RuntimeError, torch.OutOfMemoryError) as error:
        line(f"{name}, {batch}, {dtype}", f"did not run: {str(error).splitlines()[0][:60]}")
        return
    line(
        f"{name}, {batch}, {dtype}",
        f"{least * 1e6:,.0f} µs",
        f"{bound.seconds * 1e6:,.0f} µs",
        f"{bound.fused * 1e6:,.0f} µs",
        f" {least / bound.seconds:,.2f} {least / bound.fused:,.2f}",
    )


def forward(model: Any, given: list[Any]) -> float:
    """Seconds of a forward pass, the least of many replays."""
    import torch

    with torch.inference_mode():
        aside = torch.cuda.Stream()
        with torch.cuda.stream(aside):
            for _ in range(3):
                model(*given)
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            model(*given)
        times = []
        for _ in range(REPLAYS):
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            begin.record()
            graph.replay()
            end.record()
            torch.cuda.synchronize()
            times.append(begin.elapsed_time(end) / 1e3)
    return float(min(times))


def remembered(spec: str, name: str, batch: int) -> None:
    path = str(ROOT / "specs" / f"{spec}.arch")
    checked = archc.load(path, network=name, batch=batch, optimizer="adam").network
    step, peak, weights = checked.training_step, checked.memory.peak, checked.memory.weights
    assert peak is not None
    assert weights is not None
    before = now()
    model, given = module(spec, name, "float32"), images(checked, batch, "float32")
    try:
        alone = inference(model.eval(), given) - weights - before
        line(f"{name}: inference", f"{alone:,}", f"{peak:,}", f"{alone / peak:.3f}")
        if step is not None:
            whole = training(model.train(), given) - before
            line(f"{name}: step", f"{whole:,}", f"{step.peak:,}", f"{whole / step.peak:.3f}")
    except RuntimeError as error:
        line(name, f"did not run: {str(error).splitlines()[0][:60]}")


def now() -> int:
    """The bytes that others hold: workspaces of libraries, which stay once they are taken."""
    import torch

    gc.collect()
    torch.cuda.empty_cache()
    torch.cuda.synchronize()
    return int(torch.cuda.memory_stats().get("requested_bytes.all.current", 0))


def asked() -> int:
    """The most bytes asked for since the last reset."""
    import torch

    torch.cuda.synchronize()
    return int(torch.cuda.memory_stats()["requested_bytes.all.peak"])


def inference(model: Any, given: list[Any]) -> int:
    import torch

    with torch.inference_mode():
        model(*given)  # libraries take their workspaces once
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        model(*given)
        return asked()


def training(model: Any, given: list[Any]) -> int:
    """Two steps with Adam, parameter by parameter; the second one's peak."""
    import torch
    from torch.nn.functional import cross_entropy

    update = torch.optim.Adam(model.parameters(), foreach=False)
    labels = None
    for _ in range(2):
        torch.cuda.reset_peak_memory_stats()
        out = model(*given)
        results = [one for one in (out if isinstance(out, tuple) else (out,)) if one is not None]
        del out
        if labels is None:
            labels = [
                torch.zeros((one.shape[0], *one.shape[2:]), dtype=torch.int64, device="cuda")
                for one in results
            ]
        pairs = zip(results, labels, strict=True)
        loss = torch.stack([cross_entropy(one, label) for one, label in pairs]).sum()
        loss.backward()
        update.step()
        update.zero_grad()
        del loss, results
    return asked()
