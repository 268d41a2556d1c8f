"""In this process: from a text to all of its figures."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from statistics import median

from archc.check import Checked, Options, check
from archc.files import Files
from archc.language.source import Source
from tests.benchmarks.paired import ROOT, line, milliseconds

ROUNDS = 15


def job(name: str, network: str | None = None) -> Callable[[], Checked]:
    path = ROOT / "specs" / f"{name}.arch"
    text = path.read_text(encoding="utf-8")

    def run() -> Checked:
        return check(Source(text, str(path)), Options(network), Files().imported)

    return run


def main() -> None:
    line("", "median CPU", "best CPU", "layers")
    for name, network in (
        ("vgg16", None),
        ("resnet50", None),
        ("resnet152", None),
        ("densenet", "DenseNet201"),
        ("googlenet", "GoogLeNet"),
    ):
        run = job(name, network)
        result = run()
        assert not [one for one in result.diagnostics if one.severity == "error"]
        times = []
        for _ in range(ROUNDS):
            gc.collect()
            begin = time.process_time()
            run()
            times.append(time.process_time() - begin)
        layers = len(result.networks[0].graph.nodes) - 1
        line(network or name, milliseconds(median(times)), milliseconds(min(times)), f"{layers}")
