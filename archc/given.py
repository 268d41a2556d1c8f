"""What Python gives to `archc.load` and `archc.from_torch`: taken where it can mean one thing.

Everything else is a `ValueError` with the line that was meant; nothing is found wrong further in.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from archc.files import Missing, Problem

SHORTS = {
    **dict.fromkeys(("fp32", "f32", "float", "single"), "float32"),
    **dict.fromkeys(("fp16", "f16", "half"), "float16"),
    "bf16": "bfloat16",
    **dict.fromkeys(("fp64", "f64", "double"), "float64"),
    **dict.fromkeys(("amp", "autocast"), "mixed"),
}
"""What other programs call the types of numbers."""


def in_python(message: str) -> str:
    """What is said of flags of the command line, said of the arguments that stand for them."""
    message = re.sub(r"^--input: `(\d+(?:x\d+)*)`", lambda found: _sizes(found[1]), message)
    message = re.sub(r"\bwrite (\d+(?:x\d+)*)", lambda m: f"write {_sizes(m[1])}", message)
    message = re.sub(r"--input (\d+(?:x\d+)*)", lambda m: _sizes(m[1]), message)
    message = re.sub(r"--batch (\d+)", r"batch=\1", message)
    message = re.sub(
        r"--set '?([A-Za-z_]\w*)=((?:\[[^\]]*\]|[^\s',])+)'?", r'set={"\1": \2}', message
    )
    return re.sub(r"--([a-z]+)", r"\1", message)


def _sizes(text: str) -> str:
    """`3x224x224` as `input=(3, 224, 224)`."""
    axes = text.split("x")
    return f"input=({', '.join(axes)}{',' * (len(axes) == 1)})"


def spec(value: object) -> str:
    """A path or a text; a `pathlib.Path` is a path."""
    if isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        path = os.fspath(value)
        return path if isinstance(path, str) else os.fsdecode(path)
    if hasattr(value, "state_dict") or (isinstance(value, type) and hasattr(value, "forward")):
        raise ValueError(
            f"spec is a path or a text, not the module {_name(value)}; "
            "write archc.from_torch(module, input=(3, 224, 224))"
        )
    if type(value).__module__ in ("archc.api", "archc.network"):
        word = type(value).__name__.lower()
        raise ValueError(f"spec is a path or a text, and this {word} is loaded already; use it")
    if isinstance(value, (bytes, bytearray)):
        raise ValueError("spec is a path or a text, not bytes; write archc.load(spec.decode())")
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        line = f"[archc.load(one) for one in {value!r}]"
        raise ValueError(f"spec is one path or text, not {len(value)}; write {line}")
    if callable(getattr(value, "read", None)):  # an open file
        place = getattr(value, "name", None)
        argument = repr(place) if isinstance(place, str) else "file.read()"
        raise ValueError(
            f"spec is a path or a text, not an open file; write archc.load({argument})"
        )
    raise _wrong("spec", "a path or a text", value, 'archc.load("vgg16")')


def unread(text: str, problem: Problem) -> Exception:
    """What to say of a spec that cannot be read, with its hint in the words of Python."""
    if isinstance(problem, Missing):
        if not text:
            return ValueError('spec is empty; write archc.load("vgg16")')
        bare = bare_layers(text)
        if bare is not None:
            return bare
    return with_hint(problem)


def with_hint(problem: Problem) -> Problem:
    """A problem whose hint is said with it."""
    problem.args = (_with_hint(problem),)
    return problem


def _with_hint(problem: Problem) -> str:
    """A message with its hint in one sentence."""
    lines = problem.hint.replace("Write archc", "on the command line: archc").splitlines()
    return "; ".join([problem.message, *(line[:1].lower() + line[1:] for line in lines)])


def bare_layers(text: str) -> ValueError | None:
    """What to say of a path that is a line of a spec, without a network around it."""
    from archc.layers.registry import KINDS

    word = text.replace("->", ";").split(maxsplit=1)
    if len(word) == 2 and word[0] in ("network", "block"):
        line = f"{text.strip()} {{ input 3x32x32; conv 8 3x3 }}"
        return ValueError(f"the text of a spec has braces; write archc.load({line!r})")
    if len(word) < 2 or word[0] not in KINDS:
        return None
    line = f"network Net {{ input 3x32x32; {text.strip()} }}"
    return ValueError(f"the text of a spec is a network; write archc.load({line!r})")


def text(value: object, name: str, example: str) -> str | None:
    """A word, or None for none."""
    if value is None or isinstance(value, str):
        return value
    raise _wrong(name, "a text", value, f'{name}="{example}"')


def path(value: object, name: str, example: str) -> str | None:
    """A word or a path, or None for none."""
    return text(os.fspath(value) if isinstance(value, os.PathLike) else value, name, example)


def device(value: object) -> str | None:
    """The name of a device, or a file with its profile; `torch.device("cuda")` as its text."""
    of_torch = type(value).__module__.partition(".")[0] == "torch"
    if of_torch or (isinstance(value, int) and not isinstance(value, bool)):
        value = str(value)
    return path(value, "device", "a100-40gb")


def no_device(problem: Problem) -> Problem:
    """What is said of a device that nobody knows, with the one that was meant."""
    meant = getattr(problem, "meant", None)
    if meant is not None and "did you mean" not in problem.message:
        problem.message += f'; write device="{meant}"' if meant else "; leave device out"
    return with_hint(problem)


def choice(value: object, name: str, words: Iterable[str], none: bool = False) -> str | None:
    """One of some words."""
    if value is None and none:
        return None
    known = list(words)
    word = str(value).removeprefix("torch.") if _is_dtype(value) else value
    if isinstance(word, str) and word in known:
        return word
    from archc.suggest import nearest

    listed = f"{name} must be one of {', '.join(known)}, not {spoken(value)}"
    guess = None
    if hasattr(value, "zero_grad"):  # an optimizer of PyTorch, or its class
        word = _name(value)
    if isinstance(word, str):
        lower = word.lower()
        short = SHORTS.get(lower) if name == "dtype" else None
        guess = lower if lower in known else short or nearest(word, known)
    raise ValueError(f"{listed}; write {name}={guess!r}" if guess else listed)


def _is_dtype(value: object) -> bool:
    return type(value).__module__ == "torch" and type(value).__name__ == "dtype"


def whole(value: object, name: str) -> int:
    """A whole number from 1 on."""
    found = _integer(value)
    if found is None:
        digits = isinstance(value, str) and value.strip().isdecimal() and int(value) > 0
        line = f"{name}={value.strip()}" if isinstance(value, str) and digits else f"{name}=8"
        raise _wrong(name, "a whole number", value, line)
    if found < 1:
        raise ValueError(f"{name} must be at least 1, not {found}; write {name}=1")
    return found


def yes(value: object, name: str) -> bool:
    """True or False."""
    if isinstance(value, bool):
        return value
    raise _wrong(name, "True or False", value, f"{name}=True")


def settings(value: object) -> tuple[tuple[str, str], ...]:
    """Parameters and their values, in the language's own writing."""
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        raise _wrong("set", "a mapping", value, _mapping(value))
    for name in value:
        if not isinstance(name, str):
            raise _wrong("set", "a mapping of names to values", value, 'set={"classes": 10}')
    return tuple((name, _setting(one, name)) for name, one in value.items())


