"""Names of other programs that archc does not have in Python, answered with its own.

Imported on the way to a message alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence

from archc.foreign_words import FILE, LAYER, NETWORK, RECORDS, TABLES
from archc.suggest import nearest

COUNTING = ("total", "num", "number", "n", "of", "count", "sum", "all", "get")
"""Words that others put to a figure's name: `total_params`, `num_params`, `flops_count`."""

OF_A_FILE = ("errors", "warnings", "advice", "diagnostics", "ok", "text", "raise_for_errors")

MODULES = (
    *("to_torch", "to_pytorch", "torch", "module", "build", "code", "compile", "model"),
    *("state_dict", "forward", "eval", "train", "cuda", "cpu", "to", "named_parameters", "predict"),
    *("load_state_dict", "fit", "half", "requires_grad_", "apply", "register_forward_hook"),
)
PICTURES = (
    *("to_svg", "to_png", "to_pdf", "to_dot", "draw", "plot", "diagram", "render", "visualize"),
    *("visualise", "graphviz", "plot_model", "picture", "to_image"),
)
PRINTED = ("summary", "table", "show", "describe", "info", "report", "to_string", "print", "pprint")
EXPORTS = ("to_onnx", "export", "onnx", "export_onnx", "torchscript", "to_torchscript")
SAVING = ("save", "write", "to_file", "savefig")
TIMES = ("latency", "time", "runtime", "throughput", "fps", "benchmark", "speed")


def no_attribute(owner: object, name: str) -> str:
    """What is said of an attribute that an object does not have."""
    kind = type(owner).__name__
    if owner is None:  # archc itself
        from archc.foreign_functions import no_function

        return no_function(name)
    if name.startswith("_"):
        return f"{kind!r} object has no attribute {name!r}"
    if hasattr(owner, "_fields"):
        return _of_a_record(owner, name)
    if isinstance(owner, str):
        return _of_a_path(name)
    if kind == "Arguments":
        return f"arguments have no {name!r}; write layer.args[{_argument(owner, name)!r}]"
    word = kind.strip("_").lower()
    said = f"a {word} has no {name!r}"
    if kind == "Layers" or kind == "_Named":
        return _of_a_mapping(owner, name)
    found = _elsewhere(owner, word, name)
    if found is not None:
        return f"{said}; {found}"
    plain = "_".join(o for o in name.lower().split("_") if o not in COUNTING)
    own = plain if plain in dir(type(owner)) else None
    meant = TABLES.get(kind, {}).get(name) or own
    if meant is not None and not meant.startswith("_"):
        return f"{said}; did you mean {word}.{meant}?"
    known = [one for one in dir(owner) if not one.startswith("_")]
    guess = nearest(name, known)
    if guess is not None:
        method = callable(getattr(type(owner), guess, None))
        return f"{said}; did you mean {word}.{guess}{'()' * method}?"
    return f"{said}; it has {', '.join(known)}"


def _elsewhere(owner: object, word: str, name: str) -> str | None:
    """What an object does not have because it stands at another one, or on the command line."""
    if word == "file":
        return _of_a_network(owner, name)
    network = word
    if word == "layer":
        return _of_a_layer(owner, name)
    if name in dir(type(owner)):
        return None
    if name in OF_A_FILE:
        return f"it is one of a file: file.{name}{'()' * name.startswith('raise')}"
    path = path_of(owner)
    if name in MODULES:
        return f"`archc build {path} -o net.py` writes its module of PyTorch"
    if name in PICTURES:
        return f"`archc diagram {path} -o net.svg` draws it"
    if name in PRINTED:
        return f"print({network}) shows its table"
    if name in EXPORTS:
        return f"PyTorch exports the module that `archc build {path} -o net.py` writes"
    if name in SAVING:
        return (
            f"`archc diagram {path} -o net.svg` draws it, `archc build {path} -o net.py` writes "
            f"its module, and {network}.as_dict() has its figures"
        )
    if name in TIMES:
        return (
            'archc runs nothing; archc.load(..., device="a100-40gb") gives the least time, '
            f"{network}.roofline.seconds"
        )
    layers = getattr(owner, "layers", {})
    if name in layers or any(one.startswith(f"{name}.") for one in layers):
        first = name if name in layers else next(o for o in layers if o.startswith(f"{name}."))
        return f"its layers are found by path: {network}.layers[{str(first)!r}]"
    return None


def _of_a_network(file: object, name: str) -> str | None:
    """What is said of a file where one of its networks was meant."""
    networks: Mapping[str, object] = getattr(file, "networks", {})
    first = next(iter(networks), None)
    place = "file.network" if len(networks) == 1 else f"file.networks[{first!r}]"
    if name in networks:
        return f"write file.networks[{name!r}]"
    if first is None or name in FILE:
        return None
    network = networks[first]
    if name in SAVING:
        return 'pathlib.Path("net.arch").write_text(file.text) keeps the spec'
    if name in dir(type(network)):
        return f"it is one of a network: {place}.{name}"
    said = _elsewhere(network, "network", name)
    if said is not None:
        return said.replace("network.", f"{place}.").replace("(network)", f"({place})")
    meant = NETWORK.get(name)
    return None if meant is None else f"it is one of a network: {place}.{meant}"


