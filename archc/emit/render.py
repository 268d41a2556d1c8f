"""A finding as text: the author's own lines, the culprit underlined, what explains it beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from archc.emit.snippet import Mark, snippet
from archc.emit.style import PLAIN, Style
from archc.emit.text import clean, plural

if TYPE_CHECKING:
    from archc.diagnostics import Diagnostic, Frame
    from archc.language.source import Source, Span

COLORS = {"error": "red", "warning": "yellow", "advice": "blue"}
MANY = 3
"""From so many findings in the same words on one is shown, with the lines of the others."""
SHOWN = 12
_CALLS = 6  # longer chains of calls are shown by their two ends


def render(diagnostic: Diagnostic, style: Style = PLAIN, also: Sequence[int] = ()) -> str:
    """One finding, without a newline at its end; `also` are the lines in which it is the same."""
    color = COLORS[diagnostic.severity]
    head = f"{diagnostic.severity}[{clean(diagnostic.code)}]"
    lines = [f"{style.paint(head, color)}{style.paint(f': {clean(diagnostic.message)}', 'bold')}"]
    groups = _by_file(diagnostic)
    gutter = max(len(str(mark.last)) for _, marks in groups for mark in marks)
    bar = style.paint(" " * (gutter + 1) + "|", "blue")
    for number, (source, marks) in enumerate(groups):
        first = marks[0]
        if number:
            lines.append(bar)
        arrow = style.paint(" " * gutter + "-->", "blue")
        lines.append(f"{arrow} {clean(source.name)}:{first.line}:{first.column}")
        lines.append(bar)
        lines.extend(snippet(source, marks, gutter, color, style))
    notes = [*(("", call) for call in calls(diagnostic)), *_help(diagnostic)]
    if also:
        notes.append(("", f"the same in lines {_listed(also)}"))
    if notes:
        lines.append(bar)
    for word, note in notes:
        sign = style.paint(" " * (gutter + 1) + "=", "blue")
        first_line, *more = note.split("\n")
        lines.append(f"{sign} {style.paint(word, 'bold')}{clean(first_line)}")
        indent = " " * (gutter + 3 + len(word))
        lines.extend(indent + clean(line) for line in more)
    return "\n".join(lines)


def render_all(diagnostics: Sequence[Diagnostic], style: Style = PLAIN) -> str:
    """All findings, a blank line between them, and the summary; "" where there is none."""
    if not diagnostics:
        return ""
    blocks = [render(one, style, also) for one, also in _once(diagnostics)]
    blocks.append(style.paint(summary(diagnostics), "bold"))
    return "\n\n".join(blocks) + "\n"


def _once(diagnostics: Sequence[Diagnostic]) -> list[tuple[Diagnostic, list[int]]]:
    """Findings as they are told: of many in the same words the first, and where the others are."""
    alike: dict[object, list[Diagnostic]] = {}
    for number, one in enumerate(diagnostics):
        words = (one.code, one.severity, one.message, one.help, one.span.source.name, one.span.text)
        alike.setdefault(number if one.calls or one.labels else words, []).append(one)
    told = {id(group[0]): [one.span.line for one in group[1:]] for group in alike.values()}
    many = {id(one) for group in alike.values() if len(group) >= MANY for one in group[1:]}
    return [
        (one, lines if len(lines := told.get(id(one), [])) + 1 >= MANY else [])
        for one in diagnostics
        if id(one) not in many
    ]


def _listed(lines: Sequence[int]) -> str:
    """`12, 15 and 18`; of very many the first."""
    shown = [str(line) for line in dict.fromkeys(lines)]
    if len(shown) > SHOWN:
        shown = [*shown[: SHOWN - 1], f"{len(shown) - SHOWN + 1} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning, 3 pieces of advice`."""
    severities = [diagnostic.severity for diagnostic in diagnostics]
    parts = [
        plural(severities.count(severity), severity)
        for severity in ("error", "warning")
        if severity in severities
    ]
    if "advice" in severities:
        parts.append(f"{plural(severities.count('advice'), 'piece')} of advice")
    return ", ".join(parts)


def distinct(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each finding once: a file that several others import is checked with each of them."""
    seen = set()
    result = []
    for diagnostic in diagnostics:
        span = diagnostic.span
        key = (diagnostic.code, span.source.name, span.start, span.end, diagnostic.message)
        if key not in seen:
            seen.add(key)
            result.append(diagnostic)
    return result


def _by_file(diagnostic: Diagnostic) -> list[tuple[Source, list[Mark]]]:
    """The marks of each file, the culprit's first; a label on the culprit itself is its text."""
    main = diagnostic.span
    text = ""
    others: list[Mark] = []
    for label in diagnostic.labels:
        if label.span == main and not text:
            text = label.text
        else:
            others.append(Mark(label.span, label.text, primary=False))
    groups: list[tuple[Source, list[Mark]]] = [(main.source, [Mark(main, text, primary=True)])]
    for mark in others:
        for source, marks in groups:
            if source is mark.source or source.name == mark.source.name:
                marks.append(mark)
                break
        else:
            groups.append((mark.source, [mark]))
    return groups


def calls(diagnostic: Diagnostic) -> list[str]:
    """The calls that led to a finding, a line each, innermost first; of many the two ends."""
    found = [call(frame, diagnostic.span) for frame in diagnostic.calls]
    if len(found) > _CALLS:
        hidden = len(found) - _CALLS + 1
        found[_CALLS // 2 : _CALLS // 2 + hidden] = [f"... through {hidden} more calls"]
    return found


def call(frame: Frame, culprit: Span) -> str:
    """One call, as in `in Residual(width=32) at stage32.0, called at line 23`."""
    arguments = ", ".join(f"{name}={value}" for name, value in frame.arguments)
    at = f" at {frame.path}" if frame.path else ""
    name = frame.span.source.name
    place = f"line {frame.span.line}"
    if name != culprit.source.name:
        place = f"{name}:{frame.span.line}"
    how = "called at" if frame.path else "defined at"
    return f"in {frame.definition}({arguments}){at}, {how} {place}"


def _help(diagnostic: Diagnostic) -> list[tuple[str, str]]:
    return [(f"{help_word(diagnostic)}: ", diagnostic.help)] if diagnostic.help else []


def help_word(diagnostic: Diagnostic) -> str:
    """What the advice of a finding is called: `help` tells a cure that was tried."""
    return "note" if diagnostic.cure is None else "help"
