"""`archc report`: one page that explains networks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from archc.check import Checked
from archc.cli.flags import Arguments, UsageError
from archc.cli.output import Progress, style_for
from archc.cli.product import check_suffix, goes_to_file, put, spare_sources
from archc.cli.reading import checked, device, files_for, gather, options
from archc.diagnostics import Diagnostic
from archc.files import Files, Problem, Target

if TYPE_CHECKING:
    from archc.emit.pytorch.reading.runs import Watcher
    from archc.emit.report import Chapter
    from archc.graph.modules import Reader
    from archc.language.source import Source
    from archc.options import Options


def main(arguments: Arguments) -> int:
    """Writes one page for all paths; the result is the exit status."""
    output = arguments["output"]
    if not goes_to_file(output) and sys.stdout.isatty():
        raise UsageError("a terminal shows no page", "Write it to a file: -o report.html")
    from archc.emit.diagram import TooLarge
    from archc.emit.report import report

    device(arguments)  # a wrong one is told before anything is read
    files = files_for(arguments)
    targets, failed = gather(arguments, files)
    if failed:
        return 2
    spare_sources(output, files, arguments)
    admit(arguments)
    chapters: list[Chapter] = []
    progress = Progress(len(targets))
    try:
        for target in targets:
            progress.step(target.source.name)
            chapters.append(_chapter(target, arguments, files))
        progress.end()
        progress = Progress(sum(len(chapter.checked.networks) for chapter in chapters))
        page = report(chapters, progress.step)
    except TooLarge as error:
        raise Problem(f"no page was made: {error}", "FILE:NETWORK shows one network") from None
    finally:
        progress.end()
    found = [one for chapter in chapters for one in chapter.checked.diagnostics]
    _talk(found)
    put(page, output, files)
    return 1 if any(one.severity == "error" for one in found) else 0


def admit(arguments: Arguments) -> None:
    """Raises `UsageError` for a file of a kind that is not written."""
    check_suffix(arguments, (".html", ".htm", ".xhtml"), "`archc report` writes HTML")


def _chapter(target: Target, arguments: Arguments, files: Files) -> Chapter:
    from archc.check import cured
    from archc.emit.pytorch.compile import watched
    from archc.emit.report import Chapter, fits

    watchers: list[Watcher] = []

    def check(source: Source, asked: Options, read: Reader) -> Checked:
        found, seen = watched(source, asked, read)
        watchers.extend(seen)
        return cured(found, source, asked, read)

    result = checked(target, arguments, files, check)
    fits(result.networks)
    code, remark = _code(target, arguments, files, result, watchers)
    return Chapter(result, code, remark)


def _code(
    target: Target,
    arguments: Arguments,
    files: Files,
    result: Checked,
    watchers: list[Watcher],
) -> tuple[str, str]:
    """The generated module; without one, why."""
    if any(one.severity == "error" for one in result.diagnostics):
        return "", "There is no code while the file has errors."
    if not result.networks:
        return "", "The file holds no network of its own."
    from archc.emit.pytorch.compile import compiled

    asked = options(arguments, target.network)
    made = compiled(result, watchers, target.source, asked, files.imported)
    if made.code is not None:
        return made.code, ""
    errors = [one.message for one in made.diagnostics if one.severity == "error"]
    return "", f"{target.source.name}: {'; '.join(errors) or 'no code can be written'}"


def _talk(findings: list[Diagnostic]) -> None:
    """What is wrong stands on the page, and errors on standard error too."""
    errors = [one for one in findings if one.severity == "error"]
    if errors:
        from archc.emit.render import distinct, render_all

        sys.stderr.write(render_all(distinct(errors), style_for(sys.stderr)))
