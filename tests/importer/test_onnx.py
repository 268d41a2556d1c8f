"""ONNX files become specs: those of PyTorch's exporters, and one without a trace of modules."""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from pathlib import Path

import pytest
import torch
from torch import nn

from archc.importer.model import Unreadable

onnx = pytest.importorskip("onnx")


class Unit(nn.Module):
    def __init__(self, width: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width // stride, width, 3, stride, 1)
        self.slope = nn.PReLU()
        self.pool = nn.AvgPool2d(3, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.slope(self.conv(x))
        return x + self.pool(y) if x.shape == y.shape else y


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(Unit(6, 2), Unit(6), Unit(12, 2), Unit(12))
        self.gate = nn.Conv2d(12, 12, 1)
        self.head = nn.Linear(12, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.body(x)
        x = x * torch.sigmoid(self.gate(x.mean((2, 3), keepdim=True)))
        x = torch.cat([nn.functional.relu6(x), nn.functional.hardswish(x)], 1)[:, 6:18]
        x = nn.functional.interpolate(x, scale_factor=2, mode="bicubic")
        x = x * x.amax(1, keepdim=True)
        return self.head(x.mean((2, 3)))


def exported(path: Path, dynamo: bool) -> Net:
    model = Net()
    model.eval()
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (torch.zeros(1, 3, 16, 16),), str(path), dynamo=dynamo)
    return model


@pytest.mark.parametrize("dynamo", [True, False])
def test_what_pytorch_exports(dynamo: bool, tmp_path: Path) -> None:
    from archc.importer.onnx import import_onnx

    path = tmp_path / "net.onnx"
    model = exported(path, dynamo)
    imported, proof = import_onnx(str(path), "net", [])
    assert proof is not None
    assert not proof.failed
    assert f"expect params == {sum(one.numel() for one in model.parameters()):_}" in imported.text
    assert ("block Unit" in imported.text) == dynamo


def test_a_file_without_a_trace_of_modules(tmp_path: Path) -> None:
    from archc.importer.onnx import import_onnx

    path = tmp_path / "net.onnx"
    exported(path, True)
    file = onnx.load(path)
    for node in file.graph.node:
        del node.metadata_props[:]
        node.name = ""
    onnx.save(file, path)
    imported, proof = import_onnx(str(path), "net", [])
    assert proof is not None
    assert not proof.failed
    assert "head: linear 5" in imported.text


def test_what_is_no_onnx_file(tmp_path: Path) -> None:
    from archc.importer.onnx import import_onnx

    path = tmp_path / "net.onnx"
    for content in (b"", b"\x00\xff nothing", b"{}" * 100):
        path.write_bytes(content)
        with pytest.raises(Unreadable):
            import_onnx(str(path), "net", [])


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    from archc.importer.onnx import import_onnx

    path = tmp_path / "net.onnx"
    with path.open("wb") as file:
        file.truncate(1 << 31)  # takes no room
    with pytest.raises(Unreadable, match="larger than 2 GiB"):
        import_onnx(str(path), "net", [])


def test_a_file_without_operations_is_none() -> None:
    from archc.importer.onnx import import_onnx

    with pytest.raises(Unreadable, match="no operations"):
        import_onnx(os.devnull, "net", [])


def test_another_size_than_the_files(tmp_path: Path) -> None:
    from archc.importer.onnx import import_onnx

    path = tmp_path / "net.onnx"
    model = nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.ReLU(), nn.Conv2d(4, 5, 3)).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (torch.zeros(1, 3, 16, 16),), str(path), dynamo=False)
    imported, proof = import_onnx(str(path), "net", [(3, 32, 32)])
    assert proof is not None
    assert not proof.failed
    assert "input 3x32x32" in imported.text
    with pytest.raises(Unreadable, match="1 inputs, and 2 sizes"):
        import_onnx(str(path), "net", [(3, 32, 32), (3,)])


def test_open_sizes_are_asked_for(tmp_path: Path) -> None:
    from archc.importer.onnx import import_onnx

    path = tmp_path / "net.onnx"
    exported(path, False)
    file = onnx.load(path)
    for axis in list(file.graph.input[0].type.tensor_type.shape.dim)[2:]:
        axis.dim_param = "size"
    onnx.save(file, path)
    with pytest.raises(Unreadable, match="open"):
        import_onnx(str(path), "net", [])
    imported, _ = import_onnx(str(path), "net", [(3, 16, 16)])
    assert "input 3x16x16" in imported.text
