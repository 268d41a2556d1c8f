"""A check whose own mistakes become a message, and cost no other file its result."""

from __future__ import annotations

import os
from collections.abc import Callable

from archc import check as core
from archc.files import Files, Problem
from archc.graph.modules import Reader
from archc.language.source import Source

Check = Callable[[Source, core.Options, Reader], core.Checked]


def check_source(
    source: Source, options: core.Options, files: Files, check: Check | None = None
) -> core.Checked:
    """Checks a text; every network names the file that was checked, not its family's.

    `check` is one that does more on the way. Raises `OptionError`; a mistake of archc's own becomes
    a `Problem` that names the file, so that it costs no other file its result.
    """
    try:
        checked = (check or core.check)(source, options, files.imported)
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
