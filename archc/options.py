"""What a caller changes: which network, parameters, input, batch, type, and limits from outside.

All of it comes as text, in the language's own writing.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from archc.graph import cures
from archc.graph.elaborate import Arms, Elaborator, TooMuch
from archc.graph.evaluate import Mistake, Silence, evaluate
from archc.graph.graph import Graph
from archc.graph.modules import Module
from archc.graph.report import Report
from archc.language import tree
from archc.language.parser import parse
from archc.language.source import Source
from archc.named import NamedTuple
from archc.suggest import nearest

if TYPE_CHECKING:
    from archc.analysis.roofline import Device

Dtype = str
BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8, "mixed": 2, "int8": 1}
"""Bytes of a value; in mixed precision those of most of them."""


class Options(NamedTuple):
    """What the caller changes; `settings` (`classes` -> `10`) and `input` are texts.

    `input` is a shape for every input, or shapes by name: `left=1x8x8,right=1x9x9`.
    `claims` is False where the expectations of the file are not to be judged; `budgets` are limits
    beside them (`params` -> `60M`), of the figures that `archc.analysis.budgets` names.
    With an `optimizer` a step of training is worked out; `fits` is an amount of memory, `24GB`;
    `count_as` another program that counts work; with a `device` time is bounded from below.
    `advise` asks for advice.
    `train` are the paths of what is trained alone; all else is frozen.
    """

    network: str | None = None
    settings: tuple[tuple[str, str], ...] = ()
    input: str | None = None
    batch: int = 1
    dtype: Dtype = "float32"
    claims: bool = True
    budgets: tuple[tuple[str, str], ...] = ()
    optimizer: str | None = None
    fits: str | None = None
    count_as: str | None = None
    train: tuple[str, ...] = ()
    device: Device | None = None
    advise: bool = False


UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12} | {
    f"{letter}iB": 1024**power for power, letter in enumerate("KMGT", 1)
}


class OptionError(ValueError):
    """An option that cannot be followed: an unknown network, parameter or shape.

    `flags` are those of the command line, with the values that were meant: `("input", "3x32x32")`;
    None for one that is to be left out.
    """

    def __init__(self, message: str, flags: tuple[tuple[str, str | None], ...] = ()) -> None:
        super().__init__(message)
        self.flags = flags


def changes(options: Options) -> str:
    """What differs from the file's own settings, as it is typed."""
    words = [f"--set {name}={text}" for name, text in options.settings]
    if options.input is not None:
        words.append(f"--input {options.input}")
    if options.batch != 1:
        words.append(f"--batch {options.batch}")
    if options.dtype != Options().dtype:
        words.append(f"--dtype {options.dtype}")
    words += [f"--train {path}" for path in options.train]
    return " ".join(words)


def room(options: Options) -> int | None:
    """The bytes that `fits` means; raises `OptionError` for what is no amount of memory."""
    if options.fits is None:
        return None
    text = options.fits.strip()
    number = text.rstrip("BbGgiIKkMmTt ")
    scale = {unit.lower(): size for unit, size in UNITS.items()}.get(
        text[len(number) :].strip().lower()
    )
    try:
        amount = Fraction(number.strip()) if "/" not in number else None
    except ValueError:
        amount = None
    if scale is None or amount is None or not 0 < amount < 10**9:
        bare = (("fits", f"{text}GB"),) if re.fullmatch(r"\d+(?:\.\d+)?", text) else ()
        message = f"--fits: `{text}` is no amount of memory; write 24GB, 800MB or 16GiB"
        raise OptionError(message, bare)
    return int(amount * scale)


def check_training(options: Options) -> None:
    """Raises `OptionError` where a step of training is asked for, and numbers have no gradients."""
    if options.dtype == "int8" and (options.optimizer or options.fits):
        flag = "--optimizer" if options.optimizer else "--fits"
        raise OptionError(f"{flag} asks for training, and int8 numbers have no gradients")


def check_device(options: Options) -> None:
    """Raises `OptionError` where nobody knows how fast the device is with numbers of the dtype."""
    device = options.device
    if device is not None and options.dtype not in device.rates:
        rates = ", ".join(device.rates)
        raise OptionError(
            f"no rate of `{device.name}` is known for {options.dtype}; give --dtype one of {rates}"
        )


def written_value(text: str, what: str) -> Any:
    """A value given on the command line, in the language's own writing."""
    program, diagnostics = parse(Source(f"let x = {text}\n", what))
    lets = [one for one in program.definitions if isinstance(one, tree.Let)]
    if diagnostics or len(lets) != 1 or len(program.definitions) != 1:
        name = what.removeprefix("--set ")
        meant = cures.settings.settings_meant(name, text) if name != what else None
        if meant is not None:
            raise OptionError(f"{what}: `{text}` is no value; write {meant}")
        raise OptionError(
            f'{what}: `{text}` is no value; write a number, a size, a list, true, false or "text"'
        )
    run = Elaborator(Report(), Arms())
    try:
        return evaluate(lets[0].value, run.top_place(Module(program, False), lets[0].span))
    except (Mistake, Silence, TooMuch) as error:
        form = ""
        if isinstance(lets[0].value, tree.Name):
            form = '; a value is a number, a size, a list, true, false or a "text"'
        raise OptionError(f"{what}: {error or 'unknown'}{form}") from None


def set_values(options: Options) -> dict[str, Any]:
    """The parameters that are set, with their values; raises `OptionError`."""
    return {name: written_value(text, f"--set {name}") for name, text in options.settings}


MOST_PARTS = 12  # that are named where none is near


def check_trained(options: Options, networks: list[Graph]) -> None:
    """Raises `OptionError` for a path to train at which no network has a layer."""
    if not options.train or not any(graph.nodes for graph in networks):
        return
    from archc.graph.trained import nowhere

    path, known = nowhere(networks, options.train)
    if path is not None:
        close = nearest(path, known)
        parts = list(dict.fromkeys(one.partition(".")[0] for one in known))
        more = " …" if len(parts) > MOST_PARTS else ""
        hint = f"; its parts are {', '.join(parts[:MOST_PARTS])}{more}"
        hint = f"; did you mean `{close}`?" if close else hint
        raise OptionError(f"--train: no network here has a layer or group `{path}`{hint}")
