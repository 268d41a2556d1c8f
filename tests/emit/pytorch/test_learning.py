"""Generated modules learn: handwritten digits, and a small batch by heart."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from archc.emit.pytorch.verify import load
from tests.emit.pytorch.compiled import compiled, reduced


def digits(size: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Scikit-learn's 1,797 digits of 8x8, enlarged; 1,500 to learn from, the rest held out."""
    datasets = pytest.importorskip("sklearn.datasets")
    data = datasets.load_digits()
    images = torch.from_numpy(data.images).float().unsqueeze(1) / 8 - 1
    labels = torch.from_numpy(data.target)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    images = F.interpolate(images[order], size=(20, 20), mode="bilinear")
    images = F.pad(images, [(size - 20) // 2] * 4, value=-1.0)
    labels = labels[order]
    return images[:1500], labels[:1500], images[1500:], labels[1500:]


def accuracy(model: nn.Module, images: Tensor, labels: Tensor, sign: int) -> float:
    model.eval()
    with torch.no_grad():
        found = (sign * model(images)).argmax(1)
    return float((found == labels).float().mean())


def train(
    model: nn.Module, images: Tensor, labels: Tensor, epochs: int, sign: int, margin: float
) -> None:
    """Adam on batches of 50; `sign` is -1 where the outputs are distances to codes."""
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    shuffled = torch.Generator().manual_seed(1)
    for _ in range(epochs):
        for batch in torch.randperm(len(labels), generator=shuffled).split(50):
            down, right = (int(n) for n in torch.randint(-1, 2, (2,), generator=shuffled))
            moved = images[batch].roll((down, right), (2, 3))
            optimizer.zero_grad()
            loss = F.cross_entropy(sign * model(moved) / margin, labels[batch])
            loss.backward()
            optimizer.step()
        schedule.step()


@pytest.mark.campaign
def test_modern_lenet_reads_digits() -> None:
    images, labels, held_out, truth = digits(28)
    torch.manual_seed(0)
    model = load(compiled("lenet5", "LeNet5Modern").code or "").LeNet5Modern()
    train(model, images, labels, epochs=12, sign=1, margin=1.0)
    assert accuracy(model, held_out, truth, 1) >= 0.97


@pytest.mark.campaign
def test_lenet_as_published_reads_digits() -> None:
    """Its outputs are distances to ten fixed codes, so the least one is the answer."""
    images, labels, held_out, truth = digits(32)
    torch.manual_seed(0)
    model = load(compiled("lenet5", "LeNet5").code or "").LeNet5()
    codes = model.get_buffer("OUTPUT.weight")
    before = codes.clone()
    train(model, images, labels, epochs=12, sign=-1, margin=10.0)
    assert accuracy(model, held_out, truth, -1) >= 0.97
    assert torch.equal(codes, before)


# Convolutions of a quarter of the width, so that a step takes hundredths of a second.
NARROW = (("64 * 2**i, 512", "16 * 2**i, 128"),)


@pytest.mark.parametrize(
    ("spec", "network", "size", "swaps"),
    [
        pytest.param("alexnet", "AlexNet", 67, (), marks=pytest.mark.campaign),
        pytest.param("vgg", "VGG11", 32, NARROW, marks=pytest.mark.campaign),
        ("vgg", "VGG11_BN", 32, NARROW),
    ],
)
def test_learns_a_batch_by_heart(
    spec: str, network: str, size: int, swaps: tuple[tuple[str, str], ...]
) -> None:
    """Ten digits in three colours, with the dropout and the first weights that the code has.

    The input is smaller than the published one, and the dense layers have 256 outputs for 4096.
    """
    result = reduced(spec, network, f"3x{size}x{size}", 256, swaps, classes="10")
    torch.manual_seed(0)
    model = getattr(load(result.code or ""), network)()
    assert {one.p for one in model.modules() if isinstance(one, nn.Dropout)} == {0.5}
    data = pytest.importorskip("sklearn.datasets").load_digits()
    images = torch.from_numpy(data.images[:10]).float().unsqueeze(1) / 8 - 1
    images = F.interpolate(images, size=(size, size), mode="bilinear").expand(-1, 3, -1, -1)
    labels = torch.from_numpy(data.target[:10])
    assert sorted(labels.tolist()) == list(range(10))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-4)
    for _ in range(60):
        model.train()
        for _ in range(10):
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        if accuracy(model, images, labels, 1) == 1.0:
            return
    raise AssertionError(f"{network} knows {accuracy(model, images, labels, 1):.0%} of ten images")
