"""`archc.toml`, or `[tool.archc]` of a `pyproject.toml`: what a project sets for every run."""

from __future__ import annotations

import os
from typing import Any

from archc.cli.flags import Arguments, Flag, UsageError, Verb, read_value
from archc.files import Problem
from archc.suggest import nearest


def configured(verb: Verb, arguments: Arguments) -> Arguments:
    """The arguments, flags that were not typed set by the nearest configuration there is.

    It is looked for in the folder that holds all paths and upwards. Raises `UsageError` for a key
    or a value that cannot be meant, `Problem` for a file that cannot be read.
    """
    flags = {flag.name: flag for flag in verb.flags if flag.config}
    if not flags:
        return arguments
    found = _nearest(_start(arguments))
    if found is None:
        return arguments
    path, settings = found
    values = dict(arguments.flags)
    for key, value in settings.items():
        if isinstance(value, dict):
            raise _section(key, value, path)
        flag = _known(key, path)
        if key in flags and key not in arguments.given:
            values[key] = _value(flag, value, path)
    return Arguments(arguments.words, values, arguments.given, arguments.verb, arguments.typed)


def _start(arguments: Arguments) -> str:
    """The folder that holds everything that is read."""
    folders = []
    for word in arguments.words:
        path = word if os.path.lexists(word) else word.rpartition(":")[0]
        if os.path.lexists(path):
            whole = os.path.abspath(path)
            folders.append(whole if os.path.isdir(whole) else os.path.dirname(whole))
    stdin = arguments.get("stdin-filename", None)
    if stdin is not None:
        folders.append(os.path.dirname(os.path.abspath(stdin)))
    return os.path.commonpath(folders) if folders else os.path.abspath(".")


def _nearest(folder: str) -> tuple[str, dict[str, Any]] | None:
    """The configuration in a folder or above it, and where it stands."""
    while True:
        path = os.path.join(folder, "archc.toml")
        if os.path.isfile(path):
            return path, _parsed(path)
        path = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(path) and _may_speak_of_us(path):
            settings = _parsed(path).get("tool", {})
            if "archc" in settings:
                if not isinstance(settings["archc"], dict):
                    raise UsageError(f"`{_shown(path)}`: `tool.archc` is no table")
                return path, settings["archc"]
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _may_speak_of_us(path: str) -> bool:
    """Spares most projects the parser."""
    compact = _text(path).replace(" ", "")
    return "tool.archc" in compact or ("[tool]" in compact and "archc" in compact)


def _parsed(path: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        hint = _quoted(_text(path))
        raise UsageError(f"`{_shown(path)}` is no TOML: {error}", hint) from None


def _quoted(text: str) -> str:
    """The lines as they may have been meant, `max-params = "60M"`; "" where they do not help."""
    import re
    import tomllib

    bare = re.compile(r"^(\s*)([\w.-]+)\s*[=:]\s*([^\s\"'\[{#][^\"'#]*?)[ \t]*(#.*)?$")
    told, lines = [], []
    for line in text.splitlines():
        found = bare.match(line)
        if found is not None and not re.fullmatch(r"true|false|[-+]?[\d_.]+", found[3]):
            value = found[3].lower() if found[3] in ("True", "False") else f'"{found[3]}"'
            if found[2] in ("ignore", "select", "exclude"):
                items = ", ".join(f'"{one.strip()}"' for one in found[3].split(","))
                value = f"[{items}]"
            line = f"{found[1]}{found[2]} = {value}"
            told.append(line.strip())
        elif found is not None and "=" not in line:
            line = f"{found[1]}{found[2]} = {found[3]}"
            told.append(line.strip())
        lines.append(line)
    try:
        tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return ""
    return f"Write {told[0]}" if told else ""


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8"
        if isinstance(error, OSError):
            reason = (error.strerror or str(error)).lower()
        raise Problem(f"`{_shown(path)}` cannot be read: {reason}") from None


def _section(key: str, value: dict[str, Any], path: str) -> UsageError:
    """`[budgets]` or `[tool.archc]` over the keys, which stand at the head of the file."""
    import json

    own = path.endswith("archc.toml")
    inner = value.get("archc")
    if own and key == "tool" and isinstance(inner, dict):
        key, value = "tool.archc", inner
    known = _flags()
    lines = []
    for word, setting in value.items():
        name = word.replace("_", "-")
        name = name if name in known else f"max-{name}"  # `[budget]`, `params = "10M"`
        if name in known and isinstance(setting, (str, int, float, list)):
            lines.append(f"{name} = {json.dumps(setting)}")
    place = "at the head of the file" if own else "under `[tool.archc]`"
    section = key if own else f"tool.archc.{key}"
    hint = f"It may set: {', '.join(sorted(known))}"
    if lines:
        hint = f"Write {place}, without `[{section}]`:\n" + "\n".join(lines)
    return UsageError(f"`{_shown(path)}` has a section `[{section}]`, which is nothing", hint)


def _flags() -> dict[str, Flag]:
    from archc.cli.verbs import VERBS

    return {flag.name: flag for verb in VERBS.values() for flag in verb.flags if flag.config}


def _of_a_run(key: str) -> str | None:
    """The flag that a key is, where files have none such: `batch = 8`, `batch-size = 8`."""
    from archc.cli.foreign_flags import FOREIGN
    from archc.cli.verbs import VERBS

    name = FOREIGN.get(key, key)
    flags = {flag.name for verb in VERBS.values() for flag in verb.flags if not flag.config}
    return name if name in flags else None


def _known(key: str, path: str) -> Flag:
    known = _flags()
    if key not in known:
        limit = f"max-{key}"
        flag = None if limit in known else _of_a_run(key)
        if flag is not None:
            raise UsageError(
                f"`{_shown(path)}` sets `{key}`, which is told where archc is run: `--{flag}`",
                f"It may set: {', '.join(sorted(known))}",
            )
        guess = limit if limit in known else nearest(key, known)
        meant = f"; did you mean `{guess}`?" if guess else ""
        raise UsageError(
            f"`{_shown(path)}` sets `{key}`, which is nothing{meant}",
            f"It may set: {', '.join(sorted(known))}",
        )
    return known[key]


def _value(flag: Flag, value: Any, path: str) -> Any:
    """A value as the flag would have it."""
    name = f"{flag.name} in {_shown(path)}"
    if not flag.metavar:
        wanted, good = "true or false", isinstance(value, bool)
    elif flag.repeat:
        wanted = "a list of texts"
        good = isinstance(value, list) and all(isinstance(one, str) for one in value)
    else:
        wanted = "a text or a whole number"
        good = isinstance(value, (str, int)) and not isinstance(value, bool)
    if not good:
        line = f'Write {flag.name} = ["{value}"]' if flag.repeat and isinstance(value, str) else ""
        raise UsageError(f"`{flag.name}` in `{_shown(path)}` is {wanted}, not {value!r}", line)
    if flag.repeat:
        values = [read_value(name, flag, one) for one in value]
        return [_from(path, one) for one in values] if flag.name == "exclude" else values
    return value if isinstance(value, bool) else read_value(name, flag, str(value))


def _from(path: str, pattern: Any) -> Any:
    """A pattern with a slash is meant from the configuration's own folder."""
    return os.path.join(os.path.dirname(path), pattern) if "/" in pattern else pattern


def _shown(path: str) -> str:
    return os.path.relpath(path)
