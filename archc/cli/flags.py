"""Flags and verbs as data: parsed here, named in help and completions by the same declarations."""

from __future__ import annotations

import os
from typing import Any

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

    `given` names the flags that were typed, as opposed to those that have their default; `typed`
    is the line itself, behind the verb.
    """

    __slots__ = ("flags", "given", "typed", "verb", "words")

    def __init__(
        self,
        words: list[str],
        flags: dict[str, Any],
        given: frozenset[str] = frozenset(),
        verb: Verb | None = None,
        typed: list[str] | None = None,
    ) -> None:
        self.words = words
        self.flags = flags
        self.given = given
        self.verb = verb
        self.typed = typed or []

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
            if f"-{name}" in known:
                from archc.cli.slips import unknown_flag

                raise unknown_flag(name, verb, argv)
            name, equals, value = word[:2], "=", word[2:].removeprefix("=")
        flag = known.get(name)
        if flag is None:
            from archc.cli.slips import unknown_flag

            raise unknown_flag(word.partition("=")[0], verb, argv)
        given.add(flag.name)
        if not flag.metavar:
            if equals:
                raise UsageError(f"`{name}` takes no value")
            values[flag.name] = True
            continue
        if not equals:
            if not queue or (queue[-1].startswith("--") and queue[-1] != "--"):
                from archc.cli.flag_values import without_value

                raise without_value(name, flag, verb, argv)
            value = queue.pop()
            if flag.metavar.startswith("NAME=") and queue:
                _check_setting(name, value, queue)
        if flag.choices and value not in flag.choices:
            from archc.cli.flag_values import unchosen

            raise unchosen(name, flag, value, verb, argv)
        try:
            read = read_value(name, flag, value)
        except UsageError as error:
            if not flag.whole:
                raise
            from archc.cli.flag_values import no_number

            raise no_number(error.message, flag, value, verb, argv) from None
        if flag.repeat:
            values[flag.name].append(read)
        else:
            values[flag.name] = read
    if len(words) < verb.least or (verb.most is not None and len(words) > verb.most):
        from archc.cli.misplaced import wrong_count

        raise wrong_count(verb, words, argv)
    return Arguments(words, values, frozenset(given), verb, argv)


def _check_setting(name: str, value: str, queue: list[str]) -> None:
    """Raises `UsageError` where a setting comes in pieces: `width 64`, `width = 64`, `width =64`.

    What is behind it would be taken for a path.
    """
    word, equals, rest = value.partition("=")
    pieces = list(reversed(queue))
    if rest or not word.isidentifier():
        return
    spaced = equals or pieces[0].startswith("=")
    text = "".join(pieces[:2] if pieces[0] == "=" else pieces[:1]).removeprefix("=")
    if text.startswith("-") or not (spaced or not os.path.exists(pieces[0])):
        return
    why = ": no space stands around `=`" if spaced else ""
    raise UsageError(f"`{name} {value}` sets nothing{why}", f"Write {name} {word}={text}")


def choice_meant(flag: Flag, value: str) -> str | None:
    """The choice of a flag that a word of others stands for, or is most like."""
    meant = flag.meant.get(value.lower())
    return meant if meant in flag.choices else nearest(value, flag.choices)


def read_value(name: str, flag: Flag, value: str) -> str | int:
    """A flag's value as it was written; raises `UsageError`."""
    if flag.choices and value not in flag.choices:
        guess = choice_meant(flag, value)
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
