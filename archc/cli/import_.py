"""`archc import`: from a model to a spec that reads.

The user's own code runs here, because the user names it; no other verb runs any.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from archc.cli.flags import Arguments, UsageError
from archc.cli.output import choose_color, complain
from archc.cli.product import goes_to_file, put
from archc.files import Files, Problem
from archc.importer.model import Unreadable
from archc.install import hint
from archc.suggest import nearest

if TYPE_CHECKING:
    from archc.cli.typed import Typed
    from archc.importer.agree import Proof
    from archc.importer.read import Imported

SOURCES = ("torch", "onnx")
TAKEN = {".onnx": "onnx", ".pt2": "torch"}
"""The files that hold a model, and their sources."""

Entering = tuple[list[tuple[int, ...]], list[str]]
"""The sizes of the inputs, and their types."""

DTYPES = ("float32", "float64", "float16", "bfloat16", "int64", "int32", "int8", "uint8", "bool")


def main(arguments: Arguments) -> int:
    """Imports one model; the result is the exit status."""
    choose_color(arguments["color"])
    source, target = arguments.words
    admit(arguments)
    if find_spec(source) is None:
        name = {"torch": "PyTorch", "onnx": "the package onnx"}[source]
        raise Problem(f"`archc import {source}` needs {name}, which is not installed", hint(source))
    out = arguments["output"]
    if goes_to_file(out) and os.path.exists(out) and not arguments["force"]:
        raise Problem(f"`{out}` is there already", "--force overwrites it")
    entering = [_shape(text) for text in arguments["input"]]
    shapes = [shape for shape, _ in entering]
    dtypes = [dtype for _, dtype in entering]
    given = dict(map(_argument, arguments["arg"]))
    try:
        with contextlib.redirect_stdout(sys.stderr):  # what the user's code prints is no spec
            if source == "onnx":
                found = _onnx(target, shapes, bool(given), arguments)
            elif target.endswith(".pt2"):
                found = _program(target, not (shapes or given), arguments)
            else:
                found = _model(target, given, (shapes, dtypes), arguments)
    except Unreadable as problem:
        how = problem.hint
        if source == "torch" and _batched(target, given, (shapes, dtypes)):
            inner = " ".join(f"--input {'x'.join(map(str, shape[1:]))}" for shape in shapes)
            how = f"The batch is not written: {inner}"
        raise Problem(f"`{target}` cannot be imported: {problem.message}", how) from None
    return _told(found, arguments)


def _batched(target: str, given: dict[str, Any], entering: Entering) -> bool:
    """Whether the model can be read where each size is without its first axis."""
    shapes, dtypes = entering
    if not shapes or any(len(shape) < 2 for shape in shapes) or target.endswith(".pt2"):
        return False
    from archc.importer.torch import import_model

    make, name = _target(target, given)
    try:
        import_model(make, name, target, [s[1:] for s in shapes], verify=False, dtypes=dtypes)
    except (Unreadable, UsageError, Problem):
        return False
    return True


def admit(arguments: Arguments) -> None:
    """Raises `UsageError` or `Problem` for a source that is none, and a target of another one."""
    from archc.cli.models import from_source, how_named, of_file, spec_already
    from archc.cli.typed import take_apart

    source, target = arguments.words
    assert arguments.verb is not None
    typed = take_apart(arguments.verb, arguments.typed)
    suffix = os.path.splitext(target)[1].lower()
    if suffix == ".arch":
        raise UsageError(*spec_already(target, typed))
    if source not in SOURCES:
        from archc.foreign_files import by_way_of_onnx

        message = f"`archc import` reads from {' and '.join(SOURCES)}, not from `{source}`"
        found = from_source(source, target, typed)
        if found is None:
            raise UsageError(message, by_way_of_onnx(target, source))
        raise UsageError(f"{message}: {found[0]}", found[1])
    from archc.foreign_files import KINDS, WEIGHTS

    if source == "torch" and suffix not in KINDS and not all(target.rpartition(":")):
        raise UsageError(f"`{target}` names no model", how_named(target, typed))
    _check_sizes(arguments)
    if source == "torch" and suffix not in KINDS:
        _check_target(target, typed)
    if suffix not in KINDS or TAKEN.get(suffix) == source:
        return
    if not os.path.lexists(target):
        guess, told = _like(target)
        if guess:
            raise Problem(told, of_file(guess, typed)[1])
        if KINDS[suffix] is WEIGHTS:
            raise Problem(f"{told}, and such files hold {WEIGHTS}", of_file(target, typed)[1])
        raise Problem(told)
    raise UsageError(*of_file(target, typed))


def _check_sizes(arguments: Arguments) -> None:
    """Raises `UsageError` for a size that is none, with the line as it should be."""
    from archc.cli.typed import with_flags

    for text in arguments["input"]:
        try:
            _shape(text)
        except UsageError as error:
            meant = re.match(r"Write --input (\S+), (.*)", error.hint)
            if meant is None or len(arguments["input"]) > 1:
                raise
            line = with_flags(arguments, [("input", meant[1])])
            raise UsageError(error.message, f"Write {line}\n{meant[2]}") from None


def _check_target(target: str, typed: Typed) -> None:
    """Raises `Problem` or `UsageError` for a file that is not there, and without a size."""
    from archc.cli.models import how_named

    file, _, name = target.rpartition(":")
    if file.endswith(".py") and not os.path.isfile(file):
        guess, told = _like(file)
        raise Problem(told, how_named(f"{guess}:{name}", typed) if guess else "")
    if "--input" not in dict(typed.flags):
        raise UsageError("`archc import` needs the size of the input", how_named(target, typed))


def _like(file: str) -> tuple[str, str]:
    """The file of that kind that one which is not there may be, or nothing, and the message."""
    folder, name = os.path.split(file)
    suffix = os.path.splitext(name)[1]
    beside = os.listdir(folder or ".") if os.path.isdir(folder or ".") else []
    guess = nearest(name, [one for one in beside if one.endswith(suffix)])
    found = os.path.join(folder, guess) if guess else ""
    return found, f"there is no file `{file}`{f'; did you mean `{found}`?' if found else ''}"


def _program(target: str, plain: bool, arguments: Arguments) -> tuple[Imported, Proof | None]:
    if not plain:
        raise UsageError("a `.pt2` file has its inputs and arguments in it")
    if not os.path.isfile(target):
        raise Problem(_like(target)[1])
    from archc.importer.torch import import_program

    name = os.path.basename(target).removesuffix(".pt2")
    return import_program(target, name, verify=not arguments["no-verify"])


def _onnx(
    target: str, shapes: list[tuple[int, ...]], given: bool, arguments: Arguments
) -> tuple[Imported, Proof | None]:
    if given:
        raise UsageError("an ONNX file takes no `--arg`")
    if not os.path.isfile(target):
        raise Problem(_like(target)[1])
    from archc.importer.onnx import import_onnx

    name = os.path.basename(target).removesuffix(".onnx")
    return import_onnx(target, name, shapes, verify=not arguments["no-verify"])


def _model(
    target: str,
    given: dict[str, Any],
    entering: Entering,
    arguments: Arguments,
) -> tuple[Imported, Proof | None]:
    shapes, dtypes = entering
    make, name = _target(target, given)
    from archc.importer.torch import import_model

    verify = not arguments["no-verify"]
    return import_model(make, name, target, shapes, verify=verify, dtypes=dtypes)


def _told(found: tuple[Imported, Proof | None], arguments: Arguments) -> int:
    """Writes the spec, and says what agrees."""
    imported, proof = found
    put(imported.text, arguments["output"], Files())
    complain(understood(imported), word="note")
    if proof is None:
        return 0
    if proof.agreed:
        complain(f"the model and the spec agree in {', '.join(proof.agreed)}", word="note")
    for failure in proof.failed:
        complain(f"the model and the spec do not agree: {failure}")
    return 1 if proof.failed else 0


def understood(imported: Imported) -> str:
    """How many operations there are, how many of them are opaque, and which."""
    from archc.importer.read import opaque_names

    names = opaque_names(imported.operations)
    whole = f"{len(imported.operations):,} operations"
    if not names:
        return f"{whole}, all of them understood"
    listing = ", ".join(f"{name} ({times:,})" for name, times in names.most_common())
    return f"{whole}, {names.total():,} of them opaque: {listing}"


def _shape(text: str) -> tuple[tuple[int, ...], str]:
    """The shape and the type of an input: `3x224x224`, `128:int64`."""
    size, colon, dtype = text.partition(":")
    if colon and dtype not in DTYPES:
        raise UsageError(f"`--input {text}` has no type", f"Types are {', '.join(DTYPES)}")
    parts = size.split("x")
    if not all(part.isdecimal() and part.isascii() and 0 < int(part) < 2**31 for part in parts):
        numbers = re.findall(r"[1-9]\d*", size)
        numbers = numbers[1:] if len(numbers) == 4 and numbers[0] == "1" else numbers
        plain = not re.sub(r"[\d\s,()\[\]*x]", "", size) and 1 < len(numbers) < 5
        meant = f"Write --input {'x'.join(numbers)}, channels first and without the batch"
        how = meant if plain else "Channels first, as in --input 3x224x224"
        raise UsageError(f"`--input {text}` is no size", how)
    return tuple(map(int, parts)), dtype or DTYPES[0]


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
    where, _, name = target.rpartition(":")
    found: Any = _module(where)
    for part in name.split("."):
        if not hasattr(found, part):
            guess = nearest(part, [one for one in dir(found) if not one.startswith("_")])
            if hasattr(getattr(found, "models", None), part):
                guess = f"{where}.models:{part}"  # of a library of models
            meant = f"; did you mean `{guess}`?" if guess else ""
            raise Problem(f"`{where}` has no `{part}`{meant}")
        found = getattr(found, part)
    if not isinstance(found, type) and hasattr(found, "state_dict"):  # a model that is made
        import copy

        return lambda: copy.deepcopy(found), name.rpartition(".")[2]
    if not callable(found):
        raise Problem(f"`{target}` is {type(found).__name__}, where a class or function is needed")

    def make() -> Any:
        try:
            return found(**given)
        except TypeError as error:
            missing = re.findall(r"'(\w+)'", str(error)) if "missing" in str(error) else []
            lines = " ".join(f"--arg {one}=VALUE" for one in missing)
            how = f"Add {lines}" if lines else "Arguments are given by --arg"
            raise Unreadable(f"it cannot be made: {error}", how) from None
        except SystemExit as error:
            raise Unreadable(f"it cannot be made: it ends the program ({error})") from None

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
            from archc.cli.models import no_module

            raise no_module(where) from None
        raise Problem(f"`{where}` cannot be loaded: {error}") from None
    except (Exception, SystemExit) as error:  # the user's own code may raise anything
        raise Problem(f"`{where}` cannot be loaded: {type(error).__name__}: {error}") from None
