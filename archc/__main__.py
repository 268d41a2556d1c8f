"""`python -m archc`."""

from archc.cli import run

run()
