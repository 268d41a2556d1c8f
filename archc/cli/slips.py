"""Flags of other verbs and of other programs, answered with the command that was meant.

Imported on the way to a message alone.
"""

from __future__ import annotations

import os
import re
import shlex

from archc.cli.completed import into_file
from archc.cli.elsewhere import exported_by_flag, made, others, printed
from archc.cli.flags import Flag, UsageError, Verb
from archc.cli.foreign_flags import (
    FIXED,
    FOREIGN,
    NEEDLESS,
    PICTURES,
    SHOWN,
    TYPICAL,
    UNDONE,
)
from archc.cli.of_a_spec import budget, claim, layer, network, parameter, revision
from archc.cli.paths import names_spec
from archc.cli.typed import (
    Slip,
    Typed,
    bare,
    fits,
    flag_of,
    spelt,
    take_apart,
    whole_line,
)
from archc.cli.verbs import VERBS
from archc.emit.formats import FORMATS
from archc.suggest import nearest


def unknown_flag(name: str, verb: Verb, argv: list[str]) -> UsageError:
    """What to say of a flag that the verb does not have."""
    typed = take_apart(verb, argv)
    value = next((value for one, value in typed.flags if one == spelt(name, verb)), None)
    slip = Slip(name, value, verb, typed)
    for ask in _ASKED:
        said = ask(slip)
        if said is not None:
            return said
    flags = " ".join(f"--{flag.name}" for flag in verb.flags)
    flags = f"Its flags are {flags}" if flags else "It has no flags"
    return UsageError(slip.message, f"{slip.line()}\n{flags}")


def _needless(slip: Slip) -> UsageError | None:
    """`fmt --write`, `check --show-memory`: what a verb does anyway."""
    words = NEEDLESS.get(slip.verb.name, {})
    does = words.get(slip.bare)
    if does is not None and (slip.bare != "half" or slip.verb.name == "build"):
        known = slip.value is None or words.get(slip.value.lower()) == does
        alone = "" if known or does.endswith(" alone") or not does.endswith("PyTorch") else " alone"
        add = into_file(slip.verb, slip.rest, slip.path) if slip.verb.name == "diagram" else ""
        return UsageError(f"{slip.message}: {does}{alone}", slip.line(add))
    shown = re.sub(r"\A(?:show|print|report|with|include)-", "", slip.bare)
    if (
        slip.verb.name == "check"
        and shown in SHOWN
        and (slip.value is None or shown.startswith(("col", "metric", "stat")))
    ):
        return UsageError(f"{slip.message}: its table has that", slip.line())
    if slip.verb.name == "list" and shown in SHOWN:
        told = f"{slip.message}: --verbose has the figures of each, in one table"
        return UsageError(told, slip.line("--verbose"))
    return None


def _frozen(slip: Slip) -> UsageError | None:
    if slip.bare not in ("freeze", "frozen") or not flag_of(slip.verb, "--train"):
        return None
    return UsageError(
        f"{slip.message}: `--train PATH` names what is trained, and freezes all the rest",
        f"`archc {slip.verb.name} --help` lists its flags",
    )


def _text_alone(slip: Slip) -> UsageError | None:
    """`list --json`: what writes no other form, and what writes figures in one."""
    if slip.bare not in ("format", *FORMATS) or flag_of(slip.verb, "--format"):
        return None
    if slip.verb.words == "PATH":
        return None
    specs = [word for word in slip.typed.words if names_spec(word)] or ["vgg16"]
    json = f"`archc check {shlex.quote(specs[0])} --format json` writes figures of a network"
    return UsageError(f"{slip.message}: it writes text", f"{slip.line()}\n{json}")


def _verbose(slip: Slip) -> UsageError | None:
    if slip.bare not in ("v", "verbose"):
        return None
    if not flag_of(slip.verb, "--expand"):
        told = f"{slip.message}: it has no more to tell"
        return UsageError(told, f"{slip.line()}\n`archc --version` tells the version")
    every = slip.line("--expand" if slip.verb.name != "diagram" else "--expand all")
    return UsageError(slip.message, f"{every}\n`archc --version` tells the version")


def _undone(slip: Slip) -> UsageError | None:
    """`check --seed 0`, `check --max-latency 10ms`: what archc does not do."""
    if slip.bare not in UNDONE or _own_name(slip.name, slip.verb):
        return None
    why, flag = UNDONE[slip.bare]
    if not flag:
        return UsageError(f"{slip.message}: {why}", slip.line())
    add = "" if f"--{flag}" in dict(slip.typed.flags) else f"--{flag} {TYPICAL[flag]}"
    own = slip.verb if flag_of(slip.verb, f"--{flag}") else VERBS["check"]
    return UsageError(f"{slip.message}: {why}", slip.line(add, own))


