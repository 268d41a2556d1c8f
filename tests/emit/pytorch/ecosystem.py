"""Small networks with all that a generated module may hold, and bundled ones made small."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from tests.emit.pytorch.compiled import code_of, reduced

RESIDUAL = """
block Basic(width, stride = 1, Act = relu) {
    add {
        {
            conv1: conv width 3x3 stride=stride pad=1 bias=false -> bn1: batchnorm -> Act
            conv2: conv width 3x3 pad=1 bias=false -> bn2: batchnorm
        }
        if stride != 1 or in.channels != width {
            downsample: { conv width 1x1 stride=stride bias=false; batchnorm }
        } else {
            identity
        }
    }
    Act
}

network Net(Block = Basic, widths = [8, 16], depth = 2, classes = 5) {
    input 3x16x16
    stem: conv 8 3x3 pad=1 -> relu
    for width in widths {
        stage{width}: { Block width stride=2; repeat depth - 1 { Block width } }
    }
    global_avgpool -> flatten
    fc: linear classes
}
"""

BRANCHES = """
block Gate(reduced) {
    let width = in.channels
    mul { identity; { global_avgpool -> conv reduced 1x1 -> silu -> conv width 1x1 -> sigmoid } }
}

network Net(classes = 5) {
    input 3x16x16
    conv 8 3x3 stride=2 pad=same -> batchnorm # allow: bias-before-norm
    relu6
    enc: { conv 8 3x3 pad=1; relu }
    maxpool 2x2
    for i in range(2) { concat { identity; grow{i}: { conv 4 3x3 pad=1; relu } } }
    Gate 4
    aux: output training { global_avgpool; flatten; linear classes }
    upsample like=enc mode=bilinear
    concat { identity; from enc }
    conv 8 3x3 pad=1 groups=2 -> lrn 3 -> channel_shuffle 2
    layernorm -> gelu -> scale 0.1
    avgpool 2x2 -> dropout 0.2
    flatten
    linear classes
}
"""

ODD = """
network Net {
    input 1x16x16
    conv 4 5x5 -> scaled_tanh
    subsample 2x2 -> scaled_tanh
    conv 6 3x3 connect=[[0, 1], [1, 2], [2, 3], [0, 3], [0, 2], [0, 1, 2, 3]] -> scaled_tanh
    add { identity; { conv 6 3x3 pad=1; stochastic_depth 0.2 } }
    stochastic_pool 2x2
    flatten
    rbf 5
}
"""


class Case(NamedTuple):
    """Code, the class to make of it, and the size of an image."""

    code: str
    name: str
    image: tuple[int, ...]


TEXTS = {
    "residual": (RESIDUAL, (3, 16, 16)),
    "branches": (BRANCHES, (3, 16, 16)),
    "odd": (ODD, (1, 16, 16)),
}
SPECS = {
    "resnet18": ("resnet", "ResNet18", (3, 32, 32)),
    "googlenet": ("googlenet", "GoogLeNetTorchvision", (3, 32, 32)),
    "lenet5": ("lenet5", "LeNet5", (1, 32, 32)),
}
NAMES = (*TEXTS, *SPECS)


@cache
def case(which: str) -> Case:
    """A network of this file, or a bundled one with few classes and a small input."""
    if which in TEXTS:
        text, size = TEXTS[which]
        return Case(code_of(text), "Net", size)
    spec, network, size = SPECS[which]
    classes = {} if which == "lenet5" else {"classes": "5"}
    result = reduced(spec, network, "x".join(map(str, size)), **classes)
    assert result.code is not None
    return Case(result.code, network, size)


@contextlib.contextmanager
def imported(case: Case, folder: Path, name: str) -> Iterator[type[nn.Module]]:
    """The class of a module that lies in a file and is imported by its name."""
    (folder / f"{name}.py").write_text(case.code, encoding="utf-8")
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield getattr(importlib.import_module(name), case.name)
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop(name, None)


def main_result(result: Tensor | tuple[Tensor, ...]) -> Tensor:
    """The main output, also where training returns several."""
    return result if isinstance(result, Tensor) else result[0]


def image(which: str, batch: int = 4) -> Tensor:
    """A batch of images."""
    generator = torch.Generator().manual_seed(1)
    return torch.randn(batch, *case(which).image, generator=generator)
