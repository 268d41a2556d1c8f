"""Arguments of other programs that `archc.load` and `archc.from_torch` do not have.

Imported on the way to a message alone.
"""

from __future__ import annotations

import os
import shlex
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
    **dict.fromkeys(("verify", "compare"), "`archc build FILE --verify` holds it to PyTorch"),
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
    specs = [one for one in given if _names_spec(one)]
    if name == "load" and len(specs) > 1:
        return f"archc.load takes one spec; write [archc.load(one) for one in {specs!r}]"
    if name == "from_torch" and _names_spec(first):
        what = "a module of PyTorch, and a spec is loaded"
        return f"archc.from_torch takes {what}; write archc.load({first!r})"
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
    queue |= {f"{place}": value for place, value in enumerate(given[1:])}
    for word, value in queue.items():
        near = nearest(word, KNOWN[name]) or ""
        option = _by_value(value) if word.isdigit() else OPTIONS.get(word, near)
        option = word if word in KNOWN[name] else option
        parameter = _parameter(word, first) if name == "load" else None
        if parameter is not None and option != word and not word.isdigit():
            settings[parameter] = value
        elif option in KNOWN[name]:
            words |= _by_name(option, value, name)
        elif word.isdigit():
            why.append("it is for one image")
        else:
            why.append(_left_out(word, value, first))
    if settings:
        words["set"] = repr(settings)
        why.append("a parameter of the network is given by set")
    if name == "from_torch" and "input" not in words:
        words["input"] = size_of(first)
    shown = _shown(first, name)
    options = ", ".join(f"{word}={value}" for word, value in words.items())
    return f"archc.{name}({shown}{', ' * bool(options)}{options})", list(dict.fromkeys(why))


def _names_spec(value: Any) -> bool:
    """Whether a value is a path or the name of a bundled spec."""
    from archc.bundled import spec

    return isinstance(value, str) and (os.path.isfile(value) or spec(value) is not None)


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


def size_of(module: Any) -> str:
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


def _left_out(word: str, value: Any, spec: Any) -> str:
    """Why an option is left out: what is not done, or a flag of the command line."""
    if word in NEEDLESS:
        return NEEDLESS[word]
    from archc.cli.typed import flag_of
    from archc.cli.verbs import VERBS

    flag = flag_of(VERBS["check"], f"--{word.replace('_', '-')}")
    if flag is not None and isinstance(spec, (str, os.PathLike)):
        path = shlex.quote(os.fspath(spec)) if "{" not in os.fspath(spec) else "FILE"
        given = f" {value}" if flag.metavar else ""
        return f"{word} is of the command line, archc check {path} --{flag.name}{given}"
    return "there is none that is like it"


def _parameter(word: str, spec: Any) -> str | None:
    """The parameter of the spec's network that a word is, or is most like."""
    known = _parameters(spec)
    plain = word.removeprefix("num_").removeprefix("n_")
    if not known:
        return "classes" if plain == "classes" else None
    return next((one for one in (word, plain) if one in known), nearest(word, known))


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