def _own(slip: Slip) -> UsageError | None:
    """`--batch-size 8`, `--depht 3`: another name of one of the verb's own flags."""
    own = _meant(slip.name, slip.verb)
    if own is None:
        return None
    name, _, fixed = own.partition(" ")
    flag = flag_of(slip.verb, name)
    takes = flag is None or not flag.metavar or slip.value is None or fits(flag, slip.value)
    if not takes and not fixed and len(slip.bare) == 1:
        return None  # `-n Encoder`
    return _with(slip, own, flag, fixed or slip.value)


def _by_value(slip: Slip) -> UsageError | None:
    """`-d cuda`, `-i 3x64x64`, `-d 2`: the flag that begins so and takes the value."""
    if slip.value is None:
        return None
    likely = [one for one in slip.verb.flags if fits(one, slip.value)]
    begun = [one for one in likely if one.name[0] == slip.bare[:1]]
    alone = [one for one in likely if not one.whole]
    found = begun or (alone if len(alone) == 1 else [])
    return _with(slip, f"--{found[0].name}", found[0], slip.value) if found else None


def _with(slip: Slip, own: str, flag: Flag | None, value: str | None) -> UsageError:
    """The line with a flag of the verb's own in place of another."""
    output = flag_of(slip.verb, "--output")
    named = own.startswith("--format ") and os.path.splitext(slip.value or "")[1] != ""
    if named and output is not None:  # `--json out.json`
        own, flag, value = "--output", output, slip.value
    typed = Typed(slip.typed.words, tuple(f for f in slip.rest.flags if f[0] != own.split()[0]))
    told = f"{slip.message}; did you mean `{own}`?"
    if flag is not None and flag.name == "input" and value is not None:  # `--input-size 3 64 64`
        sizes = [word for word in typed.words if word.isdigit()]
        typed = typed._replace(words=tuple(word for word in typed.words if word not in sizes))
        value = "x".join([value, *sizes])
    if flag is None:  # --help
        return UsageError(told, f"Write archc {slip.verb.name} {own}")
    if flag.metavar and value is None:
        value = TYPICAL.get(flag.name)
    if (flag.metavar and value is None) or len(typed.words) < slip.verb.least:
        word = f"{own} {flag.metavar}" if flag.metavar and value is None else own
        return UsageError(told, f"It is written {word}\nAs in {slip.verb.example}")
    if not flag.metavar:
        return UsageError(told, f"Write {whole_line(slip.verb, typed, own)}")
    if value is not None and "dir" in slip.bare and flag.name == "output":
        value = os.path.join(value, "")
    if flag.name == "device" and value is not None:
        return _device(slip, told, value)
    add = f"--{flag.name}" + (f" {shlex.quote(value)}" if value is not None else "")
    return UsageError(told, f"Write {whole_line(slip.verb, typed, add)}")


def _device(slip: Slip, told: str, value: str) -> UsageError:
    """A device that is none as well: both are told."""
    from archc.devices.find import Unknown, find

    try:
        find(value)
    except Unknown as unknown:
        line = slip.line(f"--device {unknown.meant}") if unknown.meant else slip.line()
        return UsageError(f"{told} And {unknown.message}", unknown.lines(line))
    except OSError:
        pass
    return UsageError(told, slip.line(f"--device {shlex.quote(value)}"))


_ASKED = (
    *(_needless, printed, parameter, network, layer, made, exported_by_flag, _frozen, claim),
    *(revision, budget, _text_alone, _verbose, _undone, _own, others, _by_value),
)


def _meant(name: str, verb: Verb) -> str | None:
    """The verb's own flag that a word stands for, with its value where that is said."""
    value = bare(name)
    own = _own_name(name, verb)
    if own is not None:
        return own
    meant = PICTURES.get(value) if verb.name == "diagram" else None
    foreign = f"--{meant or FOREIGN.get(value, '')}"
    known = [f"--{flag.name}" for flag in verb.flags]
    if foreign in known and value in FIXED:
        return f"{foreign} {FIXED[value]}"
    if any(flag_of(other, name) for other in VERBS.values() if len(value) > 1):
        return None
    if name.startswith("--help"):
        return "--help"
    begun = [one for one in known if one.startswith(name) or name.startswith(f"{one}-")]
    ended = [one for one in known if len(one) > 6 and name.endswith(one[1:])]  # `--layer-depth`
    if len(name) > 4 and len(begun or ended) == 1:
        return (begun or ended)[0]
    if foreign in known:
        return foreign
    return nearest(name, [*known, "--help", "--version"])


def _own_name(name: str, verb: Verb) -> str | None:
    """`--exit_code`, `--json`: the flag itself, or the one that has the word as a choice."""
    own = flag_of(verb, name)
    if own is not None:
        return f"--{own.name}"
    word = bare(name)
    found = [flag for flag in verb.flags if word in flag.choices]
    if len(found) == 1:
        return f"--{found[0].name} {word}"
    meant = [f for f in verb.flags if f.meant.get(word) in f.choices and word not in FOREIGN]
    return f"--{meant[0].name} {meant[0].meant[word]}" if len(meant) == 1 else None
