"""Words of a command line that stand where they mean nothing, and the line that was meant.

Imported on the way to a message alone.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from itertools import pairwise

from archc.cli.completed import completed, into_file
from archc.cli.flags import Arguments, UsageError, Verb
from archc.cli.paths import names_spec, networks
from archc.cli.typed import Typed, command, flag_of, take_apart, whole_line
from archc.cli.verbs import VERBS
from archc.files import Apart, Missing, Problem
from archc.language import tree
from archc.revisions import LIKELY, no_revision

SIZE = re.compile(r"[(\[]?\d+(?:[x,*]\d+)*[)\]]?,?\Z")
SETTING = re.compile(r"[A-Za-z_]\w*[=:][^=:]+\Z", re.ASCII)
ADDRESS = re.compile(r"(?:https?|ftp|ssh)://|git@")


def meant(problem: Problem, path: str, arguments: Arguments) -> Problem:
    """The problem of a path that is not there, with the line that was meant where one is known."""
    verb = arguments.verb
    if verb is not None and verb.name == "diff" and path.startswith("git:"):
        whole = _with_its_path(path, verb, take_apart(verb, arguments.typed))
        return problem if whole is None else Problem(problem.message, f"Write {whole}")
    if verb is None or not isinstance(problem, Missing):
        return problem
    typed = take_apart(verb, arguments.typed)
    said = _behind_a_switch(path, verb, typed, arguments.typed) or _said(path, verb, typed)
    if said is None and verb.name == "diff" and LIKELY.fullmatch(path):
        none = no_revision(path)
        return Missing(f"there is no file `{path}`, and {none.message}", none.hint)
    if said is None and problem.meant is not None and (len(typed.words) > 1 or typed.flags):
        words = tuple(problem.meant if one == path else one for one in typed.words)
        problem.hint = f"Write {whole_line(verb, typed._replace(words=words))}"
    if said is None:
        return problem
    why, line = said
    if why in ALONE:
        return Apart(f"there is no file `{path}`: {why}", f"Write {line}")
    return Missing(f"there is no file `{path}`{f': {why}' if why else ''}", f"Write {line}")


def _behind_a_switch(
    word: str, verb: Verb, typed: Typed, argv: Sequence[str]
) -> tuple[str, str] | None:
    """`check net.arch --layers conv`: what a switch was to be told."""
    before = next((one for one, other in pairwise(argv) if other == word), "")
    flag = flag_of(verb, before) if before.startswith("--") else None
    if flag is None or flag.metavar or names_spec(word):
        return None
    words = tuple(one for one in typed.words if one != word)
    if len(words) < verb.least:
        return None
    return NO_VALUE, whole_line(verb, typed._replace(words=words))


def wrong_count(verb: Verb, words: list[str], argv: list[str]) -> UsageError:
    """What to say of too few or too many words."""
    usage = f"Usage: archc {verb.name} {verb.words}\nExample: {verb.example}"
    typed = take_apart(verb, argv)
    if len(words) < verb.least:
        needed = verb.words.replace("…", "").replace(" | ", " or ")
        message = f"`archc {verb.name}` needs {needed}"
        why, hint = completed(verb, words, typed) or ("", usage)
        return UsageError(f"{message}{f': {why}' if why else ''}", hint)
    extra = words[verb.most or 0]
    said = (
        _joined(verb, words, typed)
        or _said(extra, verb, typed)
        or _one_at_a_time(extra, verb, typed)
    )
    message = f"`archc {verb.name}` has no use for `{extra}`"
    if said is None:
        return UsageError(message, usage)
    why, line = said
    return UsageError(f"{message}{f': {why}' if why else ''}", f"Write {line}")


def _joined(verb: Verb, words: list[str], typed: Typed) -> tuple[str, str] | None:
    """`new my net`, `import torch model.py Net`, `import from torch model.py:Net`."""
    if verb.name == "new":
        return "a name is one word", command(verb, typed._replace(words=("-".join(words),)))
    if verb.name != "import":
        return None
    from archc.cli.models import SOURCES, TORCH

    plain = [one for one in words if one not in TORCH]
    if len(plain) == 2 and plain[0] in SOURCES:
        return "the source stands first, alone", command(verb, typed._replace(words=tuple(plain)))
    if len(words) == 3 and words[0] in SOURCES and words[2].isidentifier():
        target = f"{words[1]}:{words[2]}"
        line = command(verb, typed._replace(words=(words[0], target)))
        return "a class is named behind its file", line
    return None


def _one_at_a_time(extra: str, verb: Verb, typed: Typed) -> tuple[str, str] | None:
    if verb.most != 1 or not names_spec(extra):
        return None
    one = Typed(typed.words[:1], tuple(f for f in typed.flags if f[0] != "--output"))
    outputs = len(one.flags) < len(typed.flags)
    add = into_file(verb, one, one.words[0]) if outputs else ""
    return "it takes one at a time", command(verb, one, add)


def _said(word: str, verb: Verb, typed: Typed) -> tuple[str, str] | None:
    """Why a word is no path, and the line that was meant."""
    place = typed.words.index(word) if word in typed.words else len(typed.words)
    rest = Typed((*typed.words[:place], *typed.words[place + 1 :]), typed.flags)
    if ADDRESS.match(word):
        name = os.path.basename(word.rstrip("/")) or "net.arch"
        line = command(verb, rest._replace(words=(name, *rest.words)))
        return "archc reads files, not addresses", f"curl -LO {shlex.quote(word)} && {line}"
    parts = [part.strip() for part in word.split(",") if part.strip()]
    if len(parts) > 1 and all(map(names_spec, parts)):
        if verb.most == 1:
            return "it takes one at a time", command(verb, rest._replace(words=(parts[0],)))
        return "a space stands between paths", command(verb, _with(rest, *parts))
    if not rest.words:
        return None
    if word[:1] in DASHES:
        name = f"--{word.lstrip(DASHES)}"
        return DASHED, whole_line(verb, rest._replace(flags=(*rest.flags, (name, None))))
    if word.lower() in BETWEEN and len(rest.words) > 1:
        return "a space alone stands between paths", whole_line(verb, rest)
    if verb.name == "explain" and len(typed.words) == 3:
        return _in_pieces(verb, typed)
    said = _unit(word, verb, rest) or _input(word, verb, typed)
    if said is not None:
        return said
    for ask in (_order, _revision, _verb, _setting, _network, _output, _choice, _layer):
        said = ask(word, verb, rest)
        if said is not None:
            return said
    return None


def _with(typed: Typed, *words: str) -> Typed:
    return typed._replace(words=(*words, *typed.words))


def _order(word: str, verb: Verb, rest: Typed) -> tuple[str, str] | None:
    """`explain features.0 vgg16`."""
    if verb.name != "explain" or len(rest.words) != 1 or not names_spec(rest.words[0]):
        return None
    return "the spec stands first, then the layer", command(
        verb, Typed((*rest.words, word), rest.flags)
    )


ROWS = ("row", "layer", "no", "number", "index", "#")


def _in_pieces(verb: Verb, typed: Typed) -> tuple[str, str] | None:
    """`explain net.arch row 3`, `explain net.arch conv 2`, `explain two.arch Net conv1`."""
    path, first, last = typed.words
    if not names_spec(path):
        return None
    if any(one.name.id == first for one in networks(path)):
        words = (f"{path}:{first}", last)
        why = "a network is named behind its file"
    elif first.lower() in ("line", "l") and last.isdigit():
        words = (path, f"line {last}")
        why = "a layer is one word"
    elif first.lower() not in ROWS and not last[:1].isdigit():
        words = (path, first)
        why = "all figures of a layer are told at once"
    else:
        words = (path, last if first.lower() in ROWS else f"{first}{last}")
        why = "a layer is one word"
    return why, command(verb, typed._replace(words=words))


def _revision(word: str, verb: Verb, rest: Typed) -> tuple[str, str] | None:
    """`diff HEAD~1 net.arch`, `diff main..HEAD net.arch`."""
    if verb.name != "diff" or len(rest.words) != 1:
        return None
    from archc.revisions import is_revision

    old, dots, new = word.partition("..")
    new = new.removeprefix(".")
    if not is_revision(old) or (new and not is_revision(new)):
        return None
    (other,) = rest.words
    path = other if os.path.lexists(other) else "FILE.arch"
    words = (f"git:{old}:{path}", f"git:{new}:{path}" if dots and new else path)
    return "a file of a revision is git:REV:PATH", command(verb, rest._replace(words=words))


def _with_its_path(path: str, verb: Verb, typed: Typed) -> str | None:
    """`diff git:HEAD~1 net.arch`: the file as it was in that revision."""
    others = [one for one in typed.words if one != path]
    if path.count(":") != 1 or len(others) != 1 or not os.path.lexists(others[0]):
        return None
    words = tuple(f"{one}:{others[0]}" if one == path else one for one in typed.words)
    return command(verb, typed._replace(words=words))


def _verb(word: str, verb: Verb, rest: Typed) -> tuple[str, str] | None:
    """`check build net.arch`."""
    other = VERBS.get(word)
    if other is None or other is verb or len(rest.words) < other.least:
        return None
    return "it is a verb, and one stands first", command(other, rest)


def _input(word: str, verb: Verb, typed: Typed) -> tuple[str, str] | None:
    """`check vgg16 448x448`, `check vgg16 --input 3 448 448`."""
    if not SIZE.match(word):
        return None
    given = [value or "" for name, value in typed.flags if name == "--input"]
    sizes = [one for one in typed.words if SIZE.match(one)]
    numbers = re.findall(r"\d+", " ".join([*given, *sizes]))
    words = tuple(one for one in typed.words if not SIZE.match(one))
    if not words or not 1 < len(numbers) <= 5:
        return None
    if not given:
        numbers = _channels(numbers, words[0])
    flags = tuple(one for one in typed.flags if one[0] != "--input")
    takes = any(flag.name == "input" for flag in verb.flags)
    line = command(verb if takes else VERBS["check"], Typed(words, flags))
    return SIZED, f"{line} --input {'x'.join(numbers)}"


def _channels(numbers: list[str], path: str) -> list[str]:
    """The axes of an input of the file: with its channels, where one is missing."""
    for one in networks(path):
        for statement in one.body:
            if isinstance(statement, tree.Input) and isinstance(statement.shape, tree.Size):
                axes = statement.shape.axes
                if len(axes) == len(numbers) + 1:
                    return [str(axes[0]), *numbers]
                if len(axes) == len(numbers) and numbers[0] != str(axes[0]) == numbers[-1]:
                    return [numbers[-1], *numbers[:-1]]
                return numbers
    return numbers


APART = "a unit stands behind its number, without a space"
SIZED = "another size is a flag, without spaces"
DASHED = "a flag begins with two hyphens"
NO_VALUE = "the switch before it takes no value"
ALONE = (NO_VALUE, APART, SIZED, DASHED)
"""Slips that leave nothing to do before they are put right."""

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
BETWEEN = ("vs", "vs.", "and", "with", "to", "&", "versus")
UNIT = re.compile(r"[kKMGT]i?B?|[MG]?bytes\Z")


def _unit(word: str, verb: Verb, rest: Typed) -> tuple[str, str] | None:
    """`--max-params 5 M`: a unit that stands apart from its number."""
    if not UNIT.fullmatch(word):
        return None
    flags = list(rest.flags)
    for place, (name, value) in enumerate(flags):
        if value is not None and re.fullmatch(r"\d+(?:\.\d+)?", value):
            flags[place] = (name, f"{value}{word}")
            line = command(verb, Typed(rest.words, tuple(flags)))
            return APART, line
    return None


def _setting(word: str, verb: Verb, rest: Typed) -> tuple[str, str] | None:
    """`check vgg16 classes=10`."""
    if not SETTING.match(word) or not any(flag.name == "set" for flag in verb.flags):
        return None
    name, mark, value = re.split("([=:])", word, maxsplit=1)
    if mark == ":" and not any(
        name == one.name.id for net in networks(rest.words[0]) for one in net.parameters
    ):
        return None
    return (
        "a parameter is given by --set",
        f"{command(verb, rest)} --set {shlex.quote(f'{name}={value}')}",
    )


def _network(word: str, verb: Verb, rest: Typed) -> tuple[str, str] | None:
    """`check net.arch Net`."""
    for place, path in enumerate(rest.words):
        if any(one.name.id == word for one in networks(path)):
            words = list(rest.words)
            words[place] = f"{path}:{word}"
            return "a network is named behind its file", command(
                verb, Typed(tuple(words), rest.flags)
            )
    return None


def _output(word: str, verb: Verb, rest: Typed) -> tuple[str, str] | None:
    """`build vgg16 vgg16.py`, `diagram vgg16 vgg16.svg`."""
    suffix = os.path.splitext(word)[1]
    found = {".html": "report", ".py": "build"}
    other = VERBS[found.get(suffix, "diagram")]
    picture = suffix in (".svg", ".png", ".pdf", ".dot", ".tex", ".mmd", ".drawio")
    if not (suffix in found or picture) or (verb is not other and len(rest.words) != 1):
        return None
    return "what is written is named by -o", f"{command(other, rest)} -o {shlex.quote(word)}"


def _choice(word: str, verb: Verb, rest: Typed) -> tuple[str, str] | None:
    """`check vgg16 json`."""
    flags = [flag for flag in verb.flags if word in flag.choices]
    if len(flags) != 1:
        return None
    return "it belongs to a flag", f"{command(verb, rest)} --{flags[0].name} {word}"


def _layer(word: str, verb: Verb, rest: Typed) -> tuple[str, str] | None:
    """`check net.arch conv1`, `check net.arch --layers conv1`."""
    from archc.cli.proposed import refusal

    if "PATH" not in verb.words or len(rest.words) != 1 or not names_spec(rest.words[0]):
        return None
    line = command(VERBS["explain"], Typed((rest.words[0], word), ()))
    return None if refusal(line) else ("a layer is explained", line)


def exported(path: str, out: str) -> str:
    """`build net.arch -o net.onnx`: PyTorch writes that, from the module that is built."""
    folder, name = os.path.split(out)
    stem = os.path.splitext(name)[0]
    line = f"Write archc build {shlex.quote(path)} -o {shlex.quote(os.path.join(folder, stem))}.py"
    known = networks(path)
    if not known or not re.fullmatch(r"[A-Za-z_]\w*", stem, re.ASCII):
        return line
    inputs = [one.shape for one in known[-1].body if isinstance(one, tree.Input)]
    sizes = [shape.axes for shape in inputs if isinstance(shape, tree.Size)]
    if len(sizes) != 1 or len(inputs) != 1 or not all(isinstance(one, int) for one in sizes[0]):
        return line
    network, shape = known[-1].name.id, ", ".join(map(str, (1, *sizes[0])))
    code = f'torch.onnx.export({network}().eval(), (torch.zeros({shape}),), "{stem}.onnx")'
    where = f"in Python, in {folder}" if folder else "in Python"
    return f"{line}\nThen, {where}: import torch; from {stem} import {network}; {code}"
