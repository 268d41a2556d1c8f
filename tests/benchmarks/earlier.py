"""`archc check` now and at an earlier commit, by the processor time of whole runs.

    python -m tests.benchmarks.earlier COMMIT [SPEC …]

The two take turns. The specs are those of now, so what they say has to be known to both.
"""

from __future__ import annotations

import compileall
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from statistics import median

from tests.benchmarks.paired import ROOT, environment, line, milliseconds, processor

ROUNDS = 60
SPECS = ("specs/vgg16.arch", "specs/resnet152.arch", "specs/googlenet.arch", "specs/densenet.arch")


def check(root: Path, spec: str) -> float:
    """Seconds of processor time, those of the system for it included."""
    command = [sys.executable, "-m", "archc", "check", str(ROOT / spec)]
    into = subprocess.DEVNULL
    settings = environment(root)
    return processor(
        lambda: subprocess.run(command, cwd=root, env=settings, check=True, stdout=into)
    )


def main(commit: str, *specs: str) -> None:
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
            files.extractall(root, filter="data")
        for one in (root, ROOT):
            compileall.compile_dir(one / "archc", quiet=1)
        line("", commit, "now", "ratio")
        for spec in specs or SPECS:
            pairs = [(check(root, spec), check(ROOT, spec)) for _ in range(ROUNDS)]
            times = [milliseconds(median(side)) for side in zip(*pairs, strict=True)]
            ratio = median(now / then for then, now in pairs)
            line(f"check {spec}", *times, f"{ratio:.2f} x")


if __name__ == "__main__":
    main(*sys.argv[1:])
