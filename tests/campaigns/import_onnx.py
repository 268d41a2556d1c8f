"""ONNX files that become specs: `python -m tests.campaigns.import_onnx --write`.

Ten networks of torchvision, as PyTorch's exporter writes them, held to their models; and the
networks that come with the package `onnx`, whose weights are left out and whose shapes are not,
held to the tensors of the file. With `--write` the table goes into docs/import.md.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import tempfile
import warnings
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch.utils.flop_counter import FlopCounterMode

from archc.importer.onnx import import_onnx
from archc.importer.read import Imported, opaque_names
from tests.importer.zoo import models

PAGE = Path(__file__).parents[2] / "docs" / "import.md"
BEGIN, END = "<!-- onnx -->\n", "<!-- end of onnx -->\n"
EXPORTED = (
    *("alexnet", "densenet121", "efficientnet_b0", "googlenet", "mnasnet0_5", "mobilenet_v2"),
    *("regnet_x_400mf", "resnet18", "shufflenet_v2_x0_5", "squeezenet1_1"),
)


class Found(NamedTuple):
    """What became of a file. `sums` are its MACs, or its parameters, where it is not exported."""

    name: str
    operations: int
    opaque: int
    lines: int
    failed: list[str]
    names: bool
    sums: bool

    def text(self) -> str:
        counts = [f"{self.operations:,}", str(self.opaque or ""), str(self.lines)]
        marks = ["yes" if mark else "no" for mark in (not self.failed, self.names, self.sums)]
        return f"| {' | '.join([self.name, *counts, *marks])} |".replace("  |", " |")


def found(name: str, imported: Imported, failed: list[str], names: bool, sums: bool) -> Found:
    opaque = opaque_names(imported.operations).total()
    lines = sum(bool(line.strip()) for line in imported.text.splitlines())
    return Found(name, len(imported.operations), opaque, lines, failed, names, sums)


def figure(imported: Imported, word: str) -> int:
    """What the spec expects of itself."""
    match = re.search(rf"expect {word} == ([0-9_]+)", imported.text)
    return int(match.group(1)) if match else -1


def of_export(name: str, folder: Path) -> Found:
    """A network of torchvision: names of weights, and work, are those of the model."""
    given = {"init_weights": False, "aux_logits": False} if name == "googlenet" else {}
    model = models().get_model(name, weights=None, **given).eval()
    path, image = folder / f"{name}.onnx", torch.zeros(1, 3, 224, 224)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (image,), str(path), dynamo=True)
    imported, proof = import_onnx(str(path), name, [])
    assert proof is not None
    held = {f"{one.owner}.weight" for one in imported.operations if one.owner is not None}
    state = {key: value for key, value in model.state_dict().items() if key in held}
    deep = {key for key, value in model.state_dict().items() if value.dim() > 1}
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model.to("meta")(image.to("meta"))
    work = counter.get_total_flops() // 2
    names = set(state) == held and deep <= held  # norms are folded into convolutions
    title = f"torchvision:{name}"
    return found(title, imported, proof.failed, names, figure(imported, "macs") == work)


def packaged() -> dict[str, Path]:
    """The networks of the package `onnx`, by their names."""
    import onnx

    folder = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
    return {path.stem.removeprefix("light_"): path for path in sorted(folder.glob("*.onnx"))}


def of_package(name: str, path: Path) -> Found:
    """A file of the package: each tensor that its layers read is a tensor of the spec."""
    import onnx

    imported, proof = import_onnx(str(path), name, [])
    assert proof is not None
    graph = onnx.load(path).graph
    shapes = tensors(graph)
    read = {one for node in graph.node for one in node.input if one in shapes}
    statistics = {
        one for node in graph.node if node.op_type == "BatchNormalization" for one in node.input[3:]
    }
    count = sum(prod(shapes[one]) for one in read - statistics)
    match = re.search(r"names and shapes of ([0-9,]+) tensors", " ".join(proof.agreed))
    names = match is not None and int(match.group(1).replace(",", "")) == len(read)
    title = f"onnx:{name}"
    return found(title, imported, proof.failed, names, figure(imported, "params") == count)


def tensors(graph: Any) -> dict[str, tuple[int, ...]]:
    """The shapes of the tensors of floats that a file has, or makes of one number."""
    from onnx import TensorProto, numpy_helper

    found = {one.name: one for one in graph.initializer}
    shapes = {
        name: tuple(one.dims) for name, one in found.items() if one.data_type == TensorProto.FLOAT
    }
    for node in graph.node:
        if node.op_type == "ConstantOfShape":
            shapes[node.output[0]] = tuple(numpy_helper.to_array(found[node.input[0]]).tolist())
    return shapes


def rows() -> Iterator[Found]:
    with tempfile.TemporaryDirectory() as folder:
        for name in EXPORTED:
            yield of_export(name, Path(folder))
    for name, path in packaged().items():
        yield of_package(name, path)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="import_onnx", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--write", action="store_true", help="put the table into docs/import.md")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    text = (
        "| file | operations | opaque | lines | the file's shapes | names | MACs or parameters |\n"
    )
    text += f"{'|---' * 7}|\n"
    for row in rows():
        print(row.text(), *row.failed, flush=True)
        text += f"{row.text()}\n"
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        PAGE.write_text(before + BEGIN + text + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
