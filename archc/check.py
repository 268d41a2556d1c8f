"""From text to findings: parse, resolve names, elaborate, analyse, hold to expectations.

Nothing here touches the disk: `read` brings the text of an imported file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from archc.analysis.analyse import analyse
from archc.analysis.budgets import keep
from archc.analysis.claims import Verdict, hold, unjudged
from archc.analysis.facts import Facts
from archc.analysis.findings import findings
from archc.analysis.in_place import together
from archc.analysis.variants import Own, Place, Variant, place
from archc.candidates import candidates, top_values
from archc.diagnostics import Diagnostic
from archc.graph.elaborate import Arms, Elaborator
from archc.graph.graph import Graph
from archc.graph.modules import Module, Reader, characters, link
from archc.graph.report import MOST, Enough, Report
from archc.graph.resolve import resolve
from archc.graph.unasked import inside, unasked
from archc.graph.unused import unused_names
from archc.graph.warnings import allowed, news, unused_arms
from archc.input_sizes import check_inputs, inputs
from archc.interpreter import ROOMY
from archc.language import tree
from archc.language.parser import parse
from archc.language.source import Source
from archc.named import NamedTuple
from archc.options import (
    BYTES,
    Dtype,
    OptionError,
    Options,
    changes,
    check_device,
    check_trained,
    check_training,
    room,
)
from archc.shapes import Open

if TYPE_CHECKING:
    from archc.analysis.answers import Answers
    from archc.analysis.budgets import Budget
    from archc.analysis.open_sizes import Sizes


class Network(NamedTuple):
    """One network of a file with everything found out about it."""

    name: str
    graph: Graph
    facts: Facts
    expectations: tuple[Verdict, ...]
    batch: int
    dtype: Dtype
    answers: Answers | None = None  # what only some ask for
    sizes: Sizes = None


class Checked(NamedTuple):
    """A file: its program (partial where broken), its networks, and every finding in order."""

    program: tree.Program
    networks: tuple[Network, ...]
    diagnostics: tuple[Diagnostic, ...]
    work: int = 0  # about how much it was, in layers


def check(
    source: Source,
    options: Options,
    read: Reader,
    elaborator: Callable[[Report, Arms], Elaborator] = Elaborator,
) -> Checked:
    """Everything there is to say about a file. Raises `OptionError`, and nothing for any text.

    `elaborator` makes what runs each network; a caller that wants to watch it run brings its own.
    """
    with ROOMY:
        checked = _check(source, options, read, elaborator)
        return checked if elaborator is not Elaborator else cured(checked, source, options, read)


def cured(checked: Checked, source: Source, options: Options, read: Reader) -> Checked:
    """A file that was checked, with the cures to be told: where a run is watched, none is tried."""
    with ROOMY:
        if checked.diagnostics:
            checked = checked._replace(diagnostics=_cured(checked, source, options, read))
        if any(one.severity == "error" for one in checked.diagnostics):
            checked = checked._replace(diagnostics=_fitted(checked, source, options, read))
        return checked


def _cured(
    checked: Checked, source: Source, options: Options, read: Reader
) -> tuple[Diagnostic, ...]:
    """The findings with those of their cures that stand a try."""
    from archc.edited import Texts
    from archc.trial import settled

    def again(texts: Texts) -> list[Diagnostic] | None:
        def changed(one: Source) -> Source:
            return Source(texts[one.name], one.name) if one.name in texts else one

        def reread(path: str, importer: Source) -> Source:
            return changed(read(path, importer))

        try:
            return list(_check(changed(source), options, reread, Elaborator).diagnostics)
        except OptionError:
            return None

    return tuple(settled(checked.diagnostics, again, checked.work))


def _fitted(
    checked: Checked, source: Source, options: Options, read: Reader
) -> tuple[Diagnostic, ...]:
    """The findings; where a size is refused, with the inputs that would do."""
    from archc.fitting import fitted

    def other(name: str, shape: str) -> Sizes | Graph:
        asked = Options(name, options.settings, shape, claims=False)
        try:
            found = _check(source, asked, read, Elaborator)
        except OptionError:
            return None
        if any(one.severity == "error" for one in found.diagnostics):
            return None
        if len(found.networks) != 1:
            return None
        return found.networks[0].sizes or found.networks[0].graph

    graphs = [network.graph for network in checked.networks]
    return fitted(checked.diagnostics, graphs, options.input is not None, other)


def linked(source: Source, read: Reader) -> Module:
    """A file whose mistakes are known, with what its top-level names mean."""
    report = Report()
    module = link(source, read, report)
    resolve(module, report)
    top_values(module, report, Arms(characters(module)))
    return module


def elaborate(module: Module, options: Options) -> Graph | None:
    """The graph of the one network that is asked for, without its figures; None for a mistake.

    Raises `OptionError` as `check` does.
    """
    report = Report()
    arms = Arms(characters(module))
    shapes = inputs(options)
    for one in candidates(module, options, report, arms):
        graph = one.elaborated(Elaborator(report, arms), shapes, changed=True)
        if graph.complete and not report.failed:
            return graph._replace(program=module.program)
    return None


MISSPELT = frozenset(("undefined-name", "unknown-block"))
"""Errors beside which nobody knows what an unused name was to be used for."""


def _check(
    source: Source,
    options: Options,
    read: Reader,
    elaborator: Callable[[Report, Arms], Elaborator],
) -> Checked:
    report = Report()
    networks: list[Network] = []
    arms = Arms()
    try:
        module = link(source, read, report)
        arms = Arms(characters(module))
        _run(module, options, _Judge(source, options, read, report), elaborator, arms, networks)
        program = module.text
    except Enough:
        program = parse(source)[0]
        message = f"there are more than {MOST:,} findings; the others are not told"
        place = report.diagnostics[-1].span
        report.diagnostics[-1] = Diagnostic("too-large", "error", message, place)
    diagnostics = allowed(program, report.diagnostics, options.advise)
    if options.network is not None:
        others = unasked(program, options.network)
        diagnostics = [
            one
            for one in diagnostics
            if one.code != "useless-allow" and not inside(one.span, others)
        ]
    diagnostics.sort(
        key=lambda one: (one.span.source is not source, one.span.source.name, one.span.start)
    )
    work = arms.nodes + arms.steps // 10 + len(source.text) // 20 + 50 * len(networks)
    return Checked(program, tuple(networks), tuple(diagnostics), work)


def _run(
    module: Module,
    options: Options,
    judge: _Judge,
    elaborator: Callable[[Report, Arms], Elaborator],
    arms: Arms,
    networks: list[Network],
) -> None:
    """Resolves the names of a file, and adds its networks; raises `Enough`."""
    report = judge.report
    resolve(module, report)
    top_values(module, report, arms)
    budgets: tuple[Budget, ...] = ()
    if options.budgets:
        from archc.limits import limits

        budgets = limits(options)
    room(options)
    check_device(options)
    check_training(options)
    shapes = inputs(options, _asked_for(module.program, options))
    changed = bool(options.settings or options.input is not None or options.batch != 1)
    graphs: list[Graph] = []
    for one in candidates(module, options, report, arms):
        graph = one.elaborated(elaborator(report, arms), shapes, changed)
        graph = graph._replace(program=module.program)
        if options.train:
            from archc.graph.trained import train_alone

            graph = train_alone(graph, options.train)
        graphs.append(graph)
    for graph in together(graphs):
        facts = _figures(graph, options.batch, options.dtype)
        image = facts if options.batch == 1 else _figures(graph, 1, options.dtype)
        verdicts = judge.hold(graph, facts, image)
        verdicts += keep(graph, facts, image, budgets, report)
        report.extend_new(news(findings(graph, facts), report))
        report.extend_new(_advice(graph, image, options))
        found = Network(graph.name, graph, facts, verdicts, options.batch, options.dtype)
        sizes = _open_sizes(graph, report)
        networks.append(found._replace(answers=_answers(found, options), sizes=sizes))
    check_inputs(options, [one.graph.network for one in networks])
    check_trained(options, [one.graph for one in networks])
    if not options.settings and not options.network:
        if not report.failed:
            unused_arms(module, arms, report)
        if not any(one.code in MISSPELT for one in report.diagnostics):
            unused_names(module, report)


def _asked_for(program: tree.Program, options: Options) -> list[tree.Network]:
    return [
        one
        for one in program.definitions
        if isinstance(one, tree.Network) and options.network in (None, one.name.id)
    ]


def _advice(graph: Graph, facts: Facts, options: Options) -> list[Diagnostic]:
    """What might be better, where somebody wants to know."""
    if not options.advise:
        return []
    from archc.advice import advice

    return advice(graph, facts)


def _figures(graph: Graph, batch: int, dtype: str) -> Facts:
    return analyse(graph, batch, BYTES[dtype], mixed=dtype == "mixed", trains=dtype != "int8")


def _answers(network: Network, options: Options) -> Answers | None:
    """Figures beyond those that everybody gets."""
    if not (options.optimizer or options.fits or options.count_as or options.device):
        return None
    from archc.analysis.answers import Asked, answers

    asked = Asked(options.optimizer, room(options), options.count_as, options.device)
    graph, facts = network.graph, network.facts
    if not graph.complete:
        return None
    return answers(graph, facts, asked, options.batch, options.dtype, BYTES[options.dtype])


def _open_sizes(graph: Graph, report: Report) -> Sizes:
    """What the shapes of a network with open sizes hold for."""
    inputs = [node.shape or () for node in graph.nodes if node.layer is None]
    if not any(isinstance(axis, Open) for shape in inputs for axis in shape):
        return None
    from archc.analysis.open_sizes import impossible, open_sizes

    found = open_sizes(graph)
    report.extend_new(impossible(found))
    return found


class _Judge:
    """Holds networks to their claims, with the file's own settings at hand where others are asked.

    The file is checked with its own settings once, and only if there is a claim to compare.
    """

    def __init__(self, source: Source, options: Options, read: Reader, report: Report) -> None:
        self._source = source
        self._options = options
        self._read = read
        self.report = report
        self._flags = changes(options)
        self._own: dict[str, dict[Place, Own]] | None = None

    def hold(self, graph: Graph, facts: Facts, image: Facts) -> tuple[Verdict, ...]:
        if not self._options.claims:
            return unjudged(graph, "not judged")
        variant = None
        if graph.claims and self._flags:
            variant = Variant(self._flags, self._known().get(graph.name, {}))
        return hold(graph, facts, image, self.report, variant)

    def _known(self) -> dict[str, dict[Place, Own]]:
        if self._own is None:
            own = Options(network=self._options.network)
            try:
                networks = _check(self._source, own, self._read, Elaborator).networks
            except OptionError:  # a family, which has no settings of its own
                networks = ()
            self._own = {
                one.name: {
                    place(claim): Own(verdict.holds, verdict.actual)
                    for claim, verdict in zip(one.graph.claims, one.expectations, strict=True)
                }
                for one in networks
            }
        return self._own


__all__ = [
    "BYTES",
    "Checked",
    "Network",
    "OptionError",
    "Options",
    "Reader",
    "Verdict",
    "check",
    "cured",
    "elaborate",
]
