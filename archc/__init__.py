"""archc: a compiler and static analyser for neural-network architecture specs.

`archc.load("vgg16")` reads, checks and analyses a spec; see `archc.api`.
"""

from __future__ import annotations

from archc._version import __version__

TYPE_CHECKING = False  # as `typing` has it, without the cost of importing it
if TYPE_CHECKING:
    from typing import Any

    from archc.api import Errors, File, Layer, Network, from_torch, load
    from archc.diagnostics import Diagnostic

__all__ = ["Diagnostic", "Errors", "File", "Layer", "Network", "__version__", "from_torch", "load"]


def __getattr__(name: str) -> Any:
    """Loads the interface when it is first used, so that importing archc costs nothing."""
    if name == "Diagnostic":
        from archc.diagnostics import Diagnostic

        return Diagnostic
    if name in __all__:
        from archc import api

        return getattr(api, name)
    raise _Nameless(name)


class _Nameless(AttributeError):
    """A name that archc does not have, worded when it is read: an import of a module drops it."""

    def __str__(self) -> str:
        from archc.foreign_names import no_function

        return no_function(self.args[0])


def __dir__() -> list[str]:
    return sorted(__all__)
