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
    if name == "check":  # the module of this name, which says what it is where it is called
        import sys

        __import__("archc.check")
        from archc.unknown import Stages

        module = sys.modules["archc.check"]
        module.__class__ = Stages
        return module
    if name in __all__:
        from archc import api

        return getattr(api, name)
    from archc.named import Nameless

    raise Nameless(None, name)


def __dir__() -> list[str]:
    return sorted(__all__)