def _mapping(value: object) -> str:
    """`set={"classes": 10}` for `"classes=10"` and `("classes", 10)`."""
    name, number = "classes", "10"
    if isinstance(value, str) and "=" in value:
        name, _, number = value.partition("=")
    elif isinstance(value, (tuple, list)) and len(value) == 2 and isinstance(value[0], str):
        name, number = value[0], spoken(value[1])
    return f'set={{"{name.strip()}": {number.strip()}}}'


def _setting(value: object, name: str) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, range)):
        return f"[{', '.join(_setting(one, name) for one in value)}]"
    number = _integer(value)
    if number is not None:
        return str(number)
    if isinstance(value, (str, float)) or type(value).__module__ in ("fractions", "decimal"):
        return str(value)
    item: Callable[[], object] | None = getattr(value, "item", None)
    if callable(item) and not hasattr(value, "state_dict") and getattr(value, "size", 0) == 1:
        return str(item())
    what = "a number, a text, a list, True, False or None"
    raise _wrong(f"set[{name!r}]", what, value, f'set={{"{name}": 10}}')


def sizes(value: object) -> str | None:
    """A size as text: `"3x64x64"`, `(3, 64, 64)`, or one for each input by its name."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise _wrong("input", "sizes by names", value, 'input={"left": (1, 64, 64)}')
        return ",".join(f"{name}={_size(one)}" for name, one in value.items())
    return _size(value)


def _size(value: object) -> str:
    _check_text(value)
    if isinstance(value, str):
        return value
    if _is_tensor(value):
        return "x".join(map(str, shapes(value)[0]))
    if isinstance(value, Iterable):
        axes = list(value)
        numbers = [_axis(one) for one in axes]
        if axes and None not in numbers:
            return "x".join(str(one) for one in numbers)
    number = _integer(value)
    likely = f"(3, {number}, {number})" if number and number > 4 else "(3, 64, 64)"
    raise _wrong("input", "a size", value, f"input={likely}")


def _axis(value: object) -> str | int | None:
    """An axis of a size: a number, or a capital letter for an open one."""
    if isinstance(value, str):
        return value.strip() if len(value.strip()) == 1 or value.strip().isdecimal() else None
    return _integer(value)


def shapes_of(module: object, value: object) -> list[tuple[int, ...]]:
    """The sizes of a module's inputs; a number alone, or text with commas alone, is none."""
    _check_text(value)
    if _integer(value) is not None:
        from archc.foreign_options import size_of

        raise ValueError(f"input is a size, not {value!r}; write input={size_of(module)}")
    return shapes(value)


