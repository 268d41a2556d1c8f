"""What calls and variables hold: modules written by hand as the code of a spec is, measured."""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from tests.analysis.live import peak  # noqa: E402
from tests.analysis.test_every_layer import figures  # noqa: E402


def conv(into: int, out: int, kernel: int = 1) -> nn.Conv2d:
    return nn.Conv2d(into, out, kernel, padding=kernel // 2)


def ours(body: str) -> int | None:
    return figures("network N {\n" + body + "\n}\n", 1).peak


def test_a_labelled_chain_is_called_and_its_caller_holds_what_it_is_given() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = conv(3, 32, 3)
            self.rest = nn.Sequential(conv(32, 4), conv(4, 8, 3), conv(8, 32, 3))

        def forward(self, x: Tensor) -> Tensor:
            x = self.stem(x)
            x = self.rest(x)
            return x

    body = """
    input 3x64x64
    stem: conv 32 3x3 pad=1
    rest: { c1: conv 4 1x1; c2: conv 8 3x3 pad=1; c3: conv 32 3x3 pad=1 }
    """
    assert ours(body) == peak(Net(), [torch.rand(1, 3, 64, 64)]) == 1_179_648


class Merges(nn.Module):
    """Two merges in one forward pass, then values that are read by their labels."""

    def __init__(self) -> None:
        super().__init__()
        self.relu = nn.ReLU()
        self.tanh = nn.Tanh()
        self.first = nn.ModuleList(conv(4, 4) for _ in range(6))
        self.join = conv(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(x)
        y = self.first[0](x)
        z = self.tanh(x)
        z = self.first[1](z)
        x = y + z + x
        x = self.first[2](x)
        y2 = self.first[3](x)
        z2 = self.tanh(x)
        z2 = self.first[4](z2)
        x = torch.cat([y2, z2], dim=1)
        x = self.join(x)
        a = self.first[5](x)
        b = self.tanh(a)
        c = self.first[0](a)
        x = b + c
        x = torch.cat([x, x], dim=1)
        x = self.join(x)
        return x


def test_variables_hold_branches_and_labelled_values_to_the_end() -> None:
    body = """
    input 4x8x8
    relu
    add { conv 4 1x1; { tanh; conv 4 1x1 }; identity }
    conv 4 1x1
    concat { conv 4 1x1; { tanh; conv 4 1x1 } }
    conv 4 1x1
    a: conv 4 1x1
    b: tanh
    from a
    c: conv 4 1x1
    add { from b; from c }
    concat { identity; identity }
    conv 4 1x1
    """
    assert ours(body) == peak(Merges(), [torch.rand(1, 4, 8, 8)])


def test_rounds_of_a_loop_have_the_same_variables() -> None:
    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rounds = nn.ModuleList(nn.ModuleList([conv(4, 4), conv(4, 4)]) for _ in range(3))
            self.last = conv(4, 8)

        def forward(self, x: Tensor) -> Tensor:
            for left, right in self.rounds:
                y = left(x)
                z = right(x)
                x = y + z
            x = self.last(x)
            return x

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = conv(4, 4)
            self.block = Block()

        def forward(self, x: Tensor) -> Tensor:
            x = self.stem(x)
            x = self.block(x)
            return x

    text = """
block B() {
    repeat 3 { add { conv 4 1x1; conv 4 1x1 } }
    conv 8 1x1
}
network N {
    input 4x8x8
    stem: conv 4 1x1
    B
}
"""
    assert figures(text, 1).peak == peak(Net(), [torch.rand(1, 4, 8, 8)])
