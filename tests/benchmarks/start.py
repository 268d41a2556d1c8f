"""CPU time of whole runs of `archc check`, against the start of a bare interpreter."""

from __future__ import annotations

from tests.benchmarks.paired import compare, line, milliseconds, process, processor

ROUNDS = 40
SPECS = ("lenet5", "vgg16", "resnet152", "resnet", "densenet")


def main() -> None:
    bare = process("-c", "pass")
    lean = process("-I", "-S", "-c", "pass")
    line("", "archc", "interpreter", "ratio")
    runs = {f"check specs/{one}.arch": ("check", f"specs/{one}.arch") for one in SPECS}
    for name, words in {**runs, "--help": ("--help",)}.items():
        run = process("-m", "archc", *words)
        ours, theirs, ratio = compare(run, bare, ROUNDS, warm=3, clock=processor)
        line(name, milliseconds(ours), milliseconds(theirs), f"{ratio:.2f} x")
    ours, theirs, _ = compare(bare, lean, ROUNDS, warm=3, clock=processor)
    line("(the interpreter, with and without site)", *map(milliseconds, (ours, theirs)))
