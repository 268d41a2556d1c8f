"""The peak that is told is the one that the generated module has: live storages, byte for byte."""

from __future__ import annotations

import sys

import pytest
import torch

from archc.emit.pytorch.verify import load
from tests.analysis import live
from tests.emit.pytorch.compiled import compiled

QUICK = ("alexnet", "dilated", "lenet5", "resnet18", "stochastic_pooling", "typical_cnn")
LARGE = ("densenet", "dpn", "googlenet", "resnet", "resnext", "vgg")


@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(one, marks=pytest.mark.campaign) for one in LARGE)]
)
def test_peaks_are_those_of_the_module(name: str) -> None:
    result = compiled(name)
    assert result.code is not None
    module = load(result.code)
    try:
        for network in result.checked.networks:
            shapes = [node.shape or () for node in network.graph.nodes if node.layer is None]
            images = [torch.rand(1, *shape) for shape in shapes]
            found = live.peak(getattr(module, network.name)(), images)
            memory = network.facts.memory
            assert memory is not None
            assert found == memory.peak, network.name
    finally:
        sys.modules.pop(module.__name__, None)
