"""A file with its imports: which definition a name at the top level means, and where it lives."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from archc.diagnostics import Diagnostic, Label, Proposal
from archc.graph import cures
from archc.graph.borrowed import Borrowing, borrowing
from archc.graph.recursion import find_recursion
from archc.graph.report import Report
from archc.language import tree
from archc.language.parser import parse
from archc.language.source import Source

Reader = Callable[[str, Source], Source]
MOST_IMPORTS = 32

Named = tree.Block | tree.Network | tree.BlockAlias | tree.Member


class ReadError(Exception):
    """An imported file that cannot be read; the message says why."""


class Module:
    """One file and what its top-level names mean; `failed` tells whether it has syntax errors."""

    def __init__(self, program: tree.Program, failed: bool) -> None:
        self.program = program
        self.text = program  # as the parser left it, with what a mistake touches
        self.failed = failed
        self.names: dict[str, tuple[Module, Named]] = {}
        self.values: dict[str, Any] = {}  # top-level `let`s, worked out by the elaborator
        self.aliases: dict[str, Any] = {}  # what `NAME = BLOCK(…)` is worth, likewise
        self.imported: list[Module] = []
        self.elaborated = False
        self.recursive: set[str] = set()  # names that lead back to themselves
        self.missing: set[str] = set()  # names that a failed import would have brought

    @cached_property
    def borrowing(self) -> Borrowing:
        """Which activations must not write over their input, whatever the arguments are."""
        return borrowing(self)

    def reached(self) -> list[Module]:
        """This file, and all that it imports, each once."""
        waiting, found = [self], {id(self): self}
        while waiting:
            for one in waiting.pop().imported:
                if id(one) not in found:
                    found[id(one)] = one
                    waiting.append(one)
        return list(found.values())


def link(source: Source, read: Reader, report: Report) -> Module:
    """Parses a file and, through `read`, all it imports."""
    return _Linker(read, report).load(source, ())


def characters(module: Module) -> int:
    """Of a file and of all that it imports, each counted once."""
    return sum(len(one.program.source.text) for one in module.reached())


class _Linker:
    def __init__(self, read: Reader, report: Report) -> None:
        self._read = read
        self._report = report
        self._loaded: dict[str, Module] = {}

    def load(self, source: Source, importers: tuple[str, ...]) -> Module:
        program, diagnostics = parse(source)
        if not importers:
            self._report.extend(diagnostics)
        module = Module(program, any(one.severity == "error" for one in diagnostics))
        if module.failed:
            from archc.graph.broken import names_in, sound_part

            module = Module(sound_part(program, diagnostics), True)
            module.text = program
            module.missing.update(names_in(source.text))
        self._loaded[source.name] = module
        for definition in module.program.definitions:
            if isinstance(definition, tree.Import):
                self._import(definition, module, (*importers, source.name))
            elif not isinstance(definition, tree.Let):
                self._define(module, definition.name, module, definition)
        if not module.failed or not importers:
            module.recursive = find_recursion(module, self._report)
        if importers and diagnostics:
            module.failed = True
            self._diagnostics = diagnostics
        return module

    def _define(self, module: Module, name: tree.Name, home: Module, definition: Named) -> None:
        earlier = module.names.get(name.id)
        if earlier is not None:
            place = earlier[1].name.span
            labels = (
                (Label(place, "first defined here"),) if place.source is name.span.source else ()
            )
            self._report.add(
                "duplicate-name", f"`{name.id}` is defined twice", name.span, labels=labels
            )
            return
        module.names[name.id] = (home, definition)

    def _import(self, statement: tree.Import, module: Module, importers: tuple[str, ...]) -> None:
        place = statement.path.span
        if len(importers) > MOST_IMPORTS:
            self._report.add("too-deep", f"imports nest more than {MOST_IMPORTS} deep", place)
            return
        try:
            source = self._read(statement.path.value, module.program.source)
        except ReadError as error:
            module.missing.update(here.id for _, here in statement.names)
            self._report.add(
                "import-failed", str(error), place, proposals=self._other_path(statement, module)
            )
            return
        if source.name in importers:
            module.missing.update(here.id for _, here in statement.names)
            way = " -> ".join([*importers[importers.index(source.name) :], source.name])
            self._report.add("import-cycle", f"this import leads back to itself: {way}", place)
            return
        target = self._loaded.get(source.name)
        if target is None:
            target = self.load(source, importers)
            if target.failed:
                self._report.add(
                    "import-failed",
                    f"`{statement.path.value}` has mistakes of its own",
                    place,
                    labels=_first_place(self._diagnostics),
                    help=f"run `archc check {source.name}` to see all of them",
                )
        module.imported.append(target)
        for there, here in statement.names:
            found = target.names.get(there.id)
            if found is not None:
                self._define(module, here, *found)
                continue
            module.missing.add(here.id)
            if not target.failed:
                self._report.add(
                    "import-missing",
                    f"`{statement.path.value}` defines no `{there.id}`",
                    there.span,
                    proposals=cures.text.imported_word(there, here, target.names),
                )

    def _other_path(self, statement: tree.Import, module: Module) -> tuple[Proposal, ...]:
        """The path with or without its ending, where there is such a file."""
        path = statement.path.value
        other = path.removesuffix(".arch") if path.endswith(".arch") else f"{path}.arch"
        try:
            self._read(other, module.program.source)
        except ReadError:
            return ()
        return (cures.text.instead(statement.path.span, f'"{other}"', f'write `from "{other}"`'),)


def _first_place(diagnostics: list[Diagnostic]) -> tuple[Label, ...]:
    return tuple(Label(one.span, one.message) for one in diagnostics[:1])
