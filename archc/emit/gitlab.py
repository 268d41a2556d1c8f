"""`--format gitlab`: a Code Quality report, which a merge request shows at its lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.emit.text import written_json
from archc.emit.words import words

if TYPE_CHECKING:
    from archc.diagnostics import Diagnostic

_SEVERITIES = {"error": "major", "warning": "minor", "advice": "info"}


def gitlab(diagnostics: Sequence[Diagnostic], ascii: bool = False) -> str:
    """A JSON list, an object for each finding, with a newline at its end.

    The fingerprint of a finding hangs on its code, file and message, not on its line, so that it
    stays the same while text above it changes; a second alike has one of its own.
    """
    from hashlib import sha256

    seen: dict[str, int] = {}
    entries = []
    for one in diagnostics:
        source = one.span.source
        identity = "\0".join((one.code, source.name, one.message))
        seen[identity] = seen.get(identity, 0) + 1
        identity += f"\0{seen[identity]}"
        end = source.position(max(one.span.end - 1, one.span.start))[0]
        entries.append(
            {
                "description": one.message,
                "content": {"body": "\n".join(words(one))},
                "check_name": one.code,
                "fingerprint": sha256(identity.encode("utf-8", "surrogatepass")).hexdigest(),
                "severity": _SEVERITIES[one.severity],
                "location": {
                    "path": source.name.replace("\\", "/"),
                    "lines": {"begin": one.span.line, "end": end},
                },
            }
        )
    return written_json(entries, ascii)