def _of_a_layer(layer: object, name: str) -> str | None:
    """What is said of a layer: its arguments, and the shape that it reads."""
    args: Mapping[str, object] = getattr(layer, "args", {})
    if name in args:
        return f"it is an argument: layer.args[{name!r}]"
    if name in ("input_shape", "in_shape", "input_size", "input"):
        return "write network.layers[layer.inputs[0]].shape, or network.input for the first"
    if name in ("weight", "data", "state_dict", "forward", "numpy"):
        return (
            "archc has the shapes and figures of a layer, and no weights: layer.params is how many"
        )
    meant = LAYER.get(name, "")
    if meant.startswith("args[") and meant[6:-2] not in args:
        return f"a {getattr(layer, 'kind', '')} has {', '.join(args) or 'no arguments'}: layer.args"
    return None


def _of_a_record(record: object, name: str) -> str:
    """What is said of a record, which has few fields; one may stand in a record of it."""
    fields: tuple[str, ...] = getattr(record, "_fields", ())
    kind = type(record).__name__
    said = f"{kind} has no {name!r}"
    inner = next((o for o in fields if name in getattr(getattr(record, o), "_fields", ())), None)
    if inner is not None:
        return f"{said}; it is one of {inner}: .{inner}.{name}"
    own = [one for one in dir(record) if one[0] != "_" and one not in ("count", "index")]
    plain = re.sub(r"_(?:bytes|mb|kb|gb|px|ms|s)\Z", "", name)
    habit = RECORDS.get(kind, {}).get(plain)
    meant = plain if plain in own else habit or nearest(plain, own)
    listed = [*fields, *(one for one in own if one not in fields)]
    return f"{said}; did you mean .{meant}?" if meant else f"{said}; it has {', '.join(listed)}"


def _of_a_mapping(owner: object, name: str) -> str:
    """What is said of layers and networks, which are found by their names."""
    layers = type(owner).__name__ == "Layers"
    word, place = ("layers", "network.layers") if layers else ("networks", "file.networks")
    keys: list[str] = list(map(str, owner))  # type: ignore[call-overload]  # both are mappings
    said = f"{word} have no {name!r}"
    inner = next((one for one in keys if one == name or one.startswith(f"{name}.")), None)
    guess = inner or nearest(name, keys)
    if guess is not None:
        return f"{said}; they are found by {'path' if layers else 'name'}: {place}[{guess!r}]"
    if name in (*NETWORK, *LAYER, "params", "macs", "flops", "shape", "kind"):
        first = f"{place}[{keys[0]!r}]" if keys else place
        return f"{said}; one of them has: {first}.{name if layers else 'params'}"
    return f"{said}; it is a mapping, with keys(), values() and items()"


def _of_a_path(name: str) -> str:
    """What is said of `[layer.params for layer in network.layers]`."""
    from archc.network import Layer

    if not hasattr(Layer, name) and name not in LAYER:
        return f"'str' object has no attribute {name!r}"
    meant = "" if hasattr(Layer, name) else f", which have .{LAYER[name]}"
    return (
        f"iteration over network.layers gives paths, which have no {name!r}; "
        f"write network.layers.values() for the layers{meant}"
    )


def not_of_all(values: Sequence[object], place: str, name: str) -> str:
    """What is said of `file.errors.raise_if_any()` and of `file.errors.messages`."""
    said = f"{place} is a tuple, and has no {name!r}"
    if place.startswith("file.") and name.startswith(("raise", "throw")):
        return f"{said}; write file.raise_for_errors()"
    each = next(
        (one for one in (name, name.removesuffix("s")) for v in values[:1] if hasattr(v, one)), None
    )
    if each is not None:
        return f"{said}; write [one.{each} for one in {place}]"
    return f"{said}; write len({place}), {place}[0] or for one in {place}: print(one)"


def no_argument(args: Mapping[str, object], name: object) -> str:
    """What is said of `layer.args["kernel_size"]`."""
    told = f"there is no argument {name!r}"
    meant = _argument(args, name) if isinstance(name, str) else None
    if meant in args:
        return f"{told}; did you mean {meant!r}?"
    return f"{told}; there are {', '.join(args)}"


def _argument(args: object, name: str) -> str:
    """The argument that a name stands for; the name itself where it is none."""
    known = list(map(str, args)) if isinstance(args, Mapping) else []
    habit = LAYER.get(name, "")
    likely = [habit[6:-2] if habit.startswith("args[") else "", name, nearest(name, known) or ""]
    likely += ["channels"] * name.startswith(("out_", "filter"))
    return next((one for one in likely if one in known), name)


