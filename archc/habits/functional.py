"""Layers called as functions: `x = self.pool(F.relu(self.conv1(x)))`, `x = conv(x)`.

PyTorch names layers in one place and runs them in another; here a layer stands where it runs. So
what `self.conv1 = nn.Conv2d(3, 6, 5)` tells is written where `self.conv1(x)` is called first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import on_one_line
from archc.habits.frameworks import framework_call, framework_chain, layer_call
from archc.habits.habit import split
from archc.habits.notation import WIDTHS_ARE_YOURS, expanded
from archc.habits.reassigned import DEFINITION
from archc.habits.shortcuts import (
    ASSIGNED,
    before_in_definition,
    branch,
    goes_around,
    in_a_block,
)
from archc.habits.words import CURRENT
from archc.language.source import Span
from archc.layers.registry import KINDS
from archc.layers.words import FOREIGN

CALL = re.compile(r"((?:\w+\.)*)([A-Za-z_]\w*)\((.*)\)\Z", re.ASCII | re.DOTALL)
LINE = re.compile(
    r"(?:(?:return\s+|(\w+)\s*[:=]\s*))?(.*\)(?:\s*\+\s*\w+)?)\Z", re.ASCII | re.DOTALL
)
OWN = re.compile(r"\bself\.(\w+)[ \t]*=[ \t]*(?=[\w.]+\()", re.ASCII)
ANY = ("f", "F", "g", "h", "fn", "func", "layers", "body", "branch", "block", "conv_block")
STAND_IN = "conv in.channels 3x3 pad=1"
"""What stands for a function of which the text says nothing: its input's shape comes out."""

LOCAL = (*CURRENT, "in", "input", "inp", "data", "img", "image", "z")


def called_as_functions(statement: Span, one_alone: bool = False) -> tuple[Proposal, ...]:
    """A call of layers on the current tensor as the chain it is, and a layer that is only named.

    One call of a framework's function is a habit like others, unless `one_alone` asks for it here.
    """
    text = statement.text
    named = OWN.match(text)
    if named is not None:
        return _named_only(statement, named[1])
    found = LINE.match(text)
    if found is None or "(" not in text:
        return ()
    functions = _Functions(statement)
    links = functions.chain(found[2])
    if links is None or not (functions.nested or functions.told or one_alone):
        return ()
    label = found[1] if found[1] and found[1] not in LOCAL else ""
    if label and ": " not in links[-1]:
        links[-1] = f"{label}: {links[-1]}"
    line = " -> ".join(links)
    again = Proposal(f"write `{line}`{functions.note}", Cure((Edit(statement, line),)))
    runs = tuple(functions.runs_already()) if len(links) == 1 else ()
    return (*runs, again)


def _named_only(statement: Span, name: str) -> tuple[Proposal, ...]:
    """`self.conv1 = nn.Conv2d(3, 6, 5)`, where `self.conv1(x)` runs it further below."""
    text = statement.source.text
    if re.search(r"^class\b", before_in_definition(statement)[1], re.MULTILINE):
        return ()
    call = re.compile(rf"\b(?:self\.)?{name}\(", re.ASCII).search(text, statement.end)
    border = DEFINITION.search(text, statement.end)
    if call is None or (border is not None and border.start() < call.start()):
        return ()
    line = statement.source.position(call.start())[0]
    help = f"take the line away: a layer stands where it runs, in line {line}"
    return (Proposal(help, Cure((Edit(statement, ""),))),)


