"""What became of one public model, and the table of them all in docs/import.md."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[2] / "docs" / "import.md"
BEGIN, END = "<!-- zoo -->\n", "<!-- end of zoo -->\n"
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


def read(files: Iterable[Path]) -> dict[str, Row]:
    """Rows by name; of a model in several files the last one."""
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return {row.name: row for row in (Row(*json.loads(line)) for line in lines)}


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


def table(found: Iterable[Row]) -> str:
    """A line a model, below the sums."""
    rows = sorted(found, key=lambda row: (row.name.startswith("timm"), row.name))
    vision = [row for row in rows if row.name.startswith("torchvision")]
    convolutional = [row for row in vision if row.name.partition(":")[2].startswith(CLASSIFIERS)]
    parts = {
        "torchvision, convolutional classifiers": convolutional,
        "torchvision, others": [row for row in vision if row not in convolutional],
        "timm, convolutional": [row for row in rows if row.name.startswith("timm")],
    }
    text = "| models | tried | specs | without opaque | names and shapes | MACs | run | values |\n"
    text += f"{'|---' * 8}|\n"
    text += "".join(sums(title, part) for title, part in parts.items() if part)
    head = "| model | operations | opaque | lines | names | shapes | MACs | values | |\n"
    head += f"{'|---' * 9}|\n"
    return text + "\n" + head + "".join(f"{row.text()}\n" for row in rows)


def write(rows: Iterable[Row]) -> None:
    """Puts the table into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + BEGIN + table(rows) + END + after, encoding="utf-8")
