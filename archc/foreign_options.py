"""Arguments of other programs that `archc.load` and `archc.from_torch` do not have.

Imported on the way to a message alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from archc.language import tree
from archc.suggest import nearest

OPTIONS = {
    **dict.fromkeys(("input_shape", "input_size", "shape", "size", "in_shape"), "input"),
    **dict.fromkeys(("image_size", "img_size", "input_data", "x", "inputs", "input_res"), "input"),
    **dict.fromkeys(("example_inputs", "dummy_input", "args", "input_shapes"), "input"),
    **dict.fromkeys(("batch_size", "bs", "n", "batch_dim"), "batch"),
    **dict.fromkeys(("type", "precision", "data_type", "dtypes"), "dtype"),
    **dict.fromkeys(("name", "model", "net"), "network"),
    **dict.fromkeys(("optim", "opt"), "optimizer"),
    **dict.fromkeys(("params", "parameters", "kwargs", "settings", "config"), "set"),
    **dict.fromkeys(("gpu", "hardware"), "device"),
    **dict.fromkeys(("advice", "suggest"), "advise"),
}
"""What other programs call the options."""

FIRST = {
    "load": ("path", "file", "filename", "text", "source", "string", "fname", "f"),
    "from_torch": ("model", "net", "nn", "network"),
}
"""What others call what is given first."""

NEEDLESS = {
    **dict.fromkeys(("verbose", "quiet", "print_fn", "col_names", "depth", "row_settings"), (
        "it prints nothing"
    )),
    **dict.fromkeys(("pretrained", "weights", "checkpoint", "state_dict"), "it reads no weights"),
    **dict.fromkeys(("seed", "deterministic"), "nothing in archc is random"),
    **dict.fromkeys(("training", "mode", "eval", "train"), "it tells of inference and of training"),
    **dict.fromkeys(("strict", "check", "validate"), "mistakes are in file.diagnostics"),
}  # fmt: skip
"""What is left out, and why."""

KNOWN = {
    "load": (*("network", "set", "input", "batch", "dtype", "optimizer", "device", "advise"),),
    "from_torch": ("input",),
}


def no_arguments(
    name: str, places: Sequence[str], given: Sequence[Any], named: Mapping[str, Any]
) -> str:
    """What is said of a call whose arguments the function does not have, or that lacks one."""
    first = given[0] if given else named.get(places[0])
    line, why = _line(name, places, given, named)
    unknown = [one for one in named if one not in (*places, *KNOWN[name])]
    if len(given) > len(places):
        what = "takes its options by name"
    elif unknown:
        what = f"has no option {', '.join(unknown)}"
    elif first is None:
        what = f"takes {'a path, a name or the text of a spec' if name == 'load' else 'a module'}"
    else:
        what = "needs the size of the input"
    told = f"archc.{name} {what}"
    if why:
        return f"{told}: {'; '.join(why)}; write {line}"
    return f"{told}; write {line}"


def _line(
    name: str, places: Sequence[str], given: Sequence[Any], named: Mapping[str, Any]
) -> tuple[str, list[str]]:
    """The call that was meant, and why something of it is left out."""
    words: dict[str, str] = {}
    settings: dict[str, Any] = {}
    why: list[str] = []
    queue = dict(named)
    first = given[0] if given else queue.pop(places[0], None)
    for word in FIRST[name]:
        if first is None and word in queue:
            first = queue.pop(word)
    for value in given[1:]:
        words |= _by_name(_by_value(value), value, name)
    for word, value in queue.items():
        option = word if word in KNOWN[name] else OPTIONS.get(word, "")
        if option in KNOWN[name]:
            words |= _by_name(option, value, name)
        elif word in NEEDLESS:
            why.append(NEEDLESS[word])
        elif nearest(word, KNOWN[name]) and name == "from_torch":
            words |= _by_name("input", value, name)
        elif name == "load":
            settings[_parameter(word, first)] = value
    if settings:
        words["set"] = repr(settings)
        why.append("a parameter of the network is given by set")
    if name == "from_torch" and "input" not in words:
        words["input"] = _size_of(first)
    shown = _shown(first, name)
    options = ", ".join(f"{word}={value}" for word, value in words.items())
    return f"archc.{name}({shown}{', ' * bool(options)}{options})", list(dict.fromkeys(why))


def _shown(first: Any, name: str) -> str:
    """What is given first, as it may be typed."""
    if name == "load":
        if isinstance(first, (str, os.PathLike)):
            text = repr(os.fspath(first))
            return text if len(text) < 60 else "text"
        return "'vgg16'" if first is None else "spec"
    return "module"


def _by_value(value: Any) -> str:
    """The option that a value is for, by what it is."""
    from archc.analysis.optimizers import OPTIMIZERS
    from archc.check import BYTES

    if isinstance(value, Mapping):
        return "set"
    if isinstance(value, str) and value in BYTES:
        return "dtype"
    if isinstance(value, str) and value in OPTIMIZERS:
        return "optimizer"
    if isinstance(value, str) and not value[:1].isdigit():
        return "network"
    return "batch" if isinstance(value, int) else "input"


def _by_name(option: str, value: Any, function: str) -> dict[str, str]:
    """`input=(3, 64, 64)`, and the batch where the size began with it."""
    shape = getattr(value, "shape", None)
    axes = (
        list(shape if shape is not None else value) if option == "input" and _listed(value) else []
    )
    if len(axes) == 4 and all(isinstance(one, int) for one in axes):
        batch = {"batch": repr(axes[0])} if axes[0] != 1 and function == "load" else {}
        return {"input": repr(tuple(axes[1:]))} | batch
    if shape is not None and option == "input":
        return {"input": repr(tuple(axes[1:] if len(axes) > 1 else axes))}
    return {option: repr(value)}


def _listed(value: Any) -> bool:
    return isinstance(value, (tuple, list)) or hasattr(value, "shape")


def _size_of(module: Any) -> str:
    """A size of the input of a module, as its first layer takes it."""
    for one in getattr(module, "modules", lambda: ())():
        channels = getattr(one, "in_channels", None)
        if isinstance(channels, int):
            axes = (*(channels,), *(224,) * len(getattr(one, "kernel_size", (1, 1))))
            return repr(axes)
        features = getattr(one, "in_features", None)
        if isinstance(features, int):
            return repr((features,))
    return "(3, 224, 224)"


def _parameter(word: str, spec: Any) -> str:
    """The parameter of the spec's network that a word is, or is most like."""
    known = _parameters(spec)
    plain = word.removeprefix("num_").removeprefix("n_")
    if word in known or not known:
        return plain if plain == "classes" else word
    return plain if plain in known else nearest(word, known) or word


def _parameters(spec: Any) -> list[str]:
    """The parameters of the networks of a spec; none where it cannot be read."""
    from archc.files import Files, Problem
    from archc.language.parser import parse
    from archc.language.source import Source

    if not isinstance(spec, (str, os.PathLike)):
        return []
    text = os.fspath(spec)
    try:
        source = Source(text, "") if "{" in text or "\n" in text else None
        source = source or Files().targets(text)[0].source
    except (Problem, ValueError, TypeError):
        return []
    program, _ = parse(source)
    found = [one for one in program.definitions if isinstance(one, tree.Network)]
    return [one.name.id for net in found for one in net.parameters]
