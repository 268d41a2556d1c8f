"""Bundled networks without the import they need: `resnet.ResNet50`, `models.resnet50()`, `vgg16`.

Which of them there are is not known here: an import is proposed, and tried like any other cure.
"""

from __future__ import annotations

import re
from functools import lru_cache

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.habit import everywhere
from archc.language.source import Source, Span
from archc.named import NamedTuple

FAMILIES = {
    **{"alexnet": "AlexNet", "vgg": "VGG", "resnet": "ResNet", "resnext": "ResNeXt"},
    **{"densenet": "DenseNet", "googlenet": "GoogLeNet", "dpn": "DPN", "lenet": "LeNet"},
}
"""Families by their names in small letters, and as their networks are written."""

HEAD = r"(?:^|(?<=[;{\n>]))[ \t]*(?:\w+:[ \t]*)?(?:\w+[ \t]*=[ \t]*)?"
USE = re.compile(
    rf"{HEAD}((?:(\w+)(?:\.|::)(?:\w+\.)*)?((?i:{'|'.join(FAMILIES)}))_?(\d*)(_\w+)?)"
    r"(\([^()\n]*\))?[ \t]*(?=$|;|\}|->|#)",
    re.ASCII | re.MULTILINE,
)
"""A statement that is the name of such a network, in front of which a module may stand."""

IMPORT = re.compile(
    r"^(?:(?:import|include|use|using|require|#include)\b[^\n]*"
    r"|from[ \t]+[\w.]+[ \t]+import\b[^\n]*)$",
    re.MULTILINE,
)
"""A line that brings names from elsewhere as other languages have it."""


class Used(NamedTuple):
    """A network where it is used: the place, its name, and the files that may hold it."""

    span: Span
    name: str
    files: tuple[str, ...]


def bundled_networks(place: Span) -> tuple[Proposal, ...]:
    """The import of the networks that a text uses, and their names where they are used."""
    source = place.source
    imports = [Span(source, *found.span()) for found in everywhere(IMPORT, source)]
    used = _used(source)
    places = [*imports, *(one.span for one in used)]
    if not used or not any(one.start <= place.start < one.end for one in places):
        return ()
    return tuple(
        _imported(source, imports, used, choice)
        for choice in range(max(len(o.files) for o in used))
    )


@lru_cache(maxsize=4)  # each of the findings in a file asks
def _used(source: Source) -> tuple[Used, ...]:
    used = []
    for found in USE.finditer(source.text):
        module, family, number, rest = found.group(2, 3, 4, 5)
        own = FAMILIES[family.lower()]
        name = f"{own}{number}{rest or ''}"
        if re.search(rf"^(?:block|network)[ \t]+{name}\b", source.text, re.MULTILINE):
            continue
        stem = family.lower()
        small = (module or "").lower()
        files = dict.fromkeys(one for one in (small, f"{stem}{number}", stem) if stem in one)
        end = found.end(6) if found[6] is not None else found.end(1)
        used.append(Used(Span(source, found.start(1), end), name, tuple(files)))
    return tuple(used)


def _imported(source: Source, imports: list[Span], used: tuple[Used, ...], choice: int) -> Proposal:
    """One import for each file, in the place of the first foreign one or in front of all."""
    names: dict[str, list[str]] = {}
    for one in used:
        known = names.setdefault(one.files[min(choice, len(one.files) - 1)], [])
        if one.name not in known:
            known.append(one.name)
    lines = [f'from "{file}" import {", ".join(found)}' for file, found in names.items()]
    text = "\n".join(lines)
    begin = re.match(r"(?:[ \t]*(?:#.*)?\n)*", source.text)
    at = begin.end() if begin is not None else 0
    edits = [Edit(Span(source, at, at), f"{text}\n")]
    help = f"put `{'; '.join(lines)}` at the top"
    if imports:
        edits = [Edit(imports[0], text), *(Edit(span, "") for span in imports[1:])]
        help = f"write `{'; '.join(lines)}`"
    renamed = [one for one in used if one.span.text != one.name]
    edits += [Edit(one.span, one.name) for one in renamed]
    told = " and ".join(dict.fromkeys(f"`{one.name}`" for one in renamed))
    return Proposal(help + (f", and {told} where it runs" if renamed else ""), Cure(tuple(edits)))
