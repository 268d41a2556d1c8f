"""What a caller changes: which network, parameters, input, batch, type, and limits from outside.

All of it comes as text, in the language's own writing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from archc.analysis.budgets import Budget
from archc.graph.elaborate import Arms, Elaborator, TooMuch
from archc.graph.evaluate import Mistake, Silence, evaluate
from archc.graph.graph import Graph
from archc.graph.modules import Module
from archc.graph.report import Report
from archc.language import tree
from archc.language.parser import parse
from archc.language.source import Source
from archc.named import NamedTuple
from archc.shapes import Open, Shape, show
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


COUNTED = ("params", "macs", "flops")
"""Limits of what is counted, where the others are of bytes."""

UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12} | {
    f"{letter}iB": 1024**power for power, letter in enumerate("KMGT", 1)
}


class OptionError(ValueError):
    """An option that cannot be followed: an unknown network, parameter or shape."""


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
        raise OptionError(f"--fits: `{text}` is no amount of memory; write 24GB, 800MB or 16GiB")
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


def limits(options: Options) -> tuple[Budget, ...]:
    """The limits from outside; raises `OptionError` for what is no number."""
    found = []
    for word, text in options.budgets:
        try:
            most = written_value(text, f"--max-{word}")
        except OptionError:
            most = None
        if word in COUNTED and most is not None and text.strip().endswith("B"):
            count = text.strip().rstrip("iB").upper()
            raise OptionError(
                f"--max-{word}: `{text}` is an amount of bytes, and {word} are counted; write "
                f"--max-{word} {count}, or of the bytes of weights --max-weights {text}"
            )
        if isinstance(most, bool) or not isinstance(most, (int, float, Fraction)):
            told = _as_meant(text) or "write 60M, 4.1G or 20MB"
            raise OptionError(f"--max-{word}: `{text}` is no number; {told}")
        found.append(Budget(word, text, most))
    return tuple(found)


def _as_meant(text: str) -> str | None:
    """The amount with its letters large, if it is one then: `5m` is meant as `5M`."""
    large = text.strip().upper().replace("MILLION", "M").replace("BILLION", "G").replace(" ", "")
    try:
        amount = written_value(large, "")
    except OptionError:
        return None
    return f"did you mean `{large}`?" if isinstance(amount, (int, Fraction)) else None


def written_value(text: str, what: str) -> Any:
    """A value given on the command line, in the language's own writing."""
    program, diagnostics = parse(Source(f"let x = {text}\n", what))
    lets = [one for one in program.definitions if isinstance(one, tree.Let)]
    if diagnostics or len(lets) != 1 or len(program.definitions) != 1:
        name = what.removeprefix("--set ")
        if what != name and re.fullmatch(r"[\w.]+(?:\s*,\s*[\w.]+)+", text.strip()):
            items = ", ".join(re.split(r"\s*,\s*", text.strip()))
            raise OptionError(f"{what}: `{text}` is no value; write --set '{name}=[{items}]'")
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


EVERY_INPUT = ""


def inputs(options: Options) -> dict[str, Shape]:
    """The shapes given for inputs, by the name of the input or `EVERY_INPUT`.

    Capital letters are open sizes. Raises `OptionError`.
    """
    found: dict[str, Shape] = {}
    if options.input is not None and options.input.strip()[:1] in ("(", "["):
        likely = _likely(options.input)
        raise OptionError(f"--input: `{options.input}` is no shape; write {likely}")
    for text in options.input.split(",") if options.input is not None else ():
        name, _, shape = ("", "", text) if "=" not in text else text.partition("=")
        name = name.strip()
        if name in found and not name:
            raise OptionError(
                f"--input: `{options.input}` is no shape; write channels, then sizes, "
                f"{_likely(options.input or '')}, and of several inputs their names, left=1x64x64"
            )
        if name in found:
            raise OptionError(f"--input: `{name}` has two shapes; name each input once")
        found[name] = _shape(shape.strip())
    return found


def _likely(text: str) -> str:
    """The shape that numbers in a row may mean, `(224, 224, 3)`; else any."""
    numbers = re.findall(r"\d{1,9}", text)
    if not 1 < len(numbers) < 5 or re.sub(r"[\d\s,;:*\u00d7()\[\]x]", "", text):
        return "3x224x224"
    if len(numbers) == 3 and len(numbers[2]) == 1 < len(numbers[0]):
        numbers = [numbers[2], *numbers[:2]]
    return "x".join(numbers)


