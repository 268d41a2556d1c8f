"""ONNX files of whole networks: of PyTorch's exporter, and of the package `onnx`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from archc.importer.model import Unreadable  # noqa: E402
from archc.importer.onnx import import_onnx  # noqa: E402
from tests.campaigns.import_onnx import EXPORTED, of_export, of_package, packaged  # noqa: E402

SMALL = ("squeezenet1_1", "bvlc_alexnet", "resnet50", "zfnet512")


def some(names: Any) -> list[Any]:
    """All in a campaign, the small ones always."""
    slow = pytest.mark.campaign
    return [name if name in SMALL else pytest.param(name, marks=slow) for name in names]


@pytest.mark.parametrize("name", some(EXPORTED))
def test_an_export_keeps_the_names_of_weights(name: str, tmp_path: Path) -> None:
    row = of_export(name, tmp_path)
    assert not row.failed, row.failed
    assert row.names
    assert row.sums
    assert not row.opaque


@pytest.mark.parametrize("name", some(packaged()))
def test_a_file_of_another_tool_keeps_its_tensors(name: str) -> None:
    row = of_package(name, packaged()[name])
    assert not row.failed, row.failed
    assert row.names
    assert row.sums
    assert not row.opaque or name in ("densenet121", "inception_v1", "inception_v2")


@pytest.mark.campaign
def test_files_of_single_operators() -> None:
    """Whatever stands in a file, there is a spec without mistakes, or one sentence."""
    folder = Path(onnx.__file__).parent / "backend" / "test" / "data"
    paths = sorted(folder.glob("pytorch-*/*/model.onnx"))
    assert len(paths) > 100
    read = 0
    for path in paths:
        try:
            _, proof = import_onnx(str(path), "net", [])
        except Unreadable:
            continue
        assert proof is not None
        assert not proof.failed, f"{path}: {proof.failed}"
        read += 1
    assert read > 90
