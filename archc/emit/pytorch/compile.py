"""From a source to its module: checked, written as a tree, held to the graph, printed."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

from archc.analysis.in_place import sites
from archc.check import Checked, Network, Options, Reader, check, cured, linked
from archc.diagnostics import Diagnostic
from archc.emit.pytorch.actions.makers import maker
from archc.emit.pytorch.file.module import Module, printed, reserved
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.names import PRIVATE, plain
from archc.emit.pytorch.reading.classes import Classes
from archc.emit.pytorch.reading.plan import Lost, Plan
from archc.emit.pytorch.reading.runs import Watcher, given_by, inside_itself
from archc.emit.pytorch.reading.sight import TooLong, Unlike, Unsaid
from archc.emit.pytorch.settling.members import left_out, members
from archc.emit.pytorch.settling.settle import settle, settle_block
from archc.emit.pytorch.settling.together import drop_unused, mark_handed_on, run_apart, unite
from archc.emit.pytorch.settling.trained import train_alone
from archc.emit.pytorch.validation.stand_ins import runnable
from archc.emit.pytorch.validation.things import Different
from archc.emit.pytorch.validation.validate import validate
from archc.emit.pytorch.validation.vary import unfollowed
from archc.emit.pytorch.writing.definition import write_class
from archc.graph.elaborate import Arms
from archc.graph.graph import Graph
from archc.graph.modules import Module as File
from archc.graph.report import Report
from archc.graph.trained import nowhere
from archc.language import tree
from archc.language.source import Source, Span
from archc.named import NamedTuple
from archc.shapes import Open


class Compiled(NamedTuple):
    """`code` is None where an error stands in the way; `notes` say what the code leaves out."""

    checked: Checked
    code: str | None
    diagnostics: tuple[Diagnostic, ...]
    notes: tuple[str, ...] = ()
    module: Module | None = None


def compile_source(source: Source, options: Options, read: Reader) -> Compiled:
    """The module for a source's networks, and everything there is to say about the source."""
    checked, watchers = watched(source, options, read)
    return compiled(cured(checked, source, options, read), watchers, source, options, read)


def compiled(
    checked: Checked, watchers: list[Watcher], source: Source, options: Options, read: Reader
) -> Compiled:
    """The same of a source that was checked while its networks were `watched`."""
    diagnostics = list(checked.diagnostics)
    if not any(one.severity == "error" for one in diagnostics):
        diagnostics += problems(one.graph for one in checked.networks)
        diagnostics += _names(checked)
    failed = any(one.severity == "error" for one in diagnostics)
    if failed or not checked.networks:
        return Compiled(checked, None, tuple(diagnostics))
    first = checked.networks[0].graph.network.name

    def refused(
        why: str, span: Span = first.span, help: str | None = None, name: str = first.id
    ) -> Compiled:
        message = f"the code for `{name}` {why}"
        diagnostics.append(Diagnostic("cannot-express", "error", message, span, help=help))
        return Compiled(checked, None, tuple(diagnostics))

    try:
        module, notes = write(checked, watchers, source, options, read)
        validate(module.codes, module.networks)
        code = printed(module)
        wrong = broken(code)
    except SyntaxError as error:
        wrong = str(error)
    except (Unsaid, Unlike, Different) as reason:
        definition = getattr(reason, "definition", None)
        name = first if definition is None else definition.name
        span = getattr(reason, "span", None) or name.span
        if isinstance(reason, TooLong):
            return refused(f"would hold more than {reason.what}", span, reason.help, name.id)
        for inner in filter(None, (inside_itself(one.instances) for one in watchers)):
            block = inner.definition.name.id
            why = f"cannot be written: `{block}` is given itself and runs inside it"
            return refused(why, inner.scope.span, "give it another block, which does the same")
        return refused(f"cannot be written: {_why(reason)}", span, name=name.id)
    if wrong is not None and "too many statically nested blocks" in wrong:
        why = "cannot be written: Python nests no more than 20 loops and conditions"
        return refused(why, help="give the inner ones to a block of their own")
    if wrong is not None:
        return refused(f"is no Python: {wrong}; this is archc's mistake")
    return Compiled(checked, code, tuple(diagnostics), tuple(notes), module)


