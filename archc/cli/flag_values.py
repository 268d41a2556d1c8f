"""Values of flags that are none, or missing, answered with the command that was meant.

Imported on the way to a message alone.
"""

from __future__ import annotations

import re
import shlex

from archc.cli.elsewhere import product, stem_of
from archc.cli.flags import Arguments, Flag, UsageError, Verb, choice_meant
from archc.cli.foreign_flags import PRODUCTS, TYPICAL
from archc.cli.paths import networks
from archc.cli.product import SUFFIXES
from archc.cli.typed import Typed, altered, command, take_apart, whole_line
from archc.language import tree
from archc.suggest import nearest


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
    if flag.name == "train":
        rest = typed._replace(flags=tuple(one for one in typed.flags if one[0] != "--train"))
        hint = f"what training keeps is told without it: {command(verb, rest)}"
        return UsageError(f"{message}, the part that is trained alone", hint)
    value = _typical(flag, verb, typed)
    if value is None:
        return UsageError(message, f"`archc {verb.name} --help` tells of it")
    if len(typed.words) < verb.least:
        return UsageError(message, f"As in {name} {value}")
    given = Typed(typed.words, tuple(one for one in typed.flags if one[0] != f"--{flag.name}"))
    line = whole_line(verb, given, f"{name} {shlex.quote(value)}")
    return UsageError(message, f"For example {line}")


def no_number(message: str, flag: Flag, value: str, verb: Verb, argv: list[str]) -> UsageError:
    """`--batch 1.5`, `--depth all`, `--depth 0`: a whole number that is none."""
    typed = take_apart(verb, argv)
    found = re.match(r"\d+", value)
    meant = str(max(1, int(found[0][:12]))) if found is not None else None
    line = command(verb, altered(typed, [(flag.name, meant)]))
    return UsageError(message, f"Write {line}")


def _typical(flag: Flag, verb: Verb, typed: Typed) -> str | None:
    """A value that the flag may have in a line."""
    value = TYPICAL.get(flag.name)
    if value is not None and value in (flag.choices or (value,)):
        return value
    path = typed.words[0] if typed.words else ""
    if flag.name == "output":
        return f"{stem_of(path)}.{SUFFIXES.get(verb.name, 'json')}" if path else None
    if flag.name == "set":
        return _example(path, "") or "classes=10"
    shapes = [
        one.shape for net in networks(path) for one in net.body if isinstance(one, tree.Input)
    ]
    if flag.name == "input" and shapes and isinstance(shapes[0], tree.Size):
        return shapes[0].span.text
    return flag.metavar if re.match(r"\d", flag.metavar) else None


def no_setting(setting: str, arguments: Arguments) -> UsageError:
    """`--set classes`, `--set classes=`, `--set width:64`: a parameter without its value."""
    message = f"`--set {setting}` sets nothing"
    apart = re.fullmatch(r"(\w+)\s*[:\s]\s*(\S+)", setting)
    if apart is not None:
        return UsageError(message, f"Write --set {apart[1]}={apart[2]}")
    name = re.split(r"[^\w]", setting.strip())[0]
    path = arguments.words[0] if arguments.words else ""
    told = f"{message}: it is written --set NAME=VALUE"
    example = _example(path, name)
    if example is None:
        return UsageError(f"{told}, and no network here has parameters" if networks(path) else told)
    if name and nearest(name, own := (example.partition("=")[0],)) is None and name not in own:
        told += f", and no network here has a parameter `{name}`"
    settings = [*(one for one in arguments["set"] if one != setting), example]
    assert arguments.verb is not None
    typed = take_apart(arguments.verb, arguments.typed)
    rest = typed._replace(flags=tuple(one for one in typed.flags if one[0] != "--set"))
    add = " ".join(f"--set {shlex.quote(one)}" for one in settings)
    return UsageError(told, f"For example {whole_line(arguments.verb, rest, add)}")


def _example(path: str, name: str) -> str | None:
    """A parameter of a network with the value that it has: the one of the name, or the first."""
    known = {one.name.id: one for net in networks(path) for one in net.parameters}
    if not known:
        return None
    own = name if name in known else nearest(name, known) or next(iter(known))
    return f"{own}={_default(known[own])}"


def _default(parameter: tree.Parameter) -> str:
    return "8" if parameter.default is None else parameter.default.span.text
