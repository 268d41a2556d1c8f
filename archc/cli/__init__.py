"""The command line: arguments, disk, exit statuses. Everything else it asks of the core."""

from __future__ import annotations


def run() -> None:
    """The entry point of the `archc` script."""
    raise SystemExit("archc: not yet")
