"""Names without the import they need: of a file that others come from, or of a bundled spec."""

from __future__ import annotations

import re
from collections.abc import Container

from archc.diagnostics import Edit, Proposal
from archc.graph.cures.text import made
from archc.language import tree
from archc.language.source import Span

IMPORT = re.compile(r'^from[ \t]+("[^"\n]+")[ \t]+import[ \t]+(\w[\w, \t]*\w|\w)', re.MULTILINE)
FAMILY = re.compile(r"\b[A-Z]\w*[A-Z]\w*", re.ASCII)
"""Words of a text that may name a network: `ResNet`, `VGG16`, `DenseNet121`."""

FILES = 6
"""Specs that one name is looked for in."""


def imported(name: tree.Name, missing: Container[str]) -> tuple[Proposal, ...]:
    """`BasicBlock`, `ResNet50` without an import: which spec has it is found when each is tried.

    Names that are `missing` stand in an import that fails already.
    """
    if not name.id[:1].isupper():
        return ()
    return (*_beside(name, missing), *_anew(name))


def _beside(name: tree.Name, missing: Container[str]) -> tuple[Proposal, ...]:
    """In the imports that stand there."""
    source = name.span.source
    found = [
        (f"from {one[1]} import {one[2]}, {name.id}", Span(source, one.end(2), one.end(2)))
        for one in IMPORT.finditer(source.text)
        if re.split(r"\W", one[2])[0] not in missing
    ]
    return tuple(made(f"write `{line}`", Edit(at, f", {name.id}")) for line, at in found[:FILES])


def _anew(name: tree.Name) -> tuple[Proposal, ...]:
    """In an import of its own: from the spec of its family, or of one that the text names."""
    source = name.span.source
    files: dict[str, None] = {}
    for word in (name.id, *FAMILY.findall(source.text)):
        small = word.lower()
        files |= dict.fromkeys((small, re.sub(r"[\d_].*", "", small)))
    begin = re.match(r"(?:[ \t]*(?:#.*)?\n)*", source.text)
    place = begin.end() if begin else 0
    lines = [f'from "{file}" import {name.id}' for file in [*filter(None, files)][:FILES]]
    at = Span(source, place, place)
    return tuple(made(f"put `{line}` at the top", Edit(at, f"{line}\n")) for line in lines)
