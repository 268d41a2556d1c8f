"""Commands that messages propose: none is told that archc itself would refuse.

Imported on the way to a message alone.
"""

from __future__ import annotations

import re
import shlex
from importlib import import_module

from archc.cli.flags import Arguments, UsageError, parse
from archc.cli.paths import check_paths, networks
from archc.cli.product import in_folder
from archc.cli.typed import with_flags
from archc.cli.verbs import VERBS
from archc.files import Missing, Problem
from archc.input_sizes import check_inputs, inputs
from archc.limits import limits
from archc.options import (
    OptionError,
    check_device,
    check_training,
    room,
    set_values,
)

PROPOSED = re.compile(r"((?:Write |Then |For example )?)(archc .*)")
BEHIND = re.compile(r"\s(?:[<>]|&&)\s")  # what the shell does with a command
ROUNDS = 6


def gated(hint: str) -> str:
    """A hint whose commands are accepted: one that is refused is told with its cure, or not.

    What is wrong with a path of it is told beside it.
    """
    lines: list[str] = []
    for line in hint.splitlines():
        found = PROPOSED.fullmatch(line)
        if found is None:
            lines.append(line)
            continue
        sound, problems = accepted(found[2])
        lines += [f"And {one.message}" for one in problems if f"And {one.message}" not in lines]
        if sound is not None:
            lines.append(f"{found[1]}{sound}")
    return "\n".join(lines)


def accepted(line: str) -> tuple[str | None, list[Problem | UsageError]]:
    """A command with the cures of all that would be refused in it, and what its paths lack.

    The command is None where something has no cure.
    """
    found: list[Problem | UsageError] = []
    for _ in range(ROUNDS):
        refused = refusal(line)
        if refused is None:
            return line, found
        cured = _cured(line, refused)
        lost = cured is None or cured == line
        if isinstance(refused, Problem) or (lost and isinstance(refused, UsageError)):
            found.append(refused)
        if cured is None or lost:
            return None, found
        line = cured
    return None, found


def refusal(line: str) -> Exception | None:
    """What archc would say of a command before it does anything; None where it is accepted."""
    try:
        words = shlex.split(BEHIND.split(line)[0])[1:]
        if words[:1] in (["--help"], ["--version"]) or words[1:] == ["--help"]:
            return None
        verb = VERBS.get(words[0])
        if verb is None:
            return ValueError(f"`{words[0]}` is no verb")
        arguments = parse(verb, words[1:])
        in_folder(arguments)
        _admit(arguments)
    except (UsageError, Problem, OptionError) as error:
        return error
    except ValueError as error:  # a quotation mark without its pair
        return error
    return None


def _admit(arguments: Arguments) -> None:
    """Raises what is wrong with the values of flags, before a spec is checked."""
    assert arguments.verb is not None
    if "set" in arguments.flags:
        from archc.cli.reading import options

        asked = options(arguments, None)
        set_values(asked)
        limits(asked)
        room(asked)
        check_device(asked)
        check_training(asked)
        inputs(asked, [one for word in arguments.words for one in networks(word)])
        for word in arguments.words:
            check_inputs(asked, networks(word))
    check_paths(arguments)
    module = import_module(f"archc.cli.{arguments.verb.module}")
    if hasattr(module, "admit"):
        module.admit(arguments)


def _cured(line: str, refused: Exception) -> str | None:
    """The command that the refusal itself proposes."""
    if isinstance(refused, OptionError):
        if not refused.flags:
            return None
        words = shlex.split(line)
        return with_flags(parse(VERBS[words[1]], words[2:]), refused.flags)
    if isinstance(refused, Missing) and refused.meant is not None:
        words = [refused.meant if one == refused.path else one for one in shlex.split(line)]
        return shlex.join(words)
    hint = refused.hint if isinstance(refused, (UsageError, Problem)) else ""
    found = (PROPOSED.fullmatch(one) for one in hint.splitlines())
    return next((one[2] for one in found if one is not None), None)
