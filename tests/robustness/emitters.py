"""Everything that is made of a checked file, by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from archc.analysis.sizes import Untold, accepted
from archc.check import Checked, Network, Options, check
from archc.diagnostics import Diagnostic
from archc.emit import compare, formats, sizes, volumes
from archc.emit.annotate import with_shapes
from archc.emit.diagram import Options as Wishes
from archc.emit.diagram import TooLarge, draw, render
from archc.emit.diagram.drawio import drawio
from archc.emit.diagram.mermaid import mermaid
from archc.emit.diff import render as differences
from archc.emit.diff.changes import changes
from archc.emit.explain import explain, paths
from archc.emit.json import network_object
from archc.emit.pytorch.compile import compile_source
from archc.emit.render import render_all
from archc.emit.report import Chapter, report
from archc.emit.style import PLAIN
from archc.emit.text import clean
from archc.emit.to_networkx import to_networkx
from archc.language.layout import layout
from archc.language.printer import print_program
from archc.language.source import Source
from archc.mend import mended, sure
from tests.robustness.guard import Late, guard
from tests.robustness.mutate import TEXTS
from tests.robustness.sound import INTERNAL, read


class Given(NamedTuple):
    """A text, and what `check` found in it."""

    source: Source
    found: Checked

    @property
    def networks(self) -> tuple[Network, ...]:
        return self.found.networks

    @property
    def drawn(self) -> list[Network]:
        """The networks of which there is a picture: not those with mistakes and nothing else."""
        broken = any(one.severity == "error" for one in self.found.diagnostics)
        return [one for one in self.networks if one.graph.nodes or not broken]


Findings = Sequence[Diagnostic]
Emitter = Callable[[Given], Iterator[str]]


def checks(name: str, wishes: formats.Wishes = formats.Wishes()) -> Emitter:  # noqa: B008
    """A form of `archc check`."""

    def emit(given: Given) -> Iterator[str]:
        found = given.found
        all_of_it = formats.Found(found.networks, list(found.diagnostics), [found.program])
        yield formats.text(name, all_of_it, wishes, PLAIN)

    return emit


def comparisons(given: Given) -> Iterator[str]:
    if given.networks:
        yield compare.table(given.networks, PLAIN)
        yield compare.json(given.networks)
        for form in (compare.markdown, compare.csv, compare.latex):
            yield form(given.networks)


def input_sizes(given: Given) -> Iterator[str]:
    for network in given.networks:
        if network.graph.complete:
            try:
                found = accepted(network.graph)
            except Untold as reason:
                yield str(reason)
            else:
                yield sizes.text(network, found)
                yield str(sizes.document(network, found))


def explanations(given: Given) -> Iterator[str]:
    """Of the first and the last paths."""
    for network in given.networks:
        known = paths(network)
        for path in dict.fromkeys([*known[:3], *known[-3:]]):
            yield explain(network, path, PLAIN)


def module(given: Given) -> Iterator[str]:
    result = compile_source(given.source, Options(), read)
    yield render_all(result.diagnostics)
    yield from result.notes
    yield result.code or ""


def layouts(given: Given) -> Iterator[str]:
    yield layout(given.source)[0] or ""
    program, found = with_shapes(given.source, read)
    if not any(one.severity == "error" for one in found.diagnostics):
        yield print_program(program)


def mending(given: Given) -> Iterator[str]:
    yield mended(given.source, sure(given.found.diagnostics))[0]


def difference(given: Given) -> Iterator[str]:
    """From a network that has little in common with any."""
    for network in given.networks:
        found = changes([another()], [network_object(network)])
        yield differences.table(found)
        yield differences.markdown(found)
        yield differences.json(found)


@cache
def another() -> dict[str, Any]:
    source = Source(TEXTS["lenet5.arch"], "lenet5.arch")
    return network_object(check(source, Options(), read).networks[0])


def graphs(given: Given) -> Iterator[str]:
    for network in given.networks:
        yield str(to_networkx(network))


def pictures(make: Callable[[Network, Wishes, Findings], str]) -> Emitter:
    """A picture of each network, or why it is too large."""

    def emit(given: Given) -> Iterator[str]:
        for network in given.drawn:
            try:
                yield make(network, Wishes(), given.found.diagnostics)
            except TooLarge as reason:
                yield str(reason)

    return emit


def expanded(network: Network, wishes: Wishes, findings: Findings) -> str:
    return draw(network, wishes._replace(expand=("all",), color="params", fuse=False), findings)


def rendered(network: Network, wishes: Wishes, findings: Findings) -> str:
    return render(draw(network, wishes, findings), "svg").decode("utf-8")


def pdf(network: Network, wishes: Wishes, findings: Findings) -> str:
    volumes.pdf(network, wishes, findings)
    return ""


def page(given: Given) -> Iterator[str]:
    try:
        yield report([Chapter(given.found, "", "no code")], lambda _: None)
    except TooLarge as reason:
        yield str(reason)


EMITTERS: dict[str, Emitter] = {
    **{f"check {name}": checks(name) for name in (*formats.FORMATS, *formats.STAGES)},
    "check expanded": checks("table", formats.Wishes(expand=True, layers=True)),
    "check shallow": checks("table", formats.Wishes(depth=1, layers=True)),
    "compare": comparisons,
    "sizes": input_sizes,
    "explain": explanations,
    "build": module,
    "fmt": layouts,
    "fix": mending,
    "diff": difference,
    "networkx": graphs,
    "diagram dot": pictures(draw),
    "diagram dot expanded": pictures(expanded),
    "diagram mermaid": pictures(mermaid),
    "diagram volumes svg": pictures(volumes.draw),
    "diagram volumes tikz": pictures(volumes.tikz),
}
"""What takes milliseconds; those that place boxes, or bundle fonts, take longer."""
SLOW: dict[str, Emitter] = {
    "diagram drawio": pictures(drawio),
    "diagram svg": pictures(rendered),
    "diagram volumes pdf": pictures(pdf),
    "report": page,
}

MISTAKE = re.compile("archc's mistake|mistake of archc|mistake of its own")
EXACT = ("fmt", "fix")
"""What keeps the author's text as it is, whatever stands in it."""


def hold(given: Given, slow: bool = False) -> None:
    """Makes everything of a text, each in its time; it shows nothing of archc's inside, and steers
    no terminal."""
    for form, emit in {**EMITTERS, **(SLOW if slow else {})}.items():
        for made in _in_time(form, emit(given)):
            assert INTERNAL.search(made) is None, f"{form} shows what is inside"
            wrong = MISTAKE.search(made)
            assert wrong is None, f"{form}: {made[max(wrong.start() - 200, 0) : wrong.end()]}"
            for line in () if form in EXACT else made.replace("\r\n", "\n").split("\n"):
                safe = clean(line).replace("    ", "\t") == line.replace("    ", "\t")
                assert safe, f"{form} prints {ascii(line)[:200]}"


def _in_time(form: str, parts: Iterator[str]) -> Iterator[str]:
    while True:
        try:
            with guard():
                part = next(parts, None)
        except (Exception, Late) as error:
            raise AssertionError(f"{form}: {type(error).__name__}: {error}") from error
        if part is None:
            return
        yield part
