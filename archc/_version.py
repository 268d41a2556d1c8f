"""The version, in the one place that builds and the command line both read."""

__version__ = "0.1.0"
