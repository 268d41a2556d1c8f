"""What becomes of the public model collections: `python -m tests.campaigns.import_zoo`.

Imports the models of torchvision and the convolutional ones of timm up to a size, and writes what
was found into docs/import.md. Values are compared of models up to a size. A whole run takes hours;
`--rows FILE` keeps each row in a file as it is found and tries what is not in it, and `--write` is
content with these. With names as arguments (`timm:dla34`), only those are tried, and nothing is
written.
"""

from __future__ import annotations

import functools
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch

from archc.importer.model import Unreadable
from archc.importer.read import opaque_names
from archc.importer.torch import import_model
from tests.importer.zoo import models

PAGE = Path(__file__).parents[2] / "docs" / "import.md"
BEGIN, END = "<!-- zoo -->\n", "<!-- end of zoo -->\n"
LARGEST = 60_000_000  # parameters of a model that is tried
LARGEST_RUN = 15_000_000  # of one whose values are compared
FAMILIES = (  # modules of timm whose models are convolutional
    *("byobnet", "convmixer", "convnext", "cspnet", "cspnext", "densenet", "dla", "dpn"),
    *("efficientnet", "fasternet", "ghostnet", "hardcorenas", "hgnet", "hrnet"),
    *("inception_next", "inception_resnet_v2", "inception_v3", "inception_v4", "lcnetv2"),
    *("mobilenetv3", "nasnet", "nfnet", "pnasnet", "rdnet", "regnet", "repghost", "repvit"),
    *("res2net", "resnest", "resnet", "resnetv2", "rexnet", "selecsls", "senet", "sknet"),
    *("starnet", "tresnet", "vgg", "vovnet", "xception", "xception_aligned"),
)
CLASSIFIERS = (  # of torchvision, that are convolutional
    *("alexnet", "convnext", "densenet", "efficientnet", "googlenet", "inception", "mnasnet"),
    *("mobilenet", "regnet", "resnet", "resnext", "shufflenet", "squeezenet", "vgg", "wide"),
)


class Row(NamedTuple):
    """One model: `agreed` and `failed` are what the proof says, `problem` why there is no spec."""

    name: str
    operations: int
    opaque: int
    lines: int
    agreed: list[str]
    failed: list[str]
    problem: str

    @property
    def marks(self) -> tuple[str, str, str, str]:
        """Whether names, shapes, work and values agree; `-` where it was not asked."""
        told = " ".join(self.agreed)
        kinds = "names and shapes", "shapes of", "MACs", "values"
        found = ["yes" if kind in told else "no" for kind in kinds]
        if "MACs of what is understood" in told:
            found[2] = "in part"
        asked = "values" in told or any("value" in one or "module" in one for one in self.failed)
        return (*found[:3], found[3] if asked else "-")  # type: ignore[return-value]

    def text(self) -> str:
        why = "; ".join([self.problem, *self.failed]).strip("; ").replace("|", "\\|")[:120]
        counts = [f"{self.operations:,}", str(self.opaque or ""), str(self.lines)]
        cells = ["", "", "", *[""] * 4] if self.problem else [*counts, *self.marks]
        return f"| {' | '.join([self.name, *cells, why])} |".replace("  |", " |")


def candidates() -> Iterator[tuple[str, Callable[[], Any], tuple[int, ...]]]:
    """Names, what makes the models, and the sizes of their inputs."""
    torchvision = models()
    for name in sorted(torchvision.list_models(module=torchvision)):
        builder = torchvision.get_model_builder(name)
        if name in ("googlenet", "inception_v3"):
            builder = functools.partial(builder, init_weights=False)
        side = 299 if name == "inception_v3" else 224
        yield f"torchvision:{name}", builder, (3, side, side)
    segmentation = torchvision.segmentation
    for name in sorted(torchvision.list_models(module=segmentation)):
        builder = functools.partial(
            torchvision.get_model_builder(name), weights=None, weights_backbone=None
        )
        yield f"torchvision:{name}", builder, (3, 224, 224)
    try:
        import timm
    except ImportError:
        return
    families = [sorted(timm.list_models(module=family)) for family in FAMILIES]
    for round_ in itertools.zip_longest(*families):  # one of each: a run may be broken off
        for name in filter(None, round_):
            config = timm.get_pretrained_cfg(name)
            size = tuple(config.input_size) if config is not None else (3, 224, 224)
            yield f"timm:{name}", functools.partial(timm.create_model, name), size


