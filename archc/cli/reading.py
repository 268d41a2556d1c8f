"""What the verbs that read specs have in common: paths, settings, and what to say of no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.analysis.budgets import FIGURES
from archc.check import Checked, OptionError, Options
from archc.cli.choice import told
from archc.cli.flags import Arguments
from archc.cli.output import complain
from archc.files import Apart, Files, Problem, Target
from archc.guard import Check, check_source
from archc.language import tree

if TYPE_CHECKING:
    from archc.analysis.roofline import Device


def files_for(arguments: Arguments) -> Files:
    """The reader of files, which knows what is left out."""
    patterns: list[str] = arguments.get("exclude", [])
    return Files(
        [one.strip() for text in patterns for one in text.split(",") if one.strip()],
        arguments.get("stdin-filename", None),
    )


def from_stdin(arguments: Arguments) -> bool:
    """Whether a text comes through standard input."""
    return any(word == "-" or word.startswith("-:") for word in arguments.words)


def targets_of(path: str, arguments: Arguments, files: Files) -> list[Target]:
    """What one path means; raises `Problem`, with the line that was meant if one is known."""
    try:
        return files.targets(path)
    except Problem as problem:
        from archc.cli.misplaced import meant

        raise meant(problem, path, arguments) from None


def gather(arguments: Arguments, files: Files) -> tuple[list[Target], bool]:
    """All texts that the paths mean, each once; whether one could not be read."""
    targets: list[Target] = []
    seen: set[tuple[int, str | None]] = set()
    failed = False
    for path in arguments.words:
        try:
            found = targets_of(path, arguments, files)
        except Apart:
            raise  # what a flag asks for is not known
        except Problem as problem:
            complain(problem.message, problem.hint)
            failed = True
            continue
        for target in found:
            key = (id(target.source), target.network)
            if key not in seen:
                seen.add(key)
                targets.append(target)
    return targets, failed


def options(arguments: Arguments, network: str | None) -> Options:
    """What the common flags ask for."""
    settings = []
    for setting in arguments["set"]:
        name, equals, value = setting.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier() or not value.strip():
            from archc.cli.flag_values import no_setting

            raise no_setting(setting, arguments)
        settings.append((name, value.strip()))
    return Options(
        network=network,
        settings=tuple(settings),
        input=",".join(arguments["input"]) or None,
        batch=arguments["batch"],
        dtype=arguments.get("dtype", "float32"),
        optimizer=arguments.get("optimizer", None),
        fits=arguments.get("fits", None),
        count_as=arguments.get("count-as", None),
        train=tuple(arguments.get("train", ())),
        device=device(arguments),
        advise=arguments.get("advise", False),
        budgets=tuple(
            (word, limit) for word in FIGURES if (limit := arguments.get(f"max-{word}", None))
        ),
    )


def unfollowed(error: OptionError, arguments: Arguments) -> Problem:
    """An option that cannot be followed, with the command that was meant."""
    if not error.flags:
        return Problem(str(error))
    from archc.cli.typed import with_flags

    return Problem(str(error), f"Write {with_flags(arguments, error.flags)}")


def device(arguments: Arguments) -> Device | None:
    """The device that `--device` names; raises `Problem`."""
    word = arguments.get("device", None)
    if word is None:
        return None
    from archc.devices.find import Unknown, find

    try:
        return find(word)
    except Unknown as unknown:
        from archc.cli.typed import with_flags

        if unknown.meant is None:
            raise
        line = with_flags(arguments, [("device", unknown.meant or None)])
        raise Problem(unknown.message, unknown.lines(line)) from None


def checked(
    target: Target, arguments: Arguments, files: Files, check: Check | None = None
) -> Checked:
    """Checks one text, with a `check` of the caller's own if it has one.

    Raises `Problem` where there is nothing to check.
    """
    try:
        result = check_source(target.source, options(arguments, target.network), files, check)
    except OptionError as error:
        raise unfollowed(error, arguments) from None
    if not result.networks and not result.diagnostics:
        name = target.source.name
        if not target.source.text.strip():
            raise Problem(f"`{name}` is empty: there is nothing to check")
        if not result.program.definitions:
            raise Problem(f"`{name}` holds no network: there is nothing to check")
        if not arguments.get("quiet", False):
            complain(f"`{name}` holds no network of its own", word="note")
    return result._replace(diagnostics=told(result.diagnostics, arguments))


def no_network(path: str, verb: str, results: list[Checked]) -> Problem:
    """What to say where there is nothing to build, draw or compare."""
    families = [
        one
        for result in results
        for one in result.program.definitions
        if isinstance(one, tree.Network)
    ]
    if not families:
        return Problem(f"`{path}` holds no network to {verb}")
    names = ", ".join(f"`{one.name.id}`" for one in families)
    kind = "are families" if len(families) > 1 else "is a family"
    missing = [one.name.id for one in families[0].parameters if one.default is None]
    return Problem(
        f"`{path}` holds no network to {verb}: {names} {kind}, without a value for "
        + ", ".join(f"`{name}`" for name in missing),
        f"Give it: {' '.join(f'--set {name}=…' for name in missing)}\n"
        f"or make a member in the file: network {families[0].name.id}1 = "
        f"{families[0].name.id}({', '.join(f'{name}=…' for name in missing)})",
    )
