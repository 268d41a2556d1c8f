"""Command lines taken apart and put together again, on the way to a message alone."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable

from archc.cli.flags import Arguments, Flag, Verb
from archc.cli.foreign_flags import FIXED, FOREIGN, LEVELS
from archc.cli.paths import names_spec
from archc.cli.verbs import VERBS
from archc.foreign_files import KINDS
from archc.named import NamedTuple


class Typed(NamedTuple):
    """A command line taken apart, whether its flags are known or not."""

    words: tuple[str, ...]
    flags: tuple[tuple[str, str | None], ...]


def take_apart(verb: Verb, argv: Iterable[str]) -> Typed:
    """The words and flags of a line; a flag that no verb knows has what follows and is no path."""
    words, flags = [], []
    queue = list(reversed(list(argv)))
    while queue:
        word = queue.pop()
        if not word.startswith("-") or word == "-" or word.startswith("-:"):
            words.append(word)
            continue
        name, equals, text = word.partition("=")
        value = text if equals else None
        flag = _of_any_verb(name, verb)
        while queue and not equals and not queue[-1].startswith("-") and _takes(flag, name, verb):
            foreign = flag_of(verb, f"--{FOREIGN.get(bare(name), '')}")
            sure = foreign is not None and bool(foreign.metavar) and not names_spec(queue[-1])
            if not (flag and flag.metavar) and not sure and not _no_path(queue[-1], verb):
                break
            value = queue.pop() if value is None else f"{value} {queue.pop()}"
            if flag is not None or bare(name) in FOREIGN:
                break
        flags.append((f"--{flag.name}" if flag else name, value))
    return Typed(tuple(words), tuple(flags))


def _takes(flag: Flag | None, name: str, verb: Verb) -> bool:
    """Whether what stands behind a flag may be its value."""
    if flag is not None:
        return bool(flag.metavar) or (bare(name) == "verbose" and not flag_of(verb, name))
    own = flag_of(verb, f"--{FOREIGN.get(bare(name), '')}")
    valued = bare(name) in ("verbose", *LEVELS)
    return bare(name) not in FIXED and (own is None or bool(own.metavar) or valued)


def _of_any_verb(name: str, verb: Verb) -> Flag | None:
    every = (flag_of(one, name) for one in (verb, *VERBS.values()))
    return next((one for one in every if one is not None), None)


def spelt(name: str, verb: Verb) -> str:
    """The long name of a flag that some verb has, as in a line taken apart."""
    flag = _of_any_verb(name, verb)
    return name if flag is None else f"--{flag.name}"


def _no_path(word: str, verb: Verb) -> bool:
    """Whether a word behind a flag that nobody knows is its value, and not what a verb reads."""
    spec = names_spec(word) and os.path.splitext(word)[1].lower() not in KINDS
    return verb.words.startswith("PATH") and not spec and ".arch" not in word


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
    own = tuple(one for one in typed.flags if flag_of(verb, one[0]) is not None)
    return whole_line(verb, typed._replace(flags=own), add)


def whole_line(verb: Verb, typed: Typed, add: str = "") -> str:
    """The line with all its flags, known or not: what is wrong in them has a cure of its own."""
    parts = [verb.name, *typed.words]
    for name, value in typed.flags:
        parts += [name] if value is None else [name, value]
    return f"archc {' '.join(map(_quoted, parts))}{f' {add}' if add else ''}"


class Slip(NamedTuple):
    """A flag that a verb does not have, and the line that it stands in."""

    name: str
    value: str | None
    verb: Verb
    typed: Typed

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"`archc {self.verb.name}` has no flag `{self.name}`"

    @property
    def bare(self) -> str:
        """The name without dashes."""
        return bare(self.name)

    @property
    def path(self) -> str:
        """The first word of the line, "" for none."""
        return self.typed.words[0] if self.typed.words else ""

    @property
    def rest(self) -> Typed:
        """The line without the flag, by whatever name it stands there."""
        name = spelt(self.name, self.verb)
        return self.typed._replace(flags=tuple(f for f in self.typed.flags if f[0] != name))

    def line(self, add: str = "", verb: Verb | None = None) -> str:
        """The line without the flag, or an example where there is none."""
        if len(self.typed.words) < (verb or self.verb).least:
            return f"As in {(verb or self.verb).example}"
        if verb in (None, self.verb):
            return f"Write {whole_line(self.verb, self.rest, add)}"
        return f"Write {command(verb or self.verb, self.rest, add)}"


def flag_of(verb: Verb, name: str) -> Flag | None:
    """The flag of a verb that a word is: `--name`, or `-n` by its short name."""
    word, long = bare(name), name.startswith("--")
    return next((f for f in verb.flags if word == (f.name if long else f.short) and word), None)


def bare(name: str) -> str:
    """A flag's name without its dashes and its value, as it is spelt here."""
    return name.lstrip("-").partition("=")[0].replace("_", "-")


def _quoted(word: str) -> str:
    """A word as a shell wants it; one may hold a `~`, which is special at the front alone."""
    plain = word.replace("~", "")
    return word if word[:1] != "~" and shlex.quote(plain) == plain else shlex.quote(word)


def fits(flag: Flag, value: str) -> bool:
    """Whether a word can be the value of a flag."""
    if flag.choices:
        return value in flag.choices or value.lower() in flag.meant
    if flag.whole:
        return value.isascii() and value.isdecimal()
    if flag.name == "device":
        from archc.devices import known
        from archc.devices.find import RUNNERS

        return value in known() or (RUNNERS.fullmatch(value) is not None and not value.isdigit())
    if flag.name == "input":
        return re.fullmatch(r"[(\[]?\d+(?:[x,]\s*\d+)+[)\]]?", value) is not None
    if flag.name == "output":
        return re.fullmatch(r"[^\s=]*\w\.[a-z]\w*", value) is not None
    if flag.metavar == "NAME=VALUE":
        return re.fullmatch(r"[A-Za-z_]\w*=[^=].*", value) is not None
    return False
