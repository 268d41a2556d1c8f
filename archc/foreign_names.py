"""Names of other programs that archc does not have in Python, answered with its own.

Imported on the way to a message alone.
"""

from __future__ import annotations

from collections.abc import Mapping

FIGURES = {
    **dict.fromkeys(("parameters", "num_params", "n_params", "count_params", "size"), "params"),
    **dict.fromkeys(("num_parameters", "total_params", "weights"), "params"),
    **dict.fromkeys(("mult_adds", "total_mult_adds", "multiply_adds", "gmacs"), "macs"),
    **dict.fromkeys(("nodes", "modules", "children", "named_modules"), "layers"),
    **dict.fromkeys(("input_shape", "input_size", "in_shape"), "input"),
}
MODULES = ("to_torch", "to_pytorch", "torch", "module", "build", "code", "compile", "model")
PICTURES = (
    "to_svg",
    "to_png",
    "to_pdf",
    "to_dot",
    "draw",
    "plot",
    "diagram",
    "render",
    "visualize",
)
TABLES = ("summary", "table", "show", "describe", "info", "report", "to_string")


def no_attribute(name: str, owner: type) -> str:
    """What is said of an attribute that a network does not have."""
    from archc.suggest import nearest

    said = f"a network has no {name!r}"
    if name in MODULES:
        return f"{said}; `archc build FILE -o net.py` writes its module of PyTorch"
    if name in TABLES:
        return f"{said}; print(network) shows its table"
    if name in PICTURES:
        return f"{said}; `archc diagram FILE -o net.svg` draws it"
    known = [one for one in dir(owner) if not one.startswith("_")]
    guess = FIGURES.get(name) or nearest(name, known)
    return f"{said}; did you mean network.{guess}?" if guess in known else said


LOADING = ("check", "parse", "read", "open", "analyse", "analyze", "summary", "count", "profile")
VERBS = {
    **dict.fromkeys(
        ("build", "compile", "generate", "to_torch", "to_pytorch"), "build FILE -o net.py"
    ),
    **dict.fromkeys(("diagram", "draw", "plot", "render", "visualize"), "diagram FILE -o net.svg"),
    **dict.fromkeys(("from_onnx", "load_onnx"), "import onnx FILE -o net.arch"),
    "report": "report FILE -o net.html",
}
"""What is done by the command line alone."""


def no_function(name: str) -> str:
    """What is said of a name that `archc` does not have."""
    from archc import __all__ as known
    from archc.suggest import nearest

    said = f"module 'archc' has no attribute {name!r}"
    if name.startswith("_"):
        return said
    if name in LOADING:
        return f"{said}; archc.load(path_or_text) reads, checks and analyses a spec"
    if name in VERBS:
        return f"{said}; on the command line: archc {VERBS[name]}"
    guess = nearest(name, known)
    return f"{said}; did you mean archc.{guess}?" if guess else said


OPTIONS = {
    **dict.fromkeys(("input_shape", "input_size", "shape", "size", "in_shape"), "input"),
    **dict.fromkeys(("batch_size", "bs", "n"), "batch"),
    **dict.fromkeys(("type", "precision", "data_type"), "dtype"),
    **dict.fromkeys(("name", "model", "net"), "network"),
    **dict.fromkeys(("optim", "opt"), "optimizer"),
    **dict.fromkeys(("params", "parameters", "args", "kwargs"), "set"),
}
"""What other programs call the options of `archc.load`."""


def no_option(given: Mapping[str, object]) -> str:
    """What is said of options that `archc.load` does not have."""
    said = f"archc.load has no option {', '.join(given)}"
    lines = [f"{OPTIONS[name]}={value!r}" for name, value in given.items() if name in OPTIONS]
    rest = {name: value for name, value in given.items() if name not in OPTIONS}
    if not lines:
        return f"{said}; a parameter of the network is given by set={rest!r}"
    if rest:
        lines.append(f"set={rest!r}")
    return f"{said}; write {', '.join(lines)}"
