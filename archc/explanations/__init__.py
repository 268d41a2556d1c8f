"""The catalogue of codes: a page each, `CODE.md`, read by `archc explain CODE`.

A page is a title line, prose, and two examples: one that gives the message and one that does not.
"""

from __future__ import annotations

import os

from archc.diagnostics import ADVICE, Severity

WARNINGS = frozenset(
    {
        "before-activation",
        "bias-before-norm",
        "empty-network",
        "further-result",
        "implausible",
        "lone-layer",
        "same-branches",
        "short-label",
        "short-memory",
        "single-branch",
        "single-value",
        "skipped-pixels",
        "stride-exceeds-window",
        "stride-mismatch",
        "unjudged-claim",
        "unread-value",
        "unused-arm",
        "unused-name",
        "unused-parameter",
        "useless-allow",
        "window-in-padding",
    }
)
"""The codes of what is legal and rarely meant; those of neither them nor `ADVICE` are errors."""

_FOLDER = os.path.dirname(os.path.abspath(__file__))


def severity_of(code: str) -> Severity:
    """How severe what a code says is."""
    return "warning" if code in WARNINGS else "advice" if code in ADVICE else "error"


def codes() -> list[str]:
    """Every code that has a page, sorted."""
    return sorted(file[:-3] for file in os.listdir(_FOLDER) if file.endswith(".md"))


def page(code: str) -> str | None:
    """The page of a code, or None."""
    if not code or not code.replace("-", "").isalnum():
        return None
    try:
        with open(os.path.join(_FOLDER, f"{code}.md"), encoding="utf-8") as file:
            return file.read()
    except OSError:
        return None


def title(code: str) -> str | None:
    """What a code says in a line."""
    text = page(code)
    if text is None:
        return None
    return text.partition("\n")[0].removeprefix("# ").partition(": ")[2] or None


def examples(code: str) -> tuple[list[str], list[str]]:
    """The examples of a page that give the message, and those that do not."""
    bad: list[str] = []
    good: list[str] = []
    into = bad
    block: list[str] | None = None
    for line in (page(code) or "").splitlines():
        if block is not None:
            if line.startswith("```"):
                into.append("\n".join(block) + "\n")
                block = None
            else:
                block.append(line)
        elif line.startswith("```arch"):
            block = []
        elif line.startswith("## "):
            into = bad if "gives" in line.lower() else good
    return bad, good
