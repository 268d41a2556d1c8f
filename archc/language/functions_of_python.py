"""`def block(x):` and `class Block(nn.Module):` with deeper lines: the block that they are here."""

from __future__ import annotations

import re

from archc.language import kinds as k
from archc.language.indentation import deeper_end
from archc.language.said import Said
from archc.language.tokens import Edits, Tokens

HEAD = re.compile(
    r"(?:def|class|fn|function|module|model)\s+([A-Za-z_]\w*)[ \t]*(?:\(([^()\n]*)\))?"
    r"[ \t]*(?:->[^:\n{]*)?([:{])",
    re.ASCII,
)
AROUND = re.compile(r"^(?:network|block)\b", re.MULTILINE)
ENTERS = frozenset(
    (
        "self",
        "x",
        "input",
        "inputs",
        "inp",
        "tensor",
        "out",
        "in_channels",
        "inplanes",
        "in_planes",
        "in_ch",
    )
)
"""What a block is not given: the current tensor, and its channels."""


def as_block(tokens: Tokens, first: int, note: str) -> Said | None:
    """The definition that begins at a token as a block, renamed where it is called."""
    text, start = tokens.source.text, tokens.starts[first]
    head = HEAD.match(text, start)
    end = deeper_end(text, start) if head is not None else None
    if head is None or (head[3] == ":" and end is None):
        return None
    name = "".join(part[:1].upper() + part[1:] for part in head[1].split("_"))
    line = f"{'network' if head[0].startswith('model') else 'block'} {name}{parameters(head[2])} {{"
    inside = [one.start() for one in AROUND.finditer(text, 0, start)]
    begin = text.rfind("\n", 0, start) + 1
    closing = _closing(tokens, head.end() - 1) if head[3] == "{" else end
    if inside and begin < start and not text[begin:start].strip() and closing:
        body = _without_returns(text[head.end() : closing].rstrip())
        moved = "\n".join(one.removeprefix(text[begin:start]) for one in body.split("\n"))
        gone = closing
        if head[3] == "{":
            line_end = text.find("\n", closing)
            gone = line_end + 1 if not text[closing + 1 : line_end].strip() else closing + 1
        edits = [(inside[-1], inside[-1], f"{line}{moved}\n}}\n\n"), (begin, gone, "")]
        edits += _renamed(text, gone, head[1], name)
        help = f"put it in front of the network, as `{line} … }}`"
        return Said(f"there is no `def` here: {note}", help, _apart(edits))
    edits = [(start, head.end(), line)]
    if head[3] == ":" and end is not None:
        body = text[head.end() : end]
        for found in re.finditer(r"\n[ \t]*return\b[^\n]*", body):
            edits.append((head.end() + found.start(), head.end() + found.end(), ""))
        edits.append((end, end, "\n}"))
    edits += _renamed(text, head.end(), head[1], name)
    closed = ", and `}` behind its last statement" if head[3] == ":" else ""
    word = text[start:].split(None, 1)[0]
    return Said(f"there is no `{word}` here: {note}", f"write `{line}`{closed}", _apart(edits))


def _closing(tokens: Tokens, brace: int) -> int | None:
    """Where the brace that stands at a place is closed."""
    depth = 0
    for kind, start in zip(tokens.kinds, tokens.starts, strict=False):
        if start < brace:
            continue
        depth += (kind == k.BRACE) - (kind == k.BRACE_CLOSE)
        if depth == 0:
            return start
    return None


def _without_returns(body: str) -> str:
    return re.sub(r"\n[ \t]*return\b[^\n]*", "", body)


def _renamed(text: str, begin: int, word: str, name: str) -> list[tuple[int, int, str]]:
    """The calls behind a place, by the name that the block has."""
    if name == word:
        return []
    called = re.compile(rf"(?<![\w.\"']){word}\b(?:\(x\))?", re.ASCII)
    return [(found.start(), found.end(), name) for found in called.finditer(text, begin)]


def parameters(text: str | None) -> str:
    """The parameters that a block has: without types, and without what enters."""
    kept = []
    for part in (text or "").split(","):
        name, equals, default = part.partition("=")
        name = name.partition(":")[0].strip()
        if re.fullmatch(r"[a-z_]\w*", name, re.ASCII) and name not in ENTERS:
            value = default.strip()
            value = value.lower() if value in ("True", "False", "None") else value
            kept.append(f"{name} = {value}" if equals else name)
    return f"({', '.join(kept)})" if kept else ""


def _apart(edits: list[tuple[int, int, str]]) -> Edits:
    """The edits in order, without those inside others."""
    found: list[tuple[int, int, str]] = []
    for one in sorted(edits):
        if not found or one[0] >= found[-1][1]:
            found.append(one)
    return tuple(found)
