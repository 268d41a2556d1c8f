"""Functions of other programs that `archc` does not have in Python, answered with its own.

Imported on the way to a message alone.
"""

from __future__ import annotations

from archc.suggest import nearest

LOADING = (
    *("check", "parse", "read", "open", "analyse", "analyze", "count", "profile", "load_string"),
    *("loads", "load_file", "from_string", "from_file", "from_text", "read_file", "parse_file"),
    *("load_spec", "load_network", "load_model", "compile_spec", "validate", "lint", "info"),
)
TORCH = (
    *("summary", "import_torch", "from_pytorch", "load_torch", "convert", "trace", "import_model"),
    *(
        "summarize",
        "profile_model",
        "get_model_complexity_info",
        "FlopCountAnalysis",
        "analyze_model",
    ),
    *("from_module", "torchinfo", "import_", "count_params", "flops", "macs", "get_flops"),
)
VERBS = {
    **dict.fromkeys(
        ("build", "compile", "generate", "to_torch", "to_pytorch"), "build FILE -o net.py"
    ),
    **dict.fromkeys(("diagram", "draw", "plot", "render", "visualize"), "diagram FILE -o net.svg"),
    **dict.fromkeys(("from_onnx", "load_onnx", "import_onnx"), "import onnx FILE -o net.arch"),
    **dict.fromkeys(("to_onnx", "export", "export_onnx"), "build FILE -o net.py"),
    "report": "report FILE -o net.html",
    "diff": "diff OLD NEW",
    "compare": "compare FILE FILE",
    "explain": "explain FILE LAYER",
    **dict.fromkeys(("fmt", "format"), "fmt FILE"),
    **dict.fromkeys(("list", "models", "networks", "zoo", "list_models"), "list"),
    "show": "show NAME",
    "new": "new NAME",
}
"""What is done by the command line alone."""


ATTRIBUTES = {
    "sizes": "archc.load(path).network.sizes",
    "memory": "archc.load(path).network.memory",
    "layers": "archc.load(path).network.layers",
    "roofline": 'archc.load(path, device="a100-40gb").network.roofline',
    "device": 'archc.load(path, device="a100-40gb").network.roofline',
    "training_step": 'archc.load(path, optimizer="adam").network.training_step',
    "advise": "archc.load(path, advise=True).advice",
    "advice": "archc.load(path, advise=True).advice",
}
"""What an object has that is loaded."""


def no_function(name: str) -> str:
    """What is said of a name that `archc` does not have."""
    from archc import __all__ as known
    from archc import bundled

    said = f"module 'archc' has no attribute {name!r}"
    if name.startswith("_"):
        return said
    if name in LOADING:
        return f"{said}; archc.load(path_or_text) reads, checks and analyses a spec"
    if name in TORCH:
        return (
            f"{said}; archc.load(path_or_text) reads a spec, and "
            "archc.from_torch(module, input=(3, 224, 224)) a module of PyTorch"
        )
    if name in ATTRIBUTES:
        return f"{said}; write {ATTRIBUTES[name]}"
    if name in VERBS:
        return f"{said}; on the command line: archc {VERBS[name]}"
    own = name if bundled.spec(name) else bundled.network(name)
    if own is not None:
        return f"{said}; it is a bundled network: archc.load({own!r})"
    guess = nearest(name, known)
    return f"{said}; did you mean archc.{guess}?" if guess else f"{said}; it has {', '.join(known)}"
