"""Sizes of inputs that are given from outside: read, and held to what the text has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from archc.language import tree
from archc.named import NamedTuple
from archc.options import OptionError, Options
from archc.shapes import Open, Shape, show
from archc.suggest import nearest

EVERY_INPUT = ""
EXAMPLE = "3x224x224"


class Meant(NamedTuple):
    """The shape that is meant by what was written otherwise, and how many images."""

    shape: Shape
    batch: int = 0  # 0 where none was written
    note: str = ""

    def told(self) -> str:
        """The shape, and what becomes of the batch."""
        batch = {0: "", 1: ", for the batch is not written"}.get(
            self.batch, f", and the batch as --batch {self.batch}"
        )
        return f"{show(self.shape)}{batch}{self.note}"

    def flags(self) -> tuple[tuple[str, str], ...]:
        """The flags that say it, where it is the only input."""
        batch = (("batch", str(self.batch)),) if self.batch > 1 else ()
        return (("input", show(self.shape)), *batch)


def inputs(options: Options, networks: Iterable[tree.Network] = ()) -> dict[str, Shape]:
    """The shapes given for inputs, by the name of the input or `EVERY_INPUT`.

    Capital letters are open sizes. The `networks` that they are for tell what is meant by a shape
    that cannot be read. Raises `OptionError`.
    """
    found: dict[str, Shape] = {}
    if options.input is None:
        return found
    only = _only(_written(networks))
    if options.input.strip()[:1] in ("(", "["):
        raise _no_shape(options.input, only, "write ")
    for text in options.input.split(","):
        name, _, shape = ("", "", text) if "=" not in text else text.partition("=")
        name = name.strip()
        if name in found and not name:
            names = ", and of several inputs their names, left=1x64x64"
            raise _no_shape(options.input, only, "write channels, then sizes, ", names)
        if name in found:
            raise OptionError(f"--input: `{name}` has two shapes; name each input once")
        found[name] = _shape(shape.strip(), only)
    return found


def _no_shape(text: str, written: tree.Size | None, how: str, names: str = "") -> OptionError:
    """What to say of a text that is no shape, with the one that its numbers may mean."""
    meant = _likely(text, written)
    told = EXAMPLE if meant is None else meant.told()
    return OptionError(
        f"--input: `{text}` is no shape; {how}{told}{names}", meant.flags() if meant else ()
    )


def _likely(text: str, written: tree.Size | None) -> Meant | None:
    """The shape that numbers in a row may mean, `(224, 224, 3)`."""
    numbers = tuple(map(int, re.findall(r"\d{1,9}", text)))
    if not 1 < len(numbers) < 6 or re.sub(r"[\d\s,;:*\u00d7()\[\]x]", "", text) or 0 in numbers:
        return None
    if written is not None:
        meant = _meant(numbers, written)
        if meant is not None or len(numbers) == len(written.axes):
            return meant or Meant(numbers)
    if len(numbers) == 3 and numbers[2] < 10 <= numbers[0]:
        numbers = (numbers[2], *numbers[:2])
    return Meant(numbers) if len(numbers) < 5 else None


def _shape(text: str, written: tree.Size | None) -> Shape:
    axes: list[int | Open] = []
    for part in text.split("x"):
        if part.isascii() and part.isdigit() and len(part) < 10 and int(part):
            axes.append(int(part))
        elif len(part) == 1 and part.isascii() and part.isupper():
            axes.append(Open(part))
        elif part and not part.strip("0"):
            raise OptionError(f"--input: `{text}` is no shape: 0 is no size")
        else:
            raise _no_shape(text, written, "write channels, then sizes: ")
    if len(axes) > 4:
        raise OptionError(
            f"--input: `{text}` has {len(axes)} axes; a shape has 1 to 4, without the batch"
        )
    return tuple(axes)


def _written(networks: Iterable[tree.Network]) -> dict[str, tree.Expr]:
    """The shapes that stand in the text, by the names of their inputs."""
    return {
        one.name.id if one.name is not None else "input": one.shape
        for network in networks
        for one in network.body
        if isinstance(one, tree.Input)
    }


def _only(written: Mapping[str, tree.Expr]) -> tree.Size | None:
    """The shape of the only input."""
    shapes = list(written.values())
    return shapes[0] if len(shapes) == 1 and isinstance(shapes[0], tree.Size) else None


def check_inputs(options: Options, networks: Sequence[tree.Network]) -> None:
    """Raises `OptionError` for a shape of an input that no network has, or of other axes."""
    given = inputs(options, networks)
    if not given:
        return
    written = _written(networks)
    for name in given:
        if written and name not in written and name != EVERY_INPUT:
            raise _no_input(name, given[name], written)
    if EVERY_INPUT in given:
        _check_every(given[EVERY_INPUT], written)
    for name, shape in written.items():
        if isinstance(shape, tree.Size) and (name in given or EVERY_INPUT in given):
            _check_axes(name, given.get(name, given.get(EVERY_INPUT, ())), shape, len(written) == 1)


def _no_input(name: str, given: Shape, written: Mapping[str, tree.Expr]) -> OptionError:
    """What to say of a name that no input has."""
    close = nearest(name, written)
    hint = f"did you mean `{close}`?" if close else f"there is {', '.join(sorted(written))}"
    whole = _one_axis(name, given, written)
    if whole is None:
        return OptionError(f"--input: no network here has an input `{name}`; {hint}")
    return OptionError(
        f"--input: no network here has an input `{name}`; a shape is given whole; "
        f"write {whole.told()}",
        whole.flags(),
    )


AXES = {"h": (1,), "height": (1,), "w": (2,), "width": (2,), "size": (1, 2), "resolution": (1, 2)}


def _one_axis(name: str, given: Shape, written: Mapping[str, tree.Expr]) -> Meant | None:
    """`--input h=64`, where the whole shape is due."""
    only = _only(written)
    places = AXES.get(name.lower(), ())
    if only is None or len(only.axes) != 3 or len(given) != 1 or not isinstance(given[0], int):
        return None
    axes: list[int | Open] = [Open(one) if isinstance(one, str) else one for one in only.axes]
    for place in places:
        axes[place] = given[0]
    return Meant(tuple(axes)) if places else None


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
        f"{'x'.join(map(str, shapes[misfit]))}; write --input {line}",
        (("input", line),),
    )


def _check_axes(name: str, given: Shape, written: tree.Size, only: bool) -> None:
    """Raises `OptionError` for an input of another kind: a batch before it, channels behind it."""
    meant = _meant(given, written)
    if meant is None and len(given) == len(written.axes):
        return
    told = "" if meant is None else f"; write {meant.told()}"
    raise OptionError(
        f"--input: `{show(given)}` does not fit `{name}`, which is {written.span.text} in line "
        f"{written.span.line}{told}",
        meant.flags() if meant is not None and only else (),
    )


def _meant(given: Shape, written: tree.Size) -> Meant | None:
    """The shape that is meant by one of other axes; None where it fits, or nothing is known."""
    axes, first = len(written.axes), written.axes[0]
    channels = Open(first) if isinstance(first, str) else first
    if len(given) == axes + 1:
        inner = _meant(given[1:], written)
        batch = given[0] if isinstance(given[0], int) else 1
        return Meant(inner.shape if inner is not None else given[1:], batch)
    if len(given) == 1 < axes:
        return Meant((channels, *given * (axes - 1)))
    if len(given) == axes - 1 and given[0] == channels and len(given) > 1:
        return Meant((*given, given[-1]))  # a side is missing, not the channels
    if len(given) == axes - 1:
        return Meant((channels, *given))
    if len(given) == axes > 1 and given[0] != channels == given[-1]:
        return Meant((channels, *given[:-1]))
    if len(given) == axes == 3 and _channels_last(given) and channels != given[0]:
        right: Shape = (given[-1], *given[:-1])
        own = f"{show((channels,))} channel{'s' * (channels != 1)} of the spec"
        kept = show((channels, *given[:-1]))
        note = f": channels stand first; with the {own} it is {kept}"
        return Meant(right, note=note)
    return None


def _channels_last(given: Shape) -> bool:
    """Whether an image is meant whose channels stand last, whatever channels the spec has."""
    from archc.graph.inputs import FEW, IMAGE

    sizes = [axis for axis in given if isinstance(axis, int)]
    return len(sizes) == len(given) and sizes[-1] in FEW and min(sizes[:-1]) >= IMAGE
