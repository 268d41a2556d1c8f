"""archc: a compiler and static analyser for neural-network architecture specs."""

from __future__ import annotations

from archc._version import __version__

__all__ = ["__version__"]
