"""Whole runs that tell VGG-16's work, ours and PyTorch's: `import torch` is most of theirs."""

from __future__ import annotations

import importlib.util

from tests.benchmarks.paired import compare, line, milliseconds, process

ROUNDS = 5
MODEL = """
import torch
from tests.benchmarks.handwritten import VGG16
with torch.device("meta"):
    model = VGG16().eval()
    x = torch.empty(1, 3, 224, 224)
"""
FLOPS = f"""{MODEL}
from torch.utils.flop_counter import FlopCounterMode
with FlopCounterMode(display=False) as counter:
    model(x)
assert counter.get_total_flops() == 2 * 15_470_264_320
"""
INFO = """
from torchinfo import summary
from tests.benchmarks.handwritten import VGG16
summary(VGG16(), (1, 3, 224, 224), verbose=1)
"""


def main() -> None:
    ours = process("-m", "archc", "check", "specs/vgg16.arch")
    line("", "archc", "theirs", "ratio")
    for name, needs, code in (
        ("FlopCounterMode, meta device", ("torch",), FLOPS),
        ("torchinfo", ("torch", "torchinfo"), INFO),
    ):
        if not all(map(importlib.util.find_spec, needs)):
            line(name, "not installed")
            continue
        first, second, ratio = compare(ours, process("-c", code), ROUNDS)
        line(name, milliseconds(first), milliseconds(second), f"1 / {1 / ratio:.0f}")