def broken(text: str) -> str | None:
    """Why a text is no Python, if it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)
            compile(text, "<generated>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return str(error)
    return None


def _names(checked: Checked) -> list[Diagnostic]:
    """Networks whose names mean something else in the module."""
    result = []
    taken = reserved()
    for one in checked.networks:
        if plain(one.name) and one.name not in taken:
            continue
        message = f"no class can be called `{one.name}`: the generated module needs the name"
        if not plain(one.name):
            message = f"no class can be called `{one.name}` in Python"
        span = one.graph.network.name.span
        for each in checked.program.definitions:
            if isinstance(each, (tree.Network, tree.Member)) and each.name.id == one.name:
                span = each.name.span
        result.append(Diagnostic("cannot-express", "error", message, span, help="rename it"))
    return result


def _why(reason: Exception) -> str:
    if isinstance(reason, Different):
        return f"{reason}; this is archc's mistake"
    if isinstance(reason, Unsaid):
        return f"Python cannot say `{reason.span.text.splitlines()[0]}` here"
    return "its rounds differ in a way that the text does not say"


def write(
    checked: Checked, watchers: list[Watcher], source: Source, options: Options, read: Reader
) -> tuple[Module, list[str]]:
    """The module as a tree, and what the user is told of the arguments that it lacks."""
    in_place = sites([one.graph for one in checked.networks])
    classes = _classes(watchers, in_place)
    networks = checked.networks
    unite(classes)
    run_apart(classes)
    mark_handed_on(classes)
    plans = [classes.plan(one.instances[0]) for one in watchers]
    for plan in classes.order:
        if not plan.network:
            settle_block(plan, classes)
    drop_unused(classes)
    notes: list[str] = []
    for plan in dict.fromkeys(plans):
        notes += settle(plan, classes)
    asked = linked(source, read), options._replace(train=())
    for plan in dict.fromkeys(plans):
        notes += _tried(plan, plans, networks, watchers, classes, asked)
    made = members(networks, tuple(watchers), classes)
    notes += left_out(made, classes)
    if options.train:
        made = _trained(plans, made, networks, options.train)
    module = Module(tuple(classes.order), tuple(made), networks, tuple(watchers))
    return module, notes


def _classes(watchers: list[Watcher], in_place: frozenset[Span]) -> Classes:
    """The classes of all networks, written.

    Once more, where what is handed on and was called by nobody is called in an arm nobody took.
    """

    def write_one(plan: Plan, classes: Classes) -> None:
        write_class(plan, classes, in_place)

    while True:
        before = [len(one.instances) for one in watchers]
        classes = Classes(watchers, reserved(), write_one, maker)
        for one in watchers:
            classes.complete(one.instances[0])
        since = [one.instances[count:] for one, count in zip(watchers, before, strict=True)]
        called = {id(one.definition) for each in since for one in each}
        if not any(
            id(one.definition) in called or classes.able(one) for one in classes.told.uncalled
        ):
            return classes


def _trained(
    plans: list[Plan], made: list[ir.Class], networks: tuple[Network, ...], paths: tuple[str, ...]
) -> list[ir.Class]:
    """The members, and the classes of the other networks, with all frozen but these paths."""
    by_name = {one.name: one for one in made}
    for network, plan in zip(networks, plans, strict=True):
        here = tuple(one for one in paths if nowhere([network.graph], [one])[0] is None)
        if network.name in by_name:
            by_name[network.name] = train_alone(by_name[network.name], network.graph, here)
        else:
            plan.code = train_alone(plan.code, network.graph, here)
    return list(by_name.values())


def _tried(
    plan: Plan,
    plans: list[Plan],
    networks: tuple[Network, ...],
    watchers: list[Watcher],
    classes: Classes,
    asked: tuple[File, Options],
) -> list[str]:
    """Other values for a network's arguments; one that the code does not follow is taken out."""
    first = plans.index(plan)
    program = runnable({one.name: one.code for one in classes.order})
    found = list(unfollowed(plan, networks[first], watchers[first], classes, program, *asked))
    for argument, difference in found:
        plan.lost[argument.python] = Lost(difference.span or plan.definition.name.span)
    return settle(plan, classes) if found else []


def watched(source: Source, options: Options, read: Reader) -> tuple[Checked, list[Watcher]]:
    """A source checked, with notes of what its networks did."""
    watchers: list[Watcher] = []

    def watch(report: Report, arms: Arms) -> Watcher:
        one = Watcher(report, arms)
        watchers.append(one)
        return one

    checked = check(source, options, read, watch)
    names = [one.name for one in checked.networks]
    kept = [one for one in watchers if one.instances and one.instances[0].scope.name in names]
    for one in kept:
        root = one.instances[0]
        root.given = given_by(checked.program, root.scope.name, root.definition)
    return checked, kept


def problems(graphs: Iterable[Graph]) -> list[Diagnostic]:
    """Labels that PyTorch keeps for itself, and layers that need a size that is open."""
    found: list[Diagnostic] = []
    seen: set[object] = set()
    for graph in graphs:
        for node in graph.nodes:
            if node.layer is None:
                continue
            if not node.layer.understood and node.span not in seen:
                seen.add(node.span)
                message = f"nothing is known of `{node.layer.values['name']}` but its shape"
                found.append(Diagnostic("cannot-express", "error", message, node.span))
            for word in node.module.split("."):
                if word in PRIVATE and (word, node.span) not in seen:
                    seen.add((word, node.span))
                    message = f"`{word}` is an attribute of every PyTorch module"
                    found.append(Diagnostic("bad-label", "error", message, node.span))
            shapes = [graph.nodes[i].shape or () for i in node.inputs]
            for weight in node.layer.weights(shapes):
                if any(isinstance(axis, Open) for axis in weight.shape) and node.span not in seen:
                    seen.add(node.span)
                    message = f"the weights of `{node.module}` depend on an open size"
                    found.append(
                        Diagnostic(
                            "open-size",
                            "error",
                            message,
                            node.span,
                            help="give the input's size as a number, or with --input",
                        )
                    )
    return found
