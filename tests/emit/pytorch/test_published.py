"""Published weights: names, shapes, order, and the logits that torchvision's models give.

The probes and the rule that fills them are described in tests/data/probes/README.md.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest
import torch
from torch import Tensor

from archc.emit.pytorch.verify import load
from tests.emit.pytorch.compiled import compiled

PROBES = Path(__file__).parents[2] / "data" / "probes"
MODELS = {
    "alexnet": ("alexnet", "AlexNetTorchvision"),
    "densenet121": ("densenet", "DenseNet121"),
    "googlenet": ("googlenet", "GoogLeNetTorchvision"),
    "resnet18": ("resnet", "ResNet18"),
    "resnet50": ("resnet50", "ResNet50"),
    "resnet152": ("resnet152", "ResNet152"),
    "resnext50_32x4d": ("resnext", "ResNeXt50_32x4d"),
    "vgg11": ("vgg", "VGG11"),
    "vgg13": ("vgg", "VGG13"),
    "vgg16": ("vgg16", "VGG16"),
    "vgg16_bn": ("vgg", "VGG16_BN"),
    "vgg19": ("vgg", "VGG19"),
}
CHUNK = 1 << 20


def signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def shifted(z: Tensor, bits: int) -> Tensor:
    """A logical shift to the right of 64-bit numbers that torch takes for signed ones."""
    return (z >> bits) & ((1 << (64 - bits)) - 1)


def uniform(name: str, count: int) -> Tensor:
    """Numbers in [-1, 1) that depend on a name and a place alone (splitmix64)."""
    out = torch.empty(count, dtype=torch.float64)
    start = zlib.crc32(name.encode()) << 32
    for begin in range(0, count, CHUNK):
        end = min(begin + CHUNK, count)
        base = signed((start + begin + 0x9E3779B97F4A7C15) % (1 << 64))
        z = torch.arange(end - begin, dtype=torch.int64) + base
        z = (z ^ shifted(z, 30)) * signed(0xBF58476D1CE4E5B9)
        z = (z ^ shifted(z, 27)) * signed(0x94D049BB133111EB)
        z = z ^ shifted(z, 31)
        out[begin:end] = shifted(z, 11).double() * 2.0**-52 - 1
    return out


def filled(name: str, tensor: Tensor) -> Tensor:
    if name.endswith("num_batches_tracked"):
        return torch.zeros_like(tensor)
    u = uniform(name, tensor.numel()).view(tensor.shape)
    if name.endswith("running_var"):
        u = 1 + 0.5 * u
    elif name.endswith(("running_mean", "bias")):
        u = 0.1 * u
    elif tensor.dim() == 1:
        u = 1 + 0.1 * u
    else:
        u = u * (6 / tensor[0].numel()) ** 0.5
    return u.float()


LONG = (
    "resnet152",
    "vgg11",
    "vgg13",
    "vgg16",
    "vgg16_bn",
    "vgg19",
)  # more than half a gigabyte of weights, each like another


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(one, marks=pytest.mark.campaign) if one in LONG else one
        for one in sorted(MODELS)
    ],
)
def test_weights_load_and_logits_agree(model: str) -> None:
    probe = json.loads((PROBES / f"{model}.json").read_text(encoding="utf-8"))
    name, network = MODELS[model]
    code = compiled(name, network).code
    assert code is not None
    net = getattr(load(code), network)().eval()
    state = net.state_dict()
    found = [(key, list(value.shape)) for key, value in state.items()]
    assert found == list(probe["state"].items())
    assert sum(one.numel() for one in net.parameters()) == probe["params"]
    net.load_state_dict({key: filled(key, value) for key, value in state.items()}, strict=True)
    channels, *sizes = probe["input"]
    image = uniform("input", channels * sizes[0] * sizes[1]).view(1, channels, *sizes).float()
    with torch.no_grad():
        logits = net(image)[0].double()
    wanted = torch.tensor(probe["logits"], dtype=torch.float64)
    assert (logits[: len(wanted)] - wanted).abs().max() < 1e-5 * probe["norm"]
    assert abs(logits.norm().item() - probe["norm"]) < 1e-5 * probe["norm"]
    assert logits.argmax().item() == probe["argmax"]
