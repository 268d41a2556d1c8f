"""Models of torchvision become specs that agree with them: names, shapes, counts, work, values."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import archc
from archc import bundled
from archc.check import Options
from archc.emit.pytorch.compile import compile_source
from archc.importer.agree import Proof, checked, no_files
from archc.importer.model import Unreadable
from archc.importer.read import opaque_names
from archc.importer.torch import import_model, import_program
from archc.language import tree
from archc.language.layout import layout
from archc.language.parser import parse
from archc.language.source import Source
from tests.importer.random_models import Net
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

# Others with blocks of their kind stay; these go with the campaign.
LIKE_OTHERS = ("mobilenet_v2", "efficientnet_b0")


def few() -> list[Any]:
    marks = {name: pytest.mark.campaign if name in LIKE_OTHERS else () for name in RUN}
    return [pytest.param(name, marks=mark) for name, mark in marks.items()]


@pytest.mark.parametrize("name", few())
def test_torchvision(name: str, request: pytest.FixtureRequest) -> None:
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


BUNDLED = {
    "resnet18": ("resnet", ("BasicBlock", "ResNet", "ResNet18")),
    "resnet50": ("resnet", ("Bottleneck", "ResNet", "ResNet50")),
    "googlenet": (
        "googlenet",
        ("ConvBN", "Inception", "InceptionBN", "AuxHeadBN", "GoogLeNetTorchvision"),
    ),
    "densenet121": ("densenet", ("DenseLayer", "Transition", "DenseNet", "DenseNet121")),
    "vgg16": ("vgg", ("VGG", "VGG16")),
}


def lines_of(text: str, names: tuple[str, ...] = ()) -> int:
    """The lines that are not blank of all definitions, or of some."""
    program, _ = parse(Source(text, "counted"))
    chosen = [
        one
        for one in program.definitions
        if not names or (not isinstance(one, tree.Import) and one.name.id in names)
    ]
    return sum(bool(line.strip()) for one in chosen for line in one.span.text.splitlines())


@pytest.mark.parametrize("name", BUNDLED)
def test_imported_specs_are_as_short_as_bundled_ones(name: str) -> None:
    spec, names = BUNDLED[name]
    path = bundled.spec(spec)
    assert path is not None
    ours = lines_of(Path(path).read_text(encoding="utf-8"), names)
    imported = lines_of((CASES / f"{name}.arch").read_text(encoding="utf-8"))
    assert imported <= ours
    page = Path(__file__).parents[2] / "docs" / "import.md"
    rows = page.read_text(encoding="utf-8").replace("-", "").lower()
    assert f"| {name} | {ours} | {imported} |" in rows


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


class Listed(nn.Module):
    """Members of lists that run in turn with others, and in the branches of one sum."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(4, 4, 3, padding=1) for _ in range(3))
        self.norms = nn.ModuleList(nn.BatchNorm2d(4) for _ in range(3))
        self.fuse = nn.ModuleList(
            nn.ModuleList(nn.Sequential(nn.Conv2d(4, 4, 1), nn.ReLU()) for _ in range(2))
            for _ in range(2)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = norm(conv(x)).tanh()
        left = self.fuse[0][0](x) + self.fuse[1][0](x)
        return torch.cat([left, self.fuse[0][1](left) * self.fuse[1][1](x)], 1)


class Nested(nn.Module):
    """One name in modules inside modules, the outer ones read from the innermost."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(4, 4, 1)
        self.norm = nn.BatchNorm2d(4)
        self.inner = Nested(depth - 1) if depth else None

    def forward(self, x: torch.Tensor, outer: torch.Tensor | None = None) -> torch.Tensor:
        y = self.project(x)
        if outer is not None:
            y = torch.relu(y) + outer
        return self.norm(y) if self.inner is None else self.norm(self.inner(y * 1, self.norm(y)))


@pytest.mark.parametrize("make", [Listed, functools.partial(Nested, 2)])
def test_lists_and_names_inside(make: Callable[[], nn.Module]) -> None:
    shape = (4, 8, 8)
    imported, proof = import_model(make, "lists", "here", [shape])
    assert proof is not None
    assert not proof.failed, imported.text
    assert len(proof.agreed) == 4


def test_values_read_late_and_modules_that_run_twice() -> None:
    imported, proof = import_model(Odd, "odd", "here", [(3, 8, 8)])
    assert proof is not None
    assert not proof.failed
    assert "share again" in imported.text
    assert "from " in imported.text


@pytest.mark.parametrize("seed", range(8))
def test_random_models(seed: int) -> None:
    agrees(seed)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(8, 200))
def test_many_random_models(seed: int) -> None:
    agrees(seed)


def agrees(seed: int) -> None:
    imported, proof = import_model(functools.partial(Net, seed), "net", "here", [(3, 16, 16)])
    assert proof is not None
    assert not proof.failed, imported.text
    assert len(proof.agreed) == 4


def test_an_exported_program(tmp_path: Path) -> None:
    path = tmp_path / "odd.pt2"
    program = torch.export.export(Odd().eval(), (torch.zeros(1, 3, 8, 8),))
    torch.export.save(program, path)
    _, proof = import_program(str(path), "odd")
    assert proof is not None
    assert not proof.failed
    assert len(proof.agreed) == 4
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(Unreadable, match="cannot load"):
        import_program(str(path), "odd")


def test_from_python() -> None:
    file = archc.from_torch(Odd(), input=(3, 8, 8))
    assert file.ok
    assert file.network.params == sum(one.numel() for one in Odd().parameters())
    assert "network Odd {" in file.text
    with pytest.raises(ValueError, match="cannot be imported"):
        archc.from_torch(Odd(), input=(3, 8))


class Strange(nn.Module):
    """What the language lacks: operations, a weight that is worked out, a parameter by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.table = nn.Parameter(torch.zeros(4, 8, 8))
        self.register_buffer("unsaved", torch.ones(1), persistent=False)
        self.norm = nn.BatchNorm2d(4)
        self.head = nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight = self.conv.weight - self.conv.weight.mean((1, 2, 3), keepdim=True)
        x = torch.conv2d(x, weight, self.conv.bias, padding=1) + self.table * self.unsaved
        y, _ = torch.roll(self.norm(x), 1, 2).median(2)
        rows = y.transpose(1, 2).reshape(8, 4)
        return self.head(rows).reshape(1, 16)


class Pair(nn.Module):
    """Two inputs, one of them numbers of rows; results by name."""

    def __init__(self) -> None:
        super().__init__()
        self.left = nn.Conv2d(3, 4, 1)
        self.right = nn.Conv2d(2, 4, 3, padding=1)
        self.rows = nn.Embedding(10, 4)

    def forward(self, image: torch.Tensor, other: torch.Tensor) -> dict[str, torch.Tensor]:
        x = self.left(image)
        y = self.right(other)
        return {"joined": x + y, "left": x, "deep": (x * torch.sigmoid(y)).relu()}


def test_several_inputs_and_results() -> None:
    imported, proof = import_model(Pair, "pair", "here", [(3, 6, 6), (2, 6, 6)])
    assert proof is not None
    assert not proof.failed, imported.text
    assert "input image 3x6x6" in imported.text
    assert "input other 2x6x6" in imported.text
    assert "deep: output identity" in imported.text
    assert "values of 3 results" in proof.agreed[-1]


class Rows(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rows = nn.Embedding(10, 4)
        self.head = nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.rows(x))


def test_an_input_of_whole_numbers() -> None:
    imported, proof = import_model(Rows, "rows", "here", [(7,)], dtypes=["int64"])
    assert proof is not None
    assert not proof.failed, imported.text
    assert opaque_names(imported.operations) == {"aten.embedding": 1}


def test_what_hangs_on_values_is_refused() -> None:
    class Flow(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x if x.sum() > 0 else -x

    with pytest.raises(Unreadable, match="hangs on the values"):
        import_model(Flow, "flow", "here", [(3, 8, 8)])


class Arithmetic(nn.Module):
    """Numbers, differences, pixels and the rarer activations."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 8, 3, padding=1)
        self.up = nn.PixelShuffle(2)
        self.down = nn.PixelUnshuffle(2)
        self.acts = nn.Sequential(nn.Mish(), nn.Softplus(2.0), nn.Hardtanh(-0.5, 0.75), nn.GLU(1))
        self.gamma = nn.Parameter(torch.rand(4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv(x)
        y = self.down(self.up(x)) - 3 * x.clamp(0)
        z = self.acts((1 - y) / 4 + 0.5)
        return (z - x[:, :4]).abs() * self.gamma.view(-1, 1, 1) - 2


def test_arithmetic_and_pixels() -> None:
    imported, proof = import_model(Arithmetic, "sums", "here", [(2, 4, 6)])
    assert proof is not None
    assert not proof.failed, imported.text
    assert not opaque_names(imported.operations), imported.text
    assert len(proof.agreed) == 4


def test_what_has_no_layer_is_opaque() -> None:
    imported, proof = import_model(Strange, "strange", "here", [(3, 8, 8)])
    assert proof is not None
    assert not proof.failed, imported.text
    names = opaque_names(imported.operations)
    assert names["aten.roll"] == names["aten.conv2d"] == names["aten.median.dim[0]"] == 1
    assert names.total() == 6
    assert "=> 8x4" in imported.text
    assert "64 MACs of what is understood, of" in proof.agreed[2]
    network = checked(imported, Proof())
    assert network is not None
    assert network.facts.status == "lower bound"
    assert network.facts.totals.params == sum(one.numel() for one in Strange().parameters())


def test_an_opaque_operation_is_not_built() -> None:
    imported, _ = import_model(Strange, "strange", "here", [(3, 8, 8)], verify=False)
    built = compile_source(Source(imported.text, "strange.arch"), Options(), no_files)
    assert built.code is None
    assert {one.code for one in built.diagnostics if one.severity == "error"} == {"cannot-express"}
    assert any("`aten.roll`" in one.message for one in built.diagnostics)