def tried(name: str, make: Callable[[], Any], size: tuple[int, ...]) -> Row | None:
    """What becomes of one model; None where it is larger than those that are tried."""
    short = name.partition(":")[2]
    try:
        with torch.device("meta"):
            parameters = sum(one.numel() for one in make().parameters())
    except Exception:
        parameters = sum(one.numel() for one in make().parameters())
    if parameters > LARGEST and name.startswith("timm"):
        return None
    try:
        imported, proof = import_model(make, short, name, [size], values=parameters <= LARGEST_RUN)
    except Unreadable as problem:
        return Row(name, 0, 0, 0, [], [], problem.message[:150])
    except Exception as mistake:
        return Row(name, 0, 0, 0, [], [], f"{type(mistake).__name__}: {mistake}"[:150])
    assert proof is not None
    lines = sum(bool(line.strip()) for line in imported.text.splitlines())
    opaque = opaque_names(imported.operations).total()
    return Row(name, len(imported.operations), opaque, lines, proof.agreed, proof.failed, "")


def sums(title: str, rows: list[Row]) -> str:
    """A line of the table of sums."""
    plain = [row for row in rows if not row.problem]
    run = [row for row in plain if row.marks[3] != "-"]
    counts = (
        len(rows),
        len(plain),
        sum(not row.opaque for row in plain),
        sum(row.marks[0] == "yes" for row in plain),
        sum(row.marks[2] == "yes" for row in plain),
        len(run),
        sum(row.marks[3] == "yes" for row in run),
    )
    return f"| {title} | {' | '.join(map(str, counts))} |\n"


def page(rows: list[Row]) -> str:
    """The table, with its sums."""
    vision = [row for row in rows if row.name.startswith("torchvision")]
    convolutional = [row for row in vision if row.name.partition(":")[2].startswith(CLASSIFIERS)]
    others = [row for row in vision if row not in convolutional]
    text = "| models | tried | specs | without opaque | names and shapes | MACs | run | values |\n"
    text += f"{'|---' * 8}|\n"
    text += sums("torchvision, convolutional classifiers", convolutional)
    text += sums("torchvision, others", others) if others else ""
    text += sums("timm, convolutional", [row for row in rows if row.name.startswith("timm")])
    head = "| model | operations | opaque | lines | names | shapes | MACs | values | |\n"
    head += f"{'|---' * 9}|\n"
    return text + "\n" + head + "".join(f"{row.text()}\n" for row in rows)


def main() -> None:
    torch.set_num_threads(1)
    words = sys.argv[1:]
    file = Path(words.pop(words.index("--rows") + 1)) if "--rows" in words else None
    chosen = [word for word in words if not word.startswith("--")]
    kept = file.read_text(encoding="utf-8").splitlines() if file and file.exists() else []
    rows = {row.name: row for row in (Row(*json.loads(line)) for line in kept)}
    for name, make, size in () if "--write" in words else candidates():
        if (chosen and name not in chosen) or (not chosen and name in rows):
            continue
        start = time.monotonic()
        row = tried(name, make, size)
        if row is None:
            continue
        rows[name] = row
        print(f"{time.monotonic() - start:5.1f} s {row.text()}", flush=True)
        if file is not None:
            with file.open("a", encoding="utf-8") as opened:
                opened.write(json.dumps(row) + "\n")
    if not chosen:
        order = sorted(rows, key=lambda name: (name.startswith("timm"), name))
        text = PAGE.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        after = rest.partition(END)[2]
        table = page([rows[name] for name in order])
        PAGE.write_text(before + BEGIN + table + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
