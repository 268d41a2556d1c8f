"""Flags of other programs for what is asked of a spec: a network, a parameter, a layer, a limit.

Imported on the way to a message alone.
"""

from __future__ import annotations

import re
import shlex

from archc.cli.flags import UsageError
from archc.cli.foreign_flags import BUDGETS, FOREIGN, LAYERS, LIMITS, NETWORK, RANGES, REVISIONS
from archc.cli.paths import names_spec, networks
from archc.cli.typed import Slip, flag_of, whole_line
from archc.cli.verbs import VERBS
from archc.language import tree
from archc.suggest import nearest


def parameter(slip: Slip) -> UsageError | None:
    """`check vgg16 --num-classes 10`: a parameter of the network, which is set."""
    if slip.value is None or not slip.path or flag_of(slip.verb, "--set") is None:
        return None
    known = [one.name.id for net in networks(slip.path) for one in net.parameters]
    word = slip.bare.replace("-", "_")
    plain = re.sub(r"\A(?:num|n|nb|number_of)_", "", word)
    name = next((one for one in (word, plain) if one in known), None)
    if name is None and plain in ("classes", "labels") and flag_of(slip.verb, slip.name) is None:
        if known:
            what = f"a parameter of the network is set, and there are {', '.join(known)}"
            first = next(one for net in networks(slip.path) for one in net.parameters)
            return UsageError(f"{slip.message}: {what}", _example(slip, first))
        name = "classes"
    if name is None:
        return None
    add = f"--set {shlex.quote(f'{name}={slip.value}')}"
    return UsageError(f"{slip.message}: a parameter of the network is set", slip.line(add))


def _example(slip: Slip, one: tree.Parameter) -> str:
    value = "8" if one.default is None else one.default.span.text
    line = whole_line(slip.verb, slip.rest, f"--set {shlex.quote(f'{one.name.id}={value}')}")
    return f"For example {line}"


NAMED = re.compile(r"\b(params|macs|flops|weights|memory|peak)\s*[:=<]+\s*([\d.]+\w*)", re.ASCII)
SCALED = re.compile(r"(?:\A|-)([gm])(?:flops?|macs?|params?|b)\Z|-(?:in-)?([gm])b?\Z", re.ASCII)


def revision(slip: Slip) -> UsageError | None:
    """`check --since main net.arch`: an earlier state is compared."""
    if slip.bare not in REVISIONS or slip.value is None:
        return None
    value = slip.value
    path = slip.path or (value if names_spec(value) else None)
    if path is None:
        return None
    state = "HEAD" if path == value else value
    old = shlex.quote(f"git:{state}:{path}")
    line = f"Write archc diff {old} {shlex.quote(path)}"
    return UsageError(f"{slip.message}: `archc diff` compares with an earlier revision", line)


def budget(slip: Slip) -> UsageError | None:
    """`check --param-budget 5M`, `check --limit 5M`: a limit of one figure."""
    if flag_of(VERBS["check"], slip.name) is not None or slip.value is None:
        return None
    several = NAMED.findall(slip.value) if any(one in slip.bare for one in LIMITS) else []
    if several and slip.path:
        words = (("memory" if name == "peak" else name, value) for name, value in several)
        flags = " ".join(f"--max-{word} {shlex.quote(value)}" for word, value in words)
        told = f"{slip.message}: a limit is a flag of its own"
        return UsageError(told, slip.line(flags, VERBS["check"]))
    if not re.fullmatch(r"\d[\d_.,]*\s*[A-Za-z]*", slip.value):
        return None
    piece = next((one for one in BUDGETS if one in slip.bare), None)
    limits = any(one in slip.bare for one in LIMITS)
    if not limits or (piece is None and slip.bare not in LIMITS):
        return None
    word = BUDGETS[piece] if piece else "memory" if slip.value[-1] in "bB" else "params"
    what = "a limit is of one figure: --max-params, --max-macs, --max-flops, --max-weights or "
    scale = SCALED.search(slip.bare)
    value = slip.value
    if scale is not None and value.replace(".", "").isdigit():
        bytes_too = word in ("weights", "memory")
        value += (scale[1] or scale[2]).upper() + "B" * bytes_too
    line = slip.line(f"--max-{word} {value}", VERBS["check"])
    return UsageError(f"{slip.message}: {what}--max-memory", line)


def layer(slip: Slip) -> UsageError | None:
    """`check --layer conv1`: one layer is explained."""
    apart = len(slip.typed.words) == 2 and slip.verb.name == "explain" and slip.bare == "line"
    value = slip.typed.words[1] if apart and slip.value is None else slip.value
    if slip.bare not in LAYERS or value is None or not slip.path:
        return None
    named = f"line {value}" if slip.bare == "line" else value
    line = f"archc explain {shlex.quote(slip.path)} {shlex.quote(named)}"
    return UsageError(f"{slip.message}: `archc explain` tells of one layer", f"Write {line}")


def network(slip: Slip) -> UsageError | None:
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
        if slip.bare == "class" and len(names) == 1:
            told = f"{slip.message}: the class is called as the network is"
            return UsageError(told, f"Write `network {value}` for `network {names[0]}` in {path}")
        return UsageError(f"{slip.message}; a network is named behind its file", hint)
    typed = slip.rest._replace(words=(f"{path}:{name}", *slip.typed.words[1:]))
    line = f"Write {whole_line(slip.verb, typed)}"
    return UsageError(f"{slip.message}: a network is named behind its file", line)


LIMIT = re.compile(
    r"\s*(?:memory\.)?(params|macs|flops|memory|peak|weights)\s*<=?\s*([\w.]+)\s*\Z", re.ASCII
)


def claim(slip: Slip) -> UsageError | None:
    """`check --expect "macs < 1G"`, `sizes --min 64`."""
    limit = LIMIT.match(slip.value or "") if slip.bare in ("expect", "assert", "require") else None
    if limit is not None and slip.path:
        word = "memory" if limit[1] == "peak" else limit[1]
        line = slip.line(f"--max-{word} {limit[2]}", VERBS["check"])
        return UsageError(f"{slip.message}: a limit is a flag of its own", line)
    if slip.verb.name == "sizes" and slip.bare in RANGES:
        return UsageError(f"{slip.message}: it tells all sizes, from the smallest on", slip.line())
    return None
