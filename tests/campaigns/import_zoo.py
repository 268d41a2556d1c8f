"""What becomes of the public model collections: `python -m tests.campaigns.import_zoo`.

Imports every classifier of torchvision and a cross-section of timm's convolutional models, and
writes what was found into docs/import.md. Values are compared of models up to a size; a whole run
takes half an hour. With names as arguments (`timm:dla34`), only those are tried, and nothing is
written.
"""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch

from archc.importer.model import Unreadable
from archc.importer.torch import import_model
from tests.importer.zoo import models

PAGE = Path(__file__).parents[2] / "docs" / "import.md"
BEGIN, END = "<!-- zoo -->\n", "<!-- end of zoo -->\n"
LARGEST_RUN = 15_000_000
TIMM = (
    *("resnet10t", "resnet26d", "resnetv2_50", "seresnet50", "skresnet18", "ecaresnet26t"),
    *("resnest14d", "res2net50_26w_4s", "mobilenetv2_050", "mobilenetv3_small_050"),
    *("efficientnet_lite0", "tf_efficientnet_b0", "mixnet_s", "ghostnet_050"),
    *("regnetx_002", "convnext_atto", "convnextv2_atto", "dpn48b", "dla34", "dla46_c"),
    *("hrnet_w18_small", "inception_v4", "inception_resnet_v2", "xception41", "vgg11_bn"),
    *("vovnet39a", "ese_vovnet19b_dw", "cspresnet50", "cspdarknet53", "darknet53"),
    *("rexnet_100", "repvgg_a0", "mobileone_s0", "hardcorenas_a", "fbnetc_100"),
    *("mnasnet_050", "spnasnet_100", "selecsls42b", "nfnet_f0", "dm_nfnet_f0", "gernet_s"),
    *("legacy_senet154", "pnasnet5large", "tresnet_m", "hgnet_tiny", "lcnet_050"),
    *("tinynet_a", "edgenext_xx_small", "poolformer_s12", "convmixer_768_32"),
    *("efficientnet_es", "efficientnetv2_rw_t", "semnasnet_075", "resnext50_32x4d"),
    *("wide_resnet50_2", "resnetblur50", "gcresnet33ts", "botnet26t_256"),
    *("densenetblur121d"),
)


class Row(NamedTuple):
    """One model: `agreed` and `failed` are what the proof says, `problem` why there is no spec."""

    name: str
    operations: int
    lines: int
    agreed: tuple[str, ...]
    failed: tuple[str, ...]
    problem: str

    def text(self) -> str:
        if self.problem:
            return f"| {self.name} | | | | | | | {self.problem} |"
        told = " ".join(self.agreed)
        marks = ["names and shapes" in told, "shapes of" in told, "MACs" in told]
        ran = "values" in told or any("value" in one or "module" in one for one in self.failed)
        values = ("yes" if "values" in told else "no") if ran else "-"
        cells = ["yes" if mark else "no" for mark in marks]
        why = "; ".join(self.failed).replace("|", "\\|")[:120]
        row = [self.name, f"{self.operations:,}", str(self.lines), *cells, values, why]
        return f"| {' | '.join(row)} |"


def candidates() -> Iterator[tuple[str, Callable[[], Any], tuple[int, ...]]]:
    """Names, what makes the models, and the sizes of their inputs."""
    torchvision = models()
    for name in torchvision.list_models(module=torchvision):
        builder = torchvision.get_model_builder(name)
        if name in ("googlenet", "inception_v3"):
            builder = functools.partial(builder, init_weights=False)
        side = 299 if name == "inception_v3" else 224
        yield f"torchvision:{name}", builder, (3, side, side)
    try:
        import timm
    except ImportError:
        return
    for name in TIMM:
        if timm.is_model(name):
            config = timm.get_pretrained_cfg(name)
            size = tuple(config.input_size) if config is not None else (3, 224, 224)
            yield f"timm:{name}", functools.partial(timm.create_model, name), size


def tried(name: str, make: Callable[[], Any], size: tuple[int, ...]) -> Row:
    short = name.partition(":")[2]
    try:
        with torch.device("meta"):
            small = sum(one.numel() for one in make().parameters()) <= LARGEST_RUN
    except Exception:
        small = False
    try:
        imported, proof = import_model(make, short, name, [size], values=small)
    except Unreadable as problem:
        return Row(name, 0, 0, (), (), problem.message.replace("|", "\\|")[:150])
    assert proof is not None
    lines = sum(bool(line.strip()) for line in imported.text.splitlines())
    agreed, failed = tuple(proof.agreed), tuple(proof.failed)
    return Row(name, len(imported.operations), lines, agreed, failed, "")


def page(rows: list[Row]) -> str:
    """The table, with its sums."""
    parts = []
    for collection in ("torchvision", "timm"):
        own = [row for row in rows if row.name.startswith(collection)]
        written = [row for row in own if not row.problem]
        whole = [row for row in written if not row.failed]
        run = [row for row in whole if any("values" in one for one in row.agreed)]
        parts.append(
            f"{collection}: {len(own)} models; {len(written)} specs written, {len(whole)} of which "
            f"agree with the model in all that was compared, {len(run)} in values as well.\n"
        )
    head = "| model | operations | lines | names | shapes | MACs | values | |\n"
    head += f"{'|---' * 8}|\n"
    return "\n".join(parts) + "\n" + head + "".join(f"{row.text()}\n" for row in rows)


def main() -> None:
    torch.set_num_threads(1)
    rows = []
    for name, make, size in candidates():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        start = time.monotonic()
        row = tried(name, make, size)
        rows.append(row)
        print(f"{time.monotonic() - start:5.1f} s {row.text()}", flush=True)
    if not sys.argv[1:]:
        text = PAGE.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(before + BEGIN + page(rows) + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
