"""A check whose own mistakes become a message, and cost no other file its result."""

from __future__ import annotations

import os

from archc import check as core
from archc.files import Files, Problem
from archc.language.source import Source


def check_source(source: Source, options: core.Options, files: Files) -> core.Checked:
    """Checks a text; every network names the file that was checked, not its family's.

    Raises `OptionError`; a mistake of archc's own becomes a `Problem` that names the file, so that
    it costs no other file its result.
    """
    try:
        checked = core.check(source, options, files.imported)
    except (core.OptionError, MemoryError):
        raise
    except Exception as error:  # whatever it is, it is archc's own mistake
        raise _own_mistake(source, error) from error
    networks = tuple(
        network._replace(graph=network.graph._replace(program=checked.program))
        for network in checked.networks
    )
    return checked._replace(networks=networks)


def _own_mistake(source: Source, error: Exception) -> Problem:
    from archc._version import __version__

    if os.environ.get("ARCHC_DEBUG"):
        raise error
    return Problem(
        f"archc {__version__} made a mistake of its own at `{source.name}`, and is sorry "
        f"({type(error).__name__}: {error})",
        "Please report it with the file and the command that led here;\n"
        "ARCHC_DEBUG=1 shows where it happened.",
    )
