"""A first word that is no verb, and the line that was meant.

Imported on the way to a message alone.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence

from archc.cli.completed import into_file
from archc.cli.elsewhere import stem_of
from archc.cli.flags import UsageError, Verb
from archc.cli.paths import names_spec
from archc.cli.typed import take_apart, whole_line
from archc.cli.verbs import VERBS
from archc.files import Problem
from archc.foreign_files import KINDS, refuse
from archc.suggest import nearest

MEANT = {
    **dict.fromkeys(("analyse", "analyze", "count", "info", "lint", "profile", "run"), "check"),
    **dict.fromkeys(("expect", "assert", "budget", "params", "flops", "macs"), "check"),
    **dict.fromkeys(("stats", "summary", "table", "test", "validate"), "check"),
    **dict.fromkeys(("memory", "shapes", "describe", "print", "summarize", "inspect"), "check"),
    **dict.fromkeys(("benchmark", "estimate", "open", "measure", "trace", "fix"), "check"),
    **dict.fromkeys(("compile", "codegen", "emit", "export", "generate", "verify"), "build"),
    **dict.fromkeys(("pytorch", "torch", "onnx", "code", "to-torch"), "build"),
    **dict.fromkeys(("draw", "graph", "picture", "plot", "render", "view", "viz"), "diagram"),
    **dict.fromkeys(("svg", "png", "visualize", "visualise", "display", "image"), "diagram"),
    **dict.fromkeys(("convert", "from", "load", "from-torch", "read"), "import"),
    **dict.fromkeys(("create", "init", "add"), "new"),
    **dict.fromkeys(("format", "tidy"), "fmt"),
    **dict.fromkeys(("html", "page"), "report"),
    **dict.fromkeys(("doc", "docs", "man", "rule", "why"), "explain"),
    **dict.fromkeys(("models", "networks", "zoo", "specs"), "list"),
    **dict.fromkeys(("cat", "get", "download"), "show"),
    "ls": "list",
}
"""What other programs call a verb."""

FLAGS = {"fix": "--fix", "verify": "--verify"}
"""Verbs of others that are flags here."""


def unknown_verb(word: str, argv: Sequence[str]) -> UsageError:
    """The message for a verb that is none, or a path where a verb was due."""
    message = f"`{word}` is no verb"
    try:
        refuse(word)
    except Problem as problem:
        return UsageError(f"{message}; {problem.message}", problem.hint)
    if word == "-" or names_spec(word) or word.endswith(".arch") or ".arch:" in word:
        return UsageError(f"{message}, and one stands first", f"Write {_behind(list(argv))}")
    if word.startswith("-"):
        return _flag_first(word, argv)
    if os.path.splitext(word)[1].lower() in KINDS:
        from archc.cli.models import alone

        found = alone(word, take_apart(VERBS["import"], argv[1:]))
        if found is not None:
            return UsageError(f"{message}; {found[0]}", found[1])
    if os.path.isdir(word):
        return UsageError(f"{message}, and one stands first", f"Write {_behind(list(argv))}")
    name = MEANT.get(word.lower()) or nearest(word, tuple(VERBS))
    if name is not None:
        return _of_the_verb(message, word, VERBS[name], list(argv[1:]))
    from archc import bundled

    own = bundled.network(word)
    if own is not None:
        return UsageError(f"{message}; did you mean `archc check {own}`?")
    if "/" in word:
        return UsageError(f"{message}, and there is no file of that name", _verbs())
    if any(names_spec(one) for one in argv[1:]):
        line = whole_line(VERBS["check"], take_apart(VERBS["check"], argv[1:]))
        return UsageError(message, f"For example {line}\n{_verbs()}")
    return UsageError(message, _verbs())


def _verbs() -> str:
    return f"The verbs are: {', '.join(VERBS)}"


def _behind(argv: list[str]) -> str:
    """`archc net.arch build`, `archc net.arch --batch 8`: the line with its verb first."""
    name = next((one for one in argv if one in VERBS), None)
    rest = list(argv)
    if name is not None:
        rest.remove(name)
    verb = VERBS[name or "check"]
    typed = take_apart(verb, rest)
    return whole_line(verb, typed, into_file(verb, typed, rest[0]))


def _flag_first(word: str, argv: Sequence[str]) -> UsageError:
    """`archc --quiet check net.arch`, `archc --summary net.arch`."""
    verb = next((one for one in argv if one in VERBS), None)
    if verb is not None:
        rest = list(argv)
        rest.remove(verb)
        files = [one for one in rest if not one.startswith("-")]
        flags = [one for one in rest if one.startswith("-")]
        rest = [*files, *flags] if len(files) == 1 else rest
        line = shlex.join(["archc", verb, *rest])
        return UsageError("flags stand behind the verb", f"Write {line}")
    bare = word.lstrip("-").partition("=")[0]
    name = bare if bare in VERBS else MEANT.get(bare.lower())
    if name is not None:
        message = f"`{word}` is no flag, but a verb is written without dashes"
        return _of_the_verb(message, bare, VERBS[name], list(argv[1:]), guess=name != bare)
    if any(names_spec(one) for one in argv[1:]):
        line = whole_line(VERBS["check"], take_apart(VERBS["check"], argv))
        return UsageError(f"`{word}` comes before a verb", f"Write {line}")
    return UsageError(f"`{word}` comes before a verb", f"`archc --help` shows them\n{_verbs()}")


def _of_the_verb(
    message: str, word: str, verb: Verb, rest: list[str], *, guess: bool = True
) -> UsageError:
    """The line of the verb that another word stands for."""
    if word.lower() in ("convert", "export", "from", "load", "read") and len(rest) >= 1:
        found = _of_the_model(message, verb, rest)
        if found is not None:
            return found
    told = f"{message}; did you mean `archc {verb.name}`?" if guess else message
    if "--help" in rest:
        return UsageError(told, f"Write archc {verb.name} --help")
    if len([one for one in rest if not one.startswith("-")]) < verb.least:
        return UsageError(told, f"As in {verb.example}")
    add = FLAGS.get(word.lower(), "")
    typed = take_apart(verb, rest)
    if len(typed.words) == 1:
        add = add or into_file(verb, typed, typed.words[0])
    line = shlex.join(["archc", verb.name, *rest]) + (f" {add}" if add else "")
    return UsageError(told, f"Write {line}" if rest or add else "")


def _of_the_model(message: str, verb: Verb, rest: list[str]) -> UsageError | None:
    """`convert net.arch`, `export model.onnx`: a spec is built, a model imported."""
    path = next((one for one in rest if not one.startswith("-")), "")
    suffix = os.path.splitext(path)[1].lower()
    if suffix in KINDS or (verb.name == "import" and not names_spec(path)):
        from archc.cli.models import alone

        found = alone(path, take_apart(VERBS["import"], [one for one in rest if one != path]))
        if found is None:
            return None
        return UsageError(f"{message}; `archc import` makes a spec of a model", found[1])
    if not names_spec(path):
        return None
    asked = " ".join(rest).lower()
    line = f"archc build {shlex.quote(path)} -o {shlex.quote(stem_of(path))}.py"
    if "onnx" in asked:
        from archc.cli.misplaced import exported

        hint = exported(path, f"{stem_of(path)}.onnx")
        return UsageError(f"{message}; PyTorch exports what `archc build` writes", hint)
    return UsageError(f"{message}; `archc build` makes PyTorch of a spec", f"Write {line}")
