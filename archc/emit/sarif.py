"""`--format sarif`: SARIF 2.1.0, for code scanning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from archc.emit.json import place
from archc.emit.render import call, help_word
from archc.emit.text import written_json
from archc.emit.words import label_words

if TYPE_CHECKING:
    from archc.diagnostics import Cure, Diagnostic
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
        text += f"\n{help_word(diagnostic)}: {diagnostic.help}"
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": "note" if diagnostic.severity == "advice" else diagnostic.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(diagnostic.span)}],
    }
    if diagnostic.labels:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": label_words(label, diagnostic)}}
            | {"physicalLocation": _location(label.span)}
            for number, label in enumerate(diagnostic.labels)
        ]
    if diagnostic.calls:
        result["codeFlows"] = [{"threadFlows": [{"locations": _flow(diagnostic)}]}]
    if diagnostic.cure is not None and diagnostic.cure.edits:
        result["fixes"] = [_fix(diagnostic, diagnostic.cure)]
    return result


def _flow(diagnostic: Diagnostic) -> list[dict[str, Any]]:
    """The way to the culprit: the calls, the outermost first, then the place itself."""
    steps = [(frame.span, call(frame, diagnostic.span)) for frame in reversed(diagnostic.calls)]
    steps.append((diagnostic.span, diagnostic.message))
    return [
        {"location": {"physicalLocation": _location(span), "message": {"text": text}}}
        for span, text in steps
    ]


def _fix(diagnostic: Diagnostic, cure: Cure) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in cure.edits:
        where = _location(edit.span)
        replacement = {"deletedRegion": where["region"], "insertedContent": {"text": edit.text}}
        changes.setdefault(where["artifactLocation"]["uri"], []).append(replacement)
    return {
        "description": {"text": diagnostic.help or diagnostic.message},
        "artifactChanges": [
            {"artifactLocation": {"uri": uri}, "replacements": replacements}
            for uri, replacements in changes.items()
        ],
    }


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