def _shape(text: str) -> Shape:
    axes: list[int | Open] = []
    for part in text.split("x"):
        if part.isascii() and part.isdigit() and len(part) < 10 and int(part):
            axes.append(int(part))
        elif len(part) == 1 and part.isascii() and part.isupper():
            axes.append(Open(part))
        elif part and not part.strip("0"):
            raise OptionError(f"--input: `{text}` is no shape: 0 is no size")
        else:
            raise OptionError(
                f"--input: `{text}` is no shape; write channels, then sizes: {_likely(text)}"
            )
    if len(axes) > 4:
        raise OptionError(
            f"--input: `{text}` has {len(axes)} axes; a shape has 1 to 4, without the batch"
        )
    return tuple(axes)


def check_trained(options: Options, networks: list[Graph]) -> None:
    """Raises `OptionError` for a path to train at which no network has a layer."""
    if not options.train or not any(graph.nodes for graph in networks):
        return
    from archc.graph.trained import nowhere

    path, known = nowhere(networks, options.train)
    if path is not None:
        close = nearest(path, known)
        hint = f"; did you mean `{close}`?" if close else ""
        raise OptionError(f"--train: no network here has a layer or group `{path}`{hint}")


def check_inputs(options: Options, networks: Iterable[Graph]) -> None:
    """Raises `OptionError` for a shape of an input that no network has, or of other axes."""
    given = inputs(options)
    if not given:
        return
    written = {
        one.name.id if one.name is not None else "input": one.shape
        for graph in networks
        for one in graph.network.body
        if isinstance(one, tree.Input)
    }
    for name in given:
        if written and name not in written and name != EVERY_INPUT:
            close = nearest(name, written)
            hint = f"did you mean `{close}`?" if close else f"there is {', '.join(sorted(written))}"
            hint = _one_axis(name, given[name], written) or hint
            raise OptionError(f"--input: no network here has an input `{name}`; {hint}")
    if EVERY_INPUT in given:
        _check_every(given[EVERY_INPUT], written)
    for name, shape in written.items():
        if isinstance(shape, tree.Size) and (name in given or EVERY_INPUT in given):
            _check_axes(name, given.get(name, given.get(EVERY_INPUT, ())), shape)


AXES = {"h": (1,), "height": (1,), "w": (2,), "width": (2,), "size": (1, 2), "resolution": (1, 2)}


def _one_axis(name: str, given: Shape, written: Mapping[str, tree.Expr]) -> str | None:
    """`--input h=64`, where the whole shape is due."""
    shapes = list(written.values())
    if len(shapes) != 1 or not isinstance(shapes[0], tree.Size) or len(given) != 1:
        return None
    axes = list(shapes[0].axes)
    places = AXES.get(name.lower(), ())
    if len(axes) != 3 or not places or not isinstance(given[0], int):
        return None
    for place in places:
        axes[place] = given[0]
    return f"a shape is given whole; write {'x'.join(map(str, axes))}"


def _check_every(given: Shape, written: Mapping[str, tree.Expr]) -> None:
    """Raises `OptionError` for one shape where inputs have different numbers of channels."""
    shapes = {name: shape.axes for name, shape in written.items() if isinstance(shape, tree.Size)}
    if len({axes[0] for axes in shapes.values()}) < 2:
        return
    misfit = next((name for name, axes in shapes.items() if axes[0] != given[0]), None)
    if misfit is None or any(len(axes) != len(given) for axes in shapes.values()):
        return
    line = ",".join(
        f"{name}={'x'.join([str(axes[0]), *map(str, given[1:])])}" for name, axes in shapes.items()
    )
    raise OptionError(
        f"--input: `{show(given)}` does not fit `{misfit}`, which is "
        f"{'x'.join(map(str, shapes[misfit]))}; write --input {line}"
    )


def _check_axes(name: str, given: Shape, written: tree.Size) -> None:
    """Raises `OptionError` for an input of another kind: a batch before it, channels behind it."""
    axes, first = len(written.axes), written.axes[0]
    channels = Open(first) if isinstance(first, str) else first
    meant: Shape | None = None
    if len(given) == axes + 1:
        meant = given[1:]
    elif len(given) == 1 and axes > 1:
        meant = (channels, *given * (axes - 1))
    elif len(given) == axes - 1 and given[0] == channels and len(given) > 1:
        meant = (*given, given[-1])  # a side is missing, not the channels
    elif len(given) == axes - 1:
        meant = (channels, *given)
    elif len(given) == axes > 1 and given[0] != channels == given[-1]:
        meant = (channels, *given[:-1])
    elif len(given) == axes:
        return
    told = "" if meant is None else f"; write {show(meant)}"
    if meant is not None and len(given) > axes:
        told += ", and images at once with --batch"
    raise OptionError(
        f"--input: `{show(given)}` does not fit `{name}`, which is {written.span.text} in line "
        f"{written.span.line}{told}"
    )
