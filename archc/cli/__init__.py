"""The command line: arguments, disk, exit statuses. Everything else it asks of the core."""

from __future__ import annotations

import sys


def run() -> None:
    """The entry point of the `archc` script."""
    import gc

    gc.disable()  # a run is short, and its memory is bounded by the limits of the language
    sys.exit(main(sys.argv[1:]))


def main(argv: list[str]) -> int:
    """Runs one command; the result is the exit status: 0 clean, 1 findings, 2 not done."""
    try:
        status = _dispatch(argv)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        return _broken_pipe()
    except KeyboardInterrupt:
        return 130
    except MemoryError:
        _complain("out of memory", "")
        return 2
    except Exception as error:
        return _failed(error)


def _dispatch(argv: list[str]) -> int:
    from archc.cli.verbs import VERBS, unknown_verb

    if not argv:
        from archc.cli.help import top

        sys.stderr.write(top())
        return 2
    word, rest = argv[0], argv[1:]
    if word in ("-h", "--help") or (word == "help" and not rest):
        from archc.cli.help import top

        sys.stdout.write(top())
        return 0
    if word in ("-V", "--version", "version"):
        from archc._version import __version__

        sys.stdout.write(f"archc {__version__}\n")
        return 0
    if word == "help":
        word, rest = rest[0], ["--help"]
    verb = VERBS.get(word)
    if verb is None:
        raise unknown_verb(word)
    if "-h" in rest or "--help" in rest:
        from archc.cli.help import page

        sys.stdout.write(page(verb))
        return 0
    from archc.cli.flags import parse

    arguments = parse(verb, rest)
    from importlib import import_module

    status: int = import_module(f"archc.cli.{verb.module}").main(arguments)
    return status


def _failed(error: Exception) -> int:
    from archc.cli.flags import UsageError
    from archc.files import Problem

    if isinstance(error, (UsageError, Problem)):
        _complain(error.message, error.hint)
        return 2
    return _apologise(f"{type(error).__name__}: {error}")


def _complain(message: str, hint: str) -> None:
    from archc.cli.output import complain

    try:
        complain(message, hint)
    except BrokenPipeError:
        _broken_pipe()


def _broken_pipe() -> int:
    """The reader has gone: nothing more to say, and nothing for the interpreter to flush."""
    import os

    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(silent, stream.fileno())
    return 141


def _apologise(what: str) -> int:
    import os

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
