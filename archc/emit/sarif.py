"""`--format sarif`: SARIF 2.1.0, for code scanning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from archc.emit.json import place
from archc.emit.text import written_json

if TYPE_CHECKING:
    from archc.diagnostics import Diagnostic
    from archc.language.source import Span


def sarif(diagnostics: Sequence[Diagnostic], ascii: bool = False) -> str:
    """One log of one run, with a newline at its end."""
    from archc._version import __version__
    from archc.explanations import title

    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    driver = {
        "name": "archc",
        "version": __version__,
        "rules": [
            {"id": code, "shortDescription": {"text": title(code) or code}} for code in codes
        ],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, codes.index(one.code)) for one in diagnostics],
            }
        ],
    }
    return written_json(log, ascii)


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    text = diagnostic.message
    if diagnostic.help:
        text += f"\nhelp: {diagnostic.help}"
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(diagnostic.span)}],
    }
    if diagnostic.labels:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": label.text}}
            | {"physicalLocation": _location(label.span)}
            for number, label in enumerate(diagnostic.labels)
        ]
    return result


def _location(span: Span) -> dict[str, Any]:
    at = place(span)
    return {
        "artifactLocation": {"uri": _uri(at["file"])},
        "region": {
            "startLine": at["line"],
            "startColumn": at["column"],
            "endLine": at["end_line"],
            "endColumn": at["end_column"],
        },
    }


def _uri(name: str) -> str:
    from urllib.parse import quote

    path = quote(name.replace("\\", "/").encode("utf-8", "surrogateescape"), safe="/")
    return f"file://{path}" if path.startswith("/") else path