def _check_text(value: object) -> None:
    """Raises `ValueError` for `"3, 64, 64"`."""
    if isinstance(value, str) and re.fullmatch(r"\s*\d+(\s*,\s*\d+)+\s*", value):
        axes = tuple(map(int, re.findall(r"\d+", value)))
        raise ValueError(f"input is a size, not {value!r}; write input={axes}")


def shapes(value: object) -> list[tuple[int, ...]]:
    """The sizes of a module's inputs: one, or a list of several."""
    if isinstance(value, str):
        return [_shape(part.split("x"), value) for part in value.replace(" ", "").split(",")]
    if _is_tensor(value):
        axes = tuple(getattr(value, "shape", ()))
        line = f"input={axes[1:] if len(axes) > 1 else axes}"
        raise ValueError(f"input is a size without the batch, not a tensor; write {line}")
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        items = list(value)
        if items and all(_integer(one) is not None for one in items):
            return [_shape(items, value)]
        if items:
            return [shape for one in items for shape in shapes(_nested(one, value))]
    raise _wrong("input", "a size", value, "input=(3, 224, 224)")


def _is_tensor(value: object) -> bool:
    """Whether a value is an array of PyTorch, NumPy or others, which has a size."""
    return isinstance(getattr(value, "shape", None), tuple) and hasattr(value, "dtype")


def _nested(one: object, whole: object) -> object:
    if isinstance(one, (str, tuple, list)):
        return one
    raise _wrong("input", "a size", whole, "input=(3, 224, 224)")


def _shape(axes: Iterable[object], value: object) -> tuple[int, ...]:
    numbers = [
        int(one) if isinstance(one, str) and one.isdecimal() else _integer(one) for one in axes
    ]
    found = tuple(one for one in numbers if one is not None and 0 < one < 2**31)
    if not numbers or len(found) != len(numbers):
        raise _wrong("input", "a size, its axes from 1 on", value, "input=(3, 224, 224)")
    return found


def module(value: object) -> Any:
    """A module of PyTorch, and not its class, its name or its weights."""
    if isinstance(value, type):
        raise ValueError(
            f"module is a module, not the class {value.__name__}; "
            f"write archc.from_torch({value.__name__}(), input=(3, 224, 224))"
        )
    if isinstance(value, (str, os.PathLike)):
        raise ValueError(
            f"module is a module of PyTorch, not {spoken(value)}; "
            f"a spec is read by archc.load({str(value)!r})"
        )
    if isinstance(value, Mapping):
        raise ValueError(
            "module is a module of PyTorch, not its state; "
            "write archc.from_torch(Net(), input=(3, 224, 224))"
        )
    if not callable(getattr(value, "forward", None)):
        line = "archc.from_torch(Net(), input=(3, 224, 224))"
        raise _wrong("module", "a module of PyTorch", value, line)
    return value


def _integer(value: object) -> int | None:
    """The whole number that a value is, as of NumPy; a truth is none."""
    if isinstance(value, (bool, str)):
        return None
    index = getattr(type(value), "__index__", None)
    try:
        return None if index is None else int(index(value))
    except (TypeError, ValueError):
        return None


def _wrong(name: str, wanted: str, value: object, line: str) -> ValueError:
    return ValueError(f"{name} is {wanted}, not {spoken(value)}; write {line}")


def _name(value: object) -> str:
    return value.__name__ if isinstance(value, type) else type(value).__name__


def spoken(value: object) -> str:
    """A value as it is typed, where that is short."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, (str, int, float, tuple, list, dict)) or value is None:
        text = repr(value)
        return text if len(text) <= 60 else f"{text[:57]}..."
    return f"an object of {type(value).__name__}"
