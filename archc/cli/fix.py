"""`archc check --fix`: cures that need nobody's judgement are made; `--diff` only shows them."""

from __future__ import annotations

from codecs import BOM_UTF8

from archc.check import OptionError
from archc.cli.choice import told
from archc.cli.difference import difference
from archc.cli.flags import Arguments, UsageError
from archc.cli.output import complain, write
from archc.cli.reading import from_stdin, options, unfollowed
from archc.diagnostics import Diagnostic
from archc.emit.render import distinct
from archc.emit.text import plural
from archc.files import Files, Target
from archc.guard import check_source
from archc.language.source import Source
from archc.mend import mended, sure

ROUNDS = 20  # a cure may show what another mistake hid


def fix(targets: list[Target], arguments: Arguments, files: Files) -> bool:
    """Makes the cures in every file, and in the targets, and says how many; whether there are any.

    With `--diff` no file is written, and the changes stand on standard output. Standard input goes
    to standard output. Raises `UsageError` for what is no file, `Problem` where one cannot be
    written.
    """
    for target in targets:
        if not (target.path or from_stdin(arguments) or arguments["diff"]):
            raise UsageError(
                f"`{target.source.name}` is no file of yours, so it is not changed",
                "--diff shows what would change",
            )
    changed = False
    for source in dict.fromkeys(target.source for target in targets):
        same = [target for target in targets if target.source is source]
        text, made = _fixed(source, same, arguments, files)
        if arguments["diff"]:
            name = source.name.lstrip("/")
            write(difference(source.text, text, f"a/{name}", f"b/{name}"))
        elif (path := same[0].path) is None:
            write(text)
        elif made:
            _write(path, text)
        if made:
            changed = True
            new = Source(text, source.name)
            files.replace(source, new)
            for target in same:
                target.source = new
            _say(made, source.name, arguments)
    return changed


def _say(made: int, name: str, arguments: Arguments) -> None:
    if not arguments["quiet"]:
        done = "can be mended" if arguments["diff"] else "mended"
        complain(f"{plural(made, 'finding')} {done} in `{name}`", word="note")


def _fixed(
    source: Source, targets: list[Target], arguments: Arguments, files: Files
) -> tuple[str, int]:
    """The text with all sure cures made that its targets ask for, and how many they were.

    A round that leaves more errors than it found is taken back.
    """
    total = 0
    findings = _findings(source, targets, arguments, files)
    for _ in range(ROUNDS):
        text, made = mended(source, sure(findings))
        if not made or text == source.text:
            break
        next_source = Source(text, source.name)
        after = _findings(next_source, targets, arguments, files)
        if _errors(after) > _errors(findings):
            break
        source, findings, total = next_source, after, total + made
    return source.text, total


def _findings(
    source: Source, targets: list[Target], arguments: Arguments, files: Files
) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    try:
        for network in dict.fromkeys(target.network for target in targets):
            found += check_source(source, options(arguments, network), files).diagnostics
    except OptionError as error:
        raise unfollowed(error, arguments) from None
    return distinct(told(found, arguments))


def _errors(findings: list[Diagnostic]) -> int:
    return sum(one.severity == "error" for one in findings)


def _write(path: str, text: str) -> None:
    """Puts it in the file's place, whole; a mark of the byte order stays."""
    from archc.write import write_whole

    with open(path, "rb") as file:
        mark = file.read(3)
    write_whole(path, (mark if mark == BOM_UTF8 else b"") + text.encode("utf-8"))
