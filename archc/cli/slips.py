"""Flags of other verbs and of other programs, answered with the command that was meant.

Imported on the way to a message alone.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable

from archc import bundled
from archc.cli.flags import Arguments, Flag, UsageError, Verb, choice_meant
from archc.cli.paths import names_spec, networks
from archc.cli.verbs import VERBS
from archc.emit.formats import FORMATS
from archc.named import NamedTuple
from archc.suggest import nearest

FOREIGN = {
    **dict.fromkeys(("batch-size", "bs", "n", "b"), "batch"),
    **dict.fromkeys(("input-size", "input-shape", "shape", "size", "image-size"), "input"),
    **dict.fromkeys(("img-size", "resolution", "i"), "input"),
    **dict.fromkeys(("param", "params", "define", "kwargs", "arg", "D", "p"), "set"),
    **dict.fromkeys(("precision", "type", "data-type"), "dtype"),
    **dict.fromkeys(("gpu", "hardware", "accelerator"), "device"),
    **dict.fromkeys(("colour", "no-color", "no-colour", "nocolor"), "color"),
    **dict.fromkeys(("silent", "summary-only", "s"), "quiet"),
    **dict.fromkeys(("werror", "warnings-as-errors", "fail-on-warnings", "error"), "strict"),
    **dict.fromkeys(("autofix", "apply", "auto-fix"), "fix"),
    **dict.fromkeys(("disable", "skip", "suppress"), "ignore"),
    **dict.fromkeys(("enable", "only", "rule", "rules"), "select"),
    **dict.fromkeys(("max-depth", "level", "levels"), "depth"),
    **dict.fromkeys(("optim", "opt"), "optimizer"),
    **dict.fromkeys(("vram", "memory", "gpu-memory", "max-batch"), "fits"),
    **dict.fromkeys(("dry-run", "show-diff", "preview"), "diff"),
    **dict.fromkeys(("overwrite", "yes", "y", "f"), "force"),
    **dict.fromkeys(("rankdir", "orientation", "layout"), "direction"),
    **dict.fromkeys(("outfile", "output-file", "file", "save", "to", "out"), "output"),
    **dict.fromkeys(("tips", "advice", "suggest", "hints"), "advise"),
    **dict.fromkeys(("finetune", "fine-tune", "trainable", "unfreeze"), "train"),
    **dict.fromkeys(("all", "full", "unfold"), "expand"),
}
"""What other programs call a flag."""

FIXED = {"no-color": "never", "no-colour": "never", "nocolor": "never"}
"""What a foreign switch says of the flag that it stands for."""

NEEDLESS = {
    "fmt": (("write", "in-place", "inplace", "i", "w", "fix", "apply"), "writes the file itself"),
    "report": (("html", "open"), "writes HTML"),
    "build": (
        (
            "pytorch",
            "torch",
            "python",
            "py",
            "framework",
            "backend",
            "target",
            "language",
            "format",
        ),
        "writes PyTorch",
    ),
    "check": (("check", "validate", "lint", "table", "summary", "stats"), "does this by itself"),
    "compare": (
        ("side-by-side", "params", "macs", "flops", "memory", "table"),
        "does this by itself",
    ),
    "diagram": (("dot",), "writes DOT where no -o says otherwise"),
    "list": (("all", "a", "full"), "names them all"),
}
"""Flags of other programs for what a verb does anyway."""

NETWORK = ("network", "networks", "net", "model", "name", "class")
"""What others name a network by."""

RANGES = ("min", "from", "to", "range", "smallest", "min-size", "max-size")
"""What others ask sizes by."""

PRODUCTS = {
    "html": ("report", "HTML", "html"),
    **{one: ("diagram", "pictures", one) for one in ("svg", "png", "pdf", "dot", "drawio")},
    **dict.fromkeys(("mermaid", "mmd"), ("diagram", "pictures", "mmd")),
    **dict.fromkeys(("tikz", "tex"), ("diagram", "pictures", "tex")),
    **dict.fromkeys(("py", "python", "pytorch", "torch"), ("build", "PyTorch", "py")),
}
"""What is made by a verb of its own: the verb, what it makes, the suffix."""


class Typed(NamedTuple):
    """A command line taken apart, whether its flags are known or not."""

    words: tuple[str, ...]
    flags: tuple[tuple[str, str | None], ...]


def take_apart(verb: Verb, argv: Iterable[str]) -> Typed:
    """The words and flags of a line; what no verb knows has the value behind its `=` alone."""
    words, flags = [], []
    queue = list(reversed(list(argv)))
    while queue:
        word = queue.pop()
        if not word.startswith("-") or word == "-" or word.startswith("-:"):
            words.append(word)
            continue
        name, equals, text = word.partition("=")
        value = text if equals else None
        flag = _flag(verb, name) or next((f for v in VERBS.values() if (f := _flag(v, name))), None)
        known = flag or _flag(verb, f"--{FOREIGN.get(_bare(name), '')}")
        if known is None:
            takes = bool(queue) and _no_path(queue[-1], verb)
        else:
            takes = bool(known.metavar) and _bare(name) not in FIXED
        if takes and not equals and queue and not queue[-1].startswith("-"):
            value = queue.pop()
        flags.append((f"--{flag.name}" if flag else name, value))
    return Typed(tuple(words), tuple(flags))


def _no_path(word: str, verb: Verb) -> bool:
    """Whether a word behind a flag that nobody knows is its value, and not what a verb reads."""
    return verb.words.startswith("PATH") and not names_spec(word) and not word.endswith(".arch")


Values = Iterable[tuple[str, str | None]]
"""Values of flags by their names; None for a flag that is left out."""


def altered(typed: Typed, flags: Values) -> Typed:
    """A line with other values of flags; one that it did not have stands last."""
    values = {f"--{name}": value for name, value in flags}
    before = [name for name, _ in typed.flags]
    kept = [
        (name, values.get(name, value))
        for place, (name, value) in enumerate(typed.flags)
        if name not in values or (name not in before[:place] and values[name] is not None)
    ]
    added = [(name, value) for name, value in values.items() if name not in before and value]
    return typed._replace(flags=(*kept, *added))


def with_flags(arguments: Arguments, flags: Values) -> str:
    """The command that was typed, with other values of flags."""
    assert arguments.verb is not None
    return command(arguments.verb, altered(take_apart(arguments.verb, arguments.typed), flags))


def command(verb: Verb, typed: Typed, add: str = "") -> str:
    """The line for a verb, with those of the flags that it has."""
    parts = [verb.name, *typed.words]
    for name, value in typed.flags:
        if _flag(verb, name) is not None:
            parts += [name] if value is None else [name, value]
    return f"archc {' '.join(map(_quoted, parts))}{f' {add}' if add else ''}"


def unknown_flag(name: str, verb: Verb, argv: list[str]) -> UsageError:
    """What to say of a flag that the verb does not have."""
    typed = take_apart(verb, argv)
    message = f"`archc {verb.name}` has no flag `{name}`"
    bare = _bare(name)
    value = next((value for one, value in typed.flags if one == name), None)
    words, does = NEEDLESS.get(verb.name, ((), ""))
    if bare in words:
        alone = "" if value is None or value.lower() in words else " alone"
        return UsageError(f"{message}: it {does}{alone}", f"Write {command(verb, typed)}")
    if verb.name == "show" and bare in ("o", "out", "output"):
        spec = next((one for one in typed.words if bundled.spec(one)), None)
        out = next((v for one, v in typed.flags if one in ("--output", "--out") and v), None)
        file = shlex.quote(out or f"{spec}.arch")
        line = f"Write archc show {spec} > {file}" if spec else "`archc list` names them"
        return UsageError(f"{message}: it prints a bundled spec", line)
    if verb.name == "fmt" and bare in ("o", "out", "output", "output-file", "outfile"):
        return _formatted_elsewhere(message, typed)
    if bare in PRODUCTS:
        return product(message, bare, verb, typed)
    if bare in ("freeze", "frozen") and _flag(verb, "--train"):
        return UsageError(
            f"{message}: `--train PATH` names what is trained, and freezes all the rest",
            f"`archc {verb.name} --help` lists its flags",
        )
    said = asked_elsewhere(message, bare, value, verb, typed)
    if said is not None:
        return said
    if bare in ("format", *FORMATS) and not _flag(verb, "--format") and verb.words != "PATH":
        return _text_alone(message, verb, typed)
    if bare in ("v", "verbose") and _flag(verb, "--expand"):
        every = f"Write {command(verb, typed, '--expand')}"
        return UsageError(message, f"{every}\n`archc --version` tells the version")
    own = _meant(name, verb)
    if own is None:
        other = _other(name, value, verb, typed)
        wanted = None if other is None else _flag(other, name)
        bare_value = wanted is not None and wanted.metavar and value is None
        if other is not None and not bare_value:
            what = f"{message}; it is a flag of `archc {other.name}`"
            return UsageError(what, _elsewhere(other, verb, typed) if typed.words else "")
    if own is not None:
        flag, _, fixed = own.partition(" ")
        given = fixed or value
        others = tuple(one for one in typed.flags if one[0] != flag)
        add = shlex.join([flag, given] if given else [flag])
        line = command(verb, typed._replace(flags=others), add)
        wants = _flag(verb, flag)
        complete = typed.words and wants is not None and bool(wants.metavar) == bool(given)
        return UsageError(
            f"{message}; did you mean `{own}`?",
            f"Write {line}" if complete else f"`archc {verb.name} --help` lists its flags",
        )
    return UsageError(message, f"`archc {verb.name} --help` lists its flags")


LIMIT = re.compile(
    r"\s*(?:memory\.)?(params|macs|flops|memory|peak|weights)\s*<=?\s*([\w.]+)\s*\Z", re.ASCII
)


def asked_elsewhere(
    message: str, bare: str, value: str | None, verb: Verb, typed: Typed
) -> UsageError | None:
    """What is no flag here, and asked for in another way: `--network N`, `--expect "macs < 1G"`."""
    path = typed.words[0] if typed.words else ""
    if bare in NETWORK and "PATH" in verb.words and path and value:
        names = [one.name.id for one in networks(path)]
        exact = next((one for one in names if one.lower() == value.lower()), None)
        name = exact or nearest(value, names)
        if name is None:
            hint = f"It has {', '.join(names)}" if names else ""
            return UsageError(f"{message}; a network is named behind its file", hint)
        line = command(verb, typed._replace(words=(f"{path}:{name}", *typed.words[1:])))
        return UsageError(f"{message}: a network is named behind its file", f"Write {line}")
    limit = LIMIT.match(value or "") if bare in ("expect", "assert", "require") else None
    if limit is not None and path:
        word = "memory" if limit[1] == "peak" else limit[1]
        line = f"Write {command(VERBS['check'], typed, f'--max-{word} {limit[2]}')}"
        return UsageError(f"{message}: a limit is a flag of its own", line)
    if verb.name == "sizes" and bare in RANGES:
        line = f"Write {command(verb, typed)}"
        return UsageError(f"{message}: it tells all sizes, from the smallest on", line)
    return None


def _text_alone(message: str, verb: Verb, typed: Typed) -> UsageError:
    """`list --json`: what writes no other form, and what writes figures in one."""
    specs = [word for word in typed.words if names_spec(word)] or ["vgg16"]
    json = f"`archc check {shlex.quote(specs[0])} --format json` writes figures of a network"
    return UsageError(f"{message}: it writes text", f"Write {command(verb, typed)}\n{json}")


def _elsewhere(other: Verb, verb: Verb, typed: Typed) -> str:
    """The line of the verb that has a flag; of one that writes no such product, both lines."""
    from archc.cli.proposed import refusal

    line = command(other, typed)
    if "--output" not in dict(typed.flags) or refusal(line) is None:
        return f"Write {line}"
    rest = tuple(one for one in typed.flags if one[0] != "--output")
    return f"Write {command(other, typed._replace(flags=rest))}\nThen {command(verb, typed)}"


def _formatted_elsewhere(message: str, typed: Typed) -> UsageError:
    """`fmt net.arch -o pretty.arch`: what is read from `-` goes to standard output."""
    file = shlex.quote(typed.words[0] if typed.words else "FILE.arch")
    out = next((v for one, v in typed.flags if one in ("--output", "-o", "--out") and v), None)
    line = f"archc fmt - < {file} > {shlex.quote(out or 'OTHER.arch')}"
    return UsageError(f"{message}: it writes the file itself", f"Write {line}")


def unchosen(name: str, flag: Flag, value: str, verb: Verb, argv: list[str]) -> UsageError:
    """What to say of a word that a flag does not take."""
    if flag.name == "format" and value.lower() in PRODUCTS:
        typed = take_apart(verb, argv)
        return product(f"`{name}` cannot be `{value}`", value.lower(), verb, typed)
    meant = choice_meant(flag, value)
    told, line = "", ""
    if meant is not None:
        typed = altered(take_apart(verb, argv), [(flag.name, meant)])
        told, line = f"; did you mean `{meant}`?", f"Write {command(verb, typed)}\n"
    choices = ", ".join(flag.choices)
    return UsageError(f"`{name}` cannot be `{value}`{told}", f"{line}It is one of: {choices}")


def product(message: str, word: str, verb: Verb, typed: Typed) -> UsageError:
    """What another verb makes: with the line that makes it."""
    name, what, suffix = PRODUCTS[word]
    other = VERBS[name]
    kept = tuple(one for one in typed.flags if one[0] not in ("--format", "--output", f"--{word}"))
    out = next((value for one, value in typed.flags if one == "--output"), None)
    if not typed.words:
        return UsageError(f"{message}: `archc {name}` writes {what}", f"As in {other.example}")
    stem = os.path.splitext(os.path.basename(typed.words[0].partition(":")[0]))[0]
    line = command(other, Typed(typed.words, kept), f"-o {shlex.quote(out or f'{stem}.{suffix}')}")
    return UsageError(f"{message}: `archc {name}` writes {what}", f"Write {line}")


def _meant(name: str, verb: Verb) -> str | None:
    """The verb's own flag that a word stands for, with its value where that is said."""
    value = _bare(name)
    own = _flag(verb, name)
    if own is not None:  # `--exit_code`
        return f"--{own.name}"
    found = [flag for flag in verb.flags if value in flag.choices]
    if len(found) == 1:
        return f"--{found[0].name} {value}"
    if any(_flag(other, name) for other in VERBS.values() if len(value) > 1):
        return None
    known = [f"--{flag.name}" for flag in verb.flags]
    begun = [one for one in known if one.startswith(name) or name.startswith(f"{one}-")]
    if len(name) > 4 and len(begun) == 1:
        return begun[0]
    foreign = f"--{FOREIGN.get(value, '')}"
    if foreign in known:
        return f"{foreign} {FIXED[value]}" if value in FIXED else foreign
    return nearest(name, [*known, "--help", "--version"])


def _other(name: str, value: str | None, verb: Verb, typed: Typed) -> Verb | None:
    """Another verb that has the flag, for as many words."""
    names = (name, f"--{FOREIGN.get(_bare(name), '')}")
    for other in VERBS.values():
        flag = _flag(other, names[0])
        fits = len(typed.words) >= other.least and len(typed.words) <= (other.most or 99)
        if flag is None or not fits or other is verb or other.name == "import":
            continue
        if "PATH" in other.words and (not flag.choices or value is None or value in flag.choices):
            return other
    return None


def _flag(verb: Verb, name: str) -> Flag | None:
    bare = _bare(name)
    long = name.startswith("--")
    return next((f for f in verb.flags if bare == (f.name if long else f.short) and bare), None)


def _bare(name: str) -> str:
    return name.lstrip("-").partition("=")[0].replace("_", "-")


def _quoted(word: str) -> str:
    """A word as a shell wants it; one may hold a `~`, which is special at the front alone."""
    plain = word.replace("~", "")
    return word if word[:1] != "~" and shlex.quote(plain) == plain else shlex.quote(word)
