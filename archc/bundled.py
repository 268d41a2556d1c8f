"""Where the files that come with the package lie: beside the code, or above it in a checkout."""

from __future__ import annotations

import os
import re

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def _folder(name: str) -> str:
    installed = os.path.join(_PACKAGE, name)
    if os.path.isdir(installed):
        return installed
    return os.path.join(os.path.dirname(_PACKAGE), name)


def specs_folder() -> str:
    """The library of networks."""
    return _folder("specs")


def templates_folder() -> str:
    """The layouts of the report and of generated code."""
    return _folder("templates")


def spec(name: str) -> str | None:
    """The file of a bundled spec by its bare name (`vgg16`), or None."""
    if not name or os.sep in name or name.startswith("."):
        return None
    path = os.path.join(specs_folder(), f"{name}.arch")
    return path if os.path.isfile(path) else None


def shown(path: str) -> str:
    """The name of a bundled spec in all that is printed: `specs/vgg16.arch` on every machine."""
    return f"specs/{os.path.basename(path)}"


def spec_names() -> list[str]:
    """The bare names of all bundled specs, sorted."""
    try:
        files = os.listdir(specs_folder())
    except OSError:
        return []
    return sorted(file[:-5] for file in files if file.endswith(".arch"))


def alike(name: str) -> str | None:
    """`VGG-16` as `vgg16`: a bundled spec by its name, however it is written."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return next((one for one in spec_names() if one.replace("_", "") == plain and plain), None)


def network(name: str) -> str | None:
    """`resnet-34` as `resnet:ResNet34`: a bundled network by its name, however it is written."""
    wanted = re.sub(r"[^a-z0-9]", "", name.lower())
    for stem in spec_names() if wanted else ():
        path = spec(stem)
        if path is None:
            continue
        with open(path, encoding="utf-8") as file:
            for found in re.findall(r"^network (\w+)", file.read(), re.MULTILINE):
                if found.lower().replace("_", "") == wanted:
                    return f"{stem}:{found}"
    return None
