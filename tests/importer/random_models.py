"""Random models, as people put them together: sequences, residuals, branches, shared modules."""

from __future__ import annotations

import random

import torch
from torch import nn

ACTIVATIONS = (nn.ReLU, nn.SiLU, nn.Hardswish, nn.Sigmoid, nn.Identity)


class ConvNorm(nn.Sequential):
    def __init__(self, before: int, width: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(before, width, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        )


class Residual(nn.Module):
    def __init__(self, before: int, width: int, stride: int = 1, act: type = nn.ReLU) -> None:
        super().__init__()
        self.conv1 = ConvNorm(before, width, 3, stride)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.act = act()
        self.short = None
        if stride != 1 or before != width:
            self.short = nn.Conv2d(before, width, 1, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.conv2(self.conv1(x))
        return self.act(y + (x if self.short is None else self.short(x)))


class Branches(nn.Module):
    def __init__(self, before: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, widths[0], 1)
        self.others = nn.ModuleList(ConvNorm(before, width) for width in widths[1:])
        self.pool = nn.MaxPool2d(3, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.first(x), *(one(x) for one in self.others[:1]), self.pool(x)], 1)


class Gate(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(width, max(width // 4, 1), 1)
        self.fc2 = nn.Conv2d(max(width // 4, 1), width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scale = torch.sigmoid(self.fc2(torch.relu(self.fc1(x.mean((2, 3), keepdim=True)))))
        return x * scale


class Dense(nn.Module):
    def __init__(self, before: int, growth: int, depth: int) -> None:
        super().__init__()
        for index in range(depth):
            self.add_module(f"layer{index + 1}", ConvNorm(before + index * growth, growth))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.children():
            x = torch.cat([x, layer(x)], 1)
        return x


class Net(nn.Module):
    """A stem, stages of random parts, a value that is read again later, a head."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        chance = random.Random(seed)
        width = chance.choice((4, 8))
        self.stem = ConvNorm(3, width)
        parts: list[nn.Module] = []
        for _ in range(chance.randint(2, 5)):
            kind = chance.randrange(6)
            if kind == 0:
                for _ in range(chance.randint(1, 3)):
                    after = chance.choice((width, width, 2 * width))
                    act = chance.choice(ACTIVATIONS)
                    parts.append(Residual(width, after, chance.choice((1, 1, 2)), act))
                    width = after
            elif kind == 1:
                widths = (chance.choice((2, 4)), chance.choice((2, 6)))
                parts.append(Branches(width, widths))
                width += sum(widths)
            elif kind == 2:
                parts.append(Gate(width))
            elif kind == 3:
                depth = chance.randint(1, 4)
                parts.append(Dense(width, 4, depth))
                width += 4 * depth
            elif kind == 4:
                inner = [ConvNorm(width, width, chance.choice((1, 3))) for _ in range(2)]
                parts.append(nn.Sequential(*inner, nn.Dropout2d(0.1), nn.AvgPool2d(3, 1, 1)))
            else:
                parts.append(nn.Sequential(nn.Conv2d(width, 4, 1), nn.PReLU(4), nn.GroupNorm(2, 4)))
                width = 4
        self.body = nn.Sequential(*parts)
        self.again = nn.Conv2d(width, width, 3, padding=1)
        self.twice = chance.random() < 0.5
        self.late = chance.random() < 0.5
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(width, 5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.body(self.stem(x))
        y = self.again(x)
        if self.twice:
            y = self.again(torch.relu(y))
        if self.late:
            y = y + x
        return self.head(nn.functional.adaptive_avg_pool2d(y, 1))
