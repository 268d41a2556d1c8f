"""Models as other programs name them, and the line of `archc import` that takes them.

Imported on the way to a message alone.
"""

from __future__ import annotations

import os
import re
import shlex

from archc import bundled
from archc.cli.elsewhere import unused
from archc.cli.paths import names_spec
from archc.cli.typed import Typed, command
from archc.cli.verbs import VERBS
from archc.files import Problem
from archc.foreign_files import FAMILIES, KINDS, WEIGHTS, beside, hint, imports
from archc.install import LIBRARIES as INSTALLED
from archc.install import hint as install
from archc.suggest import nearest

LIBRARIES = {
    **dict.fromkeys(("torchvision", "torchvision.models", "tv", "hub", "torchhub"), "torchvision"),
    **dict.fromkeys(("timm", "timm.models"), "timm"),
}
"""Libraries of models; each has them in a module `models`."""

TORCH = ("pytorch", "torch.nn", "nn", "py", "python", "model", "module", "from", "torchscript")
"""What others call the source `torch`."""

SOURCES = ("torch", "onnx")
MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+", re.ASCII)

Said = tuple[str, str]
"""What a word is, and the hint with the line that was meant."""


def alone(word: str, typed: Typed) -> Said | None:
    """`archc import WORD`, without a source before it."""
    suffix = _suffix(word)
    if suffix == ".arch" or (names_spec(word) and _suffix(word.partition(":")[0]) not in KINDS):
        return spec_already(word, typed)
    if suffix in KINDS:
        return of_file(word, typed)
    target = None if word in (*SOURCES, *TORCH) else named(word)
    if target is None:
        return None
    return f"`{word}` is a model, and its source stands before it", imports(target, _flags(typed))


def from_source(source: str, target: str, typed: Typed) -> Said | None:
    """`archc import SOURCE TARGET`, with a source that is none."""
    flags = _flags(typed)
    if target in SOURCES:
        back = command(VERBS["import"], typed._replace(words=(target, source)))
        return "the source stands first", f"Write {back}"
    library = LIBRARIES.get(source.lower())
    if library is not None:
        name = target.rpartition(":")[2].rpartition(".")[2].replace("-", "_")
        return f"{library} is a library of PyTorch", imports(f"{library}.models:{name}", flags)
    file = source if _suffix(source) == ".py" else f"{source}.py"
    if os.path.isfile(file) and target.isidentifier():
        return "a class is named behind its file", imports(f"{file}:{target}", flags)
    if source.lower() in TORCH:
        found = of_file(target, typed) if _suffix(target) in KINDS else None
        return found or ("the source is `torch`", imports(named(target) or target, flags))
    if MODULE.fullmatch(source) and target.isidentifier():
        return "a model is named behind its module", imports(f"{source}:{target}", flags)
    return None


def spec_already(word: str, typed: Typed) -> Said:
    """A spec where a model is wanted."""
    if bundled.spec(word) is None or os.path.lexists(word):
        return f"`{word}` is a spec already", f"Write archc check {shlex.quote(word)}"
    out = next((value for one, value in typed.flags if one == "--output"), None)
    lines = f"Write archc show {word} > {shlex.quote(unused(out or f'{word}.arch'))}"
    if FAMILIES.match(word):
        lines += f"\nor, of torchvision:\n{imports(f'torchvision.models:{word}', _flags(typed))}"
    return f"`{word}` is a bundled spec already", lines


def of_file(path: str, typed: Typed) -> Said:
    """A file by its suffix: a model, weights without one, or something else."""
    suffix = _suffix(path)
    told = hint(path, _flags(typed))
    if suffix == ".py":
        model = "archc import" in told
        return f"which class of `{path}`?" if model else f"`{path}` holds no model", told
    what = "holds" if KINDS[suffix] is WEIGHTS else "is"
    example = f"As in {VERBS['import'].example}"
    return f"`{path}` {what} {KINDS[suffix]}", told if "import" in told else example


def named(word: str) -> str | None:
    """The target that a word is: with a colon before its last name, in its module."""
    where, mark, name = word.strip(":").rpartition(":" if ":" in word else ".")
    if mark and where in LIBRARIES:
        return f"{LIBRARIES[where]}.models:{name.replace('-', '_')}"
    if mark:
        file = f"{where.replace('.', os.sep)}.py"
        return f"{file if os.path.isfile(file) else where}:{name}" if name.isidentifier() else None
    for file, names in beside("").items():
        if word in names:
            return f"{file}:{word}"
    return f"torchvision.models:{word.replace('-', '_')}" if FAMILIES.match(word) else None


def how_named(target: str, typed: Typed) -> str:
    """The line with the target as it is named here: `net.py:Net`, `torchvision.models:resnet18`."""
    meant = named(target)
    if meant is not None:
        return imports(meant, _flags(typed))
    return "Write package.module:callable or file.py:Class, as in torchvision.models:resnet50"


def no_module(name: str) -> Problem:
    """A module of Python that is not there: one to install, or a file."""
    top = name.partition(".")[0]
    if top in INSTALLED:
        return Problem(f"`{name}` needs {top}, which is not installed", install(top))
    guess = nearest(f"{top}.py", [one for one in os.listdir(".") if one.endswith(".py")])
    meant = f"; did you mean `{guess}`?" if guess else ""
    return Problem(f"there is no module `{name}`{meant}")


def _flags(typed: Typed) -> str:
    """The flags of `archc import` as they are typed; the size of one image without its batch."""
    inner = [
        (
            name,
            re.sub(r"\A1x(?=\d+x\d+x\d+\Z)", "", value) if name == "--input" and value else value,
        )
        for name, value in typed.flags
    ]
    return command(VERBS["import"], Typed((), tuple(inner))).removeprefix("archc import")


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()
