"""The command line: arguments, disk, exit statuses. Everything else it asks of the core."""

from __future__ import annotations

import os
import sys
from typing import NoReturn, TextIO


def run() -> NoReturn:
    """The entry point of the `archc` script."""
    import gc

    gc.disable()  # a run is short, and its memory is bounded by the limits of the language
    _leave(main(sys.argv[1:]))


def _leave(status: int) -> NoReturn:
    """Ends the process: to take its objects apart, one by one, is a seventh of a short run.

    What was asked for at the end is done first: other packages may have asked.
    """
    import atexit

    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        _silence(stream)
    os._exit(status)


def main(argv: list[str]) -> int:
    """Runs one command; the result is the exit status: 0 clean, 1 findings, 2 not done."""
    _open_streams()
    try:
        status = _dispatch(argv)
        from archc.cli.output import flush

        flush()
        return status
    except BrokenPipeError:
        return _broken_pipe()
    except KeyboardInterrupt:
        return 130
    except MemoryError:
        _complain("out of memory", "")
        return 2
    except Exception as error:  # the last guard: no traceback reaches a user
        return _failed(error)


def _dispatch(argv: list[str]) -> int:
    from archc.cli.output import write
    from archc.cli.verbs import VERBS

    if not argv:
        from archc.cli.help import top

        sys.stderr.write(top())
        return 2
    word, rest = argv[0], argv[1:]
    if word in ("-h", "--help") or (word == "help" and not rest):
        from archc.cli.help import top

        write(top())
        return 0
    if word in ("-V", "--version", "version"):
        from archc._version import __version__

        write(f"archc {__version__}\n")
        return 0
    if word == "help":
        word, rest = rest[0], ["--help"]
    verb = VERBS.get(word)
    if verb is None:
        from archc.cli.no_verb import unknown_verb

        raise unknown_verb(word, (word, *rest))
    if "-h" in rest or "--help" in rest:
        from archc.cli.help import page

        write(page(verb))
        return 0
    from archc.cli.config import configured
    from archc.cli.flags import parse

    arguments = configured(verb, parse(verb, rest))
    if (arguments.get("output", None) or "").endswith(("/", "\\")):
        from archc.cli.product import in_folder

        in_folder(arguments)
    from importlib import import_module

    status: int = import_module(f"archc.cli.{verb.module}").main(arguments)
    return status


def _failed(error: Exception) -> int:
    from archc.cli.flags import UsageError
    from archc.cli.output import Unwritable
    from archc.files import Problem
    from archc.install import PACKAGES, hint, missing

    if isinstance(error, (UsageError, Problem)):
        _complain(error.message, error.hint)
        return 2
    if isinstance(error, ImportError) and (module := missing(error)) is not None:
        _complain(f"this needs {PACKAGES[module]}, which is not installed", hint(module))
        return 2
    if isinstance(error, Unwritable):
        _silence(sys.stdout)
        _complain(f"standard output cannot be written: {error}", "")
        return 2
    return _apologise(f"{type(error).__name__}: {error}")


def _complain(message: str, hint: str) -> None:
    """Says it, where anybody can be told."""
    from archc.cli.output import Unwritable, complain

    try:
        complain(message, hint)
    except (OSError, Unwritable):
        _silence(sys.stdout)
        _silence(sys.stderr)


def _broken_pipe() -> int:
    """The reader has gone, and there is nothing more to say."""
    _silence(sys.stdout)
    _silence(sys.stderr)
    return 141


def _silence(stream: TextIO) -> None:
    """Where a stream takes nothing, what it still holds goes nowhere."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _open_streams() -> None:
    """Streams that were closed before the program began: to write to them fails, as it should."""
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _apologise(what: str) -> int:
    if os.environ.get("ARCHC_DEBUG"):
        import traceback

        traceback.print_exc()
        return 2
    from archc._version import __version__

    _complain(
        f"archc {__version__} made a mistake of its own, and is sorry ({what})",
        "Please report it with the file and the command that led here;\n"
        "ARCHC_DEBUG=1 shows where it happened.",
    )
    return 2