def no_place(owner: object, place: object) -> str:
    """What is said of `network["conv1"]`, `file["Net"]`, and of `for layer in network`."""
    kind = type(owner).__name__
    if kind == "File":
        names: Iterable[object] = getattr(owner, "networks", ())
        inside = place if place in names else next(iter(names), "Net")
        return f"a file is not indexed; its networks are found by name: file.networks[{inside!r}]"
    if kind == "Network":
        layers: Mapping[str, object] = getattr(owner, "layers", {})
        if isinstance(place, str):
            path = place if place in layers else nearest(place, layers) or next(iter(layers), "")
            return f"a network is not indexed; write network.layers[{str(path)!r}]"
        return (
            "a network is neither indexed nor a sequence; its layers in their order are "
            "network.layers.values()"
        )
    return f"a {kind.lower()} is not indexed; its arguments are layer.args"


AXES = {
    **dict.fromkeys(("channels", "features", "c", "out_channels", "out_features"), 0),
    **dict.fromkeys(("height", "h", "rows", "length"), 1),
    **dict.fromkeys(("width", "w", "columns", "cols"), 2),
}


def no_axis(shape: tuple[object, ...], name: str) -> str:
    """What is said of `layer.shape.channels`, `network.output.shape`."""
    place = getattr(shape, "place", "shape")
    axis = AXES.get(name.lower())
    told = f"{place} is a shape, {tuple(shape)}, and has no {name!r}"
    if axis is not None and axis < len(shape):
        return f"{told}; write {place}[{axis}]"
    if name in ("shape", "size", "dims", "tolist", "as_list"):
        return f"{told}; write {place}"
    return f"{told}: it is a tuple, channels first"


def no_length(owner: object) -> str:
    """What is said of `len(network)`."""
    if type(owner).__name__ == "File":
        return "a file has no length; its networks are len(file.networks)"
    return "a network has no length; its layers are len(network.layers)"


def no_single_number(record: tuple[object, ...]) -> str:
    """What is said of `network.memory / 1e6`, of a record of several figures."""
    kind = type(record).__name__
    fields: tuple[str, ...] = getattr(record, "_fields", ())
    first = "peak" if "peak" in fields else next(iter(fields), "")
    owner = READ_AS.get(kind, "…")
    return f"{kind.lower()} is several figures, {', '.join(fields)}; write {owner}.{first}"


READ_AS = {
    "Memory": "network.memory",
    "Field": "network.receptive_field",
    "Totals": "network.totals",
    "Roofline": "network.roofline",
    "TrainingStep": "network.training_step",
}
"""Records, by the names under which they are read."""


def no_call(owner: object, *given: object) -> str:
    """What is said of a call: `network(x)`, `network.layers()`, `file.network()`."""
    kind = type(owner).__name__
    if hasattr(owner, "_fields"):
        place = READ_AS.get(kind)
        line = f"write {place}" if place else "leave the parentheses out"
        return f"{place or kind} is a record, not a method; {line}"
    if kind == "Network" and not given:
        return "file.network is a network, not a method; write file.network, without parentheses"
    if kind == "Layers":
        return "network.layers is a mapping, not a method; write network.layers.values()"
    if kind == "_Named":
        return "file.networks is a mapping, not a method; write file.networks.values()"
    return (
        f"a {kind.lower()} is a description, not a method or a module that runs; `archc build "
        f"{path_of(owner)} -o net.py` writes the module"
    )


NUMBER = re.compile(r"\s*([\d_.,]*\d)\s*(k|K|m|M|g|G|b|B|t|T)?(i?)(B|b)?\w*\s*\Z", re.ASCII)
POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "B": 3, "T": 4}


def no_comparison(place: str, sign: str, text: str) -> str:
    """What is said of `network.params < "140M"`."""
    found = NUMBER.match(text)
    told = f"{place} is a number, and {text!r} a text"
    if found is None:
        return f"{told}; compare it with a number"
    letter = (found[2] or "").upper()
    bytes_alone = letter == "B" and place.rpartition(".")[0].endswith("memory")
    base = 1024 if found[3] else 1000
    digits = found[1].replace("_", "").replace(",", "")
    try:
        worth = round(float(digits) * base ** (0 if bytes_alone else POWERS[letter]))
    except ValueError:
        return f"{told}; compare it with a number"
    return f"{told}; write {place} {sign} {worth:_}"


def not_made(name: str, given: object) -> str:
    """What is said of `archc.Network("vgg16")`: what is only handed out is not made."""
    from archc.given import spoken

    word = {"File": "", "Network": ".network", "Layer": '.network.layers["conv1"]'}[name]
    if hasattr(given, "state_dict"):
        line = f"archc.from_torch(module, input=(3, 224, 224)){word}"
    else:
        line = f"archc.load({spoken(given) if isinstance(given, str) else 'path_or_text'}){word}"
    return f"archc.{name} is not made, but comes from archc.load; write {line}"


def path_of(owner: object) -> str:
    """The file of an object as a command takes it, where it was read from one."""
    network = getattr(owner, "_network", None)
    nodes = getattr(getattr(network, "graph", None), "nodes", None)
    name = nodes[0].span.source.name if nodes else getattr(owner, "name", "")
    if not isinstance(name, str) or name.startswith("<"):
        return "FILE"
    from archc import bundled

    stem = os.path.basename(name).removesuffix(".arch")
    return stem if not os.path.isfile(name) and bundled.spec(stem) else name
