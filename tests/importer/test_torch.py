"""Models of torchvision become specs that agree with them: names, shapes, counts, work, values."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
import torch
from torch import nn

from archc.importer.torch import import_model
from archc.language.layout import layout
from archc.language.source import Source
from tests.importer.zoo import models

CASES = Path(__file__).parent / "cases"
# Which of them are built again and run; the rest are compared in names, shapes and work.
RUN = {
    "resnet18": True,
    "resnet50": False,
    "googlenet": False,
    "densenet121": False,
    "vgg16": False,
    "mobilenet_v2": False,
    "mobilenet_v3_small": True,
    "efficientnet_b0": False,
    "shufflenet_v2_x0_5": True,
    "squeezenet1_1": True,
    "convnext_tiny": False,
    "regnet_y_400mf": False,
}


@pytest.mark.parametrize("name", RUN)
def test_torchvision(name: str, request: pytest.FixtureRequest) -> None:
    torch.set_num_threads(1)
    builder = models().get_model_builder(name)
    make = functools.partial(builder, init_weights=False) if name == "googlenet" else builder
    origin = f"torchvision.models:{name}"
    imported, proof = import_model(make, name, origin, [(3, 224, 224)], values=RUN[name])
    assert proof is not None
    assert not proof.failed
    assert len(proof.agreed) == 3 + RUN[name]
    assert layout(Source(imported.text, name))[0] == imported.text
    case = CASES / f"{name}.arch"
    if request.config.getoption("--update"):
        case.write_text(imported.text, encoding="utf-8")
    assert imported.text == case.read_text(encoding="utf-8")


class Odd(nn.Module):
    """What no container would do: a module that runs twice, a value read late, two branches."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.again = nn.Conv2d(4, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.head = nn.Linear(12, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.first(x))
        y = self.norm(self.again(x))
        z = self.again(x + y) + y
        w = torch.cat([z, x * torch.sigmoid(y), x], 1)
        return self.head(w.mean((2, 3)))


def test_values_read_late_and_modules_that_run_twice() -> None:
    imported, proof = import_model(Odd, "odd", "here", [(3, 8, 8)])
    assert proof is not None
    assert not proof.failed
    assert "share again" in imported.text
    assert "from " in imported.text
