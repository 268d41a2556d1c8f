"""What `archc explain conv` shows of a kind of layer, and `archc layers` of all."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from textwrap import wrap

from archc.emit.layers_page import default_text, takes, worked
from archc.emit.style import PLAIN, Style
from archc.emit.text import left, shorten, width
from archc.layers.arguments import Argument
from archc.layers.base import Layer
from archc.layers.registry import KINDS


def manual(kind: type[Layer], style: Style = PLAIN) -> str:
    """One kind: what it is, its arguments, a call with its arithmetic."""
    parts = [f"{style.paint(kind.keyword, 'bold')}: {inspect.getdoc(kind) or ''}"]
    if kind.arguments:
        rows = [
            (one.name, takes(one).replace("`", ""), _default(one), one.doc)
            for one in kind.arguments.values()
        ]
        parts.append("\n".join([style.paint("Arguments", "bold"), *_table(rows, style.width)]))
    call, shape, lines = worked(kind)
    told = [f"  input {shape}", f"  {call}", "", *(f"  {line}" for line in lines)]
    parts.append("\n".join([style.paint("Example", "bold"), *told]))
    return "\n\n".join(parts) + "\n"


def _default(argument: Argument) -> str:
    return "needed" if argument.required else default_text(argument)


def _table(rows: Sequence[tuple[str, ...]], room: int) -> list[str]:
    """Columns side by side; the last one goes on below itself."""
    *columns, _ = zip(*rows, strict=True)
    wide = [max(map(width, column)) for column in columns]
    indent = 2 + sum(wide) + 2 * len(wide)
    lines = []
    for *cells, last in rows:
        head = "  " + "".join(left(one, w) + "  " for one, w in zip(cells, wide, strict=True))
        first, *more = wrap(last, max(room - indent, 30)) or [""]
        lines += [(head + first).rstrip(), *(" " * indent + line for line in more)]
    return lines


def listing(words: Iterable[str], style: Style = PLAIN) -> str:
    """All kinds by their groups, a line each; of those alone that every word is about."""
    chosen = [kind for kind in KINDS.values() if _about(kind, words)]
    groups: dict[str, list[type[Layer]]] = {}
    for kind in chosen:
        groups.setdefault(kind.group, []).append(kind)
    column = max((width(kind.keyword) for kind in chosen), default=0)
    lines = []
    for group, kinds in groups.items():
        lines.append(style.paint(group, "dim"))
        for kind in kinds:
            told = shorten(_summary(kind), max(style.width - column - 4, 20))
            lines.append(f"  {style.paint(left(kind.keyword, column), 'bold')}  {told}")
    return "".join(f"{line}\n" for line in lines)


def _about(kind: type[Layer], words: Iterable[str]) -> bool:
    text = f"{kind.keyword} {kind.group} {inspect.getdoc(kind)}".lower()
    return all(word.lower() in text for word in words)


def _summary(kind: type[Layer]) -> str:
    """The first paragraph of what a kind says of itself, as one line."""
    return " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split())