class _Functions:
    """Calls of one statement, and what the text in front of it has named."""

    def __init__(self, statement: Span) -> None:
        self._statement = statement
        self._source = statement.source
        self._begin, self._before = before_in_definition(statement)
        self._named = dict(self._definitions())
        self._used: set[str] = set()
        self._label = ""
        self._invented = False
        self._unknown = ""
        self.nested = False
        self.told = False
        """Whether a call is of a layer that the text has named, or lacks a width."""

    @property
    def note(self) -> str:
        if self._unknown:
            return f", with the layers of `{self._unknown}` in place of the `{STAND_IN.split()[0]}`"
        return f", {WIDTHS_ARE_YOURS}" if self._invented else ""

    def _definitions(self) -> Iterator[tuple[str, str]]:
        for found in OWN.finditer(self._before):
            depth = 0
            for bracket in re.compile(r"[()]").finditer(self._before, found.end()):
                depth += 1 if bracket[0] == "(" else -1
                if depth == 0:
                    yield found[1], self._before[found.end() : bracket.end()]
                    break

    def runs_already(self) -> Iterator[Proposal]:
        """`x = conv1(x)` behind `conv1: conv 8 3x3`, which ran there."""
        if not self._label or re.search(rf"\b{self._label}\(", self._before):
            return
        place = re.search(rf"\b{self._label}:", self._before, re.ASCII)
        if place is not None:
            line = self._source.position(self._begin + place.start())[0]
            help = f"take the line away: `{self._label}` runs where it stands, in line {line}"
            yield Proposal(help, Cure((Edit(self._statement, ""),)))

    def chain(self, text: str) -> list[str] | None:
        """The links that a call stands for, the innermost first; None where one is not known."""
        terms = split(text, "+")
        if len(terms) > 1:
            return self._sum(terms)
        found = CALL.match(text.strip())
        if found is None:
            return None
        prefix, name, inside = found.groups()
        first, *rest = split(inside) or ["x"]
        links: list[str] | None = []
        if CALL.match(first) or len(split(first, "+")) > 1:
            self.nested = True
            links = self.chain(first)
        elif first == "in":
            self.told = True
        elif first not in LOCAL:
            links = self._value(first)
            if links is None and not prefix and (name in KINDS or name[:1].isupper()):
                links, rest = [], [first, *rest]  # `conv(width, 3x3)` reads what is current
        link = self._link(prefix, name, rest) if links is not None else None
        return None if links is None or link is None else [*links, link]

    def _value(self, name: str) -> list[str] | None:
        """What is read under a name: the value of the line above is current anyway."""
        assigned = ASSIGNED.findall(self._before)
        if name in assigned:
            self.told = True
            return [] if assigned[-1] == name else [f"from {name}"]
        return [f"from {name}"] if self._labelled(name) else None

    def _sum(self, terms: list[str]) -> list[str] | None:
        """`self.conv1(x) + x`: a branch for each."""
        branches = []
        for term in terms:
            chain = self.chain(term) if "(" in term else None
            one = " -> ".join(chain) if chain is not None else branch(term, self._before)
            if one is None:
                return None
            branches.append(one)
        if goes_around(terms, self._before) and in_a_block(self._before):
            branches = ["identity", "from input"]
        if len(set(branches)) < len(branches):
            return None
        self.nested = True
        return [f"add {{ {'; '.join(branches)} }}"]

    def _labelled(self, name: str) -> bool:
        known = name.isidentifier() and re.search(rf"\b{name}:", self._before, re.ASCII)
        return bool(known)

    def _link(self, prefix: str, name: str, rest: list[str]) -> str | None:
        inside = ", ".join(rest)
        if name in self._named:
            self.told = True
            return self._where_it_runs(name)
        if self._labelled(name) and not rest:
            self._label, self.told = name, True
            return f"share {name}"
        if re.search(rf"^block\s+{name}\b", self._source.text, re.MULTILINE):
            return f"{name}({inside})" if inside else name
        kind = KINDS.get(FOREIGN.get(name, name))
        if kind is not None and kind.many_inputs:
            return None
        own = kind is not None and not prefix
        layer = layer_call(name, inside) if own else None
        layer = layer or framework_call(f"{prefix or 'F.'}{name}({', '.join(['x', *rest])})")
        if layer is not None or rest:
            return layer
        return self._made_up(name)

    def _where_it_runs(self, name: str) -> str | None:
        """A layer that `self.conv1 = …` names, where it is called first; again where it is not."""
        line = framework_chain(on_one_line(self._named[name]))
        again = name in self._used or re.search(rf"\bself\.{name}\(", self._before) is not None
        if line is None:
            return None
        if again:
            return f"share {name}" if _learns(line) else line
        self._used.add(name)
        return f"{name}: {line}" if " -> " not in line else f"{name}: {{ {line} }}"

    def _made_up(self, name: str) -> str | None:
        """`conv1(x)` of which the text says nothing more."""
        word = name.rstrip("0123456789_")
        found = expanded({"linear": "fc", "lin": "fc"}.get(word, word) or name)
        if found is None and word in ANY and not self._unknown:
            self._unknown = name
            return STAND_IN
        if found is None:
            return None
        line, notes = found
        self.told = True
        self._invented |= bool(notes)
        if name == name.rstrip("0123456789"):
            return line
        *before, last = line.split(" -> ")
        return " -> ".join([*before, f"{name}: {last}"])


def _learns(line: str) -> bool:
    """Whether layers have weights, so that the same ones must run again."""
    kinds = [KINDS.get(link.split()[0]) for link in line.split(" -> ")]
    return any(one is None or one.counted or one.group == "normalisation" for one in kinds)
