"""`archc import`: from a model to a spec that reads.

The user's own code runs here, because the user names it; no other verb runs any.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from archc.cli.flags import Arguments, UsageError
from archc.cli.output import choose_color, complain
from archc.cli.product import goes_to_file, put
from archc.files import Files, Problem
from archc.importer.model import Unreadable

SOURCES = ("torch",)


def main(arguments: Arguments) -> int:
    """Imports one model; the result is the exit status."""
    choose_color(arguments["color"])
    source, target = arguments.words
    if source not in SOURCES:
        raise UsageError(f"`archc import` reads from {' and '.join(SOURCES)}, not from `{source}`")
    if find_spec("torch") is None:
        raise Problem("`archc import` needs PyTorch", "Install it with: pip install torch")
    out = arguments["output"]
    if goes_to_file(out) and os.path.exists(out) and not arguments["force"]:
        raise Problem(f"`{out}` is there already", "--force overwrites it")
    shapes = [_shape(text) for text in arguments["input"]]
    if not shapes:
        raise UsageError("`archc import` needs the size of the input", "As in --input 3x224x224")
    make, name = _target(target, dict(map(_argument, arguments["arg"])))
    try:
        return _import(make, name, target, shapes, arguments)
    except Unreadable as problem:
        raise Problem(f"`{target}` cannot be imported: {problem.message}", problem.hint) from None


def _import(
    make: Callable[[], Any],
    name: str,
    target: str,
    shapes: list[tuple[int, ...]],
    arguments: Arguments,
) -> int:
    from archc.importer.torch import import_model

    imported, proof = import_model(
        make, name, target, shapes, verify=not arguments["no-verify"], values=True
    )
    put(imported.text, arguments["output"], Files())
    opaque = imported.opaque
    which = f": {', '.join(sorted(set(opaque)))}" if opaque else ""
    complain(
        f"{len(imported.operations):,} operations, {len(opaque):,} of them opaque{which}",
        word="note",
    )
    if proof is None:
        return 0
    if proof.agreed:
        complain(f"the model and the spec agree in {', '.join(proof.agreed)}", word="note")
    for failure in proof.failed:
        complain(f"the model and the spec do not agree: {failure}")
    return 1 if proof.failed else 0


def _shape(text: str) -> tuple[int, ...]:
    parts = text.split("x")
    if not all(part.isdecimal() and part.isascii() and 0 < int(part) < 2**31 for part in parts):
        raise UsageError(f"`--input {text}` is no size", "Channels first, as in --input 3x224x224")
    return tuple(map(int, parts))


def _argument(text: str) -> tuple[str, Any]:
    import ast

    name, equals, value = text.partition("=")
    if not equals or not name.strip().isidentifier():
        raise UsageError(f"`--arg {text}` gives nothing", "Write --arg name=value")
    try:
        return name.strip(), ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name.strip(), value


def _target(target: str, given: dict[str, Any]) -> tuple[Callable[[], Any], str]:
    """What makes the model, and a name for it; runs the user's module."""
    where, colon, name = target.rpartition(":")
    if not colon or not where or not name:
        raise UsageError(
            f"`{target}` names no model",
            "Write package.module:callable or file.py:Class, as in torchvision.models:resnet50",
        )
    found: Any = _module(where)
    for part in name.split("."):
        if not hasattr(found, part):
            from archc.suggest import nearest

            guess = nearest(part, [one for one in dir(found) if not one.startswith("_")])
            meant = f"; did you mean `{guess}`?" if guess else ""
            raise Problem(f"`{where}` has no `{part}`{meant}")
        found = getattr(found, part)
    if not callable(found):
        raise Problem(f"`{target}` is {type(found).__name__}, where a class or function is needed")

    def make() -> Any:
        try:
            return found(**given)
        except TypeError as error:
            hint = "Arguments are given by --arg"
            raise Unreadable(f"it cannot be made: {error}", hint) from None

    return make, name.rpartition(".")[2]


def _module(where: str) -> Any:
    """The user's module, by its name or its file. Raises `Problem`."""
    try:
        if not where.endswith(".py"):
            if "" not in sys.path:
                sys.path.insert(0, "")
            return importlib.import_module(where)
        if not os.path.isfile(where):
            raise Problem(f"there is no file `{where}`")
        sys.path.insert(0, os.path.dirname(os.path.abspath(where)))
        spec = importlib.util.spec_from_file_location(os.path.basename(where)[:-3], where)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module
    except Problem:
        raise
    except ModuleNotFoundError as error:
        if error.name and where.split(".")[0] == error.name:
            raise Problem(f"there is no module `{where}`") from None
        raise Problem(f"`{where}` cannot be loaded: {error}") from None
    except Exception as error:
        raise Problem(f"`{where}` cannot be loaded: {type(error).__name__}: {error}") from None
