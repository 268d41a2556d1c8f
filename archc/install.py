"""What is installed beside archc, and what to say where it is missing.

Never the name of archc itself with an extra: an index may hold another project under it.
"""

from __future__ import annotations

import sys

PACKAGES = {
    "fontTools": "fpdf2",
    "fpdf": "fpdf2",
    "jinja2": "jinja2",
    "markupsafe": "markupsafe",
    "networkx": "networkx",
    "onnx": "onnx",
    "pygraphviz": "pygraphviz",
    "resvg_py": "resvg-py",
    "torch": "torch",
}
"""What archc may import, and the distribution that brings it."""

LIBRARIES = {"timm": "timm", "torchvision": "torchvision"}
"""Libraries of models that `archc import` may be asked for, and their distributions."""


def command(module: str) -> str:
    """The command that installs what holds a module, for the interpreter that runs."""
    from shlex import quote

    return f"{quote(sys.executable or 'python3')} -m pip install {(PACKAGES | LIBRARIES)[module]}"


def hint(module: str) -> str:
    """The same as a line below a message."""
    return f"Install it: {command(module)}"


def program(name: str) -> str | None:
    """Where a program is installed; None where it is not.

    An empty or relative entry of PATH is passed over: `./dot` may come with the spec.
    """
    import os
    from shutil import which

    places = os.environ.get("PATH", os.defpath).split(os.pathsep)
    found = which(name, path=os.pathsep.join(filter(os.path.isabs, places)))
    return found if found is not None and os.path.isabs(found) else None


def missing(error: ImportError) -> str | None:
    """The module that an import did not find, if it is one that can be installed."""
    name = (error.name or "").partition(".")[0]
    return name if isinstance(error, ModuleNotFoundError) and name in PACKAGES else None
