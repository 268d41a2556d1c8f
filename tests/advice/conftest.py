"""The command line, as its own tests run it."""

from tests.cli.conftest import archc

__all__ = ["archc"]
