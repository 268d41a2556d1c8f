"""Every verb on the hostile texts: the longest time of the processor, and the most memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.paired import line
from tests.robustness.full import FULL, LARGE
from tests.robustness.hostile import SMALL
from tests.robustness.process import VERBS, Answer, answers

MANY = (["check", "@"], ["check", "@", "--format", "json"], ["sizes", "@"], ["build", "@"])
"""What is asked of the texts with up to a hundred thousand layers."""
LONG = 120  # seconds, after which a verb is ended


def main() -> None:
    small(VERBS, {**SMALL, **{f"full: {label}": text for label, text in FULL.items()}})
    large(MANY, LARGE)


def small(verbs: Sequence[list[str]], texts: Mapping[str, str]) -> None:
    """A line a verb, about the text that takes it longest."""
    given = {label: asked(verbs, text) for label, text in texts.items()}
    line("each verb, over all small texts", "CPU seconds", "peak memory", "on")
    for number, verb in enumerate(verbs):
        slowest = max(given, key=lambda label: given[label][number].seconds)
        memory = max(several[number].mebibytes for several in given.values())
        line(spoken(verb), *shown(given[slowest][number]._replace(mebibytes=memory)), slowest)


def large(verbs: Sequence[list[str]], texts: Mapping[str, str]) -> None:
    """A line for each text and verb."""
    line("each text near the limits", "CPU seconds", "peak memory", "status")
    for label, text in texts.items():
        for verb, given in zip(verbs, asked(verbs, text), strict=True):
            line(f"{label}: {spoken(verb)}", *shown(given), str(given.status))


def asked(verbs: Sequence[list[str]], text: str) -> list[Answer]:
    """What became of each verb; the text is checked once for all that begin with that."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "text.arch").write_text(text, encoding="utf-8")
        return answers(verbs, "text.arch", folder, LONG)


def spoken(verb: list[str]) -> str:
    return " ".join(verb[:1] + verb[2:])


def shown(given: Answer) -> tuple[str, str]:
    return f"{given.seconds:.2f}", f"{given.mebibytes:.0f} MiB "
