"""A whole run of `archc check specs/vgg16.arch`, against the start of a bare interpreter."""

from __future__ import annotations

from tests.benchmarks.paired import compare, line, milliseconds, process

ROUNDS = 40


def main() -> None:
    bare = process("-c", "pass")
    lean = process("-I", "-S", "-c", "pass")
    line("", "archc", "interpreter", "ratio")
    for spec in ("specs/vgg16.arch", "specs/resnet152.arch", "specs/resnet.arch"):
        check = process("-m", "archc", "check", spec)
        ours, theirs, ratio = compare(check, bare, ROUNDS, warm=3)
        line(f"check {spec}", milliseconds(ours), milliseconds(theirs), f"{ratio:.2f} x")
    ours, theirs, ratio = compare(process("-m", "archc", "--help"), bare, ROUNDS, warm=3)
    line("--help", milliseconds(ours), milliseconds(theirs), f"{ratio:.2f} x")
    ours, theirs, ratio = compare(bare, lean, ROUNDS, warm=3)
    line("(the interpreter, with and without site)", *map(milliseconds, (ours, theirs)))
