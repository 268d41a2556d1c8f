"""Gates that people put into convolutional networks: no operation of them is left over."""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from archc.importer.read import opaque_names  # noqa: E402
from archc.importer.torch import import_model  # noqa: E402


class Squeeze(nn.Module):
    """Squeeze and excitation, as Hu et al. have it: two dense layers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, width // 2), nn.Linear(width // 2, width)

    def forward(self, x: Tensor) -> Tensor:
        y = self.fc2(self.fc1(x.mean((2, 3))).relu()).sigmoid()
        return x * y[:, :, None, None]


class Eca(nn.Module):
    """Efficient channel attention: a gate of a convolution along the channels."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x.mean((2, 3)).view(x.shape[0], 1, -1)).sigmoid()
        return x * y.view(x.shape[0], -1, 1, 1).expand_as(x)


class Cbam(nn.Module):
    """Convolutional block attention: what, then where; both by means and by largest values."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(
            nn.Flatten(), nn.Linear(width, width // 2), nn.ReLU(), nn.Linear(width // 2, width)
        )
        self.mean, self.max = nn.AdaptiveAvgPool2d(1), nn.AdaptiveMaxPool2d(1)
        self.spatial = nn.Conv2d(2, 1, 7, padding=3, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate = torch.sigmoid(self.mlp(self.mean(x)) + self.mlp(self.max(x)))
        x = x * gate.unsqueeze(2).unsqueeze(3).expand_as(x)
        where = torch.cat([torch.max(x, 1)[0].unsqueeze(1), torch.mean(x, 1).unsqueeze(1)], 1)
        return x * self.spatial(where).sigmoid()


class Coordinates(nn.Module):
    """Coordinate attention: a gate for each row and one for each column."""

    def __init__(self) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(4, 2, 1)
        self.rows, self.columns = nn.Conv2d(2, 4, 1), nn.Conv2d(2, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        y = torch.cat([x.mean(3, keepdim=True), x.mean(2, keepdim=True).transpose(2, 3)], dim=2)
        rows, columns = self.squeeze(y).relu().split([height, width], dim=2)
        gate = self.columns(columns).transpose(2, 3).sigmoid()
        return x * self.rows(rows).sigmoid() * gate


class Selective(nn.Module):
    """Selective kernels: two maps, weighed by a softmax over the two."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 3, padding=1)
        self.gate = nn.Conv2d(4, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        both = torch.stack([self.one(x), self.two(x)], dim=1)
        gate = self.gate(both.sum(1).mean((2, 3), keepdim=True)).view(x.shape[0], 2, 4, 1, 1)
        return (both * gate.softmax(1)).sum(1)


class Context(nn.Module):
    """Global context, as Cao et al. have it: one weight for each position, added to all."""

    def __init__(self) -> None:
        super().__init__()
        self.mask = nn.Conv2d(4, 1, 1)
        self.down, self.norm, self.up = (
            nn.Conv2d(4, 2, 1),
            nn.LayerNorm([2, 1, 1]),
            nn.Conv2d(2, 4, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        mask = self.mask(x).view(x.shape[0], 1, -1).softmax(2).unsqueeze(-1)
        y = torch.matmul(x.view(x.shape[0], 1, x.shape[1], -1), mask).view(x.shape[0], -1, 1, 1)
        return x + self.up(self.norm(self.down(y)).relu())


class NonLocal(nn.Module):
    """Every position asks all others, as Wang et al. have it."""

    def __init__(self) -> None:
        super().__init__()
        self.theta, self.phi, self.g = (nn.Conv2d(4, 2, 1) for _ in range(3))
        self.out = nn.Conv2d(2, 4, 1)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        queries = self.theta(x).flatten(2).transpose(1, 2)
        shares = torch.bmm(queries, self.phi(x).flatten(2)).softmax(-1)
        y = torch.bmm(shares, self.g(x).flatten(2).transpose(1, 2))
        return x + self.gamma * self.out(y.transpose(1, 2).reshape(-1, 2, *x.shape[2:]))


class Heads(nn.Module):
    """Attention over positions in two heads, by PyTorch's function."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Conv2d(4, 12, 1), nn.Conv2d(4, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        rows = self.qkv(x).reshape(x.shape[0], 6, 2, -1).transpose(2, 3)
        query, key, value = rows.chunk(3, 1)
        y = nn.functional.scaled_dot_product_attention(query, key, value)
        return x + self.out(y.transpose(2, 3).reshape(x.shape))


CASES = {
    "global context": (Context, ("matmul {", "mask: conv 1 1x1", "softmax")),
    "non-local": (NonLocal, ("theta: conv 2 1x1", "gamma: scale shape=[1]")),
    "heads": (Heads, ("rescale 0.70710678", "matmul {")),
    "squeeze and excitation": (lambda: Squeeze(4), ("fc1: linear 2",)),
    "efficient channel attention": (
        Eca,
        ("reshape 1x4", "conv: conv 1 3 pad=1 bias=false -> sigmoid"),
    ),
    "CBAM": (
        lambda: Cbam(4),
        ("adaptive_maxpool", "share mlp", "max", "mean", "spatial: conv 1 7x7 pad=3 bias=false"),
    ),
    "coordinate attention": (Coordinates, ("rows: conv 4 1x1 -> sigmoid",)),
    "selective kernels": (Selective, ("sum",)),
}


@pytest.mark.parametrize("name", CASES)
def test_a_gate_comes_back(name: str) -> None:
    make, words = CASES[name]
    imported, proof = import_model(
        lambda: nn.Sequential(nn.Conv2d(3, 4, 1), make()), "net", "here", [(3, 8, 8)]
    )
    assert proof is not None
    assert not proof.failed, imported.text
    assert not opaque_names(imported.operations), imported.text
    assert proof.agreed[-1].startswith("values, to"), proof.agreed
    for word in words:
        assert word in imported.text, imported.text


def test_gates_of_several_widths_are_one_block() -> None:
    imported, proof = import_model(
        lambda: nn.Sequential(nn.Conv2d(3, 4, 1), Eca(), nn.Conv2d(4, 6, 1), Eca()),
        "net",
        "here",
        [(3, 8, 8)],
    )
    assert proof is not None
    assert not proof.failed, imported.text
    assert "reshape [1, in.channels]" in imported.text
