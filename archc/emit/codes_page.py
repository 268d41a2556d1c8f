"""The page of all messages, `docs/messages.md`, made from the explanations.

python -m archc.emit.codes_page > docs/messages.md
"""

from __future__ import annotations

import sys

from archc.explanations import codes, page, severity_of, title

HEAD = """# Messages

Every message of archc has a code. This page is what `archc explain CODE` tells of each
(`python -m archc.emit.codes_page`, and a test keeps it fresh); `archc codes` lists them. Errors are
always told. A warning marks what is legal and rarely meant. Advice says what might be built better,
and is told with `--advise` alone. `--select`, `--ignore`, `# allow: CODE` and `# allow-file: CODE`
choose which warnings and advice are told.
"""


def text() -> str:
    """The whole page."""
    groups = {"Warnings": "warning", "Advice": "advice", "Errors": "error"}
    found = {
        head: [code for code in codes() if severity_of(code) == severity]
        for head, severity in groups.items()
    }
    parts = [HEAD]
    for head, named in found.items():
        parts.append(f"\n| {head.lower()} | |\n|---|---|\n")
        parts += [f"| [`{code}`](#{code}) | {title(code)} |\n" for code in named]
    for head, named in found.items():
        parts.append(f"\n## {head}\n")
        parts += [section(code) for code in named]
    return "".join(parts)


def section(code: str) -> str:
    """One code: its page, with headings that fit in here and examples that are tested here."""
    severity = severity_of(code)
    promise = f" {severity}={code}"
    says = title(code) or code
    lines = [f"\n### {code}", "", f"{says[0].upper()}{says[1:]}."]
    body = (page(code) or "").split("\n")[1:]
    told = "\n".join(body)
    for line in body:
        if line.startswith("## "):
            lines.append(f"{line.removeprefix('## ')}:")
            promise = f" {severity}={code}" if "gives" in line.lower() else ""
        elif line.startswith("```arch"):
            # What others import, a page cannot hold.
            lines.append("```text" if 'from "' in told else f"```arch{promise}")
        else:
            lines.append(line)
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
