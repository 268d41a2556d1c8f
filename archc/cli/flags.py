"""Flags and verbs as data: parsed here, named in help and completions by the same declarations."""

from __future__ import annotations

import os

from archc.hints import Any
from archc.suggest import nearest


class UsageError(Exception):
    """What was typed cannot be meant; `hint` says what can."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Flag:
    """`--name METAVAR`, or a switch where there is no metavar. A repeated flag collects a list.

    `whole` asks for a whole number; `config` lets a configuration file set it too. `meant` are
    words of others for its choices: no choice is made by them, but told.
    """

    __slots__ = (
        *("choices", "config", "default", "help", "meant", "metavar", "name", "repeat", "short"),
        "whole",
    )

    def __init__(
        self,
        name: str,
        help: str,
        metavar: str = "",
        *,
        short: str = "",
        choices: tuple[str, ...] = (),
        meant: dict[str, str] | None = None,
        default: str | int | None = None,
        repeat: bool = False,
        whole: bool = False,
        config: bool = False,
    ) -> None:
        self.name = name
        self.help = help
        self.metavar = metavar or "|".join(choices)
        self.short = short
        self.choices = choices
        self.meant = meant or {}
        self.default = default
        self.repeat = repeat
        self.whole = whole
        self.config = config


class Verb:
    """A verb of the command line; `words` are its positional arguments as help shows them."""

    __slots__ = ("example", "flags", "least", "module", "most", "name", "summary", "text", "words")

    def __init__(
        self,
        name: str,
        summary: str,
        words: str,
        example: str,
        flags: tuple[Flag, ...],
        *,
        least: int = 0,
        most: int | None = None,
        text: str = "",
        module: str = "",
    ) -> None:
        self.name = name
        self.module = module or name
        self.summary = summary
        self.words = words
        self.example = example
        self.flags = flags
        self.least = least
        self.most = most
        self.text = text


class Arguments:
    """What was typed: the words in their order, and every flag of the verb by its name.

    `given` names the flags that were typed, as opposed to those that have their default.
    """

    __slots__ = ("flags", "given", "words")

    def __init__(
        self, words: list[str], flags: dict[str, Any], given: frozenset[str] = frozenset()
    ) -> None:
        self.words = words
        self.flags = flags
        self.given = given

    def __getitem__(self, name: str) -> Any:
        return self.flags[name]

    def get(self, name: str, default: Any) -> Any:
        """The value of a flag that not every verb has."""
        return self.flags.get(name, default)


def parse(verb: Verb, argv: list[str]) -> Arguments:
    """Reads the arguments of a verb; raises `UsageError` for what it does not know."""
    known = {f"--{flag.name}": flag for flag in verb.flags}
    known |= {f"-{flag.short}": flag for flag in verb.flags if flag.short}
    values: dict[str, Any] = {
        flag.name: [] if flag.repeat else flag.default if flag.metavar else False
        for flag in verb.flags
    }
    words: list[str] = []
    given: set[str] = set()
    queue = list(reversed(argv))
    while queue:
        word = queue.pop()
        if word == "--":
            words.extend(reversed(queue))
            break
        if not word.startswith("-") or word == "-" or word.startswith("-:"):
            words.append(word)
            continue
        name, equals, value = word.partition("=")
        if not word.startswith("--") and len(word) > 2 and name not in known:
            name, equals, value = word[:2], "=", word[2:].removeprefix("=")
        flag = known.get(name)
        if flag is None:
            raise _unknown_flag(word.partition("=")[0], verb, known)
        given.add(flag.name)
        if not flag.metavar:
            if equals:
                raise UsageError(f"`{name}` takes no value")
            values[flag.name] = True
            continue
        if not equals:
            if not queue or (queue[-1].startswith("--") and queue[-1] != "--"):
                raise UsageError(f"`{name}` needs a value: {name} {flag.metavar}")
            value = queue.pop()
            if flag.metavar.startswith("NAME=") and "=" not in value and queue:
                _check_setting(name, value, queue[-1])
        read = read_value(name, flag, value)
        if flag.repeat:
            values[flag.name].append(read)
        else:
            values[flag.name] = read
    _count(verb, words)
    return Arguments(words, values, frozenset(given))


def _check_setting(name: str, value: str, next: str) -> None:
    """Raises `UsageError` for `--set width 64`, whose value would be taken for a path."""
    if value.isidentifier() and not next.startswith("-") and not os.path.exists(next):
        raise UsageError(f"`{name} {value}` sets nothing", f"Write {name} {value}={next}")


def read_value(name: str, flag: Flag, value: str) -> str | int:
    """A flag's value as it was written; raises `UsageError`."""
    if flag.choices and value not in flag.choices:
        guess = flag.meant.get(value.lower()) or nearest(value, flag.choices)
        meant = f"; did you mean `{guess}`?" if guess else ""
        raise UsageError(
            f"`{name}` cannot be `{value}`{meant}", f"It is one of: {', '.join(flag.choices)}"
        )
    if flag.whole:
        digits = value.replace("_", "")
        if not digits.isascii() or not digits.isdigit() or len(digits) > 12 or int(digits) < 1:
            raise UsageError(f"`{name}` needs a whole number from 1 on, not `{value}`")
        return int(digits)
    if not value and name != "--set":
        raise UsageError(f"`{name}` needs a value: {name} {flag.metavar}")
    return value


def _unknown_flag(word: str, verb: Verb, known: dict[str, Flag]) -> UsageError:
    guess = _choosing(word, verb) or _begun(word, known)
    guess = guess or nearest(word, [*known, "--help", "--version"])
    meant = f"; did you mean `{guess}`?" if guess else ""
    return UsageError(
        f"`archc {verb.name}` has no flag `{word}`{meant}",
        f"`archc {verb.name} --help` lists its flags",
    )


def _choosing(word: str, verb: Verb) -> str | None:
    """`--json` is `--format json`."""
    value = word.lstrip("-")
    found = [flag for flag in verb.flags if value in flag.choices]
    return f"--{found[0].name} {value}" if len(found) == 1 else None


def _begun(word: str, known: dict[str, Flag]) -> str | None:
    """The one flag that begins or ends as a word does: `--out` is `--output`."""
    if len(word) < 5:
        return None
    found = [name for name in known if name.startswith(word) or word.startswith(f"{name}-")]
    return found[0] if len(found) == 1 else None


def _count(verb: Verb, words: list[str]) -> None:
    usage = f"Usage: archc {verb.name} {verb.words}\nExample: {verb.example}"
    if len(words) < verb.least:
        raise UsageError(f"`archc {verb.name}` needs {verb.words.replace('…', '')}", usage)
    if verb.most is not None and len(words) > verb.most:
        extra = words[verb.most]
        raise UsageError(f"`archc {verb.name}` has no use for `{extra}`", usage)
