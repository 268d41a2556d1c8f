"""Generated modules learn: handwritten digits, and a small batch by heart."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from archc.emit.pytorch.verify import load
from tests.emit.pytorch.compiled import code_of, compiled


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


def test_modern_lenet_reads_digits() -> None:
    images, labels, held_out, truth = digits(28)
    torch.manual_seed(0)
    model = load(compiled("lenet5", "LeNet5Modern").code or "").LeNet5Modern()
    train(model, images, labels, epochs=12, sign=1, margin=1.0)
    assert accuracy(model, held_out, truth, 1) > 0.97


def test_lenet_as_published_reads_digits() -> None:
    """Its outputs are distances to ten fixed codes, so the least one is the answer."""
    images, labels, held_out, truth = digits(32)
    torch.manual_seed(0)
    model = load(compiled("lenet5", "LeNet5").code or "").LeNet5()
    codes = dict(model.named_buffers())["OUTPUT.weight"]
    with torch.no_grad():
        codes.copy_(torch.randint(0, 2, codes.shape) * 2.0 - 1.0)
    before = codes.clone()
    train(model, images, labels, epochs=12, sign=-1, margin=10.0)
    assert accuracy(model, held_out, truth, -1) > 0.97
    assert torch.equal(codes, before)


ALEXNET = """
network Net(classes = 10) {
    input 3x67x67
    conv 12 11x11 stride=4 -> relu -> lrn 5 1e-4 0.75 2 -> maxpool 3x3 stride=2
    conv 32 5x5 pad=2 groups=2 -> relu -> lrn 5 1e-4 0.75 2 -> maxpool 3x3 stride=2
    conv 48 3x3 pad=1 -> relu
    conv 48 3x3 pad=1 groups=2 -> relu
    conv 32 3x3 pad=1 groups=2 -> relu
    flatten
    linear 128 -> relu -> dropout
    linear 128 -> relu -> dropout
    linear classes
}
"""

VGG = """
block Stage(width, depth) {
    repeat depth { conv width 3x3 pad=1; relu }
    maxpool 2x2
}

network Net(widths = [8, 16, 32, 64, 64], depths = [1, 1, 2, 2, 2], classes = 10) {
    input 3x64x64
    features: { for i in range(5) { Stage widths[i] depths[i] } }
    flatten
    classifier: {
        linear 128; relu; dropout
        linear 128; relu; dropout
        linear classes
    }
}
"""


@pytest.mark.parametrize(("text", "size"), [(ALEXNET, 67), (VGG, 64)], ids=["alexnet", "vgg"])
def test_learns_a_batch_by_heart(text: str, size: int) -> None:
    torch.manual_seed(0)
    model = load(code_of(text)).Net()
    for layer in model.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
        if isinstance(layer, nn.Dropout):
            layer.p = 0.1
    images, labels = torch.randn(20, 3, size, size), torch.arange(20) % 10
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        if loss < 0.01:
            break
    assert accuracy(model, images, labels, 1) == 1.0
