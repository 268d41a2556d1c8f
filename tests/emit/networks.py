"""Networks to be drawn: the bundled ones, those of `specs/` here, and random ones."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archc import bundled
from archc.check import Checked, Network, Options, check
from archc.files import Files
from archc.language.source import Source
from tests.specs import library

SPECS = Path(__file__).parent / "specs"
BLOCKS = """\
block Res(w, stride = 1) {
    add {
        { conv w 3x3 stride=stride pad=1 -> batchnorm -> relu; conv w 1x1 }
        if stride != 1 or in.channels != w { conv w 1x1 stride=stride } else { identity }
    }
    relu
}
block Grow(w) { concat { identity; { batchnorm -> relu -> conv w 3x3 pad=1 } } }
block Gate(w) { mul { identity; { global_avgpool -> conv w 1x1 -> sigmoid } } }
block Mix(w, other) {
    conv w 1x1
    add { identity; { from other -> conv w 1x1 } }
}
"""


@cache
def checked(text: str) -> Checked:
    return check(Source(text, "test.arch"), Options(), Files().imported)


@cache
def bundled_networks() -> tuple[tuple[str, Network], ...]:
    """All networks of the library, by `file:name`."""
    return tuple(
        (f"{name}:{network.name}", network)
        for name in bundled.spec_names()
        for network in library.checked(name).networks
    )


@cache
def drawn_networks() -> tuple[tuple[str, Network], ...]:
    """The networks of `specs/`: what papers draw, and what is hard to draw."""
    return tuple(
        (path.stem, network)
        for path in sorted(SPECS.glob("*.arch"))
        for network in checked(path.read_text(encoding="utf-8")).networks
    )


LONGER = frozenset((
    "densenet:DenseNet161", "densenet:DenseNet169", "dpn:DPN98", "dpn:DPN107", "resnet:ResNet101",
    "resnet:ResNet50_v1", "resnet:ResNet101_v1", "resnet:ResNet152_v1", "resnet152:ResNet152",
    "resnet18:ResNet18", "resnet50:ResNet50", "resnext:ResNeXt101_32x4d",
    "resnext:ResNeXt101_32x8d", "resnext:ResNeXt101_64x4d",
))  # fmt: skip
"""Of the blocks of another network of the library, and longer or wider: pictures say the same."""


def each_kind(networks: tuple[tuple[str, Network], ...]) -> list[Any]:
    """Networks by their names as parameters; what is longer alone is drawn in campaigns."""
    return [
        pytest.param(network, id=name, marks=[pytest.mark.campaign] * (name in LONGER))
        for name, network in networks
    ]


def random_network(seed: int) -> Network:
    """A network of blocks, branches, loops, skips, shared layers and further outputs."""
    return checked(_Writer(random.Random(seed)).text()).networks[0]


class _Writer:
    """Keeps maps at 16x16 with 8 channels between statements, so that anything goes together."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.number = 0

    def text(self) -> str:
        inputs = self.chance.choice([1, 1, 1, 2])
        lines = ["input 8x16x16"] if inputs == 1 else ["input p 8x16x16", "input q 8x16x16"]
        known: list[str] = []
        shared: list[str] = []
        if inputs == 2:
            lines += ["from q", "q0: conv 8 1x1", "from p"]
            known.append("q0")
        for _ in range(self.chance.randint(2, 6)):
            lines += self.statement(2, known, shared)
            if self.chance.random() < 0.15:
                training = self.chance.choice(["", "training "])
                lines.append(f"{self.label()}: output {training}conv 3 1x1")
        lines += ["global_avgpool", "flatten", "linear 5"]
        return BLOCKS + "network Random {\n" + "\n".join(lines) + "\n}\n"

    def label(self) -> str:
        self.number += 1
        return f"v{self.number}"

    def statement(self, depth: int, known: list[str] | None, shared: list[str]) -> list[str]:
        """One statement. Where `known` is None, in a loop, nothing may have a label."""
        chance = self.chance
        kind = chance.choice(["layer", "block", "block", "loop", "branches", "skip", "group"])
        if kind == "layer" or (depth == 0 and kind != "block"):
            if known is None:
                return [chance.choice(["conv 8 3x3 pad=1", "relu", "conv 8 1x1 -> relu"])]
            label = self.label()
            known.append(label)
            shared.append(label)
            again = [f"share {chance.choice(shared)}"] if chance.random() < 0.2 else []
            return [f"{label}: conv 8 3x3 pad=1", *again]
        if kind == "block":
            call = chance.choice(["Res 8", "Res 8", "Grow 4 -> conv 8 1x1", "Gate 8", "Mix"])
            return [f"Mix 8 {chance.choice(known)}" if call == "Mix" and known else
                    call.replace("Mix", "Res 8")]  # fmt: skip
        if kind == "loop":
            name = f"{self.label()}: " if known is not None and chance.random() < 0.6 else ""
            return [f"{name}repeat {chance.randint(2, 4)} {{", *self.inside(depth, None), "}"]
        if kind == "group":
            label = f"{self.label()}: " if known is not None else ""
            inner = self.inside(depth, None if known is None else [])
            if known is not None:
                known.append(label[:-2])
            return [f"{label}{{", *inner, "}"]
        if kind == "skip" and known:
            return [f"add {{ identity; from {chance.choice(known)} }}"]
        inner_known = None if known is None else [*known]
        ways = [["{", *self.inside(depth, inner_known), "}"] for _ in range(chance.randint(1, 3))]
        if chance.random() < 0.5:
            ways.append(["identity"])
        merge = chance.choice(["add", "mul"])
        return [f"{merge} {{", *(line for way in ways for line in way), "}"]

    def inside(self, depth: int, known: list[str] | None) -> list[str]:
        count = self.chance.randint(1, 3)
        return [line for _ in range(count) for line in self.statement(depth - 1, known, [])]
