"""Flags of other verbs and of other programs, answered with the command that was meant.

Imported on the way to a message alone.
"""

from __future__ import annotations

import re
import shlex

from archc.cli.elsewhere import exported_by_flag, made, others, printed, product
from archc.cli.flags import Flag, UsageError, Verb, choice_meant
from archc.cli.foreign_flags import (
    FIXED,
    FOREIGN,
    NEEDLESS,
    NETWORK,
    PRODUCTS,
    RANGES,
    SHOWN,
    TYPICAL,
    UNDONE,
)
from archc.cli.paths import names_spec, networks
from archc.cli.typed import (
    Slip,
    Typed,
    altered,
    bare,
    command,
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
    words, does = NEEDLESS.get(slip.verb.name, ((), ""))
    if slip.bare in words:
        value = slip.value
        alone = "" if value is None or value.lower() in words else " alone"
        return UsageError(f"{slip.message}: it {does}{alone}", slip.line())
    shown = re.sub(r"\A(?:show|print|report|with|include)-", "", slip.bare)
    if slip.verb.name == "check" and shown in SHOWN and slip.value is None:
        what = "its table has that" if shown != slip.bare or shown != "table" else "it shows it"
        return UsageError(f"{slip.message}: {what}", slip.line())
    return None


def _frozen(slip: Slip) -> UsageError | None:
    if slip.bare not in ("freeze", "frozen") or not flag_of(slip.verb, "--train"):
        return None
    return UsageError(
        f"{slip.message}: `--train PATH` names what is trained, and freezes all the rest",
        f"`archc {slip.verb.name} --help` lists its flags",
    )


def _network(slip: Slip) -> UsageError | None:
    """`build net.arch --network Net`: a network is named behind its file."""
    value, path = slip.value, slip.path
    if slip.bare not in NETWORK or "PATH" not in slip.verb.words or not path or not value:
        return None
    names = [one.name.id for one in networks(path)]
    exact = next((one for one in names if one.lower() == value.lower()), None)
    name = exact or nearest(value, names)
    if name is None and (slip.bare in FOREIGN or len(slip.bare) == 1):
        return None
    if name is None:
        hint = f"It has {', '.join(names)}" if names else ""
        return UsageError(f"{slip.message}; a network is named behind its file", hint)
    typed = slip.rest._replace(words=(f"{path}:{name}", *slip.typed.words[1:]))
    line = f"Write {whole_line(slip.verb, typed)}"
    return UsageError(f"{slip.message}: a network is named behind its file", line)


LIMIT = re.compile(
    r"\s*(?:memory\.)?(params|macs|flops|memory|peak|weights)\s*<=?\s*([\w.]+)\s*\Z", re.ASCII
)


def _claim(slip: Slip) -> UsageError | None:
    """`check --expect "macs < 1G"`, `sizes --min 64`."""
    limit = LIMIT.match(slip.value or "") if slip.bare in ("expect", "assert", "require") else None
    if limit is not None and slip.path:
        word = "memory" if limit[1] == "peak" else limit[1]
        line = slip.line(f"--max-{word} {limit[2]}", VERBS["check"])
        return UsageError(f"{slip.message}: a limit is a flag of its own", line)
    if slip.verb.name == "sizes" and slip.bare in RANGES:
        return UsageError(f"{slip.message}: it tells all sizes, from the smallest on", slip.line())
    return None


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
    if slip.bare not in ("v", "verbose") or not flag_of(slip.verb, "--expand"):
        return None
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
    return UsageError(f"{slip.message}: {why}", slip.line(add, VERBS["check"]))


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
    found = begun or (likely if len(likely) == 1 else [])
    return _with(slip, f"--{found[0].name}", found[0], slip.value) if found else None


def _with(slip: Slip, own: str, flag: Flag | None, value: str | None) -> UsageError:
    """The line with a flag of the verb's own in place of another."""
    typed = Typed(slip.typed.words, tuple(f for f in slip.rest.flags if f[0] != own.split()[0]))
    told = f"{slip.message}; did you mean `{own}`?"
    if flag is None:  # --help
        return UsageError(told, f"Write archc {slip.verb.name} {own}")
    if flag.metavar and value is None:
        value = TYPICAL.get(flag.name)
    if (flag.metavar and value is None) or len(typed.words) < slip.verb.least:
        word = f"{own} {flag.metavar}" if flag.metavar and value is None else own
        return UsageError(told, f"It is written {word}\nAs in {slip.verb.example}")
    if not flag.metavar and value is not None:
        return UsageError(f"{told} It takes no value", f"Write {whole_line(slip.verb, typed, own)}")
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
        lines = [slip.line(f"--device {unknown.meant}")] if unknown.meant else [slip.line()]
        return UsageError(f"{told} And {unknown.message}", "\n".join([*lines, unknown.hint]))
    except OSError:
        pass
    return UsageError(told, slip.line(f"--device {shlex.quote(value)}"))


_ASKED = (
    *(_needless, printed, _network, made, exported_by_flag, _frozen, _claim, _text_alone),
    *(_verbose, _undone, _own, others, _by_value),
)


def unchosen(name: str, flag: Flag, value: str, verb: Verb, argv: list[str]) -> UsageError:
    """What to say of a word that a flag does not take."""
    typed = take_apart(verb, argv)
    meant = choice_meant(flag, value)
    if flag.name == "format" and value.lower() in PRODUCTS and value.lower() not in flag.meant:
        return product(f"`{name}` cannot be `{value}`", value.lower(), verb, typed)
    told, line = "", ""
    if meant is not None:
        line = f"Write {command(verb, altered(typed, [(flag.name, meant)]))}\n"
        told = f"; did you mean `{meant}`?"
    choices = ", ".join(flag.choices)
    return UsageError(f"`{name}` cannot be `{value}`{told}", f"{line}It is one of: {choices}")


def without_value(name: str, flag: Flag, verb: Verb, argv: list[str]) -> UsageError:
    """What to say of a flag that stands without its value."""
    message = f"`{name}` needs a value: {name} {flag.metavar}"
    typed = take_apart(verb, argv)
    value = TYPICAL.get(flag.name)
    if value is None or value not in (flag.choices or (value,)):
        return UsageError(message, f"As in {verb.example}")
    if len(typed.words) < verb.least:
        return UsageError(message, f"As in {name} {value}")
    line = command(verb, altered(typed, [(flag.name, value)]))
    return UsageError(message, f"For example {line}")


def _meant(name: str, verb: Verb) -> str | None:
    """The verb's own flag that a word stands for, with its value where that is said."""
    value = bare(name)
    own = _own_name(name, verb)
    if own is not None:
        return own
    foreign = f"--{FOREIGN.get(value, '')}"
    known = [f"--{flag.name}" for flag in verb.flags]
    if foreign in known and value in FIXED:
        return f"{foreign} {FIXED[value]}"
    if any(flag_of(other, name) for other in VERBS.values() if len(value) > 1):
        return None
    begun = [one for one in known if one.startswith(name) or name.startswith(f"{one}-")]
    if len(name) > 4 and len(begun) == 1:
        return begun[0]
    if foreign in known:
        return foreign
    return nearest(name, [*known, "--help", "--version"])


def _own_name(name: str, verb: Verb) -> str | None:
    """`--exit_code`, `--json`: the flag itself, or the one that has the word as a choice."""
    own = flag_of(verb, name)
    if own is not None:
        return f"--{own.name}"
    found = [flag for flag in verb.flags if bare(name) in flag.choices]
    return f"--{found[0].name} {bare(name)}" if len(found) == 1 else None
