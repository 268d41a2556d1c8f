"""Every verb on the hostile texts: the longest time of the processor, and the most memory."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.paired import line
from tests.robustness.full import FULL, LARGE
from tests.robustness.hostile import SMALL
from tests.robustness.process import CHECKS, PAGES, PICTURES, Answer, answer

MANY = (["check", "@"], ["check", "@", "--format", "json"], ["sizes", "@"], ["build", "@"])
"""What is asked of the texts with up to a hundred thousand layers."""
LONG = 120  # seconds, after which a verb is ended


def main() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        line("each verb, over all small texts", "CPU seconds", "peak memory", "on")
        for verb in (*CHECKS, *PICTURES, *PAGES):
            worst(verb, folder)
        line("each text near the limits", "CPU seconds", "peak memory", "status")
        for label, text in LARGE.items():
            for verb in MANY:
                given = ask(verb, text, folder)
                line(f"{label}: {' '.join(verb[:1] + verb[2:])}", *shown(given), str(given.status))


def worst(verb: list[str], folder: Path) -> None:
    """A line about the text that takes the verb longest."""
    texts = {**SMALL, **{f"full: {label}": text for label, text in FULL.items()}}
    given = {label: ask(verb, text, folder) for label, text in texts.items()}
    slowest = max(given, key=lambda label: given[label].seconds)
    memory = max(one.mebibytes for one in given.values())
    line(" ".join(verb[:1] + verb[2:]), *shown(given[slowest]._replace(mebibytes=memory)), slowest)


def ask(verb: list[str], text: str, folder: Path) -> Answer:
    (folder / "text.arch").write_text(text, encoding="utf-8")
    return answer(verb, "text.arch", folder, LONG)


def shown(given: Answer) -> tuple[str, str]:
    return f"{given.seconds:.2f}", f"{given.mebibytes:.0f} MiB"
