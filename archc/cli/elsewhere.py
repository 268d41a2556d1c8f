"""Flags for what another verb does or makes, answered with its command.

Imported on the way to a message alone.
"""

from __future__ import annotations

import os
import shlex

from archc import bundled
from archc.cli.flags import Arguments, UsageError, Verb
from archc.cli.foreign_flags import EXPORTS, FOREIGN, PRODUCTS
from archc.cli.typed import Slip, Typed, altered, bare, command, flag_of, take_apart
from archc.cli.verbs import VERBS
from archc.emit.formats import SUFFIXES


def printed(slip: Slip) -> UsageError | None:
    """`show vgg16 -o mine.arch`, `compare alexnet vgg16 -o out.md`: what a shell puts in a file."""
    if FOREIGN.get(slip.bare, slip.bare) not in ("output", "o"):
        return None
    out = slip.value
    if slip.verb.name == "show":
        spec = next((one for one in slip.typed.words if bundled.spec(one)), None)
        file = shlex.quote(unused(out or f"{spec}.arch"))
        line = f"Write archc show {spec} > {file}" if spec else "`archc list` names them"
        return UsageError(f"{slip.message}: it prints a bundled spec", line)
    if slip.verb.name == "fmt":
        file = shlex.quote(slip.path or "FILE.arch")
        line = f"archc fmt - < {file} > {shlex.quote(unused(out or 'OTHER.arch'))}"
        if out and os.path.exists(out) and os.path.realpath(out) == os.path.realpath(slip.path):
            line = f"archc fmt {file}"
        return UsageError(f"{slip.message}: it writes the file itself", f"Write {line}")
    if flag_of(slip.verb, "--output") is not None or slip.verb.name in ("new", "completion"):
        return None
    form = SUFFIXES.get(os.path.splitext(out or "")[1].lower(), "")
    flag = flag_of(slip.verb, "--format")
    asked = flag is not None and form in flag.choices and form != flag.default
    add = f"--format {form}" if asked and "--format" not in dict(slip.typed.flags) else ""
    line = f"{slip.line(add)} > {shlex.quote(unused(out or f'{slip.verb.name}.txt'))}"
    return UsageError(f"{slip.message}: it writes to standard output", line)


def unused(path: str) -> str:
    """A name for what a shell writes, which empties a file that is there before archc reads it."""
    stem, suffix = os.path.splitext(path)
    number = 2
    while os.path.lexists(path):
        path, number = f"{stem}-{number}{suffix}", number + 1
    return path


def made(slip: Slip) -> UsageError | None:
    """`check --html`: what another verb makes."""
    if slip.bare in PRODUCTS:
        return product(slip.message, slip.bare, slip.verb, slip.typed)
    return None


def exported_by_flag(slip: Slip) -> UsageError | None:
    """`check net.arch --export net.onnx`, `--export svg`."""
    if slip.bare not in EXPORTS:
        return None
    value = slip.value or ("onnx" if "onnx" in slip.bare else "py")
    _, dot, suffix = value.rpartition(".")
    suffix = suffix.lower()
    out = value if dot else ""
    if suffix in PRODUCTS:
        flags = (*slip.typed.flags, *([("--output", out)] if out else []))
        return product(slip.message, suffix, slip.verb, slip.typed._replace(flags=flags))
    if not slip.path:
        return UsageError(f"{slip.message}: `archc build` writes a module", slip.line())
    from archc.cli.misplaced import exported

    out = out or f"{stem_of(slip.path)}.{suffix}"
    what = "PyTorch exports the module that `archc build` writes"
    return UsageError(f"{slip.message}: {what}", exported(slip.path, out))


def no_format(output: str, arguments: Arguments) -> UsageError:
    """`check net.arch -o net.svg`, `-o out`: a name that tells no form of the figures."""
    assert arguments.verb is not None
    typed = take_apart(arguments.verb, arguments.typed)
    stem, suffix = os.path.splitext(output)
    if suffix[1:].lower() in PRODUCTS:
        return product(
            f"figures are not written as `{suffix}`", suffix[1:].lower(), VERBS["check"], typed
        )
    line = command(arguments.verb, altered(typed, [("output", f"{stem}.json")]))
    told = f"Write {line}\nor with --format; by the suffix go {', '.join(SUFFIXES)}"
    return UsageError(f"the name of `{output}` tells no format", told)


def others(slip: Slip) -> UsageError | None:
    """`check --verify`: a flag of another verb, for as many words."""
    other = _other(slip.name, slip.value, slip.verb, slip.typed)
    wanted = None if other is None else flag_of(other, slip.name)
    if other is None or (wanted is not None and wanted.metavar and slip.value is None):
        return None
    what = f"{slip.message}; it is a flag of `archc {other.name}`"
    return UsageError(what, _elsewhere(other, slip.verb, slip.typed) if slip.path else "")


def _elsewhere(other: Verb, verb: Verb, typed: Typed) -> str:
    """The line of the verb that has a flag; of one that writes no such product, both lines."""
    from archc.cli.proposed import refusal

    line = command(other, typed)
    if "--output" not in dict(typed.flags) or refusal(line) is None:
        return f"Write {line}"
    rest = tuple(one for one in typed.flags if one[0] != "--output")
    return f"Write {command(other, typed._replace(flags=rest))}\nThen {command(verb, typed)}"


def product(message: str, word: str, verb: Verb, typed: Typed) -> UsageError:
    """What another verb makes: with the line that makes it."""
    name, what, suffix = PRODUCTS[word]
    other = VERBS[name]
    kept = tuple(one for one in typed.flags if one[0] not in ("--format", "--output", f"--{word}"))
    out = next((value for one, value in typed.flags if one == "--output"), None)
    out = out or next((v for one, v in typed.flags if bare(one) == word and v and "." in v), None)
    if not typed.words:
        return UsageError(f"{message}: `archc {name}` writes {what}", f"As in {other.example}")
    out = out or f"{stem_of(typed.words[0])}.{suffix}"
    line = command(other, Typed(typed.words, kept), f"-o {shlex.quote(out)}")
    return UsageError(f"{message}: `archc {name}` writes {what}", f"Write {line}")


def stem_of(word: str) -> str:
    """What a product of a path is called: its file, or the network that is named behind it."""
    name = os.path.basename(os.path.abspath(word)).rpartition(":")[2]
    return os.path.splitext(name)[0] or "net"


def _other(name: str, value: str | None, verb: Verb, typed: Typed) -> Verb | None:
    """Another verb that has the flag, for as many words."""
    names = (name, f"--{FOREIGN.get(bare(name), '')}")
    for other in VERBS.values():
        flag = flag_of(other, names[0])
        fit = len(typed.words) >= other.least and len(typed.words) <= (other.most or 99)
        if flag is None or not fit or other is verb or other.name == "import":
            continue
        if "PATH" in other.words and (not flag.choices or value is None or value in flag.choices):
            return other
    return None
